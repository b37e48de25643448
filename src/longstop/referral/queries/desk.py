"""What the desk of whoever considers asks: how many stand in each view of a list, who comes first, what else is open about somebody."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from longstop.audit.counting import count_each
from longstop.audit.queries import contents
from longstop.cases import queries as cases
from longstop.kernel.dates import add_months
from longstop.referral.models import Consideration, Departure, Look, Question, Referral, Remit
from longstop.referral.rules import TASK_KINDS
from longstop.work import queries as tasks

M = TypeVar("M", bound=models.Model)
MODELS: dict[str, type[Referral] | type[Question] | type[Departure] | type[Look]] = {
    "referral": Referral,
    "question": Question,
    "departure": Departure,
    "look": Look,
}
# Where a case says that somebody is held. Somebody held and gone from the list heads the certificate too (`proof/sql/departed.sql`).
HELD = ("serving", "time_served", "detained")
GONE_HELD, GONE_UNDECIDED, GONE_OTHERWISE = 0, 1, 2


def release_limit(*, today: date) -> int:
    """Give the days from today within which a release is less than a calendar month away."""
    return (add_months(today, 1) - today).days


def view_counts(kind: str, *, staff_ids: Collection[int], team_ids: Collection[int], today: date, near: bool = True) -> dict[str, int]:
    """Count the views of the list of one kind, in one query: all open, these people's, these teams', overdue, due in 7 days, near release.

    Each is the count of the list that `lists.found` gives with the same filter (`AtLeast` where that is very long). All but the last are
    counted by the tasks, of which each open one has one: an index on them answers without a row. The last is left out where it is not
    shown (`near`): it reads the record of every open row.
    """
    soon = today + timedelta(days=release_limit(today=today))
    open_now = tasks.open_tasks().filter(subject_kind=kind)
    views: dict[str, QuerySet[Any]] = {
        "all": open_now,
        "mine": open_now.filter(owner_id__in=staff_ids),
        "team": open_now.filter(team_id__in=team_ids),
        "overdue": open_now.filter(due__lt=today),
        "due_7": open_now.filter(due__gte=today, due__lt=today + timedelta(days=7)),
    }
    if near:
        views["near"] = MODELS[kind]._default_manager.filter(state="open", arrival__release_date__lt=soon)
    return count_each(views)


def open_by_kind() -> dict[str, int]:
    """Count what is open of each kind by its tasks, in one query (`AtLeast` where it is very much)."""
    return count_each({kind: tasks.open_tasks().filter(subject_kind=kind) for kind in TASK_KINDS})


def gravest_first(rows: "QuerySet[Departure]", *, today: date) -> "QuerySet[Departure]":
    """Put departures first of people whom an open case says to be held, then of those released while their referral waits for a decision.

    Each row is told which it is as `gravity`. Within each, by the day on which it is to be explained, then by number. `rows` are open
    ones, and said to be so by their tasks, which an index then gives without a row: all are held against their cases before the first is
    shown, their records only where a referral waits.
    """
    rows = rows.filter(task__subject_kind="departure", task__state="open")
    held = cases.open_cases().filter(person_id=OuterRef("person_id"), custody__in=HELD)
    waits = Referral.objects.filter(person_id=OuterRef("person_id"), state="open")
    gone = Departure.objects.filter(Q(arrival__custody="released") | Q(arrival__release_date__lt=today), pk=OuterRef("pk"))
    gravity = Case(
        When(Exists(held.order_by()), then=Value(GONE_HELD)),
        When(Exists(waits) & Exists(gone), then=Value(GONE_UNDECIDED)),
        default=Value(GONE_OTHERWISE),
        output_field=IntegerField(),
    )
    return rows.annotate(gravity=gravity).order_by("gravity", F("task__due").asc(nulls_last=True), "pk")


def remits_of(arrival_ids: Iterable[int]) -> dict[int, Remit]:
    """Give what the rules made of these records, by record. One query."""
    return {each.arrival_id: each for each in Remit.objects.filter(arrival_id__in=set(arrival_ids))}


def inputs_of(remit: Remit) -> dict[str, Any]:
    """Give the facts that the rules looked at, empty where they were disposed of. One query."""
    return contents([remit.inputs_payload_id]).get(remit.inputs_payload_id) or {}


@dataclass(frozen=True, kw_only=True)
class InHand:
    """What is open or was last decided about a record's person: numbers, None where there is none."""

    referral_id: int | None = None
    referral_state: str = ""
    question_id: int | None = None


def in_hand(person_ids: Iterable[int]) -> dict[int, InHand]:
    """Give the newest referral and the open question of each of these persons, in two queries."""
    wanted = set(person_ids)
    newest: dict[int, tuple[int, str]] = {}
    for person, number, state in Referral.objects.filter(person_id__in=wanted).order_by("pk").values_list("person_id", "pk", "state"):
        newest[person] = (number, state)
    asked = Question.objects.filter(Q(person_id__in=wanted) | Q(other_id__in=wanted), state="open").order_by("-pk")
    questions: dict[int, int] = {}
    for number, person, other in asked.values_list("pk", "person_id", "other_id"):
        questions |= {each: number for each in (person, other) if each is not None}
    return {
        person: InHand(
            referral_id=newest.get(person, (None, ""))[0],
            referral_state=newest.get(person, (None, ""))[1],
            question_id=questions.get(person),
        )
        for person in wanted
    }


def considered(receipt_ids: Iterable[int]) -> dict[int, Consideration]:
    """Give what became of these receipts' records, by receipt. One query."""
    return {each.receipt_id: each for each in Consideration.objects.filter(receipt_id__in=set(receipt_ids))}
