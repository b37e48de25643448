"""The boundary tables in `tables/`, read row by row: each is a promise in words."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from longstop.clocks import pauses, working_days
from longstop.clocks.consideration import consideration
from longstop.clocks.contact import address_known, contact
from longstop.clocks.detention import detention_review, review_points
from longstop.clocks.early_removal import early_removal, window
from longstop.clocks.forward import task_due
from longstop.clocks.pauses import Pause, Unit
from longstop.clocks.release import ReleaseDates, earliest_possible, release
from longstop.clocks.results import Clock, Kind
from longstop.clocks.reviews import contact_review, monitoring_review
from longstop.clocks.rungs import Rung, cutoffs, rung
from longstop.clocks.schemes import Sentence, Unknown, compute
from longstop.clocks.working_days import Nation
from longstop.kernel.dates import NamedDate
from longstop.kernel.periods import Period

Row = dict[str, str]
TABLES = Path(__file__).parent / "tables"
TODAY = date(2026, 8, 20)


def rows(table: str) -> pytest.MarkDecorator:
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert read
    return pytest.mark.parametrize("row", [pytest.param(row, id=row["in words"]) for row in read])


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def must(text: str) -> date:
    return date.fromisoformat(text)


def days(text: str) -> list[date]:
    return [date.fromisoformat(part) for part in text.split()]


def assert_explained(clock: Clock) -> None:
    """Every clock says why, and has either a due date or an alarm, never both."""
    explanation = clock.explain()
    assert all(line.endswith(".") and not line[0].islower() for line in explanation.lines)
    assert (clock.due is None) == (clock.alarm is not None)
    assert explanation.rule
    assert explanation.version


def sentence(row: Row) -> Sentence:
    return Sentence(
        track=row["track"] or None,
        sentenced_on=day(row["sentenced"]),
        release=day(row["release"]),
        months=int(row["months"]) if row.get("months") else None,
        last_sentenced_on=day(row.get("last sentenced", "")),
        remand_days=int(row.get("remand", "0")),
        added_days=int(row.get("added", "0")),
        unlawfully_at_large_days=int(row.get("at large", "0")),
    )


@rows("early_removal_published")
def test_early_removal_dates_that_the_prison_service_publishes(row: Row) -> None:
    assert compute(sentence=sentence(row), today=TODAY) == must(row["expected"])
    found = early_removal(supplied=must(row["expected"]), sentence=sentence(row), today=TODAY)
    assert found.check.verdict == "agrees"


@rows("early_removal_schemes")
def test_early_removal_scheme_by_scheme(row: Row) -> None:
    found = compute(sentence=sentence(row), today=must(row["today"]))
    if row["expected"]:
        assert found == must(row["expected"])
    else:
        assert isinstance(found, Unknown)
        assert not found.why.endswith(".")


@rows("early_removal_checks")
def test_what_the_check_says_of_a_supplied_date(row: Row) -> None:
    found = early_removal(supplied=day(row["supplied"]), sentence=sentence(row), today=TODAY)
    assert found.check.verdict == row["verdict"]
    assert found.check.days == (int(row["days"]) if row["days"] else None)
    assert found.check.words.endswith(".")
    assert found.clock.reason == row["clock"]
    assert found.clock.due == (day(row["supplied"]) if row["clock"] == "supplied" else None)
    assert_explained(found.clock)


@rows("early_removal_window")
def test_the_removal_window(row: Row) -> None:
    found = window(opens=must(row["opens"]), closes=must(row["closes"]), today=must(row["today"]))
    if row["open"] == "none":
        assert found is None
    else:
        assert found is not None
        assert ("yes" if found.is_open else "no") == row["open"]
        assert (found.days_left, found.days_lost) == (int(row["left"]), int(row["lost"]))


@rows("release")
def test_which_release_date_governs(row: Row) -> None:
    found = release(
        dates=ReleaseDates(
            confirmed=day(row["confirmed"]),
            conditional=day(row["conditional"]),
            automatic=day(row["automatic"]),
            actual_parole=day(row["actual parole"]),
            home_detention_curfew_actual=day(row["home detention"]),
            post_recall=day(row["post recall"]),
            supplied=day(row["supplied"]),
            parole_eligibility=day(row["parole eligibility"]),
            tariff=day(row["tariff"]),
        ),
        sentence_start=day(row["sentence start"]),
        sentence_expiry=day(row["sentence expiry"]),
        today=TODAY,
    )
    assert (found.due, found.reason) == (day(row["due"]), row["reason"])
    assert_explained(found)


@rows("consideration")
def test_consideration_before_release(row: Row) -> None:
    dates = ReleaseDates(conditional=day(row["release"]), parole_eligibility=day(row["parole eligibility"]))
    kinds: dict[str, Literal[Kind.CONSIDERATION_12, Kind.CONSIDERATION_8]] = {
        "consideration_12": Kind.CONSIDERATION_12,
        "consideration_8": Kind.CONSIDERATION_8,
    }
    found = consideration(
        kind=kinds[row["kind"]],
        release=release(dates=dates, sentence_start=None, sentence_expiry=None, today=TODAY),
        opened_on=day(row["opened"]),
        earliest_possible=earliest_possible(dates=dates),
        nation=Nation(row["nation"]),
        today=TODAY,
    )
    assert (found.due, found.reason) == (day(row["due"]), row["reason"])
    assert_explained(found)


@rows("reviews")
@pytest.mark.parametrize("review", [contact_review, monitoring_review])
def test_reviews_of_restrictions(review: Callable[..., Clock], row: Row) -> None:
    found = review(started_on=day(row["started"]), last_review=day(row["last review"]))
    assert (found.due, found.reason) == (day(row["due"]), row["reason"])
    assert_explained(found)


@rows("contact")
def test_contact_with_those_at_liberty(row: Row) -> None:
    found = contact(last_contact=day(row["last contact"]), next_reporting=day(row["next reporting"]))
    assert (found.due, found.reason) == (day(row["due"]), row["reason"])
    assert_explained(found)


@rows("address_known")
def test_by_when_an_address_is_to_be_known(row: Row) -> None:
    found = address_known(first_reporting=day(row["first reporting"]))
    assert (found.due, found.reason) == (day(row["due"]), row["reason"])
    assert_explained(found)


@rows("detention")
def test_detention_reviews(row: Row) -> None:
    detained_on, reviews = day(row["detained"]), days(row["reviews"])
    found = detention_review(detained_on=detained_on, reviews=reviews, today=TODAY)
    assert (found.due, found.reason) == (day(row["due"]), row["reason"])
    assert_explained(found)
    if found.due is not None and detained_on is not None:
        points = review_points(detained_on=detained_on, reviews=reviews, today=TODAY)
        assert [point.due for point in points if point.done is None] == days(row["missed"])


@rows("working_days")
def test_working_days(row: Row) -> None:
    number, nation = int(row["days"]), Nation(row["nation"])
    move = working_days.add if number >= 0 else working_days.subtract
    assert move(day=must(row["from"]), days=abs(number), nation=nation) == must(row["to"])


@rows("pauses")
def test_pauses(row: Row) -> None:
    spans = [part.split("/") for part in row["pauses"].split()]
    found = pauses.due_after(
        start=must(row["start"]),
        days=int(row["days"]),
        unit=Unit(row["unit"]),
        nation=Nation.ENGLAND_AND_WALES,
        pauses=[Pause(Period(must(a), None if b == ".." else must(b)), "waiting") for a, b in spans],
    )
    assert found == day(row["due"])


@rows("rungs")
def test_rungs(row: Row) -> None:
    due, today = must(row["due"]), must(row["today"])
    expected = Rung[row["rung"].upper()] if row["rung"] else None
    assert rung(due=due, today=today) == expected
    reached = [r for r, cutoff in zip(Rung, cutoffs(today=today), strict=True) if due < cutoff]
    assert max(reached, default=None) == expected


@rows("task_kinds")
def test_what_a_task_gets_by_default(row: Row) -> None:
    found = task_due(kind=row["kind"], start=NamedDate("day it was made", must(row["start"])), today=TODAY)
    assert found.due == must(row["due"])
    assert_explained(found)
