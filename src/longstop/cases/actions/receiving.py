"""A duty officer opens cases from records that arrived, singly or in bulk: the person, the case and the record's mark in one act each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.actions import record
from longstop.audit.operations import GuaranteeBroken, action, item
from longstop.cases import events
from longstop.cases.actions.moving import LacksCompetence, MayNotOwn, OwnerIsLeaving
from longstop.cases.actions.opening import AlreadyOpen, Opened, open_case
from longstop.cases.winding import NAMES, day_of
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.people import actions as people

CHUNK = 25


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A record from which a case is to be opened, and who is to own it."""

    arrival_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What became of one record: the number of the case opened from it, or why there is none."""

    arrival_id: int
    case_id: int | None
    explanation: str = ""


def open_from_records(*, placements: Sequence[Placement], reason: str, by: int, at: datetime, today: date) -> list[Placed]:
    """Open a case from each of these records and say what became of each, in the order given.

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
    happened = events.BulkActed(subject_id=None, act_kind="opening", done=done, skipped=0, refused=len(placed) - done, reason=reason)
    record(happened, by=by, at=at)
    return placed


def _try(placement: Placement, *, reason: str, by: int, at: datetime, today: date) -> Placed:
    try:
        with item():
            case_id = open_from_record(placement=placement, reason=reason, by=by, at=at, today=today)
    except (arrived.NoSuchRecord, intake.NotWaiting):
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation="Somebody else has dealt with this record.")
    except AlreadyOpen:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation="This person has an open case already.")
    except MayNotOwn:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation="The chosen owner may not own cases.")
    except OwnerIsLeaving:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation="The chosen owner is about to leave.")
    except LacksCompetence:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation="The chosen owner lacks a competence that is needed.")
    except GuaranteeBroken as refused:
        return Placed(arrival_id=placement.arrival_id, case_id=None, explanation=f"The database refused it ({refused.constraint}).")
    return Placed(arrival_id=placement.arrival_id, case_id=case_id)


@action
def open_from_record(*, placement: Placement, reason: str, by: int, at: datetime, today: date) -> int:
    """Take a record's person on, open their case, and mark the record; gives the case's number.

    Raises NoSuchRecord, NotWaiting, AlreadyOpen, MayNotOwn, OwnerIsLeaving, LacksCompetence.
    """
    intake.mark_opened(arrival_ids=[placement.arrival_id], by=by, at=at)
    told = arrived.arrival(placement.arrival_id)
    person_id = people.take_on(
        source=told.source,
        key=told.key,
        content=told.content,
        receipt_id=told.receipt_id,
        observed_at=told.observed_at,
        reason=reason,
        by=by,
        at=at,
        person_id=told.person_id,
    )
    custody, since = custody_of(told)
    opened = Opened(
        person_id=person_id,
        owner_id=placement.owner_id,
        source="prison",
        observed_at=told.observed_at,
        custody=custody,
        custody_since=since,
        key_dates={name: day for name, day in told.release_dates.items() if name in NAMES},
    )
    return open_case(opened=opened, reason=reason, by=by, at=at, today=today)


def custody_of(record: arrived.ArrivalView) -> tuple[str, date | None]:
    """Say in a case's words where the prison's record puts the person, and since when if it says so.

    Somebody whom the prison calls an immigration detainee is held after sentence under immigration powers (domain.md 2.6).
    When that began is not in the record: the clock alarms until a person has found out. Conditions began on the day of release, where
    the record has the movement.
    """
    if record.custody == "released":
        return "community", _released_on(record)
    if record.custody == "not_known":
        return "unknown", None
    if record.legal_status == "IMMIGRATION_DETAINEE":
        return "time_served", None
    return "serving", record.reception_date


def _released_on(record: arrived.ArrivalView) -> date | None:
    """The day of the last movement, where that was a release and had come when the record was written."""
    said = record.content.get("custody", {})
    if said.get("last_movement") != "REL" or not said.get("last_movement_on"):
        return None
    day = date.fromisoformat(str(said["last_movement_on"]))
    return day if day <= day_of(record.observed_at) else None
