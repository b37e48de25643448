"""Breaks: one, a list of them, and what each side says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from longstop.audit.counting import count_each
from longstop.audit.queries import content_beside, contents
from longstop.reconciliation.models import Break, BreakState, Enquiry
from longstop.reconciliation.queries.enquiries import answers_of
from longstop.work import queries as tasks

_AROUND = ("person__particulars", "case", "arrival", "task__owner", "task__team", "made_by", "ended_by", "statement")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of breaks is narrowed by. `state` is "open", "ended" for those that are not, "" for all."""

    state: str = "open"
    kind: str = ""
    owner_ids: tuple[int, ...] = ()
    overdue: bool = False


def break_(break_id: int) -> Break:
    """Give one break with what its page shows. Raises Break.DoesNotExist."""
    return Break.objects.select_related(*_AROUND, "referral").get(pk=break_id)


def found(filters: Filters, *, today: date) -> "QuerySet[Break]":
    """Give the breaks that the filters let through: the gravest first, within each by the day on which it is to be settled."""
    rows = Break.objects.all()
    if filters.state:
        rows = rows.filter(state=BreakState.OPEN) if filters.state == "open" else rows.exclude(state=BreakState.OPEN)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.owner_ids:
        rows = rows.filter(task__owner_id__in=filters.owner_ids)
    if filters.overdue:
        rows = rows.filter(task__due__lt=today)
    rows = rows.select_related(*_AROUND)
    if filters.state == "open":
        return rows.order_by("gravity", F("task__due").asc(nulls_last=True), "pk")
    return rows.order_by("-ended_at", "-pk")


def open_about(person_id: int) -> "QuerySet[Break]":
    """Give what is open about a person, the gravest first."""
    return Break.objects.filter(person_id=person_id, state=BreakState.OPEN).order_by("gravity", "pk")


def counts(*, staff_ids: Iterable[int], today: date) -> dict[str, int]:
    """Count the open breaks, those of these people, and those overdue (`AtLeast` where they are very many)."""
    open_now = tasks.open_tasks().filter(subject_kind="break").order_by()
    mine, late = open_now.filter(owner_id__in=list(staff_ids)), open_now.filter(due__lt=today)
    return count_each({"all": open_now, "mine": mine, "overdue": late})


def says_of(rows: Iterable[Break]) -> dict[int, Mapping[str, Any]]:
    """Give what each side says, by break: `ours`, `theirs`, `basis` (the name of the date); empty where disposed of. One query."""
    wanted = {row.pk: row.says_payload_id for row in rows}
    kept = contents(wanted.values())
    return {number: kept.get(payload) or {} for number, payload in wanted.items()}


@dataclass(frozen=True, kw_only=True)
class BreakSaid:
    """A break with what each side says, as `says_of` gives it."""

    row: Break
    says: Mapping[str, Any]


def breaks_of_person(person_id: int) -> list[BreakSaid]:
    """Give the breaks of a person that are open, the gravest first, and then those that somebody has settled, the newest first.

    With whose each is, or who settled it, and what each side says, in one query. One that was not found any more says nothing of today.
    """
    rows = Break.objects.filter(person_id=person_id, state__in=[BreakState.OPEN, BreakState.SETTLED])
    rows = rows.select_related("case", "task__owner", "task__team", "ended_by").annotate(says=content_beside("says_payload_id"))
    return [BreakSaid(row=row, says=row.says or {}) for row in rows.order_by(F("ended_at").desc(nulls_first=True), "gravity", "pk")]


def words_of(rows: Iterable[Break]) -> dict[int, Mapping[str, Any]]:
    """Give what was written when these breaks were settled, by break; empty for those that were not. One query."""
    wanted = {row.pk: row.ended_payload_id for row in rows}
    kept = contents(payload for payload in wanted.values() if payload is not None)
    return {number: kept.get(payload) or {} if payload is not None else {} for number, payload in wanted.items()}


def export_person(person_id: int) -> dict[str, Any]:
    """Give everything that is held about a person here, as plain values, for the person's own request."""
    rows = list(Break.objects.filter(person_id=person_id).order_by("pk"))
    asked = list(Enquiry.objects.filter(broken__person_id=person_id).order_by("pk"))
    said, written, answered = says_of(rows), words_of(rows), answers_of(asked)
    return {
        "breaks": [
            {
                "break": row.pk,
                "kind": row.kind,
                "says": said[row.pk],
                "state": row.state,
                "outcome": row.outcome,
                "made_at": row.made_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
                "words": written[row.pk],
            }
            for row in rows
        ],
        "asked_of_the_prison_service": [
            {"break": each.broken_id, "prison": each.prison, "state": each.state, "answer": each.answer, "words": answered.get(each.pk, "")}
            for each in asked
        ],
        "tasks": tasks.export_subjects(subject_ids=[row.pk for row in rows]),
    }
