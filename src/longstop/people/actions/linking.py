"""Records that a person says are about somebody else, or about the same person after all. Every link can be undone; both ways are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.audit.queries import contents
from longstop.people import events
from longstop.people.actions.taking import find_by
from longstop.people.models import Person, SearchKey, SourceRecord
from longstop.people.rules import Key, keys_of, particulars


class NotLinked(Exception):
    """The record was unlinked, or never linked to that person. Remedy: look at the person again."""


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Two persons' records were joined: the numbers under which they had come, and the payload that says by what each was found before."""

    numbers: tuple[int, ...]
    before_payload_id: int


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
    moved = _return(row, person_id=number, reason=reason, by=by, at=at)
    SearchKey.objects.bulk_create(
        [SearchKey(person_id=number, kind=key.kind, value=key.value) for key in keys_of(content)], ignore_conflicts=True
    )
    _found_no_longer(before, content)
    _tell_parted(row, moved, reason, by=by, at=at)
    return number


@action
def join_person(*, person_id: int, other_id: int, reason: str, by: int, at: datetime) -> Joined:
    """Let the records of `other_id` be about `person_id`, because they are found to be one person; gives what `part_person` asks for.

    Whatever the other was found by finds `person_id` from now on, and the other no more. Each record can be unlinked again. Cases and
    referrals stay where they are: see to those first. Raises NotLinked where the other has no record, ValueError without a reason.
    """
    if not reason.strip() or person_id == other_id:
        raise ValueError("Say why two different persons' records are about one person.")
    rows = list(SourceRecord.objects.select_for_update(no_key=True).filter(person_id=other_id, unlinked_at=None).order_by("pk"))
    if not rows or not Person.objects.filter(pk=person_id).exists():
        raise NotLinked(other_id)
    before = _found_before(person_id, other_id)
    said = contents(row.payload_id for row in rows)
    find_by([(person_id, said.get(row.payload_id) or {}) for row in rows])
    _find_only(person_id, instead_of=other_id)
    numbers = set()
    for row in rows:
        number = row.number or other_id
        _end(row, by=by, at=at)
        moved = _link(row, person_id=person_id, reason=reason, by=by, at=at)
        numbers.add(number)
        happened = events.RecordJoined(
            subject_id=person_id, person_id=number, number=number, source=row.source, record_id=moved.pk, reason=reason
        )
        record(happened, by=by, at=at)
    return Joined(numbers=tuple(sorted(numbers)), before_payload_id=before)


@action
def part_person(
    *, person_id: int, other_id: int, numbers: Sequence[int], before_payload_id: int, reason: str, by: int, at: datetime
) -> None:
    """Undo what `join_person` did: what came under these numbers is about the other again.

    Both are found again by what they were found by before, and by what their records have said since. What a record said while it was
    joined goes with it. Raises NotLinked where none of them is about `person_id` any more, ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say why they are two persons.")
    held = SourceRecord.objects.select_for_update(no_key=True).filter(person_id=person_id, unlinked_at=None, number__in=list(numbers))
    rows = list(held.order_by("pk"))
    if not rows:
        raise NotLinked(person_id)
    for row in rows:
        moved = _return(row, person_id=other_id, reason=reason, by=by, at=at)
        _tell_parted(row, moved, reason, by=by, at=at)
    _find_each_again(person_id, other_id, contents([before_payload_id]).get(before_payload_id) or {})


def _return(row: SourceRecord, *, person_id: int, reason: str, by: int, at: datetime) -> SourceRecord:
    """End a link, and let the record be about whom it was about before: by the same link where there was one: its history goes on."""
    _end(row, by=by, at=at)
    ended = SourceRecord.objects.select_for_update(no_key=True).filter(person_id=person_id, source=row.source, unlinked_at__isnull=False)
    former = ended.filter(key_digest=bytes(row.key_digest)).order_by("-unlinked_at", "-pk").first()
    if former is None:
        return _link(row, person_id=person_id, reason=reason, by=by, at=at)
    former.unlinked_at = former.unlinked_by = None
    former.payload_id, former.content_digest = row.payload_id, bytes(row.content_digest)
    former.receipt_id, former.observed_at = row.receipt_id, row.observed_at
    former.save(update_fields=["unlinked_at", "unlinked_by", "payload", "content_digest", "receipt_id", "observed_at"])
    return former


def _tell_parted(row: SourceRecord, moved: SourceRecord, reason: str, *, by: int, at: datetime) -> None:
    happened = events.RecordUnlinked(
        subject_id=row.person_id,
        person_id=moved.person_id,
        record_id=row.pk,
        to_person=moved.person_id,
        now_record_id=moved.pk,
        source=row.source,
        reason=reason,
    )
    record(happened, by=by, at=at)


def _found_before(person_id: int, other_id: int) -> int:
    """Keep by what the other was found, and which of it found the person too: both may be needed again."""
    held = [set(SearchKey.objects.filter(person_id=each).values_list("kind", "value")) for each in (person_id, other_id)]
    return keep({"keys": sorted(held[1]), "both": sorted(held[0] & held[1])}, person_id=other_id).pk


def _find_each_again(person_id: int, other_id: int, before: dict[str, list[list[str]]]) -> None:
    """Let both be found by what they were found by before they were joined, and by what their records say now."""
    keys, both = ({Key(*each) for each in before.get(part, ())} for part in ("keys", "both"))
    theirs = keys | _says(other_id)
    SearchKey.objects.bulk_create(
        [SearchKey(person_id=other_id, kind=key.kind, value=key.value) for key in sorted(theirs)], ignore_conflicts=True
    )
    for key in theirs - both - _says(person_id):
        SearchKey.objects.filter(person_id=person_id, kind=key.kind, value=key.value).delete()


def _says(person_id: int) -> set[Key]:
    """Give what the records of a person let them be found by now."""
    left = SourceRecord.objects.filter(person_id=person_id, unlinked_at=None).values_list("payload_id", flat=True)
    return {key for said in contents(left).values() for key in keys_of(said or {})}


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
    for key in keys_of(content) - _says(person_id):
        SearchKey.objects.filter(person_id=person_id, kind=key.kind, value=key.value).delete()
