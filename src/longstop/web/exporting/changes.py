"""What has changed in a list since a past moment: what came in, what went out, and what is another's, due another day or held elsewhere."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from longstop.access import queries as access
from longstop.audit.past import as_it_is
from longstop.web.doors import Who
from longstop.web.leading.words import day
from longstop.web.parts import Address, Cell, Choice, Column, Pages, Row, Stack, Table, Tabs

PAGE, BATCH = 25, 500
MOST = 100_000  # rows of a list that are compared: as many as a file holds
VIEWS = {"in": "Came in", "out": "Went out", "differ": "Changed"}
NOT_SHOWN = "Not shown"
Values = tuple[Any, ...]
Compare = tuple[int, Values | None, Values | None]


class TooManyToCompare(ValueError):
    """The list has more rows than are compared. Narrowed, it can be."""


def in_words(value: Any) -> str:
    """Give a value that is compared in words."""
    if value is None or value == "":
        return "none"
    if isinstance(value, datetime):
        return day(timezone.localdate(value))
    return day(value) if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Told:
    """A value that is compared: what it is called, and how it is said. `staff` is the number of somebody, said by their name."""

    words: str
    say: Callable[[Any], str] = in_words
    staff: bool = False


OWNER = Told("Owner", staff=True)


def _nobody(found: Mapping[int, Any], now: Who) -> Collection[int]:
    return ()


@dataclass(frozen=True)
class Kind:
    """What of a subject is compared. `cells` show a subject, `gone` what became of one that went out, all as they are now.

    `closed` are those of whom the reader may see no more than the cells show.
    """

    columns: tuple[Column, ...]
    fields: Mapping[str, Told]
    noun: str
    load: Callable[[Sequence[int], Who], Mapping[int, Any]]
    cells: Callable[[Mapping[int, Any], Who], Mapping[int, list[Cell]]]
    gone: Callable[[Any], str]
    closed: Callable[[Mapping[int, Any], Who], Collection[int]] = _nobody


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
    rows = compared.found(who).order_by().values_list("pk", *compared.kind.fields)[: MOST + 1]
    found = {row[0]: tuple(row[1:]) for row in rows.iterator(chunk_size=5_000)}
    if len(found) > MOST:
        raise TooManyToCompare
    return found


def _table(kind: Kind, rows: Sequence[Compare], view: str, now: Who) -> Table:
    subjects = kind.load([pk for pk, _, _ in rows], now) if rows else {}
    cells, closed = kind.cells(subjects, now), kind.closed(subjects, now)
    names = access.staff_names(_staff(kind, rows))
    made = []
    for pk, before, after in rows:
        lines = [NOT_SHOWN] if pk in closed else _lines(kind, subjects[pk], before, after, names)
        made.append(Row([*cells[pk], Stack(lines[0], tuple(lines[1:]))]))
    last = {"in": "What it is now", "out": "What became of it", "differ": "Changed"}[view]
    columns = [*kind.columns, Column(last)]
    return Table(VIEWS[view], columns, made, "changes", caption_hidden=True, empty="Nothing has, since then.")


def _lines(kind: Kind, subject: Any, before: Values | None, after: Values | None, names: Mapping[int, str]) -> list[str]:
    if after is None:
        return [kind.gone(subject)]
    told = list(zip(kind.fields.values(), before or after, after, strict=True))
    if before is None:
        return [f"{each.words}: {_said(each, new, names)}" for each, _, new in told]
    return [f"{each.words}: {_said(each, old, names)}, now {_said(each, new, names)}" for each, old, new in told if old != new]


def _staff(kind: Kind, rows: Sequence[Compare]) -> set[int]:
    places = [place for place, told in enumerate(kind.fields.values()) if told.staff]
    return {values[place] for _, *both in rows for values in both if values is not None for place in places if values[place]}


def _said(told: Told, value: Any, names: Mapping[int, str]) -> str:
    return names.get(value, "nobody") if told.staff else told.say(value)
