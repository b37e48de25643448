"""Names for invented people that fit their languages: spellings and scripts of the same name beside each other; see names.toml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from longstop.demo.invention.calibration import read_words


@dataclass(frozen=True, slots=True)
class Word:
    """One name as it is mainly written in Latin letters, how else it is, and how in its own script where that is another."""

    main: str
    others: tuple[str, ...]
    script: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """Names that go together, and what prisons write as the nationality of those who bear them."""

    said: tuple[str, ...]
    men: tuple[Word, ...]
    women: tuple[Word, ...]
    family: tuple[Word, ...]


@cache
def tongues() -> Mapping[str, Tongue]:
    """Give every language's names, by the nationality that calibration.toml counts."""
    return {name: _tongue(each) for name, each in read_words("names.toml").items()}


def _tongue(told: Mapping[str, str | Sequence[str]]) -> Tongue:
    return Tongue(tuple(told["said"]), _words(str(told["men"])), _words(str(told["women"])), _words(str(told["family"])))


def _words(text: str) -> tuple[Word, ...]:
    found: list[str] = []
    for part in text.split(" "):
        if "/" in part or "=" in part or part[:1].isascii() or not found or "=" not in found[-1]:
            found.append(part)
        else:  # a name of two words in its own script
            found[-1] += f" {part}"
    return tuple(_word(each) for each in found)


def _word(text: str) -> Word:
    latin, _, script = text.partition("=")
    main, *others = latin.split("/")
    return Word(main, tuple(dict.fromkeys(other for other in others if other != main)), script)
