"""A person's values are destroyed only once nothing about them is open here either."""

from datetime import datetime

from longstop.audit import queries as audit_read
from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.reconciliation import events
from longstop.reconciliation.models import Break, BreakState
from longstop.referral import actions as referral


class StillBroken(ValueError):
    """A break about the person is open: settle it first."""


@action
def propose_disposal(*, person_id: int, reason: str, authority: str, by: int, at: datetime) -> int:
    """Propose that a person's values be destroyed; gives the number of the certificate.

    Raises StillBroken, and what `referral.actions.propose_disposal` raises.
    """
    _check(person_id)
    return referral.propose_disposal(person_id=person_id, reason=reason, authority=authority, by=by, at=at)


@action
def dispose_person(*, disposal_id: int, by: int, at: datetime) -> int:
    """Approve a colleague's proposal and destroy the person's values in every room; gives how many payloads went.

    What this room holds of a person are pointers to payloads, which go with the others. Raises StillBroken, and what
    `referral.actions.dispose_person` raises.
    """
    person_id = audit_read.disposal(disposal_id).person_id
    _check(person_id)
    gone = referral.dispose_person(disposal_id=disposal_id, by=by, at=at)
    record(events.PersonDisposed(subject_id=person_id, disposal_id=disposal_id), by=by, at=at)
    return gone


def _check(person_id: int) -> None:
    if Break.objects.filter(person_id=person_id, state=BreakState.OPEN).exists():
        raise StillBroken(person_id)
