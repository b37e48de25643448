"""What words for a nationality mean, so that what two sides say is compared and not how they spell it. Pure: no ORM, no clock.

Nationality is many-valued and disputed (domain.md 5.2). It is compared here, and goes no further: no order, line or date is made of it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from longstop.kernel.policy import load
from longstop.kernel.text import fold

NOT_BRITISH = "not GB"
"""What our side says where it took somebody on as not British, and no record of ours says of what nationality they are."""


def meant(said: Iterable[str], *, today: date) -> frozenset[str]:
    """Give the codes that one side's words may mean; none where it says nothing definite.

    A word for "not known" says nothing beside another. One that is on no list, or that speaks of several nationalities without naming them,
    may mean anything: it makes what the side says indefinite, since nobody could show that the other disagrees with it.
    """
    found: set[str] = set()
    for word in {fold(each) for each in said if each.strip()}:
        if codes := _words(today).get(word):
            found |= codes
        elif word not in _nothing(today):
            return frozenset()
    return frozenset(found)


def disagree(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Say whether two sides say different nationalities: each says something, and they have none in common."""
    return bool(ours and theirs) and not ours & theirs


def spelt(codes: Iterable[str]) -> str:
    """Give codes as they are kept, in an order of their own."""
    return " ".join(sorted(codes))


class NotANationality(ValueError):
    """The word is no nationality, or may mean several. Remedy: write one that policy/nationalities.toml knows, or its code."""


def code_of(word: str, *, today: date) -> str:
    """Give the one code that a word or code means. Raises NotANationality."""
    codes = {word.strip().upper()} & _lines(today).keys() or _words(today).get(fold(word), frozenset())
    if len(codes) != 1:
        raise NotANationality(f"{word!r} is no nationality that is known here, or may be one of several.")
    return next(iter(codes))


def in_words(kept: str, *, today: date) -> str:
    """Give what was kept of a side, in words."""
    if kept == NOT_BRITISH:
        return "Taken on as not British"
    return ", ".join(dict.fromkeys(_names(today).get(code, code) for code in kept.split()))


@cache
def _lines(today: date) -> Mapping[str, tuple[str, ...]]:
    rows = (line.partition(" ") for line in load("nationalities").at("meanings", today).texts("words"))
    return {code: tuple(word.strip() for word in words.split(",")) for code, _, words in rows}


@cache
def _words(today: date) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for code, words in _lines(today).items():
        for word in words:
            found[fold(word)] = found.get(fold(word), frozenset()) | {code}
    return found


@cache
def _names(today: date) -> Mapping[str, str]:
    return {code: words[0] for code, words in _lines(today).items()}


@cache
def _nothing(today: date) -> frozenset[str]:
    return frozenset(fold(word) for word in load("remit").at("nationality", today).texts("unknown"))
