"""Reading the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longstop.audit.models import Event, Payload, Reading


@dataclass(frozen=True)
class Entry:
    """One event as a timeline shows it. `personal` is None where the payload was disposed of or there was none."""

    id: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    by_id: int
    subject_kind: str
    subject_id: int | None
    data: dict[str, Any]
    personal: dict[str, Any] | None
    disposed_under: int | None
    backfilled: bool


def timeline(*, subject_kind: str, subject_ids: Iterable[int], limit: int = 50, kinds: Iterable[str] | None = None) -> list[Entry]:
    """Give the newest events about these subjects, newest first, in two queries."""
    found = Event.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids))
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    return entries(list(found.order_by("-id")[:limit]))


def entries(rows: list[Event]) -> list[Entry]:
    """Join events to their payloads."""
    payloads = Payload.objects.in_bulk([row.payload_id for row in rows if row.payload_id])
    return [_entry(row, payloads.get(row.payload_id or 0)) for row in rows]


def _entry(row: Event, payload: Payload | None) -> Entry:
    return Entry(
        id=row.pk,
        kind=row.kind,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        by_id=row.by_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        data=row.data,
        personal=payload.content if payload else None,
        disposed_under=payload.disposal_id if payload else None,
        backfilled=row.backfilled,
    )


@dataclass(frozen=True)
class Viewing:
    """Who looked at a subject, and when last."""

    by_id: int
    what: str
    read_at: datetime


def viewings(*, subject_kind: str, subject_id: int, limit: int = 20) -> list[Viewing]:
    """Give the newest readings of a subject, newest first."""
    found = Reading.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-id")[:limit]
    return [Viewing(by_id=row.read_by, what=row.what, read_at=row.read_at) for row in found]


def contents(payload_ids: Iterable[int]) -> dict[int, dict[str, Any] | None]:
    """Give the content of each payload by its number; None where it was disposed of."""
    return dict(Payload.objects.filter(pk__in=list(payload_ids)).values_list("pk", "content"))


def digest_of(payload_id: int) -> bytes:
    """Give a payload's digest, 32 bytes. Raises Payload.DoesNotExist."""
    return bytes(Payload.objects.values_list("digest", flat=True).get(pk=payload_id))
