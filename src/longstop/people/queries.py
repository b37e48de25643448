"""Every read that another room, or a door, may make of persons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from longstop.audit.queries import content_beside, contents
from longstop.people import searching
from longstop.people.finding import Level, Typed, fits, read
from longstop.people.matching import numbers_of
from longstop.people.models import LinkagePair, Person, SearchKey, SourceRecord
from longstop.people.rules import as_date, key_digest


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
    """What one agency says, since when, and who linked the record to this person and why. `joined`: it came as somebody else's."""

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
    joined: bool


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


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Somebody found by a search, and why: how well, by a number of which kind, by which other name.

    `alias` is empty where the name that is shown fits at least as well. `swapped`: only with day and month of the birth exchanged.
    `joined` are the numbers under which records came that were joined to the person: cases may stand under them.
    """

    card: PersonCard
    level: Level
    number_kind: str = ""
    alias: str = ""
    swapped: bool = False
    joined: tuple[int, ...] = ()


def search(text: str, *, limit: int = 20) -> list[Hit]:
    """Find persons by any identifier however it is typed, else by words of any of their names in any order, spelling and script.

    A day or year of birth among the words narrows what is found. Best fits come first, then by the persons' numbers: nationality never
    moves anybody. At most five queries.
    """
    typed = read(text)
    found = searching.with_number(text, limit=limit) if typed.asks else []
    if not found and typed.asks:
        found = searching.with_words(typed, limit=limit)
    numbers = SourceRecord.objects.filter(person_id=OuterRef("pk"), unlinked_at=None, number__isnull=False).values("number")
    held = Person.objects.select_related("particulars").annotate(joined=ArraySubquery(numbers))
    people = held.in_bulk([each.person_id for each in found])
    cards = {number: _card(person, person.particulars.content) for number, person in people.items()}
    others = _other_names([each.person_id for each in found if _is_elsewhere(typed, each, cards)])
    return [
        Hit(
            card=cards[each.person_id],
            level=each.level,
            number_kind=each.number_kind,
            alias=_best(typed, others.get(each.person_id, ())),
            swapped=each.swapped,
            joined=tuple(people[each.person_id].joined),
        )
        for each in found
        if each.person_id in cards
    ]


def holders(values: Iterable[str]) -> dict[str, set[int]]:
    """Give who has each of these numbers, in its canonical form and of whatever kind. One query; what nobody has is left out."""
    found: dict[str, set[int]] = {}
    for value, person in searching.numbers().filter(value__in=set(values)).values_list("value", "person_id"):
        found.setdefault(value, set()).add(person)
    return found


def _is_elsewhere(typed: Typed, found: searching.Found, cards: Mapping[int, PersonCard]) -> bool:
    """Say whether it is not by the name shown that somebody was found."""
    card = cards.get(found.person_id)
    if card is None or not typed.words or found.level == Level.NUMBER:
        return False
    shown = fits(typed, f"{card.as_written} {card.name}")
    return shown is None or (shown > found.level and not found.swapped)


def _best(typed: Typed, names: Iterable[str]) -> str:
    """Give the name that fits best, the first of equals; nothing where only several names together do."""
    levels = [(level, place, name) for place, name in enumerate(names) if (level := fits(typed, name)) is not None]
    return min(levels)[2] if levels else ""


def _other_names(person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Give every name in the records of these persons, in one query."""
    if not person_ids:
        return {}
    rows = SourceRecord.objects.filter(person_id__in=person_ids, unlinked_at=None).order_by("pk")
    found: dict[int, list[str]] = {}
    for row in rows.values_list("person_id", "payload__content"):
        content = row[1] or {}
        names = [each.get("as_written") or each.get("display") or "" for each in (content.get("name", {}), *content.get("aliases", ()))]
        found.setdefault(row[0], []).extend(name for name in names if name)
    return found


def person_view(person_id: int) -> PersonView:
    """Give a person with every record about them: who says what, and since when, in two queries. Raises NoSuchPerson."""
    person = Person.objects.select_related("made_by", "particulars").filter(pk=person_id).first()
    if person is None:
        raise NoSuchPerson(person_id)
    linked = SourceRecord.objects.filter(person_id=person_id).select_related("payload", "linked_by", "unlinked_by")
    rows = linked.annotate(why=content_beside("link_reason_payload_id")).order_by("-observed_at", "-pk")
    return PersonView(
        card=_card(person, person.particulars.content),
        made_at=person.made_at,
        made_by=person.made_by.name,
        records=tuple(_record(each, each.why) for each in rows),
    )


def person_about(number: int) -> int:
    """Give the person whom records that came under a number are about now: another where they were joined. One query."""
    found = SourceRecord.objects.filter(number=number, unlinked_at=None).values_list("person_id", flat=True).first()
    return found or number


class Said(NamedTuple):
    """What one linked record says now: about whom, under which number it came, from which source."""

    person_id: int
    number: int
    source: str
    content: dict[str, Any]


def said_of(person_ids: Iterable[int]) -> list[Said]:
    """Give what each record about these persons says now, the oldest link first; what was disposed of is left out. One query."""
    rows = SourceRecord.objects.filter(person_id__in=set(person_ids), unlinked_at=None).order_by("pk")
    found = rows.values_list("person_id", "number", "source", "payload__content")
    return [Said(person, number or person, source, content) for person, number, source, content in found if content]


def _record(row: SourceRecord, why: dict[str, Any] | None) -> RecordView:
    return RecordView(
        id=row.pk,
        source=row.source,
        observed_at=row.observed_at,
        receipt_id=row.receipt_id,
        content=row.payload.content or {},
        linked_at=row.linked_at,
        linked_by=row.linked_by.name,
        reason=(why or {}).get("reason", ""),
        unlinked_at=row.unlinked_at,
        unlinked_by=row.unlinked_by.name if row.unlinked_by else "",
        joined=row.number is not None,
    )


def export_person(person_id: int) -> dict[str, Any]:
    """Give everything that is held about a person here, as plain values, for the person's own request. Raises NoSuchPerson."""
    view, numbers = person_view(person_id), numbers_of(person_id)
    compared = LinkagePair.objects.filter(Q(one__in=numbers) | Q(other__in=numbers)).order_by("pk")
    return {
        "person": person_id,
        "shown_as": {"name": view.card.name, "date_of_birth": str(view.card.date_of_birth or ""), "prison_number": view.card.prison_number},
        "records": [
            {"source": each.source, "observed_at": each.observed_at.isoformat(), "linked_because": each.reason, "says": each.content}
            for each in view.records
        ],
        "found_by": sorted(SearchKey.objects.filter(person_id=person_id).values_list("kind", "value")),
        # Whom they resemble is told to nobody else.
        "resembles_others": list(compared.values("version__name", "answer", "probability")),
    }
