"""A staff list from its first byte to its finished receipt. Small enough to be held whole, and taken in whole."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from longstop.audit.operations import GuaranteeBroken
from longstop.intake.actions import LoadTakenOver, Refused, begin, finish, take_in_staff
from longstop.intake.actions.staff import Amend
from longstop.intake.contracts import STAFF
from longstop.intake.decoding import CUT_OFF, CannotUse, Decoder
from longstop.intake.findings import Finding
from longstop.intake.loading import TOO_LONG, Outcome, SafeTable, SourceIsBusy
from longstop.intake.reading import Form, UnusableFile, examine, open_text, texts
from longstop.intake.staffing import StaffRow, Unfit, read

MOST_ROWS = 50_000
LONGEST_CELL = 10_000
TOO_MANY_CELLS = Finding(
    fault="too_many_cells",
    sentence="The row has more cells than the heading line, so its values may stand in the wrong columns.",
    remedy="Put text that holds a comma between quotation marks.",
)
SAME_PERSON = Finding(
    fault="double_key",
    field="staff_number",
    sentence="The staff number stands in an earlier row of the file too.",
    remedy="Send one row for each member of staff.",
)


def load_staff(*, path: Path, by: int, at: datetime, today: date, amend: Amend | None = None) -> Outcome:
    """Take in a staff list: CSV, JSON Lines or one JSON array. `amend` is how somebody changes team: see `take_in_staff`.

    Raises UnusableFile, with nothing changed, where the file cannot be read at all, and SourceIsBusy where another process is loading one.
    """
    form = examine(path, table=True)
    rows, refused, unknown = _read_all(path, form, today)
    try:
        receipt = begin(
            source=STAFF.source,
            file_name=path.name,
            sha256=form.sha256,
            size=form.size,
            form=str(form),
            observed_at=at,
            may_repeat=False,
            by=by,
            at=at,
        )
        receipt, refused, missing = take_in_staff(
            receipt_id=receipt.pk, rows=rows, refused=refused, unknown=unknown, by=by, at=at, today=today, amend=amend
        )
        receipt = finish(receipt_id=receipt.pk, after=receipt.received, by=by, at=at)
    except LoadTakenOver:
        raise SourceIsBusy(STAFF.source) from None
    except GuaranteeBroken as broken:
        if broken.constraint != "one_file_of_a_source_at_a_time":
            raise
        raise SourceIsBusy(STAFF.source) from broken
    table = SafeTable(path)
    table.add(refused)
    table.put()
    table.end()
    return Outcome(receipt=receipt, refused_table=table.path, table_trouble=table.trouble, missing=missing)


def _read_all(path: Path, form: Form, today: date) -> tuple[list[StaffRow], list[Refused], Counter[str]]:
    rows: list[StaffRow] = []
    refused: list[Refused] = []
    unknown: Counter[str] = Counter()
    seen: set[str] = set()
    for number, line, text, raw in _table(path, form) if form.layout == "table" else _records(path, form):
        if number > MOST_ROWS:
            raise UnusableFile(f"{path.name} has more than {MOST_ROWS:,} rows, which is no staff list.")
        try:
            if isinstance(raw, Finding):
                raise Unfit(raw)
            row, others = read(raw, number=number, line=line, text=text, today=today)
            if row.member and row.member.staff_number in seen:
                raise Unfit(SAME_PERSON)
        except Unfit as why:
            refused.append(Refused(number=number, line=line, text=text, finding=why.finding))
            continue
        seen.update({row.member.staff_number} if row.member else ())
        rows.append(row)
        unknown.update(others)
    return rows, refused, unknown


_Raw = tuple[int, int, str, dict[str, Any] | Finding]


def _records(path: Path, form: Form) -> Iterator[_Raw]:
    decoder = Decoder()
    for text in texts(path, form):
        raw: dict[str, Any] | Finding
        try:
            if text.too_long or text.unfinished:
                raise CannotUse(TOO_LONG if text.too_long else CUT_OFF)
            raw, _ = decoder.decode(text.text)
        except CannotUse as fault:
            raw = fault.finding
        yield text.number, text.line, text.text, raw


def _table(path: Path, form: Form) -> Iterator[_Raw]:
    """Give the rows of a CSV file under its heading line. Raises UnusableFile where the heading line is none of ours."""
    with path.open("rb") as file:
        stream = open_text(file, form.encoding)
        lines = csv.reader((_cleaned(line) for line in stream), delimiter=_delimiter(path, form))
        try:
            headings = [cell.strip().casefold().replace(" ", "_") for cell in next(lines)]
            _check_headings(path, headings)
            number = 0
            for cells in lines:
                if any(cell.strip() for cell in cells):
                    number += 1
                    yield number, lines.line_num, json.dumps(cells, ensure_ascii=False), _as_record(headings, cells)
        except csv.Error as error:
            raise UnusableFile(f"{path.name} is not CSV: {error}, near line {lines.line_num}.") from None


def _as_record(headings: list[str], cells: list[str]) -> dict[str, Any] | Finding:
    if any(cell.strip() for cell in cells[len(headings) :]):
        return TOO_MANY_CELLS
    return {name: cell.strip() for name, cell in zip(headings, cells, strict=False) if name}


def _check_headings(path: Path, headings: list[str]) -> None:
    known = set(STAFF.by_name)
    if not known & set(headings):
        raise UnusableFile(f"{path.name} has no column of a staff list in its first line. The columns are: {', '.join(STAFF.by_name)}.")
    if doubled := sorted(name for name, count in Counter(headings).items() if count > 1 and name):
        raise UnusableFile(f"{path.name} has the column {doubled[0]!r} twice. Send each column once.")


def _cleaned(line: str) -> str:
    """Give a line without characters that cannot be stored; bytes that are not UTF-8 are read as Windows-1252."""
    try:
        line.encode()
    except UnicodeEncodeError:
        line = line.encode(errors="surrogateescape").decode("cp1252", errors="replace")
    return line.replace("\x00", "\N{REPLACEMENT CHARACTER}").lstrip("\ufeff")


def _delimiter(path: Path, form: Form) -> str:
    with path.open("rb") as file:
        first = open_text(file, form.encoding).readline(LONGEST_CELL)
    return max(",;\t", key=first.count)
