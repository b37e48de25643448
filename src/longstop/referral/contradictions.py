"""What speaks against two persons being one: they were in two prisons on one day, or bear different numbers of which a person has one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from longstop.intake.versions import Arrived, versions_of
from longstop.kernel.dates import in_words
from longstop.people import queries as people
from longstop.people.rules import ON_A_ROLL, borne, differing

NUMBERS: Mapping[str, str] = {"pnc": "PNC numbers", "cro": "CRO numbers", "fingerprint": "fingerprint references"}


@dataclass(frozen=True)
class Contradiction:
    """One thing that speaks against it: a code of `rules.REASONS`, and what it is in words."""

    code: str
    words: str


@dataclass(frozen=True, order=True)
class Stay:
    """In a prison on each day from `first` to `last`, as one record says."""

    first: date
    last: date
    prison: str


def contradictions(person_id: int, other_id: int, *, moved: Collection[int] = ()) -> list[Contradiction]:
    """Give what speaks against these two being one, from their records as they stand and as they stood. Two queries.

    `moved` are the numbers under which the other's records came, where they are joined by now.
    """
    said = people.said_of((person_id, other_id))
    whose = {each.number: other_id if each.number in moved else each.person_id for each in said}
    arrived = versions_of(whose)
    sides = (person_id, other_id)
    one, other = ([each.content for each in said if whose[each.number] == side] for side in sides)
    here, there = (stays_of(each for each in arrived if whose.get(each.person_id) == side) for side in sides)
    return [*different_numbers(one, other), *two_prisons(here, there)]


def different_numbers(one: Iterable[Mapping[str, Any]], other: Iterable[Mapping[str, Any]]) -> list[Contradiction]:
    """Say of which numbers, that a person has once, both have some and share none."""
    here, there = ({key for content in contents for key in borne(content)} for contents in (one, other))
    return [Contradiction(f"different_{kind}", f"They have different {NUMBERS[kind]}.") for kind in differing(here, there)]


def stays_of(arrived: Iterable[Arrived]) -> list[Stay]:
    """Give where records had somebody in prison, day by day: from the list that first said so to the last that did.

    The day on which a record says something else belongs to what it says then.
    """
    told: dict[int, list[Arrived]] = {}
    for each in arrived:
        told.setdefault(each.person_id, []).append(each)
    stays = []
    for versions in told.values():
        for now, after in pairwise([*versions, None]):
            assert now is not None
            last = now.last_seen_at.date() if after is None else date.fromordinal(after.observed_at.date().toordinal() - 1)
            held = now.content.get("custody") or {}
            if held.get("status") in ON_A_ROLL and held.get("prison") and now.observed_at.date() <= last:
                stays.append(Stay(now.observed_at.date(), last, str(held["prison"])))
    return sorted(stays)


def two_prisons(one: Sequence[Stay], other: Sequence[Stay]) -> list[Contradiction]:
    """Say on which day, the first, both were in prison, and not in the same one."""
    days = [
        (max(here.first, there.first), here.prison, there.prison)
        for here in one
        for there in other
        if here.prison != there.prison and max(here.first, there.first) <= min(here.last, there.last)
    ]
    if not days:
        return []
    day, here, there = min(days)
    return [Contradiction("two_prisons", f"On {in_words(day)} one was in prison at {here}, the other at {there}.")]
