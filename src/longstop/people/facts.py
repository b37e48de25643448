"""Facts of a person: what every record says of one, beside the others, since when and last confirmed when. Pure, no ORM, no clock.

Nothing is weighed and no value is put in another's place: where records disagree, all that they say stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum, auto
from itertools import pairwise

from longstop.kernel.text import fold

Moment = date | datetime


class Holds(Enum):
    """How many of a thing a person has, and so which records disagree about it. A record that says nothing disagrees with nobody."""

    ONE = auto()  # any two that are not alike
    SOME = auto()  # two records that have none in common
    OF_AGENCY = auto()  # two agencies that have none in common: each may have several of its own records, each with its own
    ANY = auto()  # never: one who knows another contradicts nobody


@dataclass(frozen=True, kw_only=True)
class Value:
    """One thing that a record says, in words; `key` is what it is compared by where two agencies have other words for one thing.

    A key of None is for words that say nothing, such as "Not known".
    """

    words: str
    key: str | None = ""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What one record said of one fact over time, oldest first; `confirmed` is when it was last seen to say what it says now.

    The first moment is None where it is not known since when. `over` is the moment from which it says nothing any more.
    """

    source: str
    told: tuple[tuple[Moment | None, tuple[Value, ...]], ...]
    confirmed: Moment | None
    over: Moment | None = None


@dataclass(frozen=True, kw_only=True)
class Sayer:
    """An agency that says a value: since when without a break, None where that is not known, and when it was last confirmed."""

    source: str
    since: Moment | None
    confirmed: Moment | None


@dataclass(frozen=True, kw_only=True)
class Said:
    """A value, with each agency that says it."""

    words: str
    by: tuple[Sayer, ...]


@dataclass(frozen=True, kw_only=True)
class Before:
    """A value that an agency said and says no more, with the moment at which it stopped."""

    words: str
    source: str
    until: Moment


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact: what is said of it now, whether those who say so disagree, and what was said before, the newest first."""

    name: str
    said: tuple[Said, ...]
    before: tuple[Before, ...]
    differs: bool


def merge(name: str, tellings: Iterable[Telling], *, holds: Holds = Holds.ONE) -> Fact | None:
    """Join what records say of one fact; None where no record says or said anything of it.

    A value that agencies write alike to the letter stands once, with each of them; one that they write otherwise stands as each writes it.
    """
    found = list(tellings)
    said: dict[str, dict[str, Sayer]] = {}
    for telling in found:
        for value in _now(telling):
            sayers = said.setdefault(value.words, {})
            sayer = Sayer(source=telling.source, since=_since(telling.told, value.words), confirmed=telling.confirmed)
            sayers[telling.source] = _both(sayers[telling.source], sayer) if telling.source in sayers else sayer
    before = _before(found)
    if not said and not before:
        return None
    views = tuple(Said(words=words, by=tuple(sayers.values())) for words, sayers in said.items())
    return Fact(name=name, said=views, before=before, differs=_differ(found, holds))


def _now(telling: Telling) -> tuple[Value, ...]:
    return telling.told[-1][1] if telling.told and telling.over is None else ()


def _both(one: Sayer, other: Sayer) -> Sayer:
    """Two records of one agency say the same: the agency says so since the earlier, and confirmed it with the later."""
    since = None if one.since is None or other.since is None else min(one.since, other.since, key=_day)
    confirmed = [each for each in (one.confirmed, other.confirmed) if each is not None]
    return Sayer(source=one.source, since=since, confirmed=max(confirmed, key=_day) if confirmed else None)


def _since(told: Sequence[tuple[Moment | None, tuple[Value, ...]]], words: str) -> Moment | None:
    since = told[-1][0]
    for moment, values in reversed(told):
        if alike(words) not in {alike(each.words) for each in values}:
            break
        since = moment
    return since


def _before(tellings: Iterable[Telling]) -> tuple[Before, ...]:
    found: dict[tuple[str, str], Before] = {}
    for telling in tellings:
        steps = [*telling.told, (telling.over, ())] if telling.over is not None else list(telling.told)
        now = {alike(each.words) for each in _now(telling)}
        for (_, values), (ended, _) in pairwise(steps):
            for value in values:
                if ended is not None and alike(value.words) not in now:
                    found[value.words, telling.source] = Before(words=value.words, source=telling.source, until=ended)
    return tuple(sorted(found.values(), key=lambda each: _day(each.until), reverse=True))


def _differ(tellings: Iterable[Telling], holds: Holds) -> bool:
    views: dict[object, set[str]] = {}
    for place, telling in enumerate(tellings):
        view = {mark for value in _now(telling) if (mark := _mark(value))}
        if view:
            views.setdefault(telling.source if holds == Holds.OF_AGENCY else place, set()).update(view)
    found = list(views.values())
    if holds == Holds.ANY or not found:
        return False
    if holds == Holds.ONE:
        return len(set().union(*found)) > 1
    return any(not one & other for place, one in enumerate(found) for other in found[place + 1 :])


def _mark(value: Value) -> str | None:
    return alike(value.words) if value.key == "" else value.key


def alike(words: str) -> str:
    """Give what words are compared by: without regard to case, accents and the order of the words."""
    return " ".join(sorted(fold(words).split()))


def _day(moment: Moment) -> str:
    """Order days and moments, which do not compare with one another."""
    return (moment.astimezone(UTC) if isinstance(moment, datetime) else moment).isoformat()
