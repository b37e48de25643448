"""Who the invented people are: each follows from the seed and a number alone, so that nobody need be kept in memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from longstop.demo.invention.calibration import mixture, share
from longstop.demo.invention.naming import Tongue, Word, tongues
from longstop.demo.invention.plan import Plan
from longstop.kernel.identifiers import check_letter

_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"
_NUMBERS = len(_LETTERS) ** 2 * 10_000
_STEP = 7_919  # a prime that divides no count of numbers here: every index has a number of its own, and neighbours do not look it
_CRO_SERIALS, _CRO_YEARS = 900_000, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented person. `said` is the nationality as the prison writes it, empty where nobody asked."""

    index: int
    prison_number: str
    given: Word
    family: Word
    female: bool
    born: date
    tongue: str
    said: str
    pnc: str
    cro: str
    booking: str

    @property
    def is_british(self) -> bool:
        """Say whether the prison records the person as British alone."""
        return self.tongue == "british"


def invent(plan: Plan, index: int) -> Person:
    """Give the person of this number."""
    chance = Random(f"{plan.seed}/person/{index}")
    name = _nationality(chance)
    tongue = tongues()[name]
    female = chance.random() < share("prison", "women")
    born = plan.first_day - timedelta(days=int(chance.triangular(18.2, 68, 31) * 365.25))
    if chance.random() < share("dirt", "first_of_january"):
        born = born.replace(year=1971 if born.year == 1970 else born.year, month=1, day=1)
    since = max(born.year + 14, 1982)
    return Person(
        index=index,
        prison_number=prison_number(plan, index),
        given=chance.choice(tongue.women if female else tongue.men),
        family=chance.choice(tongue.family),
        female=female,
        born=born,
        tongue=name,
        said=_said(tongue, name, chance),
        pnc=_pnc(chance, index, since, plan, sure=_needs_pnc(plan, index)),
        cro=_cro(chance, index, since, plan),
        booking=str(1_000_000 + index),
    )


def prison_number(plan: Plan, index: int) -> str:
    """Give the prison number of a person; each index below 4.8 million has another. No real prison gives numbers that begin with Q."""
    spread = (index * _STEP + plan.seed * 104_729) % _NUMBERS
    letters, digits = divmod(spread, 10_000)
    return f"Q{digits:04}{_LETTERS[letters // len(_LETTERS)]}{_LETTERS[letters % len(_LETTERS)]}"


def _nationality(chance: Random) -> str:
    british = share("prison", "british_rows")
    return "british" if chance.random() < british / (1 + british) else pick(mixture, "nationalities", chance)


def _said(tongue: Tongue, name: str, chance: Random) -> str:
    if name != "british" and chance.random() < share("prison", "nationality_unknown"):
        return ""
    return tongue.said[0] if chance.random() < 0.8 else chance.choice(tongue.said)


def pick(read: Callable[[str], Mapping[str, float]], group: str, chance: Random) -> str:
    """Draw one name of a group by its weight."""
    names, bounds = _bounds(read, group)
    return chance.choices(names, cum_weights=bounds)[0]


@cache
def _bounds(read: Callable[[str], Mapping[str, float]], group: str) -> tuple[list[str], list[float]]:
    weights = read(group)
    total, bounds = 0.0, []
    for weight in weights.values():
        total += weight
        bounds.append(total)
    return list(weights), bounds


def _needs_pnc(plan: Plan, index: int) -> bool:
    return plan.on_prisoners.get(index) == "one_person_two_numbers" or plan.on_cases.get(index) == "two_cases_one_person"


def _pnc(chance: Random, index: int, since: int, plan: Plan, *, sure: bool) -> str:
    """Give a PNC number with its letter; with a wrong one, or none, as often as calibration.toml says. No other has its serial."""
    year = chance.randint(min(since, plan.last_day.year - 1), plan.last_day.year - 1)
    serial = 1_000_000 + (index * _STEP + plan.seed) % 9_000_000
    letter = check_letter(int(f"{year % 100:02}{serial:07}"))
    kind = chance.random()
    if kind < share("dirt", "no_pnc") and not sure:
        return ""
    if not sure and kind > 1 - share("dirt", "bad_check_letter"):
        letter = check_letter(int(f"{year % 100:02}{serial:07}") + 1)
    return f"{year}/{serial:07}{letter}"


def _cro(chance: Random, index: int, since: int, plan: Plan) -> str:
    """Give a CRO number that nobody else has: whoever shares its serial number has it of another year. Some have none."""
    block, rest = divmod(index, _CRO_SERIALS)
    years = [year for year in range(since, plan.last_day.year) if year % _CRO_YEARS == block % _CRO_YEARS]
    if chance.random() < share("dirt", "no_cro") or not years:
        return ""
    year, serial = chance.choice(years), 100_000 + (rest * _STEP + plan.seed) % _CRO_SERIALS
    return f"{serial:06}/{year % 100:02}{check_letter(int(f'{year % 100:02}{serial:06}'))}"
