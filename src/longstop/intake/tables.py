"""The rows of a flat table, CSV or Parquet, one at a time; nothing but a small batch of them is held in memory."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from longstop.intake.findings import Finding
from longstop.intake.reading import Form, UnusableFile, open_text

LONGEST_LINE = 4_000_000  # characters
_BATCH = 1_000
_SHOWN_HEADING = 10_000

TOO_MANY_CELLS = Finding(
    fault="too_many_cells",
    sentence="The row has more cells than the heading line, so its values may stand in the wrong columns.",
    remedy="Put text that holds a comma between quotation marks.",
)
BAD_QUOTES = Finding(
    fault="bad_quotes",
    sentence="The row's quotation marks do not close as they should, so where its cells end is not certain.",
    remedy="Put text between quotation marks, and double those within it.",
)


class Row(NamedTuple):
    """One row: its number among the rows and its line, both from 1, its cells by heading or its fault, and as it was written."""

    number: int
    line: int
    cells: Mapping[str, str] | Finding
    written: Sequence[str] | Mapping[str, str] = ()

    @property
    def text(self) -> str:
        """The row as it may be shown; nothing where it cannot be read."""
        return json.dumps(self.written, ensure_ascii=False) if self.written else ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A table whose headings were read: `headings` as we call them, and its rows still to come."""

    headings: tuple[str, ...]
    rows: Iterator[Row]


def open_table(path: Path, form: Form) -> Opened:
    """Open a table and read its headings. Raises UnusableFile, here or while its rows are read, where the file turns out to be broken."""
    return _open_parquet(path) if form.layout == "parquet" else _open_csv(path, form)


def count_rows(path: Path, form: Form) -> int:
    """Read a table through to its end, and count its rows. Raises UnusableFile where it breaks off."""
    if form.layout == "parquet":
        return sum(batch.height for batch in _parquet_batches(path))
    return sum(1 for _, cells in _csv_lines(path, form) if _is_row(cells)) - 1  # the first names the columns


def heading(text: str) -> str:
    """Give a heading as contracts name it: "Staff number" is staff_number."""
    return "_".join(text.strip().strip("\ufeff").casefold().split())


def _check(path: Path, headings: Sequence[str]) -> tuple[str, ...]:
    doubled = [name for name, count in Counter(headings).items() if count > 1 and name]
    if doubled:
        raise UnusableFile(f"{path.name} has the column {doubled[0][:60]!r} twice. Send each column once.")
    return tuple(headings)


def _open_csv(path: Path, form: Form) -> Opened:
    lines = _csv_lines(path, form)
    try:
        _, first = next(lines)
    except StopIteration:
        raise UnusableFile(f"{path.name} is empty. Ask the sender for the file again.") from None
    if isinstance(first, Finding):
        raise UnusableFile(f"{path.name} has no heading line that can be read. Ask the sender for the file in the agreed form.")
    headings = _check(path, [heading(cell) for cell in first])
    return Opened(headings, _csv_rows(headings, lines))


def _csv_rows(headings: Sequence[str], lines: Iterator[tuple[int, list[str] | Finding]]) -> Iterator[Row]:
    number = 0
    for line, cells in lines:
        if _is_row(cells):
            number += 1
            yield Row(number, line, cells) if isinstance(cells, Finding) else Row(number, line, _named(headings, cells), cells)


def _is_row(cells: list[str] | Finding) -> bool:
    return isinstance(cells, Finding) or any(cell.strip() for cell in cells)


def _csv_lines(path: Path, form: Form) -> Iterator[tuple[int, list[str] | Finding]]:
    """Give the cells of each line, with its number. What the quotation marks spoil is a fault of that row alone."""
    with path.open("rb") as file:
        reader = csv.reader(_cleaned_lines(open_text(file, form.encoding, newline="")), delimiter=_delimiter(path, form), strict=True)
        begins = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield begins, BAD_QUOTES
            else:
                yield begins, cells
            begins = reader.line_num + 1


def _named(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str] | Finding:
    if len(cells) > len(headings) and any(cell.strip() for cell in cells[len(headings) :]):
        return TOO_MANY_CELLS
    return {name: cell.strip() for name, cell in zip(headings, cells, strict=False) if name}


def _cleaned_lines(stream: io.TextIOWrapper) -> Iterator[str]:
    """Give lines without characters that cannot be stored; bytes that are not UTF-8 are read as Windows-1252."""
    while line := stream.readline(LONGEST_LINE):
        try:
            line.encode()
        except UnicodeEncodeError:
            line = line.encode(errors="surrogateescape").decode("cp1252", errors="replace")
        yield line.replace("\x00", "\N{REPLACEMENT CHARACTER}").lstrip("\ufeff")


def _delimiter(path: Path, form: Form) -> str:
    with path.open("rb") as file:
        first = open_text(file, form.encoding).readline(_SHOWN_HEADING)
    return max(",;\t|", key=first.count)


def _open_parquet(path: Path) -> Opened:
    try:
        names = list(pl.scan_parquet(path).collect_schema())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise _broken(path) from error
    return Opened(_check(path, [heading(name) for name in names]), _parquet_rows(path))


def _parquet_rows(path: Path) -> Iterator[Row]:
    number = 0
    for batch in _parquet_batches(path):
        headings = [heading(name) for name in batch.columns]
        for values in batch.iter_rows():
            cells = {name: as_text(value) for name, value in zip(headings, values, strict=True) if value is not None and name}
            number += 1
            yield Row(number, number, cells, cells)


def _parquet_batches(path: Path) -> Iterator[pl.DataFrame]:
    try:
        yield from pl.scan_parquet(path).collect_batches(chunk_size=_BATCH, maintain_order=True)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise _broken(path) from error


def _broken(path: Path) -> UnusableFile:
    return UnusableFile(f"{path.name} is broken Parquet: it cannot be read to its end. Ask the sender for the file again.")


def as_text(value: Any) -> str:
    """Give a typed value as the text of a cell: days as 2024-03-31, whole numbers without a point, lists as JSON."""
    if isinstance(value, str):
        return _storable(value.strip())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return _storable(value.decode("utf-8", errors="replace"))
    if isinstance(value, list | dict | tuple):
        return _storable(json.dumps(value, ensure_ascii=False, default=str))
    return _storable(str(value))


def _storable(text: str) -> str:
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
