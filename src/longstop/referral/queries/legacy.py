"""What became of a legacy casework system's cases, and which of its deliveries nobody has taken over yet."""

from collections.abc import Iterator
from dataclasses import dataclass

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
    heeded = {number for each in Takeover.objects.filter(finished_at__isnull=False) for number in each.receipts}
    found = {each.pk for table in CASEWORK for each in sightings.finished_receipts(source=table.contract.source)}
    return sorted(found - heeded)


def takeovers(*, limit: int = 20) -> list[Takeover]:
    """Give what was taken over, the newest first."""
    return list(Takeover.objects.order_by("-pk")[:limit])


def not_taken() -> Iterator[NotTaken]:
    """Give every case of the old system that could not be taken over, with the reason, in the order in which they came."""
    for each in LegacyCase.objects.filter(result=LegacyResult.NOT_TAKEN).select_related("row").order_by("pk"):
        told = casework_person(each.row.person_id)
        references = [str(case.content.get("case_reference", "")) for case in told.cases if case.id == each.pk] if told else []
        yield NotTaken(row_id=each.pk, person_id=each.person_id, reference="".join(references), reason=each.reason)


def legacy_cases_of(person_id: int) -> list[LegacyCase]:
    """Give what became of each case that the old system had of a person."""
    return list(LegacyCase.objects.filter(person_id=person_id).select_related("case", "question").order_by("pk"))
