"""Every write about tasks. A case's tasks are changed through `cases.actions`, which also sees to what the case names as next."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from longstop.access import queries as access
from longstop.audit.actions import SYSTEM, keep, keep_plainly, record, record_many
from longstop.audit.bulk import insert_rows
from longstop.audit.events import Event
from longstop.audit.operations import action
from longstop.clocks.rungs import rung as reached_rung
from longstop.work import events
from longstop.work.models import Acknowledgement, Origin, State, Task
from longstop.work.queries import next_ids
from longstop.work.rules import TASK, NewTask, NoReason, check_dates


class TaskIsNotOpen(Exception):
    """The task was finished, or withdrawn, by somebody else in the meantime."""


class NotLateEnough(ValueError):
    """The task's lateness has not reached that rung, so there is nothing to acknowledge there."""


class NotYourRung(PermissionError):
    """A rung is acknowledged by whoever answers there, or by somebody above them."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a task is about, and whose personal data its words may hold."""

    kind: str
    id: int
    person_id: int | None = None


def next_subject_ids(how_many: int) -> list[int]:
    """Take numbers for new subjects. One sequence numbers every kind."""
    return next_ids("work_subject_seq", how_many)


@action
def make(*, subject: Subject, new: NewTask, owner_id: int, team_id: int, by: int, at: datetime, today: date) -> Task:
    """Make one task. Software's tasks are those made by Longstop itself. Raises what `rules.check_dates` raises."""
    return make_many(items=[(subject, new, owner_id, team_id)], by=by, at=at, today=today)[0]


@action
def make_many(
    *, items: Iterable[tuple[Subject, NewTask, int, int]], by: int, at: datetime, today: date, origin: str | None = None
) -> list[Task]:
    """Make many tasks, each (subject, task, owner, team), in a fixed number of statements."""
    made = [Task(**row) for row in store_tasks(items=items, by=by, at=at, today=today, origin=origin)]
    for task in made:
        task._state.adding, task._state.db = False, DEFAULT_DB_ALIAS
    return made


def store_tasks(
    *, items: Iterable[tuple[Subject, NewTask, int, int]], by: int, at: datetime, today: date, origin: str | None = None
) -> list[dict[str, Any]]:
    """Make many tasks as `make_many` does, within the action that runs, and give each as the values of its row, by their names."""
    wanted = list(items)
    for kind, due, wake in dict.fromkeys((new.kind, new.due, new.wake) for _, new, _, _ in wanted):
        check_dates(kind=kind, due=due, wake=wake, today=today)
    origin = origin or (Origin.SOFTWARE if by == SYSTEM else Origin.PERSON)
    words = iter(keep_plainly(({"details": new.details}, subject.person_id) for subject, new, _, _ in wanted if new.details))
    made = [
        {
            "id": number,
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "kind": new.kind,
            "details_payload_id": next(words).pk if new.details else None,
            "waiting_for": new.waiting_for,
            "owner_id": new.owner_id or owner_id,
            "team_id": team_id,
            "due": new.due,
            "first_due": new.due,
            "wake": new.wake,
            "origin": str(origin),
            "made_at": at,
            "made_by_id": by,
        }
        for number, (subject, new, owner_id, team_id) in zip(next_ids("work_task_seq", len(wanted)), wanted, strict=True)
    ]
    insert_rows(Task, made)
    record_many([_made(row, subject, new) for row, (subject, new, _, _) in zip(made, wanted, strict=True)], by=by, at=at)
    return made


@dataclass(frozen=True)
class Owner:
    """Somebody who is given a task, and their team."""

    staff_id: int
    team_id: int


@dataclass(frozen=True)
class LookedAtTask:
    """What somebody has to look at, as a row with at least `person_id` and `first_due`; the kind of its task, and whose it is to be."""

    row: Mapping[str, Any]
    kind: str
    owner: Owner


