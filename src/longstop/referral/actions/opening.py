"""A case is opened straight from a record, singly or in bulk: its referral is accepted in the same act, or made and accepted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.actions import keep, record
from longstop.audit.operations import GuaranteeBroken, action, item
from longstop.cases import actions as cases
from longstop.cases import queries as cases_read
from longstop.cases.actions import Placement
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.intake import sightings
from longstop.referral import events
from longstop.referral.actions.deciding import ReferralIsDecided, accept
from longstop.referral.models import Referral, ReferralState, Remit
from longstop.work.actions import next_subject_ids

CHUNK = 25
DEALT_WITH = "Somebody else has dealt with this record."


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What became of one record: the number of the case opened from it, or why there is none."""

    arrival_id: int
    case_id: int | None
    explanation: str = ""


def open_from_records(*, placements: Sequence[Placement], reason: str, by: int, at: datetime, today: date) -> list[Placed]:
    """Open a case from each of these records and say what became of each, in the order given. The one way to open a case from a record.

    Not one transaction but one a chunk, so that what was acknowledged stays done whatever happens to the rest.
    """
    found: dict[int, Placed] = {}
    for chunk in _chunks(placements):
        placed = _open_chunk(placements=chunk, reason=reason, by=by, at=at, today=today)
        found |= {each.arrival_id: each for each in placed}
    return [found[each.arrival_id] for each in placements]


def _chunks(placements: Sequence[Placement]) -> Iterator[list[Placement]]:
    ordered = sorted(placements, key=lambda each: each.arrival_id)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


@action
def _open_chunk(*, placements: Sequence[Placement], reason: str, by: int, at: datetime, today: date) -> list[Placed]:
    placed = [_try(each, reason=reason, by=by, at=at, today=today) for each in placements]
    done = sum(each.case_id is not None for each in placed)
    happened = events.RecordsOpened(subject_id=None, done=done, refused=len(placed) - done, reason=reason)
    record(happened, by=by, at=at)
    return placed


def _try(placement: Placement, *, reason: str, by: int, at: datetime, today: date) -> Placed:
    try:
        with item():
            case_id = open_from_record(placement=placement, reason=reason, by=by, at=at, today=today)
    except (arrived.NoSuchRecord, intake.NotWaiting, ReferralIsDecided):
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation=DEALT_WITH)
    except cases.AlreadyOpen:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation="This person has an open case already.")
    except cases.MayNotOwn:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation="The chosen owner may not own cases.")
    except cases.OwnerIsLeaving:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation="The chosen owner is about to leave.")
    except cases.LacksCompetence:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation="The chosen owner lacks a competence that is needed.")
    except GuaranteeBroken as refused:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation=f"The database refused it ({refused.constraint}).")
    return Placed(arrival_id=placement.arrival_id, case_id=case_id)


@action
def open_from_record(*, placement: Placement, reason: str, by: int, at: datetime, today: date) -> int:
    """Open a case from one record: accept its open referral, or make one by hand and accept it; gives the case's number.

    Raises NotWaiting, AlreadyOpen, MayNotOwn, OwnerIsLeaving, LacksCompetence.
    """
    rows = sightings.locked([placement.arrival_id])
    if not rows or rows[0].state == "opened":
        raise intake.NotWaiting([placement.arrival_id])
    open_now = Referral.objects.filter(state=ReferralState.OPEN)
    waiting = open_now.filter(arrival_id=placement.arrival_id).first()
    if waiting is None and (remit := Remit.objects.filter(arrival_id=placement.arrival_id).first()):
        waiting = open_now.filter(person_id=remit.person_id).first()
    if waiting is not None and waiting.arrival_id == placement.arrival_id:
        return accept(referral_id=waiting.pk, owner_id=placement.owner_id, reason=reason, by=by, at=at, today=today)
    case_id = cases.open_from_record(placement=placement, reason=reason, by=by, at=at, today=today)
    if waiting is not None:  # the person was referred from another record of theirs
        accept(referral_id=waiting.pk, owner_id=placement.owner_id, reason=reason, by=by, at=at, today=today)
        return case_id
    _accepted(rows[0], case_id, placement.owner_id, reason=reason, by=by, at=at, today=today)
    return case_id


def _accepted(row: sightings.Seen, case_id: int, owner_id: int, *, reason: str, by: int, at: datetime, today: date) -> None:
    """Write a referral that was made and accepted in one act."""
    (number,) = next_subject_ids(1)
    case = cases_read.case(case_id)
    assert case is not None
    person_id = case.person_id
    words = keep({"reason": reason}, person_id=person_id)
    Referral.objects.create(
        id=number,
        person_id=person_id,
        arrival_id=row.id,
        origin="hand",
        reasons=["by_hand"],
        first_due=today,
        made_at=at,
        made_by_id=by,
        made_payload_id=words.pk,
        state=ReferralState.ACCEPTED,
        ended_at=at,
        ended_by_id=by,
        ended_payload_id=words.pk,
        telling_digest=row.telling_digest,
        case_id=case_id,
    )
    made = events.ReferralMade(
        subject_id=number,
        person_id=person_id,
        origin="hand",
        reasons=["by_hand"],
        arrival_id=row.id,
        follows=None,
        due=today,
        owner_id=None,
        words=reason,
    )
    record(made, by=by, at=at)
    accepted = events.ReferralAccepted(
        subject_id=number, person_id=person_id, case_id=case_id, case_was_open=False, owner_id=owner_id, reason=reason
    )
    record(accepted, by=by, at=at)
