"""Whom a record may be about: equal verified identifiers join, every other likeness is a question. Nothing is written or decided here.

The prison number, PNC and CRO numbers whose check letter fits, and Home Office references join (domain.md 5.2). Where two of a record's
identifiers point at two persons, where an equal one stands beside a different one of the same kind, or where only name and date of birth
are alike, a person decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from longstop.audit.bulk import among
from longstop.audit.queries import contents
from longstop.people.models import SearchKey, SourceRecord
from longstop.people.rules import ALIKE, VERIFIED, Key, Record, differing, key_digest, likenesses, verified


@dataclass(frozen=True, kw_only=True)
class Resemblance:
    """What a record has in common with other persons.

    `person_id` is to whom the record belongs already, or would if it were new: `joins` or its own number. `pointing` are persons with an
    equal verified identifier who are somebody else; `alike` those with only name and date of birth alike.
    """

    held: bool
    person_id: int
    joins: int | None = None
    pointing: tuple[int, ...] = ()
    alike: tuple[int, ...] = ()


@dataclass
class _Known:
    """What is known of other persons by these keys, in the database and earlier in the same chunk."""

    keys: dict[Key, set[int]] = field(default_factory=lambda: defaultdict(set))
    bears: dict[int, set[Key]] = field(default_factory=lambda: defaultdict(set))

    def add(self, person: int, keys: Iterable[Key]) -> None:
        for key in keys:
            self.keys[key].add(person)
            self.bears[person].add(key)

    def with_any(self, keys: Iterable[Key]) -> set[int]:
        return {person for key in keys for person in self.keys.get(key, ())}


def resemblances(records: Sequence[Record]) -> list[Resemblance]:
    """Say of each record, in the order given, whom it is about and whom it resembles. Five queries, whatever their number.

    A record may resemble one that stands earlier among those given. Each record's `person_id` must be given. Until the transaction ends,
    whoever else would take on a record with one of the same keys waits: of two who did at the same time neither would see the other's.
    """
    marks = [key_digest(source=each.source, key=each.key) for each in records]
    firm, loose = [verified(each.content) for each in records], [likenesses(each.content) for each in records]
    keys = {key for keys in (*firm, *loose) for key in keys}
    _wait_for(keys)
    linked = SourceRecord.objects.filter(among("key_digest", marks), unlinked_at=None).values_list("key_digest", "person_id")
    held = {bytes(mark): person for mark, person in linked}
    known = _known(keys)
    found = []
    for each, mark, sure, like in zip(records, marks, firm, loose, strict=True):
        assert each.person_id is not None
        one = _resemble(known, held.get(mark), each.person_id, sure, like)
        found.append(one)
        known.add(one.person_id, sure | like)
    return found


def wait_for_persons(person_ids: Iterable[int]) -> None:
    """Wait until nobody else is finding out what is in hand about one of these persons, and let others wait until the transaction ends.

    Of two who did at the same time neither would see what the other makes. Waited for after any keys (`resemblances`), never before.
    """
    _hold(f"person {person}" for person in person_ids)


def _wait_for(keys: Iterable[Key]) -> None:
    """Wait until nobody else is taking on a record with one of these keys."""
    _hold(f"{key.kind} {key.value}" for key in keys)


def _hold(names: Iterable[str]) -> None:
    """Hold these names until the transaction ends. All wait in the same order, so none for each other."""
    statement = (
        "SELECT pg_advisory_xact_lock(mark) FROM (SELECT DISTINCT hashtextextended(k, 5) mark FROM unnest(%s::text[]) k ORDER BY 1) marks"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(names)])


def _resemble(known: _Known, holder: int | None, number: int, sure: set[Key], like: set[Key]) -> Resemblance:
    equal = known.with_any(sure) - {holder, number}
    joins = None
    if holder is None and len(equal) == 1:
        (only,) = equal
        joins = only if not differing(sure, known.bears[only]) else None
    person = holder or joins or number
    pointing = equal - {person}
    alike = known.with_any(like) - {person} - pointing
    return Resemblance(held=holder is not None, person_id=person, joins=joins, pointing=tuple(sorted(pointing)), alike=tuple(sorted(alike)))


def _known(keys: set[Key]) -> _Known:
    """Read who bears any of these keys now: search keys find them, what their records say today decides."""
    by_value: Mapping[str, list[str]] = {kind: [key.value for key in keys if key.kind == kind] for kind in (*VERIFIED, ALIKE)}
    people: set[int] = set()
    for kind, values in by_value.items():
        if values:
            people |= set(SearchKey.objects.filter(among("value", values), kind=kind).values_list("person_id", flat=True))
    rows = list(SourceRecord.objects.filter(among("person_id", people), unlinked_at=None).values_list("person_id", "payload_id"))
    said = contents(payload for _, payload in rows)
    known = _Known()
    for person, payload in rows:
        content = said.get(payload) or {}
        known.add(person, verified(content) | likenesses(content))
    return known


def numbers_of(person_id: int) -> list[int]:
    """Give every number under which values about this person are kept: their own, and those of the records joined to them."""
    joined = SourceRecord.objects.filter(person_id=person_id, unlinked_at=None, number__isnull=False).values_list("number", flat=True)
    return [person_id, *sorted({number for number in joined if number is not None} - {person_id})]


def joined_numbers(person_ids: Iterable[int]) -> dict[int, int]:
    """Give the numbers under which records came that are joined to these persons, each with its person. One query.

    A closed case may stand under such a number still.
    """
    wanted = set(person_ids)
    rows = SourceRecord.objects.filter(among("person_id", wanted), unlinked_at=None, number__isnull=False)
    return {number: person for number, person in rows.values_list("number", "person_id") if number is not None and number not in wanted}


def records_beside(source: str) -> "QuerySet[SourceRecord, Any]":
    """Give every linked record of the other sources, as (person, payload with what it says), in no order."""
    return SourceRecord.objects.filter(unlinked_at=None).exclude(source=source).order_by().values_list("person_id", "payload_id")


def records_of(person_ids: Iterable[int]) -> "QuerySet[SourceRecord, Any]":
    """Give every linked record of these persons, as (person, source, payload with what it says), in no order."""
    found = SourceRecord.objects.filter(among("person_id", person_ids), unlinked_at=None)
    return found.order_by().values_list("person_id", "source", "payload_id")


def joined_records(person_id: int) -> dict[int, list[int]]:
    """Give the records that were joined to a person, by the number that their payloads carry, the oldest link first. One query."""
    found = SourceRecord.objects.filter(person_id=person_id, unlinked_at=None, number__isnull=False).order_by("pk").only("number")
    joined: dict[int, list[int]] = defaultdict(list)
    for row in found:
        if row.number is not None:
            joined[row.number].append(row.pk)
    return dict(joined)


def others_say(person_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Give, of the persons about whom there are several records, what each record says of nationality, as (source, words).

    Nationality is many-valued and disputed: it is compared, never ordered by. Two queries; a person with one record is left out.
    """
    rows = SourceRecord.objects.filter(among("person_id", set(person_ids)), unlinked_at=None).order_by("pk")
    by_person: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for person, source, payload in rows.values_list("person_id", "source", "payload_id"):
        by_person[person].append((source, payload))
    several = {person: said for person, said in by_person.items() if len(said) > 1}
    kept = contents(payload for said in several.values() for _, payload in said)
    return {
        person: [(source, str((kept.get(payload) or {}).get("nationality") or "")) for source, payload in said]
        for person, said in several.items()
    }
