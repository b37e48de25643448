"""A file from its first byte to its finished receipt: read, checked, and taken in by chunks, each its own transaction."""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from longstop.intake import prisoners, queries
from longstop.intake.actions import Counts, HeldOtherwise, LoadTakenOver, Refused, Taken, finish, finish_repeat, hold, take_in
from longstop.intake.codes import Lexicon
from longstop.intake.contracts import PRISONERS
from longstop.intake.decoding import CUT_OFF, CannotUse, Decoded, Decoder
from longstop.intake.findings import Finding
from longstop.intake.models import Receipt, ReceiptState
from longstop.intake.outcomes import Outcome, Progress, SafeTable, SourceIsBusy, begin_receipt, holding, must_be_held
from longstop.intake.reading import LONGEST, Form, Text, examine, texts
from longstop.intake.recognition import is_settled, mark, reading_version
from longstop.intake.rules import HeldFor, add_names, booking_digest, content_digest, key_digest

__all__ = ["Outcome", "Progress", "SourceIsBusy", "load_prisoners"]

CHUNK_ROWS = 1_000
CHUNK_CHARACTERS = 8_000_000
_NEW_OBJECTS = 100_000  # that live: about what a chunk has

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
    same: list[queries.Held] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.taken) + len(self.refused) + len(self.same)

    def add(self, row: R | Refused) -> None:
        """Add a row; one that can be used must not bear a key that stands here already."""
        if isinstance(row, Refused):
            self.refused.append(row)
        else:
            self.taken.append(row)
            self.keys.add(row.key_digest)


@dataclass(slots=True)  # not frozen, which takes thrice as long: made for every row
class Raw:
    """A row that could be decoded, and has not been checked. `key_digest` is None where it bears no key that can be read."""

    text: Text
    decoded: Decoded
    key_digest: bytes | None
    mark: bytes


@dataclass(slots=True)
class Batch:
    """Rows as they were decoded, in their order, that will be taken in together. A key stands once in those that can be used."""

    rows: list[Raw | Refused] = field(default_factory=list)
    keys: set[bytes] = field(default_factory=set)
    characters: int = 0

    def is_full(self) -> bool:
        """Say whether it should be taken in before another row is added."""
        return len(self.rows) >= CHUNK_ROWS or self.characters >= CHUNK_CHARACTERS

    def add(self, row: Raw | Refused, text: Text) -> None:
        """Add a row, whose key must not stand here already where the row can be used."""
        self.rows.append(row)
        self.characters += len(text.text)
        if row.key_digest is not None:
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
    reading = _reading(path, form, receipt.observed_at, queries.lexicon_of(PRISONERS.source, on=at.date()))
    table = SafeTable(path)
    try:
        with only_new_garbage():
            receipt = _load(reading, receipt, table, by=by, at=at, progress=progress)
    except LoadTakenOver:
        raise SourceIsBusy(PRISONERS.source) from None
    finally:
        table.end()
    return Outcome(receipt=receipt, refused_table=table.path, table_trouble=table.trouble)


