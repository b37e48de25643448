"""Who there is: invented persons and their relatives, in which list each stands, under which numbers. Nothing is wrong about them yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from bench.faults import numbers
from bench.faults.names import EMPTY, Full, Origin, Word, in_own_script, origins, spellings
from bench.faults.tables import read

TWIN, SIBLING, PARENT, NAMESAKE = "twin", "sibling", "parent", "namesake"
RELATED = {TWIN: 0.005, SIBLING: 0.03, PARENT: 0.01, NAMESAKE: 0.001}
"""How many of all persons are somebody's twin (or one of a family, or another of the same name born on the same day)."""
WOMEN, WITH_ALIAS, SECOND_ALIAS = 0.12, 0.25, 0.2
FIRST_DAY, DAYS = date(1945, 1, 1), 22_600
OURS, THEIRS, BOTH = range(3)


@dataclass(frozen=True)
class Sizes:
    """How many records each list has, and how many in a hundred persons of theirs are in ours too."""

    theirs: int
    ours: int
    shared: float = 0.6


@dataclass(frozen=True)
class Person:
    """An invented person, as everything really is."""

    person: int
    origin: Origin
    sex: str
    born: str
    given: Word
    middle: Word
    family: dict[str, Word]
    town: str
    postcode: str
    relation: str = ""
    of: int | None = None

    @property
    def surname(self) -> Word:
        """Give the surname as one of this sex bears it."""
        return self.family[self.sex]


@dataclass(frozen=True)
class Places:
    """For each person in which list they stand, and for each list how many numbers each of its persons has there."""

    lists: bytearray
    twice: dict[int, frozenset[int]]


def plan(sizes: Sizes, chance: Random) -> Places:
    """Say who stands where, so that each list has exactly as many records as are asked for."""
    split = read("rates")["records"]["split"]
    again = {OURS: round(sizes.ours * split["ours"] / (1 + split["ours"])), THEIRS: round(sizes.theirs * split["theirs"])}
    ours, theirs = sizes.ours - again[OURS], sizes.theirs - again[THEIRS]
    both = min(round(theirs * sizes.shared), ours)
    lists = bytearray([BOTH] * both + [OURS] * (ours - both) + [THEIRS] * (theirs - both))
    chance.shuffle(lists)
    twice = {each: frozenset(chance.sample(range(count), again[each])) for each, count in ((OURS, ours), (THEIRS, theirs))}
    return Places(lists, twice)


def population(sizes: Sizes, *, seed: int) -> Iterator[dict[str, Any]]:
    """Give every person with the numbers of their records in both lists: the rows of the truth."""
    chance = Random(f"{seed}:people")
    places = plan(sizes, chance)
    persons, records = [0, 0], [0, 0]
    for row, place in zip(_people(len(places.lists), chance), places.lists, strict=True):
        for each, letter, column in ((OURS, "H", "ours"), (THEIRS, "P", "theirs")):
            row[column] = []
            if place in (each, BOTH):
                for _ in range(2 if persons[each] in places.twice[each] else 1):
                    row[column].append(numbers.record_number(letter, records[each]))
                    records[each] += 1
                persons[each] += 1
        yield row


def _people(number: int, chance: Random) -> Iterator[dict[str, Any]]:
    every = origins()
    weights = list(accumulate(each.share for each in every))
    kinds, shares = list(RELATED), list(accumulate(RELATED.values()))
    last: Person | None = None
    for person in range(1, number + 1):
        drawn = chance.random()
        if last and drawn < shares[-1]:
            kind = next(name for name, share in zip(kinds, shares, strict=True) if drawn < share)
            found = _related(last, kind, person, chance)
        else:
            origin = chance.choices(every, cum_weights=weights)[0]
            sex = "F" if chance.random() < WOMEN else "M"
            family = dict(origin.draw_family(chance))
            born = _birth(origin, chance)
            given, middle = origin.draw_given(chance, sex)
            last = found = Person(person, origin, sex, born, given, middle, family, chance.choice(origin.towns), postcode(chance))
        yield _row(found, chance)


def _related(one: Person, kind: str, person: int, chance: Random) -> Person:
    """Invent a relative, or another of the same name who was born on the same day."""
    if kind == NAMESAKE:
        home = {"town": chance.choice(one.origin.towns), "postcode": postcode(chance)}
        middle = one.origin.draw_given(chance, one.sex)[1]
        return Person(person, one.origin, one.sex, one.born, one.given, middle, one.family, **home, relation=kind, of=one.person)
    given, middle = one.origin.draw_given(chance, one.sex)
    while given == one.given:
        given, _ = one.origin.draw_given(chance, one.sex)
    years = {TWIN: 0, SIBLING: chance.choice((-9, -6, -4, -3, -2, 2, 3, 5, 7)), PARENT: -chance.randrange(19, 36)}[kind]
    born = one.born if kind == TWIN else (date.fromisoformat(one.born) + timedelta(days=365 * years + chance.randrange(360))).isoformat()
    return Person(person, one.origin, one.sex, born, given, middle, one.family, one.town, one.postcode, kind, one.person)


def _birth(origin: Origin, chance: Random) -> str:
    """Draw a date of birth. Where only the year is known, papers say 1 January; that is what the person has always been."""
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    return f"{day.year}-01-01" if chance.random() < origin.january else day.isoformat()


def postcode(chance: Random) -> str:
    """Draw a postcode of a form that is used, in areas that there are not."""
    area = chance.choice("QVX") + chance.choice("ABDEFGHJLNPQRSTUWXYZ")
    return f"{area}{chance.randrange(1, 20)} {chance.randrange(1, 10)}{chance.choice('ABDEF')}{chance.choice('GHJL')}"


def _row(found: Person, chance: Random) -> dict[str, Any]:
    ways = spellings(found.given, found.middle, found.surname)
    return {
        "person": found.person,
        "origin": found.origin.name,
        "script": found.origin.script,
        "relation": found.relation,
        "of": found.of,
        "sex": found.sex,
        "born": found.born,
        "nationality": chance.choice(found.origin.nationalities),
        "town": found.town,
        "postcode": found.postcode,
        "names": [list(each) for each in ways],
        "native": [list(each) for each in in_own_script(found.given, found.middle, found.surname)],
        "aliases": [list(each) for each in _aliases(found, chance)],
        "prison_number": numbers.prison_number(found.person),
        "pnc": numbers.pnc(found.person, found.born),
        "cro": numbers.cro(found.person),
        "home_office_reference": numbers.home_office_reference(found.person, ways[0][2]),
    }


def _aliases(found: Person, chance: Random) -> Iterator[Full]:
    """Give the false names that a person uses: another surname, another name altogether, or one from elsewhere."""
    if chance.random() >= WITH_ALIAS:
        return
    true = spellings(found.given, EMPTY, found.surname)[0]
    for _ in range(2 if chance.random() < SECOND_ALIAS else 1):
        alias = true
        while alias == true:
            drawn = chance.random()
            origin = found.origin if drawn < 0.8 else chance.choice(origins())
            given = found.given if drawn < 0.5 else origin.draw_given(chance, found.sex)[0]
            alias = spellings(given, EMPTY, origin.draw_family(chance)[found.sex])[0]
        yield alias
