"""Records compared: which wait for it, with whom each may be one, and what the definition says of each pair. Nothing is written here.

A record is known by the number under which it came, whoever it is joined to. What has been compared under a version and has not changed
since is not compared again, save with what has.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from longstop.audit.actions import SYSTEM
from longstop.audit.bulk import among
from longstop.audit.queries import contents
from longstop.linkage.deciding import Answer, decide
from longstop.linkage.definitions import Definition
from longstop.linkage.model import VERSION
from longstop.linkage.weighing import weigh
from longstop.people.blocking import Commonness, Keys, candidates, most_sharing
from longstop.people.comparable import Content, comparable, keys_of_rows, meeting_keys
from longstop.people.models import LinkageMark, SourceRecord
from longstop.people.rules import ON_A_ROLL, borne, differing

KEYED = f"keys {VERSION}"
LEAST = 0.001
"""Pairs that are less probably one person's are not kept, save those of records that are joined."""


def mark_of(version: str) -> str:
    """Give the mark of a record that was compared under a version."""
    return f"pairs {version}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands: under which number it came, about whom it is, whether it was joined to them, and whether Longstop did it."""

    pk: int
    number: int
    person_id: int
    payload_id: int
    digest: bytes
    source: str
    day: date
    joined: bool
    by_software: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, the one with the smaller number first, weighed and answered. `held`: they are about one person now."""

    one: Record
    other: Record
    probability: float
    unadjusted: float
    weight: float
    answer: str
    because: str
    reasons: Mapping[str, Any]

    @property
    def held(self) -> bool:
        """Say whether both are about one person now."""
        return self.one.person_id == self.other.person_id


def waiting(mark: str, *, after: int = 0, limit: int) -> list[Record]:
    """Give the next records whose content does not bear this mark, in the order of their rows. One query."""
    marked = LinkageMark.objects.filter(number=OuterRef("came_as"), mark=mark, content_digest=OuterRef("content_digest"))
    rows = _standing().filter(~Exists(marked), pk__gt=after).order_by("pk")
    return _read(rows[:limit])


def _standing() -> "QuerySet[SourceRecord, SourceRecord]":
    return SourceRecord.objects.filter(unlinked_at=None).annotate(came_as=Coalesce("number", "person_id"))


def _read(rows: Iterable[SourceRecord]) -> list[Record]:
    return [
        Record(
            pk=each.pk,
            number=each.number or each.person_id,
            person_id=each.person_id,
            payload_id=each.payload_id,
            digest=bytes(each.content_digest),
            source=each.source,
            day=each.observed_at.date(),
            joined=each.number is not None,
            by_software=each.linked_by_id == SYSTEM,
        )
        for each in rows
    ]


def under(numbers: Collection[int]) -> dict[int, Record]:
    """Give the records that came under these numbers, as they stand. One query."""
    own = Q(among("person_id", numbers), number=None)
    return {each.number: each for each in _read(SourceRecord.objects.filter(own | Q(among("number", numbers)), unlinked_at=None))}


def _beside(persons: Collection[int]) -> dict[int, list[Record]]:
    """Give the records of these persons, by person. One query."""
    found: dict[int, list[Record]] = {}
    for each in _read(SourceRecord.objects.filter(among("person_id", persons), unlinked_at=None)):
        found.setdefault(each.person_id, []).append(each)
    return found


def said_by(records: Iterable[Record]) -> dict[int, Content]:
    """Give what these records say, by number; one that was disposed of is left out. One query."""
    every = list(records)
    said = contents(each.payload_id for each in every)
    return {each.number: content for each in every if (content := said.get(each.payload_id))}


def keys_of(said: Mapping[int, Content]) -> dict[int, set[int]]:
    """Give the keys of these records, by number, those that only count what is common among them."""
    return keys_of_rows(comparable(said.items())) if said else {}


class Comparer:
    """Compares records under one definition, a chunk at a time: how common a value is, and how many records there are, is counted once."""

    def __init__(self, definition: Definition, known: Keys) -> None:
        self._definition, self._known = definition, known
        self._common = Commonness(known)
        self._prior = definition.prior(known.records())

    def compare(self, chunk: Sequence[Record]) -> list[Pair]:
        """Compare these records with all others, and give the pairs that are worth keeping. At most eight queries.

        With a record that waits to be compared itself and stands behind these none is compared: it will be, from the other side.
        """
        said = said_by(chunk)
        fresh = {each.number: each for each in chunk if each.number in said}
        if not fresh:
            return []
        rows = comparable(said.items())
        pairs = candidates(meeting_keys(rows), self._known, most=most_sharing(self._definition.model))
        beside = _beside({each.person_id for each in fresh.values()})
        pairs |= {
            (min(each.number, held.number), max(each.number, held.number))
            for each in fresh.values()
            for held in beside[each.person_id]
            if held.number != each.number
        }
        numbers = {number for pair in pairs for number in pair} - fresh.keys()
        others = self._compared(under(numbers), up_to=chunk[-1].pk)
        said_there = said_by(others.values())
        every = fresh | {number: each for number, each in others.items() if number in said_there}
        pairs = {pair for pair in pairs if pair[0] in every and pair[1] in every}
        if not pairs:
            return []
        rows = pl.concat([rows, comparable(said_there.items())]) if said_there else rows
        return self._answer(sorted(pairs), rows, every, {**said, **said_there})

    def _compared(self, others: Mapping[int, Record], *, up_to: int) -> dict[int, Record]:
        """Leave out whatever waits to be compared itself and stands behind. One query."""
        rows = LinkageMark.objects.filter(among("number", list(others)), mark=mark_of(self._definition.name))
        marked = {number: bytes(digest) for number, digest in rows.values_list("number", "content_digest")}
        return {number: each for number, each in others.items() if each.pk <= up_to or marked.get(number) == each.digest}

    def _answer(
        self, pairs: Sequence[tuple[int, int]], rows: pl.DataFrame, every: Mapping[int, Record], said: Mapping[int, Content]
    ) -> list[Pair]:
        model = self._definition.model
        named = pl.DataFrame([(str(one), str(other)) for one, other in pairs], schema=["id_l", "id_r"], orient="row")
        weighed = weigh(named, rows, model, prior=self._prior, shares=self._common.shares(rows))
        held = [(str(one), str(other)) for one, other in pairs if every[one].person_id == every[other].person_id]
        kept = weighed.filter((pl.col("probability") >= LEAST) | _is_one_of(held))
        answered = decide(kept, model.thresholds, joined=held, not_by_software=model.withheld)
        return [self._pair(row, every, said) for row in answered.iter_rows(named=True)]

    def _pair(self, row: Mapping[str, Any], every: Mapping[int, Record], said: Mapping[int, Content]) -> Pair:
        one, other = every[int(row["id_l"])], every[int(row["id_r"])]
        answer, because = str(row["answer"]), str(row["because"])
        if answer == Answer.JOIN and one.person_id != other.person_id and (guard := _guard(one, other, said)):
            answer, because = Answer.LOOK.value, guard
        fields = {
            name: [row[f"level_{name}"], round(100 * row[f"plain_{name}"]), round(100 * row[f"told_{name}"])]
            for name in self._definition.model.odds
        }
        return Pair(
            one=one,
            other=other,
            probability=row["probability"],
            unadjusted=row["unadjusted"],
            weight=row["weight"],
            answer=answer,
            because=because,
            reasons={"start": round(100 * row["start"]), "fields": fields},
        )


def _is_one_of(pairs: Collection[tuple[str, str]]) -> pl.Expr:
    return (pl.col("id_l") + pl.lit(" ") + pl.col("id_r")).is_in([f"{one} {other}" for one, other in pairs])


def _guard(one: Record, other: Record, said: Mapping[int, Content]) -> str:
    """Say what forbids software to join two records, whatever they weigh: "" where nothing does."""
    here, there = said[one.number], said[other.number]
    if differing(borne(here), borne(there)):
        return "identifiers"
    return "prisons" if (one.source, one.day) == (other.source, other.day) and two_prisons(here, there) else ""


def two_prisons(here: Content, there: Content) -> bool:
    """Say whether two records, as of one day, hold somebody in two prisons."""
    held = [each.get("custody") or {} for each in (here, there)]
    prisons = {each.get("prison") for each in held}
    return all(each.get("status") in ON_A_ROLL and each.get("prison") for each in held) and len(prisons) > 1
