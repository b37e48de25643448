"""The level of likeness of two records, as tables that somebody who knows the field can check; and that Splink finds the same."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from longstop.linkage import levels, splinking
from longstop.linkage.comparisons import BY_NAME, known_in, level_numbers
from longstop.linkage.fields import map_columns
from longstop.linkage.records import clean

Said = Mapping[str, str]
NAMES = [
    # one name, another, their level
    ("Ngozi Okafor", "OKAFOR, Ngozi", "same"),
    ("Ngozi Okafor", "Ngozi Okafro", "near"),
    ("Ngozi Okafor", "Ngozi Adaeze Okafor", "within"),
    ("Robert Quill", "Bob Quill", "short_form"),
    ("Bob Quill", "Rob Quill", "short_form"),
    ("Quill, Bob", "Robert Quill", "short_form"),
    ("Bob James Quill", "Robert Jim Quill", "short_form"),
    ("John Lacey", "John Probe", "one_word"),  # John may stand for Jan too, and is one word
    ("Thomas Probe", "Abraham Thomas", "one_word"),
    ("Okafor", "Okafor N.", "same"),
    ("Pelham", "Rt Pelham", "one_of_one"),  # not a spelling of it
    ("Okafor", "Okafro", "near"),
    ("Ngozi Okafor", "Amara Okafor", "last"),
    ("Ngozi Okafor", "N. Okafor", "one_of_one"),
    ("Ngozi Okafor", "Naomi Okafor", "last_and_initial"),
    ("Иван Петренко", "Ivan Petrenco", "across_same"),
    ("Ngozi Okafor", "Pavel Horak", "none"),
]
BIRTHS = [
    ("1984-03-07", "07/03/1984", "same"),
    ("1984-01-01", "1984-01-01", "first_of_january"),
    ("1984-03-07", "1984-07-03", "exchanged"),
    ("1984-03-07", "1985-03-07", "one_digit"),
    ("1984-01-01", "1985-01-01", "other_january"),
    ("1984-01-01", "1985-01-02", "two_digits"),
    ("1984-03-07", "1984-01-01", "year_only"),
    ("1984-03-07", "1962-03-07", "day_only"),
    ("1984-03-07", "1984-11-23", "same_year"),
    ("1984-03-07", "1971-11-23", "none"),
    ("1984-03-07", "", "unknown"),
]


def records(*rows: Said) -> pl.DataFrame:
    table = pl.DataFrame([{name: value or None for name, value in row.items()} for row in rows], infer_schema_length=None)
    return clean(table, map_columns(table.columns))


def level(comparison: str, one: Said, other: Said) -> str:
    found = levels.compare(records(one, other), pl.DataFrame({"l": [0], "r": [1]}), [BY_NAME[comparison]])
    names = level_numbers(BY_NAME[comparison]) | {-1: "unknown"}
    return names[found[f"gamma_{comparison}"][0]]


@pytest.mark.parametrize(("one", "other", "said"), NAMES)
def test_how_like_two_names_are(one: str, other: str, said: str) -> None:
    assert level("name", {"name": one}, {"name": other}) == said == level("name", {"name": other}, {"name": one})


@pytest.mark.parametrize(("one", "other", "said"), BIRTHS)
def test_how_like_two_dates_of_birth_are(one: str, other: str, said: str) -> None:
    assert level("born", {"dob": one}, {"dob": other}) == said == level("born", {"dob": other}, {"dob": one})


def test_splink_finds_the_same_levels() -> None:
    names = [name for row in NAMES for name in row[:2]]
    births = [born for row in BIRTHS for born in row[:2]]
    towns = ("Zedburgh", "Upper Zedburgh", "", "Quayle")
    told = records(
        *(
            {
                "name": name,
                "alias": names[place // 2] if place % 3 else "",
                "dob": births[place % len(births)],
                "postcode": ("ZZ1 1QQ", "ZZ1 1QR", "", "ZZ2 9QQ")[place % 4],
                "city": towns[place % 4],
                "passport": (f"Q1234{place % 3}", "")[place % 2],
                "cro": ("65656/91H", "", "000000/00Z")[place % 3],
                "email": f"q{place % 5}@example.org",
                "sex": "mf"[place % 2],
            }
            for place, name in enumerate(names)
        )
    )
    pairs = pl.DataFrame(np.array(list(combinations(range(len(told)), 2))), schema=["l", "r"])
    known = known_in(told)
    assert {each.name for each in known} >= {"name", "born", "numbers", "contacts", "postcode", "places", "sex"}
    assert levels.compare(told, pairs, known).equals(splinking.compare(told, pairs, known))
