"""A small record to seal, alter and verify: events with personal values, made by an action of the tests' own."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from django.db import connection

from longstop.audit import actions, queries
from longstop.audit.anchors import Contents, read
from longstop.audit.events import Event, event, personal
from longstop.audit.models import Seal
from longstop.audit.operations import action
from longstop.audit.verification import Report, verify
from longstop.gateways.anchors import AnchorFile
from longstop.gateways.keys import signing_key

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLERK, COLLEAGUE = 101, 102


@event("test.noted", about="test")
@dataclass(frozen=True, kw_only=True)
class Noted(Event):
    """Somebody noted something."""

    number: int
    text: str = personal(default="")


@action
def note(*, numbers: list[int], text: str = "", person_id: int | None = None, by: int = CLERK, at: datetime = MORNING) -> None:
    """Record one event for each number."""
    actions.record_many([Noted(subject_id=number, number=number, text=text, person_id=person_id) for number in numbers], by=by, at=at)


def seal_all(home: Path, *, at: datetime = MORNING) -> Seal:
    """Seal everything that has committed. Writers in other databases of the server hold the horizon back: wait for them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT longstop_known_seq()")
        target = cursor.fetchone()[0]
    until = time.monotonic() + 120
    while queries.horizon() <= target:
        assert time.monotonic() < until, "another transaction of this server holds the horizon back"
        time.sleep(0.02)
    return actions.seal(by=actions.SYSTEM, at=at, key=signing_key(home), anchor=AnchorFile(home))


def anchor(home: Path) -> Contents:
    """Read the anchor of a home folder."""
    path = AnchorFile(home).path
    return read(path.read_text().splitlines(), name=path.name)


def check(url: str, contents: Contents, *, service_role: str = "longstop_test_service") -> Report:
    """Verify from outside."""
    with psycopg.connect(url, autocommit=True) as session:
        return verify(session, contents, service_role=service_role)


def minutes(count: int) -> datetime:
    """Give the moment that many minutes after the morning's."""
    return MORNING + timedelta(minutes=count)
