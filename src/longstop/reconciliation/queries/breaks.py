"""Breaks: one, a list of them, and what each side says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from longstop.audit.counting import count_each
from longstop.audit.queries import contents
from longstop.reconciliation.models import Break, BreakState
from longstop.reconciliation.rules import ALARMS, Kind
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


def counts(*, staff_ids: Iterable[int], today: date) -> dict[str, int]:
    """Count the open breaks, those of these people, those overdue, and those of each kind (`AtLeast` where they are very many)."""
    open_now = tasks.open_tasks().filter(subject_kind="break").order_by()
    lists: dict[str, QuerySet[Any]] = {
        "all": open_now,
        "mine": open_now.filter(owner_id__in=list(staff_ids)),
        "overdue": open_now.filter(due__lt=today),
    }
    return count_each(lists | {kind.value: Break.objects.filter(state=BreakState.OPEN, kind=kind.value) for kind in Kind})


def open_alarms() -> "QuerySet[Break]":
    """Give the open breaks of the two gravest kinds."""
    return Break.objects.filter(state=BreakState.OPEN, kind__in=[kind.value for kind in ALARMS]).order_by("gravity", "pk")


def says_of(rows: Iterable[Break]) -> dict[int, Mapping[str, Any]]:
    """Give what each side says, by break: `ours`, `theirs`, `basis` (the name of the date); empty where disposed of. One query."""
    wanted = {row.pk: row.says_payload_id for row in rows}
    kept = contents(wanted.values())
    return {number: kept.get(payload) or {} for number, payload in wanted.items()}


def words_of(row: Break) -> dict[str, Any]:
    """Give what was written when a break was settled. One query."""
    return dict(contents([row.ended_payload_id]).get(row.ended_payload_id) or {}) if row.ended_payload_id else {}


def of_person(person_id: int) -> list[Break]:
    """Give all breaks about a person, open ones first."""
    return list(Break.objects.filter(person_id=person_id).select_related("task__owner").order_by("ended_at", "-pk"))


def export_person(person_id: int) -> dict[str, Any]:
    """Give everything that is held about a person here, as plain values, for the person's own request."""
    rows = of_person(person_id)
    said = says_of(rows)
    plain = [
        {
            "break": row.pk,
            "kind": row.kind,
            "says": said[row.pk],
            "state": row.state,
            "outcome": row.outcome,
            "made_at": row.made_at.isoformat(),
            "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            "words": words_of(row),
        }
        for row in rows
    ]
    return {"breaks": plain, "tasks": tasks.export_subjects(subject_ids=[row.pk for row in rows])}
