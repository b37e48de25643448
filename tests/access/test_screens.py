"""What the screens say where somebody leads a team, is away already, or changes team with open work."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from longstop.access import actions as access
from longstop.access.models import Absence, Staff, Team
from longstop.cases import actions
from longstop.cases.models import Case
from tests import given
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_given_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def command() -> given.Command:
    return given.command()


def parts(name: str, day: date) -> dict[str, int]:
    return {f"{name}_{n}": part for n, part in enumerate((day.day, day.month, day.year))}


def test_the_departure_of_a_leader_asks_who_leads_next(command: given.Command) -> None:
    client, href = signed_in(command.head), f"/team/staff/{command.leader.pk}/departure"
    last = TODAY + timedelta(days=9)
    page = client.post(href, parts("last_day", last)).content.decode()
    assert "Select who answers for Team A next" in page
    assert Staff.objects.get(pk=command.leader.pk).last_day is None
    sent = parts("last_day", last) | {f"team_{command.team.pk}": command.head.pk}
    page = client.post(href, sent, follow=True).content.decode()
    assert "Who answers for it next" in page
    assert "Hana Lindqvist" in page
    assert Team.objects.get(pk=command.team.pk).next_leader_from == last + timedelta(days=1)
    assert "Nobody yet" not in page


def test_a_leading_role_is_not_ended_while_it_leads(command: given.Command) -> None:
    href = f"/team/staff/{command.leader.pk}/role"
    page = signed_in(command.head).post(href, {"role": "team_leader", "reason": "New post"}).content.decode()
    assert "Lena Marsh answers for Team A in this role. An administrator must first name" in page


def test_an_absence_over_another_is_refused_and_names_it(command: given.Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    client, href = signed_in(amy), f"/absence/staff/{amy.pk}"
    first = parts("from_date", TODAY + timedelta(days=2)) | parts("to_date", TODAY + timedelta(days=9)) | {"kind": "leave"}
    assert client.post(href, first).status_code == 302
    second = parts("from_date", TODAY + timedelta(days=9)) | parts("to_date", TODAY + timedelta(days=12)) | {"kind": "training"}
    page = client.post(href, second).content.decode()
    assert "Amy Tran is away already on some of these days: 20 Nov 2026 to 27 Nov 2026" in page
    assert Absence.objects.count() == 1
    sudden = parts("from_date", TODAY) | {"kind": "sudden"}
    page = client.post(href, sudden, follow=True).content.decode()
    assert "recorded until 19 November 2026: from the day after, another is recorded already" in page


def test_an_administrator_moves_somebody_with_their_work_or_not_at_all(command: given.Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    case_id, client = given.case(amy), signed_in(given.staff("Ada Min", "administrator"))
    form = {"name": amy.name, "email": amy.email, "team": command.other_team.pk, "works_on": "MTWTF--", "capacity_points": "40"}
    page = client.post(f"/staff/{amy.pk}/amend", form).content.decode()
    assert "Amy Tran has open work (1 cases, 1 tasks)" in page
    assert client.post(f"/staff/{amy.pk}/amend", form | {"take_along": "on"}).status_code == 302
    assert Case.objects.get(pk=case_id).team_id == command.other_team.pk


def test_an_administrator_brings_somebody_back(command: given.Command) -> None:
    amy, client = given.caseworker("Amy Tran", command.team), signed_in(given.staff("Ada Min", "administrator"))
    access.deactivate(staff_id=amy.pk, by=command.head.pk, at=NOW)
    assert f"/staff/{amy.pk}/bring-back" in client.get(f"/staff/{amy.pk}").content.decode()
    assert "Enter why they are back" in client.post(f"/staff/{amy.pk}/bring-back", {"reason": ""}).content.decode()
    page = client.post(f"/staff/{amy.pk}/bring-back", {"reason": "Secondment over"}, follow=True).content.decode()
    assert "Now give a role and a password" in page
    assert Staff.objects.get(pk=amy.pk).active


def test_who_is_about_to_leave_is_not_set_over_a_team(command: given.Command) -> None:
    actions.plan_departure(
        staff_id=command.other_leader.pk,
        last_day=TODAY,
        cases={},
        tasks_to={},
        leaders={command.other_team.pk: command.head.pk},
        by=command.head.pk,
        at=NOW,
        today=TODAY,
    )
    client = signed_in(given.staff("Ada Min", "administrator"))
    page = client.post(f"/teams/{command.team.pk}/leader", {"leader": command.other_leader.pk}).content.decode()
    assert "Omar Blythe is about to leave, or has left" in page
