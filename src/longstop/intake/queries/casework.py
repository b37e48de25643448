"""What a legacy casework system said, a person at a time and in bounded memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Mod

from longstop.audit.bulk import among
from longstop.audit.queries import contents
from longstop.intake.models import CaseworkRow, CaseworkTable

PERSONS_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseworkRecord:
    """One accepted row: `content` as kept (see `casework`), `raw` as supplied. Both are empty where they were disposed of."""

    id: int
    content: dict[str, Any]
    raw: dict[str, Any]
    problems: list[dict[str, str]]
    observed_at: datetime
    receipt_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseworkCase(CaseworkRecord):
    """A case with what belongs to it, each in the order in which it came."""

    owners: list[CaseworkRecord] = field(default_factory=list)
    events: list[CaseworkRecord] = field(default_factory=list)
    notes: list[CaseworkRecord] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseworkPerson(CaseworkRecord):
    """A person with their cases. `person_id` is the number that their payloads carry; `key` is the system's own id of them."""

    person_id: int
    key: str
    cases: list[CaseworkCase]
    contacts: list[CaseworkRecord] = field(default_factory=list)
    alerts: list[CaseworkRecord] = field(default_factory=list)


def casework_people(*, after: int = 0, since_receipt: int | None = None, part: int = 0, parts: int = 1) -> Iterator[CaseworkPerson]:
    """Give the accepted persons of the casework system with all that belongs to them, in the order in which they came.

    `after` is the `id` of the last one dealt with, to go on from there. With `since_receipt`, only those of whom any row was new or changed
    in that receipt or a later one; of several `parts`, only those of this one. Three statements for each two hundred persons; nothing else
    is held in memory.
    """
    while batch := _persons(after, since_receipt, part, parts):
        yield from _whole(batch)
        after = batch[-1].pk


def casework_person(person_id: int) -> CaseworkPerson | None:
    """Give one person of the casework system by the number that payloads carry, or None."""
    found = _read(CaseworkRow.objects.filter(table=CaseworkTable.PERSONS, person_id=person_id).order_by("pk")[:1])
    return next(_whole(found)) if found else None


def casework_count() -> dict[str, int]:
    """Count the rows held of each table. One statement each."""
    return {table.value: CaseworkRow.objects.filter(table=table).count() for table in CaseworkTable}


def casework_keys(table: str, marks: Iterable[bytes]) -> set[bytes]:
    """Give those of these digests that are keys of received rows of the table."""
    return {bytes(mark) for mark in casework_rows(table, marks).values_list("key_digest", flat=True)}


def casework_rows(table: str, marks: Iterable[bytes]) -> QuerySet[CaseworkRow]:
    """Give the received rows of a table whose keys have these digests."""
    return CaseworkRow.objects.filter(among("key_digest", marks), table=table)


class _Row(NamedTuple):
    """What is needed of a row: many thousands are read, and an instance of each would take as long as the rest."""

    pk: int
    table: str
    person_id: int
    case_digest: bytes | None
    payload_id: int
    observed_at: datetime
    last_receipt_id: int


def _read(found: QuerySet[CaseworkRow]) -> list[_Row]:
    return list(map(_Row._make, found.values_list(*_Row._fields)))


def _persons(after: int, since_receipt: int | None, part: int, parts: int) -> list[_Row]:
    found = CaseworkRow.objects.filter(table=CaseworkTable.PERSONS, pk__gt=after)
    if parts > 1:
        found = found.annotate(part=Mod("person_id", parts)).filter(part=part)
    if since_receipt is not None:
        # Asked of each person by an index: as a set of persons it would be read whole for every two hundred of them.
        of_person = CaseworkRow.objects.filter(person_id=OuterRef("person_id")).order_by().values("person_id")
        found = found.annotate(newest=Subquery(of_person.annotate(newest=Max("last_receipt_id")).values("newest")))
        found = found.filter(newest__gte=since_receipt)
    return _read(found.order_by("pk")[:PERSONS_AT_ONCE])


def _whole(persons: list[_Row]) -> Iterator[CaseworkPerson]:
    people = [each.person_id for each in persons]
    rows = _read(CaseworkRow.objects.filter(among("person_id", people)).exclude(table=CaseworkTable.PERSONS).order_by("pk"))
    kept = contents([each.payload_id for each in (*persons, *rows)])
    cases: dict[bytes, CaseworkCase] = {}
    of_person: dict[int, list[CaseworkCase]] = {person: [] for person in people}
    beside: dict[str, dict[int, list[CaseworkRecord]]] = {table: {person: [] for person in people} for table in ("contacts", "alerts")}
    for row in rows:
        if row.table in beside:
            beside[row.table][row.person_id].append(CaseworkRecord(**_parts(row, kept)))
        elif row.table == CaseworkTable.CASES:
            case = CaseworkCase(**_parts(row, kept))
            cases[bytes(row.case_digest or b"")] = case
            of_person[row.person_id].append(case)
    for row in rows:
        belongs = cases.get(bytes(row.case_digest or b""))
        if row.table not in (CaseworkTable.CASES, *beside) and belongs is not None:
            getattr(belongs, row.table).append(CaseworkRecord(**_parts(row, kept)))
    for person in persons:
        parts = _parts(person, kept)
        key = str(parts["content"].get("legacy_id", ""))
        yield CaseworkPerson(
            **parts,
            person_id=person.person_id,
            key=key,
            cases=of_person[person.person_id],
            contacts=beside["contacts"][person.person_id],
            alerts=beside["alerts"][person.person_id],
        )


def _parts(row: _Row, kept: dict[int, dict[str, Any] | None]) -> dict[str, Any]:
    payload = kept.get(row.payload_id) or {}
    return {
        "id": row.pk,
        "content": payload.get("record", {}),
        "raw": payload.get("raw", {}),
        "problems": payload.get("problems", []),
        "observed_at": row.observed_at,
        "receipt_id": row.last_receipt_id,
    }


def export_casework(person_id: int) -> list[dict[str, Any]]:
    """Give every row about a person, as plain values."""
    rows = list(CaseworkRow.objects.filter(person_id=person_id).order_by("pk"))
    kept = contents([row.payload_id for row in rows])
    return [
        {
            "source": f"casework-{row.table}",
            "observed_at": row.observed_at.isoformat(),
            "supplied": (kept.get(row.payload_id) or {}).get("raw", {}),
            "kept": (kept.get(row.payload_id) or {}).get("record", {}),
        }
        for row in rows
    ]
