"""No personal value in a log, an error page, a header or a process's arguments.

Marked values go in through the front door, the screens and the sign-in; errors of every kind are provoked while they are in hand; then all
that the service wrote and answered is searched for them. A control marker, written on purpose, shows that the search can find.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from longstop.commands import serve
from longstop.commands.children import Child
from longstop.gateways.postgres import EmbeddedServer, Home
from tests.leaks.filling import PASSWORD
from tests.leaks.visitor import CONTROL, FAULTS, Answer, Visitor

ROOT = Path(__file__).resolve().parents[2]
# Distinctive, and none a part of another or of anything else that is said.
MARKS = {
    "family name": "Quillfeather",
    "prison number": "A9173ZQ",
    "note": "zanzibarnote",
    "reason": "ouagadougoureason",
    "searched for": "timbuktusearch",
    "password": "reykjavikpassword",
    "staff number": "SVALBARD-77",
    "address": "tristandacunha",
    "in a fault": "Ulaanbaatar",
    "after the database went": "antananarivo",
}


class Planted:
    """A service as `longstop serve` runs it, but for its faults, and all that it answered."""

    def __init__(self, home: Home) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.plan = serve.Plan(home=home, port=probe.getsockname()[1], demonstration=False)
        self.home, self.address = home, self.plan.address
        self.database = EmbeddedServer(home.folder, fsync=False)
        self.children: list[Child] = []
        self.answers: list[Answer] = []
        self.arguments = ""
        self.environ: dict[str, str] = {}

    def visitor(self) -> Visitor:
        """Give a new session whose answers are kept here."""
        return Visitor(self.address, self.answers)

    def somebody(self, number: str) -> Visitor:
        """Give a session on which whoever stands for a role is signed in."""
        found = self.visitor()
        assert found.sign_in(number, PASSWORD) == 302, number
        return found


def begin(service: Planted) -> None:
    """Start what `longstop serve` starts, in its order."""
    service.home.make()
    address = service.database.start()
    service.environ = {**os.environ, **address.for_service(), "LONGSTOP_HOME": str(service.home.folder)}
    serve.prepare(service.plan, address)
    filling = service.environ | {"DJANGO_SETTINGS_MODULE": "longstop.config.settings"}
    subprocess.run([sys.executable, "-m", "tests.leaks.filling"], env=filling, cwd=ROOT, check=True)
    service.children = serve._children(service.plan, address)
    for child in service.children:
        child.command = [FAULTY.get(word, word) for word in child.command]
        child.start()
    serve._wait_for_answer(service.plan, service.children[0])


FAULTY = {"longstop.config.wsgi:application": "tests.leaks.faulty:application", "longstop.config.worker": "tests.leaks.faulty"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """Everything planted and provoked, once; the tests only look."""
    folder = tmp_path_factory.mktemp("leaks")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("LONGSTOP_", "DATABASE_"))]:
            patch.delenv(name)
        patch.setenv("PYTHONPATH", str(ROOT))
        service = Planted(Home(folder / "home"))
        try:
            begin(service)
            front_door(service, folder)
            screens(service)
            sign_ins(service)
            requests_gone_wrong(service)
            faults(service)
            service.arguments = arguments(service)
            without_a_database(service)
            yield service
        finally:
            for child in service.children:
                child.stop()
            service.database.stop()


def front_door(service: Planted, folder: Path) -> None:
    """A file with a good row, a bad one and one that is no row; its name is nobody's."""
    good = {"prisonerNumber": MARKS["prison number"], "firstName": "ARBEN", "lastName": MARKS["family name"], "dateOfBirth": "1988-02-01"}
    more = {"status": "ACTIVE IN", "prisonId": "MDI", "conditionalReleaseDate": "2027-10-01"}
    bad = {"firstName": MARKS["family name"], "dateOfBirth": MARKS["note"], "conditionalReleaseDate": MARKS["reason"]}
    file = folder / "extract.jsonl"
    file.write_text("\n".join([json.dumps(good | more), json.dumps(bad), f'{{"lastName": "{MARKS["family name"]}"']), encoding="utf-8")
    command = [sys.executable, "-m", "longstop.commands.main", "intake", "hmpps-prisoners", str(file)]
    with (service.home.logs / "intake.log").open("w") as log:
        subprocess.run(command, env=service.environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=log, timeout=60, check=False)


def screens(service: Planted) -> None:
    """Words put into the forms of the service, some of which are refused."""
    caseworker = service.somebody("caseworker")
    cases = caseworker.ask("/work/cases").body
    number = cases.partition('href="/cases/')[2].partition('"')[0]
    case = f"/cases/{number}"
    assert number.isdigit()
    assert caseworker.send(f"{case}/notes/write", kind="progress", text=MARKS["note"]).status == 302
    caseworker.send(f"{case}/notes/write", kind=MARKS["note"], text="")
    caseworker.send(f"{case}/tasks/add", kind="case.other", details=MARKS["note"], due_0="x", due_1=MARKS["note"], due_2="2027")
    caseworker.send(f"{case}/hold", reason=MARKS["reason"], details=MARKS["reason"])
    caseworker.send("/search", text=MARKS["searched for"])
    caseworker.ask("/search")
    caseworker.send("/search", text=MARKS["family name"])
    caseworker.ask("/search")
    leader = service.somebody("team-leader")
    leader.send(f"{case}/restrict", reason=MARKS["reason"])
    stranger = service.somebody("duty-officer")
    stranger.send(f"{case}/break-glass", reason=MARKS["reason"])
    administrator = service.somebody("administrator")
    twice = {"staff_number": MARKS["staff number"], "name": MARKS["family name"], "email": "a@longstop.invalid", "works_on": "MTWTF--"}
    for _ in range(2):
        administrator.send("/staff/enrol", **twice, capacity_points="40", agency="command")


