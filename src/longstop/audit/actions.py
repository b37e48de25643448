"""Writing to the record. `record` is called by actions of every room; nothing else here changes anything but the record itself."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from longstop.audit import operations
from longstop.audit.events import Event
from longstop.audit.models import Event as EventRow
from longstop.audit.models import Payload, Reading

SYSTEM = 1  # the member of staff that stands for Longstop itself; inserted by the access room, cannot sign in or own


def canonical(content: Mapping[str, Any]) -> bytes:
    """Give the bytes that a payload's digest covers: JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder).encode()


def digest(salt: bytes, content: Mapping[str, Any]) -> bytes:
    """Give the salted sha256 of a payload's content, 32 bytes."""
    return hashlib.sha256(salt + canonical(content)).digest()


def build_payload(content: Mapping[str, Any], *, person_id: int | None) -> Payload:
    """Make, without saving, a payload for these personal values."""
    salt = secrets.token_bytes(16)
    plain: dict[str, Any] = json.loads(canonical(content))
    return Payload(salt=salt, content=plain, digest=digest(salt, plain), person_id=person_id)


def keep(content: Mapping[str, Any], *, person_id: int | None) -> Payload:
    """Store personal values beside the row that will cite them."""
    payload = build_payload(content, person_id=person_id)
    payload.save(force_insert=True)
    return payload


def keep_many(contents: Iterable[tuple[Mapping[str, Any], int | None]]) -> list[Payload]:
    """Store many payloads at once, in the given order; each is (content, person_id)."""
    return Payload.objects.bulk_create([build_payload(content, person_id=person) for content, person in contents])


def record(
    happened: Event,
    *,
    by: int,
    at: datetime,
    authority: str = "",
    guidance_version: str = "",
    backfilled: bool = False,
) -> None:
    """Record one event of the running operation.

    Raises NotInOperation when called outside an action.
    """
    record_many([happened], by=by, at=at, authority=authority, guidance_version=guidance_version, backfilled=backfilled)


def record_many(
    happened: Iterable[Event],
    *,
    by: int,
    at: datetime,
    authority: str = "",
    guidance_version: str = "",
    backfilled: bool = False,
) -> None:
    """Record the events of a bulk operation, one row each, in two statements.

    Raises NotInOperation when called outside an action.
    """
    operation = operations.current()
    rows: list[EventRow] = []
    private: list[tuple[EventRow, Payload]] = []
    for each in happened:
        plain, personal = each.split()
        row = EventRow(
            kind=each.kind,
            happened_at=at,
            by_id=by,
            subject_kind=each.on or each.subject_kind,
            subject_id=each.subject_id,
            data=json.loads(canonical(plain)),
            authority=authority,
            guidance_version=guidance_version,
            backfilled=backfilled,
            operation_id=operation.id,
        )
        rows.append(row)
        if personal:
            private.append((row, build_payload(personal, person_id=each.person_id)))
    Payload.objects.bulk_create([payload for _, payload in private])
    for row, payload in private:
        row.payload_id, row.payload_digest = payload.pk, payload.digest
    EventRow.objects.bulk_create(rows)
    operation.events += len(rows)


def record_reading(
    *,
    what: str,
    by: int,
    at: datetime,
    subject_kind: str,
    subject_id: int | None = None,
    rows: int = 1,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Record that somebody looked: `what` is "viewed", "searched", "exported" or "listed"; `details` (search text, filters) go to a payload."""
    payload = keep(details, person_id=None) if details else None
    Reading.objects.create(
        what=what,
        read_at=at,
        read_by=by,
        subject_kind=subject_kind,
        subject_id=subject_id,
        rows=rows,
        payload_id=payload.pk if payload else None,
        payload_digest=payload.digest if payload else None,
    )
