"""Records that a person says are about somebody else, or about the same person after all. Every link can be undone; both ways are told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.audit.queries import contents
from longstop.people import events
from longstop.people.actions.taking import find_by
from longstop.people.models import Person, SearchKey, SourceRecord
from longstop.people.rules import keys_of, particulars


class NotLinked(Exception):
    """The record was unlinked, or never linked to that person. Remedy: look at the person again."""


@action
def unlink(*, record_id: int, reason: str, by: int, at: datetime) -> int:
    """Say that a record which was joined to a person is about somebody else; gives the number of the person whom it is about now.

    That is the number which its payloads have carried from the start. The link that was stays on record as unlinked.
    Raises NotLinked where the record was never joined: a person keeps the record by which they are known; ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say why the record is about somebody else.")
    row = SourceRecord.objects.select_for_update(no_key=True).filter(pk=record_id, unlinked_at=None, number__isnull=False).first()
    if row is None or row.number is None:
        raise NotLinked(record_id)
    before, number = row.person_id, row.number
    content = contents([row.payload_id]).get(row.payload_id) or {}
    make_known(number, content, by=by, at=at)
    _end(row, by=by, at=at)
    moved = _link(row, person_id=number, reason=reason, by=by, at=at)
    SearchKey.objects.bulk_create(
        [SearchKey(person_id=number, kind=key.kind, value=key.value) for key in keys_of(content)], ignore_conflicts=True
    )
    _found_no_longer(before, content)
    happened = events.RecordUnlinked(
        subject_id=before, person_id=number, record_id=record_id, to_person=number, now_record_id=moved.pk, source=row.source, reason=reason
    )
    record(happened, by=by, at=at)
    return number


@action
def join_person(*, person_id: int, other_id: int, reason: str, by: int, at: datetime) -> list[int]:
    """Let the records of `other_id` be about `person_id`, because somebody found that they are one person; gives the records' numbers.

    Whatever the other was found by finds `person_id` from now on, and the other no more. Each record can be unlinked again. Cases and
    referrals stay where they are: see to those first. Raises NotLinked where the other has no record, ValueError without a reason.
    """
    if not reason.strip() or person_id == other_id:
        raise ValueError("Say why two different persons' records are about one person.")
    rows = list(SourceRecord.objects.select_for_update(no_key=True).filter(person_id=other_id, unlinked_at=None).order_by("pk"))
    if not rows or not Person.objects.filter(pk=person_id).exists():
        raise NotLinked(other_id)
    joined, said = [], contents(row.payload_id for row in rows)
    find_by([(person_id, said.get(row.payload_id) or {}) for row in rows])
    _find_only(person_id, instead_of=other_id)
    for row in rows:
        _end(row, by=by, at=at)
        moved = _link(row, person_id=person_id, reason=reason, by=by, at=at)
        joined.append(moved.pk)
        number = row.number or other_id
        happened = events.RecordJoined(
            subject_id=person_id, person_id=number, number=number, source=row.source, record_id=moved.pk, reason=reason
        )
        record(happened, by=by, at=at)
    return joined


def make_known(number: int, content: Mapping[str, Any], *, by: int, at: datetime) -> None:
    """Let the number under which a joined record came be a person's, of whom can be asked. To be called within an action."""
    if not Person.objects.filter(pk=number).exists():
        shown = keep(particulars(content), person_id=number)
        Person.objects.create(id=number, particulars=shown, made_at=at, made_by_id=by)


def _end(row: SourceRecord, *, by: int, at: datetime) -> None:
    row.unlinked_at, row.unlinked_by_id = at, by
    row.save(update_fields=["unlinked_at", "unlinked_by"])


def _link(row: SourceRecord, *, person_id: int, reason: str, by: int, at: datetime) -> SourceRecord:
    number = row.number or row.person_id
    return SourceRecord.objects.create(
        person_id=person_id,
        number=number if number != person_id else None,
        source=row.source,
        key_digest=bytes(row.key_digest),
        content_digest=bytes(row.content_digest),
        payload_id=row.payload_id,
        receipt_id=row.receipt_id,
        observed_at=row.observed_at,
        link_reason_payload_id=keep({"reason": reason}, person_id=number).pk,
        linked_at=at,
        linked_by_id=by,
    )


def _find_only(person_id: int, *, instead_of: int) -> None:
    """Let what a person without records was found by find another, what only earlier versions of their records said among it."""
    held = SearchKey.objects.filter(person_id=instead_of)
    keys = [SearchKey(person_id=person_id, kind=kind, value=value) for kind, value in held.values_list("kind", "value")]
    SearchKey.objects.bulk_create(keys, ignore_conflicts=True)
    held.delete()


def _found_no_longer(person_id: int, content: dict[str, object]) -> None:
    """Take away what only the unlinked record let the person be found by."""
    left = SourceRecord.objects.filter(person_id=person_id, unlinked_at=None).values_list("payload_id", flat=True)
    kept = {key for said in contents(left).values() for key in keys_of(said or {})}
    for key in keys_of(content) - kept:
        SearchKey.objects.filter(person_id=person_id, kind=key.kind, value=key.value).delete()
