"""What agencies' records about a person said over time: every version that was kept, not only the last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longstop.people.models import SourceRecord

MOST = 400  # versions of one person's records: a record that changes daily for a year


@dataclass(frozen=True, kw_only=True)
class Version:
    """What one record said from a moment on. `number` is the person's number that its values carry.

    That is not the person's where the record was joined to them. `content` is empty where it was disposed of.
    """

    source: str
    number: int
    observed_at: datetime
    receipt_id: int | None
    content: dict[str, Any]


def versions(person_id: int) -> list[Version]:
    """Give the versions of the records that are linked to a person now, oldest first: what each said while it was linked to another too.

    One query.
    """
    history = SourceRecord._meta.apps.get_registered_model("people", "SourceRecordHistoryRow")._default_manager
    linked = SourceRecord.objects.filter(person_id=person_id, unlinked_at=None)
    columns = ("pgh_id", "source", "observed_at", "receipt_id", "payload_id", "payload__content", "payload__person_id")
    now = history.filter(pgh_obj__person_id=person_id, pgh_obj__unlinked_at=None).values(*columns)
    elsewhere = history.filter(pgh_obj__unlinked_at__isnull=False, pgh_obj__key_digest__in=linked.values("key_digest")).values(*columns)
    said = now.union(elsewhere, all=True).order_by("-pgh_id")
    found: dict[int, Version] = {}
    for row in list(said[:MOST])[::-1]:  # a link made or undone writes a version that says nothing new
        version = Version(
            source=row["source"],
            number=row["payload__person_id"] or person_id,
            observed_at=row["observed_at"],
            receipt_id=row["receipt_id"],
            content=row["payload__content"] or {},
        )
        found.setdefault(row["payload_id"], version)
    return sorted(found.values(), key=lambda each: each.observed_at)
