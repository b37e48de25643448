"""Whoever answers for a team does not go before somebody else does."""

from datetime import timedelta

import pytest

from longstop.access import actions as access
from longstop.access import queries
from longstop.access.models import Staff, Team
from longstop.cases import actions
from tests import given
from tests.given import NOW, TODAY

pytestmark = pytest.mark.django_db
LAST = TODAY + timedelta(days=9)
AFTER = LAST + timedelta(days=1)


@pytest.fixture
def command() -> given.Command:
    return given.command()


def leave(person: Staff, by: Staff, **leaders: int) -> None:
    actions.plan_departure(
        staff_id=person.pk,
        last_day=LAST,
        cases={},
        tasks_to={},
        leaders={int(team.removeprefix("team_")): to for team, to in leaders.items()},
        by=by.pk,
        at=NOW,
        today=TODAY,
    )


def leader_of(team: Team) -> str:
    return queries.accountability(team.pk)[0].leader


def test_a_leader_cannot_leave_without_somebody_who_leads_next(command: given.Command) -> None:
    with pytest.raises(access.LeadsATeam) as refused:
        leave(command.leader, command.head)
    assert [team.name for team in refused.value.teams] == ["Team A"]
    assert Staff.objects.get(pk=command.leader.pk).last_day is None


def test_the_next_leader_leads_from_the_day_after(command: given.Command) -> None:
    leave(command.leader, command.head, **{f"team_{command.team.pk}": command.head.pk})
    assert leader_of(command.team) == "Lena Marsh"
    assert actions.take_effect(today=AFTER, at=NOW + timedelta(days=10)) == [command.leader.pk]
    assert leader_of(command.team) == "Hana Lindqvist"
    assert command.team.pk in queries.answers_for(command.head.pk)


@pytest.mark.parametrize("who", ["caseworker", "leaving", "themselves"])
def test_not_everybody_can_lead_next(command: given.Command, who: str) -> None:
    if who == "leaving":
        leave(command.other_leader, command.head, **{f"team_{command.other_team.pk}": command.head.pk})
    successor = {
        "caseworker": given.caseworker("Amy Tran", command.team).pk,
        "leaving": command.other_leader.pk,
        "themselves": command.leader.pk,
    }
    with pytest.raises((access.CannotLead, access.LeadsATeam)):
        leave(command.leader, command.head, **{f"team_{command.team.pk}": successor[who]})


def test_who_is_to_lead_next_cannot_leave_before_without_another(command: given.Command) -> None:
    leave(command.leader, command.head, **{f"team_{command.team.pk}": command.other_leader.pk})
    own = {f"team_{command.other_team.pk}": command.head.pk}
    with pytest.raises(access.LeadsATeam) as refused:
        leave(command.other_leader, command.head, **own)
    assert "Team A" in str(refused.value)
    leave(command.other_leader, command.head, **own, **{f"team_{command.team.pk}": command.head.pk})
    actions.take_effect(today=AFTER, at=NOW + timedelta(days=10))
    assert leader_of(command.team) == leader_of(command.other_team) == "Hana Lindqvist"


def test_a_leader_who_stays_leads_on(command: given.Command) -> None:
    leave(command.leader, command.head, **{f"team_{command.team.pk}": command.head.pk})
    actions.forget_departure(staff_id=command.leader.pk, by=command.head.pk, at=NOW)
    team = Team.objects.get(pk=command.team.pk)
    assert (team.leader_id, team.next_leader_id, team.next_leader_from) == (command.leader.pk, None, None)


def test_a_role_that_leads_ends_only_when_somebody_else_leads(command: given.Command) -> None:
    end = {
        "staff_id": command.leader.pk,
        "role": "team_leader",
        "cases": {},
        "reason": "",
        "by": command.head.pk,
        "at": NOW,
        "today": TODAY,
    }
    with pytest.raises(access.LeadsATeam):
        actions.end_role(**end)
    with pytest.raises(access.LeadsATeam):
        access.deactivate(staff_id=command.leader.pk, by=command.head.pk, at=NOW)
    access.set_team_leader(team_id=command.team.pk, leader_id=command.head.pk, by=command.head.pk, at=NOW)
    actions.end_role(**end)
    access.deactivate(staff_id=command.leader.pk, by=command.head.pk, at=NOW)


def test_a_second_role_that_leads_is_enough(command: given.Command) -> None:
    access.grant_role(staff_id=command.leader.pk, role="head", from_date=TODAY, by=command.director.pk, at=NOW)
    actions.end_role(staff_id=command.leader.pk, role="team_leader", cases={}, reason="Promoted", by=command.head.pk, at=NOW, today=TODAY)
    assert leader_of(command.team) == "Lena Marsh"


def test_nobody_who_has_left_or_is_leaving_is_set_over_a_team(command: given.Command) -> None:
    gone = given.staff("Gil Past", "team_leader", team=command.team)
    access.deactivate(staff_id=gone.pk, by=command.head.pk, at=NOW)
    with pytest.raises(access.CannotLead):
        access.set_team_leader(team_id=command.team.pk, leader_id=gone.pk, by=command.head.pk, at=NOW)


def test_somebody_who_comes_back_has_neither_role_nor_password(command: given.Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    access.set_password(staff_id=amy.pk, password="a long enough one", by=command.head.pk, at=NOW)
    with pytest.raises(access.StillActive):
        access.reactivate(staff_id=amy.pk, reason="", by=command.head.pk, at=NOW)
    access.deactivate(staff_id=amy.pk, by=command.head.pk, at=NOW)
    access.reactivate(staff_id=amy.pk, reason="Came back from secondment", by=command.head.pk, at=NOW)
    back = Staff.objects.get(pk=amy.pk)
    assert back.active
    assert not back.has_usable_password()
    assert queries.roles_of(staff_id=amy.pk, today=TODAY) == frozenset()
