"""What every test may ask for. `db` (rolled back) is pytest-django's; `committed` is a database of the test's own, with real commits."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.db import connections
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests import server

CHROMIUM = Path("/usr/bin/chromium")
# As root a sandbox cannot be made; the rest keeps the browser from asking the network for anything.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


# A password is hashed slowly on purpose, and the demonstration has sixteen. `tests/access` holds the product to its own hasher.
QUICK = ["tests.quick.QuickHasher"]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Let no test of this process wait for a hash."""
    before = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = QUICK
    hashers.get_hashers.cache_clear()
    yield
    settings.PASSWORD_HASHERS = before
    hashers.get_hashers.cache_clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for the whole run: a second of Playwright's loops would not start beside the first."""
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing: install the Debian package chromium")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The database is there already: `tests.server` cloned it before Django began."""


@dataclass(frozen=True)
class Committed:
    """Addresses of a database that belongs to one test."""

    name: str
    owner_url: str
    service_url: str
    superuser_url: str


def _point_django_at(name: str) -> None:
    for alias in ("default", "owner"):
        connection = connections[alias]
        connection.close()
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close_pool()
        connections.settings[alias]["NAME"] = name
        connection.settings_dict["NAME"] = name


@contextmanager
def database_of_its_own(blocker: DjangoDbBlocker, *, like: str = "") -> Iterator[Committed]:
    """Point Django at a fresh database in which transactions really commit, until the block ends; `like` names what it copies."""
    name = f"longstop_own_{uuid.uuid4().hex[:12]}"
    before = connections["default"].settings_dict["NAME"]
    server.clone(name, template=like)
    base = os.environ["LONGSTOP_TEST_SERVER"]
    with blocker.unblock():
        _point_django_at(name)
        try:
            yield Committed(
                name=name,
                owner_url=server.with_parts(base, name=name, user="longstop_test_owner"),
                service_url=server.with_parts(base, name=name, user="longstop_test_service"),
                superuser_url=server.with_parts(base, name=name),
            )
        finally:
            _point_django_at(before)
            server.drop(name)


@pytest.fixture
def committed(django_db_blocker: DjangoDbBlocker) -> Iterator[Committed]:
    """A fresh database for this test alone, in which transactions really commit and threads may connect. The service's role is used."""
    with database_of_its_own(django_db_blocker) as found:
        yield found


LONG_FIRST = (
    "journeys/test_every_page", "guarantee", "journeys", "leaks", "demo", "doors", "archive", "commands", "intake/test_command",
    "proof/test_certificate", "frontend", "bench", "structure",
)  # fmt: skip
"""How the paths of files begin that take long. They are given out first: a long one that came last would keep one worker waiting for the
other. The first of the journeys fills what the others read, while the other worker is at the guarantee."""


def place(item: pytest.Item) -> int:
    """Give the place of a test's file among the long ones; all the others come after."""
    path = item.path.relative_to(Path(__file__).parent).as_posix()
    return next((number for number, begins in enumerate(LONG_FIRST) if path.startswith(begins)), len(LONG_FIRST))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; within a file nothing changes its place."""
    items.sort(key=place)
