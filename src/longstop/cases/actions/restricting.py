"""Restricting a case: it shows that it exists, and nothing more, save to those with leave to see it."""

from collections.abc import Callable
from datetime import datetime

from longstop.audit.actions import record
from longstop.audit.events import Event
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.moving import touch
from longstop.cases.models import Case


@action
def restrict(*, case_id: int, reason: str, by: int, at: datetime) -> None:
    """Restrict a case. Its owner, and the line above the owner, still see it; others need leave."""
    _set(
        case_id,
        True,
        by=by,
        at=at,
        happened=lambda case: events.CaseRestricted(subject_id=case_id, person_id=case.person_id, reason=reason),
    )


@action
def unrestrict(*, case_id: int, reason: str, by: int, at: datetime) -> None:
    """Lift the restriction of a case."""
    _set(
        case_id,
        False,
        by=by,
        at=at,
        happened=lambda case: events.CaseUnrestricted(subject_id=case_id, person_id=case.person_id, reason=reason),
    )


def _set(case_id: int, restricted: bool, *, by: int, at: datetime, happened: Callable[[Case], Event]) -> None:
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    case.restricted = restricted
    touch(case, by=by, at=at)
    case.save(update_fields=["restricted", "version", "last_worked_at", "last_worked_by"])
    record(happened(case), by=by, at=at)
