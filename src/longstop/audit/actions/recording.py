"""Recording what was done, and who looked; keeping the personal values beside it."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from longstop.audit import operations
from longstop.audit.bulk import copy_lines, insert_many, insert_rows, next_numbers, of_bytes, of_json
from longstop.audit.contents import digest, spelling, spelt, spelt_as
from longstop.audit.events import Event
from longstop.audit.models import Event as EventRow
from longstop.audit.models import Payload, Reading

SYSTEM = 1  # the member of staff that stands for Longstop itself; inserted by the access room, cannot sign in or own


def build_payload(content: Mapping[str, Any], *, person_id: int | None) -> Payload:
    """Make, without saving, a payload for these personal values."""
    salt = secrets.token_bytes(16)
    kept = spelt(content)
    return Payload(salt=salt, content=kept, digest=digest(salt, kept), person_id=person_id)


def keep(content: Mapping[str, Any], *, person_id: int | None) -> Payload:
    """Store personal values beside the row that will cite them."""
    payload = build_payload(content, person_id=person_id)
    payload.save(force_insert=True)
    return payload


def keep_many(contents: Iterable[tuple[Mapping[str, Any], int | None]]) -> list[Payload]:
    """Store many payloads at once, in the given order; each is (content, person_id)."""
    return insert_many([build_payload(content, person_id=person) for content, person in contents])


class Kept(NamedTuple):
    """A payload that was stored."""

    pk: int
    digest: bytes


def keep_plainly(contents: Iterable[tuple[Mapping[str, Any], int | None]]) -> list[Kept]:
    """Store many payloads as `keep_many` does, and give the number and the digest of each instead of a row."""
    wanted = [(spelling(content), person) for content, person in contents]
    salts = secrets.token_bytes(16 * len(wanted))
    rows: list[dict[str, Any]] = []
    for place, (text, person) in enumerate(wanted):
        salt = salts[16 * place : 16 * place + 16]
        rows.append({"salt": salt, "content": spelt_as(text), "digest": hashlib.sha256(salt + text).digest(), "person_id": person})
    return [Kept(number, row["digest"]) for number, row in zip(insert_rows(Payload, rows), rows, strict=True)]


def keep_all(spelt_contents: Iterable[tuple[bytes, int | None]], *, how_many: int) -> list[int]:
    """Store very many payloads at once, in the given order; each is (canonical bytes of the content, person_id). Gives their numbers.

    The contents are asked for while the database writes those before, so that neither waits for the other.
    """
    numbers = next_numbers(Payload, how_many)
    salts = secrets.token_bytes(16 * how_many)
    lines = (
        b"%d\t%b\t%b\t%b\t%b\n"
        % (
            number,
            of_bytes(salt := salts[16 * place : 16 * place + 16]),
            of_json(text),
            of_bytes(hashlib.sha256(salt + text).digest()),
            b"\\N" if person is None else b"%d" % person,
        )
        for place, (number, (text, person)) in enumerate(zip(numbers, spelt_contents, strict=True))
    )
    copy_lines(Payload, ("id", "salt", "content", "digest", "person_id"), lines)
    return numbers


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
    """Record the events of a bulk operation, one row each, in a fixed number of statements.

    Raises NotInOperation when called outside an action.
    """
    operation = operations.current()
    authority = authority or operations.authority()
    told = [(each, *each.split()) for each in happened]
    kept = iter(keep_plainly((personal, each.person_id) for each, _, personal in told if personal))
    rows = []
    for each, shown, personal in told:
        payload = next(kept) if personal else None
        rows.append(
            {
                "kind": each.kind,
                "happened_at": at,
                "by_id": by,
                "subject_kind": each.on or each.subject_kind,
                "subject_id": each.subject_id,
                "data": spelt({name: value.isoformat() if type(value) is date else value for name, value in shown.items()}),
                "payload_id": payload and payload.pk,
                "payload_digest": payload and payload.digest,
                "authority": authority,
                "guidance_version": guidance_version,
                "backfilled": backfilled,
                "operation_id": operation.id,
            }
        )
    insert_rows(EventRow, rows)
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
    person_id: int | None = None,
) -> None:
    """Record that somebody looked: `what` is "viewed", "searched", "exported", "listed", or "disclosed" to another agency.

    "protection" is to be shown what somebody is protected from, for the reason that `details` gives. `details` (search text, filters) go
    to a payload, that of `person_id` where they are about one person: it is disposed of with theirs.
    """
    payload = keep(details, person_id=person_id) if details else None
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
