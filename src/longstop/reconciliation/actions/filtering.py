"""A cohort is narrowed to a nationality for a stated purpose alone, which is recorded each time before anything is read."""

from datetime import date, datetime

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.reconciliation import events
from longstop.reconciliation.cohorts import definition
from longstop.reconciliation.nationalities import NotANationality, code_of


class NoPurpose(ValueError):
    """Nobody said what it is for. Remedy: say it in words; they are kept."""


@action
def state_purpose(*, cohort: str, nationality: str, purpose: str, by: int, at: datetime, today: date) -> str:
    """Record for what somebody narrows a cohort to a nationality; gives its code, by which both sides may be narrowed now.

    Raises NoSuchCohort, NotANationality, NoPurpose.
    """
    found, code = definition(cohort, today=today), code_of(nationality, today=today)
    if not purpose.strip():
        raise NoPurpose(cohort)
    happened = events.FilteredByNationality(subject_id=None, cohort=cohort, policy=found.policy.version, nationality=code, purpose=purpose)
    record(happened, by=by, at=at)
    return code


__all__ = ["NoPurpose", "NotANationality", "state_purpose"]
