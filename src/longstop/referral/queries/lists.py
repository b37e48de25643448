"""Lists of what has to be looked at, and the filter that a list, its count and its export share.

A list of open ones is in the order of their tasks' due dates and numbers, an ended one newest first: nothing about who somebody is can
move them in it. `task.owner` and `task.due` are whose it is and by when.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery

from longstop.cases import queries as cases
from longstop.referral.models import Consideration, Departure, Look, Question, Referral
from longstop.work import queries as tasks
from longstop.work.models import Task

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to; what is left out does not narrow it.

    `due` is "overdue", or a number of days ahead with today counted; `owner_ids` whose; `prison` the code of the record; `kind` that of a
    question; `released_within` days from today, those past included; `state` "" for all.
    """

    state: str = "open"
    due: str = ""
    owner_ids: tuple[int, ...] = ()
    team_ids: tuple[int, ...] | None = None
    prison: str = ""
    kind: str = ""
    origin: str = ""
    reason: str = ""
    released_within: int | None = None
    person_ids: tuple[int, ...] = ()


def referrals(filters: Filters | None = None, *, today: date) -> QuerySet[Referral]:
    """Give referrals with their person, record and task, in one query; slice it for a page and count it for its number."""
    rows = found(Referral.objects.select_related("case"), filters or Filters(), today=today)
    return rows.filter(origin=filters.origin) if filters and filters.origin else rows


def questions(filters: Filters | None = None, *, today: date) -> QuerySet[Question]:
    """Give questions with their persons, record and task, in one query."""
    rows = found(Question.objects.select_related("other__particulars"), filters or Filters(), today=today)
    return rows.filter(kind=filters.kind) if filters and filters.kind else rows


def departures(filters: Filters | None = None, *, today: date) -> QuerySet[Departure]:
    """Give departures with their person, record and task, in one query.

    Each is told as `said_custody` where an open case says that the person is, None where no case is open.
    """
    rows = found(Departure.objects.all(), filters or Filters(), today=today)
    said = cases.open_cases().filter(person_id=OuterRef("person_id")).order_by("pk").values("custody")[:1]
    return rows.annotate(said_custody=Subquery(said)).select_related("last_seen", "receipt")


def looks(filters: Filters | None = None, *, today: date) -> QuerySet[Look]:
    """Give second looks with their person, record and task, in one query."""
    return found(Look.objects.all(), filters or Filters(), today=today)


def found(rows: QuerySet[M], wanted: Filters, *, today: date) -> QuerySet[M]:
    """Narrow and order rows of one of the four kinds; the same filter gives the list and its count."""
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    # That an open row's task is open too, by the key, is not said: the server would take it for chance, and expect a hundredth of the rows.
    rows = rows.order_by("task__due", "task_id") if wanted.state == "open" else rows.order_by("-ended_at", "-pk")
    rows = _by_task(rows, wanted, today)
    for name, value in _of_record(wanted, today).items():
        rows = rows.filter(**{name: value})
    return rows.select_related("person__particulars", "arrival", "task__owner", "task__team", "ended_by")


def counted(wanted: Filters, *, kind: str, today: date) -> QuerySet[Task] | None:
    """Give the tasks of the rows of a list of one of the four kinds, to count it by; None where it is narrowed by what no task says.

    Each open row has one open task, by the key: an index on tasks counts them without a row.
    """
    if wanted.state != "open" or wanted.kind or wanted.origin or _of_record(wanted, today):
        return None
    return _by_task(tasks.open_tasks().filter(subject_kind=kind), wanted, today, task="")


def numbered(tasks_of: QuerySet[Task]) -> QuerySet[Task, int]:
    """Give the numbers of the rows of an open list by its tasks (`counted`), in the order of `found`, which an index of tasks holds."""
    return tasks_of.order_by("due", "pk").values_list("subject_id", flat=True)


def _by_task(rows: QuerySet[M], wanted: Filters, today: date, *, task: str = "task__") -> QuerySet[M]:
    asked: dict[str, Any] = {}
    if wanted.due == "overdue":
        asked["due__lt"] = today
    elif wanted.due:
        asked |= {"due__gte": today, "due__lt": today + timedelta(days=int(wanted.due))}
    if wanted.owner_ids:
        asked["owner_id__in"] = wanted.owner_ids
    if wanted.team_ids is not None:
        asked["team_id__in"] = wanted.team_ids
    return rows.filter(**{f"{task}{name}": value for name, value in asked.items()})


def _of_record(wanted: Filters, today: date) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    if wanted.prison:
        asked["arrival__prison"] = wanted.prison
    if wanted.released_within is not None:
        asked["arrival__release_date__lt"] = today + timedelta(days=wanted.released_within)
    if wanted.person_ids:
        asked["person_id__in"] = wanted.person_ids
    if wanted.reason:
        asked["reasons__contains"] = [wanted.reason]
    return asked


def considerations(*, limit: int = 50, before: int | None = None) -> QuerySet[Consideration]:
    """Give what became of receipts, the newest first, with the receipt and who had it considered."""
    rows = Consideration.objects.select_related("receipt", "begun_by", "finished_by").order_by("-receipt_id")
    return (rows.filter(receipt_id__lt=before) if before else rows)[:limit]
