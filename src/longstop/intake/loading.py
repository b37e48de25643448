"""A file from its first byte to its finished receipt: read, checked, and taken in by chunks, each its own transaction."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from longstop.audit.operations import GuaranteeBroken
from longstop.intake import prisoners
from longstop.intake.actions import Counts, LoadTakenOver, Refused, Taken, begin, finish, finish_repeat, take_in
from longstop.intake.contracts import PRISONERS
from longstop.intake.decoding import CUT_OFF, CannotUse, Decoder
from longstop.intake.findings import Finding
from longstop.intake.models import Receipt
from longstop.intake.reading import LONGEST, Form, Text, examine, texts
from longstop.intake.refused_csv import RefusedTable
from longstop.intake.rules import booking_digest, key_digest

CHUNK_ROWS = 500
CHUNK_CHARACTERS = 8_000_000
Progress = Callable[[int], None]  # told how many characters of the file were dealt with since it was last told

TOO_LONG = Finding(
    fault="too_long",
    sentence=f"The row is longer than {LONGEST:,} characters.",
    remedy="Send one record for each person, without pictures or documents in it.",
)


class SourceIsBusy(Exception):
    """Another process is loading a file of this source."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: its receipt, and the table of refused rows where there is one (or why it could not be written)."""

    receipt: Receipt
    refused_table: Path | None = None
    table_trouble: str = ""
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class Chunk:
    """Rows that are taken in together. A key stands in it once."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    keys: set[bytes] = field(default_factory=set)
    characters: int = 0

    def __len__(self) -> int:
        return len(self.taken) + len(self.refused)

    def is_full(self) -> bool:
        """Say whether it should be taken in before another row is added."""
        return len(self) >= CHUNK_ROWS or self.characters >= CHUNK_CHARACTERS

    def counts(self) -> Counts:
        """Count the chunk as a repeat: what can be used is unchanged."""
        problems = sum(len(row.problems) for row in self.taken)
        return Counts(unchanged=len(self.taken), refused=len(self.refused), problems=problems, unknown=self.unknown)


def load_prisoners(*, path: Path, observed_at: datetime | None, by: int, at: datetime, progress: Progress | None = None) -> Outcome:
    """Take in a file of prisoner records. `observed_at` is when the source knew what it says; the moment of receipt where it is not given.

    Raises UnusableFile, with nothing changed, where the file cannot be read at all, and SourceIsBusy where another process is loading one.
    """
    form = examine(path)
    receipt = _begin(path, form, observed_at=observed_at or at, by=by, at=at)
    table = SafeTable(path)
    observed_on = receipt.observed_at.date()
    try:
        if receipt.repeats_id is None:
            receipt = _take_in_all(path, form, receipt, table, observed_on, by=by, at=at, progress=progress)
        else:
            receipt = _count_all(path, form, receipt, table, observed_on, by=by, at=at, progress=progress)
    except LoadTakenOver:
        raise SourceIsBusy(PRISONERS.source) from None
    finally:
        table.end()
    return Outcome(receipt=receipt, refused_table=table.path, table_trouble=table.trouble)


def _begin(path: Path, form: Form, *, observed_at: datetime, by: int, at: datetime) -> Receipt:
    try:
        return begin(
            source=PRISONERS.source,
            file_name=path.name,
            sha256=form.sha256,
            size=form.size,
            form=str(form),
            observed_at=observed_at,
            may_repeat=True,
            by=by,
            at=at,
        )
    except GuaranteeBroken as refused:
        raise SourceIsBusy(PRISONERS.source) from refused


def _take_in_all(
    path: Path,
    form: Form,
    receipt: Receipt,
    table: "SafeTable",
    observed_on: date,
    *,
    by: int,
    at: datetime,
    progress: Progress | None,
) -> Receipt:
    """Take in every row that an interrupted load has not dealt with. The table of refused rows is written from the first."""
    done, go_on_after = 0, receipt.received
    for chunk in _chunks(path, form, observed_on, go_on_after):
        table.add(chunk.refused)
        if done >= go_on_after:
            receipt = take_in(
                receipt_id=receipt.pk, after=done, taken=chunk.taken, refused=chunk.refused, unknown=chunk.unknown, by=by, at=at
            )
        done += len(chunk)
        if progress:
            progress(chunk.characters)
    receipt = finish(receipt_id=receipt.pk, after=receipt.received, by=by, at=at)
    table.put()
    return receipt


def _count_all(
    path: Path,
    form: Form,
    receipt: Receipt,
    table: "SafeTable",
    observed_on: date,
    *,
    by: int,
    at: datetime,
    progress: Progress | None,
) -> Receipt:
    """Count the rows of a file that came twice, and write the table of refused rows again."""
    unchanged = refused = problems = 0
    unknown: Counter[str] = Counter()
    for chunk in _chunks(path, form, observed_on, 0):
        table.add(chunk.refused)
        counts = chunk.counts()
        unchanged, refused, problems = unchanged + counts.unchanged, refused + counts.refused, problems + counts.problems
        unknown += chunk.unknown
        if progress:
            progress(chunk.characters)
    total = Counts(unchanged=unchanged, refused=refused, problems=problems, unknown=unknown)
    receipt = finish_repeat(receipt_id=receipt.pk, counts=total, by=by, at=at)
    table.put()
    return receipt


def _chunks(path: Path, form: Form, observed_on: date, go_on_after: int) -> Iterator[Chunk]:
    """Give the rows in chunks, one of which ends exactly where an interrupted load left off."""
    decoder, chunk = Decoder(), Chunk()
    for text in texts(path, form):
        row, unknown = _row(text, decoder, observed_on)
        repeated_key = isinstance(row, Taken) and row.key_digest in chunk.keys
        if chunk and (chunk.is_full() or repeated_key or text.number == go_on_after + 1):
            yield chunk
            chunk = Chunk()
        _add(chunk, row, unknown)
        chunk.characters += len(text.text)
    if chunk:
        yield chunk


def _add(chunk: Chunk, row: Taken | Refused, unknown: list[str]) -> None:
    chunk.unknown.update(unknown)
    if isinstance(row, Taken):
        chunk.taken.append(row)
        chunk.keys.add(row.key_digest)
    else:
        chunk.refused.append(row)


def _row(text: Text, decoder: Decoder, observed_on: date) -> tuple[Taken | Refused, list[str]]:
    """Decode, check and shape one record. Whatever it holds, it comes out as one or the other."""
    try:
        if text.too_long or text.unfinished:
            raise CannotUse(TOO_LONG if text.too_long else CUT_OFF)
        raw, forgiven = decoder.decode(text.text)
    except CannotUse as fault:
        return Refused(number=text.number, line=text.line, text=text.text, finding=fault.finding), []
    read = prisoners.read(raw, observed_on=observed_on)
    key = key_digest(source=PRISONERS.source, key=read.key) if read.key else None
    if read.prisoner is None or key is None:
        booking = booking_digest(source=PRISONERS.source, booking=read.booking) if read.booking else None
        finding = read.refusal or CUT_OFF
        refused = Refused(number=text.number, line=text.line, text=text.text, finding=finding, key_digest=key, booking_digest=booking)
        return refused, read.unknown
    problems = [*forgiven, *read.problems]
    taken = Taken(number=text.number, line=text.line, raw=raw, prisoner=read.prisoner, problems=problems, key_digest=key)
    return taken, read.unknown


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
