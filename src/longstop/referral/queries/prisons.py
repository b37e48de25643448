"""A prison's page: who came, who may be in remit and was not referred, who leaves, and what is waited for from the prison."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from longstop.cases import queries as cases
from longstop.cases.queries.lists import cases_about
from longstop.referral.models import Question, Referral, Remit
from longstop.work import queries as tasks
from longstop.work.models import Task

NEW_DAYS = 7
AHEAD = (7, 28, 90)


@dataclass(frozen=True, kw_only=True)
class PrisonLine:
    """One prison in numbers, by its own dates.

    Of people whom the rules do not find out of remit; or of everybody on its lists, where that is asked for.
    """

    prison: str
    people: int
    received: int
    released_7: int
    released_28: int
    released_90: int
    without_referral: int
    referrals: int


def _there(*, everybody: bool = False, prison: str = "") -> "QuerySet[Remit]":
    rows = Remit.objects.exclude(arrival__prison="")
    rows = rows.filter(arrival__prison=prison) if prison else rows
    return rows if everybody else rows.exclude(result="out_of_remit")


def _within(days: int, today: date) -> Q:
    return Q(arrival__release_date__gte=today, arrival__release_date__lt=today + timedelta(days=days))


def _new(today: date) -> Q:
    return Q(arrival__reception_date__gt=today - timedelta(days=NEW_DAYS), arrival__reception_date__lte=today)


def _without(prison: str = "") -> "QuerySet[Remit]":
    """May be in remit, and neither referred nor asked about, ever, nor a case: there should be nobody."""
    about = {"person_id": OuterRef("person_id")}
    rows = _there(prison=prison).filter(~Exists(Referral.objects.filter(**about)), ~Exists(Question.objects.filter(**about)))
    return rows.filter(~Exists(cases_about(OuterRef("person_id"))))


def prison_lines(*, today: date, prison: str = "", everybody: bool = False) -> list[PrisonLine]:
    """Give every prison that a considered record names, or one, by its code, in three queries."""
    ahead = {f"released_{days}": Count("pk", filter=_within(days, today)) for days in AHEAD}
    counted = _there(everybody=everybody, prison=prison).annotate(prison=F("arrival__prison")).values("prison")
    counts = counted.annotate(people=Count("pk"), received=Count("pk", filter=_new(today)), **ahead)
    rows: list[dict[str, Any]] = [dict(row) for row in counts.order_by("prison")]
    without = dict(_without(prison).values_list("arrival__prison").annotate(Count("pk")).order_by())
    waiting = Referral.objects.filter(state="open", arrival__isnull=False)
    waiting = waiting.filter(arrival__prison=prison) if prison else waiting
    referrals = dict(waiting.values_list("arrival__prison").annotate(Count("pk")).order_by())
    return [PrisonLine(without_referral=without.get(row["prison"], 0), referrals=referrals.get(row["prison"], 0), **row) for row in rows]


def received(*, prison: str, today: date, everybody: bool = False) -> "QuerySet[Remit]":
    """Give those received in the last seven days, the newest first."""
    rows = _there(prison=prison, everybody=everybody).filter(_new(today))
    return _full(rows).order_by("-arrival__reception_date", "pk")


def without_referral(*, prison: str) -> "QuerySet[Remit]":
    """Give those who may be in remit and whom nobody was asked to consider, by release date."""
    return _full(_without(prison)).order_by(F("arrival__release_date").asc(nulls_last=True), "pk")


def released(*, prison: str, days: int, today: date, everybody: bool = False) -> "QuerySet[Remit]":
    """Give those whose release falls within so many days, the soonest first."""
    rows = _there(prison=prison, everybody=everybody).filter(_within(days, today))
    return _full(rows).order_by("arrival__release_date", "pk")


def _full(rows: "QuerySet[Remit]") -> "QuerySet[Remit]":
    return rows.select_related("arrival", "person__particulars")


def prison_of(person_id: int) -> str:
    """Give the code of the prison whose newest considered record names a person; "" where none does. One query."""
    named = Remit.objects.filter(person_id=person_id).exclude(arrival__prison="").order_by("-arrival__observed_at", "-arrival_id")
    return named.values_list("arrival__prison", flat=True).first() or ""


def owed_tasks(*, prison: str, papers: str, most: int) -> list[Task]:
    """Give the open tasks of cases of people at the prison that wait for the prison, by due date; `papers` is the kind of papers to serve.

    Of papers and of everything else at most so many, those due first. One query.
    """
    there = cases.open_cases().filter(person_id__in=Remit.objects.filter(arrival__prison=prison).values("person_id"))
    wanted = tasks.open_tasks().filter(subject_kind="case", subject_id__in=there.order_by().values("pk"), waiting_for="prison")
    is_paper = Case(When(kind=papers, then=Value(True)), default=Value(False))
    place = Window(RowNumber(), partition_by=[is_paper], order_by=["due", "pk"])
    return list(wanted.annotate(place=place).filter(place__lte=most).select_related("owner").order_by("due", "pk"))
