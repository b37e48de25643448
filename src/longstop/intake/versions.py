"""What arrived about persons over time: every version of their records, and when each was last on a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longstop.intake.models import Arrival, CaseworkRow, CaseworkTable

MOST = 400  # versions: a record that changes daily for a year


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """What one record said from a moment on. `last_seen_at` is when the newest list that held the record was observed."""

    person_id: int
    source: str
    observed_at: datetime
    last_seen_at: datetime
    receipt_id: int
    content: dict[str, Any]


def versions_of(person_ids: Iterable[int]) -> list[Arrived]:
    """Give the versions of the records that arrived under these persons' numbers, oldest first. One query.

    What was disposed of is left out.
    """
    history = Arrival._meta.apps.get_registered_model("intake", "ArrivalHistoryRow")._default_manager
    rows = history.filter(pgh_obj__person_id__in=set(person_ids)).order_by("-pgh_id")
    said = rows.values(
        "person_id", "source", "observed_at", "last_receipt_id", "payload_id", "payload__content", "pgh_obj__sighting__receipt__observed_at"
    )
    made: dict[int, Arrived] = {}
    for row in list(said[:MOST])[::-1]:  # opening a case from a record, or setting it aside, writes a version that says nothing new
        record = (row["payload__content"] or {}).get("record")
        if record:
            seen = row["pgh_obj__sighting__receipt__observed_at"] or row["observed_at"]
            version = Arrived(
                person_id=row["person_id"],
                source=row["source"],
                observed_at=row["observed_at"],
                last_seen_at=max(seen, row["observed_at"]),
                receipt_id=row["last_receipt_id"],
                content=record,
            )
            made.setdefault(row["payload_id"], version)
    return sorted(made.values(), key=lambda each: each.observed_at)


def last_told(person_ids: Iterable[int]) -> dict[int, datetime]:
    """Give when the newest delivery of the casework system that held the row of each of these persons was observed, changed or not.

    By the number under which the row came; a number without one is left out. One query.
    """
    rows = CaseworkRow.objects.filter(table=CaseworkTable.PERSONS, person_id__in=set(person_ids))
    seen = rows.values_list("person_id", "observed_at", "sighting__receipt__observed_at")
    return {number: max(told, confirmed or told) for number, told, confirmed in seen}
