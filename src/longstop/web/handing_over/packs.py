"""A handover pack on the screen: what a successor must know before a case is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.text import capfirst

from longstop.cases.rules import NOTE_KINDS, PACK_KINDS
from longstop.web.parts import Column, Entry, Row, Table, Timeline, When
from longstop.web.presenters.vocabulary import CLOCKS
from longstop.work.rules import WAITING_FOR

# What it means that nothing of a kind is on record.
NONE_OF = {
    "risk": "No risk or warning is on record.",
    "promise": "No promise is on record.",
    "decision_reasons": "No reasons are on record.",
}


@dataclass(frozen=True)
class Section:
    """Notes of one kind, or the words for their absence."""

    title: str
    notes: Timeline


@dataclass(frozen=True)
class Pack:
    """A pack as it is shown: `as_at` is the day on which it was gathered; None where its words were disposed of."""

    as_at: date | None
    tasks: Table
    alarms: Table
    sections: Sequence[Section]


def present(pack: Mapping[str, Any], *, today: date) -> Pack:
    """Show a pack as it was kept, or as it stands. Lateness is seen from `today`."""
    written: Mapping[str, list[Mapping[str, str]]] = pack.get("notes", {})
    sections = [Section(NOTE_KINDS[kind], _notes(written.get(NOTE_KINDS[kind], []), NONE_OF[kind])) for kind in PACK_KINDS]
    as_at = date.fromisoformat(pack["as_at"]) if "as_at" in pack else None
    return Pack(as_at, _tasks(pack.get("tasks", []), today), _alarms(pack.get("alarms", [])), sections)


def _tasks(found: Sequence[Mapping[str, Any]], today: date) -> Table:
    columns = [Column("Task"), Column("Owner when gathered"), Column("Waiting for"), Column("Due", narrow=True)]
    rows = []
    for task in found:
        waiting = WAITING_FOR.get(task["waiting_for"], task["waiting_for"])
        rows.append(Row([task["title"], task["owner"], waiting, When.due(date.fromisoformat(task["due"]), today=today)]))
    return Table("Open tasks", columns, rows, id="pack-tasks", empty="No task was open.")


def _alarms(found: Sequence[Mapping[str, str]]) -> Table:
    rows = [Row([CLOCKS.get(each["clock"], each["clock"]), capfirst(each["alarm"])]) for each in found]
    return Table("Dates that raise an alarm", [Column("Date"), Column("Alarm")], rows, id="pack-alarms", empty="No date raises an alarm.")


def _notes(found: Sequence[Mapping[str, str]], nothing: str) -> Timeline:
    entries = [Entry("Note", by=note["by"], at=datetime.fromisoformat(note["at"]), text=note["text"]) for note in found]
    return Timeline(entries, heading_level=4, empty=nothing)
