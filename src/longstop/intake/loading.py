"""A file from its first byte to its finished receipt: read, checked, and taken in by chunks, each its own transaction."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from longstop.intake import prisoners, queries
from longstop.intake.actions import Counts, LoadTakenOver, Refused, Taken, finish, finish_repeat, hold, take_in
from longstop.intake.codes import Lexicon
from longstop.intake.contracts import PRISONERS
from longstop.intake.decoding import CUT_OFF, CannotUse, Decoder
from longstop.intake.findings import Finding
from longstop.intake.models import Receipt, ReceiptState
from longstop.intake.outcomes import Outcome, Progress, SafeTable, SourceIsBusy, begin_receipt, holding, must_be_held
from longstop.intake.reading import LONGEST, Form, Text, examine, texts
from longstop.intake.rules import HeldFor, booking_digest, key_digest

__all__ = ["Outcome", "Progress", "SourceIsBusy", "load_prisoners"]

CHUNK_ROWS = 500
CHUNK_CHARACTERS = 8_000_000

TOO_LONG = Finding(
    fault="too_long",
    sentence=f"The row is longer than {LONGEST:,} characters.",
    remedy="Send one record for each person, without pictures or documents in it.",
)


class Keyed(Protocol):
    """A row that can be used, under a key."""

    @property
    def key_digest(self) -> bytes: ...


R = TypeVar("R", bound=Keyed)


@dataclass(slots=True)
class Chunk(Generic[R]):
    """Rows that are taken in together. A key stands in it once."""

    taken: list[R] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    keys: set[bytes] = field(default_factory=set)
    characters: int = 0

    def __len__(self) -> int:
        return len(self.taken) + len(self.refused)

    def is_full(self) -> bool:
        """Say whether it should be taken in before another row is added."""
        return len(self) >= CHUNK_ROWS or self.characters >= CHUNK_CHARACTERS

    def add(self, row: R | Refused) -> None:
        """Add a row; one that can be used must not bear a key that stands here already."""
        if isinstance(row, Refused):
            self.refused.append(row)
        else:
            self.taken.append(row)
            self.keys.add(row.key_digest)


def load_prisoners(*, path: Path, observed_at: datetime | None, by: int, at: datetime, progress: Progress | None = None) -> Outcome:
    """Take in a file of prisoner records. `observed_at` is when the source knew what it says; the moment of receipt where it is not given.

    A file that is shorter than the last by more than policy allows, or older, is held: its receipt says so, and nothing is taken in.
    Raises UnusableFile, with nothing changed, where the file cannot be read at all, and SourceIsBusy where another process is loading one.
    """
    form = examine(path)
    receipt = begin_receipt(path, form, source=PRISONERS.source, observed_at=observed_at or at, may_repeat=True, by=by, at=at)
    if receipt.state == ReceiptState.HELD:
        return Outcome(receipt=receipt)
    reading = Reading(path, form, receipt.observed_at.date(), queries.lexicon_of(PRISONERS.source, on=at.date()))
    table = SafeTable(path)
    try:
        if found := must_be_held(receipt, count=lambda: sum(1 for _ in texts(path, form)), at=at):
            receipt = _hold(reading, receipt, found, table, by=by, at=at)
        elif receipt.repeats_id is None:
            receipt = _take_in_all(reading, receipt, table, by=by, at=at, progress=progress)
        else:
            receipt = _count_all(reading, receipt, table, by=by, at=at, progress=progress)
    except LoadTakenOver:
        raise SourceIsBusy(PRISONERS.source) from None
    finally:
        table.end()
    return Outcome(receipt=receipt, refused_table=table.path, table_trouble=table.trouble)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file of prisoners is read: its form, the day on which it was observed, and what is known of its codes."""

    path: Path
    form: Form
    observed_on: date
    lexicon: Lexicon | None = None


def _hold(reading: Reading, receipt: Receipt, found: tuple[HeldFor, Receipt, int], table: SafeTable, *, by: int, at: datetime) -> Receipt:
    """Check every row of a file that is held, so that whoever decides knows what is in it."""
    refused = 0
    for chunk in _chunks(reading, 0):
        table.add(chunk.refused)
        refused += len(chunk.refused)
    receipt = hold(receipt_id=receipt.pk, holding=holding(found, refused=refused), by=by, at=at)
    table.put()
    return receipt


def _take_in_all(reading: Reading, receipt: Receipt, table: SafeTable, *, by: int, at: datetime, progress: Progress | None) -> Receipt:
    """Take in every row that an interrupted load has not dealt with. The table of refused rows is written from the first."""
    done, go_on_after = 0, receipt.received
    for chunk in _chunks(reading, go_on_after):
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


def _count_all(reading: Reading, receipt: Receipt, table: SafeTable, *, by: int, at: datetime, progress: Progress | None) -> Receipt:
    """Count the rows of a file that came twice, and write the table of refused rows again."""
    unchanged = refused = problems = 0
    unknown: Counter[str] = Counter()
    for chunk in _chunks(reading, 0):
        table.add(chunk.refused)
        unchanged, refused = unchanged + len(chunk.taken), refused + len(chunk.refused)
        problems += sum(len(row.problems) for row in chunk.taken)
        unknown += chunk.unknown
        if progress:
            progress(chunk.characters)
    total = Counts(unchanged=unchanged, refused=refused, problems=problems, unknown=unknown)
    receipt = finish_repeat(receipt_id=receipt.pk, counts=total, by=by, at=at)
    table.put()
    return receipt


def _chunks(reading: Reading, go_on_after: int) -> Iterator[Chunk[Taken]]:
    """Give the rows in chunks, one of which ends exactly where an interrupted load left off."""
    decoder = Decoder()
    chunk: Chunk[Taken] = Chunk()
    for text in texts(reading.path, reading.form):
        row, unknown = _row(text, decoder, reading)
        repeated_key = isinstance(row, Taken) and row.key_digest in chunk.keys
        if chunk and (chunk.is_full() or repeated_key or text.number == go_on_after + 1):
            yield chunk
            chunk = Chunk()
        chunk.unknown.update(unknown)
        chunk.add(row)
        chunk.characters += len(text.text)
    if chunk:
        yield chunk


def _row(text: Text, decoder: Decoder, reading: Reading) -> tuple[Taken | Refused, list[str]]:
    """Decode, check and shape one record. Whatever it holds, it comes out as one or the other."""
    try:
        if text.too_long or text.unfinished:
            raise CannotUse(TOO_LONG if text.too_long else CUT_OFF)
        raw, forgiven = decoder.decode(text.text)
    except CannotUse as fault:
        return Refused(number=text.number, line=text.line, text=text.text, finding=fault.finding), []
    read = prisoners.read(raw, observed_on=reading.observed_on, lexicon=reading.lexicon)
    key = key_digest(source=PRISONERS.source, key=read.key) if read.key else None
    if read.prisoner is None or key is None:
        booking = booking_digest(source=PRISONERS.source, booking=read.booking) if read.booking else None
        finding = read.refusal or CUT_OFF
        refused = Refused(number=text.number, line=text.line, text=text.text, finding=finding, key_digest=key, booking_digest=booking)
        return refused, read.unknown
    problems = [*forgiven, *read.problems]
    taken = Taken(number=text.number, line=text.line, raw=raw, prisoner=read.prisoner, problems=problems, key_digest=key, codes=read.codes)
    return taken, read.unknown
