"""Dated policy: the right version for a day, and errors that say what to mend."""

from datetime import date

import pytest

from longstop.kernel.policy import BadPolicy, NotInForce, available, load, parse

REVIEWS = """
[[review]]
from = 2024-03-18
source = "guidance v19"
confirmed = false
months = 4
steps = [1, 7]

[[review]]
from = 2020-01-01
source = "guidance v1"
confirmed = true
months = 3

[[trial]]
from = 2021-01-01
to = 2021-07-01
source = "letter"
confirmed = true
"""

HEAD = '[[a]]\nfrom = 2024-01-01\nsource = "s"\nconfirmed = true\n'


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2020, 1, 1), 3),
        (date(2024, 3, 17), 3),
        (date(2024, 3, 18), 4),
        (date(2099, 1, 1), 4),
    ],
)
def test_the_version_in_force_on_a_day(day: date, months: int) -> None:
    assert parse(REVIEWS, file="reviews").at("review", day).integer("months") == months


@pytest.mark.parametrize("day", [date(2020, 12, 31), date(2021, 7, 1)])
def test_a_day_without_a_version_is_said(day: date) -> None:
    with pytest.raises(NotInForce, match=f"reviews.toml, entry “trial”.*{day.isoformat()}"):
        parse(REVIEWS, file="reviews").at("trial", day)


def test_a_version_carries_its_source_and_whether_it_is_confirmed() -> None:
    found = parse(REVIEWS, file="reviews").at("review", date(2021, 1, 1))
    assert (found.source, found.confirmed) == ("guidance v1", True)
    assert found.version.startswith("reviews/review@2020-01-01#")


def test_a_corrected_value_is_another_version() -> None:
    day = date(2025, 1, 1)
    before = parse(REVIEWS, file="reviews").at("review", day)
    after = parse(REVIEWS.replace("months = 4", "months = 5"), file="reviews").at("review", day)
    assert before.version != after.version


def test_the_days_on_which_due_dates_must_be_written_again() -> None:
    policy = parse(REVIEWS, file="reviews")
    assert policy.changes(after=date(2020, 1, 1), until=date(2024, 3, 18)) == (
        date(2021, 1, 1),
        date(2021, 7, 1),
        date(2024, 3, 18),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from =", r"p.toml cannot be read"),
        ("[a]\nfrom = 2024-01-01", r"“a”: write it under \[\[a\]\]"),
        ("a = 1", r"“a”: write it under \[\[a\]\]"),
        ('[[a]]\nsource = "s"\nconfirmed = true', r"“a”: “from” is None; write a date"),
        (HEAD.replace("2024-01-01", "2024-01-01T00:00:00Z"), "“from” is .*; write a date"),
        (HEAD.replace('"s"', '" "'), "entry “a” from 2024-01-01: “source” is missing"),
        (HEAD.replace("confirmed = true", ""), "“confirmed” is missing"),
        (HEAD + "to = 2024-01-01", "“to” is .*; write a date after “from”"),
        (HEAD + HEAD, "entry “a” from 2024-01-01: it overlaps"),
        (HEAD + "to = 2024-03-01\n" + HEAD.replace("01-01", "02-01"), "it overlaps"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_mend(text: str, message: str) -> None:
    with pytest.raises(BadPolicy, match=message):
        parse(text, file="p")


def test_a_value_of_the_wrong_kind_is_named_with_file_entry_and_field() -> None:
    found = parse(HEAD + 'months = "4"\nlate = true\nsteps = [1, "2"]', file="p").entries["a"][0]
    with pytest.raises(BadPolicy, match=r"p\.toml, entry “a” from 2024-01-01: “months” is '4'"):
        found.integer("months")
    with pytest.raises(BadPolicy, match="“late” is True; write a whole number"):
        found.integer("late")
    with pytest.raises(BadPolicy, match="“steps” holds '2'"):
        found.integers("steps")
    with pytest.raises(BadPolicy, match="the field “weeks” is missing; add a whole number"):
        found.integer("weeks")


def test_names_that_are_not_there_are_answered_with_those_that_are() -> None:
    with pytest.raises(BadPolicy, match="has no entry “reveiw”; it has review, trial"):
        parse(REVIEWS, file="reviews").at("reveiw", date(2024, 1, 1))
    with pytest.raises(BadPolicy, match=r"no policy file nothing\.toml"):
        load("nothing")


@pytest.mark.parametrize("file", available())
def test_every_policy_file_we_ship_can_be_used(file: str) -> None:
    assert load(file).names
