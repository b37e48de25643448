"""What a named person decides on a referral: accepted, no interest, or out of remit. Each keeps the record's own state in step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from longstop.access import queries as access
from longstop.access.rules import Permission, permitted
from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.cases import actions as cases
from longstop.cases import queries as cases_read
from longstop.cases.actions.receiving import custody_of
from longstop.cases.winding import NAMES
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.intake import sightings
from longstop.intake.sightings import Seen
from longstop.referral import events
from longstop.referral.actions.making import NewReferral, make_referrals
from longstop.referral.models import Referral, ReferralState
from longstop.referral.owners import pool
from longstop.referral.remit import referral_due
from longstop.referral.rules import NO_INTEREST, OUT_OF_REMIT, REFERRAL
from longstop.work import actions as work
from longstop.work import queries as tasks


class ReferralIsDecided(Exception):
    """Somebody else decided on the referral in the meantime: `referral_id` says which. Remedy: look at what was decided."""

    def __init__(self, referral_id: int) -> None:
        super().__init__(f"Referral {referral_id} was decided by somebody else in the meantime.")
        self.referral_id = referral_id


class OwnerHasChanged(Exception):
    """What was to change hands is no longer owned by the person the caller thinks: `owner_id` is who owns it now."""

    def __init__(self, subject_id: int, owner_id: int) -> None:
        super().__init__(subject_id)
        self.subject_id, self.owner_id = subject_id, owner_id


class MayNotTake(ValueError):
    """The person is not active, is about to leave, is in no team, or holds no role that does tasks."""


class NoReason(ValueError):
    """A decision needs a reason code of the vocabulary, and the reason in words."""


class InHandAlready(ValueError):
    """The person has an open case or an open referral."""


@dataclass(frozen=True)
class Held:
    """A referral under lock, with its record where it has one."""

    referral: Referral
    record: Seen | None


# Locked in this order everywhere: the record that arrived, then the referral, then its task.


def lock(referral_id: int) -> Held:
    """Lock an open referral, its record first. Raises ReferralIsDecided, Referral.DoesNotExist."""
    arrival_id = Referral.objects.values_list("arrival_id", flat=True).get(pk=referral_id)
    record_ = sightings.locked([arrival_id])[0] if arrival_id else None
    referral = Referral.objects.select_for_update(no_key=True).get(pk=referral_id)
    if referral.state != ReferralState.OPEN:
        raise ReferralIsDecided(referral_id)
    return Held(referral, record_)


@action
def accept(*, referral_id: int, owner_id: int, reason: str, by: int, at: datetime, today: date) -> int:
    """Accept a referral: open the person's case for this owner, in the same transaction, or attach it to the case that is open already.

    Gives the case's number. Raises ReferralIsDecided, and what `cases.actions.open_case` raises of the owner.
    """
    held = lock(referral_id)
    was_open = open_case_of(held.referral.person_id)
    case_id = was_open or _open(held, owner_id=owner_id, reason=reason, by=by, at=at, today=today)
    if was_open and held.record is not None and held.record.state != "opened":
        intake.mark_opened(arrival_ids=[held.record.id], by=by, at=at)
    _end(held, ReferralState.ACCEPTED, case_id=case_id, words=reason, by=by, at=at)
    happened = events.ReferralAccepted(
        subject_id=referral_id,
        person_id=held.referral.person_id,
        case_id=case_id,
        case_was_open=was_open is not None,
        owner_id=owner_id,
        reason=reason,
    )
    record(happened, by=by, at=at)
    return case_id


def open_case_of(person_id: int) -> int | None:
    """Give the person's open case, if any."""
    return next((case.pk for case in cases_read.of_persons([person_id]).get(person_id, []) if case.closed_at is None), None)


def _open(held: Held, *, owner_id: int, reason: str, by: int, at: datetime, today: date) -> int:
    if held.record is None:
        opened = cases.Opened(person_id=held.referral.person_id, owner_id=owner_id, source="referral", observed_at=at)
        return cases.open_case(opened=opened, reason=reason, by=by, at=at, today=today)
    if held.record.state != "opened":  # else its first case is closed, and the record has come back
        intake.mark_opened(arrival_ids=[held.record.id], by=by, at=at)
    told = arrived.arrival(held.record.id)
    custody, since = custody_of(told)
    opened = cases.Opened(
        person_id=held.referral.person_id,
        owner_id=owner_id,
        source="prison",
        observed_at=told.observed_at,
        custody=custody,
        custody_since=since,
        key_dates={name: day for name, day in told.release_dates.items() if name in NAMES},
    )
    return cases.open_case(opened=opened, reason=reason, by=by, at=at, today=today)


@action
def find_no_interest(*, referral_id: int, code: str, reason: str, by: int, at: datetime) -> None:
    """Find that there is no interest in the person, for a reason of `rules.NO_INTEREST` (domain.md 2.5).

    Raises ReferralIsDecided, NoReason.
    """
    _refuse(referral_id, ReferralState.NO_INTEREST, NO_INTEREST, code=code, reason=reason, by=by, at=at)


