"""What became of a legacy casework system's cases, and which of its deliveries nobody has taken over yet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from longstop.intake import sightings
from longstop.intake.contracts import CASEWORK
from longstop.intake.queries import casework_person
from longstop.referral.models import LegacyCase, LegacyResult, Takeover


@dataclass(frozen=True, kw_only=True)
class NotTaken:
    """A case that could not be taken over. `reference` is the old system's, "" where it was disposed of."""

    row_id: int
    person_id: int
    reference: str
    reason: str


def receipts_to_take_over() -> list[int]:
    """Give the finished receipts of the casework system that no finished taking over has heeded, oldest first."""
    found = {each.pk for table in CASEWORK for each in sightings.finished_receipts(source=table.contract.source)}
    return sorted(found - heeded(found))


def heeded(receipt_ids: Iterable[int]) -> set[int]:
    """Give those of these receipts that a finished taking over has heeded, in each of its parts. One query where there are any."""
    wanted = set(receipt_ids)
    done = Takeover.objects.filter(finished_at__isnull=False, receipts__overlap=sorted(wanted)) if wanted else []
    parts: dict[tuple[int, int], set[int]] = defaultdict(set)
    for each in done:
        for number in each.receipts:
            parts[number, each.parts].add(each.part)
    return wanted & {number for (number, of), finished in parts.items() if len(finished) == of}


def takeovers(*, limit: int = 20) -> list[Takeover]:
    """Give what was taken over, the newest first."""
    return list(Takeover.objects.order_by("-pk")[:limit])


def not_taken() -> Iterator[NotTaken]:
    """Give every case of the old system that could not be taken over, with the reason, in the order in which they came."""
    for each in LegacyCase.objects.filter(result=LegacyResult.NOT_TAKEN).select_related("row").order_by("pk"):
        told = casework_person(each.row.person_id)
        references = [str(case.content.get("case_reference", "")) for case in told.cases if case.id == each.pk] if told else []
        yield NotTaken(row_id=each.pk, person_id=each.person_id, reference="".join(references), reason=each.reason)


_SHOWN = ("person__particulars", "row__first_receipt", "row__payload", "case", "question", "dealt_by")


def legacy_cases_of(person_id: int) -> list[LegacyCase]:
    """Give what became of each case that the old system had of a person."""
    return list(LegacyCase.objects.filter(person_id=person_id).select_related(*_SHOWN).order_by("pk"))


def legacy_cases(*, result: str = "", reason: str = "") -> QuerySet[LegacyCase]:
    """Give cases of the old system of which this became ("" for anything), in the order in which they came. One query."""
    wanted = {"result": result, "reason": reason}
    found = LegacyCase.objects.filter(**{name: value for name, value in wanted.items() if value})
    return found.select_related(*_SHOWN).order_by("pk")


def counts() -> dict[str, int]:
    """Count the old system's cases by what became of them. One query."""
    return dict(LegacyCase.objects.order_by().values_list("result").annotate(Count("pk")))


def reasons() -> list[str]:
    """Give why cases could not be taken over, each reason once, in the order of the alphabet. One query."""
    found = LegacyCase.objects.filter(result=LegacyResult.NOT_TAKEN).order_by("reason")
    return list(found.values_list("reason", flat=True).distinct())


def said(rows: Iterable[LegacyCase]) -> dict[int, dict[str, Any]]:
    """Give what the old system last said of these cases, by number; empty where it was disposed of. The rows bring it."""
    return {row.pk: (row.row.payload.content or {}).get("record", {}) for row in rows}
