"""The one definition of the model: what is compared, and the levels of likeness of each, from the strongest to none.

The conditions are SQL as DuckDB reads it, which Spark's workers ask too: see `sparking`. How likely each level is among records of one
person, and by chance, is trained or carried over: see `model`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

ELSE = "none"
LISTS = ("words", "forms", "couples", "sounds", "aliases", "places", "numbers", "kinds", "contacts")


@dataclass(frozen=True)
class Level:
    """One level of likeness: its name, the condition, and the column whose commonness weighs the agreement, if any does."""

    name: str
    says: str
    sql: str
    common: str | None = None


@dataclass(frozen=True)
class Comparison:
    """One thing compared: its name, when nothing can be said, its levels from the strongest, and the most that it may say, in bits."""

    name: str
    unknown: str
    levels: tuple[Level, ...]
    needs: tuple[str, ...]
    most: float | None = None


def _shared(column: str) -> str:
    return f"len(list_intersect({column}_l, {column}_r))"


_FEWER = "least(len(words_l), len(words_r))"
_BY_SOUND = "(1 - levenshtein(skeleton_l, skeleton_r) / greatest(length(skeleton_l), length(skeleton_r), 1))"
_ACROSS = "script_l <> script_r"
_ALIAS = (
    "(len(aliases_l) > 0 or len(aliases_r) > 0)"
    " and (list_contains(aliases_l, name_r) or list_contains(aliases_r, name_l) or len(list_intersect(aliases_l, aliases_r)) > 0)"
)

NAME = Comparison(
    "name",
    "name_l is null or name_r is null",
    (
        Level("same", "The same words, in any order", "name_l = name_r", common="name"),
        Level("alias", "The name is an alias of the other, or both have one", _ALIAS),
        Level("across_same", "Another script; the same sounds", f"{_ACROSS} and skeleton_l = skeleton_r"),
        Level("across_near", "Another script; nearly the same sounds", f"{_ACROSS} and {_BY_SOUND} >= 0.74"),
        Level("across_alike", "Another script; similar sounds", f"{_ACROSS} and {_BY_SOUND} >= 0.6"),
        Level("across_some", "Another script; some of the sounds", f"{_ACROSS} and {_BY_SOUND} >= 0.45"),
        Level("across_none", "Another script; other sounds", _ACROSS),
        Level("within", "All words of the shorter name, two or more", f"{_shared('words')} >= 2 and {_shared('words')} = {_FEWER}"),
        # A name of one word is no spelling of a longer one: half of it is not known.
        Level(
            "near",
            "A letter or two differ",
            f"(len(words_l) = len(words_r) or {_FEWER} >= 2) and jaro_winkler_similarity(name_l, name_r) >= 0.93",
        ),
        # Words are taken by twos: one short form may stand for several names, and these are one word all the same.
        Level(
            "short_form",
            "The same, with short forms put in full",
            f"{_FEWER} >= 2 and {_shared('couples')} >= {_FEWER} * ({_FEWER} - 1) / 2",
        ),
        Level("two_words", "Two words are the same", f"{_shared('words')} >= 2"),
        Level("two_sounds", "Two words sound the same", f"{_shared('sounds')} >= 2"),
        Level(
            "both_near",
            "First and last word are each similar",
            "jaro_winkler_similarity(last_l, last_r) >= 0.85 and jaro_winkler_similarity(first_l, first_r) >= 0.85",
        ),
        Level(
            "last_and_initial",
            "The last word, and the first letter of the first",
            "last_l = last_r and left(first_l, 1) = left(first_r, 1)",
        ),
        Level("one_of_one", "The one word there is", f"{_FEWER} = 1 and {_shared('words')} = 1"),
        Level("last", "The last word is the same", "last_l = last_r", common="last"),
        Level("one_word", "One word is the same", f"{_shared('words')} >= 1"),
        Level("one_sound", "One word sounds the same", f"{_shared('sounds')} >= 1"),
        Level("overall", "The names are similar on the whole", "jaro_winkler_similarity(name_l, name_r) >= 0.8"),
    ),
    ("name",),
)
_SAME_YEAR = "year_l = year_r"
BORN = Comparison(
    "born",
    "born_l is null or born_r is null",
    (
        Level("first_of_january", "The same 1 January", "born_l = born_r and day_l = '01-01'", common="born"),
        Level("same", "The same date", "born_l = born_r", common="born"),
        Level(
            "exchanged",
            "Day and month exchanged",
            f"{_SAME_YEAR} and day_l = turned_r",
        ),
        # All that is known of either is the year, and in this they differ.
        Level("other_january", "Both 1 January, of different years", "day_l = '01-01' and day_r = '01-01'"),
        Level("one_digit", "One digit differs", "levenshtein(born_l, born_r) <= 1"),
        Level(
            "year_only",
            "The same year, and one of them 1 January",
            f"{_SAME_YEAR} and (day_l = '01-01' or day_r = '01-01')",
        ),
        Level("day_only", "The same day and month of another year", "day_l = day_r"),
        Level("two_digits", "Two digits differ", "levenshtein(born_l, born_r) <= 2"),
        Level("same_year", "The same year", _SAME_YEAR),
    ),
    ("born",),
)
NUMBERS = Comparison(
    "numbers",
    "len(list_intersect(kinds_l, kinds_r)) = 0",
    (
        Level("two", "Two identifiers are equal", f"{_shared('numbers')} >= 2"),
        Level(
            "one", "An identifier is equal, and none of its kind differs", f"{_shared('numbers')} = len(list_intersect(kinds_l, kinds_r))"
        ),
        Level("mixed", "One identifier is equal, and another differs", f"{_shared('numbers')} >= 1"),
    ),
    ("numbers",),
)
CONTACTS = Comparison(
    "contacts",
    "len(contacts_l) = 0 or len(contacts_r) = 0",
    (Level("one", "An address or number to reach them is equal", f"{_shared('contacts')} >= 1"),),
    ("contacts",),
)
POSTCODE = Comparison(
    "postcode",
    "postcode_l is null or postcode_r is null",
    (
        Level("same", "The same postcode", "postcode_l = postcode_r", common="postcode"),
        Level("near", "One letter differs", "levenshtein(postcode_l, postcode_r) <= 1"),
        Level("area", "The same district", "area_l = area_r"),
    ),
    ("postcode",),
)
PLACES = Comparison(
    "places",
    "len(places_l) = 0 or len(places_r) = 0",
    (
        Level("same", "The same words", "located_l = located_r", common="located"),
        Level("most", "Most words", f"{_shared('places')} * 2 > greatest(len(places_l), len(places_r))"),
        Level("some", "Some words", f"{_shared('places')} >= 1"),
        Level("near", "A letter or two differ", "jaro_winkler_similarity(coalesce(place_l, ''), coalesce(place_r, '')) >= 0.85"),
    ),
    ("places",),
)


def _plain(name: str, says: str, most: float | None = None) -> Comparison:
    equal = Level("same", says, f"{name}_l = {name}_r", common=None if most else name)
    return Comparison(name, f"{name}_l is null or {name}_r is null", (equal,), (name,), most)


SEX = _plain("sex", "The same", most=4.0)
NATIONALITY = _plain("nationality", "The same", most=1.0)
"""Disputed, and often the very thing in question: it may speak by one bit at most, and finds nobody."""
OCCUPATION = _plain("occupation", "The same")

ALL: Sequence[Comparison] = (NAME, BORN, NUMBERS, CONTACTS, POSTCODE, PLACES, SEX, NATIONALITY, OCCUPATION)
BY_NAME: Mapping[str, Comparison] = {each.name: each for each in ALL}


def known_in(records: pl.DataFrame) -> list[Comparison]:
    """Give the comparisons of which anything is known in these records."""
    return [each for each in ALL if all(_known(records[column]) for column in each.needs)]


def _known(values: pl.Series) -> bool:
    return bool((values.list.len() > 0).any()) if values.name in LISTS else values.null_count() < len(values)


def level_numbers(each: Comparison) -> dict[int, str]:
    """Give the name of each level by its number: the strongest has the greatest, and 0 is none."""
    names = [level.name for level in each.levels]
    return {len(names) - place: name for place, name in enumerate(names)} | {0: ELSE}
