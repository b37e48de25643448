"""Every read that another room may make of tasks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from longstop.access.queries import accountability
from longstop.audit.queries import contents
from longstop.work.models import Acknowledgement, State, Task
from longstop.work.rules import title


def open_tasks() -> QuerySet[Task]:
    """Give the tasks that are still to be done."""
    return Task.objects.filter(state=State.OPEN)


def waiting_for(whom: str) -> QuerySet[Task]:
    """Give the open tasks about cases that wait for somebody else than us, by due date: an index of their own has them in that order."""
    return (
        open_tasks().exclude(waiting_for="us").filter(subject_kind="case", waiting_for=whom).select_related("owner").order_by("due", "id")
    )


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
    covering: int = 0


def counts(tasks: QuerySet[Task], *, today: date, covering: Sequence[int] = ()) -> Counts:
    """Count a list of tasks by its tabs, in one query; `covering` are those whose tasks count as covered for."""
    found = tasks.order_by().aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=Q(due__lt=today)),
        due_7=Count("pk", filter=Q(due__gte=today, due__lt=today + timedelta(days=7))),
        due_28=Count("pk", filter=Q(due__gte=today, due__lt=today + timedelta(days=28))),
        on_hold=Count("pk", filter=Q(is_hold=True)),
        covering=Count("pk", filter=Q(owner_id__in=list(covering))),
    )
    return Counts(**found)


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """What a list of tasks is narrowed to."""

    due: str = ""  # overdue, or a number of days ahead, today included
    held: bool | None = None
    owner_ids: tuple[int, ...] = ()
    kind: str = ""
    waiting_for: str = ""


def narrowed(tasks: QuerySet[Task], wanted: TaskFilter, *, today: date) -> QuerySet[Task]:
    """Narrow a list of tasks. The same filter gives the list and its count."""
    if wanted.due == "overdue":
        tasks = tasks.filter(due__lt=today)
    elif wanted.due:
        tasks = tasks.filter(due__gte=today, due__lt=today + timedelta(days=int(wanted.due)))
    if wanted.held is not None:
        tasks = tasks.filter(is_hold=wanted.held)
    if wanted.owner_ids:
        tasks = tasks.filter(owner_id__in=wanted.owner_ids)
    if wanted.kind:
        tasks = tasks.filter(kind=wanted.kind)
    return tasks.filter(waiting_for=wanted.waiting_for) if wanted.waiting_for else tasks


def by_title(tasks: QuerySet[Task], *, kinds: Iterable[str], today: date, descending: bool = False) -> QuerySet[Task]:
    """Put tasks in the alphabetical order of the words for their kinds, the soonest due of each first."""
    ordered = sorted(kinds, key=lambda kind: title(kind=kind, today=today).casefold())
    places = [When(kind=kind, then=Value(place)) for place, kind in enumerate(ordered)]
    place = Case(*places, default=Value(len(ordered)), output_field=IntegerField())
    return tasks.annotate(place=place).order_by("-place" if descending else "place", "due", "pk")


def answerable_rungs(*, task: Task, staff_id: int, covering: Iterable[int], reached: int | None) -> list[int]:
    """Give the rungs, of those that the task has reached, at which this person may answer, in one query.

    The owner or their cover at 0; above it, whoever leads there or further up the line, or covers for them.
    """
    if reached is None:
        return []
    line = accountability(task.team_id)
    me = {staff_id, *covering}
    found = [rung for rung in range(reached + 1) if me & {link.leader_id for link in line[max(rung - 1, 0) :]}]
    return sorted({0, *found}) if task.owner_id in me else found


def of_subjects(*, subject_ids: Iterable[int], open_only: bool = True) -> QuerySet[Task]:
    """Give the tasks about these subjects, by due date."""
    found = Task.objects.filter(subject_id__in=list(subject_ids))
    if open_only:
        found = found.filter(state=State.OPEN)
    return found.select_related("owner").order_by("due", "id")


def owned_by(*, staff_id: int) -> QuerySet[Task]:
    """Give a person's own open tasks, whatever they are about."""
    return open_tasks().filter(owner_id=staff_id).order_by("due", "id")


def held_or_coming(*, staff_id: int) -> QuerySet[Task]:
    """Give the open tasks that a person owns, or is to own by a plan, in the order of their numbers."""
    return open_tasks().filter(Q(owner_id=staff_id) | Q(successor_id=staff_id)).order_by("id")


def open_about(*, subject_id: int) -> list[Task]:
    """Give the open tasks about one subject; it names the first, which is due first."""
    return list(open_tasks().filter(subject_id=subject_id).order_by("due", "id"))


class About(NamedTuple):
    """What a task is about, and of which kind it is."""

    subject_kind: str
    subject_id: int
    kind: str


def about(task_id: int) -> About:
    """Say what a task, open or not, is about: enough to know what to lock. Raises Task.DoesNotExist."""
    return About(*Task.objects.values_list("subject_kind", "subject_id", "kind").get(pk=task_id))


def task(task_id: int) -> Task:
    """Give one task, open or not. Raises Task.DoesNotExist."""
    return Task.objects.select_related("owner", "team").get(pk=task_id)


def by_number(task_ids: Iterable[int]) -> dict[int, Task]:
    """Give these tasks, open or not, with their owners, in one query."""
    return {task.pk: task for task in Task.objects.select_related("owner", "team").filter(pk__in=list(task_ids))}


def acknowledgements(*, task_ids: Iterable[int]) -> QuerySet[Acknowledgement]:
    """Give who answered for the lateness of these tasks, newest first."""
    return Acknowledgement.objects.filter(task_id__in=list(task_ids)).select_related("acknowledged_by").order_by("-pk")


def next_ids(sequence: str, how_many: int) -> list[int]:
    """Take numbers from one of this room's sequences: "work_subject_seq" or "work_task_seq"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, how_many])
        return [row[0] for row in cursor.fetchall()]


def export_subjects(*, subject_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Give every task about these subjects as plain values, with its words, for a person's own request."""
    rows = list(Task.objects.filter(subject_id__in=list(subject_ids)).order_by("pk"))
    words = contents(row.details_payload_id for row in rows if row.details_payload_id)
    return [_exported(row, words.get(row.details_payload_id or 0)) for row in rows]


def _exported(task: Task, details: dict[str, Any] | None) -> dict[str, Any]:
    return {"kind": task.kind, "due": task.due.isoformat(), "state": task.state, "details": details}
