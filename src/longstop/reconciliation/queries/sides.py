"""Both sides of the statement, read at one moment into tables: some 50 bytes a row, whatever the size of the command."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from longstop.audit import past
from longstop.cases import queries as cases
from longstop.intake import sightings
from longstop.intake.models import Receipt
from longstop.kernel.policy import load
from longstop.reconciliation.models import Statement
from longstop.reconciliation.queries.fields import differing
from longstop.reconciliation.queries.tables import table
from longstop.reconciliation.reckoning import GONE, OURS, STANDING, THEIRS, Reckoned, pairs, reckon
from longstop.referral.models import DepartureState, ReferralState
from longstop.referral.queries import sides

_THEIRS = (
    "arrival_id",
    "person_id",
    "arrival__prison",
    "arrival__custody",
    "arrival__legal_status",
    "arrival__release_date",
    "arrival__release_basis",
    "result",
    "reasons__0",
)


class NoList(Exception):
    """No complete list of the other side has been taken in, or the last that was is older than another. Remedy: `longstop intake` it."""


class ListIsNotConsidered(Exception):
    """Records of the newest list wait to be considered, so that nobody could say where they stand. Remedy: see the message."""


@dataclass(frozen=True, kw_only=True)
class Both:
    """A reckoning of the two sides as they stood at one moment, with the list that it was made from and the rows of its file.

    `refusals` are the refused rows by number: a row that was refused twice in the same words has one.
    """

    receipt: Receipt
    policy: str
    rows: int
    refused: int
    refusals: tuple[int, ...]
    given_twice: int
    reckoned: Reckoned


def their_source(*, today: date) -> str:
    """Give the source whose newest list is the other side."""
    return load("reconciliation").at("sides", today).text("their_source")


def awaits_statement(*, today: date) -> bool:
    """Say whether the newest list was considered to the end, and no statement has been made from it."""
    receipt = sides.newest_list(their_source(today=today))
    if receipt is None or receipt.pk in sides.unconsidered_receipts(today=today):
        return False
    return not Statement.objects.filter(receipt=receipt, finished_at__isnull=False).exists()


def read_both(*, today: date) -> Both:
    """Read both sides at one moment and reckon. Raises NoList, ListIsNotConsidered."""
    versions = [load("reconciliation").at(name, today) for name in ("sides", "gravity", "winners")]
    with past.one_moment():
        receipt = considered_list(today=today)
        theirs, ours = theirs_of(receipt), ours_of()
        apart = differing(pairs(theirs=theirs, ours=ours), receipt=receipt, today=today)
        order = versions[1].texts("order")
        reckoned = reckon(theirs=theirs, ours=ours, standing=standing_of(), gone=gone_of(receipt), differing=apart, gravity=order)
        refused = tuple(sightings.refused_rows(receipt).values_list("pk", flat=True))
    twice = receipt.received - receipt.refused - reckoned.records
    policy = " ".join(each.version.removeprefix("reconciliation/") for each in versions)
    return Both(
        receipt=receipt,
        policy=policy,
        rows=receipt.received,
        refused=receipt.refused,
        refusals=refused,
        given_twice=twice,
        reckoned=reckoned,
    )


def considered_list(*, today: date) -> Receipt:
    """Give the newest complete list, all of whose records have been considered. Raises NoList, ListIsNotConsidered."""
    source = their_source(today=today)
    receipt = sides.newest_list(source)
    if receipt is None:
        raise NoList(
            f"No complete list of {source} has been taken in yet, or an older one came after the newest."
            f" Take the newest in: longstop intake {source} FILE."
        )
    if receipt.pk in sides.unconsidered_receipts(today=today):
        raise ListIsNotConsidered(
            f"The list of receipt {receipt.pk} has not been considered to the end. Run longstop intake {source} again with the same"
            " file, and reconcile then."
        )
    return receipt


def theirs_of(receipt: Receipt) -> pl.DataFrame:
    """Give their side: the records of a list, in the columns of `reckoning.THEIRS`."""
    return table(sides.listed(receipt).values_list(*_THEIRS), THEIRS)


def ours_of() -> pl.DataFrame:
    """Give our side: the open cases, in the columns of `reckoning.OURS`."""
    found = cases.open_cases().select_related(None).order_by()
    return table(found.values_list("pk", "person_id", "custody", "release_date"), OURS)


def standing_of() -> pl.DataFrame:
    """Say of each person in hand or decided about how they stand, in the words of `reckoning.STANDINGS`."""
    parts = [
        _persons(sides.referred(), "referred"),
        _persons(sides.asked(), "asked"),
        _persons(sides.decided().filter(state=ReferralState.NO_INTEREST), "no_interest"),
        _persons(sides.decided().filter(state=ReferralState.OUT_OF_REMIT), "found_out"),
        _persons(sides.answered_out(), "found_out"),
        _persons(cases.closed_cases(), "closed"),
    ]
    return pl.concat(parts)


def _persons(found: "QuerySet[Any]", word: str) -> pl.DataFrame:
    rows = table(found.values_list("person_id"), {"person_id": pl.Int64})
    return rows.with_columns(standing=pl.lit(word)).select(*STANDING)


def gone_of(receipt: Receipt) -> pl.DataFrame:
    """Say of each person who is missing from the list why: their row was refused, nobody has explained it, or somebody has."""
    left = table(sides.gone(receipt).values_list("person_id", "state"), {"person_id": pl.Int64, "state": pl.String})
    explained = pl.when(pl.col("state") == DepartureState.EXPLAINED.value).then(pl.lit("explained")).otherwise(pl.lit("unexplained"))
    refused = table(sides.refused(receipt).values_list("person_id"), {"person_id": pl.Int64})
    return pl.concat([left.select("person_id", why=explained), refused.with_columns(why=pl.lit("refused"))]).select(*GONE)
