"""Numbers for screens: each is the count of a list that `lists` gives with the same filter."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import Count, Q

from longstop.intake import sightings
from longstop.kernel.policy import load
from longstop.referral.models import Consideration, Departure, Look, Question, Referral, Remit


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How many are open, overdue, due in seven days with today counted, and this person's own."""

    open: int
    overdue: int
    due_7: int
    mine: int


def numbers(*, staff_id: int, covering: tuple[int, ...] = (), today: date) -> dict[str, Numbers]:
    """Count what is open of each kind ("referral", "question", "departure", "look"), one query each."""
    mine = Q(task__owner_id__in=[staff_id, *covering])
    soon = Q(task__due__gte=today, task__due__lt=today + timedelta(days=7))
    kinds: dict[str, type[models.Model]] = {"referral": Referral, "question": Question, "departure": Departure, "look": Look}
    return {
        kind: Numbers(
            **model._default_manager.filter(state="open").aggregate(
                open=Count("pk"),
                overdue=Count("pk", filter=Q(task__due__lt=today)),
                due_7=Count("pk", filter=soon),
                mine=Count("pk", filter=mine),
            )
        )
        for kind, model in kinds.items()
    }


@dataclass(frozen=True, kw_only=True)
class PrisonNumbers:
    """A prison's page in numbers. Releases are of people the rules do not find out of remit, by the prison's own dates."""

    prison: str
    received_7: int
    may_be_in_remit: int
    without_referral: int
    referrals_open: int
    questions_open: int
    departures_open: int
    released_7: int
    released_28: int
    released_90: int


def prison_numbers(*, prison: str, today: date) -> PrisonNumbers:
    """Count for one prison, in four queries.

    `without_referral` are those who may be in remit and have neither referral nor question, open or ended, nor a case: it should be 0.
    """
    there = Remit.objects.filter(arrival__prison=prison).exclude(result="out_of_remit")
    ahead = {f"released_{days}": Count("pk", filter=_released_within(days, today)) for days in (7, 28, 90)}
    counted = there.aggregate(
        received_7=Count("pk", filter=Q(arrival__reception_date__gt=today - timedelta(days=7), arrival__reception_date__lte=today)),
        may_be_in_remit=Count("pk"),
        **ahead,
    )
    referred = Referral.objects.filter(arrival__prison=prison)
    nobody = there.exclude(person_id__in=Referral.objects.values("person_id")).exclude(person_id__in=Question.objects.values("person_id"))
    return PrisonNumbers(
        prison=prison,
        without_referral=nobody.exclude(person__cases__isnull=False).count(),
        referrals_open=referred.filter(state="open").count(),
        questions_open=Question.objects.filter(arrival__prison=prison, state="open").count(),
        departures_open=Departure.objects.filter(arrival__prison=prison, state="open").count(),
        **counted,
    )


def _released_within(days: int, today: date) -> Q:
    return Q(arrival__release_date__gte=today, arrival__release_date__lt=today + timedelta(days=days))


def unconsidered_receipts(*, today: date) -> list[int]:
    """Give the finished receipts whose records nobody has had considered to the end, oldest first."""
    done = set(Consideration.objects.filter(finished_at__isnull=False).values_list("receipt_id", flat=True))
    sources = load("remit").at("sources", today).texts("considered")
    return [each.pk for source in sources for each in sightings.finished_receipts(source=source) if each.pk not in done]