@action
def find_out_of_remit(*, referral_id: int, code: str, reason: str, by: int, at: datetime) -> None:
    """Find that the person is not for this command, for a reason of `rules.OUT_OF_REMIT`. Raises ReferralIsDecided, NoReason."""
    _refuse(referral_id, ReferralState.OUT_OF_REMIT, OUT_OF_REMIT, code=code, reason=reason, by=by, at=at)


def _refuse(referral_id: int, state: ReferralState, codes: Mapping[str, str], *, code: str, reason: str, by: int, at: datetime) -> None:
    if code not in codes or not reason.strip():
        raise NoReason(code)
    held = lock(referral_id)
    set_aside(held.record, codes[code], reason, by=by, at=at)
    _end(held, state, code=code, words=reason, by=by, at=at)
    happened = events.ReferralRefused(
        subject_id=referral_id, person_id=held.referral.person_id, outcome=state.value, code=code, reason=reason
    )
    record(happened, by=by, at=at)


def set_aside(row: Seen | None, why: str, reason: str, *, by: int, at: datetime) -> None:
    """Let a waiting record stand aside, in step with what was decided about it; it waits again when what tells about it changes."""
    if row is not None and row.waits:
        intake.set_aside(arrival_id=row.id, reason=f"{why}. {reason}", by=by, at=at)


def _end(held: Held, state: ReferralState, *, words: str, by: int, at: datetime, case_id: int | None = None, code: str = "") -> None:
    referral = held.referral
    REFERRAL.check(from_=referral.state, to=state)
    referral.state, referral.ended_at, referral.ended_by_id = state, at, by
    referral.outcome_code, referral.case_id = code, case_id
    referral.ended_payload_id = keep({"reason": words}, person_id=referral.person_id).pk
    referral.telling_digest = held.record.telling_digest if held.record else None
    referral.save(update_fields=["state", "ended_at", "ended_by", "outcome_code", "case", "ended_payload_id", "telling_digest"])
    assert referral.task_id is not None
    result = ReferralState(state).label
    work.complete(task_id=referral.task_id, result=result, person_id=referral.person_id, by=by, at=at)


@action
def refer_by_hand(
    *,
    person_id: int,
    reason: str,
    by: int,
    at: datetime,
    today: date,
    arrival_id: int | None = None,
    origin: str = "hand",
    why: str = "by_hand",
) -> int:
    """Refer a person to be considered, or consider them again; gives the referral's number. An earlier one stays as it ended.

    Raises InHandAlready, NobodyToOwn; ValueError where no reason is given.
    """
    if not reason.strip():
        raise NoReason
    row = sightings.locked([arrival_id])[0] if arrival_id else None
    if open_case_of(person_id) or Referral.objects.filter(person_id=person_id, state=ReferralState.OPEN).exists():
        raise InHandAlready(person_id)
    last = Referral.objects.filter(person_id=person_id).order_by("-ended_at", "-pk").first()
    arrival = arrival_id or (last.arrival_id if last else None)
    if row is None and arrival is not None:
        row = sightings.locked([arrival])[0]
    if row is not None and row.state == "set_aside":
        intake.take_up(arrival_id=row.id, reason=reason, by=by, at=at)
    due, hasty = _due(row, today=today)
    wanted = NewReferral(
        person_id=person_id,
        arrival_id=arrival,
        reasons=(why, *hasty),
        due=due,
        origin=origin,
        follows=last.pk if last else None,
        words=reason,
    )
    (made,) = make_referrals([wanted], pool(today=today), by=by, at=at, today=today, origin=None)
    return made


def _due(row: Seen | None, *, today: date) -> tuple[date, tuple[str, ...]]:
    if row is None:
        return referral_due(release_date=None, legal_status="", indeterminate=False, today=today)
    sentence = sightings.said([row])[row.id].get("sentence", {})
    return referral_due(
        release_date=row.release_date, legal_status=row.legal_status, indeterminate=bool(sentence.get("indeterminate")), today=today
    )


@action
def hand_on(*, kind: str, subject_ids: Sequence[int], to: int, from_: int, reason: str, by: int, at: datetime, today: date) -> None:
    """Give open referrals, questions, departures or second looks (`kind` is the word for one) to somebody else.

    Owner and due date live on the task, which changes hands. Raises OwnerHasChanged where one is not `from_`'s any more, or is decided;
    MayNotTake, NoReason.
    """
    if not reason.strip():
        raise NoReason
    staff = access.lock_staff([to]).get(to)
    if staff is None or not staff.active or staff.last_day is not None or staff.team_id is None:
        raise MayNotTake(to)
    if not permitted(roles=access.roles_of(staff_id=to, today=today), permission=Permission.DO_TASKS):
        raise MayNotTake(to)
    found = {task.subject_id: task for task in tasks.of_subjects(subject_ids=subject_ids) if task.subject_kind == kind}
    for number in subject_ids:
        task = found.get(number)
        if task is None or task.owner_id != from_:
            raise OwnerHasChanged(number, task.owner_id if task else 0)
    for number in sorted(subject_ids):
        work.reassign(task_ids=[found[number].pk], to=to, team_id=staff.team_id, reason=reason, by=by, at=at)
        record(events.HandedOn(subject_id=number, on=kind, from_owner_id=from_, to_owner_id=to, reason=reason), by=by, at=at)
