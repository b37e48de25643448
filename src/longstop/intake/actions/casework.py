"""Rows of a legacy casework system taken in, a chunk at a time: a fixed number of statements, whatever the chunk holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longstop.audit.actions import keep_many, record_many
from longstop.audit.bulk import insert_many
from longstop.audit.models import Payload
from longstop.audit.operations import action
from longstop.intake import events
from longstop.intake.actions.codes import note_codes
from longstop.intake.actions.receipts import Counts, count, lock
from longstop.intake.actions.refusals import Refused, write_refusals
from longstop.intake.casework import Usable
from longstop.intake.codes import Codes
from longstop.intake.models import CaseworkRow, CaseworkSighting, CaseworkTable, Receipt, Refusal
from longstop.intake.rules import content_digest
from longstop.work.actions import next_subject_ids

_VERSION = ("case_digest", "person_id", "payload", "content_digest", "last_receipt", "observed_at", "problems")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseworkTaken:
    """A row that can be used. `key_digest` may stand once in a chunk; `parent_digest` is of the person, or case, that it belongs to."""

    row: Usable
    key_digest: bytes
    parent_digest: bytes | None
    codes: Codes

    @property
    def number(self) -> int:
        return self.row.number


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
    found = CaseworkRow.objects.select_for_update(no_key=True).filter(table=table, key_digest__in=[row.key_digest for row in taken])
    known = {bytes(each.key_digest): each for each in found.order_by("pk")}
    numbers, spare = _numbers(receipt, known, taken, refused, parents)
    new = [row for row in taken if row.key_digest not in known]
    changed = [(known[row.key_digest], row) for row in taken if row.key_digest in known and _says_more(known[row.key_digest], row, receipt)]
    _add(receipt, table, new, numbers)
    _change(receipt, changed, numbers, by=by, at=at)
    CaseworkSighting.objects.filter(row_id__in=[each.pk for each in known.values()]).exclude(receipt_id__gt=receipt.pk).update(
        receipt=receipt
    )
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
    above = CaseworkTable.PERSONS if table == CaseworkTable.CASES else CaseworkTable.CASES
    found = CaseworkRow.objects.filter(table=above, key_digest__in=list(parents)).values_list("key_digest", "person_id")
    return {bytes(mark): person for mark, person in found}


def _says_more(held: CaseworkRow, row: CaseworkTaken, receipt: Receipt) -> bool:
    return receipt.observed_at >= held.observed_at and bytes(held.content_digest) != _digest(row)


def _digest(row: CaseworkTaken) -> bytes:
    return content_digest(row.codes.with_mappings(row.row.raw))


def _numbers(
    receipt: Receipt,
    known: Mapping[bytes, CaseworkRow],
    taken: Sequence[CaseworkTaken],
    refused: Sequence[Refused],
    parents: Mapping[bytes, int],
) -> tuple[dict[bytes, int], list[int]]:
    """Give a person's number for every key of the chunk: that of the parent, the old one, or a fresh one; and spare numbers."""
    numbers = {mark: each.person_id for mark, each in known.items()}
    numbers |= {row.key_digest: parents[row.parent_digest] for row in taken if row.parent_digest}
    keys = {row.key_digest for row in taken} | {row.key_digest for row in refused if row.key_digest}
    seen = Refusal.objects.filter(source=receipt.source, match_digest__in=list(keys - numbers.keys()))
    numbers |= {bytes(mark): person for mark, person in seen.values_list("match_digest", "person_id") if mark}
    bare = sorted(keys - numbers.keys())
    spare = sum(1 for row in refused if not row.key_digest)
    fresh = next_subject_ids(len(bare) + spare) if bare or spare else []
    return numbers | dict(zip(bare, fresh, strict=False)), fresh[len(bare) :]


def _payload(row: CaseworkTaken) -> dict[str, Any]:
    problems = [each.as_plain() for each in row.row.problems]
    return {"raw": row.row.raw, "record": row.row.content, "problems": problems, "line": row.row.line}


def _add(receipt: Receipt, table: str, rows: Sequence[CaseworkTaken], numbers: Mapping[bytes, int]) -> None:
    payloads = keep_many((_payload(row), numbers[row.key_digest]) for row in rows)
    made = [CaseworkRow(table=table, key_digest=row.key_digest, first_receipt=receipt) for row in rows]
    for each, row, payload in zip(made, rows, payloads, strict=True):
        _set(each, row, payload, receipt, numbers[row.key_digest])
    insert_many(made)
    insert_many([CaseworkSighting(row_id=each.pk, receipt=receipt) for each in made])


def _set(held: CaseworkRow, row: CaseworkTaken, payload: Payload, receipt: Receipt, person_id: int) -> None:
    if held.table == CaseworkTable.CASES:
        held.case_digest = row.key_digest
    elif held.table != CaseworkTable.PERSONS:
        held.case_digest = row.parent_digest
    held.person_id, held.payload, held.content_digest = person_id, payload, _digest(row)
    held.last_receipt, held.observed_at, held.problems = receipt, receipt.observed_at, len(row.row.problems)


def _change(
    receipt: Receipt, rows: Sequence[tuple[CaseworkRow, CaseworkTaken]], numbers: Mapping[bytes, int], *, by: int, at: datetime
) -> None:
    """Put another version in place of what was held. What belongs to a case goes with it to another person."""
    payloads = keep_many((_payload(row), numbers[row.key_digest]) for _, row in rows)
    moved: list[CaseworkRow] = []
    happened: list[events.CaseworkRowChanged] = []
    for (held, row), payload in zip(rows, payloads, strict=True):
        before = held.person_id
        _set(held, row, payload, receipt, numbers[row.key_digest])
        if held.table == CaseworkTable.CASES and held.person_id != before:
            moved.append(held)
        happened.append(
            events.CaseworkRowChanged(
                subject_id=held.pk, person_id=held.person_id, receipt_id=receipt.pk, table=held.table, moved=held.person_id != before
            )
        )
    held_rows = [held for held, _ in rows]
    CaseworkRow.objects.bulk_create(held_rows, update_conflicts=True, unique_fields=["id"], update_fields=_VERSION)
    for each in moved:
        CaseworkRow.objects.filter(case_digest=each.case_digest).update(person_id=each.person_id)
    record_many(happened, by=by, at=at)
