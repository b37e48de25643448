"""What every load has around its rows: its outcome, its table of refused rows, whether it must be held, and who else is loading."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from longstop.audit.operations import GuaranteeBroken
from longstop.intake import queries
from longstop.intake.actions import Holding, Refused, begin
from longstop.intake.feeds import Counted, expectation, held_for
from longstop.intake.models import Receipt
from longstop.intake.reading import Form
from longstop.intake.refused_csv import RefusedTable
from longstop.intake.rules import HeldFor

Progress = Callable[[int], None]  # told how many characters of the file were dealt with since it was last told


class SourceIsBusy(Exception):
    """Another process is loading a file of this source."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: its receipt, and the table of refused rows where there is one (or why it could not be written)."""

    receipt: Receipt
    refused_table: Path | None = None
    table_trouble: str = ""
    missing: tuple[str, ...] = ()


def begin_receipt(path: Path, form: Form, *, source: str, observed_at: datetime, may_repeat: bool, by: int, at: datetime) -> Receipt:
    """Begin the receipt of a file, or go on with it. Raises SourceIsBusy."""
    try:
        return begin(
            source=source,
            file_name=path.name,
            sha256=form.sha256,
            size=form.size,
            form=str(form),
            observed_at=observed_at,
            may_repeat=may_repeat,
            by=by,
            at=at,
        )
    except GuaranteeBroken as refused:
        if refused.constraint != "one_file_of_a_source_at_a_time":
            raise
        raise SourceIsBusy(source) from refused


def must_be_held(receipt: Receipt, *, count: Callable[[], int]) -> tuple[HeldFor, Receipt, int] | None:
    """Say why a file must wait for a person, beside which receipt, and how many rows `count` found; None where it need not.

    Asked only before anything was taken in, and of the moment at which the file came. What somebody has let in is not asked about again.
    """
    if receipt.received or receipt.decided_at is not None or receipt.repeats_id is not None:
        return None
    expected = expectation(receipt.source, on=receipt.received_at.date())
    last = queries.last_finished(receipt.source) if expected.holds else None
    if last is None:
        return None
    file = Counted(rows=count(), observed_at=receipt.observed_at)
    why = held_for(expected, file, before=Counted(rows=last.received, observed_at=last.observed_at), at=receipt.received_at)
    return (why, last, file.rows) if why else None


def holding(found: tuple[HeldFor, Receipt, int], *, refused: int) -> Holding:
    """Give what `hold` writes down."""
    why, beside, rows = found
    return Holding(why=why, rows=rows, refused=refused, beside_id=beside.pk)


class SafeTable:
    """The table of refused rows, which never stops a load: what hinders it is said in `trouble`."""

    def __init__(self, file: Path) -> None:
        self._table = RefusedTable(file)
        self.path: Path | None = None
        self.trouble = ""

    def add(self, rows: list[Refused]) -> None:
        """Add refused rows."""
        self._try(lambda: self._add(rows))

    def put(self) -> None:
        """Put the table in its place."""
        self._try(self._close)

    def end(self) -> None:
        """Leave nothing half written behind."""
        self._table.discard()

    def _add(self, rows: list[Refused]) -> None:
        for row in rows:
            self._table.add(number=row.number, line=row.line, finding=row.finding)

    def _close(self) -> None:
        self.path = self._table.close()

    def _try(self, do: Callable[[], object]) -> None:
        if self.trouble:
            return
        try:
            do()
        except OSError as error:
            self.trouble = f"The table of refused rows could not be written: {error.strerror or error}."
