"""The record in plain words: one presenter for each kind of event that a room can record.

To add one, write `@presents("room.kind", group=...)` over a function in the module of its room here; a test of the house fails where a
registered event has none. Presenters read nothing: names of staff and words of notes are handed to them, each read once for the page.
"""

from collections.abc import Mapping

from django.utils import timezone

from longstop.audit.queries import Entry
from longstop.web import parts
from longstop.web.presenters import cases, intake, people, proof, reconciliation, referral, staff, tasks
from longstop.web.presenters.telling import PRESENTERS, Around, Said, Telling, Told, staff_named_in, stood_in_for

__all__ = ["GROUPS", "PRESENTERS", "Around", "Said", "Told", "kinds_in", "show", "staff_named_in", "tell"]

_MODULES = (cases, intake, people, proof, reconciliation, referral, staff, tasks)  # imported for what they declare

GROUPS: Mapping[str, str] = {
    "notes": "Notes",
    "tasks": "Tasks",
    "steps": "Steps of the process",
    "dates": "Dates and custody",
    "ownership": "Ownership",
    "status": "Opening and closing",
    "access": "Who may see it",
    "staff": "Staff",
    "records": "Records",
    "considered": "Referrals, questions and departures",
    "reconciled": "Statements and breaks",
    "proof": "Proof",
}


def kinds_in(group: str) -> list[str]:
    """Give the kinds of event in a group."""
    return [kind for kind, presenter in PRESENTERS.items() if presenter.group == group]


def tell(entry: Entry, around: Around) -> Told:
    """Tell one event in plain words. An event of a version that no longer has a presenter is shown by its name."""
    presenter = PRESENTERS.get(entry.kind)
    if presenter is None:
        return Told(entry.kind.replace(".", ": ").replace("_", " ").capitalize())
    return presenter.tell(Telling(entry, around))


def show(entry: Entry, around: Around) -> parts.Entry:
    """Make a timeline's entry of an event. One that was recorded after the fact has a date and no time, since none is known."""
    told = tell(entry, around)
    presenter = PRESENTERS.get(entry.kind)
    happened = timezone.localtime(entry.happened_at)
    leader = stood_in_for(entry)
    place = (parts.Fact("In place of", around.names.get(leader, "somebody")),) if leader else ()
    return parts.Entry(
        told.title,
        by=around.names.get(entry.by_id, "Somebody"),
        at=happened.date() if entry.backfilled else happened,
        text=told.text,
        kind=GROUPS[presenter.group] if presenter else "",
        details=(*told.details, *place),
        corrected=told.corrected,
    )
