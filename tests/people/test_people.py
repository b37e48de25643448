"""Persons are made once, found however they are typed, and shown with who says what."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from longstop.audit.actions import SYSTEM
from longstop.people import actions, queries
from longstop.people.actions import Record
from longstop.people.models import Person, SearchKey
from longstop.people.names import name_words

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def content(given: str, family: str, number: str, **more: Any) -> dict[str, Any]:
    name = {
        "given": given,
        "middle": "",
        "family": family,
        "display": f"{given} {family}".strip(),
        "as_written": f"{given} {family}".strip(),
    }
    return {"name": name, "prison_number": number, "date_of_birth": "1990-05-17", "aliases": [], "identifiers": [], **more}


def take_on(said: dict[str, Any], *, at: datetime = AT, person_id: int | None = None) -> int:
    return actions.take_on(
        source="hmpps-prisoners",
        key=said["prison_number"],
        content=said,
        receipt_id=None,
        observed_at=at,
        reason="Opened from a record.",
        by=SYSTEM,
        at=at,
        person_id=person_id,
    )


def test_a_person_is_made_once_for_a_sources_key(db: None) -> None:
    first = take_on(content("Ana", "Núñez", "A1001AA"), person_id=900_001)
    assert first == 900_001
    assert take_on(content("Ana Maria", "Núñez", "A1001AA"), at=AT + timedelta(days=1)) == first
    assert queries.find(source="hmpps-prisoners", key="A1001AA") == first
    assert queries.names([first])[first].name == "Ana Maria Núñez"


def test_likeness_joins_nobody(db: None) -> None:
    assert take_on(content("Ana", "Núñez", "A1001AA")) != take_on(content("Ana", "Núñez", "A1002AA"))


def test_what_was_observed_earlier_changes_nothing(db: None) -> None:
    person = take_on(content("Ana", "Núñez", "A1001AA"))
    take_on(content("Anne", "Nunez", "A1001AA"), at=AT - timedelta(days=9))
    assert queries.names([person])[person].name == "Ana Núñez"


IDENTIFIERS = [
    {"kind": "pnc", "value": "02/73319Z", "canonical": "2002/0073319Z"},
    {"kind": "cro", "value": "29906/12J", "canonical": "029906/12J"},
    {"kind": "home_office", "value": "X1234567", "canonical": "X1234567"},
    {"kind": "book_number", "value": "38412A", "canonical": None},
]
SHE = content(
    "Ana-María", "O'Núñez Vidal", "A1001AA", identifiers=IDENTIFIERS, aliases=[{"as_written": "Sra LOPEZ", "display": "Sra Lopez"}]
)
FOUND_BY = [
    "a1001aa",
    " A 1001 AA",
    "A1001AA\u200b",
    "02/73319Z",
    "2002/0073319z",
    "2002/73319Z",
    "29906/12j",
    "029906/12J",
    "x1234567",
    "X 123 4567",
    "38412a",
    "ana",
    "ANA",
    "nunez",
    "Núñez",
    "o'nunez",
    "onunez",
    "O’Núñez",
    "vidal ana",
    "Vid An",
    "maria",
    "anamaria",
    "ana-maria",
    "lopez",
]
NOT_FOUND_BY = ["", " ", "nuvezz", "ana smith", "A1001AB", "02/73319Y", "1001", "%", "_", "unez", "'; --"]


@pytest.mark.parametrize("typed", FOUND_BY)
def test_somebody_is_found_however_they_are_typed(db: None, typed: str) -> None:
    person = take_on(SHE)
    take_on(content("Boris", "Anders", "A1003AA"))
    found = [hit.card.id for hit in queries.search(typed)]
    assert person in found


@pytest.mark.parametrize("typed", NOT_FOUND_BY)
def test_nobody_is_found_by_something_else(db: None, typed: str) -> None:
    take_on(SHE)
    assert queries.search(typed) == []


def test_an_identifier_comes_before_a_name_and_the_limit_holds(db: None) -> None:
    for number in range(5):
        take_on(content("Zed", "Same", f"A100{number}AA"))
    assert [hit.card.prison_number for hit in queries.search("A1003AA")] == ["A1003AA"]
    assert len(queries.search("same", limit=3)) == 3


def test_names_of_many_take_two_queries(db: None) -> None:
    people = actions.take_on_many(
        records=[Record(source="s", key=str(n), content=content("A", f"B{n}", ""), observed_at=AT) for n in range(30)],
        reason="r",
        by=SYSTEM,
        at=AT,
    )
    with CaptureQueriesContext(connection) as seen:
        cards = queries.names(people)
    assert len(cards) == 30
    assert len(seen) == 2


def test_taking_on_many_takes_as_many_statements_as_few(db: None) -> None:
    def statements(start: int, many: int) -> int:
        records = [Record(source="s", key=str(n), content=content("A", f"B{n}", ""), observed_at=AT) for n in range(start, start + many)]
        with CaptureQueriesContext(connection) as seen:
            actions.take_on_many(records=records, reason="r", by=SYSTEM, at=AT)
        return len(seen)

    assert statements(1000, 200) <= statements(0, 30) + 2


def test_a_key_twice_is_refused(db: None) -> None:
    record = Record(source="s", key="1", content=content("A", "B", ""), observed_at=AT)
    with pytest.raises(ValueError, match="twice"):
        actions.take_on_many(records=[record, record], reason="r", by=SYSTEM, at=AT)


def test_who_says_what_is_shown(db: None) -> None:
    person = take_on(SHE)
    view = queries.person_view(person)
    assert view.card.date_of_birth == date(1990, 5, 17)
    assert view.card.references == (("PNC", "2002/0073319Z"), ("CRO", "029906/12J"), ("Home Office", "X1234567"))
    (record,) = view.records
    assert (record.source, record.observed_at, record.linked_by, record.reason) == (
        "hmpps-prisoners",
        AT,
        "Longstop",
        "Opened from a record.",
    )
    with pytest.raises(queries.NoSuchPerson):
        queries.person_view(10**9)


def test_disposal_leaves_nothing_to_be_found_by(db: None) -> None:
    person = take_on(SHE)
    assert queries.export_person(person)["found_by"]
    actions.dispose_person(person_id=person, disposal_id=1, by=SYSTEM, at=AT)
    assert not SearchKey.objects.filter(person_id=person).exists()
    assert Person.objects.filter(pk=person).exists()


def test_words_of_a_name() -> None:
    assert set(name_words("O'Neill-Smith")) == {"o", "neill", "smith", "oneillsmith", "oneill"}
    assert name_words("  ") == []
    assert name_words("Łukasz Żółć")
