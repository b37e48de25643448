"""Reading the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min, OuterRef, Q, Subquery

from longstop.audit.bulk import among
from longstop.audit.models import Disposal, Event, Payload, Reading, Seal
from longstop.audit.seals import Head


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
    authority: str = ""


def timeline(
    *, subject_kind: str, subject_ids: Iterable[int], limit: int = 50, kinds: Iterable[str] | None = None, before: int | None = None
) -> list[Entry]:
    """Give the newest events about these subjects, newest first, in two queries; with `before`, those older than that event."""
    found = Event.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids))
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    if before is not None:
        found = found.filter(pk__lt=before)
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
        authority=row.authority,
    )


@dataclass(frozen=True)
class Viewing:
    """Who looked at a subject, and when; `payload_id` holds what else is known of it, such as in whose place they looked."""

    by_id: int
    what: str
    read_at: datetime
    payload_id: int | None = None


def viewings(*, subject_kind: str, subject_id: int, limit: int = 20) -> list[Viewing]:
    """Give the newest readings of a subject, newest first."""
    found = Reading.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-id")[:limit]
    return [Viewing(by_id=row.read_by, what=row.what, read_at=row.read_at, payload_id=row.payload_id) for row in found]


@dataclass(frozen=True)
class Look:
    """Somebody looked: when, at what, and how many rows they were shown."""

    id: int
    by_id: int
    what: str
    read_at: datetime
    subject_kind: str
    rows: int
    payload_id: int | None = None


def looks(*, subjects: Iterable[tuple[str, int]], limit: int = 50, before: int | None = None) -> list[Look]:
    """Give the newest readings of any of these (kind, number), newest first; with `before`, those older than that one."""
    wanted = Q(pk__in=[])
    for kind, number in subjects:
        wanted |= Q(subject_kind=kind, subject_id=number)
    found = Reading.objects.filter(wanted)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = found.order_by("-id")[:limit]
    return [Look(row.pk, row.read_by, row.what, row.read_at, row.subject_kind, row.rows, row.payload_id) for row in rows]


def contents(payload_ids: Iterable[int]) -> dict[int, dict[str, Any] | None]:
    """Give the content of each payload by its number; None where it was disposed of."""
    return dict(Payload.objects.filter(among("pk", list(payload_ids))).values_list("pk", "content"))


def content_beside(column: str) -> Subquery:
    """Give an annotation: the content of the payload that a column of the row names, None where it was disposed of or none is named.

    For the few rows of one page, where `contents` would ask once more.
    """
    return Subquery(Payload.objects.filter(pk=OuterRef(column)).values("content")[:1])


def last_happened(about: str, which: Q) -> Subquery:
    """Give an annotation: when the newest of such events about the row happened, whose number is the subject's; None where none did."""
    found = Event.objects.filter(which, subject_kind=about, subject_id=OuterRef("pk"))
    return Subquery(found.order_by("-id").values("happened_at")[:1])


def parts(payload_ids: Iterable[int], *, name: str) -> dict[int, Any]:
    """Give one part of each payload's content by its number, without reading the rest; None where there is none any more."""
    return dict(Payload.objects.filter(among("pk", list(payload_ids))).values_list("pk", f"content__{name}"))


def digest_of(payload_id: int) -> bytes:
    """Give a payload's digest, 32 bytes. Raises Payload.DoesNotExist."""
    return bytes(Payload.objects.values_list("digest", flat=True).get(pk=payload_id))


def horizon() -> int:
    """Give the sequence below which every transaction has ended: what a seal may cover now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT longstop_horizon()")
        return int(cursor.fetchone()[0])


def seal_at(moment: datetime) -> Seal | None:
    """Give the last seal made at or before a moment. What was known then is the rows whose `known_seq` is below its `hi`."""
    return Seal.objects.filter(sealed_at__lte=moment).order_by("-sealed_at", "-number").first()


@dataclass(frozen=True)
class SealedUpTo:
    """How far the record is sealed. `waiting_since` is when the oldest event not yet sealed was recorded, None where all are."""

    number: int | None
    sealed_at: datetime | None
    waiting_since: datetime | None
    horizon_behind: bool

    def age(self, now: datetime) -> timedelta:
        """Give how long the oldest unsealed event has waited. An alarm past a few minutes: a long writing transaction holds seals back."""
        return now - self.waiting_since if self.waiting_since else timedelta(0)


def sealed_up_to() -> SealedUpTo:
    """Say how far the record is sealed, and since when something waits."""
    last = Seal.objects.order_by("-number").first()
    lo = last.hi if last else 0
    waiting = Event.objects.filter(known_seq__gte=lo).aggregate(oldest=Min("recorded_at"))["oldest"]
    return SealedUpTo(
        number=last.number if last else None,
        sealed_at=last.sealed_at if last else None,
        waiting_since=waiting,
        horizon_behind=horizon() < lo,
    )


def heads(*, after: int = 0) -> list[Head]:
    """Give the heads of the seals above a number, in order."""
    return [head_of(row) for row in Seal.objects.filter(number__gt=after).order_by("number")]


def head_of(row: Seal) -> Head:
    """Give what leaves the database of a seal."""
    return Head(
        number=row.number,
        lo=row.lo,
        hi=row.hi,
        rows=row.rows,
        sealed_at=row.sealed_at,
        chain=bytes(row.chain),
        signature=bytes(row.signature),
        public_key=bytes(row.public_key),
    )


def disposal(disposal_id: int) -> Disposal:
    """Give one disposal, waiting or approved. Raises Disposal.DoesNotExist."""
    return Disposal.objects.get(pk=disposal_id)


def newest_heads(*, limit: int = 50, before: int | None = None) -> list[Head]:
    """Give the newest seals' heads, newest first; with `before`, those below that number."""
    found = Seal.objects.all() if before is None else Seal.objects.filter(number__lt=before)
    return [head_of(row) for row in found.order_by("-number")[:limit]]


def disposals(*, limit: int = 50, before: int | None = None) -> list[Disposal]:
    """Give the disposals that were approved, newest first; with `before`, those below that number."""
    found = Disposal.objects.filter(approved_at__isnull=False)
    return list((found if before is None else found.filter(pk__lt=before)).order_by("-pk")[:limit])


def payloads_standing(person_id: int) -> int:
    """Count the payloads about a person that have not been destroyed."""
    return Payload.objects.filter(person_id=person_id, salt__isnull=False).count()


def disposals_waiting() -> list[Disposal]:
    """Give the disposals that wait for a second person, oldest first."""
    return list(Disposal.objects.filter(approved_at__isnull=True).order_by("pk"))


def export_person(person_id: int) -> list[dict[str, Any]]:
    """Give every payload about a person, for a subject access request: its number and content, or the certificate that destroyed it."""
    found = Payload.objects.filter(person_id=person_id).order_by("pk")
    return [{"payload": row.pk, "content": row.content, "disposed_under": row.disposal_id} for row in found]
