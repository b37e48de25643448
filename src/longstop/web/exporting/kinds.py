"""What is compared of a case and of a task, where a list of them is held beside itself at a past moment."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from longstop.access.rules import Permission
from longstop.cases import queries as cases
from longstop.cases.models import Case, Custody
from longstop.cases.rules import OUTCOMES
from longstop.web.casework.words import waiting_for
from longstop.web.doors import Who
from longstop.web.exporting.changes import OWNER, Kind, Told
from longstop.web.leading.words import case_cell, day
from longstop.web.parts import Cell, Column, Link
from longstop.work import queries as work
from longstop.work.models import State, Task
from longstop.work.rules import title


def _cases(numbers: Sequence[int], now: Who) -> Mapping[int, Case]:
    return cases.of_subjects(numbers)


def _tasks(numbers: Sequence[int], now: Who) -> Mapping[int, Task]:
    return work.by_number(numbers)


def _case_cells(found: Mapping[int, Case], now: Who) -> dict[int, list[Cell]]:
    return {pk: [case_cell(case, now)] for pk, case in found.items()}


def _case_gone(case: Case) -> str:
    if case.closed_at is not None:
        return f"Closed: {OUTCOMES[case.outcome][0] if case.outcome in OUTCOMES else case.outcome}"
    return f"With {case.owner.name}, {case.team.name}; next date {day(case.next_due)}"


def _task_cells(found: Mapping[int, Task], now: Who) -> dict[int, list[Cell]]:
    about = cases.of_subjects(task.subject_id for task in found.values() if task.subject_kind == "case")
    return {pk: [_about(task, about, now), _task_link(task, now)] for pk, task in found.items()}


def _about(task: Task, about: Mapping[int, Case], now: Who) -> Cell:
    case = about.get(task.subject_id) if task.subject_kind == "case" else None
    return case_cell(case, now) if case else "Not a case"


def _task_link(task: Task, now: Who) -> Cell:
    words = title(kind=task.kind, today=now.today)
    return Link(words, reverse("task", args=[task.pk])) if now.may(Permission.SEE_WORK) else words


def _task_gone(task: Task) -> str:
    if task.state != State.OPEN:
        return str(State(task.state).label)
    return f"With {task.owner.name}, due {day(task.due)}"


CASES = Kind(
    columns=(Column.case(),),
    fields={"owner_id": OWNER, "next_due": Told("Next date"), "custody": Told("Custody", lambda value: str(Custody(value).label))},
    noun="cases",
    load=_cases,
    cells=_case_cells,
    gone=_case_gone,
)
TASKS = Kind(
    columns=(Column.case("About"), Column("Task")),
    fields={"owner_id": OWNER, "due": Told("Due"), "waiting_for": Told("Waiting for", waiting_for)},
    noun="tasks",
    load=_tasks,
    cells=_task_cells,
    gone=_task_gone,
)
