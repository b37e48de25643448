"""Everybody in some prisons, whole: rolls, records, and rolls again until they hold nobody who has not been fetched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from longstop.gateways.prisoner_search.asking import KEPT, Trouble
from longstop.gateways.prisoner_search.part import Part
from longstop.gateways.prisoner_search.service import MOST_NUMBERS, Record

ROUNDS = 10
IN_TRANSIT = "TRN"
"""The code of nowhere: whoever is on the way between two prisons. The only roll that may be empty."""

Tell = Callable[[str, int, int], None]  # told what is done, how much of it, and of how much


class Search(Protocol):
    """What is asked; `PrisonerSearch` is one."""

    def roll(self, prison: str, /) -> list[str]: ...

    def records(self, numbers: Sequence[str], /) -> list[Record]: ...


class Restless(Trouble):
    """Somebody is on the service's list whom it does not tell of, each time that it is asked."""


@dataclass(frozen=True)
class Collected:
    """How many were fetched; and how many of them, or beside them, were on a first roll and unknown to the service by the end."""

    people: int
    withdrawn: int
    rounds: int


def collect(search: Search, part: Part, *, prisons: Sequence[str], tell: Tell | None = None) -> Collected:
    """Fetch everybody into `part`. Raises Trouble, Restless; what was fetched stays in the part.

    A number withdrawn meanwhile (the prison service joined two records) is counted, not fetched. Whoever was in one of these prisons when
    its roll was read, first or last, is in the part, wherever they are by then.
    """
    for number, prison in enumerate(prisons):
        if tell:
            tell("lists", number, len(prisons))
        if prison not in part.rolls:
            part.add_roll(prison, _roll(search, prison))
    for rounds in range(1, ROUNDS + 1):
        _fetch(search, part, tell)
        last: set[str] = set()
        for prison in prisons:
            numbers = _roll(search, prison)
            last.update(numbers)
            if set(numbers) - part.wanted:
                part.add_roll(prison, numbers)
        if last <= part.fetched:
            return Collected(people=len(part.fetched), withdrawn=len(part.lacking()), rounds=rounds)
    missing = len(last - part.fetched)
    raise Restless(f"{missing:,} of those on the lists of these prisons were not told of, after {ROUNDS} rounds. {KEPT}")


def _roll(search: Search, prison: str) -> list[str]:
    numbers = search.roll(prison)
    if not numbers and prison != IN_TRANSIT:
        raise Trouble(f"The service knows of nobody in {prison}. Check the code; leave a prison that is empty or closed out.")
    return numbers


def _fetch(search: Search, part: Part, tell: Tell | None) -> None:
    lacking = part.lacking()
    for start in range(0, len(lacking), MOST_NUMBERS):
        part.add_records(search.records(lacking[start : start + MOST_NUMBERS]))
        if tell:
            tell("records", len(part.fetched), len(part.wanted))
