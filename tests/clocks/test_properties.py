"""What holds of clocks whatever the dates."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstop.clocks import working_days
from longstop.clocks.detention import detention_review
from longstop.clocks.early_removal import early_removal
from longstop.clocks.forward import forward, task_due, task_kinds
from longstop.clocks.pauses import Pause, Unit, days_paused, due_after
from longstop.clocks.release import ReleaseDates, release
from longstop.clocks.results import Clock
from longstop.clocks.reviews import contact_review
from longstop.clocks.rungs import Rung, cutoffs, read_ladder, rung
from longstop.clocks.schemes import Sentence
from longstop.clocks.working_days import Nation
from longstop.kernel.dates import NamedDate
from longstop.kernel.periods import Period
from longstop.kernel.policy import BadPolicy, load, parse

DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 1, 1))
NATIONS = st.sampled_from(Nation)
FEW = st.integers(0, 40)
UNITS = st.sampled_from(Unit)
TODAY = date(2026, 8, 20)


@st.composite
def pause(draw: st.DrawFn) -> Pause:
    start = draw(st.dates(min_value=date(2024, 1, 1), max_value=date(2024, 4, 1)))
    length = draw(st.one_of(st.none(), st.integers(1, 30)))
    return Pause(Period(start, None if length is None else start + timedelta(days=length)), "waiting")


PAUSES = st.lists(pause(), max_size=4)
STARTS = st.dates(min_value=date(2024, 1, 1), max_value=date(2024, 3, 1))


@given(DAYS, FEW, NATIONS)
def test_taking_away_what_was_added_comes_back_to_a_working_day(day: date, days: int, nation: Nation) -> None:
    start = working_days.add(day=day, days=1, nation=nation)
    there = working_days.add(day=start, days=days, nation=nation)
    assert working_days.subtract(day=there, days=days, nation=nation) == start


@given(DAYS, FEW, NATIONS)
def test_counting_agrees_with_adding(day: date, days: int, nation: Nation) -> None:
    there = working_days.add(day=day, days=days, nation=nation)
    assert working_days.count(after=day, until=there, nation=nation) == days
    assert working_days.count(after=there, until=day, nation=nation) == -days


@given(DAYS, st.integers(0, 60), NATIONS)
def test_counting_agrees_with_looking_at_each_day(day: date, days: int, nation: Nation) -> None:
    each = [day + timedelta(days=n) for n in range(1, days + 1)]
    expected = sum(working_days.is_working(day=d, nation=nation) for d in each)
    assert working_days.count(after=day, until=day + timedelta(days=days), nation=nation) == expected


@given(DAYS, DAYS, FEW, FEW, NATIONS)
def test_later_or_longer_is_never_sooner(one: date, other: date, few: int, more: int, nation: Nation) -> None:
    early, late = sorted([one, other])
    short, long = sorted([few, more])
    assert working_days.add(day=early, days=short, nation=nation) <= working_days.add(day=late, days=long, nation=nation)


@given(STARTS, FEW, UNITS, NATIONS, PAUSES, pause())
def test_a_pause_only_ever_postpones(start: date, days: int, unit: Unit, nation: Nation, some: list[Pause], one: Pause) -> None:
    before = due_after(start=start, days=days, unit=unit, nation=nation, pauses=some)
    after = due_after(start=start, days=days, unit=unit, nation=nation, pauses=[*some, one])
    assert after is None or (before is not None and before <= after)


@given(STARTS, FEW, PAUSES)
def test_a_due_date_is_as_much_later_as_the_clock_stood_still(start: date, days: int, some: list[Pause]) -> None:
    due = due_after(start=start, days=days, unit=Unit.CALENDAR, nation=Nation.SCOTLAND, pauses=some)
    if due is not None:
        assert (due - start).days == days + days_paused(start=start, until=due, pauses=some)


@given(st.one_of(DAYS, st.dates(date(2026, 6, 1), date(2026, 8, 31))), st.one_of(DAYS, st.dates(date(2026, 6, 1), date(2026, 8, 31))))
def test_the_cut_off_dates_agree_with_the_rung(due: date, today: date) -> None:
    reached = [r for r, cutoff in zip(Rung, cutoffs(today=today), strict=True) if due < cutoff]
    assert max(reached, default=None) == rung(due=due, today=today)
    assert list(cutoffs(today=today)) == sorted(cutoffs(today=today), reverse=True)


@given(DAYS, DAYS, st.integers(0, 60))
def test_lateness_never_climbs_down(due: date, today: date, days: int) -> None:
    before, after = rung(due=due, today=today), rung(due=due, today=today + timedelta(days=days))
    assert before is None or (after is not None and after >= before)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"head"', '"boss"', "holds .*boss"),
        ('"head"', '"leader"', "must be owner, leader, head, director"),
        ("late = 10", "late = 2", "the rung “head” comes first"),
        ("late = 1,", "late = 0,", "1 day late or more"),
        ('late = 20, unit = "working"', 'late = 20, unit = "calendar"', "“director” comes first"),
        ("england-and-wales", "wales", "“nation” is not one"),
    ],
)
def test_a_ladder_that_would_skip_a_rung_is_refused(old: str, new: str, message: str) -> None:
    text = """
