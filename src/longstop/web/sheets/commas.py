"""Comma-separated values: the stamp in lines that begin with #, the headings, the rows."""

import csv
from datetime import date, datetime
from io import TextIOWrapper
from typing import IO

from longstop.web.sheets.table import Sheet, Value
from longstop.web.sheets.text import defused, visible


def write_csv(sheet: Sheet, file: IO[bytes]) -> None:
    """Write the table as UTF-8 with a byte-order mark, which spreadsheets ask for, a row at a time.

    Dates are written as 2026-03-09, moments as 2026-03-09 14:05. An empty cell means that nothing is recorded.
    """
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    for name, value in [*sheet.stamp, *((f"Column “{heading}”", meaning) for heading, meaning in sheet.definitions)]:
        # Without commas and quotes, so that one line stays one cell and a program can skip it.
        text.write(f"# {visible(name)}: {visible(value)}".replace(",", ";").replace('"', "'") + "\r\n")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([defused(field.heading) for field in sheet.fields])
    for row in sheet.rows:
        cells = [_written(value) for value in row]
        if cells[0].startswith("#"):  # a row must not be taken for a line of the stamp
            text.write('"{}",'.format(cells.pop(0).replace('"', '""')))
        writer.writerow(cells)
    text.flush()
    text.detach()


def _written(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else defused(value)
