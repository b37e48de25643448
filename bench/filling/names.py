"""Invented names, some common and most rare, with the search keys of each worked out once. Whoever they resemble, nobody is meant."""

from functools import cache, lru_cache
from random import Random

from longstop.people.finding import BORN, KEYED, VERSION, keys_of_name

GIVEN = [
    "Ilir",
    "Agron",
    "Besnik",
    "Dritan",
    "Sokol",
    "Tomasz",
    "Zbigniew",
    "Mihai",
    "Doru",
    "Delroy",
    "Winston",
    "Rohan",
    "Tariq",
    "Imran",
    "Bilal",
    "Chidi",
    "Minh",
    "Thanh",
    "Goran",
    "Dusan",
]
STARTS = [*"BCDFGHJKLMNPRSTVWZ", "Br", "Dr", "Kr", "St", "Pr", "Tr", "Gr"]
MIDDLES = ["arad", "erov", "ilin", "ojan", "unak", "aler", "odan", "imov", "uric"]
ENDS = ["ic", "ov", "man", "sson", "ski", "eanu", "aku", "idze", "oku", "pour", "aj", "nen"]
FAMILIES = 2_000
COMMONEST_FIRST = 20  # the larger, the less common the commonest family name: 20 lets one person in a hundred bear it


@cache
def family_names() -> list[str]:
    """Give two thousand family names, the commonest first."""
    made = [start + middle + end for end in ENDS for middle in MIDDLES for start in STARTS]
    return made[:FAMILIES]


COMMON = "Baradic"  # the first of them


@cache
def _weights() -> list[float]:
    total, found = 0.0, []
    for place in range(FAMILIES):
        total += 1 / (place + COMMONEST_FIRST)
        found.append(total)
    return found


def draw(chance: Random) -> tuple[str, str]:
    """Draw (given name, family name)."""
    return chance.choice(GIVEN), chance.choices(family_names(), cum_weights=_weights())[0]


@lru_cache(maxsize=10_000)
def keys(name: str) -> frozenset[tuple[str, str]]:
    """Give the search keys of one word of a name, by the product's own rules."""
    return frozenset(keys_of_name(name))


def keys_of(given: str, family: str, born: str) -> set[tuple[str, str]]:
    """Give what a person of one given and one family name is found by, as `people.rules.keys_of` does."""
    words = " ".join(sorted((given.casefold(), family.casefold())))
    return {(KEYED, VERSION), (BORN, born), ("name_and_birth", f"{words} {born}"), *keys(given), *keys(family)}
