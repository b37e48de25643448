"""What the clocks of a case follow from, as it is recorded."""

from collections.abc import Mapping, Sequence
from datetime import date

from longstop.cases.authority import Authority
from longstop.cases.models import Case, Clock, DetentionAuthority, KeyDate
from longstop.cases.winding import Facts

REVIEWED = "last_detention_review"


def facts_of(case: Case, *, opened_on: date, dates: Mapping[str, date | None], detention_reviews: Sequence[date] = ()) -> Facts:
    """Gather what the case's clocks follow from."""
    return Facts(custody=case.custody, monitored=case.monitored, opened_on=opened_on, dates=dates, detention_reviews=detention_reviews)


def recorded_of(case_id: int) -> tuple[dict[str, date | None], list[date]]:
    """Give the key dates that stand, of each name the one observed last, whoever says so; and the days of reviews of the detention.

    Each of these reviews is a key date of its own: a later one does not unsay it. One query.
    """
    rows = list(KeyDate.objects.filter(case_id=case_id).order_by("observed_at", "pk").values_list("name", "value"))
    reviews = sorted(value for name, value in rows if name == REVIEWED and value)
    return {name: value for name, value in rows if name != REVIEWED}, reviews


def authority_of(case_id: int) -> Authority | None:
    """Give the authority to detain that stands, live or not; None where there is none."""
    row = DetentionAuthority.objects.filter(case_id=case_id, ended_at=None).first()
    return None if row is None else Authority(effective_from=row.effective_from, until=row.until, reasoned_on=row.reasoned_on)


def rules_followed() -> set[str]:
    """Give every version of a rule by which a clock of an open case was wound last. One query, over all their clocks."""
    return set(Clock.objects.filter(case__closed_at=None).values_list("rule_version", flat=True).distinct())
