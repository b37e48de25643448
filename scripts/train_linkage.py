"""Train the definition of linkage that comes with a release, on invented people alone: python scripts/train_linkage.py NAME FILE.

The people, their names and their scripts are those of the demonstration; each stands twice, the second time with what clerks and systems
do to a name, a day, a number and an address. Who is who is known, so the levels are counted. The same seed gives the same definition.
"""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longstop.demo.invention.naming import Word, tongues
from longstop.demo.invention.people import Person, invent
from longstop.demo.invention.plan import Plan
from longstop.linkage.comparisons import BORN, ELSE, NAME, NATIONALITY, NUMBERS, PLACES, POSTCODE, Comparison
from longstop.linkage.definitions import Definition
from longstop.linkage.levels import compare
from longstop.linkage.model import LEAST, Model, Odds
from longstop.linkage.scoring import named_levels
from longstop.people.comparable import comparable

COMPARED = [NAME, BORN, NUMBERS, POSTCODE, PLACES, NATIONALITY]
PERSONS, SEED = 12_000, 20_261_122
CHANCE_PAIRS = 600_000
IMAGINED = 20.0  # pairs of each comparison that are imagined, spread over its levels: none is impossible
TRAINED = (
    f"By counting, on {PERSONS:,} invented people, each standing twice, the second time with faults in name, day, number or address: how"
    f" likely each level is in one person's records from those pairs, and by chance from {CHANCE_PAIRS:,} pairs of different people (seed"
    f" {SEED}). Names and scripts are the demonstration's. On no data about anybody: to be trained anew on a command's own records before"
    " anybody relies on it."
)
_STREETS = ("Station", "Church", "Mill", "Victoria", "Green", "Kings", "Park", "Chapel", "Manor", "Grange", "North", "Albert", "Bridge")


def main(name: str, path: Path) -> None:
    """Will train, and write the definition."""
    twice = list(_records())
    records = comparable(enumerate(twice))
    numbers = np.arange(0, len(twice), 2)
    one_person = _counted(records, numbers, numbers + 1)
    draw = np.random.default_rng(SEED)
    left, right = (draw.integers(0, len(twice), CHANCE_PAIRS) for _ in "lr")
    others = left // 2 != right // 2
    by_chance = _counted(records, left[others], right[others])
    odds = {each.name: _odds(each, one_person[each.name], by_chance[each.name]) for each in COMPARED}
    prior = len(numbers) / (len(twice) * (len(twice) - 1) / 2)
    model = Model(prior=prior, odds=odds, seed=SEED)
    Definition(name=name, dated=date.fromisoformat(name[:10]), trained=TRAINED, model=model).write(path)


def _counted(records: pl.DataFrame, left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, dict[str, int]]:
    """Count the levels of each comparison among these pairs."""
    found = compare(records, pl.DataFrame({"l": left, "r": right}), COMPARED)
    return {each.name: dict(named_levels(found[f"gamma_{each.name}"], each).value_counts().iter_rows()) for each in COMPARED}


def _odds(each: Comparison, one_person: dict[str, int], by_chance: dict[str, int]) -> dict[str, Odds]:
    names = [*(level.name for level in each.levels), ELSE]
    imagined = np.array([0.5, *[2.0] * (len(names) - 2), 4.0])
    imagined *= IMAGINED / imagined.sum()
    told = np.array([one_person.get(name, 0) for name in names]) + imagined
    chance = np.array([by_chance.get(name, 0) for name in names], dtype=np.float64)
    chance = np.maximum(chance / chance.sum(), LEAST)
    return {name: Odds(float(m), float(u)) for name, m, u in zip(names, told / told.sum(), chance / chance.sum(), strict=True)}


def _records() -> Iterator[dict[str, Any]]:
    plan = Plan(scale=1, seed=SEED % 1_000, last_day=date(2026, 11, 22))
    for index in range(PERSONS):
        person, chance = invent(plan, index), Random(f"{SEED}/{index}")
        home = _home(chance)
        yield _written(person, chance, home)
        yield _written_again(person, chance, home)


def _home(chance: Random) -> dict[str, str]:
    kind = chance.choice(("Road", "Street", "Lane", "Close"))
    district = f"{chance.choice('ZYXQ')}{chance.choice('ABCDE')}{chance.randint(1, 40)}"
    end = f"{chance.randint(1, 9)}{chance.choice('ABD')}{chance.choice('EFG')}"
    return {"address": f"{chance.randint(1, 180)} {chance.choice(_STREETS)} {kind}", "postcode": f"{district} {end}"}


def _written(person: Person, chance: Random, home: dict[str, str]) -> dict[str, Any]:
    return {
        "name": _name(person.given.main, person.family.main),
        "aliases": [],
        "date_of_birth": person.born.isoformat(),
        "nationality": person.said,
        "prison_number": person.prison_number,
        "identifiers": list(_numbers(person, chance, lacking=0.3)),
        "addresses": [home] if chance.random() < 0.5 else [],
    }


def _written_again(person: Person, chance: Random, home: dict[str, str]) -> dict[str, Any]:
    """Write somebody down as another agency, or the same one years later, might."""
    number = {0: person.prison_number, 1: f"R{chance.randint(1000, 9999)}{chance.choice('AB')}{chance.choice('CD')}"}.get(
        chance.randrange(3), ""
    )
    given, family = _respelt(person.given, chance), _respelt(person.family, chance)
    if chance.random() < 0.06:
        given, family = family, given
    if chance.random() < 0.08:
        family = f"{family} {chance.choice(tongues()[person.tongue].family).main}"
    alias = _name(person.given.script, person.family.script) if person.given.script and chance.random() < 0.2 else None
    home = home if chance.random() < 0.4 else _home(chance)
    return {
        "name": _name(given, family),
        "aliases": [alias] if alias else [],
        "date_of_birth": _respelt_day(person.born.isoformat(), chance),
        "nationality": person.said if chance.random() < 0.8 else "",
        "prison_number": number,
        "identifiers": list(_numbers(person, chance, lacking=0.7)),
        "addresses": [home] if chance.random() < 0.6 else [],
    }


def _name(given: str, family: str) -> dict[str, str]:
    return {"given": given, "family": family, "as_written": f"{given} {family}"}


def _numbers(person: Person, chance: Random, *, lacking: float) -> Iterator[dict[str, str]]:
    for kind, value in (("pnc", person.pnc), ("cro", person.cro)):
        if value and chance.random() >= lacking:
            yield {"kind": kind, "value": value}


def _respelt(word: Word, chance: Random) -> str:
    lot = chance.random()
    if lot < 0.15 and word.others:
        return chance.choice(word.others)
    if lot < 0.22 and word.script:
        return word.script
    if lot < 0.34:
        return _mistyped(word.main, chance)
    return word.main.upper() if lot < 0.5 else word.main


def _mistyped(text: str, chance: Random) -> str:
    place = chance.randrange(max(1, len(text) - 1))
    return chance.choice((text[:place] + text[place + 1 :], text[:place] + text[place : place + 2][::-1] + text[place + 2 :]))


def _respelt_day(day: str, chance: Random) -> str:
    year, month, last = day.split("-")
    lot = chance.random()
    if lot < 0.05:
        return f"{year}-{last}-{month}" if int(last) <= 12 else f"{year}-{month}-{int(last) % 9 + 10}"
    if lot < 0.08:
        return f"{year}-01-01"
    if lot < 0.12:
        return f"{int(year) + chance.choice((-1, 1, 10))}-{month}-{last}"
    return day


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
