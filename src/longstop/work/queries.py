"""Every read that another room may make of tasks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet

from longstop.work.models import Acknowledgement, State, Task


def open_tasks() -> QuerySet[Task]:
    """Give the tasks that are still to be done."""
    return Task.objects.filter(state=State.OPEN)


def my_work(*, staff_id: int, covering: Sequence[int], today: date) -> QuerySet[Task]:
    """Give one person's work: their own open tasks, those that come to them by a plan whose day has arrived, and those of whom they cover.

    Tasks of every kind, in order of due date. One query.
    """
    mine = Q(owner_id__in=[staff_id, *covering]) & ~(Q(successor__isnull=False) & Q(successor_from__lte=today))
    come_to_me = Q(successor_id=staff_id, successor_from__lte=today)
    return open_tasks().filter(mine | come_to_me).select_related("owner").order_by("due", "id")


@dataclass(frozen=True)
class Counts:
    """The numbers on the tabs of a list of tasks. Each is the count of the list it opens."""

    all: int
    overdue: int
    due_7: int
    due_28: int
    on_hold: int


def counts(tasks: QuerySet[Task], *, today: date) -> Counts:
    """Count a list of tasks by its tabs, in one query."""
    found = tasks.order_by().aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=Q(due__lt=today)),
        due_7=Count("pk", filter=Q(due__gte=today, due__lt=today + timedelta(days=7))),
        due_28=Count("pk", filter=Q(due__gte=today, due__lt=today + timedelta(days=28))),
        on_hold=Count("pk", filter=Q(is_hold=True)),
    )
    return Counts(**found)


def of_subjects(*, subject_ids: Iterable[int], open_only: bool = True) -> QuerySet[Task]:
    """Give the tasks about these subjects, by due date."""
    found = Task.objects.filter(subject_id__in=list(subject_ids))
    if open_only:
        found = found.filter(state=State.OPEN)
    return found.select_related("owner").order_by("due", "id")


def owned_by(*, staff_id: int) -> QuerySet[Task]:
    """Give a person's own open tasks, whatever they are about."""
    return open_tasks().filter(owner_id=staff_id).order_by("due", "id")


def earliest_open(*, subject_id: int) -> Task | None:
    """Give the open task about a subject that is due first: the one its subject names."""
    return open_tasks().filter(subject_id=subject_id).order_by("due", "id").first()


def task(task_id: int) -> Task:
    """Give one task, open or not. Raises Task.DoesNotExist."""
    return Task.objects.select_related("owner", "team").get(pk=task_id)


def acknowledgements(*, task_ids: Iterable[int]) -> QuerySet[Acknowledgement]:
    """Give who answered for the lateness of these tasks, newest first."""
    return Acknowledgement.objects.filter(task_id__in=list(task_ids)).select_related("acknowledged_by").order_by("-pk")


def next_ids(sequence: str, how_many: int) -> list[int]:
    """Take numbers from one of this room's sequences: "work_subject_seq" or "work_task_seq"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, how_many])
        return [row[0] for row in cursor.fetchall()]
