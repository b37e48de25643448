"""The files of a legacy casework system, each from its first byte to its finished receipt. All are read through before any is taken in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from longstop.audit.contents import spell_certain
from longstop.intake import queries
from longstop.intake.actions import CaseworkTaken, LoadTakenOver, Refused, finish, hold, take_in_casework
from longstop.intake.casework import Unusable, Usable, read
from longstop.intake.codes import Lexicon
from longstop.intake.contracts import CASEWORK, Table
from longstop.intake.contracts.casework import ALERTS, CASES, CONTACTS, PERSONS, SOURCE
from longstop.intake.findings import Finding
from longstop.intake.loading import CHUNK_CHARACTERS, Chunk, only_new_garbage
from longstop.intake.models import Receipt, ReceiptState
from longstop.intake.outcomes import Outcome, SafeTable, SourceIsBusy, begin_receipt, holding, must_be_held
from longstop.intake.reading import Form, UnusableFile, examine
from longstop.intake.rules import HeldFor, content_digest, key_digest
from longstop.intake.tables import Row, count_rows, open_table

BATCH_ROWS = 2_500


@dataclass(frozen=True, slots=True)
class File:
    """One file of a delivery: which table it holds, and how many rows."""

    path: Path
    form: Form
    table: Table
    rows: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How one file is read."""

    file: File
    observed_on: date
    lexicon: Lexicon


def load_casework(*, paths: Sequence[Path], observed_at: datetime | None, by: int, at: datetime) -> list[Outcome]:
    """Take in the files of a delivery: persons first, then cases, then the rest; gives what became of each, in that order.

    A file that is shorter than the last of its table by more than policy allows, or older, is held, and so are those after it that would
    need it. Raises UnusableFile, with nothing changed, where any file cannot be read to its end or is none of the tables, and SourceIsBusy.
    """
    order = {table.name: place for place, table in enumerate(CASEWORK)}
    files = sorted((_examined(path) for path in paths), key=lambda file: order[file.table.name])
    _refuse_doubles(files)
    return [_load(file, observed_at=observed_at or at, by=by, at=at) for file in files]


def _examined(path: Path) -> File:
    """Read a file through to its end, so that one that breaks off changes nothing."""
    form = examine(path, records=False, table=True, parquet=True)
    opened = open_table(path, form)
    table = table_of(path, opened.headings)
    return File(path, form, table, count_rows(path, form))


def _refuse_doubles(files: Sequence[File]) -> None:
    for name, several in groupby(files, key=lambda file: file.table.name):
        names = [file.path.name for file in several]
        if len(names) > 1:
            raise UnusableFile(f"{names[0]} and {names[1]} both hold {name}. Give one file of each table, or one after another.")


def table_of(path: Path, headings: Sequence[str]) -> Table:
    """Say which table these columns are. Raises UnusableFile where they are none, or might be two."""
    fitting = [table for table in CASEWORK if table.required <= set(headings)]
    most = max((len(table.required) for table in fitting), default=0)
    best = [table for table in fitting if len(table.required) == most]
    if len(best) == 1:
        return best[0]
    needed = "; ".join(f"{table.name}: {', '.join(sorted(table.required))}" for table in CASEWORK)
    if best:
        both = " and ".join(table.name for table in best)
        raise UnusableFile(
            f"{path.name} has the columns of {both}, so which table it holds is not clear. One table a file. Needed are {needed}."
        )
    raise UnusableFile(f"{path.name} has the columns of none of the tables. Its first line must name them. Needed are {needed}.")


def _load(file: File, *, observed_at: datetime, by: int, at: datetime) -> Outcome:
    receipt = begin_receipt(
        file.path, file.form, source=file.table.contract.source, observed_at=observed_at, may_repeat=False, by=by, at=at
    )
    if receipt.state == ReceiptState.HELD:
        return Outcome(receipt=receipt)
    reading = Reading(file, receipt.observed_at.date(), queries.lexicon_of(SOURCE, on=at.date()))
    refused_table = SafeTable(file.path)
    try:
        with only_new_garbage():
            if found := must_be_held(receipt, count=lambda: file.rows):
                receipt = _hold(reading, receipt, found, refused_table, by=by, at=at)
            else:
                receipt = _take_in_all(reading, receipt, refused_table, by=by, at=at)
    except LoadTakenOver:
        raise SourceIsBusy(receipt.source) from None
    finally:
        refused_table.end()
    return Outcome(receipt=receipt, refused_table=refused_table.path, table_trouble=refused_table.trouble)


