"""Who answers for a team when its leader goes: named in the act of planning the departure, and in place from the day after it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from longstop.access import actions as staff_actions
from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import LEADING_ROLES


def plan_leaders(
    staff_id: int, leaders: Mapping[int, int], people: Mapping[int, Staff], *, last_day: date, by: int, at: datetime, today: date
) -> None:
    """Write down who answers for each team that the leaver leads, or is to lead by a plan. `leaders` maps teams to staff.

    A team that was only to come to the leaver keeps the day on which its present leader goes. Raises LeadsATeam, CannotLead.
    """
    teams = access.led_or_coming(staff_id)
    without = [team for team in teams if leaders.get(team.pk, staff_id) == staff_id]
    if without:
        raise staff_actions.LeadsATeam(without)
    for team in teams:
        _check_may_lead(people.get(leaders[team.pk]), today=today)
        coming = team.next_leader_from if team.leader_id != staff_id else None
        starts = coming or last_day + timedelta(days=1)
        staff_actions.plan_leader(team_id=team.pk, leader_id=leaders[team.pk], from_date=starts, by=by, at=at)


def _check_may_lead(staff: Staff | None, *, today: date) -> None:
    """Refuse somebody who is gone, about to go, or in no role that answers for a team. Raises CannotLead."""
    if staff is None:
        raise staff_actions.CannotLead
    if not staff.active or staff.last_day is not None or not access.roles_of(staff_id=staff.pk, today=today) & LEADING_ROLES:
        raise staff_actions.CannotLead(staff.name)


def hand_over_teams(staff_id: int, *, by: int, at: datetime) -> None:
    """Let those who were named answer for the leaver's teams from now on. Raises LeadsATeam, CannotLead."""
    led = [team for team in access.led_or_coming(staff_id) if team.leader_id == staff_id]
    without = [team for team in led if team.next_leader_id is None]
    if without:
        raise staff_actions.LeadsATeam(without)
    for team in led:
        assert team.next_leader_id is not None
        staff_actions.set_team_leader(team_id=team.pk, leader_id=team.next_leader_id, by=by, at=at)


def forget_leaders(staff_id: int, *, by: int, at: datetime) -> None:
    """Take back who was to answer for the teams of somebody who stays."""
    for team in access.led_or_coming(staff_id):
        if team.leader_id == staff_id and team.next_leader_id is not None:
            staff_actions.plan_leader(team_id=team.pk, leader_id=None, from_date=None, by=by, at=at)
