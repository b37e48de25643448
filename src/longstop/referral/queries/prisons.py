"""A prison's page: who came, who may be in remit and was not referred, who leaves, and what the prison owes or is owed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from longstop.cases import queries as cases
from longstop.referral.models import Question, Referral, Remit
from longstop.work import queries as tasks
from longstop.work.models import Task

NEW_DAYS = 7
AHEAD = (7, 28, 90)


@dataclass(frozen=True, kw_only=True)
class PrisonLine:
    """One prison in the list of prisons: people whom the rules do not find out of remit, by the prison's own dates."""

    prison: str
    people: int
    received: int
    without_referral: int
    released_7: int
    released_28: int
    released_90: int
    referrals: int


def _there() -> "QuerySet[Remit]":
    return Remit.objects.exclude(result="out_of_remit").exclude(arrival__prison="")


def _within(days: int, today: date) -> Q:
    return Q(arrival__release_date__gte=today, arrival__release_date__lt=today + timedelta(days=days))


def _new(today: date) -> Q:
    return Q(arrival__reception_date__gt=today - timedelta(days=NEW_DAYS), arrival__reception_date__lte=today)


def _without() -> "QuerySet[Remit]":
    """May be in remit, and neither referred nor asked about, ever, nor a case: there should be nobody."""
    referred, asked = Referral.objects.values("person_id"), Question.objects.values("person_id")
    return _there().exclude(person_id__in=referred).exclude(person_id__in=asked).filter(person__cases__isnull=True)


def prison_lines(*, today: date) -> list[PrisonLine]:
    """Give every prison that a considered record names, by its code, in three queries."""
    ahead = {f"released_{days}": Count("pk", filter=_within(days, today)) for days in AHEAD}
    counted = _there().annotate(prison=F("arrival__prison")).values("prison")
    rows: list[dict[str, Any]] = list(
        counted.annotate(people=Count("pk"), received=Count("pk", filter=_new(today)), **ahead).order_by("prison")
    )
    without = dict(_without().values_list("arrival__prison").annotate(Count("pk")).order_by())
    waiting = Referral.objects.filter(state="open", arrival__isnull=False)
    referrals = dict(waiting.values_list("arrival__prison").annotate(Count("pk")).order_by())
    return [PrisonLine(without_referral=without.get(row["prison"], 0), referrals=referrals.get(row["prison"], 0), **row) for row in rows]


def received(*, prison: str, today: date) -> "QuerySet[Remit]":
    """Give those received in the last seven days, the newest first."""
    return _full(_there().filter(_new(today), arrival__prison=prison)).order_by("-arrival__reception_date", "pk")


def without_referral(*, prison: str) -> "QuerySet[Remit]":
    """Give those who may be in remit and whom nobody was asked to consider, by release date."""
    return _full(_without().filter(arrival__prison=prison)).order_by(F("arrival__release_date").asc(nulls_last=True), "pk")


def released(*, prison: str, days: int, today: date) -> "QuerySet[Remit]":
    """Give those whose release falls within so many days, the soonest first."""
    return _full(_there().filter(_within(days, today), arrival__prison=prison)).order_by("arrival__release_date", "pk")


def _full(rows: "QuerySet[Remit]") -> "QuerySet[Remit]":
    return rows.select_related("arrival", "person__particulars")


def case_tasks(*, prison: str, kinds: Collection[str]) -> "QuerySet[Task]":
    """Give the open tasks of cases of people at the prison that wait for the prison, or are of these kinds, by due date."""
    there = cases.open_cases().filter(person_id__in=Remit.objects.filter(arrival__prison=prison).values("person_id"))
    wanted = tasks.open_tasks().filter(subject_kind="case", subject_id__in=there.order_by().values("pk"))
    found = wanted.filter(Q(waiting_for="prison") | Q(kind__in=list(kinds)))
    return found.select_related("owner").order_by("due", "pk")
