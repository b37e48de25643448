"""Rows taken in, a chunk at a time: a fixed number of statements, whatever the chunk holds."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from longstop.audit.actions import keep_all, record_many
from longstop.audit.bulk import among, byte_array, insert_columns, next_numbers
from longstop.audit.contents import joined, spell_certain, spelling
from longstop.audit.operations import action
from longstop.audit.queries import contents
from longstop.intake import events
from longstop.intake.actions.codes import note_codes
from longstop.intake.actions.receipts import Counts, count, lock
from longstop.intake.actions.refusals import Refused, write_refusals
from longstop.intake.codes import Codes
from longstop.intake.findings import Finding
from longstop.intake.models import Arrival, ArrivalState, Receipt, Refusal, Sighting
from longstop.intake.prisoners import Prisoner
from longstop.intake.queries.marks import Held
from longstop.intake.rules import booking_digest, content_digest
from longstop.work.actions import next_subject_ids

# What a record says in plain columns, in the order in which `_said` gives it.
_SAID = (
    "booking_digest",
    "content_digest",
    "telling_digest",
    "last_receipt_id",
    "observed_at",
    "prison",
    "release_date",
    "release_basis",
    "reception_date",
    "custody",
    "legal_status",
    "problems",
)
_OF_NEW = ("id", "person_id", "payload_id", "source", "key_digest", "first_receipt_id", "state", *_SAID)
_REPLACED = ("payload", *_SAID, "state", "set_aside_at", "set_aside_by", "set_aside_reason_payload_id")


@dataclass(slots=True, kw_only=True)  # not frozen, which takes thrice as long: made for every row
class Taken:
    """A row that can be used. `key_digest` may stand once in a chunk; `mark` is None where the record must always be checked again.

    `spelling` is that of `raw` in a payload, where it is known already.
    """

    number: int
    line: int
    raw: dict[str, Any]
    spelling: bytes | None = None
    prisoner: Prisoner
    problems: Sequence[Finding]
    key_digest: bytes
    digest: bytes
    mark: bytes | None = None
    codes: Codes = field(default_factory=Codes)


class HeldOtherwise(Exception):
    """What a row was recognised by has changed in the meantime. Remedy: check every row of the chunk."""


@action
def take_in(
    *,
    receipt_id: int,
    after: int,
    taken: Sequence[Taken],
    refused: Sequence[Refused],
    unknown: Counter[str],
    by: int,
    at: datetime,
    same: Sequence[Held] = (),
) -> Receipt:
    """Take in the rows of a file that follow row `after`: new records, changed ones, those that say the same, and refusals.

    `same` are rows that were recognised, without being checked, as saying what is held.
    Raises LoadTakenOver where another process has dealt with them, HeldOtherwise.
    """
    receipt = lock(receipt_id=receipt_id, after=after)
    _see_again(receipt, same)
    known = _known(receipt.source, [row.key_digest for row in taken])
    new = [row for row in taken if row.key_digest not in known]
    changed = [(known[row.key_digest], row) for row in taken if row.key_digest in known and _says_more(known[row.key_digest], row, receipt)]
    alike = [(known[row.key_digest], row) for row in taken if row.key_digest in known and _is_alike(known[row.key_digest], row, receipt)]
    numbers, spare = _numbers(receipt.source, known, new, refused)
    _add(receipt, new, numbers)
    _change(receipt, changed, by=by, at=at)
    _see(receipt, [each.pk for each in known.values()])
    _mark(changed + alike)
    write_refusals(receipt, refused, numbers, spare)
    note_codes(receipt, [row.codes for row in taken], by=by, at=at)
    counts = Counts(
        new=len(new),
        changed=len(changed),
        unchanged=len(same) + len(taken) - len(new) - len(changed),
        refused=len(refused),
        problems=sum(len(row.problems) for row in taken) + sum(each.problems for each in same),
        unknown=unknown,
    )
    count(receipt, counts, by=by, at=at)
    return receipt


def _see_again(receipt: Receipt, same: Sequence[Held]) -> None:
    """Write down that recognised records were seen, if they are still held as they were recognised."""
    if not same:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake_sighting SET receipt_id = greatest(receipt_id, %s) FROM unnest(%s::bigint[], %s::bytea[]) AS given (id, mark)"
            " WHERE arrival_id = given.id AND intake_sighting.mark = given.mark",
            [receipt.pk, [each.arrival_id for each in same], byte_array(each.mark for each in same)],
        )
        if cursor.rowcount != len(same):
            raise HeldOtherwise


def _see(receipt: Receipt, arrivals: Sequence[int]) -> None:
    if arrivals:
        Sighting.objects.filter(among("pk", arrivals)).exclude(receipt_id__gt=receipt.pk).update(receipt=receipt)


def _mark(rows: Sequence[tuple[Arrival, Taken]]) -> None:
    """Let records that were checked be recognised when they come again."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE intake_sighting SET mark = given.mark FROM unnest(%s::bigint[], %s::bytea[]) AS given (id, mark)"
                " WHERE arrival_id = given.id AND intake_sighting.mark IS DISTINCT FROM given.mark",
                [[arrival.pk for arrival, _ in rows], byte_array(row.mark for _, row in rows)],
            )


def _known(source: str, marks: Sequence[bytes]) -> dict[bytes, Arrival]:
    found = Arrival.objects.select_for_update(no_key=True).filter(among("key_digest", marks), source=source).order_by("pk")
    return {bytes(each.key_digest): each for each in found}


def _says_more(held: Arrival, row: Taken, receipt: Receipt) -> bool:
    """Say whether a row changes what is held: it differs, and was not observed earlier."""
    return receipt.observed_at >= held.observed_at and bytes(held.content_digest) != row.digest


