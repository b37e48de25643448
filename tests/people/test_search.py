"""Who is found by what is typed: names in any script and spelling, numbers however spaced, narrowed by birth, the best fit first."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from longstop.audit.actions import SYSTEM
from longstop.people import actions, queries
from longstop.people.actions import Record
from longstop.people.finding import Level, fits, read

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
TABLE = Path(__file__).with_name("names.csv")


def lines() -> list[dict[str, str]]:
    text = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(text))


def said(name: str, *aliases: str, born: str | None = None, number: str = "", **more: Any) -> dict[str, Any]:
    other = [{"as_written": alias, "display": alias} for alias in aliases]
    named = {"as_written": name, "display": name, "given": "", "family": name}
    return {"name": named, "aliases": other, "date_of_birth": born, "prison_number": number, "identifiers": [], **more}


def take_on(*contents: dict[str, Any]) -> list[int]:
    records = [
        Record(source="s", key=f"{place} {each['name']['as_written']}", content=each, observed_at=AT) for place, each in enumerate(contents)
    ]
    return actions.take_on_many(records=records, reason="r", by=SYSTEM, at=AT)


def found(typed: str) -> list[int]:
    return [hit.card.id for hit in queries.search(typed)]


@pytest.mark.parametrize("line", lines(), ids=lambda line: f"{line['written']} / {line['typed']}")
def test_a_name_is_found_as_the_table_says(line: dict[str, str]) -> None:
    typed = read(line["typed"])
    level = fits(typed, line["written"]) if typed.asks else None
    assert ("no" if level is None else level.name.lower()) == line["how"], line["why"]


def test_the_database_finds_what_the_table_says(db: None) -> None:
    written = sorted({line["written"] for line in lines()})
    known = dict(zip(take_on(*(said(name) for name in written)), written, strict=True))
    wrong = []
    for line in lines():
        how = {known[hit.card.id]: hit.level.name.lower() for hit in queries.search(line["typed"], limit=100)}
        if how.get(line["written"], "no") != line["how"]:
            wrong.append((line, how))
    assert wrong == []


def test_the_best_fit_comes_first_and_then_the_order_of_the_persons(db: None) -> None:
    sound, latin, begins, whole, other = take_on(
        said("Leigh Khan", nationality="Albanian"),
        said("Łi Khan"),
        said("Liam Khan"),
        said("Li Khan"),
        said("Li Khan", nationality="Zambian"),
    )
    assert found("li khan") == [whole, other, begins, latin, sound]
    assert [hit.level for hit in queries.search("li khan")] == [Level.WHOLE, Level.WHOLE, Level.BEGINS, Level.LATIN, Level.SOUND]


def test_a_number_comes_before_every_name_however_it_is_typed(db: None) -> None:
    _, numbered = take_on(said("A1234bc Other"), said("Ana Osei", number="A1234BC"))
    for typed in ("A1234BC", " a 1234 bc ", "a1234bc"):
        (hit,) = queries.search(typed)
        assert (hit.card.id, hit.level, hit.number_kind) == (numbered, Level.NUMBER, "prison_number")


def test_a_number_and_a_name_may_be_typed_together(db: None) -> None:
    ana, _ = take_on(said("Ana Osei", number="A1234BC"), said("Ben Osei", number="A1235BC"))
    assert found("Osei A1234BC") == [ana]
    assert found("Tran A1234BC") == []


BORN = [
    "07/03/1985",
    "7.3.1985",
    "7-3-85",
    "1985-03-07",
    "7 March 1985",
    "7th Mar 85",
    "07MAR1985",
    "19850307",
    "07031985",
    "1985",
    "born 7/3/1985",
]


@pytest.mark.parametrize("date", BORN)
def test_a_birth_narrows_names(db: None, date: str) -> None:
    wanted, _ = take_on(said("Ana Osei", born="1985-03-07"), said("Ana Osei", born="1991-11-30"))
    assert found(f"osei {date}") == [wanted]
    assert found(f"{date} Osei") == [wanted]


def test_a_day_of_birth_alone_finds_and_a_year_alone_does_not(db: None) -> None:
    (one,) = take_on(said("Ana Osei", born="1985-03-07"))
    assert found("7 March 1985") == [one]
    assert found("1985") == []


def test_day_and_month_exchanged_are_found_last_and_said(db: None) -> None:
    exchanged, exact = take_on(said("Ana Osei", born="1985-07-03"), said("Ana Osei", born="1985-03-07"))
    hits = queries.search("osei 07/03/1985")
    assert [(hit.card.id, hit.swapped) for hit in hits] == [(exact, False), (exchanged, True)]


def test_another_name_is_said(db: None) -> None:
    take_on(said("Ana Osei", "Maria Lopez", "Marija Lopes"))
    assert [hit.alias for hit in queries.search("lopez")] == ["Maria Lopez"]
    assert [hit.alias for hit in queries.search("ana")] == [""]
    assert [hit.alias for hit in queries.search("Ana Lopez")] == [""]


def test_a_search_takes_at_most_four_queries(db: None) -> None:
    take_on(*(said(f"Ana Osei{place}", "Ana Tran") for place in range(40)))
    for typed in ("ana", "Ana Tran", "bin Osei 1985", "A1234BC"):
        with CaptureQueriesContext(connection) as seen:
            queries.search(typed)
        assert len(seen) <= 4


def test_a_number_is_looked_up_in_an_index(db: None) -> None:
    with CaptureQueriesContext(connection) as seen:
        queries.search("A1234BC")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + seen[0]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan" not in plan  # with no index that serves, it would be read from end to end however dear


def test_a_number_that_nobody_has_sounds_like_nobody(db: None) -> None:
    take_on(said("Bob Abba", number="A1234BC"))
    assert found("B0001BA") == []
