"""The cases of the old system carried over: each person taken on, each open case opened for its owner, or referred where there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from longstop.cases import actions as cases
from longstop.cases import queries as caseload
from longstop.cases.models import Flow
from longstop.demo.replay.scenery import AT_WORK, Scenery, moment
from longstop.intake import queries as arrived
from longstop.intake.queries.casework import CaseworkCase, CaseworkPerson
from longstop.people import actions as people
from longstop.people import matching
from longstop.referral import actions as referral
from longstop.work.rules import NewTask

SOURCE = "casework"
CHUNK = 50
WHY = "Carried over from the old casework system."
_CUSTODY = {"prison": "serving", "detained": "time_served", "community": "community"}
_DATES = ("sentence_start_date", "sentence_expiry_date", "conditional_release_date", "early_removal_eligibility_date")


def carry_over(scenery: Scenery, *, by: int, day: date) -> int:
    """Carry every open case of the old system over, and give how many were opened. Run again it opens nothing twice."""
    at = moment(day, AT_WORK)
    waiting = arrived.casework_people()
    opened = 0
    while chunk := list(islice(waiting, CHUNK)):
        numbers = _take_on(chunk, by=by, at=at)
        opened += _open(scenery, list(zip(chunk, numbers, strict=True)), by=by, at=at, day=day)
    return opened


def _take_on(chunk: Sequence[CaseworkPerson], *, by: int, at: datetime) -> list[int]:
    records = [
        people.Record(
            source=SOURCE,
            key=each.key,
            content=each.content,
            observed_at=each.observed_at,
            receipt_id=each.receipt_id,
            person_id=each.person_id,
        )
        for each in chunk
    ]
    alike = matching.resemblances(records)
    joined = [replace(each, joins=like.joins) for each, like in zip(records, alike, strict=True)]
    return people.take_on_many(records=joined, reason=WHY, by=by, at=at)


def _open(scenery: Scenery, chunk: Sequence[tuple[CaseworkPerson, int]], *, by: int, at: datetime, day: date) -> int:
    has_one = caseload.of_persons([person for _, person in chunk])
    wanted: list[cases.Opened] = []
    for told, person in chunk:
        for case in [case for case in told.cases if case.content.get("is_open") and person not in has_one]:
            owner = scenery.by_number.get(str(case.content.get("owner_staff_number", "")))
            if owner is None or not owner.active:
                _refer(case, person, by=by, at=at, day=day)
            else:
                wanted.append(_opened(case, person, owner.pk, day))
    if not wanted:
        return 0
    results = cases.open_cases(wanted=wanted, reason=WHY, by=by, at=at, today=day)
    return sum(each.case_id is not None for each in results)


def _refer(case: CaseworkCase, person: int, *, by: int, at: datetime, day: date) -> None:
    """A case that nobody owns any more is somebody's to look at, not somebody's who has left."""
    said = case.content.get("owner_staff_number")
    reason = f"The old system's case names as its owner {said}, who has left." if said else "The old system's case has no owner."
    try:
        referral.refer_by_hand(person_id=person, reason=reason, by=by, at=at, today=day)
    except referral.InHandAlready:
        return


def _opened(case: CaseworkCase, person: int, owner: int, day: date) -> cases.Opened:
    said = case.content
    custody = _CUSTODY.get(str(said.get("custody", "")), "unknown")
    happened = {str(each.content.get("kind", "")): _day(each.content.get("happened_on")) for each in case.events}
    dates = {name: _day(said.get(name)) for name in _DATES}
    dates |= dict(_conditions(custody, happened, dates, day))
    since = dates.get("contact_conditions_since") or dates.get("detained_since") or dates["sentence_start_date"]
    due = _day(said.get("next_action_due"))
    first = NewTask(kind="case.review", due=due, details=str(said.get("next_action", ""))) if due and due >= day else None
    return cases.Opened(
        person_id=person,
        owner_id=owner,
        source="casework",
        observed_at=case.observed_at,
        custody=custody,
        custody_since=since if since and since <= day else None,
        monitored="EM fitted" in happened,
        flow=Flow.LEGACY,
        key_dates={name: value for name, value in dates.items() if value is not None},
        first=first,
    )


def _conditions(
    custody: str, happened: dict[str, date | None], dates: dict[str, date | None], day: date
) -> Iterator[tuple[str, date | None]]:
    """Give the days from which the reviews of somebody's detention or conditions are counted, and when they were last made."""
    if custody == "community":
        yield "contact_conditions_since", happened.get("bail granted")
        yield "last_contact_review", happened.get("contact")
    if custody == "time_served":
        release = dates["conditional_release_date"]
        since = release if release and release < day else day - timedelta(days=30)
        yield "detained_since", since
        yield "last_detention_review", day - timedelta(days=1)
    if "EM fitted" in happened:
        yield "monitoring_since", happened["EM fitted"]
        yield "last_monitoring_review", happened.get("EM review")


def _day(said: Any) -> date | None:
    return date.fromisoformat(str(said)) if said else None
