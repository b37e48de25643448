"""Leaving, and losing a role: everything gets somebody in one act, or nothing happens and the page says what is uncovered."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from longstop.access.models import RoleGrant, Staff
from longstop.cases import actions
from longstop.cases.actions.departing import take_effect
from longstop.cases.models import Case, Ownership
from longstop.work import queries as tasks
from tests import given
from tests.given import NOW, TODAY, Command
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db
LAST = TODAY + timedelta(days=9)


@pytest.fixture
def command() -> Command:
    return given.command()


def last_day(day: date = LAST) -> dict[str, object]:
    return {f"last_day_{n}": part for n, part in enumerate((day.day, day.month, day.year))}


def other_task(owner: Staff, command: Command) -> int:
    """A task of theirs that is about no case of theirs: finding cover for somebody's absence."""
    absent = given.caseworker("Abe Sent", command.team)
    actions.record_absence(
        staff_id=absent.pk, kind="sudden", from_date=TODAY, to_date=None, cover_id=None, by=absent.pk, at=NOW, today=TODAY
    )
    task = tasks.owned_by(staff_id=command.leader.pk).get(kind="absence.cover_needed")
    actions.reassign_task(task_id=task.pk, to=owner.pk, reason="Yours", by=command.leader.pk, at=NOW)
    return task.pk


