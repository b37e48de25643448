"""What answers about pairs of records come to: whom somebody must be asked about, whom software might join, which join is in doubt.

What a person has decided stands above every answer, under every version; what was asked once is not asked again. Nothing is written here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from longstop.audit.bulk import among
from longstop.cases import queries as cases
from longstop.kernel.policy import load
from longstop.linkage.deciding import Answer
from longstop.people.answers import ASKS, answers_about, beside, heard_under, joined_by_people, parted_by_people
from longstop.people.comparing import Pair
from longstop.people.linkage_versions import put_in_force
from longstop.referral.models import Consideration, Question

ONE_PERSON, RIGHTLY = "possibly_same_person", "joined_rightly"
GUARDS = frozenset({"identifiers", "prisons", "relative", "group"})


class Kind(StrEnum):
    """What an answer comes to."""

    JOIN = "join"
    LOOK = "look"
    FRACTURE = "fracture"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What an answer comes to about two persons. Of a fracture `other_id` is the number under which the joined record came.

    `about` are the pairs of numbers, of persons and records, about any of which somebody may have been asked or have decided.
    """

    kind: Kind
    person_id: int
    other_id: int
    probability: float
    because: str
    about: frozenset[frozenset[int]]

    @property
    def persons(self) -> frozenset[int]:
        """Give both numbers."""
        return frozenset((self.person_id, self.other_id))


def proposals(pairs: Sequence[Pair], *, version: str = "") -> list[Proposal]:
    """Say what these answers come to, in their order; of the records of two persons the likest pair speaks. At most seven queries.

    With a version, a join is in doubt only where under it nothing else speaks for it either; without, only these pairs are looked at.
    """
    apart = [each for each in pairs if not each.held and each.answer in ASKS]
    joined = _joined_by_software([each for each in pairs if each.held and each.answer == Answer.APART])
    settled = _settled([*apart, *joined])
    return [each for each in (*_between(apart), *_in_doubt(joined, pairs, version)) if not each.about & settled]


def merged(found: Iterable[Proposal]) -> list[Proposal]:
    """Give one proposal about each two persons, where their records were answered about at several times: a guard stands above a join."""
    kept: dict[frozenset[int], Proposal] = {}
    for each in found:
        before = kept.get(each.persons)
        if before is None or (each.because in GUARDS, each.probability) > (before.because in GUARDS, before.probability):
            kept[each.persons] = each
    return list(kept.values())


def _between(pairs: Iterable[Pair]) -> list[Proposal]:
    by_persons: dict[frozenset[int], list[Pair]] = {}
    for each in pairs:
        by_persons.setdefault(frozenset((each.one.person_id, each.other.person_id)), []).append(each)
    return [_of_persons(persons, about) for persons, about in by_persons.items()]


def _of_persons(persons: frozenset[int], pairs: Sequence[Pair]) -> Proposal:
    best = max(pairs, key=lambda each: (each.because in GUARDS, each.weight))
    return Proposal(
        kind=Kind.JOIN if best.answer == Answer.JOIN else Kind.LOOK,
        person_id=min(persons),
        other_id=max(persons),
        probability=best.probability,
        because=best.because,
        about=frozenset({persons, *(frozenset((each.one.number, each.other.number)) for each in pairs)}),
    )


def _joined_number(pair: Pair) -> int | None:
    """Give the number of the record that was joined, where the other is the one by which the person is known."""
    for known, joined in ((pair.one, pair.other), (pair.other, pair.one)):
        if known.number == known.person_id and joined.joined:
            return joined.number
    return None


def _joined_by_software(pairs: Sequence[Pair]) -> list[Pair]:
    """Give those of which software joined one record to the other. One query, where there are any."""
    numbers = {number for each in pairs if (number := _joined_number(each)) is not None}
    by_people = joined_by_people(numbers) if numbers else set()
    return [
        each
        for each in pairs
        for record in (each.one, each.other)
        if record.number == _joined_number(each) and (record.by_software or record.number not in by_people)
    ]


def _in_doubt(joined: Sequence[Pair], pairs: Sequence[Pair], version: str) -> list[Proposal]:
    if not joined:
        return []
    about = list(pairs)
    if version:
        about = answers_about(version, {number for held in beside({each.one.person_id for each in joined}).values() for number in held})
    backed = {record.number for each in about if each.held and each.answer != Answer.APART for record in (each.one, each.other)}
    found = []
    for each in joined:
        number, person = _joined_number(each), each.one.person_id
        if number is not None and number not in backed:
            about_them = frozenset({frozenset((person, number))})
            found.append(
                Proposal(
                    kind=Kind.FRACTURE,
                    person_id=person,
                    other_id=number,
                    probability=each.probability,
                    because=each.because,
                    about=about_them,
                )
            )
    return found


def _settled(pairs: Sequence[Pair]) -> set[frozenset[int]]:
    """Give the pairs of numbers about which somebody was asked, or has decided. Two queries."""
    numbers = {number for each in pairs for number in (each.one.number, each.other.number, each.one.person_id, each.other.person_id)}
    if not numbers:
        return set()
    asked = Question.objects.filter(among("person_id", numbers), among("other_id", numbers), kind__in=(ONE_PERSON, RIGHTLY))
    found = {frozenset((person, other)) for person, other in asked.values_list("person_id", "other_id") if other is not None}
    return found | parted_by_people(numbers)


@dataclass(frozen=True, kw_only=True)
class Touched:
    """An open case of somebody whom a proposal is about, and who owns it."""

    case_id: int
    reference: str
    owner: str
    person_id: int


def touched(found: Collection[Proposal]) -> list[Touched]:
    """Give the open cases that these proposals touch, in the order of their references. One query."""
    held = cases.of_persons({person for each in found for person in each.persons})
    return sorted(
        (
            Touched(case_id=case.pk, reference=case.reference, owner=case.owner.name, person_id=person)
            for person, about in held.items()
            for case in about
            if case.closed_at is None
        ),
        key=lambda each: each.reference,
    )


def software_joins(*, today: date) -> bool:
    """Say whether policy lets software join what is very likely one person. Source: `policy/linkage.toml`, joining."""
    return load("linkage").at("joining", today).flag("by_software")


def last_considered() -> int:
    """Give the last delivery that was considered to its end, 0 where none was. One query."""
    found = Consideration.objects.filter(finished_at__isnull=False).order_by("-receipt_id")
    return found.values_list("receipt_id", flat=True).first() or 0


def awaits_relinking() -> bool:
    """Say whether a list was considered to its end that no finished run under the version in force had in it.

    Never until a version has been put in force. At most three queries.
    """
    version = put_in_force()
    return version is not None and last_considered() > (heard_under(version) or 0)
