"""What a person is written down to be found by, and what somebody typed to find them. Pure, no ORM."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from longstop.kernel.text import fold, tidy
from longstop.people.names import PARTICLES, Forms, fold_case, forms_of, name_words

NAME, LATIN, SOUND, BORN = "name", "latin", "sound", "born"
# A key that finds nobody: it says under which version of these rules a person's keys were written. Raise it when they change.
KEYED, VERSION = "keyed", "2"
# Kinds of key that are no number: everything else is one, whatever agencies call it.
NOT_NUMBERS = (NAME, LATIN, SOUND, BORN, KEYED, "name_and_birth")

_YEAR_OF_MONTHS = "january february march april may june july august september october november december"
_MONTHS = _YEAR_OF_MONTHS.split()
_MONTH = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in range(3, len(name) + 1)} | {"sept": 9}
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/. ])(\d{1,2})\2(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<![\d/])(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?![\d/])")
_IN_WORDS = re.compile(r"(?<!\w)(\d{1,2})(?:st|nd|rd|th)?[-/., ]*([a-z]{3,9})[-/., ]*(\d{4}|\d{2})(?!\w)")
_RUN_TOGETHER = re.compile(r"(?<!\w)(?:((?:19|20)\d\d)(\d\d)(\d\d)|(\d\d)(\d\d)((?:19|20)\d\d))(?!\w)")
_YEAR = re.compile(r"(?<![\w/])(?:19|20)\d\d(?![\w/])")
_SAYS_SO = re.compile(r"(?<!\w)(?:born|dob|d\.o\.b\.?|date of birth)\s*:?(?=\s|\d|$)")


class Level(IntEnum):
    """How well a person fits what was typed: the order in which they are shown."""

    NUMBER = 0
    WHOLE = 1
    BEGINS = 2
    LATIN = 3
    SOUND = 4


@dataclass(frozen=True, slots=True)
class Word:
    """One word typed. What is not `needed` only brings those forward who have it: an article, "bin", "van"."""

    typed: str
    forms: Forms
    needed: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody looks for: words of a name, and days or a year of birth to narrow them by.

    `born` are the days that the text may mean, `swapped` those with day and month exchanged, `year` is one typed alone.
    """

    words: tuple[Word, ...]
    born: tuple[str, ...] = ()
    swapped: tuple[str, ...] = ()
    year: str = ""

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for. A year alone would find everybody born in it."""
        return bool(self.words or self.born)


def found_by(content: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Give the keys, as (kind, value), by which a record's person is found by name or birth, with the version of these rules."""
    found = {(KEYED, VERSION)}
    for name in (content.get("name", {}), *content.get("aliases", ())):
        for part in ("as_written", "display"):
            found |= keys_of_name(name.get(part) or "")
        if day := name.get("date_of_birth") or content.get("date_of_birth"):
            found.add((BORN, str(day)[:10]))
    return found


def keys_of_name(text: str) -> set[tuple[str, str]]:
    """Give the keys of one name. What reads the same in Latin letters is kept once, as written."""
    forms = forms_of(text)
    found = {(NAME, word) for word in forms.words} | {(LATIN, word) for word in forms.latin - forms.words}
    return found | {(SOUND, code) for code in forms.sounds}


def read(text: str) -> Typed:
    """Read what was typed into a search box: dates are taken out of it, the rest are words, in any order."""
    rest, born, swapped, year = _births(fold_case(tidy(text)))
    tokens = [token for token in rest.replace(",", " ").replace(";", " ").split() if name_words(token)]
    needed = [token for token in tokens if fold(token).strip(".-'’") not in PARTICLES]
    must = set(needed or tokens)
    words = tuple(Word(token, forms_of(token), token in must) for token in dict.fromkeys(tokens))
    return Typed(words, tuple(born), tuple(swapped), year if words else "")


def _births(text: str) -> tuple[str, list[str], list[str], str]:
    """Give the text without its date, the days that the date may mean, those with day and month exchanged, and a year that stood alone."""
    for pattern, order in ((_YEAR_FIRST, (4, 3, 1)), (_DAY_FIRST, (1, 3, 4)), (_IN_WORDS, (1, 2, 3)), (_RUN_TOGETHER, (3, 2, 1))):
        for found in pattern.finditer(text):
            day, month, year = (found[each] for each in (order if found[order[0]] else (4, 5, 6)))
            days = _days(day, month, year)
            if days:
                rest = _SAYS_SO.sub(" ", text[: found.start()] + " " + text[found.end() :])
                return rest, days, [each for each in _days(month, day, year) if each not in days], ""
    alone = _YEAR.search(text)
    if alone:
        return _SAYS_SO.sub(" ", text[: alone.start()] + " " + text[alone.end() :]), [], [], alone[0]
    return text, [], [], ""


def _days(day: str, month: str, year: str) -> list[str]:
    if not day.isdigit() or not (month.isdigit() or month in _MONTH):
        return []
    number = int(month) if month.isdigit() else _MONTH[month]
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    return [made for each in years if (made := _day(each, number, int(day)))]


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def level_of(word: Word, held: Forms) -> Level | None:
    """Say how well one typed word fits a name, as the search does; None where it does not."""
    if held.words & word.forms.words:
        return Level.WHOLE
    if _begins(held.words, word.forms.words):
        return Level.BEGINS
    if _begins(held.words | held.latin, word.forms.latin | word.forms.words):
        return Level.LATIN
    return Level.SOUND if held.sounds & word.forms.sounds else None


def _begins(words: frozenset[str], beginnings: frozenset[str]) -> bool:
    return any(word.startswith(beginning) for word in words for beginning in beginnings)


def fits(typed: Typed, name: str) -> Level | None:
    """Say how well a whole name fits the words typed: as well as its worst word, None where one is missing."""
    held = forms_of(name)
    levels = [level_of(word, held) for word in typed.words if word.needed]
    known = [level for level in levels if level is not None]
    return max(known, default=Level.WHOLE) if len(known) == len(levels) else None
