"""Rows of a legacy casework system taken in, a chunk at a time: a fixed number of statements, whatever the chunk holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from longstop.audit.actions import keep_all, record_many
from longstop.audit.bulk import among, insert_columns, next_numbers
from longstop.audit.contents import joined, spell_certain
from longstop.audit.operations import action
from longstop.intake import events
from longstop.intake.actions.codes import note_codes
from longstop.intake.actions.receipts import Counts, count, lock
from longstop.intake.actions.refusals import Refused, write_refusals
from longstop.intake.casework import Usable
from longstop.intake.codes import Codes
from longstop.intake.models import CaseworkRow, CaseworkSighting, CaseworkTable, Receipt, Refusal
from longstop.intake.queries.casework import casework_rows
from longstop.work.actions import next_subject_ids

_OF_PERSONS = (CaseworkTable.CASES, CaseworkTable.CONTACTS, CaseworkTable.ALERTS)  # whose rows name a person, not a case
_OF_NO_CASE = (CaseworkTable.PERSONS, CaseworkTable.CONTACTS, CaseworkTable.ALERTS)
_VERSION = ("case_digest", "person_id", "payload", "content_digest", "last_receipt", "observed_at", "problems")


@dataclass(slots=True, kw_only=True)  # one a row: freezing would cost as much as making it
class CaseworkTaken:
    """A row that can be used. `key_digest` may stand once in a chunk; `parent_digest` is of the person, or case, that it belongs to.

    `raw` is the canonical spelling of the row as supplied, `digest` of that and of how its codes were read.
    """

    row: Usable
    raw: bytes
    key_digest: bytes
    parent_digest: bytes | None
    digest: bytes
    codes: Codes


@action
def take_in_casework(
    *,
    receipt_id: int,
    after: int,
    table: str,
    taken: Sequence[CaseworkTaken],
    refused: Sequence[Refused],
    unknown: Counter[str],
    by: int,
    at: datetime,
) -> Receipt:
    """Take in the rows of one table that follow row `after`. The rows that they belong to must have been received.

    Raises LoadTakenOver where another process has dealt with them.
    """
    receipt = lock(receipt_id=receipt_id, after=after)
    parents = _people_of({row.parent_digest for row in taken if row.parent_digest}, table)
    known = _known(table, [row.key_digest for row in taken])
    numbers, spare = _numbers(receipt, known, taken, refused, parents)
    new = [row for row in taken if row.key_digest not in known]
    changed = [(known[row.key_digest], row) for row in taken if row.key_digest in known and _says_more(known[row.key_digest], row, receipt)]
    _add(receipt, table, new, numbers)
    _change(receipt, changed, numbers, by=by, at=at)
    _see_again(receipt, [each.id for each in known.values()])
    write_refusals(receipt, refused, numbers, spare)
    note_codes(receipt, [row.codes for row in taken], by=by, at=at)
    counts = Counts(
        new=len(new),
        changed=len(changed),
        unchanged=len(taken) - len(new) - len(changed),
        refused=len(refused),
        problems=sum(len(row.row.problems) for row in taken),
        unknown=unknown,
    )
    count(receipt, counts, by=by, at=at)
    return receipt


def _people_of(parents: set[bytes], table: str) -> dict[bytes, int]:
    """Give the persons' numbers of these persons or cases, by their digest."""
    above = CaseworkTable.PERSONS if table in _OF_PERSONS else CaseworkTable.CASES
    found = casework_rows(above, parents).values_list("key_digest", "person_id")
    return {bytes(mark): person for mark, person in found}


class _Known(NamedTuple):
    """What is held of a row, as far as it tells whether another version says more."""

    key_digest: bytes
    id: int
    person_id: int
    content_digest: bytes
    observed_at: datetime


def _known(table: str, marks: Sequence[bytes]) -> dict[bytes, _Known]:
    """Lock the rows of these keys, and give what is held of them."""
    found = casework_rows(table, marks).select_for_update(no_key=True).order_by("pk").values_list(*_Known._fields)
    return {bytes(row[0]): _Known(*row) for row in found}


def _see_again(receipt: Receipt, numbers: Sequence[int]) -> None:
    if numbers:
        CaseworkSighting.objects.filter(among("row_id", numbers)).exclude(receipt_id__gte=receipt.pk).update(receipt=receipt)


def _says_more(held: _Known, row: CaseworkTaken, receipt: Receipt) -> bool:
    return receipt.observed_at >= held.observed_at and bytes(held.content_digest) != row.digest


