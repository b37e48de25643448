"""A staff list from its first byte to its finished receipt. Small enough to be held whole, and taken in whole."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from longstop.intake.actions import LoadTakenOver, Refused, finish, take_in_staff
from longstop.intake.actions.staff import Amend
from longstop.intake.contracts import STAFF
from longstop.intake.decoding import CUT_OFF, CannotUse, Decoder
from longstop.intake.findings import Finding
from longstop.intake.loading import TOO_LONG
from longstop.intake.outcomes import Outcome, SafeTable, SourceIsBusy, begin_receipt
from longstop.intake.reading import Form, UnusableFile, examine, texts
from longstop.intake.staffing import StaffRow, Unfit, read
from longstop.intake.tables import open_table

MOST_ROWS = 50_000
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
    receipt = begin_receipt(path, form, source=STAFF.source, observed_at=at, may_repeat=False, by=by, at=at)
    try:
        receipt, refused, missing = take_in_staff(
            receipt_id=receipt.pk, rows=rows, refused=refused, unknown=unknown, by=by, at=at, today=today, amend=amend
        )
        receipt = finish(receipt_id=receipt.pk, after=receipt.received, by=by, at=at)
    except LoadTakenOver:
        raise SourceIsBusy(STAFF.source) from None
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
    opened = open_table(path, form)
    if not set(STAFF.by_name) & set(opened.headings):
        raise UnusableFile(f"{path.name} has no column of a staff list in its first line. The columns are: {', '.join(STAFF.by_name)}.")
    for row in opened.rows:
        yield row.number, row.line, row.text, row.cells if isinstance(row.cells, Finding) else dict(row.cells)
