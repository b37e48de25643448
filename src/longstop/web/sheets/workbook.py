"""An accessible workbook by gptables: a cover, notes, and one sheet with one table marked up as one.

By the checklist of the Government Statistical Service for accessible spreadsheets (shared facts, section 6.7): a title in A1, one row of
unique headings, wrapped text, no merged cells, blank rows, frozen panes or filters; why a cell is empty is said in shorthand.
"""

import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

import gptables  # type: ignore[import-untyped]
import pandas as pd  # type: ignore[import-untyped]

from longstop.web.sheets.table import NOTHING, SHORTHAND, Sheet, Value
from longstop.web.sheets.text import visible

COVER, NOTES = "Cover", "Notes"
# No text becomes a formula, a link or a number.
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WRAPPED = {"text_wrap": True, "valign": "top", "font_name": "Arial", "font_size": 12}
NARROW, WIDE, SAMPLE = 12, 44, 200  # widths in letters, and the rows that they are taken from


class _Tall(gptables.GPTable):  # type: ignore[misc]  # without types
    """A table of which gptables writes the headings and one row, and that is marked up to its last: it refuses cells without a Latin
    letter or a digit, such as a name in Arabic script, and takes a minute where writing the rows takes seconds."""

    height = 1

    def _set_data_range(self) -> None:
        super()._set_data_range()
        self.data_range[2] += self.height - 1


def write_xlsx(sheet: Sheet, file: IO[bytes]) -> None:
    """Write the table with its cover and notes. Numbers and dates keep their types; text is never a formula."""
    rows = [list(row) for row in sheet.filled()]
    headings = [visible(field.heading) for field in sheet.fields]
    table = _Tall(pd.DataFrame([["-a-"] * len(headings)], columns=headings), "list", _plain(sheet.title), index_columns={})
    table.set_instructions(f"This worksheet contains one table of {len(headings)} columns. {SHORTHAND}")
    table.height = len(rows)
    table._set_data_range()
    definitions = sheet.definitions or [("Every column", "Is as the list shows it.")]
    notes = gptables.GPTable(pd.DataFrame(definitions, columns=["Column", "What it means"]), "notes", "Notes", index_columns={})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about notes that are not cited by number: ours name their column
        book = gptables.produce_workbook(
            file, {NOTES: notes, sheet.name: table}, cover=_cover(sheet), contentsheet_label=None, workbook_options=OPTIONS
        )
    _write_rows(book, book.get_worksheet_by_name(sheet.name), rows, headings, first=table.data_range[0] + 1)
    book.get_worksheet_by_name(NOTES).set_column(1, 1, 90)
    book.set_properties({"title": _plain(sheet.title), "subject": "A list taken from Longstop", "author": "Longstop"})
    book.close()


def _plain(text: str) -> str:
    """gptables takes what stands between two pairs of dollars for a note."""
    return visible(text).replace("$$", "$ $")


def _cover(sheet: Sheet) -> Any:
    stamp = [f"{visible(name)}: {visible(value)}" for name, value in sheet.stamp]
    sheets = [f"{NOTES}: what the columns mean.", f"{sheet.name}: the list itself.", SHORTHAND]
    return gptables.Cover(_plain(sheet.title), intro=stamp, about=sheets, cover_label=COVER)


def _write_rows(book: Any, page: Any, rows: Sequence[Sequence[Value]], headings: Sequence[str], *, first: int) -> None:
    text, day, moment, number = (
        book.add_format(WRAPPED | more)
        for more in ({}, {"num_format": "d mmmm yyyy", "align": "left"}, {"num_format": "d mmmm yyyy hh:mm", "align": "left"}, {})
    )
    for place, row in enumerate(rows, start=first):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                page.write_datetime(place, column, value, moment)
            elif isinstance(value, date):
                page.write_datetime(place, column, value, day)
            elif isinstance(value, int):
                page.write_number(place, column, value, number)
            else:
                page.write_string(place, column, visible(value or "") or NOTHING, text)
    for column, width in enumerate(_widths(rows[:SAMPLE], headings)):
        page.set_column(column, column, width)


def _widths(rows: Sequence[Sequence[Value]], headings: Sequence[str]) -> Iterator[int]:
    for column, heading in enumerate(headings):
        longest = max([len(heading), *(18 if isinstance(row[column], date) else len(str(row[column] or "")) for row in rows)])
        yield min(max(longest + 2, NARROW), WIDE)
