"""Names that fit together, by where they are from: how they are spelt, in one way or several, and written in their own script."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from bench.faults.letters import chinese, in_latin, korean
from bench.faults.tables import SCRIPTS, read, words

COMMONEST_FIRST = 5  # the larger, the less common the commonest name
WITH_MIDDLE, OF_THE_RARE = 0.55, 0.45
Full = tuple[str, str, str]  # forename, middle names, surname


class Word(NamedTuple):
    """A name: its spellings in Latin letters, the usual first, and how it is written in its own script, if that is another."""

    latin: tuple[str, ...]
    native: tuple[str, ...] = ()


EMPTY = Word(("",), ("",))


@dataclass(frozen=True)
class Pool:
    """Names to draw from, the first the commonest."""

    every: Sequence[Word]
    weights: Sequence[float] = field(init=False)

    def __post_init__(self) -> None:
        """Weigh the names by their places."""
        object.__setattr__(self, "weights", list(accumulate(1 / (place + COMMONEST_FIRST) for place in range(len(self.every)))))

    def draw(self, chance: Random) -> Word:
        """Draw a name."""
        return chance.choices(self.every, cum_weights=self.weights)[0]


@dataclass(frozen=True)
class Origin:
    """Where names are from: by sex the forenames, middle names and surnames; what else is common there."""

    name: str
    script: str
    share: float
    january: float
    nationalities: Sequence[str]
    towns: Sequence[str]
    given: Mapping[str, Pool]
    middle: Mapping[str, Pool]
    family: Mapping[str, Pool]
    rare: Mapping[str, Pool]

    def draw_given(self, chance: Random, sex: str) -> tuple[Word, Word]:
        """Draw a forename and another middle name, which may be none."""
        given = self.given[sex].draw(chance)
        if chance.random() >= WITH_MIDDLE or not self.middle[sex].every:
            return given, EMPTY
        middle = self.middle[sex].draw(chance)
        while middle == given:
            middle = self.middle[sex].draw(chance)
        return given, middle

    def draw_family(self, chance: Random) -> Mapping[str, Word]:
        """Draw a surname, as men and women of one family bear it."""
        rare = bool(self.rare["M"].every) and chance.random() < OF_THE_RARE
        pools = self.rare if rare else self.family
        place = chance.choices(range(len(pools["M"].every)), cum_weights=pools["M"].weights)[0]
        return {sex: pools[sex].every[place] for sex in "MF"}


def spellings(given: Word, middle: Word, family: Word) -> list[Full]:
    """Give the whole name in each way in which its parts are spelt alike, the usual first, each once."""
    ways = max(len(each.latin) for each in (given, middle, family))
    return list(dict.fromkeys((_way(given.latin, n), _way(middle.latin, n), _way(family.latin, n)) for n in range(ways)))


def in_own_script(given: Word, middle: Word, family: Word) -> list[Full]:
    """Give the whole name in its own script, in each way of writing it; nothing where that is the Latin one."""
    if not given.native:
        return []
    ways = max(len(each.native) for each in (given, middle, family))
    return list(dict.fromkeys((_way(given.native, n), _way(middle.native, n), _way(family.native, n)) for n in range(ways)))


def _way(each: Sequence[str], n: int) -> str:
    return each[min(n, len(each) - 1)] if each else ""


@cache
def origins() -> Sequence[Origin]:
    """Give where names are from, as the tables say."""
    return [_origin(name, said, script) for script in SCRIPTS for name, said in read(script).items()]


@cache
def short_forms() -> Mapping[str, tuple[str, ...]]:
    """Give for each spelling of a forename what its bearer is called, spelt by the same standard."""
    found: dict[str, tuple[str, ...]] = {}
    for script in SCRIPTS:
        for name, said in read(script).items():
            for entry in words(said.get("short", "")):
                full, *short = entry.split("/")
                ways = [_spell(name, script, each) for each in (full, *short)]
                for n, spelt in enumerate(ways[0].latin):
                    found[spelt] = tuple(dict.fromkeys(_way(each.latin, n) for each in ways[1:]))
                if script in ("cyrillic", "greek"):
                    found[full] = tuple(short)
    return found


def _origin(name: str, said: Mapping[str, Any], script: str) -> Origin:
    pools = _asian(script, said) if script in ("han", "hangul") else _spelt(name, said, script)
    return Origin(name, script.capitalize(), said["share"], said["january"], said["nationality"], words(said["towns"]), **pools)


def _spelt(name: str, said: Mapping[str, Any], script: str) -> dict[str, Mapping[str, Pool]]:
    def pool(entries: Iterable[str]) -> Pool:
        return Pool([_spell(name, script, each) for each in entries])

    given = {"M": pool(words(said["men"])), "F": pool(words(said["women"]))}
    middle = {"M": given["M"], "F": given["M"]} if said.get("middle") == "men" else given
    if "middles" in said:
        fathers = words(said["middles"])
        middle = {"M": pool(fathers), "F": pool(each.removesuffix("ич") + "на" if each.endswith("ич") else each for each in fathers)}
    family = list(_by_sex(words(said["family"]), gendered=script in ("cyrillic", "greek")))
    rare = list(_rare(said))
    return {
        "given": given,
        "middle": middle,
        "family": {sex: pool(each[sex] for each in family) for sex in "MF"},
        "rare": {sex: pool(each[sex] for each in rare) for sex in "MF"},
    }


def _by_sex(entries: Iterable[str], *, gendered: bool) -> Iterator[dict[str, str]]:
    for entry in entries:
        man, _, woman = entry.partition("/")
        yield {"M": man, "F": woman or man} if gendered else {"M": entry, "F": entry}


def _rare(said: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for ending in _by_sex(words(said.get("endings", "")), gendered=True):
        for stem in words(said["stems"]):
            yield {sex: stem + ending[sex] for sex in "MF"}


def _spell(name: str, script: str, entry: str) -> Word:
    if script in ("cyrillic", "greek"):
        return Word(in_latin(entry, name), (entry,))
    native, equals, latin = entry.partition("=")
    return Word(tuple(latin.split("/")), (native,)) if equals else Word(tuple(entry.split("/")))


def _asian(script: str, said: Mapping[str, Any]) -> dict[str, Mapping[str, Pool]]:
    read_as: Callable[[str, str, str], tuple[Word, Word]] = _chinese if script == "han" else _korean
    signs, families = said["given"].split(), said["family"].split()
    pairs = [(one, other) for one in signs for other in signs if one != other]
    single = [(one, "") for one in signs] if script == "han" else []
    # Every sign alone beside every pair: a fixed order that mixes them, so that the commonest are not all of one sign.
    mixed = sorted([*single * 8, *pairs], key=lambda pair: Random("".join(pair)).random())
    given = Pool([read_as(families[0], *pair)[0] for pair in dict.fromkeys(mixed)])
    family = Pool([read_as(each, signs[0], "")[1] for each in families])
    none = Pool([])
    return {
        "given": {"M": given, "F": given},
        "middle": {"M": none, "F": none},
        "family": {"M": family, "F": family},
        "rare": {"M": none, "F": none},
    }


def _chinese(family: str, one: str, other: str) -> tuple[Word, Word]:
    whole = chinese(family)
    signs = [chinese(each) for each in (one, other) if each]
    native = tuple("".join(each[0][n] for each in signs) for n in range(2))
    pinyin, wade, cantonese = ([each[1][n] for each in signs] for n in range(3))
    ways = ("".join(pinyin).capitalize(), "-".join(wade).capitalize(), " ".join(each.capitalize() for each in cantonese))
    return Word(ways, native), Word(tuple(each.title() if "-" in each else each.capitalize() for each in whole[1]), whole[0])


def _korean(family: str, one: str, other: str) -> tuple[Word, Word]:
    ways = korean(family, one + other)
    return Word(tuple(way[0] for way in ways), (one + other,)), Word(tuple(way[1] for way in ways), (family,))
