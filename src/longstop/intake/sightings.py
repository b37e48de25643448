"""Which records a receipt gave, changed or not, and which it did not give any more: what considering a receipt goes by."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Mod

from longstop.audit.bulk import among
from longstop.audit.queries import parts
from longstop.intake.models import Arrival, ArrivalState, Receipt, ReceiptState, Refusal, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A record as it stands, without what it says: for that see `said`. `waits` is false once a case was opened or it was set aside."""

    id: int
    person_id: int
    source: str
    payload_id: int
    content_digest: bytes
    telling_digest: bytes
    receipt_id: int
    observed_at: datetime
    prison: str
    custody: str
    legal_status: str
    release_date: date | None
    state: str

    @property
    def waits(self) -> bool:
        """Say whether nobody has opened a case from it or set it aside."""
        return self.state == ArrivalState.WAITING


def receipt(receipt_id: int) -> Receipt:
    """Give a receipt. Raises Receipt.DoesNotExist."""
    return Receipt.objects.get(pk=receipt_id)


def finished_receipts(*, source: str) -> list[Receipt]:
    """Give the finished receipts of a source, oldest first."""
    return list(Receipt.objects.filter(source=source, state=ReceiptState.FINISHED).order_by("pk"))


def original(receipt: Receipt) -> Receipt:
    """Give the receipt whose rows were taken in: a file that came twice was only counted the second time."""
    while receipt.repeats is not None:
        receipt = receipt.repeats
    return receipt


def is_latest_list(receipt: Receipt) -> bool:
    """Say whether a receipt is the newest complete list of its source: finished, and none finished later or observed later."""
    if receipt.state != ReceiptState.FINISHED or receipt.repeats_id is not None:
        return False
    others = Receipt.objects.filter(source=receipt.source, state=ReceiptState.FINISHED, repeats=None).exclude(pk=receipt.pk)
    return not others.filter(Q(pk__gt=receipt.pk) | Q(observed_at__gt=receipt.observed_at)).exists()


def seen(*, receipt_id: int, after: int, part: int = 0, parts: int = 1) -> QuerySet[Sighting]:
    """Give the records last seen in a receipt, in the order of their numbers, those above `after`: to be counted, or read bit by bit.

    Of several `parts` only those of this one: whose number, divided by how many there are, leaves it.
    """
    found = Sighting.objects.filter(receipt_id=receipt_id, pk__gt=after).order_by("pk")
    return found if parts == 1 else found.annotate(rest=Mod("pk", parts)).filter(rest=part)


def not_seen_in(*, receipt: Receipt, after: int, limit: int) -> tuple[list[tuple[int, int]], int | None]:
    """Give the records of the source that a receipt does not give any more, as (record, the receipt that gave it last), in their order.

    With them comes the number after which to go on, None at the end. Whoever stands in a row of the file that was refused is still on
    the list.
    """
    absent = Sighting.objects.filter(receipt_id__lt=receipt.pk, arrival__source=receipt.source, pk__gt=after).order_by("pk")
    rows = list(absent.values_list("pk", "receipt_id", "arrival__person_id", "arrival__key_digest", "arrival__booking_digest")[:limit])
    refused = Refusal.objects.filter(source=receipt.source, last_receipt_id=receipt.pk)
    marks = [bytes(mark) for row in rows for mark in row[3:] if mark]
    there = refused.filter(Q(person_id__in=[row[2] for row in rows]) | Q(match_digest__in=marks)).values_list("person_id", "match_digest")
    people, digests = {person for person, _ in there}, {bytes(mark) for _, mark in there if mark}
    gone = [
        (number, last)
        for number, last, person, *found in rows
        if person not in people and not digests & {bytes(mark) for mark in found if mark}
    ]
    return gone, rows[-1][0] if rows else None


def refused_rows(receipt: Receipt) -> QuerySet[Refusal]:
    """Give the rows of a receipt that were refused, whatever became of them since. The same words refused twice are one of these."""
    return Refusal.objects.filter(Q(receipt=receipt) | Q(last_receipt=receipt)).order_by("pk")


def refused_persons(receipt: Receipt) -> QuerySet[Refusal, Any]:
    """Give the numbers of the persons whose row in a receipt was refused, where it is known whose it was."""
    return Refusal.objects.filter(last_receipt_id=receipt.pk, person_id__isnull=False).values_list("person_id", flat=True).order_by()


def last_seen(arrival_id: int) -> int:
    """Give the receipt that a record was last seen in."""
    return Sighting.objects.values_list("receipt_id", flat=True).get(pk=arrival_id)


def locked(arrival_ids: Iterable[int]) -> list[Seen]:
    """Give these records, locked in the order of their numbers for the rest of the transaction."""
    return _seen(Arrival.objects.select_for_update(no_key=True).filter(among("pk", arrival_ids)))


def standing(arrival_ids: Iterable[int]) -> dict[int, Seen]:
    """Give these records by number, without a lock."""
    return {row.id: row for row in _seen(Arrival.objects.filter(among("pk", set(arrival_ids))))}


_COLUMNS = {each.name: each.name for each in fields(Seen)} | {"receipt_id": "last_receipt_id"}


def _seen(rows: QuerySet[Arrival]) -> list[Seen]:
    """Read records by their columns alone: a model's instance for each would cost as much again."""
    return [Seen(**dict(zip(_COLUMNS, row, strict=True))) for row in rows.order_by("pk").values_list(*_COLUMNS.values())]


def said(rows: Iterable[Seen]) -> dict[int, dict[str, Any]]:
    """Give what these records say, as kept, by record; empty where it was disposed of. One query."""
    wanted = list(rows)
    # Not what was supplied: it lies beside the record, and is as long again.
    kept = parts((row.payload_id for row in wanted), name="record")
    return {row.id: kept.get(row.payload_id) or {} for row in wanted}