[[rungs]]
from = 2000-01-01
source = "test"
confirmed = false
nation = "england-and-wales"
steps = [
  { role = "owner", late = 1, unit = "calendar" },
  { role = "leader", late = 3, unit = "working" },
  { role = "head", late = 10, unit = "working" },
  { role = "director", late = 20, unit = "working" },
]
"""
    assert old in text
    assert len(read_ladder(parse(text, file="test").at("rungs", TODAY)).steps) == len(Rung)
    with pytest.raises(BadPolicy, match=message):
        read_ladder(parse(text.replace(old, new), file="test").at("rungs", TODAY))


def _contact(started: date | None, last: date | None) -> Clock:
    return contact_review(started_on=started, last_review=last)


def _detention(started: date | None, last: date | None) -> Clock:
    return detention_review(detained_on=started, reviews=[last] if last else [], today=TODAY)


def _release(started: date | None, last: date | None) -> Clock:
    return release(dates=ReleaseDates(conditional=started, automatic=last), sentence_start=None, sentence_expiry=None, today=TODAY)


def _removal(started: date | None, last: date | None) -> Clock:
    return early_removal(supplied=last, sentence=Sentence(track="SDS", sentenced_on=started, release=None), today=TODAY).clock


def _task(started: date | None, last: date | None) -> Clock:
    start = NamedDate("day it was made", started) if started else None
    stopped = [Pause(Period(last, last + timedelta(days=1)), "waiting")] if last else []
    return task_due(kind="case.other", start=start, today=TODAY, pauses=stopped)


RULES = st.sampled_from([_contact, _detention, _release, _removal, _task])
MAYBE = st.one_of(st.none(), DAYS)


@given(RULES, MAYBE, MAYBE, MAYBE, MAYBE)
def test_the_hash_changes_when_and_only_when_an_input_does(
    rule: Callable[[date | None, date | None], Clock],
    started: date | None,
    last: date | None,
    other_started: date | None,
    other_last: date | None,
) -> None:
    one, other = rule(started, last), rule(other_started, other_last)
    same = (started, last) == (other_started, other_last)
    assert (one.inputs_hash == other.inputs_hash) == same
    assert not same or one == other


@given(RULES, MAYBE, MAYBE)
def test_the_hash_changes_with_the_version_of_the_rule(
    rule: Callable[[date | None, date | None], Clock], started: date | None, last: date | None
) -> None:
    found = rule(started, last)
    assert replace(found, version=found.version + "x").inputs_hash != found.inputs_hash
    assert replace(found, due=None, lines=(), source="").inputs_hash == found.inputs_hash


@given(RULES, MAYBE, MAYBE)
def test_a_clock_has_a_due_date_or_an_alarm_and_says_why(
    rule: Callable[[date | None, date | None], Clock], started: date | None, last: date | None
) -> None:
    found = rule(started, last)
    assert (found.due is None) == (found.alarm is not None)
    assert found.explain().lines
    assert all(line.endswith(".") for line in found.explain().lines)


def test_an_open_pause_leaves_no_due_date_and_is_explained_and_counted() -> None:
    since = date(2024, 3, 25)
    stopped = [Pause(Period(since), "the embassy has been asked")]
    found = forward(
        kind="case.other",
        start=NamedDate("day it was made", date(2024, 3, 22)),
        days=5,
        unit=Unit.WORKING,
        nation=Nation.ENGLAND_AND_WALES,
        version=load("task_kinds").at("case.other", TODAY),
        pauses=stopped,
    )
    assert (found.due, found.reason, found.alarm) == (None, "paused", None)
    assert found.explain().lines == (
        "5 working days are counted from day it was made, 22 March 2024.",
        "It has stood still since 25 March 2024: the embassy has been asked.",
        "There is no date while the clock is paused.",
    )
    assert days_paused(start=date(2024, 3, 22), until=date(2024, 3, 31), pauses=stopped) == 7


def test_why_this_date() -> None:
    found = contact_review(started_on=date(2023, 1, 1), last_review=date(2024, 2, 1)).explain()
    assert found.lines == (
        "The last review was on 1 February 2024.",
        "The rule in force on that day asks for a review after 3 months.",
        "So the date is 1 May 2024. The rule is an assumption and not yet confirmed.",
    )
    assert found.rule == "clocks/contact_review"
    assert found.version.startswith("clocks/contact_review@2000-01-01#")
    assert found.inputs == (("last review", "2024-02-01"), ("started", "2023-01-01"))
    assert not found.confirmed


def test_bank_holidays_come_from_the_bundle_and_never_from_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the network was asked for bank holidays")

    monkeypatch.setattr("requests.sessions.Session.request", refuse)
    working_days._holidays.cache_clear()
    assert not working_days.is_working(day=date(2024, 12, 25), nation=Nation.SCOTLAND)


def test_every_kind_of_task_has_a_title_and_a_hold_has_a_limit() -> None:
    kinds = {kind.name: kind for kind in task_kinds(today=TODAY)}
    assert all(kind.title and kind.days >= 0 for kind in kinds.values())
    limit = load("targets").at("hold", TODAY).integer("limit_days")
    holds = {name: kind.hold_limit_days for name, kind in kinds.items() if kind.hold_limit_days}
    assert "case.hold" in holds
    assert all(days <= limit for days in holds.values())
