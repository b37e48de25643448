"""Whether the records of the two sides say that one person is somebody else, or of another nationality. Pure: no ORM, no clock.

Only what contradicts is told. A side that says nothing disagrees with nobody, and another spelling, script or order of a name, an alias, a
placeholder or a first of January beside a day of the same year contradict nothing (domain.md 5.4).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from longstop.kernel.text import fold
from longstop.people.finding import fits, read
from longstop.people.rules import PLACEHOLDER_BIRTHS, Key, differing, verified
from longstop.reconciliation import nationalities
from longstop.reconciliation.rules import Kind

Content = Mapping[str, Any]
"""A record in the shape in which intake keeps it."""


class Differs(NamedTuple):
    """One field on which the two sides contradict each other, and what each says."""

    kind: Kind
    ours: str
    theirs: str


def compare(ours: Sequence[Content], theirs: Content, *, today: date) -> list[Differs]:
    """Give what our records of a person and theirs contradict each other in."""
    found = []
    one, other = nationality_of(ours, today=today), nationality_of([theirs], today=today)
    if nationalities.disagree(one, other):
        found.append(Differs(Kind.NATIONALITY, nationalities.spelt(one), nationalities.spelt(other)))
    if parts := list(_identity(ours, [theirs])):
        left, right = ("\n".join(f"{name} {said[side]}" for name, said in parts) for side in (0, 1))
        found.append(Differs(Kind.IDENTITY, left, right))
    return found


def nationality_of(records: Iterable[Content], *, today: date) -> frozenset[str]:
    """Give the codes of the nationalities that records give; none where they say nothing definite."""
    words: list[str] = []
    for each in records:
        words += [str(word) for word in each.get("nationalities") or [each.get("nationality") or ""]]
    return nationalities.meant(words, today=today)


def _identity(ours: Sequence[Content], theirs: Sequence[Content]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give each part of who somebody is that differs, as (its name, (ours, theirs))."""
    here, there = _names(ours), _names(theirs)
    if here and there and not any(_one_name(one, other) for one in here for other in there):
        yield "name", (here[0], there[0])
    born, bore = _births(ours), _births(theirs)
    if born and bore and not any(_one_day(one, other) for one in born for other in bore):
        yield "born", (", ".join(sorted(born)), ", ".join(sorted(bore)))
    left, right = _numbers(ours), _numbers(theirs)
    for kind in differing(left, right):
        mine, others = ({key.value for key in keys if key.kind == kind} for keys in (left, right))
        yield kind, (", ".join(sorted(mine)), ", ".join(sorted(others)))


def _names(records: Iterable[Content]) -> list[str]:
    """Give every name and alias, with the middle names and without; the name itself first."""
    found: list[str] = []
    for each in records:
        for name in (each.get("name") or {}, *(each.get("aliases") or ())):
            parts = [str(name.get(part) or "") for part in ("given", "middle", "family")]
            forms = [f"{parts[0]} {parts[2]}", " ".join(parts)] if any(parts) else [str(name.get("as_written") or "")]
            found += [" ".join(form.split()) for form in forms]
    return list(dict.fromkeys(name for name in found if name))


def _one_name(one: str, other: str) -> bool:
    """Say whether two may be one name: the words of either are all in the other, in any order, spelling and script."""
    if sorted(fold(one).split()) == sorted(fold(other).split()):
        return True
    return fits(read(one), other) is not None or fits(read(other), one) is not None


def _births(records: Iterable[Content]) -> set[str]:
    found = set[str]()
    for each in records:
        found |= {str(name.get("date_of_birth") or "") for name in (each, *(each.get("aliases") or ()))}
    return found - PLACEHOLDER_BIRTHS - {""}


def _one_day(one: str, other: str) -> bool:
    """Say whether two may be one day: the first of January is written where only the year is known."""
    return one == other or (one[:4] == other[:4] and "01-01" in (one[5:], other[5:]))


def _numbers(records: Iterable[Content]) -> set[Key]:
    return {key for each in records for key in verified(each)}