def test_everything_is_covered_by_one_choice(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    ids = [given.case(amy), given.case(amy)]
    task = other_task(amy, command)
    client = signed_in(command.leader)
    page = client.post(f"/team/staff/{amy.pk}/departure", last_day() | {"everyone": ben.pk}, follow=True).content.decode()
    assert "27 November 2026" in page
    assert "Nobody yet" not in page
    assert set(Ownership.objects.filter(state="planned", staff=ben).values_list("case_id", flat=True)) == set(ids)
    assert tasks.task(task).successor_id == ben.pk
    assert "Amy Tran" in client.get(f"/team/{command.team.pk}").content.decode().split("Leaving")[1]


def test_a_task_that_comes_by_another_departure_is_shown_and_handed_on(command: Command) -> None:
    amy, ben, cal = (given.caseworker(name, command.team) for name in ("Amy Tran", "Ben Osei", "Cal Ito"))
    task, client = other_task(amy, command), signed_in(command.leader)
    client.post(f"/team/staff/{amy.pk}/departure", last_day() | {"everyone": ben.pk})
    client.post(f"/team/staff/{ben.pk}/departure", last_day(LAST + timedelta(days=5)) | {"everyone": cal.pk})
    assert Staff.objects.get(pk=ben.pk).last_day == LAST + timedelta(days=5)
    assert (tasks.task(task).successor_id, tasks.task(task).successor_from) == (cal.pk, LAST + timedelta(days=1))


def test_what_is_left_uncovered_refuses_the_whole_plan_and_is_marked(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    first, second = given.case(amy), given.case(amy)
    task = other_task(amy, command)
    client = signed_in(command.leader)
    page = client.post(f"/team/staff/{amy.pk}/departure", last_day() | {f"case_{first}": ben.pk}).content.decode()
    assert "Nothing was planned: 1 case and 1 task would be left without anybody" in page
    assert f'href="#id_case_{second}"' in page
    assert f'href="#id_task_{task}"' in page
    assert f'href="#id_case_{first}"' not in page
    amy.refresh_from_db()
    assert amy.last_day is None
    assert not Ownership.objects.filter(state="planned").exists()


def test_a_plan_is_changed_in_part_and_forgotten(command: Command) -> None:
    amy, ben, cat = (given.caseworker(name, command.team) for name in ("Amy Tran", "Ben Osei", "Cat Reid"))
    first, second = given.case(amy), given.case(amy)
    client, address = signed_in(command.leader), f"/team/staff/{amy.pk}/departure"
    client.post(address, last_day() | {"everyone": ben.pk})
    page = client.get(f"{address}?change=yes").content.decode()
    assert page.count(f'<option value="{ben.pk}" selected>') == 2
    client.post(address, last_day() | {f"case_{first}": cat.pk, f"case_{second}": ben.pk})
    assert Ownership.objects.get(state="planned", case_id=first).staff == cat
    client.get(f"{address}/forget")
    amy.refresh_from_db()
    assert amy.last_day == LAST, "asking does not forget"
    client.post(f"{address}/forget")
    amy.refresh_from_db()
    assert amy.last_day is None
    assert not Ownership.objects.filter(state="planned").exists()


def test_a_last_day_in_the_past_and_a_lack_of_competence_are_refused(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    client, address = signed_in(command.leader), f"/team/staff/{amy.pk}/departure"
    page = client.post(address, last_day(TODAY - timedelta(days=1)) | {"everyone": ben.pk}).content.decode()
    assert "Last day must be today or later" in page
    Case.objects.filter(pk=case_id).update(needs_competence="high_harm")
    page = client.post(address, last_day() | {"everyone": ben.pk}).content.decode()
    assert "Ben Osei lacks the competence “High harm”" in page


def test_only_who_answers_for_a_person_plans_their_departure(command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    for other in (amy, command.other_leader, given.staff("Dee Quill", "duty_officer"), given.staff("Ina Spect", "inspector")):
        for page in ("departure", "departure/forget", "role"):
            assert signed_in(other).get(f"/team/staff/{amy.pk}/{page}").status_code == 403
    assert signed_in(command.leader).get(f"/team/staff/{command.leader.pk}/departure").status_code == 403
    assert signed_in(command.head).get(f"/team/staff/{command.leader.pk}/departure").status_code == 200


def test_the_last_owning_role_ends_only_with_somebody_for_each_case(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    client, address = signed_in(command.leader), f"/team/staff/{amy.pk}/role"
    page = client.post(address, {"role": "caseworker", "reason": "Moves to policy"}).content.decode()
    assert "1 case would be left without anybody" in page
    assert RoleGrant.objects.get(staff=amy, role="caseworker").ended_at is None
    client.post(address, {"role": "caseworker", "reason": "Moves to policy", "everyone": ben.pk})
    assert Case.objects.get(pk=case_id).owner == ben
    assert RoleGrant.objects.get(staff=amy, role="caseworker").ended_at is not None


def test_tasks_that_a_lost_role_would_strand_are_named(command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    other_task(amy, command)
    page = signed_in(command.leader).post(f"/team/staff/{amy.pk}/role", {"role": "caseworker", "reason": "Moves on"}).content.decode()
    assert "1 task would be left without anybody" in page
    assert "Give those tasks to somebody else first" in page


@pytest.mark.parametrize("page", ["", "/departure", "/role"])
def test_pages_about_a_person_ask_no_more_for_many_cases(page: str, command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    given.caseworker("Ben Osei", command.team)
    client, address = signed_in(command.leader), f"/team/staff/{amy.pk}{page}"
    counted = []
    for number in (2, 9):
        for _ in range(number):
            given.case(amy)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 15, counted


def test_a_departure_that_has_taken_effect_is_not_taken_back(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id, client = given.case(amy), signed_in(command.leader)
    client.post(f"/team/staff/{amy.pk}/departure", last_day() | {"everyone": ben.pk})
    take_effect(today=LAST + timedelta(days=1), at=NOW + timedelta(days=10))
    page = client.post(f"/team/staff/{amy.pk}/departure/forget", follow=True).content.decode()
    assert "Amy Tran has left already" in page
    assert Case.objects.get(pk=case_id).owner == ben


@pytest.mark.parametrize("address", ["departure", "departure?change=yes", "departure/forget"])
def test_of_somebody_already_gone_there_is_no_plan_to_change_or_forget(command: Command, address: str) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    client = signed_in(command.leader)
    client.post(f"/team/staff/{amy.pk}/departure", last_day(TODAY))
    take_effect(at=NOW + timedelta(days=1), today=TODAY + timedelta(days=1))
    answer = client.get(f"/team/staff/{amy.pk}/{address}")
    page = answer.content.decode()
    assert "Amy Tran has left" in page
    assert "18 November 2026" in page
    assert "forget" not in page.lower()
    assert "Change the plan" not in page
    assert client.post(f"/team/staff/{amy.pk}/{address}").status_code == 409