def sign_ins(service: Planted) -> None:
    """Wrong passwords until the door is locked, and a staff number that is somebody's name."""
    visitor = service.visitor()
    for _ in range(12):
        visitor.sign_in(MARKS["staff number"], MARKS["password"])
    assert "try again" in visitor.answers[-1].body.lower() or visitor.answers[-1].status in (403, 429), "locked out"


def requests_gone_wrong(service: Planted) -> None:
    """400, 403, 404, 405, and a form without its token."""
    caseworker = service.somebody("caseworker")
    mark = MARKS["address"]
    told = {
        400: [caseworker.ask("/work", Host=f"{mark}.invalid")],
        403: [caseworker.ask(f"/staff?q={mark}"), Visitor(service.address, service.answers).ask("/sign-in", {"staff_number": mark})],
        404: [caseworker.ask(f"/people/{mark}"), caseworker.ask(f"/cases/99999999999999999999?name={mark}")],
        405: [caseworker.ask("/work", {"text": mark})],
    }
    for status, answers in told.items():
        assert {answer.status for answer in answers} == {status}
    boundary = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    caseworker.ask("/search", f"--{mark}\r\nnonsense {mark}".encode(), **boundary)
    caseworker.ask("/search", {"text": mark, "csrfmiddlewaretoken": mark})
    caseworker.ask("/search", {"text": "\x00" + mark})
    caseworker.ask(f"/work?sort={mark}&after={mark}&page={mark}&kind={mark}")
    caseworker.ask("/work", Cookie=f"sessionid={mark}; csrftoken={mark}")


def faults(service: Planted) -> None:
    """Every planted fault, with the words in hand, and the control."""
    visitor = service.visitor()
    for kind in FAULTS:
        visitor.ask(f"/fault/{kind}", {"text": f"{MARKS['in a fault']} Zanzibar, born 1 February 1980"})
    until = time.monotonic() + 20
    while CONTROL not in (service.home.logs / "worker.log").read_text() and time.monotonic() < until:
        time.sleep(0.1)


def arguments(service: Planted) -> str:
    """Give the command lines of every process of the service."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if f"LONGSTOP_HOME={service.home.folder}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return "\n".join(found)


def without_a_database(service: Planted) -> None:
    """A form sent while the database has gone."""
    caseworker = service.somebody("caseworker")
    caseworker.ask("/search")
    service.database.stop()
    with ThreadPoolExecutor() as both:  # each is given up by the pool of connections only after its ten seconds
        form = both.submit(caseworker.ask, "/search", {"text": MARKS["after the database went"]})
        where = f"/sign-in?next=/{MARKS['after the database went']}"
        door = both.submit(caseworker.ask, where, {"staff_number": MARKS["staff number"]})
    assert form.result().status == 500
    assert door.result().status in (403, 500)


def logs(service: Planted) -> dict[str, str]:
    return {path.name: path.read_text("utf-8", "replace") for path in sorted(service.home.logs.iterdir())}


def marks_in(text: str) -> set[str]:
    """Give what was planted and stands in a text, however its letters are."""
    return {what for what, mark in MARKS.items() if mark.casefold() in text.casefold()} | (
        {"a date"} if "1 February 1980" in text else set()
    )


def test_no_log_of_the_service_holds_a_planted_value(planted: Planted) -> None:
    found = {name: marks_in(text) for name, text in logs(planted).items()}
    assert {"web.log", "worker.log", "postgres.log"} <= found.keys()
    assert {name: marks for name, marks in found.items() if marks} == {}


@pytest.mark.parametrize("name", ["web.log", "worker.log", "postgres.log"])
def test_what_was_written_on_purpose_is_found(planted: Planted, name: str) -> None:
    assert CONTROL in logs(planted)[name]


def test_the_faults_are_in_the_logs_by_type_and_place(planted: Planted) -> None:
    web, worker = logs(planted)["web.log"], logs(planted)["worker.log"]
    for kind in (
        "builtins.RuntimeError",
        "django.db.utils.IntegrityError",
        "django.db.utils.DataError",
        "django.db.utils.OperationalError",
    ):
        assert kind in web, kind
    assert "builtins.RuntimeError" in worker


def problems(service: Planted) -> list[Answer]:
    return [answer for answer in service.answers if answer.status >= 400 and "/search" not in answer.what]


def test_no_error_page_repeats_a_planted_value(planted: Planted) -> None:
    assert {400, 403, 404, 405, 500} <= {answer.status for answer in problems(planted)}
    assert [(answer.what, answer.status, marks_in(answer.body)) for answer in problems(planted) if marks_in(answer.body)] == []


def test_no_header_holds_what_a_form_or_a_record_held(planted: Planted) -> None:
    """An address that somebody wrote comes back in the way to the sign-in; nothing of ours puts a value into one."""
    found = [(answer.what, marks_in(answer.headers) - {"address"}) for answer in planted.answers]
    assert [entry for entry in found if entry[1]] == []


def test_no_process_shows_a_planted_value_in_its_arguments(planted: Planted) -> None:
    assert "tests.leaks.faulty" in planted.arguments, "the search sees the processes"
    assert marks_in(planted.arguments) == set()


def test_the_values_did_arrive(planted: Planted) -> None:
    """What is nowhere cannot leak: the screens themselves showed what they should."""
    pages = "".join(answer.body for answer in planted.answers if answer.status == 200)
    assert {"family name", "searched for", "note"} <= marks_in(pages)
