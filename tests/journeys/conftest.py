"""The service as people meet it: served by granian over a database of its own that holds the demonstration, and a browser in each role."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from frontend import build
from longstop.access.rules import Role
from longstop.demo.command import PASSWORD, SIGN_INS
from tests import loaded, server

ROOT = Path(__file__).resolve().parents[2]


def today() -> date:
    """The day, where the command works."""
    return datetime.now(ZoneInfo("Europe/London")).date()


@dataclass
class Service:
    """Where it answers, and a way to look into its database: as a superuser, and only to look."""

    address: str
    url: str
    cookies: dict[str, list[object]] = field(default_factory=dict)

    def one(self, query: str, *values: object) -> int:
        """Give the one number that a query finds."""
        with psycopg.connect(self.url) as session:
            row = session.execute(query.encode(), values).fetchone()
        assert row is not None, query
        return int(row[0])

    def path(self, address: str) -> str:
        """Give the whole address of a path."""
        return self.address + address


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The demonstration, loaded once a run for both workers, and served by each until the run ends."""
    build.build()
    name = f"longstop_own_{uuid.uuid4().hex[:12]}"
    loaded.clone(name, module="tests.journeys.loading", today=today())
    with tempfile.TemporaryDirectory(prefix="longstop-journeys-") as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        base = os.environ["LONGSTOP_TEST_SERVER"]
        environ = loaded.environ(name) | {
            "LONGSTOP_HOME": home,
            "LONGSTOP_DEMONSTRATION": "1",
            "LONGSTOP_SECRET_KEY": uuid.uuid4().hex,
        }
        subprocess.run([sys.executable, "-W", "ignore", "-m", "tests.journeys.proving"], env=environ, cwd=ROOT, check=True)
        web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4"]
        with Path(home, "web.log").open("wb") as log:
            process = subprocess.Popen([*web, "longstop.config.wsgi:application"], env=environ, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield Service(wait(f"http://127.0.0.1:{port}", process), server.with_parts(base, name=name))
        finally:
            process.terminate()
            process.wait(30)
            server.drop(name)


def wait(address: str, process: "subprocess.Popen[bytes]") -> str:
    """Give the address once it answers."""
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/sign-in", timeout=10).close()
        except urllib.error.HTTPError:
            return address
        except OSError:
            time.sleep(0.1)
        else:
            return address
    raise AssertionError("the service did not answer")


Open = Callable[..., Page]


@pytest.fixture
def as_(browser: Browser, service: Service) -> Iterator[Open]:
    """Give a page on which somebody is signed in, by role or staff number; what the browser complains of fails the test.

    With `refused` it may complain that a page was refused.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(who: Role | str, *, javascript: bool = True, refused: bool = False) -> Page:
        page = open_page(browser, service, who, javascript=javascript)
        contexts.append(page.context)
        listen(page, complaints, refused=refused)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == [], "the browser complained"


def open_page(browser: Browser, service: Service, who: Role | str, *, javascript: bool = True) -> Page:
    """Open a page of a session of its own, on which somebody is signed in."""
    number = SIGN_INS[who] if isinstance(who, Role) else who
    context = browser.new_context(
        base_url=service.address, java_script_enabled=javascript, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.add_cookies(cookies_of(browser, service, number))  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def listen(page: Page, complaints: list[str], *, refused: bool = False) -> None:
    """Note what the browser complains of on this page; with `refused` it may complain that a page was refused."""

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error" and not (refused and "403" in message.text):
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))


def cookies_of(browser: Browser, service: Service, number: str) -> list[object]:
    """Sign in once a run for each person, at the door, and give the session."""
    if number not in service.cookies:
        context = browser.new_context(base_url=service.address, java_script_enabled=False)
        page = context.new_page()
        sign_in(page, number)
        service.cookies[number] = list(context.cookies())
        context.close()
    return service.cookies[number]


def sign_in(page: Page, number: str) -> None:
    """Sign in as people do. Only demonstration sign-ins have a password."""
    page.goto("/sign-in")
    page.get_by_label("Staff number").fill(number)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert "/sign-in" not in page.url, number


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of pages go: LONGSTOP_PICTURES, else a folder of this run."""
    folder = Path(os.environ.get("LONGSTOP_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
