"""The numbers on a team's board. Each is the count of the list that it opens: both come from `CaseFilter`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from longstop.cases.models import Case, Offer, OfferState
from longstop.cases.queries.lists import idle_since
from longstop.clocks.rungs import cutoffs
from longstop.work import queries as tasks
from longstop.work.models import Task


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

    def __add__(self, other: "Board") -> "Board":
        """Add two boards up, figure by figure."""
        return Board(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})


NOTHING = Board(all=0, overdue=0, due_7=0, due_28=0, due_90=0, idle=0, on_hold=0, offered=0)


def board(*, team_ids: Sequence[int], today: date, at: datetime) -> Board:
    """Count the open cases of these teams by what a leader must look at, in two queries."""
    return sum(boards(team_ids=team_ids, today=today, at=at).values(), NOTHING)


def boards(*, team_ids: Sequence[int], today: date, at: datetime) -> dict[int, Board]:
    """Give each team's own board, in two queries whatever the number of teams. Teams without a case are left out."""
    ahead = {f"due_{days}": Q(next_due__gte=today, next_due__lt=today + timedelta(days=days)) for days in (7, 28, 90)}
    counted = (
        Case.objects.filter(closed_at__isnull=True, team_id__in=team_ids)
        .values("team_id")
        .annotate(
            all=Count("pk"),
            overdue=Count("pk", filter=Q(next_due__lt=today)),
            idle=Count("pk", filter=Q(last_worked_at__lt=idle_since(today=today, at=at))),
            on_hold=Count("pk", filter=Q(next_is_hold=True)),
            **{name: Count("pk", filter=condition) for name, condition in ahead.items()},
        )
    )
    offers = Offer.objects.filter(state=OfferState.OPEN, case__closed_at__isnull=True, case__team_id__in=team_ids)
    offered = dict(offers.order_by().values_list("case__team_id").annotate(Count("pk")))
    rows: list[Any] = list(counted)
    return {row["team_id"]: _board(row, offered.get(row["team_id"], 0)) for row in rows}


def _board(row: Mapping[str, int], offered: int) -> Board:
    return Board(offered=offered, **{name: number for name, number in row.items() if name != "team_id"})


def offers_to_team(*, team_ids: Sequence[int]) -> QuerySet[Offer]:
    """Give the open offers of cases that these teams own now."""
    found = Offer.objects.filter(state=OfferState.OPEN, case__team_id__in=team_ids)
    return found.select_related("case__person__particulars", "case__team", "from_staff", "to_staff").order_by("offered_at", "pk")


def late_unanswered(*, answering: Iterable[tuple[int, int]], today: date) -> QuerySet[Task]:
    """Give the late tasks that have reached a rung nobody has answered for there, or higher.

    `answering` are pairs of rung and team: see `access.queries.rungs_answered`. The most overdue come first.
    """
    teams: dict[int, list[int]] = {}
    for rung, team_id in answering:
        teams.setdefault(rung, []).append(team_id)
    before = cutoffs(today=today)
    wanted = Q(pk__in=[])
    for rung, team_ids in teams.items():
        wanted |= Q(team_id__in=team_ids, due__lt=before[rung], acknowledged_rung__lt=rung)
    return tasks.open_tasks().filter(wanted).select_related("owner", "team").order_by("due", "pk")