@contextmanager
def only_new_garbage() -> Iterator[None]:
    """Let garbage be sought only among what the load makes, and seldom: its rows are no garbage, and there are many of them.

    Looking through all of Django for each chunk takes a fifth of the time, through the rows of a chunk every few of them a tenth.
    """
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file of prisoners is read: its form, when it was observed, what is known of its codes, and the version of all that."""

    path: Path
    form: Form
    observed_at: datetime
    lexicon: Lexicon | None = None
    version: bytes = b""


def _reading(path: Path, form: Form, observed_at: datetime, lexicon: Lexicon) -> Reading:
    version = reading_version(lexicon=lexicon, observed_on=observed_at.date())
    return Reading(path, form, observed_at, lexicon, version)


def _load(reading: Reading, receipt: Receipt, table: SafeTable, *, by: int, at: datetime, progress: Progress | None) -> Receipt:
    if found := must_be_held(receipt, count=lambda: sum(1 for _ in texts(reading.path, reading.form))):
        return _hold(reading, receipt, found, table, by=by, at=at)
    if receipt.repeats_id is None:
        return _take_in_all(reading, receipt, table, by=by, at=at, progress=progress)
    return _count_all(reading, receipt, table, by=by, at=at, progress=progress)


def _hold(reading: Reading, receipt: Receipt, found: tuple[HeldFor, Receipt, int], table: SafeTable, *, by: int, at: datetime) -> Receipt:
    """Check every row of a file that is held, so that whoever decides knows what is in it."""
    refused = 0
    for batch in _batches(reading, 0):
        chunk = _sorted(reading, batch)
        table.add(chunk.refused)
        refused += len(chunk.refused)
    receipt = hold(receipt_id=receipt.pk, holding=holding(found, refused=refused), by=by, at=at)
    table.put()
    return receipt


def _take_in_all(reading: Reading, receipt: Receipt, table: SafeTable, *, by: int, at: datetime, progress: Progress | None) -> Receipt:
    """Take in every row that an interrupted load has not dealt with. The table of refused rows is written from the first."""
    done, go_on_after = 0, receipt.received
    for batch in _batches(reading, go_on_after):
        chunk = _sorted(reading, batch)
        table.add(chunk.refused)
        if done >= go_on_after:
            try:
                receipt = _take_in(receipt, chunk, after=done, by=by, at=at)
            except HeldOtherwise:
                receipt = _take_in(receipt, _sorted(reading, batch, recognise=False), after=done, by=by, at=at)
        done += len(batch.rows)
        if progress:
            progress(batch.characters)
    receipt = finish(receipt_id=receipt.pk, after=receipt.received, by=by, at=at)
    table.put()
    return receipt


def _take_in(receipt: Receipt, chunk: Chunk[Taken], *, after: int, by: int, at: datetime) -> Receipt:
    return take_in(
        receipt_id=receipt.pk,
        after=after,
        taken=chunk.taken,
        same=chunk.same,
        refused=chunk.refused,
        unknown=chunk.unknown,
        by=by,
        at=at,
    )


def _count_all(reading: Reading, receipt: Receipt, table: SafeTable, *, by: int, at: datetime, progress: Progress | None) -> Receipt:
    """Count the rows of a file that came twice, and write the table of refused rows again."""
    unchanged = refused = problems = 0
    unknown: dict[str, int] = {}
    for batch in _batches(reading, 0):
        chunk = _sorted(reading, batch)
        table.add(chunk.refused)
        unchanged, refused = unchanged + len(chunk.taken) + len(chunk.same), refused + len(chunk.refused)
        problems += sum(len(row.problems) for row in chunk.taken) + sum(each.problems for each in chunk.same)
        unknown = add_names(unknown, chunk.unknown)
        if progress:
            progress(batch.characters)
    total = Counts(unchanged=unchanged, refused=refused, problems=problems, unknown=unknown)
    receipt = finish_repeat(receipt_id=receipt.pk, counts=total, by=by, at=at)
    table.put()
    return receipt


def _batches(reading: Reading, go_on_after: int) -> Iterator[Batch]:
    """Give the rows in batches, one of which ends exactly where an interrupted load left off."""
    decoder = Decoder()
    batch = Batch()
    for text in texts(reading.path, reading.form):
        row = _decoded(text, decoder, reading.version)
        if batch.rows and (batch.is_full() or text.number == go_on_after + 1 or _comes_again(row, batch, reading)):
            yield batch
            batch = Batch()
        batch.add(row, text)
    if batch.rows:
        yield batch


def _comes_again(row: Raw | Refused, batch: Batch, reading: Reading) -> bool:
    """Say whether a row that can be used bears a key that stands in the batch: such a row must wait for the next."""
    if isinstance(row, Refused) or row.key_digest not in batch.keys:
        return False
    read = prisoners.read(row.decoded.value, observed_on=reading.observed_at.date(), lexicon=reading.lexicon)
    return read.prisoner is not None


def _decoded(text: Text, decoder: Decoder, version: bytes) -> Raw | Refused:
    try:
        if text.too_long or text.unfinished:
            raise CannotUse(TOO_LONG if text.too_long else CUT_OFF)
        decoded = decoder.spell(text.text)
    except CannotUse as fault:
        return Refused(number=text.number, line=text.line, text=text.text, finding=fault.finding)
    key = prisoners.key_of(decoded.value)
    return Raw(text, decoded, key_digest(source=PRISONERS.source, key=key) if key else None, mark(version, decoded))


def _sorted(reading: Reading, batch: Batch, *, recognise: bool = True) -> Chunk[Taken]:
    """Part the rows: those that are recognised as saying what is held are not checked, unless `recognise` is false."""
    held = queries.held_marks(source=PRISONERS.source, keys=batch.keys, observed_at=reading.observed_at) if recognise else {}
    chunk: Chunk[Taken] = Chunk()
    for row in batch.rows:
        if isinstance(row, Refused):
            chunk.add(row)
        elif (known := held.get(row.key_digest or b"")) is not None and known.mark == row.mark:
            chunk.same.append(known)
            chunk.unknown.update(row.decoded.value.keys() - PRISONERS.by_name.keys())
        else:
            checked, unknown = _checked(row, reading)
            chunk.add(checked)
            chunk.unknown.update(unknown)
    return chunk


def _checked(row: Raw, reading: Reading) -> tuple[Taken | Refused, list[str]]:
    """Check and shape one record. Whatever it holds, it comes out as one or the other."""
    text, raw = row.text, row.decoded.value
    read = prisoners.read(raw, observed_on=reading.observed_at.date(), lexicon=reading.lexicon)
    key = row.key_digest
    if read.prisoner is None or key is None:
        booking = booking_digest(source=PRISONERS.source, booking=read.booking) if read.booking else None
        finding = read.refusal or CUT_OFF
        refused = Refused(number=text.number, line=text.line, text=text.text, finding=finding, key_digest=key, booking_digest=booking)
        return refused, read.unknown
    compared = read.codes.with_mappings(raw)
    taken = Taken(
        number=text.number,
        line=text.line,
        raw=raw,
        spelling=row.decoded.spelling if row.decoded.canonical else None,
        prisoner=read.prisoner,
        problems=[*row.decoded.forgiven, *read.problems],
        key_digest=key,
        digest=content_digest(compared, row.decoded.spelling if compared is raw else None),
        mark=row.mark if is_settled(read.problems, read.codes) else None,
        codes=read.codes,
    )
    return taken, read.unknown
