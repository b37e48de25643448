"""My work: one list of tasks of every kind, as rows, tabs and filters."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from longstop.access.rules import Permission
from longstop.audit import queries as audit
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.clocks.forward import task_kinds
from longstop.clocks.rungs import Ladder, ladder
from longstop.web.casework.lists import ListFilter
from longstop.web.casework.words import due_of, lateness_tag, waiting_for
from longstop.web.considering.subjects import KINDS, page_of, words_of
from longstop.web.doors import Who
from longstop.web.exporting.moments import covering
from longstop.web.parts import Address, Cell, Choice, Column, Link, Row, Slot, Stack, Table, Tabs, Tag
from longstop.work import queries as work
from longstop.work.models import Task
from longstop.work.queries import Counts, TaskFilter
from longstop.work.rules import WAITING_FOR, title

DUE = {"overdue": "Overdue", "1": "Today", "7": "In 7 days", "28": "In 28 days", "90": "In 90 days"}
VIEWS = {"": "All", "overdue": "Overdue", "7": "Due in 7 days", "28": "Due in 28 days", "hold": "On hold", "cover": "Covering for others"}
COLUMNS = [
    Column.case("About", sort="reference", also="Whose work it is"),
    Column.due("Due", sort="due"),
    Column("Task", sort="kind", slots=(Slot("Task"), Slot("Details"))),
    Column("Waiting for"),
    Column("Lateness", narrow=True),
]
ABOUT = {"absence": "An absence", "refusal": "A refused record", "receipt": "A file received", "arrival": "A record received"}
EXCERPT = 140


class WorkFilter(ListFilter):
    """The filters of My work."""

    kind = forms.ChoiceField(label="Kind of task", required=False)
    waiting_for = forms.ChoiceField(label="Waiting for", required=False, choices=[("", "Anybody"), *WAITING_FOR.items()])
    due = forms.ChoiceField(label="Due", required=False, choices=[("", "Any day"), *DUE.items()])

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Any kind"), *sorted(((kind.name, kind.title) for kind in task_kinds(today=today)), key=lambda pair: pair[1])]


def of_view(tasks: QuerySet[Task], view: str, who: Who) -> QuerySet[Task]:
    """Narrow a list of tasks to one tab."""
    if view == "hold":
        return work.narrowed(tasks, TaskFilter(held=True), today=who.today)
    if view == "cover":
        return work.narrowed(tasks, TaskFilter(owner_ids=covering(who)), today=who.today) if covering(who) else tasks.none()
    return work.narrowed(tasks, TaskFilter(due=view), today=who.today)


def in_order(tasks: QuerySet[Task], order: str, *, today: date) -> QuerySet[Task]:
    """Sort a list of tasks: by due date unless another order is asked for."""
    descending, name = order.startswith("-"), order.removeprefix("-")
    if name == "reference":
        return cases.by_reference(tasks, descending=descending)
    if name == "kind":
        return work.by_title(tasks, kinds=[kind.name for kind in task_kinds(today=today)], today=today, descending=descending)
    return tasks.order_by("-due", "-pk") if descending else tasks.order_by("due", "pk")


def tabs(counts: Counts, here: Address, view: str) -> Tabs:
    """Show the tabs with their counts. Each count is that of the list it opens, filters included."""
    numbers = {
        "": counts.all,
        "overdue": counts.overdue,
        "7": counts.due_7,
        "28": counts.due_28,
        "hold": counts.on_hold,
        "cover": counts.covering,
    }
    return Tabs(
        [
            Choice(words, (here.with_param("view", name) if name else here.without("view")).href, numbers[name], name == view)
            for name, words in VIEWS.items()
        ],
        label="Views of your work",
    )


def total(counts: Counts, view: str) -> int:
    """Give the number of rows of one tab."""
    by_view = {"overdue": counts.overdue, "7": counts.due_7, "28": counts.due_28, "hold": counts.on_hold, "cover": counts.covering}
    return by_view.get(view, counts.all)


def table(tasks: Sequence[Task], who: Who, here: Address, *, order: str) -> Table:
    """Show tasks as rows, in two queries: what they are about, and their words."""
    found = cases.of_subjects(task.subject_id for task in tasks if task.subject_kind == "case")
    seen = {pk for pk, case in found.items() if who.may(Permission.SEE_CASES) and cases.may_see(case, who.standing)}
    words = audit.contents(task.details_payload_id for task in tasks if task.details_payload_id and _may_read(task, seen))
    names = cases.card_names(found.values(), who.standing)
    steps = ladder(today=who.today)
    rows = [_row(task, who, found.get(task.subject_id), names if task.subject_id in seen else {}, words, steps) for task in tasks]
    return Table("Your tasks", COLUMNS, rows, "work", order or "due", here, caption_hidden=True, empty="There is nothing in this list.")


def _may_read(task: Task, seen: set[int]) -> bool:
    return task.subject_kind != "case" or task.subject_id in seen


def _row(
    task: Task, who: Who, case: Case | None, names: Mapping[int, str], words: Mapping[int, dict[str, object] | None], steps: Ladder
) -> Row:
    content = words.get(task.details_payload_id or 0)
    details = shorten(str(content.get("details", ""))) if content else ""
    what = Stack(Link(title(kind=task.kind, today=who.today), reverse("task", args=[task.pk])), (details,) if details else ())
    late = lateness_tag(task, ladder=steps, today=who.today)
    return Row([_about(task, who, case, names), due_of(task, today=who.today), what, waiting_for(task.waiting_for), late])


def _about(task: Task, who: Who, case: Case | None, names: Mapping[int, str]) -> Cell:
    """What the task is about, first whom, and for whom it is covered. A name is shown only to those who may see it."""
    below: list[Cell] = []
    if task.subject_kind in KINDS and who.may(Permission.SEE_REFERRALS):
        main: Cell = Link(words_of(task.subject_kind, task.subject_id), page_of(task.subject_kind, task.subject_id))
    elif case is None or task.subject_kind != "case":
        main = Link(ABOUT.get(task.subject_kind, task.subject_kind.capitalize()), reverse("task", args=[task.pk]))
    elif not who.may(Permission.SEE_CASES):
        main = Link(case.reference, reverse("task", args=[task.pk]))
    else:
        main = Link(names.get(case.pk) or "Restricted", reverse("case", args=[case.pk]))
        below.append(case.reference)
    if case is not None and case.restricted:
        below.append(Tag("Restricted"))
    if task.owner_id in covering(who):
        below.append(f"Covering for {task.owner.name}")
    elif task.owner_id != who.id:
        below.append(f"Comes to you from {task.owner.name}")
    return Stack(main, tuple(below))


def shorten(text: str) -> str:
    """Give the beginning of a text, for a row."""
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]}…"
