"""A cohort's statement: dry, worked out now by the same reckoning as the recorded one, from sides that its definition has narrowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from longstop.audit import past
from longstop.audit.queries import contents
from longstop.kernel.batches import batched
from longstop.kernel.policy import load
from longstop.people import matching
from longstop.reconciliation import cohorts
from longstop.reconciliation.cohorts import Definition
from longstop.reconciliation.comparing import nationality_of
from longstop.reconciliation.queries import sides
from longstop.reconciliation.queries.fields import differing
from longstop.reconciliation.queries.tables import table
from longstop.reconciliation.reckoning import OURS, Reckoned, pairs, reckon
from longstop.referral.queries import sides as front_door

PERSONS_AT_ONCE = 2_000


class NotCountable(Exception):
    """A side of the cohort holds nothing yet that could be counted; the text says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """A cohort's statement as the sides stand now. It is recorded nowhere, and no break is made of it.

    `nationality` is the code to which both sides were narrowed, "" where they were not: what that was for is recorded by whoever asks.
    """

    definition: Definition
    receipt_id: int
    file_name: str
    nationality: str
    reckoned: Reckoned


def read_cohort(definition: Definition, *, today: date, nationality: str = "") -> Cohort:
    """Read both sides at one moment, narrow them and reckon. Raises NotCountable, NoList, ListIsNotConsidered."""
    if not definition.countable:
        raise NotCountable(definition.missing)
    with past.one_moment():
        receipt = sides.considered_list(today=today)
        theirs, ours = sides.theirs_of(receipt), _ours(definition)
        if definition.by_nationality or nationality:
            persons = pl.concat([theirs.select("person_id"), ours.select("person_id")]).unique()["person_id"].to_list()
            said = _said(persons, source=receipt.source, today=today)
            theirs = theirs.join(said.select("person_id", "nationality"), on="person_id", how="left")
            if nationality:
                some = said.filter(pl.col("codes").list.contains(nationality)).select("person_id")
                theirs, ours = (each.join(some, on="person_id", how="semi") for each in (theirs, ours))
        part = cohorts.narrowed(theirs, definition.theirs_where), cohorts.narrowed(ours, definition.ours_where)
        reckoned = reckon(
            theirs=part[0],
            ours=part[1],
            standing=sides.standing_of(),
            gone=sides.gone_of(receipt),
            differing=differing(pairs(theirs=part[0], ours=part[1]), receipt=receipt, today=today),
            gravity=load("reconciliation").at("gravity", today).texts("order"),
            outside=cohorts.outside(theirs=(theirs, part[0]), ours=(ours, part[1])),
        )
    return Cohort(definition=definition, receipt_id=receipt.pk, file_name=receipt.file_name, nationality=nationality, reckoned=reckoned)


def _ours(definition: Definition) -> pl.DataFrame:
    """Give our side whole: those with an open case, and where the definition counts them those with an open referral beside."""
    ours = sides.ours_of()
    if cohorts.REFERRALS not in definition.ours_of:
        return ours
    waiting = table(front_door.referred().values_list("person_id"), {"person_id": pl.Int64}).unique()
    alone = waiting.join(ours, on="person_id", how="anti")
    nothing = {name: pl.lit(None, kind) for name, kind in OURS.items() if name != "person_id"}
    return pl.concat([ours, alone.with_columns(**nothing).select(*OURS)])


def _said(persons: Iterable[int], *, source: str, today: date) -> pl.DataFrame:
    """Give of each person every code that their records give, and of what class their nationality is as the source alone says it."""
    rows: list[tuple[int, list[str], str]] = []
    for chunk in batched(persons, PERSONS_AT_ONCE):
        records = list(matching.records_of(chunk))
        kept = contents(payload for _, _, payload in records)
        every: dict[int, set[str]] = {person: set() for person in chunk}
        theirs: dict[int, set[str]] = {person: set() for person in chunk}
        for person, origin, payload in records:
            codes = nationality_of([kept.get(payload) or {}], today=today)
            every[person] |= codes
            if origin == source:
                theirs[person] |= codes
        rows += [(person, sorted(every[person]), cohorts.class_of(frozenset(theirs[person]))) for person in chunk]
    return pl.DataFrame(rows, schema={"person_id": pl.Int64, "codes": pl.List(pl.String), "nationality": pl.String}, orient="row")
