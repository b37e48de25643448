"""A prison's page: who came, who may be in remit and was not referred, who leaves, and what is waited for from the prison."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import RowNumber

from longstop.cases import queries as cases
from longstop.cases.queries.lists import cases_about
from longstop.referral.models import Consideration, PrisonCount, Question, Referral, Remit
from longstop.work import queries as tasks
from longstop.work.models import Task

NEW_DAYS = 7
AHEAD = (7, 28, 90)
# Up to so many records their prisons are counted whenever somebody asks, which takes a tenth of a second; above it counts are kept.
COUNTED_AT_ONCE = 20_000
# Counts are kept each quarter of an hour: older than twice that they are not shown, and the page counts for itself.
KEPT_FOR = timedelta(minutes=30)
WITHOUT, WAITING = "without", "waiting"
NUMBERS = ("people", "received", "released_7", "released_28", "released_90", "without_referral", "referrals")


@dataclass(frozen=True, kw_only=True)
class PrisonLine:
    """One prison in numbers, by its own dates.

    Of people whom the rules do not find out of remit; or of everybody on its lists, where that is asked for. `people`, all of them, is
    None where one prison alone was counted, whose page does not show it. `counted_at` is None where it was counted just now.
    """

    prison: str
    people: int | None
    received: int
    released_7: int
    released_28: int
    released_90: int
    without_referral: int
    referrals: int
    counted_at: datetime | None = None


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
    """Count every prison that a considered record names, or one, by its code, in two queries; three for one where nobody comes or goes.

    Of one prison only those are read who came or leave within the days that are counted, and whom nobody considers.
    """
    rows = _whole_lines(everybody, today) if not prison else _one_line(prison, everybody, today)
    open_now = Referral.objects.filter(state="open", arrival__isnull=False)
    open_now = open_now.filter(arrival__prison=prison) if prison else open_now
    sums = [_summed(_without(prison), WITHOUT), _summed(open_now, WAITING)]
    beside = {(what, code): number for what, code, number in sums[0].union(sums[1], all=True)}
    return [
        PrisonLine(without_referral=beside.get((WITHOUT, row["prison"]), 0), referrals=beside.get((WAITING, row["prison"]), 0), **row)
        for row in rows
    ]


def _summed(found: "QuerySet[Any]", what: str) -> "QuerySet[Any, Any]":
    summed: QuerySet[Any, Any] = (
        found.order_by().annotate(what=Value(what)).values_list("what", "arrival__prison").annotate(number=Count("pk"))
    )
    return summed


def _counts(today: date) -> dict[str, Count]:
    return {"received": Count("pk", filter=_new(today))} | {f"released_{days}": Count("pk", filter=_within(days, today)) for days in AHEAD}


def _whole_lines(everybody: bool, today: date) -> list[dict[str, Any]]:
    counted = _there(everybody=everybody).annotate(prison=F("arrival__prison")).values("prison")
    return [dict(row) for row in counted.annotate(people=Count("pk"), **_counts(today)).order_by("prison")]


def _one_line(prison: str, everybody: bool, today: date) -> list[dict[str, Any]]:
    there = _there(everybody=everybody, prison=prison)
    counted = there.filter(_within(max(AHEAD), today) | _new(today)).aggregate(**_counts(today))
    known = any(counted.values()) or there.exists()
    return [{"prison": prison, "people": None, **counted}] if known else []


def kept_lines(*, at: datetime, today: date, everybody: bool = False) -> dict[str, PrisonLine] | None:
    """Give the counts that are kept, by prison; None where none are kept, or they may not be shown any more. One query.

    They are not shown for another day than they were counted for, once another list has been considered, or half an hour after they were
    counted: whoever asks then counts for themselves (`prison_lines`), so that a worker that stands still hides nothing.
    """
    rows = list(PrisonCount.objects.filter(everybody=everybody, counted_for=today).annotate(lists_now=Subquery(_lists_considered())))
    newest = max((row.counted_at for row in rows), default=None)
    if newest is None or newest < at - KEPT_FOR or newest > at:
        return None
    shown = [row for row in rows if row.counted_at == newest]
    if any(row.lists != row.lists_now for row in shown):
        return None
    return {row.prison: PrisonLine(prison=row.prison, counted_at=newest, **{each: getattr(row, each) for each in NUMBERS}) for row in shown}


def lists_considered() -> int:
    """Count the lists that were considered to their end. One query."""
    return int(Consideration.objects.filter(finished_at__isnull=False).count())


def _lists_considered() -> "QuerySet[Consideration, Any]":
    done = Consideration.objects.filter(finished_at__isnull=False)
    return done.order_by().values(every=Value(1)).annotate(lists=Count("pk")).values("lists")


def are_many() -> bool:
    """Say whether so many records are considered that counts of their prisons are worth keeping. One query."""
    return Remit.objects.order_by()[: COUNTED_AT_ONCE + 1].count() > COUNTED_AT_ONCE


def is_named(*, prison: str) -> bool:
    """Say whether a considered record names a prison, by its code. One query."""
    return _there(everybody=True, prison=prison).exists()


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


def owed_tasks(*, prison: str, papers: str, most: int, many: bool = False) -> list[Task]:
    """Give the open tasks of cases of people at the prison that wait for the prison, by due date; `papers` is the kind of papers to serve.

    Of papers and of everything else at most so many, those due first. One query. It begins with the people at the prison; where they are
    `many`, with what waits for any prison, by due date, and asks of each where the person is until it has found so many.
    """
    there = Remit.objects.filter(arrival__prison=prison)
    if not many:
        here = cases.open_cases().filter(person_id__in=there.values("person_id")).order_by()
        wanted = tasks.waiting_for("prison").filter(subject_id__in=here.values("pk"))
        is_paper = Case(When(kind=papers, then=Value(True)), default=Value(False))
        place = Window(RowNumber(), partition_by=[is_paper], order_by=["due", "pk"])
        return list(wanted.annotate(place=place).filter(place__lte=most))
    about = cases.open_cases().filter(Exists(there.filter(person_id=OuterRef("person_id"))), pk=OuterRef("subject_id"))
    waiting = tasks.waiting_for("prison").filter(subject_id=Subquery(about.order_by().values("pk")[:1]))
    first = waiting.filter(kind=papers)[:most].union(waiting.exclude(kind=papers)[:most], all=True)
    return sorted(first, key=lambda task: (task.due, task.pk))