def store_looked_at(
    model: type[Model],
    wanted: Sequence[LookedAtTask],
    tell: Callable[[Mapping[str, Any], int], Event],
    *,
    origin: str | None,
    by: int,
    at: datetime,
    today: date,
) -> list[dict[str, Any]]:
    """Write these rows of a model of `looked_at`, each under the number of a new subject and with its task, within the running action.

    What `tell` says of each, given the row as it was written and who owns the task, is recorded. Gives the rows.
    """
    if not wanted:
        return []
    items = []
    for number, each in zip(next_subject_ids(len(wanted)), wanted, strict=True):
        subject = Subject(kind=str(model._meta.model_name), id=number, person_id=each.row["person_id"])
        items.append((subject, NewTask(kind=each.kind, due=each.row["first_due"]), each.owner.staff_id, each.owner.team_id))
    tasks = store_tasks(items=items, by=by, at=at, today=today, origin=origin)
    made = [
        {**each.row, "id": task["subject_id"], "task_id": task["id"], "made_at": at, "made_by_id": by}
        for each, task in zip(wanted, tasks, strict=True)
    ]
    insert_rows(model, made)
    record_many([tell(row, task["owner_id"]) for row, task in zip(made, tasks, strict=True)], by=by, at=at)
    return made


def _made(row: Mapping[str, Any], subject: Subject, new: NewTask) -> events.TaskMade:
    return events.TaskMade(
        subject_id=subject.id,
        on=subject.kind,
        person_id=subject.person_id,
        task_id=row["id"],
        task_kind=new.kind,
        owner_id=row["owner_id"],
        due=new.due,
        wake=new.wake,
        origin=row["origin"],
        details=new.details,
    )


@action
def complete(*, task_id: int, result: str, person_id: int | None = None, by: int, at: datetime) -> Task:
    """Finish a task, saying what came of it. Raises TaskIsNotOpen."""
    task = _lock(task_id)
    _finish(task, State.DONE, by=by, at=at)
    happened = events.TaskDone(
        subject_id=task.subject_id, on=task.subject_kind, person_id=person_id, task_id=task.pk, task_kind=task.kind, result=result
    )
    record(happened, by=by, at=at)
    return task


@action
def withdraw(*, task_ids: Iterable[int], reason: str, person_id: int | None = None, by: int, at: datetime) -> None:
    """Say of tasks that they are no longer needed, and why. Raises TaskIsNotOpen."""
    tasks = [_lock(task_id) for task_id in sorted(task_ids)]
    for task in tasks:
        _finish(task, State.WITHDRAWN, by=by, at=at)
    record_many(
        [
            events.TaskWithdrawn(
                subject_id=task.subject_id, on=task.subject_kind, person_id=person_id, task_id=task.pk, task_kind=task.kind, reason=reason
            )
            for task in tasks
        ],
        by=by,
        at=at,
    )


@action
def move_due(
    *, task_id: int, due: date, wake: date | None, reason: str, person_id: int | None = None, by: int, at: datetime, today: date
) -> Task:
    """Give a task another due date, or put it to sleep until a wake date. Its first due date stays; what was acknowledged no longer counts.

    Raises NoReason, TaskIsNotOpen and what `rules.check_dates` raises.
    """
    if not reason.strip():
        raise NoReason
    task = _lock(task_id)
    check_dates(kind=task.kind, due=due, wake=wake, today=today)
    before, task.due, task.wake, task.acknowledged_rung = task.due, due, wake, -1
    task.moves += 1
    task.save(update_fields=["due", "wake", "acknowledged_rung", "moves"])
    happened = events.TaskDueMoved(
        subject_id=task.subject_id,
        on=task.subject_kind,
        person_id=person_id,
        task_id=task.pk,
        task_kind=task.kind,
        from_due=before,
        to_due=due,
        to_wake=wake,
        reason=reason,
    )
    record(happened, by=by, at=at)
    return task


@action
def acknowledge(*, task_id: int, rung: int, reason: str, person_id: int | None = None, by: int, at: datetime, today: date) -> Task:
    """Answer for a late task at one rung: 0 owner, 1 leader, 2 head, 3 director.

    Raises TaskIsNotOpen, NotLateEnough, NotYourRung. Once a rung is acknowledged for a due date, doing it again adds another reason.
    """
    task = _lock(task_id)
    reached = reached_rung(due=task.due, today=today)
    if reached is None or rung > reached:
        raise NotLateEnough
    if not may_answer(task=task, rung=rung, staff_id=by, today=today):
        raise NotYourRung
    why = keep({"reason": reason}, person_id=person_id)
    Acknowledgement.objects.create(task=task, rung=rung, due=task.due, reason_payload_id=why.pk, acknowledged_at=at, acknowledged_by_id=by)
    task.acknowledged_rung = max(task.acknowledged_rung, rung)
    task.save(update_fields=["acknowledged_rung"])
    happened = events.TaskAcknowledged(
        subject_id=task.subject_id,
        on=task.subject_kind,
        person_id=person_id,
        task_id=task.pk,
        task_kind=task.kind,
        rung=rung,
        reason=reason,
    )
    record(happened, by=by, at=at)
    return task


