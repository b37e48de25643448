"""Facts of a person: given what records of agencies said, what is said now, by whom, since when, and whether they disagree."""

from datetime import UTC, date, datetime, timedelta

import pytest

from longstop.people.facts import Fact, Holds, Moment, Telling, Value, merge

FIRST = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
LAST = FIRST + timedelta(days=30)


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number - 1)


def says(source: str, *told: str, confirmed: Moment | None = LAST, over: Moment | None = None) -> Telling:
    """A record that said one thing after another, a day each; several at once are parted by strokes."""
    versions = tuple((day(place + 1), tuple(Value(words=words) for words in said.split("/") if words)) for place, said in enumerate(told))
    return Telling(source=source, told=versions, confirmed=confirmed, over=over)


def fact(*tellings: Telling, holds: Holds = Holds.ONE) -> Fact:
    found = merge("Fact", tellings, holds=holds)
    assert found is not None
    return found


SAID = [
    # what records of agencies say: what stands, and who says each
    ([says("Prison", "Ana Osei")], {"Ana Osei": ["Prison"]}),
    ([says("Prison", "Ana Osei"), says("Police", "Ana Osei")], {"Ana Osei": ["Prison", "Police"]}),
    ([says("Prison", "Ana Osei"), says("Police", "Ana Osey")], {"Ana Osei": ["Prison"], "Ana Osey": ["Police"]}),
    ([says("Prison", "Ana Osei"), says("Police", "OSEI Ana")], {"Ana Osei": ["Prison"], "OSEI Ana": ["Police"]}),
    ([says("Prison", "Ana Osei"), says("Prison", "Ana Osei")], {"Ana Osei": ["Prison"]}),
    ([says("Prison", "Ana Osei"), says("Police", "")], {"Ana Osei": ["Prison"]}),
    ([says("Prison", "A/B"), says("Police", "B/C")], {"A": ["Prison"], "B": ["Prison", "Police"], "C": ["Police"]}),
    ([says("Prison", "A", "B")], {"B": ["Prison"]}),
    ([says("Prison", "A", over=day(3))], {}),
]


@pytest.mark.parametrize(("tellings", "expected"), SAID)
def test_every_value_stands_with_each_agency_that_says_it(tellings: list[Telling], expected: dict[str, list[str]]) -> None:
    found = fact(*tellings)
    assert {each.words: [sayer.source for sayer in each.by] for each in found.said} == expected


DIFFER = [
    # what two records of these agencies say: whether they disagree where somebody has one, some, each agency's own, or any number
    ("Prison", "A", "Police", "A", (False, False, False, False)),
    ("Prison", "A", "Police", "B", (True, True, True, False)),
    ("Prison", "A B", "Police", "b á", (False, False, False, False)),
    ("Prison", "A", "Police", "A/B", (True, False, False, False)),
    ("Prison", "A", "Police", "", (False, False, False, False)),
    ("Prison", "A", "Prison", "B", (True, True, False, False)),
    ("Prison", "A/C", "Police", "C/B", (True, False, False, False)),
]


@pytest.mark.parametrize(("one", "here", "other", "there", "expected"), DIFFER)
def test_records_disagree_by_how_many_somebody_has(one: str, here: str, other: str, there: str, expected: tuple[bool, ...]) -> None:
    pair = says(one, here), says(other, there)
    assert tuple(fact(*pair, holds=holds).differs for holds in (Holds.ONE, Holds.SOME, Holds.OF_AGENCY, Holds.ANY)) == expected


KEYED = [
    # the words of a case and what they are compared by; whether a record that says "In prison", compared by "serving", disagrees
    ("Serving a sentence", "serving", False),
    ("In the community", "community", True),
    ("Not known", None, False),
]


@pytest.mark.parametrize(("words", "key", "differs"), KEYED)
def test_other_words_for_one_thing_do_not_disagree(words: str, key: str | None, differs: bool) -> None:
    prison = Telling(source="Prison", told=((FIRST, (Value(words="In prison", key="serving"),)),), confirmed=LAST)
    case = Telling(source="Our case", told=((None, (Value(words=words, key=key),)),), confirmed=None)
    found = fact(prison, case)
    assert found.differs is differs
    assert [each.words for each in found.said] == ["In prison", words]
    assert (found.said[1].by[0].since, found.said[1].by[0].confirmed) == (None, None)


SINCE = [
    # what a record said day by day: what stands with the day since when, and what was said before with the day on which it stopped
    (["A"], {"A": 1}, []),
    (["A", "A", "A"], {"A": 1}, []),
    (["A", "B"], {"B": 2}, [("A", 2)]),
    (["A", "B", "A", "A"], {"A": 3}, [("B", 3)]),
    (["A", "B", "C"], {"C": 3}, [("B", 3), ("A", 2)]),
    (["A", "A/B", "B"], {"B": 2}, [("A", 3)]),
    (["A", ""], {}, [("A", 2)]),
    (["", "A"], {"A": 2}, []),
    (["A", "B", "A", "C"], {"C": 4}, [("A", 4), ("B", 3)]),
]


@pytest.mark.parametrize(("told", "now", "before"), SINCE)
def test_a_value_counts_from_when_it_was_said_without_a_break(told: list[str], now: dict[str, int], before: list[tuple[str, int]]) -> None:
    found = fact(says("Prison", *told))
    assert {each.words: each.by[0].since for each in found.said} == {words: day(number) for words, number in now.items()}
    assert all(each.by[0].confirmed == LAST for each in found.said)
    assert [(each.words, each.until) for each in found.before] == [(words, day(number)) for words, number in before]


def test_two_records_of_one_agency_say_it_since_the_earlier_and_confirm_it_with_the_later() -> None:
    found = fact(says("Prison", "B", "A", confirmed=day(9)), says("Prison", "A", confirmed=day(5)))
    (sayer,) = found.said[0].by
    assert (sayer.since, sayer.confirmed) == (day(1), day(9))


def test_what_was_recorded_in_something_that_is_over_is_said_no_more() -> None:
    found = fact(says("Prison", "B"), says("Closed case", "A", over=date(2026, 11, 20)))
    assert [each.words for each in found.said] == ["B"]
    assert not found.differs
    assert [(each.words, each.source, each.until) for each in found.before] == [("A", "Closed case", date(2026, 11, 20))]


def test_what_nobody_ever_said_is_no_fact() -> None:
    assert merge("Fact", [says("Prison", "", "")]) is None
    assert merge("Fact", []) is None
