"""Every read that another room, or a door, may make of persons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from longstop.access import queries as access
from longstop.audit.queries import contents
from longstop.people.models import Person, SearchKey, SourceRecord
from longstop.people.rules import NAME, as_date, key_digest, name_words, typed_identifiers


class NoSuchPerson(LookupError):
    """Nobody is known under this number."""


@dataclass(frozen=True, kw_only=True)
class PersonCard:
    """Who somebody is, as a list shows it. All is empty where it was disposed of; `references` are (kind, value)."""

    id: int
    name: str
    family: str
    as_written: str
    date_of_birth: date | None
    prison_number: str
    references: tuple[tuple[str, str], ...]
    safeguarding_required: bool
    disposed: bool


@dataclass(frozen=True, kw_only=True)
class RecordView:
    """What one agency says, since when, and who linked the record to this person and why."""

    id: int
    source: str
    observed_at: datetime
    receipt_id: int | None
    content: dict[str, Any]
    linked_at: datetime
    linked_by: str
    reason: str
    unlinked_at: datetime | None
    unlinked_by: str


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """A person with every record about them, the newest first."""

    card: PersonCard
    made_at: datetime
    made_by: str
    records: tuple[RecordView, ...]


def names(person_ids: Iterable[int]) -> dict[int, PersonCard]:
    """Give who these persons are, by number. Two queries; a number that nobody has is left out."""
    found = list(Person.objects.filter(pk__in=set(person_ids)))
    kept = contents(each.particulars_id for each in found)
    return {each.pk: _card(each, kept.get(each.particulars_id)) for each in found}


def _card(person: Person, content: dict[str, Any] | None) -> PersonCard:
    said = content or {}
    return PersonCard(
        id=person.pk,
        name=said.get("name", ""),
        family=said.get("family", ""),
        as_written=said.get("as_written", ""),
        date_of_birth=as_date(said.get("date_of_birth")),
        prison_number=said.get("prison_number", ""),
        references=tuple((kind, value) for kind, value in said.get("references", ())),
        safeguarding_required=person.safeguarding_required,
        disposed=content is None,
    )


def is_disposed(person_id: int) -> bool:
    """Say whether what lists showed of a person was destroyed under a certificate."""
    return Person.objects.filter(pk=person_id, particulars__content__isnull=True).exists()


def find(*, source: str, key: str) -> int | None:
    """Give the person to whom the source's record with this key is linked, if any."""
    linked = SourceRecord.objects.filter(source=source, key_digest=key_digest(source=source, key=key), unlinked_at=None)
    return linked.values_list("person_id", flat=True).first()


def search(text: str, *, limit: int = 20) -> list[PersonCard]:
    """Find persons by any identifier, however it is typed, else by the beginnings of words of any of their names, in any order.

    Accents and case do not matter. Who has the identifier comes first; names come in the order of the persons' numbers.
    """
    words = name_words(text)
    if not words:
        return []
    by_number = list(_with_identifier(text)[:limit])
    by_name = [] if len(by_number) >= limit else list(_with_names(text)[: limit + len(by_number)])
    wanted = list(dict.fromkeys([*by_number, *by_name]))[:limit]
    cards = names(wanted)
    return [cards[number] for number in wanted]


def identified(text: str) -> set[int]:
    """Give the persons who have an identifier just as typed, without those found by a name."""
    return set(_with_identifier(text)) if name_words(text) else set()


def _with_identifier(text: str) -> Any:
    wanted = Q(pk__in=[])
    for key in typed_identifiers(text):
        exact = Q(value=key.value)
        wanted |= exact & Q(kind=key.kind) if key.kind else exact & ~Q(kind=NAME)
    return SearchKey.objects.filter(wanted).order_by("person_id").values_list("person_id", flat=True).distinct()


def _with_names(text: str) -> Any:
    """Everybody for whom each word typed begins some word of some name."""
    found = Person.objects.all()
    for word in text.split():
        begins = Q(pk__in=[])
        for variant in name_words(word):
            begins |= Q(value__startswith=variant)
        found = found.filter(pk__in=SearchKey.objects.filter(begins, kind=NAME).values("person_id"))
    return found.order_by("pk").values_list("pk", flat=True)


def person_view(person_id: int) -> PersonView:
    """Give a person with every record about them: who says what, and since when. Raises NoSuchPerson."""
    person = Person.objects.select_related("made_by").filter(pk=person_id).first()
    if person is None:
        raise NoSuchPerson(person_id)
    rows = list(SourceRecord.objects.filter(person_id=person_id).order_by("-observed_at", "-pk"))
    kept = contents([person.particulars_id, *(each.payload_id for each in rows), *(each.link_reason_payload_id for each in rows)])
    staff = access.staff_names({each.linked_by_id for each in rows} | {each.unlinked_by_id for each in rows if each.unlinked_by_id})
    return PersonView(
        card=_card(person, kept.get(person.particulars_id)),
        made_at=person.made_at,
        made_by=person.made_by.name,
        records=tuple(_record(each, kept, staff) for each in rows),
    )


def _record(row: SourceRecord, kept: dict[int, dict[str, Any] | None], staff: dict[int, str]) -> RecordView:
    return RecordView(
        id=row.pk,
        source=row.source,
        observed_at=row.observed_at,
        receipt_id=row.receipt_id,
        content=kept.get(row.payload_id) or {},
        linked_at=row.linked_at,
        linked_by=staff.get(row.linked_by_id, ""),
        reason=(kept.get(row.link_reason_payload_id) or {}).get("reason", ""),
        unlinked_at=row.unlinked_at,
        unlinked_by=staff.get(row.unlinked_by_id or 0, ""),
    )


def export_person(person_id: int) -> dict[str, Any]:
    """Give everything that is held about a person here, as plain values, for the person's own request. Raises NoSuchPerson."""
    view = person_view(person_id)
    return {
        "person": person_id,
        "shown_as": {"name": view.card.name, "date_of_birth": str(view.card.date_of_birth or ""), "prison_number": view.card.prison_number},
        "records": [
            {"source": each.source, "observed_at": each.observed_at.isoformat(), "linked_because": each.reason, "says": each.content}
            for each in view.records
        ],
        "found_by": sorted(SearchKey.objects.filter(person_id=person_id).values_list("kind", "value")),
    }
