"""Work that somebody's leaving or absence would leave to nobody, shown so that it can be seen to."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse

from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.web.doors import Who
from longstop.web.leading import words
from longstop.web.leading.forms import SuccessorsForm
from longstop.web.leading.parts import Dropdown
from longstop.web.parts import Cell, Column, Link, Row, Table, When
from longstop.work import queries as work
from longstop.work.models import Task
from longstop.work.rules import title


def tasks_table(task_ids: Sequence[int], who: Who) -> Table:
    """Show tasks that would be left to nobody, each with the way to it."""
    found = list(work.open_tasks().filter(pk__in=task_ids).order_by("due", "pk"))
    rows = [Row(_task_cells(task, about, who)) for task, about in _with_cases(found)]
    return Table("Nobody would do these", [Column("Task"), Column("About"), Column("Due", narrow=True)], rows, id="uncovered")


def _with_cases(found: Sequence[Task]) -> list[tuple[Task, Case | None]]:
    about = cases.of_subjects(task.subject_id for task in found if task.subject_kind == "case") if found else {}
    return [(task, about.get(task.subject_id)) for task in found]


def _task_cells(task: Task, about: Case | None, who: Who) -> list[Cell]:
    named = title(kind=task.kind, today=who.today)
    link = Link(named, reverse("task", args=[task.pk]), f"about {about.reference}" if about else "")
    return [link, words.case_cell(about, who) if about else "Not a case", When.due(task.due, today=who.today)]


def cases_to_hand_over(found: Sequence[Case], form: SuccessorsForm, who: Who) -> Table:
    """Show cases, each with a choice of who takes it over."""
    columns = [Column("Case"), Column("Next task due", narrow=True), Column("Needs"), Column("Who takes it over")]
    rows = []
    for case in found:
        needs = words.competence(case.needs_competence) if case.needs_competence else "No special competence"
        choice = _dropdown(form[f"case_{case.pk}"], f"Who takes {case.reference} over")
        rows.append(Row([words.case_cell(case, who), When.due(case.next_due, today=who.today), needs, choice]))
    return Table("Cases", columns, rows, id="cases", empty="No open case is theirs.")


def tasks_to_hand_over(found: Sequence[Task], form: SuccessorsForm, who: Who) -> Table:
    """Show tasks that are not on these cases, each with a choice of who takes it over."""
    columns = [Column("Task"), Column("About"), Column("Due", narrow=True), Column("Who takes it over")]
    rows = []
    for task, about in _with_cases(found):
        choice = _dropdown(form[f"task_{task.pk}"], f"Who takes “{title(kind=task.kind, today=who.today)}” over")
        rows.append(Row([*_task_cells(task, about, who), choice]))
    return Table("Other tasks", columns, rows, id="tasks", empty="No other task is theirs.")


def _dropdown(bound: forms.BoundField, label: str) -> Dropdown:
    field = bound.field
    assert isinstance(field, forms.ChoiceField)
    pairs: Any = field.choices
    options = tuple((str(value), str(text)) for value, text in pairs)
    return Dropdown(bound.html_name, label, options, str(bound.value() or ""), " ".join(map(str, bound.errors)))


def mark(form: SuccessorsForm, *, case_ids: Sequence[int], task_ids: Sequence[int]) -> None:
    """Say at each case and task that would be left to nobody that somebody must be chosen."""
    for case in form.cases:
        if case.pk in case_ids:
            form.add_error(f"case_{case.pk}", f"Select who takes {case.reference} over")
    for task in form.tasks:
        if task.pk in task_ids:
            form.add_error(f"task_{task.pk}", "Select who takes this task over")
    known = {case.pk for case in form.cases} | {task.pk for task in form.tasks}
    unknown = [pk for pk in (*case_ids, *task_ids) if pk not in known]
    if unknown:
        form.add_error(None, "More work came to them while you were choosing: it is shown now. Choose who takes it over, too.")