def may_answer(*, task: Task, rung: int, staff_id: int, today: date) -> bool:
    """Say whether this person answers at this rung: the owner or their cover at 0, else whoever leads there, or anybody above."""
    covering = access.covered_by(staff_id=staff_id, today=today)
    if rung == 0 and (task.owner_id == staff_id or task.owner_id in covering):
        return True
    line = access.accountability(task.team_id)
    leaders = {link.leader_id for link in line[max(rung - 1, 0) :]}
    return staff_id in leaders or bool(leaders & set(covering))


@action
def reassign(
    *, task_ids: Iterable[int], to: int, team_id: int | None, reason: str, person_id: int | None = None, by: int, at: datetime
) -> list[Task]:
    """Give tasks to another owner; the database refuses one who is not active. Raises TaskIsNotOpen."""
    tasks = [_lock(task_id) for task_id in sorted(task_ids)]
    happened = [
        events.TaskOwnerChanged(
            subject_id=task.subject_id,
            on=task.subject_kind,
            person_id=person_id,
            task_id=task.pk,
            task_kind=task.kind,
            from_owner_id=task.owner_id,
            to_owner_id=to,
            reason=reason,
        )
        for task in tasks
    ]
    for task in tasks:
        task.owner_id, task.team_id = to, team_id or task.team_id
        task.successor_id = task.successor_from = None
    Task.objects.bulk_update(tasks, ["owner", "team", "successor", "successor_from"])
    record_many(happened, by=by, at=at)
    return tasks


@action
def change_team(*, task_ids: Iterable[int], team_id: int, person_ids: Mapping[int, int], by: int, at: datetime) -> None:
    """Move tasks to another team with their owner; successors that are planned stay. `person_ids` maps cases to the person each is about.

    Raises TaskIsNotOpen.
    """
    tasks = [_lock(task_id) for task_id in sorted(task_ids)]
    happened = [
        events.TaskTeamChanged(
            subject_id=task.subject_id,
            on=task.subject_kind,
            person_id=person_ids.get(task.subject_id),
            task_id=task.pk,
            task_kind=task.kind,
            from_team_id=task.team_id,
            to_team_id=team_id,
        )
        for task in tasks
    ]
    for task in tasks:
        task.team_id = team_id
    Task.objects.bulk_update(tasks, ["team"])
    record_many(happened, by=by, at=at)


@action
def plan_successors(*, successors: Mapping[int, int], from_date: date, by: int, at: datetime) -> None:
    """Write down who takes each task over, and from which day. Keys are tasks, values staff. Raises TaskIsNotOpen."""
    tasks = [_lock(task_id) for task_id in sorted(successors)]
    for task in tasks:
        task.successor_id, task.successor_from = successors[task.pk], from_date
    Task.objects.bulk_update(tasks, ["successor", "successor_from"])
    _record_successors(tasks, by=by, at=at)


@action
def forget_successors(*, task_ids: Iterable[int], by: int, at: datetime) -> None:
    """Take back a plan for tasks to change hands. Raises TaskIsNotOpen."""
    tasks = [_lock(task_id) for task_id in sorted(task_ids)]
    for task in tasks:
        task.successor_id = task.successor_from = None
    Task.objects.bulk_update(tasks, ["successor", "successor_from"])
    _record_successors(tasks, by=by, at=at)


def _record_successors(tasks: list[Task], *, by: int, at: datetime) -> None:
    record_many(
        [
            events.TaskSuccessorPlanned(
                subject_id=task.subject_id,
                on=task.subject_kind,
                task_id=task.pk,
                task_kind=task.kind,
                successor_id=task.successor_id,
                from_date=task.successor_from,
            )
            for task in tasks
        ],
        by=by,
        at=at,
    )


def team_of(staff_id: int) -> int | None:
    """Give the team a person belongs to."""
    return access.staff(staff_id).team_id


def _lock(task_id: int) -> Task:
    task = Task.objects.select_for_update(no_key=True).filter(pk=task_id).first()
    if task is None or task.state != State.OPEN:
        raise TaskIsNotOpen(task_id)
    return task


def _finish(task: Task, state: State, *, by: int, at: datetime) -> None:
    TASK.check(from_=task.state, to=state)
    task.state, task.done_at, task.done_by_id = state, at, by
    task.successor_id = task.successor_from = None
    task.save(update_fields=["state", "done_at", "done_by", "successor", "successor_from"])
