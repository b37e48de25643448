"""Who was on the last complete list and is not on this one is a departure, until an owner explains it; who is back ends it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from longstop.audit.actions import record_many
from longstop.intake import sightings
from longstop.referral import events
from longstop.referral.actions.making import NewQuestion, ask, notice
from longstop.referral.models import Consideration, Departure, DepartureState, Question, Remit
from longstop.referral.owners import Owners, Pool
from longstop.referral.rules import DEPARTURE, FINAL
from longstop.work import actions as work


def notice_chunk(held: Consideration, limit: int, owners: Owners, *, by: int, at: datetime, today: date) -> tuple[Counter[str], int | None]:
    """Tell of the next records that the list does not give any more; with the counts comes where to go on, None at the end.

    An absence is told once: whoever was gone at the last list too is not told of again.
    """
    receipt = sightings.receipt(held.receipt_id)
    absent, last = sightings.not_seen_in(receipt=receipt, after=held.departed_after, limit=limit)
    told = set(Departure.objects.filter(arrival_id__in=[number for number, _ in absent]).values_list("arrival_id", "last_seen_id"))
    fresh = dict(each for each in absent if each not in told)
    people = dict(Remit.objects.filter(arrival_id__in=fresh).values_list("arrival_id", "person_id"))
    # A record that was never considered has no person yet; its own receipt still waits to be.
    gone = [(row, people[row.id], fresh[row.id]) for row in sightings.locked(people)]
    if gone:
        notice(gone, owners.asked, receipt_id=held.receipt_id, by=by, at=at, today=today)
    return Counter(departed=len(gone)), last


def welcome_back(
    numbers: Sequence[int], people: Mapping[int, int], pool: Pool, *, receipt_id: int, by: int, at: datetime, today: date
) -> int:
    """End the open departures of records that are on the list again; gives how many. Who had died or been removed is asked about."""
    gone = Departure.objects.select_for_update(no_key=True).filter(arrival_id__in=numbers, state=DepartureState.OPEN).order_by("pk")
    back = list(gone)
    for each in back:
        DEPARTURE.check(from_=each.state, to=DepartureState.RETURNED)
        each.state, each.ended_at, each.ended_by_id = DepartureState.RETURNED, at, by
    Departure.objects.bulk_update(back, ["state", "ended_at", "ended_by"], batch_size=500)
    if back:
        work.withdraw(task_ids=[each.task_id for each in back if each.task_id], reason="The person is on the list again.", by=by, at=at)
    strange = _strange(numbers)
    ask([_question(each, people) for each in strange], pool, by=by, at=at, today=today)
    record_many(
        [
            events.DepartureReturned(subject_id=each.pk, person_id=each.person_id, receipt_id=receipt_id, explained_as=each.explanation)
            for each in (*back, *strange)
        ],
        by=by,
        at=at,
    )
    return len(back)


def _strange(numbers: Sequence[int]) -> list[Departure]:
    """The departures said to be for good, of records that are here, about which nobody was asked since: one a person."""
    said = Departure.objects.filter(arrival_id__in=numbers, state=DepartureState.EXPLAINED, explanation__in=FINAL).order_by("pk")
    latest = {each.person_id: each for each in said}
    asked = Question.objects.filter(kind="back_after_departure", person_id__in=latest).values_list("person_id", "made_at")
    for person, made_at in asked:
        ended = latest[person].ended_at if person in latest else None
        if ended is not None and made_at >= ended:
            del latest[person]
    return list(latest.values())


def _question(gone: Departure, people: Mapping[int, int]) -> NewQuestion:
    person = people.get(gone.arrival_id, gone.person_id)
    return NewQuestion(kind="back_after_departure", person_id=person, arrival_id=gone.arrival_id, reasons=(gone.explanation,))