def _hold(
    reading: Reading, receipt: Receipt, found: tuple[HeldFor, Receipt, int], refused_table: SafeTable, *, by: int, at: datetime
) -> Receipt:
    refused = 0
    for chunk in _chunks(reading, 0):
        refused_table.add(chunk.refused)
        refused += len(chunk.refused)
    receipt = hold(receipt_id=receipt.pk, holding=holding(found, refused=refused), by=by, at=at)
    refused_table.put()
    return receipt


def _take_in_all(reading: Reading, receipt: Receipt, refused_table: SafeTable, *, by: int, at: datetime) -> Receipt:
    """Take in every row that an interrupted load has not dealt with. The table of refused rows is written from the first."""
    done, go_on_after = 0, receipt.received
    for chunk in _chunks(reading, go_on_after):
        refused_table.add(chunk.refused)
        if done >= go_on_after:
            receipt = take_in_casework(
                receipt_id=receipt.pk,
                after=done,
                table=reading.file.table.name,
                taken=chunk.taken,
                refused=chunk.refused,
                unknown=chunk.unknown,
                by=by,
                at=at,
            )
        done += len(chunk)
    receipt = finish(receipt_id=receipt.pk, after=receipt.received, by=by, at=at)
    refused_table.put()
    return receipt


def _chunks(reading: Reading, go_on_after: int) -> Iterator[Chunk[CaseworkTaken]]:
    """Give the rows in chunks in which no key stands twice, one of which ends exactly where an interrupted load left off."""
    for batch in _batches(reading, go_on_after):
        checked, unknown = read(reading.file.table, batch, observed_on=reading.observed_on)
        chunk: Chunk[CaseworkTaken] = Chunk()
        chunk.unknown.update(unknown)
        for row in _with_parents(reading, checked):
            if isinstance(row, CaseworkTaken) and row.key_digest in chunk.keys:
                yield chunk
                chunk = Chunk()
            chunk.add(row)
        yield chunk


def _batches(reading: Reading, go_on_after: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    characters = 0
    for row in open_table(reading.file.path, reading.file.form).rows:
        full = len(batch) >= BATCH_ROWS or characters >= CHUNK_CHARACTERS
        if batch and (full or row.number == go_on_after + 1):
            yield batch
            batch, characters = [], 0
        batch.append(row)
        characters += 0 if isinstance(row.cells, Finding) else sum(map(len, row.cells.values()))
    if batch:
        yield batch


_ABOVE = {PERSONS.name: None, **{table.name: PERSONS for table in (CASES, CONTACTS, ALERTS)}}  # the others belong to a case


def _with_parents(reading: Reading, rows: Sequence[Usable | Unusable]) -> Iterator[CaseworkTaken | Refused]:
    """Refuse those whose person, or case, was never received."""
    table = reading.file.table
    above = _ABOVE.get(table.name, CASES)
    marks = {each.row.number: _parent(above, each) for each in rows if isinstance(each, Usable)}
    there = queries.casework_keys(above.name, {mark for mark in marks.values() if mark}) if above else set()
    for each in rows:
        if isinstance(each, Unusable):
            yield _refused(table, each.row, each.finding, each.key)
        elif above and (mark := marks[each.row.number]) is not None and mark not in there:
            yield _refused(table, each.row, _orphan(above), each.key)
        else:
            yield _taken(reading, each, marks[each.row.number])


def _taken(reading: Reading, row: Usable, parent: bytes | None) -> CaseworkTaken:
    table = reading.file.table
    codes = reading.lexicon.read_casework(table.name, row.content)
    raw = spell_certain(row.raw)
    compared = codes.with_mappings(row.raw)
    digest = content_digest(compared, raw if compared is row.raw else None)
    return CaseworkTaken(row=row, raw=raw, key_digest=_mark(table, row.key), parent_digest=parent, digest=digest, codes=codes)


def _orphan(above: Table) -> Finding:
    (key,), what = above.key, above.name.removesuffix("s")
    sentence = f"The {what} that this row belongs to was never received."
    remedy = f"Send the {what}'s row in the {above.name} table, then this one again."
    return Finding(fault=f"unknown_{what}", field=key, sentence=sentence, remedy=remedy)


def _parent(above: Table | None, row: Usable) -> bytes | None:
    return _mark(above, row.belongs_to) if above and row.belongs_to else None


def _mark(table: Table, key: str) -> bytes:
    return key_digest(source=table.contract.source, key=key)


def _refused(table: Table, row: Row, finding: Finding, key: str | None) -> Refused:
    return Refused(number=row.number, line=row.line, text=row.text, finding=finding, key_digest=_mark(table, key) if key else None)
