"""What has changed in a list since a past moment: what came in, what went out, and what is another's, due another day or held elsewhere."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from longstop.access import queries as access
from longstop.access.rules import Permission
from longstop.audit.past import as_it_is
from longstop.cases import queries as cases
from longstop.cases.models import Case, Custody
from longstop.cases.rules import OUTCOMES
from longstop.web.casework.words import waiting_for
from longstop.web.doors import Who
from longstop.web.leading.words import case_cell, day
from longstop.web.parts import Address, Cell, Choice, Column, Link, Pages, Row, Stack, Table, Tabs
from longstop.work import queries as work
from longstop.work.models import State, Task
from longstop.work.rules import title

PAGE, BATCH = 25, 500
VIEWS = {"in": "Came in", "out": "Went out", "differ": "Changed"}
Values = tuple[Any, ...]
Compare = tuple[int, Values | None, Values | None]


@dataclass(frozen=True)
class Kind:
    """What of a subject is compared: fields with their words. `cell` shows a subject, `now` what became of one that went out."""

    columns: tuple[Column, ...]
    fields: Mapping[str, str]
    noun: str
    load: Callable[[Sequence[int]], Mapping[int, Any]]
    cells: Callable[[Mapping[int, Any], Who], Mapping[int, list[Cell]]]
    gone: Callable[[Any], str]


@dataclass(frozen=True)
class Compared:
    """A list that can say what has changed: its query, with its filters, for somebody at their moment; and what it lists."""

    found: Callable[[Who], QuerySet[Any]]
    kind: Kind


@dataclass(frozen=True)
class Change:
    """What has changed, as a page and as the whole."""

    tabs: Tabs
    table: Table
    pages: Pages
    total: int
    tables: Callable[[], Iterator[Table]]


def shown(compared: Compared, here: Address, *, then: Who, now: Who) -> Change:
    """Compare the list as `then` sees it, where the past is being read, with the list as it is; show the part that the address asks for."""
    before = _values(compared, then)
    with as_it_is():
        after = _values(compared, now)
        found: dict[str, list[Compare]] = {
            "in": [(pk, None, after[pk]) for pk in sorted(after.keys() - before.keys())],
            "out": [(pk, before[pk], None) for pk in sorted(before.keys() - after.keys())],
            "differ": [(pk, before[pk], after[pk]) for pk in sorted(before.keys() & after.keys()) if before[pk] != after[pk]],
        }
        view, start = here.get("changed"), here.number("after") or 0
        rows = found[view]

        def make(part: Sequence[Compare]) -> Table:
            with as_it_is():
                return _table(compared.kind, part, view, now)

        page = rows[start : start + PAGE]
        table = make(page)
    choices = [Choice(words, here.with_param("changed", name).href, len(found[name]), name == view) for name, words in VIEWS.items()]
    last = start + len(page)
    onward = here.with_param("after", str(last)).href if last < len(rows) else ""
    back = here.with_param("after", str(max(start - PAGE, 0))).href if start else ""
    pages = Pages(start + 1 if page else 0, last if page else 0, len(rows), compared.kind.noun, back, onward)
    batches = [rows[place : place + BATCH] for place in range(0, len(rows), BATCH)] or [[]]
    return Change(Tabs(choices, label="What has changed"), table, pages, len(rows), lambda: (make(batch) for batch in batches))


def _values(compared: Compared, who: Who) -> dict[int, Values]:
    rows = compared.found(who).order_by().values_list("pk", *compared.kind.fields)
    return {row[0]: tuple(row[1:]) for row in rows.iterator(chunk_size=5_000)}


def _table(kind: Kind, rows: Sequence[Compare], view: str, now: Who) -> Table:
    subjects = kind.load([pk for pk, _, _ in rows])
    cells = kind.cells(subjects, now)
    names = access.staff_names(_staff(kind, rows))
    made = []
    for pk, before, after in rows:
        if before is not None and after is not None:
            lines = tuple(_differences(kind, before, after, names))
        elif after is not None:
            lines = tuple(_said(kind, after, names))
        else:
            lines = (kind.gone(subjects[pk]),)
        made.append(Row([*cells[pk], Stack(lines[0], lines[1:])]))
    last = {"in": "What it is now", "out": "What became of it", "differ": "Changed"}[view]
    columns = [*kind.columns, Column(last)]
    return Table(VIEWS[view], columns, made, "changes", caption_hidden=True, empty="Nothing has, since then.")


def _staff(kind: Kind, rows: Sequence[Compare]) -> set[int]:
    places = [place for place, name in enumerate(kind.fields) if name == "owner_id"]
    return {values[place] for _, *both in rows for values in both if values is not None for place in places}


def _said(kind: Kind, values: Values, names: Mapping[int, str]) -> Iterator[str]:
    for (name, words), value in zip(kind.fields.items(), values, strict=True):
        yield f"{words}: {_in_words(name, value, names)}"


def _differences(kind: Kind, before: Values, after: Values, names: Mapping[int, str]) -> Iterator[str]:
    for (name, words), old, new in zip(kind.fields.items(), before, after, strict=True):
        if old != new:
            yield f"{words}: {_in_words(name, old, names)}, now {_in_words(name, new, names)}"


def _in_words(name: str, value: Any, names: Mapping[int, str]) -> str:
    if name == "owner_id":
        return names.get(value, "somebody")
    if name == "custody":
        return str(Custody(value).label)
    if name == "waiting_for":
        return waiting_for(value)
    return day(value) if isinstance(value, date) else str(value)


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
    fields={"owner_id": "Owner", "next_due": "Next date", "custody": "Custody"},
    noun="cases",
    load=cases.of_subjects,
    cells=_case_cells,
    gone=_case_gone,
)
TASKS = Kind(
    columns=(Column.case("About"), Column("Task")),
    fields={"owner_id": "Owner", "due": "Due", "waiting_for": "Waiting for"},
    noun="tasks",
    load=work.by_number,
    cells=_task_cells,
    gone=_task_gone,
)