def _is_alike(held: Arrival, row: Taken, receipt: Receipt) -> bool:
    """Say whether a row that was checked says what is held, with as many problems."""
    return receipt.observed_at >= held.observed_at and bytes(held.content_digest) == row.digest and held.problems == len(row.problems)


def _numbers(
    source: str, known: dict[bytes, Arrival], new: Sequence[Taken], refused: Sequence[Refused]
) -> tuple[dict[bytes, int], list[int]]:
    """Give a person's number for every key of the chunk, old or fresh, and spare numbers for refused rows without a key."""
    numbers = {mark: each.person_id for mark, each in known.items()}
    keys_of_refused = {row.key_digest for row in refused if row.key_digest}
    unnumbered = ({row.key_digest for row in new} | keys_of_refused) - numbers.keys()
    if unnumbered:
        seen = Refusal.objects.filter(among("match_digest", unnumbered), source=source).values_list("match_digest", "person_id")
        numbers |= {bytes(key): person for key, person in seen if key}
    if held := keys_of_refused - known.keys():
        arrived = Arrival.objects.filter(among("key_digest", held), source=source).values_list("key_digest", "person_id")
        numbers |= {bytes(key): person for key, person in arrived}
    unnumbered -= numbers.keys()
    spare = sum(1 for row in refused if not row.key_digest)
    fresh = next_subject_ids(len(unnumbered) + spare) if unnumbered or spare else []
    numbers |= dict(zip(sorted(unnumbered), fresh, strict=False))
    return numbers, fresh[len(unnumbered) :]


def _add(receipt: Receipt, rows: Sequence[Taken], numbers: dict[bytes, int]) -> None:
    if not rows:
        return
    telling: list[bytes] = []

    def spelt() -> Iterator[tuple[bytes, int]]:
        for row in rows:
            content, told = spell(row)
            telling.append(told)
            yield content, numbers[row.key_digest]

    payloads = keep_all(spelt(), how_many=len(rows))
    arrivals = next_numbers(Arrival, len(rows))
    source, waiting = receipt.source, ArrivalState.WAITING.value
    columns = (
        (number, numbers[row.key_digest], payload, source, row.key_digest, receipt.pk, waiting, *_said(receipt, row, told))
        for number, payload, row, told in zip(arrivals, payloads, rows, telling, strict=True)
    )
    insert_columns(Arrival, _OF_NEW, columns)
    seen = ((number, receipt.pk, row.mark) for number, row in zip(arrivals, rows, strict=True))
    insert_columns(Sighting, ("arrival_id", "receipt_id", "mark"), seen)


def spell(row: Taken) -> tuple[bytes, bytes]:
    """Give the spelling of what is kept of a row, and the digest of what tells something about it."""
    telling = row.prisoner.telling
    content = {
        "raw": row.spelling or spelling(row.raw),
        "record": spell_certain(row.prisoner.content),
        "problems": spell_certain([each.as_plain() for each in row.problems]) if row.problems else b"[]",
        "line": b"%d" % row.line,
    }
    return joined(content), content_digest(telling, spell_certain(telling))


def _said(receipt: Receipt, row: Taken, telling: bytes) -> tuple[Any, ...]:
    """Give what a record says in the columns named by `_SAID`."""
    prisoner = row.prisoner
    return (
        booking_digest(source=receipt.source, booking=prisoner.booking) if prisoner.booking else None,
        row.digest,
        telling,
        receipt.pk,
        receipt.observed_at,
        prisoner.prison,
        prisoner.release_date,
        prisoner.release_basis,
        prisoner.reception_date,
        str(prisoner.custody),
        prisoner.legal_status,
        len(row.problems),
    )


def _change(receipt: Receipt, rows: Sequence[tuple[Arrival, Taken]], *, by: int, at: datetime) -> None:
    """Put another version in place of what was held. A record set aside comes back when what tells about it has changed."""
    if not rows:
        return
    before = contents(arrival.payload_id for arrival, _ in rows)
    spelt = [spell(row) for _, row in rows]
    payloads = keep_all(((content, arrival.person_id) for (content, _), (arrival, _) in zip(spelt, rows, strict=True)), how_many=len(rows))
    happened: list[events.RecordChanged] = []
    for (arrival, row), (_, telling), payload in zip(rows, spelt, payloads, strict=True):
        parts = _parts(before.get(arrival.payload_id), row.prisoner.content)
        told, released = bytes(arrival.telling_digest), arrival.release_date
        arrival.payload_id = payload
        for name, value in zip(_SAID, _said(receipt, row, telling), strict=True):
            setattr(arrival, name, value)
        returned = arrival.state == ArrivalState.SET_ASIDE and told != arrival.telling_digest
        if returned:
            arrival.state, arrival.set_aside_at, arrival.set_aside_by_id = ArrivalState.WAITING, None, None
            arrival.set_aside_reason_payload_id = None
        happened.append(
            events.RecordChanged(
                subject_id=arrival.pk,
                person_id=arrival.person_id,
                receipt_id=receipt.pk,
                parts=parts,
                release_from=released,
                release_to=arrival.release_date,
                returned=returned,
            )
        )
    # One statement, against one CASE a field and row: the rows exist and are locked, so that every insertion becomes an update.
    Arrival.objects.bulk_create([arrival for arrival, _ in rows], update_conflicts=True, unique_fields=["id"], update_fields=_REPLACED)
    record_many(happened, by=by, at=at)


def _parts(before: dict[str, Any] | None, after: dict[str, Any]) -> list[str]:
    """Name the parts of the kept record that differ; "other fields" where only what we do not look at does."""
    held = (before or {}).get("record", {})
    return sorted(part for part in after if held.get(part) != after[part]) or ["other fields"]
