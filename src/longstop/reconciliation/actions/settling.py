"""A named person settles a break: what follows is done by the room whose it is, in the same transaction."""

from collections.abc import Callable
from datetime import date, datetime

from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.cases import actions as cases
from longstop.cases import queries as cases_read
from longstop.cases.actions.receiving import custody_of
from longstop.cases.models import Case
from longstop.cases.winding import NAMES
from longstop.intake import queries as arrived
from longstop.intake import sightings
from longstop.people import matching
from longstop.reconciliation import events
from longstop.reconciliation.actions.enquiring import BreakIsSettled, overtake
from longstop.reconciliation.models import Break, BreakState
from longstop.reconciliation.queries.breaks import says_of
from longstop.reconciliation.rules import BREAK, OUTCOMES, TAKEN, Kind, Outcome
from longstop.referral import actions as referral
from longstop.work import actions as work


class NoReason(ValueError):
    """A break is settled in a way that its kind knows, with a reason in words."""


class SaysOtherwise(Exception):
    """A side says something else by now than what was looked at. Remedy: look at it again, and settle that."""


class NothingToTake(ValueError):
    """There is no open case, or no record of the other side, from which anything could be taken over; or no one record to be parted."""


@action
def settle(*, break_id: int, outcome: str, reason: str, by: int, at: datetime, today: date, seen: bytes | None = None) -> int | None:
    """Settle a break in one of the ways of `rules.OUTCOMES` for its kind, and say why; gives the referral that follows, if any.

    Where the other side is right, the case takes what it says by the case's own actions: what the break said, and nothing that a later list
    brought. What no case has, who somebody is and of what nationality, is settled by the reason; two persons are parted again.
    `seen` is the digest of what was looked at. Raises BreakIsSettled, SaysOtherwise, NoReason, NothingToTake, and what
    `referral.actions.refer_by_hand` and `referral.actions.part` raise.
    """
    arrival_id = Break.objects.values_list("arrival_id", flat=True).get(pk=break_id)
    if arrival_id is not None:  # locked in this order everywhere: the record that arrived, then what was made of it
        sightings.locked([arrival_id])
    found = Break.objects.select_for_update(no_key=True).get(pk=break_id)
    if found.state != BreakState.OPEN:
        raise BreakIsSettled(break_id)
    if seen is not None and bytes(found.says_digest) != seen:
        raise SaysOtherwise(break_id)
    if outcome not in OUTCOMES[Kind(found.kind)] or not reason.strip():
        raise NoReason(outcome)
    BREAK.check(from_=found.state, to=BreakState.SETTLED)
    referral_id = _follow(found, Outcome(outcome), reason, by=by, at=at, today=today)
    found.state, found.outcome, found.ended_at, found.ended_by_id = BreakState.SETTLED, outcome, at, by
    found.ended_payload_id = keep({"reason": reason}, person_id=found.person_id).pk
    found.referral_id = referral_id
    found.save(update_fields=["state", "outcome", "ended_at", "ended_by", "ended_payload_id", "referral"])
    overtake([break_id], by=by, at=at)
    assert found.task_id is not None
    work.complete(task_id=found.task_id, result=OUTCOMES[Kind(found.kind)][Outcome(outcome)], person_id=found.person_id, by=by, at=at)
    happened = events.BreakSettled(
        subject_id=break_id,
        person_id=found.person_id,
        break_kind=found.kind,
        outcome=outcome,
        referral_id=referral_id,
        reason=reason,
    )
    record(happened, by=by, at=at)
    return referral_id


def _follow(found: Break, outcome: Outcome, reason: str, *, by: int, at: datetime, today: date) -> int | None:
    if outcome == Outcome.REFERRED:
        return referral.refer_by_hand(person_id=found.person_id, arrival_id=found.arrival_id, reason=reason, by=by, at=at, today=today)
    if outcome == Outcome.PARTED:
        for record_id in _joined(found):
            referral.part(record_id=record_id, reason=reason, by=by, at=at, today=today)
    if outcome == Outcome.THEIRS and found.kind in TAKEN:
        _TAKING[Kind(found.kind)](found, reason, by, at, today)
    return None


def _joined(found: Break) -> list[int]:
    """Give the records to be parted from the person: what came with the other side's where that was joined, else what of ours was."""
    joined = matching.joined_records(found.person_id)
    theirs = sightings.standing([found.arrival_id])[found.arrival_id].person_id if found.arrival_id else None
    if theirs in joined:
        return joined[theirs]
    if len(joined) != 1:
        raise NothingToTake(found.pk)
    return next(iter(joined.values()))


def _theirs(found: Break) -> str:
    """Give what the break says that the other side says."""
    return str(says_of([found])[found.pk].get("theirs") or "")


def _open_case(found: Break) -> Case:
    about = cases_read.of_persons([found.person_id]).get(found.person_id, [])
    case = next((each for each in about if each.closed_at is None), None)
    if case is None:
        raise NothingToTake(found.pk)
    return case


def _take_custody(found: Break, reason: str, by: int, at: datetime, today: date) -> None:
    """Let the case say where the person is, as the other side's record has it; where it has none, in the community."""
    case = _open_case(found)
    custody, since = custody_of(arrived.arrival(found.arrival_id)) if found.arrival_id else ("community", None)
    if found.arrival_id and custody != _theirs(found):
        raise SaysOtherwise(found.pk)
    cases.change_custody(case_id=case.pk, custody=custody, since=since, monitored=case.monitored, reason=reason, by=by, at=at, today=today)


def _take_dates(found: Break, reason: str, by: int, at: datetime, today: date) -> None:
    """Let the case take each date of the other side's record from which its release date is reckoned."""
    case = _open_case(found)
    if found.arrival_id is None:
        raise NothingToTake(found.pk)
    told = arrived.arrival(found.arrival_id)
    if told.release_date is None or told.release_date.isoformat() != _theirs(found):
        raise SaysOtherwise(found.pk)
    held = {each.name: each.value for each in cases_read.key_dates_of(case.pk) if each.source == "prison"}
    fresh = {name: day for name, day in told.release_dates.items() if name in NAMES and held.get(name) != day}
    if not fresh:
        raise NothingToTake(found.pk)
    for name, day in fresh.items():
        cases.record_key_date(
            case_id=case.pk,
            name=name,
            value=day,
            source="prison",
            observed_at=told.observed_at,
            reason=reason,
            by=by,
            at=at,
            today=today,
        )


_TAKING: dict[Kind, Callable[[Break, str, int, datetime, date], None]] = {
    Kind.RELEASED: _take_custody,
    Kind.NOT_LISTED: _take_custody,
    Kind.CUSTODY: _take_custody,
    Kind.RELEASE_DATE: _take_dates,
}
