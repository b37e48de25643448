"""Teams, who leads them, and the line of accountability above and below."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from longstop.access.models import RoleGrant, Staff, Team
from longstop.access.rules import LEADING_ROLES


@dataclass(frozen=True)
class Link:
    """One step of a line of accountability, from the team upwards."""

    team_id: int
    team: str
    kind: str
    leader_id: int | None
    leader: str


_LINE = """
WITH RECURSIVE line AS (
  SELECT id, name, kind, parent_id, leader_id, 0 AS step FROM access_team WHERE id = %s
  UNION ALL
  SELECT t.id, t.name, t.kind, t.parent_id, t.leader_id, line.step + 1
  FROM access_team t JOIN line ON t.id = line.parent_id WHERE line.step < 10
)
SELECT line.id, line.name, line.kind, line.leader_id, coalesce(s.name, '')
FROM line LEFT JOIN access_staff s ON s.id = line.leader_id ORDER BY step
"""


def accountability(team_id: int) -> list[Link]:
    """Give the line from a team up to the directorate, with who answers for each, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LINE, [team_id])
        return [Link(*row) for row in cursor.fetchall()]


_BELOW = """
WITH RECURSIVE below AS (
  SELECT id FROM access_team WHERE id = %s UNION ALL SELECT t.id FROM access_team t JOIN below ON t.parent_id = below.id
) SELECT id FROM below
"""


def teams_under(team_id: int) -> list[int]:
    """Give the numbers of a team and of all teams below it."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [team_id])
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True)
class Below:
    """A team seen from one above it: `branch` is the child of that one through which it hangs, or the team itself at the top."""

    team_id: int
    team: str
    kind: str
    parent_id: int | None
    leader: str
    branch: int


_FAMILY = """
WITH RECURSIVE below AS (
  SELECT id, 0 AS step, id AS branch FROM access_team WHERE id = %s
  UNION ALL
  SELECT t.id, below.step + 1, CASE WHEN below.step = 0 THEN t.id ELSE below.branch END
  FROM access_team t JOIN below ON t.parent_id = below.id WHERE below.step < 10
)
SELECT t.id, t.name, t.kind, t.parent_id, coalesce(s.name, ''), below.branch
FROM below JOIN access_team t USING (id) LEFT JOIN access_staff s ON s.id = t.leader_id ORDER BY below.step, t.name, t.id
"""


def family(team_id: int) -> list[Below]:
    """Give a team, first, and all teams below it with who answers for each, in one query. Empty where there is no such team."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, [team_id])
        return [Below(*row) for row in cursor.fetchall()]


def teams() -> QuerySet[Team]:
    """Give all teams by name, with their leaders."""
    return Team.objects.select_related("leader", "parent").order_by("name", "pk")


def team(team_id: int) -> Team | None:
    """Give one team, or None."""
    return Team.objects.select_related("leader", "parent").filter(pk=team_id).first()


def members(team_ids: Iterable[int]) -> QuerySet[Staff]:
    """Give the active members of these teams, with their team, by name."""
    return Staff.objects.filter(active=True, team_id__in=list(team_ids)).select_related("team").order_by("name", "pk")


def led_or_coming(staff_id: int) -> list[Team]:
    """Give the teams that a person leads, or is to lead by a plan, by name."""
    return list(
        Team.objects.filter(Q(leader_id=staff_id) | Q(next_leader_id=staff_id)).select_related("next_leader").order_by("name", "pk")
    )


def leaders_from_the_top() -> list[int]:
    """Give the active people who answer for a directorate, a unit or a team, the highest first: whom to ask where a line ends."""
    order = {"directorate": 0, "unit": 1, "team": 2}
    led = Team.objects.filter(leader__active=True).values_list("leader_id", "kind", "pk")
    found = sorted(led, key=lambda row: (order[row[1]], row[2]))
    return list(dict.fromkeys(row[0] for row in found if row[0] is not None))


def leading_until(staff_ids: Iterable[int], *, today: date) -> dict[int, date]:
    """Give the last day on which these people hold a leading role, of those for whom it is known. One query."""
    last: dict[int, list[date | None]] = {}
    held = RoleGrant.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), staff_id__in=set(staff_ids), ended_at=None)
    for staff_id, to_date in held.filter(role__in=list(LEADING_ROLES)).values_list("staff_id", "to_date"):
        last.setdefault(staff_id, []).append(to_date)
    return {staff_id: max(day for day in days if day) for staff_id, days in last.items() if None not in days}


def led_by(staff_id: int) -> list[int]:
    """Give the teams that a person leads themselves, the highest first."""
    order = {"directorate": 0, "unit": 1, "team": 2}
    led = Team.objects.filter(leader_id=staff_id).values_list("pk", "kind")
    return [pk for pk, kind in sorted(led, key=lambda row: (order[row[1]], row[0]))]


_RUNGS = """
WITH RECURSIVE down AS (
  SELECT id AS led, id, 0 AS step FROM access_team WHERE leader_id = ANY(%s)
  UNION ALL
  SELECT down.led, t.id, down.step + 1 FROM access_team t JOIN down ON t.parent_id = down.id WHERE down.step < 10
)
SELECT DISTINCT least(step + 1, 3), id FROM down ORDER BY 1, 2
"""


def rungs_answered(staff_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Give the rungs at which any of these people answer, as (rung, team): 1 for a team they lead, one more for each level below."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNGS, [list(staff_ids)])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def answers_for(staff_id: int) -> frozenset[int]:
    """Give the teams that a person leads, and all below them."""
    led = Team.objects.filter(leader_id=staff_id).values_list("pk", flat=True)
    return frozenset(team_id for root in led for team_id in teams_under(root))


def possible_covers(person: Staff) -> QuerySet[Staff]:
    """Give who could cover for somebody: active members of their team, leaders of the teams beside it, and those above. By name.

    For somebody without a team: whoever answers for one.
    """
    if person.team_id is None:
        return Staff.objects.filter(pk__in=leaders_from_the_top()).exclude(pk=person.pk).order_by("name", "pk")
    above = accountability(person.team_id)
    beside = Team.objects.filter(parent__isnull=False, parent_id__in=[link.team_id for link in above]).values("leader_id")
    leaders = [link.leader_id for link in above if link.leader_id is not None]
    found = Staff.objects.filter(Q(team_id=person.team_id) | Q(pk__in=leaders) | Q(pk__in=beside), active=True)
    return found.exclude(pk=person.pk).order_by("name", "pk")
