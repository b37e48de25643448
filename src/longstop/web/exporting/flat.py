"""What a list shows, as plain values for a file: the same cells, so that nothing can be taken away that could not be seen."""

import datetime as dt
import html
from collections.abc import Iterator, Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

from longstop.kernel.identifiers import BadIdentifier, parse_case_reference
from longstop.web.parts import Badge, Cell, Column, Link, Slot, Stack, Tag, When
from longstop.web.sheets import Field, Value

BETWEEN = "; "


def fields(columns: Sequence[Column], meanings: dict[str, str]) -> list[Field]:
    """Give the columns of a file: a column of the screen makes several where it says so. Their headings are unique."""
    headings = [slot.heading for column in columns for slot in slots(column)]
    return [
        Field(heading if heading not in headings[:place] else f"{heading} ({place + 1})", meanings.get(heading, ""))
        for place, heading in enumerate(headings)
    ]


def slots(column: Column) -> Sequence[Slot]:
    """Give the columns of a file that a column of the screen makes."""
    return column.slots or (Slot(column.heading),)


def row(cells: Sequence[Cell], columns: Sequence[Column]) -> list[Value]:
    """Give a row of a file."""
    return [value for cell, column in zip(cells, columns, strict=True) for value in placed(list(_values(cell)), slots(column))]


def placed(values: Sequence[Value], into: Sequence[Slot]) -> list[Value]:
    """Put what a cell shows where it belongs: dates and references in columns of their own, text in the others in its order."""
    found: list[list[Value]] = [[] for _ in into]
    for value in values:
        wanted = _kind(value)
        place = _free(into, found, wanted)
        found[place].append(value)
    return [_one(each) for each in found]


def _free(into: Sequence[Slot], found: Sequence[Sequence[Value]], kind: str) -> int:
    """The first empty column of the kind; else the first empty one for text, else the last one for text."""
    for wanted in (kind, "text"):
        for place, slot in enumerate(into):
            if slot.kind == wanted and not found[place]:
                return place
    return max((place for place, slot in enumerate(into) if slot.kind == "text"), default=len(into) - 1)


def _kind(value: Value) -> str:
    if isinstance(value, dt.date):
        return "date"
    if not isinstance(value, str):
        return "number"
    try:
        parse_case_reference(value)
    except BadIdentifier:
        return "text"
    return "reference"


def _one(values: Sequence[Value]) -> Value:
    if len(values) < 2:
        return values[0] if values else None
    return BETWEEN.join(_said(value) for value in values)


def _said(value: Value) -> str:
    if isinstance(value, dt.datetime):
        return date_format(value, r"j F Y \a\t H:i")
    return date_format(value, "j F Y") if isinstance(value, dt.date) else str(value)


def _values(cell: Cell) -> Iterator[Value]:
    """Give what a cell shows, piece by piece."""
    if isinstance(cell, Stack):
        for piece in (cell.main, *cell.below):
            yield from _values(piece)
    elif isinstance(cell, When):
        if cell.date is not None:
            yield cell.date
        yield f"{cell.name}: {cell.label}" if cell.name else cell.label
    elif isinstance(cell, Link | Tag | Badge):
        yield cell.text
    elif isinstance(cell, bool):
        yield "Yes" if cell else "No"
    elif isinstance(cell, dt.datetime):
        yield timezone.make_naive(cell) if timezone.is_aware(cell) else cell
    elif isinstance(cell, int | dt.date):
        yield cell
    elif isinstance(cell, str):
        if cell:
            yield cell
    elif cell is not None:
        # A part that only a page can show: its words.
        yield html.unescape(strip_tags(cell.render({})))
