"""What the clocks of a case follow from, as it is recorded."""

from collections.abc import Mapping, Sequence
from datetime import date

from longstop.cases.authority import Authority
from longstop.cases.models import Case, Clock, DetentionAuthority, KeyDate
from longstop.cases.winding import Facts


def facts_of(case: Case, *, opened_on: date, dates: Mapping[str, date | None], detention_reviews: Sequence[date] = ()) -> Facts:
    """Gather what the case's clocks follow from."""
    return Facts(custody=case.custody, monitored=case.monitored, opened_on=opened_on, dates=dates, detention_reviews=detention_reviews)


def dates_of(case_id: int) -> dict[str, date | None]:
    """Give the key dates that stand: of each name the one observed last, whoever says so."""
    rows = KeyDate.objects.filter(case_id=case_id).exclude(name="last_detention_review").order_by("observed_at", "pk")
    return {row.name: row.value for row in rows}


def detention_reviews_of(case_id: int) -> list[date]:
    """Give the days on which the detention was reviewed, kept as key dates one a source."""
    found = KeyDate.objects.filter(case_id=case_id, name="last_detention_review", value__isnull=False)
    return sorted(row.value for row in found if row.value)


def authority_of(case_id: int) -> Authority | None:
    """Give the authority to detain that stands, live or not; None where there is none."""
    row = DetentionAuthority.objects.filter(case_id=case_id, ended_at=None).first()
    return None if row is None else Authority(effective_from=row.effective_from, until=row.until, reasoned_on=row.reasoned_on)


def rules_followed() -> set[str]:
    """Give every version of a rule by which a clock of an open case was wound last. One query, over all their clocks."""
    return set(Clock.objects.filter(case__closed_at=None).values_list("rule_version", flat=True).distinct())
