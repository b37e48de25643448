"""Rows that could not be used: written down, mended by a later file, or closed by a data steward."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from longstop.audit.actions import keep, keep_many, record, record_many
from longstop.audit.operations import action
from longstop.intake import events
from longstop.intake.findings import Finding
from longstop.intake.models import Arrival, CaseworkRow, Receipt, Refusal, RefusalState
from longstop.intake.rules import fingerprint

KEPT_TEXT = 20_000  # characters of a refused row that are kept
AT_ONCE = 1_000  # refusals in memory


class RefusalIsNotOpen(Exception):
    """The refusal was mended, or closed, in the meantime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that cannot be used. `key_digest` and `booking_digest` are given where the row says so much."""

    number: int
    line: int
    text: str
    finding: Finding
    key_digest: bytes | None = None
    booking_digest: bytes | None = None


def write_refusals(receipt: Receipt, rows: Sequence[Refused], numbers: Mapping[bytes, int], spare: Sequence[int]) -> None:
    """Write refused rows down. Those that are open already are only marked as seen again.

    `numbers` gives a person's number by key; rows without one take a `spare` number each.
    """
    found = {fingerprint(text=row.text, fault=row.finding.fault, field=row.finding.field): row for row in rows}
    known = Refusal.objects.filter(source=receipt.source, state=RefusalState.OPEN, fingerprint__in=list(found))
    for mark in known.values_list("fingerprint", flat=True):
        found.pop(bytes(mark))
    known.exclude(last_receipt=receipt).update(last_receipt=receipt)
    free = iter(spare)
    people = [numbers.get(row.key_digest or b"") or next(free) for row in found.values()]
    payloads = keep_many(
        ({"value": row.finding.value, "row": _storable(row.text)}, person) for row, person in zip(found.values(), people, strict=True)
    )
    Refusal.objects.bulk_create(
        Refusal(
            source=receipt.source,
            receipt=receipt,
            last_receipt=receipt,
            row=row.number,
            line=row.line,
            field=row.finding.field[:60],
            fault=row.finding.fault,
            payload=payload,
            sentence=row.finding.sentence[:300],
            remedy=row.finding.remedy[:300],
            fingerprint=mark,
            match_digest=row.key_digest or row.booking_digest,
            person_id=person,
        )
        for (mark, row), payload, person in zip(found.items(), payloads, people, strict=True)
    )


def _storable(text: str) -> str:
    cut = text[:KEPT_TEXT].encode(errors="surrogateescape").decode(errors="replace")
    return cut.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def mend(receipt: Receipt, *, by: int, at: datetime) -> None:
    """End the open refusals of earlier files whose person this file gives in a row that could be used, and did not refuse again."""
    earlier = Refusal.objects.filter(
        source=receipt.source, state=RefusalState.OPEN, match_digest__isnull=False, last_receipt__lt=receipt.pk
    ).order_by("pk")
    after = 0
    while waiting := list(earlier.select_for_update(no_key=True).filter(pk__gt=after)[:AT_ONCE]):
        _mend(receipt, waiting, by=by, at=at)
        after = waiting[-1].pk


def _mend(receipt: Receipt, waiting: Sequence[Refusal], *, by: int, at: datetime) -> None:
    good = _seen(receipt, [bytes(each.match_digest) for each in waiting if each.match_digest])
    mended = [each for each in waiting if bytes(each.match_digest or b"") in good]
    for each in mended:
        each.state, each.ended_at, each.ended_by_id, each.mended_receipt = RefusalState.MENDED, at, by, receipt
    Refusal.objects.bulk_update(mended, ["state", "ended_at", "ended_by", "mended_receipt"], batch_size=500)
    record_many(
        [events.RefusalMended(subject_id=each.pk, person_id=each.person_id, receipt_id=receipt.pk) for each in mended], by=by, at=at
    )


def _seen(receipt: Receipt, marks: Sequence[bytes]) -> set[bytes]:
    """Give those of these keys and bookings that a row of this receipt gave, and that could be used."""
    rows = CaseworkRow.objects.filter(key_digest__in=marks, sighting__receipt=receipt)
    seen = Arrival.objects.filter(Q(key_digest__in=marks) | Q(booking_digest__in=marks), source=receipt.source, sighting__receipt=receipt)
    found = {bytes(mark) for pair in seen.values_list("key_digest", "booking_digest") for mark in pair if mark}
    return found | {bytes(mark) for mark in rows.values_list("key_digest", flat=True)}


@action
def close_refusal(*, refusal_id: int, reason: str, by: int, at: datetime) -> None:
    """End a refusal that no file will mend, saying why. Raises RefusalIsNotOpen; ValueError where no reason is given."""
    if not reason.strip():
        raise ValueError("Say why the refusal is closed.")
    refusal = Refusal.objects.select_for_update(no_key=True).get(pk=refusal_id)
    if refusal.state != RefusalState.OPEN:
        raise RefusalIsNotOpen
    refusal.reason_payload_id = keep({"reason": reason}, person_id=refusal.person_id).pk
    refusal.state, refusal.ended_at, refusal.ended_by_id = RefusalState.CLOSED, at, by
    refusal.save(update_fields=["state", "ended_at", "ended_by", "reason_payload_id"])
    record(events.RefusalClosed(subject_id=refusal.pk, person_id=refusal.person_id, reason=reason), by=by, at=at)
