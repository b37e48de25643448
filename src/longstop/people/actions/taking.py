"""Persons taken on from records, and what records say kept up to date."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from longstop.audit.actions import keep_plainly, record_many
from longstop.audit.bulk import among, insert_columns, insert_rows
from longstop.audit.operations import action
from longstop.people import events
from longstop.people.models import Person, SearchKey, SourceRecord
from longstop.people.rules import Record, content_digest, key_digest, keys_of, particulars
from longstop.work.actions import next_subject_ids


@action
def take_on(
    *,
    source: str,
    key: str,
    content: Mapping[str, Any],
    receipt_id: int | None,
    observed_at: datetime,
    reason: str,
    by: int,
    at: datetime,
    person_id: int | None = None,
) -> int:
    """Find the person whom this record is about, or make one, and keep what it says; gives the person's number.

    See `take_on_many`.
    """
    wanted = Record(source=source, key=key, content=content, receipt_id=receipt_id, observed_at=observed_at, person_id=person_id)
    return take_on_many(records=[wanted], reason=reason, by=by, at=at)[0]


@action
def take_on_many(*, records: Sequence[Record], reason: str, by: int, at: datetime) -> list[int]:
    """Find or make the persons whom these records are about, in a fixed number of statements; gives their numbers in the same order.

    A record joins a person only where the source's own key is equal, or where the caller says that a verified identifier is (`joins`):
    every other likeness is for somebody to decide. A record already held takes on what is said now, unless that was observed earlier.
    Raises ValueError where a key stands twice.
    """
    marks = [key_digest(source=each.source, key=each.key) for each in records]
    if len(set(marks)) != len(marks):
        raise ValueError("A record stands twice among those to be taken on.")
    held = _held(marks)
    fresh = [(mark, each) for mark, each in zip(marks, records, strict=True) if mark not in held]
    known = [(held[mark], each) for mark, each in zip(marks, records, strict=True) if mark in held]
    made = _make(fresh, reason=reason, by=by, at=at)
    _update(known, by=by, at=at)
    if not made and not known:
        raise ValueError("There is nobody to take on.")
    return [made[mark] if mark in made else held[mark].person_id for mark in marks]


def _held(marks: Sequence[bytes]) -> dict[bytes, SourceRecord]:
    found = SourceRecord.objects.select_for_update(no_key=True).filter(among("key_digest", marks), unlinked_at=None).order_by("pk")
    return {bytes(each.key_digest): each for each in found}


def _make(rows: Sequence[tuple[bytes, Record]], *, reason: str, by: int, at: datetime) -> dict[bytes, int]:
    if not rows:
        return {}
    spare = iter(next_subject_ids(sum(1 for _, each in rows if each.person_id is None)))
    numbers = [each.person_id or next(spare) for _, each in rows]
    people = [each.joins or number for (_, each), number in zip(rows, numbers, strict=True)]
    fresh = [(number, each) for (_, each), number in zip(rows, numbers, strict=True) if each.joins is None]
    shown = keep_plainly((particulars(each.content), person) for person, each in fresh)
    said = keep_plainly((each.content, number) for (_, each), number in zip(rows, numbers, strict=True))
    why = keep_plainly(({"reason": reason}, number) for number in numbers)
    persons = [
        {"id": person, "particulars_id": payload.pk, "made_at": at, "made_by_id": by}
        for (person, _), payload in zip(fresh, shown, strict=True)
    ]
    insert_rows(Person, persons)
    written = [
        {
            "person_id": person,
            "number": number if number != person else None,
            "source": each.source,
            "key_digest": mark,
            "content_digest": content_digest(each.content),
            "payload_id": payload.pk,
            "receipt_id": each.receipt_id,
            "observed_at": each.observed_at,
            "link_reason_payload_id": link.pk,
            "linked_at": at,
            "linked_by_id": by,
        }
        for (mark, each), person, number, payload, link in zip(rows, people, numbers, said, why, strict=True)
    ]
    records = insert_rows(SourceRecord, written)
    find_by([(person, each.content) for (_, each), person in zip(rows, people, strict=True)], new={person for person, _ in fresh})
    record_many([_taken(one, record_id, reason) for one, record_id in zip(written, records, strict=True)], by=by, at=at)
    return {mark: person for (mark, _), person in zip(rows, people, strict=True)}


def _taken(row: Mapping[str, Any], record_id: int, reason: str) -> events.PersonTakenOn | events.RecordJoined:
    person, number = row["person_id"], row["number"]
    if number is None:
        return events.PersonTakenOn(subject_id=person, person_id=person, source=row["source"], record_id=record_id, reason=reason)
    return events.RecordJoined(subject_id=person, person_id=number, number=number, source=row["source"], record_id=record_id, reason=reason)


def _update(rows: Sequence[tuple[SourceRecord, Record]], *, by: int, at: datetime) -> None:
    """Keep what is said now where it differs, and record that it was looked at."""
    newer = [
        (held, each)
        for held, each in rows
        if each.observed_at >= held.observed_at and bytes(held.content_digest) != content_digest(each.content)
    ]
    said = keep_plainly((each.content, held.number or held.person_id) for held, each in newer)
    for (held, each), payload in zip(newer, said, strict=True):
        held.payload_id, held.content_digest = payload.pk, content_digest(each.content)
        held.receipt_id, held.observed_at = each.receipt_id, each.observed_at
    fields = ["payload", "content_digest", "receipt_id", "observed_at"]
    SourceRecord.objects.bulk_update([held for held, _ in newer], fields, batch_size=500)
    _show_again(newer)
    find_by([(held.person_id, each.content) for held, each in newer])
    happened = [
        events.RecordUpdated(
            subject_id=held.person_id, person_id=held.person_id, source=held.source, record_id=held.pk, observed_at=held.observed_at
        )
        for held, _ in rows
    ]
    record_many(happened, by=by, at=at)


def _show_again(rows: Sequence[tuple[SourceRecord, Record]]) -> None:
    """Let lists show what the newest record says."""
    # A record that was joined may hold another spelling: the person goes on being shown by their own.
    people = {held.person_id: each for held, each in rows if held.number is None}
    shown = keep_plainly((particulars(each.content), person) for person, each in people.items())
    found = Person.objects.select_for_update(no_key=True).order_by("pk").in_bulk(list(people))
    for person, payload in zip(people, shown, strict=True):
        found[person].particulars_id = payload.pk
    Person.objects.bulk_update(found.values(), ["particulars"], batch_size=500)


def find_by(rows: Iterable[tuple[int, Mapping[str, Any]]], *, new: Collection[int] = ()) -> None:
    """Write down what people are to be found by. What they were found by before stays: somebody may still know only that.

    Of those who are `new` nothing was written down yet. To be called within an action.
    """
    wanted = {(person, key.kind, key.value) for person, content in rows for key in keys_of(content)}
    insert_columns(SearchKey, ("person_id", "kind", "value"), sorted(each for each in wanted if each[0] in new))
    held = sorted(each for each in wanted if each[0] not in new)
    if held:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_searchkey (person_id, kind, value) SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])"
                " ON CONFLICT DO NOTHING",
                [list(column) for column in zip(*held, strict=True)],
            )
