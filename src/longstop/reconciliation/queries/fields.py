"""In what the records of those on both sides contradict each other: read a thousand persons at a time, and only what differs is kept.

Ours is what every record of the person says that is not the prison service's: a casework system's, or another agency's. Of somebody whom
the prison service's records alone tell of, both sides are one voice, and there is nothing to compare; save that whoever was taken on as not
British and is said to be British by now is told.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from longstop.audit.queries import contents
from longstop.intake import sightings
from longstop.intake.models import Receipt
from longstop.kernel.batches import batched
from longstop.people import matching
from longstop.reconciliation import nationalities
from longstop.reconciliation.comparing import Differs, compare, nationality_of
from longstop.reconciliation.queries.tables import table
from longstop.reconciliation.reckoning import DIFFERING
from longstop.reconciliation.rules import Kind
from longstop.referral.queries import sides

PERSONS_AT_ONCE = 1_000
_RECORDS = {"person_id": pl.Int64, "payload_id": pl.Int64}


def differing(pairs: pl.DataFrame, *, receipt: Receipt, today: date) -> pl.DataFrame:
    """Give what the two sides contradict each other in, for these persons (`person_id`) with a record of the list each (`record_id`)."""
    records = table(matching.records_beside(receipt.source), _RECORDS).join(pairs, on="person_id")
    grouped = records.group_by("person_id", "record_id").agg(pl.col("payload_id").sort()).sort("person_id")
    found: list[tuple[int, Differs]] = []
    speak: set[int] = set()
    for chunk in batched(grouped.iter_rows(), PERSONS_AT_ONCE):
        for person, ours, theirs in _both(chunk):
            found += [(person, each) for each in compare(ours, theirs, today=today)]
            if nationality_of(ours, today=today):
                speak.add(person)
    found += [(person, _found_british()) for person in _british_now(pairs, receipt) - speak]
    rows = [(person, each.kind.value, each.ours, each.theirs) for person, each in found]
    return pl.DataFrame(rows, schema=DIFFERING, orient="row")


def _both(chunk: Iterable[tuple[int, int, list[int]]]) -> Iterator[tuple[int, list[Mapping[str, Any]], Mapping[str, Any]]]:
    """Give each person with what our records say and what theirs does. Three queries; what was disposed of says nothing."""
    rows = list(chunk)
    said = sightings.said(sightings.standing(record for _, record, _ in rows).values())
    kept = contents(payload for _, _, payloads in rows for payload in payloads)
    for person, record, payloads in rows:
        yield person, [kept.get(payload) or {} for payload in payloads], said.get(record, {})


def _british_now(pairs: pl.DataFrame, receipt: Receipt) -> set[int]:
    """Give those on both sides whom the list says to be British, and whom we took on as not British."""
    british = table(sides.said_british(receipt).values_list("person_id"), {"person_id": pl.Int64})
    there = british.join(pairs, on="person_id", how="semi")["person_id"].unique().to_list()
    return sides.taken_on_as_foreign(there)


def _found_british() -> Differs:
    return Differs(Kind.NATIONALITY, nationalities.NOT_BRITISH, "GB")
