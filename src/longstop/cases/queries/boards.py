"""The numbers on a team's board. Each is the count of the list that it opens: both come from `CaseFilter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from longstop.cases.models import Case, Offer, OfferState
from longstop.cases.queries.lists import idle_since


@dataclass(frozen=True, kw_only=True)
class Board:
    """Counts of a team's open cases, or of several teams'."""

    all: int
    overdue: int
    due_7: int
    due_28: int
    due_90: int
    idle: int
    on_hold: int
    offered: int


def board(*, team_ids: Sequence[int], today: date, at: datetime) -> Board:
    """Count the open cases of these teams by what a leader must look at, in two queries."""
    ahead = {f"due_{days}": Q(next_due__gte=today, next_due__lt=today + timedelta(days=days)) for days in (7, 28, 90)}
    counted = Case.objects.filter(closed_at__isnull=True, team_id__in=team_ids).aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=Q(next_due__lt=today)),
        idle=Count("pk", filter=Q(last_worked_at__lt=idle_since(today=today, at=at))),
        on_hold=Count("pk", filter=Q(next_is_hold=True)),
        **{name: Count("pk", filter=condition) for name, condition in ahead.items()},
    )
    return Board(**counted, offered=offers_to_team(team_ids=team_ids).count())


def offers_to_team(*, team_ids: Sequence[int]) -> QuerySet[Offer]:
    """Give the open offers of cases that these teams own now."""
    found = Offer.objects.filter(state=OfferState.OPEN, case__team_id__in=team_ids)
    return found.select_related("case__person__particulars", "case__team", "from_staff", "to_staff").order_by("offered_at", "pk")
