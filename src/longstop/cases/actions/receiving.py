"""A case is opened from a record that arrived: the person, the case and the record's mark in one act.

`referral.actions.open_from_records` is what doors call: it answers for the record's referral too.
"""

from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.operations import action
from longstop.cases.actions.beginning import Opened
from longstop.cases.actions.opening import open_case
from longstop.cases.winding import NAMES, day_of
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.people import actions as people


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A record from which a case is to be opened, and who is to own it."""

    arrival_id: int
    owner_id: int


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
