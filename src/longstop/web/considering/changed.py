"""What is compared of a referral, question, departure or second look, where its list is held beside itself at a past moment."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from longstop.cases import queries as cases
from longstop.reconciliation import queries as reconciled
from longstop.referral import queries as read
from longstop.referral.models import Question
from longstop.referral.queries.pairs import Blind
from longstop.web.considering.blind import blind_of
from longstop.web.considering.subjects import KINDS, PERSON, Subject, kind_of, person_cell, persons_of
from longstop.web.doors import Who
from longstop.web.exporting.changes import Kind, Told
from longstop.web.leading.words import day
from longstop.web.parts import Cell


def _breaks(filters: read.Filters, *, today: date) -> Any:
    return reconciled.found(reconciled.Filters(state=filters.state), today=today)


LISTS: Mapping[str, Any] = {
    "referral": read.referrals,
    "question": read.questions,
    "departure": read.departures,
    "look": read.looks,
    "break": _breaks,
}
ANY = read.Filters(state="")


def _gone(row: Subject) -> str:
    """Say what became of one that is not in the list any more."""
    if row.state == "open" and row.task is not None:
        return f"With {row.task.owner.name}, {row.task.team.name}, due {day(row.task.due)}"
    by = f" by {row.ended_by.name}" if row.ended_by else ""
    return f"{kind_of(row).states[row.state][0]}{by}"


def _cells(found: Mapping[int, Subject], now: Who) -> dict[int, list[Cell]]:
    closed = _closed(found, now)
    return {pk: [person_cell(row, shown=pk not in closed)] for pk, row in found.items()}


def _closed(found: Mapping[int, Subject], now: Who) -> Collection[int]:
    persons = cases.closed_persons(persons_of(found.values()), now.standing)
    return {pk for pk, row in found.items() if persons_of([row]) & persons}


def _unseen(found: Mapping[int, Subject], now: Who) -> Collection[int]:
    """Give the questions of which the reader is not told who answered, since they read them again."""
    unseen = blind_of(now) if any(isinstance(row, Question) for row in found.values()) else Blind()
    return {pk for pk, row in found.items() if isinstance(row, Question) and unseen.hides(row)}


def compared(kind: str) -> Kind:
    """Give what is compared of one of the kinds: whose it is, by when, and how it stands. The list shows these of everybody."""

    def load(numbers: Sequence[int], now: Who) -> Mapping[int, Any]:
        return {row.pk: row for row in LISTS[kind](ANY, today=now.today).filter(pk__in=numbers)}

    return Kind(
        columns=(PERSON,),
        fields={
            "task__owner_id": Told("Owner", staff=True),
            "task__due": Told("Due"),
            "state": Told("Status", lambda value: KINDS[kind].states[value][0]),
        },
        noun=KINDS[kind].list_title.lower(),
        load=load,
        cells=_cells,
        gone=_gone,
        closed=_unseen,
    )
