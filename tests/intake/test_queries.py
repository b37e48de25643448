"""The screen of records received: pages, filters, counts, and what people do with records."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from longstop.audit.actions import SYSTEM
from longstop.intake import actions, queries
from longstop.intake.models import Arrival
from longstop.intake.queries import Filters
from tests.intake.given import AT, load, person, write


@pytest.fixture
def loaded(db: None, tmp_path: Path) -> None:
    records = [
        person(
            f"A{number:04}AA",
            bookingId=str(number),
            conditionalReleaseDate=f"2027-01-{1 + number % 5:02}",
            prisonId="ZZA" if number % 2 else "ZZB",
        )
        for number in range(12)
    ]
    for number in (3, 8):
        records[number]["conditionalReleaseDate"] = None
    load(write(tmp_path / "a.jsonl", *records))


def everything(filters: Filters, limit: int) -> list[queries.ArrivalRow]:
    rows: list[queries.ArrivalRow] = []
    after = None
    while True:
        page = queries.arrivals(filters=filters, after=after, limit=limit)
        rows += page.rows
        after = page.after
        if after is None:
            return rows


@pytest.mark.parametrize("limit", [1, 5, 12, 50])
def test_pages_together_are_the_list_in_order_of_release(loaded: None, limit: int) -> None:
    rows = everything(Filters(), limit)
    assert len({row.id for row in rows}) == 12 == queries.arrival_count(filters=Filters())
    assert [row.release_date or date.max for row in rows] == sorted(row.release_date or date.max for row in rows)


def test_a_page_takes_two_queries(loaded: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        queries.arrivals(filters=Filters(), limit=5)
    assert len(seen) == 2


def test_filters_narrow_and_their_count_is_the_list(loaded: None) -> None:
    expected = {
        Filters(prison="ZZA"): 6,
        Filters(without_release_date=True): 2,
        Filters(with_problems=True): 2,
        Filters(released_by=date(2027, 1, 2)): 6,
        Filters(released_from=date(2027, 1, 2), released_by=date(2027, 1, 2)): 3,
        Filters(prison_number=" a0007aa"): 1,
        Filters(prison_number="nonsense"): 0,
        Filters(state="opened"): 0,
        Filters(custody="in_prison"): 12,
    }
    for filters, count in expected.items():
        assert len(everything(filters, 50)) == count == queries.arrival_count(filters=filters), filters


def test_a_record_is_shown_whole(loaded: None) -> None:
    (row,) = everything(Filters(prison_number="A0001AA"), 5)
    view = queries.arrival(row.id)
    assert (view.key, view.name, view.nationality) == ("A0001AA", "Tamsin Oakapple", "Ruritanian")
    assert view.release_dates["conditional_release_date"] == date(2027, 1, 2)
    assert view.raw["bookingId"] == "1"
    with pytest.raises(queries.NoSuchRecord):
        queries.arrival(10**9)


def test_a_record_is_opened_once(loaded: None) -> None:
    numbers = list(Arrival.objects.values_list("pk", flat=True)[:2])
    actions.mark_opened(arrival_ids=numbers, by=SYSTEM, at=AT)
    with pytest.raises(actions.NotWaiting) as refused:
        actions.mark_opened(arrival_ids=[numbers[1]], by=SYSTEM, at=AT)
    assert refused.value.arrival_ids == [numbers[1]]
    assert queries.arrival_count(filters=Filters()) == 10


def test_an_opened_record_that_changes_is_listed_as_changed(loaded: None, tmp_path: Path) -> None:
    (row,) = everything(Filters(prison_number="A0001AA"), 5)
    actions.mark_opened(arrival_ids=[row.id], by=SYSTEM, at=AT)
    assert queries.arrival_count(filters=Filters(changed_since_opened=True, state="")) == 0
    load(write(tmp_path / "b.jsonl", person("A0001AA", confirmedReleaseDate="2026-12-24")), at=AT + timedelta(days=1))
    (changed,) = everything(Filters(changed_since_opened=True, state=""), 5)
    assert (changed.id, changed.changed_since_opened, changed.state) == (row.id, True, "opened")


def test_a_record_set_aside_waits_again_when_what_tells_about_it_changes(loaded: None, tmp_path: Path) -> None:
    (row,) = everything(Filters(prison_number="A0001AA"), 5)
    with pytest.raises(ValueError, match="why"):
        actions.set_aside(arrival_id=row.id, reason="", by=SYSTEM, at=AT)
    actions.set_aside(arrival_id=row.id, reason="British.", by=SYSTEM, at=AT)
    assert queries.arrival(row.id).set_aside_reason == "British."
    same = queries.arrival(row.id).raw
    load(write(tmp_path / "b.jsonl", same | {"cellLocation": "Z-9"}))
    assert queries.arrival(row.id).state == "set_aside"
    load(write(tmp_path / "c.jsonl", same | {"nationality": "Grustarkian"}))
    assert queries.arrival(row.id).state == "waiting"


def test_nobodys_nationality_moves_them_in_the_list(loaded: None, tmp_path: Path) -> None:
    before = [row.id for row in everything(Filters(), 50)]
    records = [queries.arrival(number).raw | {"nationality": f"N{9 - place % 7}"} for place, number in enumerate(before)]
    load(write(tmp_path / "b.jsonl", *records))
    assert [row.id for row in everything(Filters(), 50)] == before


def test_disposal_forgets_the_keys(loaded: None, tmp_path: Path) -> None:
    (row,) = everything(Filters(prison_number="A0001AA"), 5)
    assert queries.export_person(row.person_id)[0]["supplied"]["prisonerNumber"] == "A0001AA"
    assert actions.dispose_person(person_id=row.person_id, disposal_id=1, by=SYSTEM, at=AT) == 1
    assert queries.arrival_count(filters=Filters(prison_number="A0001AA")) == 0
