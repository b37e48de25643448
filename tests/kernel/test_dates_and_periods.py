"""Named dates, months and half-open periods."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstop.kernel.dates import NamedDate, add_months, earliest, in_words, latest, named
from longstop.kernel.periods import BadPeriod, Period, gaps, merge

DAY = date(2024, 3, 1)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2020, 3, 1))


@st.composite
def periods(draw: st.DrawFn) -> Period[date]:
    start = draw(DAYS)
    length = draw(st.one_of(st.none(), st.integers(1, 20)))
    return Period(start, None if length is None else start + timedelta(days=length))


def test_the_chosen_date_keeps_its_name() -> None:
    parole = named("parole date", date(2025, 1, 1))
    conditional = named("conditional release date", date(2024, 6, 1))
    assert earliest([parole, None, conditional]) == conditional
    assert latest([parole, None, conditional]) == parole
    assert earliest([None]) is None
    assert named("parole date", None) is None


def test_of_equal_dates_the_first_named_is_kept() -> None:
    one, other = NamedDate("one", DAY), NamedDate("other", DAY)
    assert earliest([one, other]) == one
    assert latest([one, other]) == one


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2024, 8, 31), -6, date(2024, 2, 29)),
        (date(2023, 8, 31), -6, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 5, 15), 0, date(2024, 5, 15)),
    ],
)
def test_whole_months(start: date, months: int, expected: date) -> None:
    assert add_months(start, months) == expected


def test_a_month_past_the_calendar_is_said_not_invented() -> None:
    with pytest.raises(OverflowError):
        add_months(date(9999, 12, 1), 1)


def test_date_in_words() -> None:
    assert in_words(DAY) == "1 March 2024"


def test_the_end_of_a_period_is_outside_it() -> None:
    march = Period(DAY, date(2024, 4, 1))
    assert march.contains(DAY)
    assert march.contains(date(2024, 3, 31))
    assert not march.contains(date(2024, 4, 1))
    assert not march.overlaps(Period(date(2024, 4, 1)))
    assert march.overlaps(Period(date(2024, 3, 31)))
    assert Period(DAY).contains(date(2999, 1, 1))


def test_what_two_periods_share() -> None:
    march = Period(DAY, date(2024, 4, 1))
    assert march.meet(Period(date(2024, 3, 20))) == Period(date(2024, 3, 20), date(2024, 4, 1))
    assert march.meet(Period(date(2024, 4, 1))) is None


def test_a_period_that_cannot_be_is_refused() -> None:
    noon = datetime(2024, 3, 1, 12, tzinfo=UTC)
    with pytest.raises(BadPeriod, match="cannot end"):
        Period(DAY, DAY)
    with pytest.raises(BadPeriod, match="time zone"):
        Period(noon.replace(tzinfo=None))
    with pytest.raises(BadPeriod, match="two dates or between two moments"):
        Period[date](DAY, noon)
    assert Period(noon, noon + timedelta(hours=1)).contains(noon)


@given(st.lists(periods(), max_size=6), DAYS)
def test_merging_changes_no_day_and_leaves_nothing_touching(some: list[Period[date]], day: date) -> None:
    merged = merge(some)
    assert any(p.contains(day) for p in some) == any(p.contains(day) for p in merged)
    for before, after in pairwise(merged):
        assert before.end is not None
        assert before.end < after.start


@given(st.lists(periods(), max_size=6), periods(), DAYS)
def test_each_day_is_covered_or_in_a_gap_never_both(some: list[Period[date]], within: Period[date], day: date) -> None:
    covered = any(p.contains(day) for p in some)
    in_gap = any(p.contains(day) for p in gaps(some, within=within))
    assert in_gap == (within.contains(day) and not covered)