def _numbers(
    receipt: Receipt,
    known: Mapping[bytes, _Known],
    taken: Sequence[CaseworkTaken],
    refused: Sequence[Refused],
    parents: Mapping[bytes, int],
) -> tuple[dict[bytes, int], list[int]]:
    """Give a person's number for every key of the chunk: that of the parent, the old one, or a fresh one; and spare numbers."""
    numbers = {mark: each.person_id for mark, each in known.items()}
    numbers |= {row.key_digest: parents[row.parent_digest] for row in taken if row.parent_digest}
    keys = {row.key_digest for row in taken} | {row.key_digest for row in refused if row.key_digest}
    if unnumbered := list(keys - numbers.keys()):
        seen = Refusal.objects.filter(source=receipt.source).filter(among("match_digest", unnumbered))
        numbers |= {bytes(mark): person for mark, person in seen.values_list("match_digest", "person_id") if mark}
    bare = sorted(keys - numbers.keys())
    spare = sum(1 for row in refused if not row.key_digest)
    fresh = next_subject_ids(len(bare) + spare) if bare or spare else []
    return numbers | dict(zip(bare, fresh, strict=False)), fresh[len(bare) :]


def _payload(row: CaseworkTaken) -> bytes:
    """Spell what is kept of a row: texts, lists and records alone, as its cells came and as they were shaped."""
    problems = [each.as_plain() for each in row.row.problems]
    rest = {"record": row.row.content, "problems": problems, "line": row.row.row.line}
    return joined({"raw": row.raw, **{name: spell_certain(value) for name, value in rest.items()}})


def _add(receipt: Receipt, table: str, rows: Sequence[CaseworkTaken], numbers: Mapping[bytes, int]) -> None:
    if not rows:
        return
    payloads = keep_all(((_payload(row), numbers[row.key_digest]) for row in rows), how_many=len(rows))
    made = next_numbers(CaseworkRow, len(rows))
    held = (
        (number, table, *_columns(receipt, table, row, numbers), payload) for number, payload, row in zip(made, payloads, rows, strict=True)
    )
    insert_columns(CaseworkRow, _COLUMNS, held)
    insert_columns(CaseworkSighting, ("row_id", "receipt_id"), ((number, receipt.pk) for number in made))


_COLUMNS = (
    "id",
    "table",
    "key_digest",
    "case_digest",
    "person_id",
    "content_digest",
    "first_receipt_id",
    "last_receipt_id",
    "observed_at",
    "problems",
    "payload_id",
)


def _columns(receipt: Receipt, table: str, row: CaseworkTaken, numbers: Mapping[bytes, int]) -> tuple[Any, ...]:
    """Give what a new row holds in the columns between its table and its payload."""
    return (
        row.key_digest,
        _case_of(table, row),
        numbers[row.key_digest],
        row.digest,
        receipt.pk,
        receipt.pk,
        receipt.observed_at,
        len(row.row.problems),
    )


def _case_of(table: str, row: CaseworkTaken) -> bytes | None:
    """Give the digest of the case that a row is, or belongs to."""
    if table == CaseworkTable.CASES:
        return row.key_digest
    return None if table in _OF_NO_CASE else row.parent_digest


def _change(receipt: Receipt, rows: Sequence[tuple[_Known, CaseworkTaken]], numbers: Mapping[bytes, int], *, by: int, at: datetime) -> None:
    """Put another version in place of what was held. What belongs to a case goes with it to another person."""
    if not rows:
        return
    payloads = keep_all(((_payload(row), numbers[row.key_digest]) for _, row in rows), how_many=len(rows))
    held_rows = CaseworkRow.objects.in_bulk([known.id for known, _ in rows])
    moved: list[CaseworkRow] = []
    happened: list[events.CaseworkRowChanged] = []
    for (known, row), payload in zip(rows, payloads, strict=True):
        held, before = held_rows[known.id], known.person_id
        held.case_digest, held.person_id = _case_of(held.table, row), numbers[row.key_digest]
        held.payload_id, held.content_digest, held.problems = payload, row.digest, len(row.row.problems)
        held.last_receipt, held.observed_at = receipt, receipt.observed_at
        if held.table == CaseworkTable.CASES and held.person_id != before:
            moved.append(held)
        happened.append(
            events.CaseworkRowChanged(
                subject_id=held.pk, person_id=held.person_id, receipt_id=receipt.pk, table=held.table, moved=held.person_id != before
            )
        )
    CaseworkRow.objects.bulk_create(list(held_rows.values()), update_conflicts=True, unique_fields=["id"], update_fields=_VERSION)
    for each in moved:
        CaseworkRow.objects.filter(case_digest=each.case_digest).update(person_id=each.person_id)
    record_many(happened, by=by, at=at)
