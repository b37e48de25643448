"""Who may see a restricted case, and who decides it: restriction, leave, and cover for its owner."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from longstop.access import actions as access
from longstop.access.models import Clearance, Staff
from longstop.cases import actions
from longstop.cases.models import Case
from tests import given
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in
from tests.web.casework.test_changing import parts, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(command: given.Command, amy: Staff) -> Case:
    """A restricted case of Amy's."""
    case_id = given.case(amy)
    actions.restrict(case_id=case_id, reason="Family member works here", by=command.leader.pk, at=NOW)
    return Case.objects.get(pk=case_id)


def sees(person: Staff, case: Case) -> bool:
    return signed_in(person).get(reverse("case", args=[case.pk])).status_code == 200


def test_a_manager_gives_leave_up_to_a_last_day_from_the_page_of_the_case(command: given.Command, case: Case) -> None:
    ben, leader = given.caseworker("Ben Osei", command.other_team), signed_in(command.leader)
    assert not sees(ben, case)
    assert reverse("case-leave", args=[case.pk]) in leader.get(reverse("case", args=[case.pk])).content.decode()
    typed = {"owner_number": ben.staff_number, "reason": "Prepares the appeal", **parts("last_day", date(2027, 6, 30))}
    assert send(leader, "case-leave", case.pk, **typed).status_code == 302
    assert sees(ben, case)
    # The last day ends at London's midnight, which in summer is an hour before that of UTC.
    assert Clearance.objects.get(staff=ben).until == datetime(2027, 6, 30, 23, 0, tzinfo=UTC)
    assert "Prepares the appeal" in leader.get(reverse("case", args=[case.pk])).content.decode()


def test_leave_without_a_last_day_has_no_end(command: given.Command, case: Case) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    assert send(signed_in(command.leader), "case-leave", case.pk, owner=str(ben.pk), reason="Covers often").status_code == 302
    assert Clearance.objects.get(staff=ben).until is None


def test_leave_needs_a_person_who_sees_cases_a_reason_and_a_day_to_come(command: given.Command, case: Case) -> None:
    analyst, leader = given.staff("Ana Lyst", "analyst"), signed_in(command.leader)
    said = {"owner_number": analyst.staff_number, **parts("last_day", TODAY - timedelta(days=1))}
    page = send(leader, "case-leave", case.pk, **said).content.decode()
    for words in ("This person has no role that sees cases", "Enter why they need to see the case", "Last day must be today or later"):
        assert words in page
    assert not Clearance.objects.exists()


def test_whom_a_restricted_case_is_offered_to_is_named_until_they_have_leave(command: given.Command, amy: Staff, case: Case) -> None:
    ben, leader = given.caseworker("Ben Osei", command.other_team), signed_in(command.leader)
    actions.offer(case_id=case.pk, to=ben.pk, from_=amy.pk, reason="Moved prison", by=amy.pk, at=NOW, today=TODAY)
    asks, screen = f"Ben Osei (staff number {ben.staff_number}) asks for leave", reverse("case-leave", args=[case.pk])
    assert asks in leader.get(screen).content.decode()
    assert send(leader, "case-leave", case.pk, owner_number=ben.staff_number, reason="Takes it over").status_code == 302
    assert asks not in leader.get(screen).content.decode()


def test_leave_to_see_is_no_leave_to_say_who_else_may(command: given.Command, case: Case) -> None:
    """The leader of another team, who was given leave, can neither pass it on nor lift the restriction."""
    access.give_clearance(staff_id=command.other_leader.pk, subject_id=case.pk, until=None, reason="Advises", by=command.leader.pk, at=NOW)
    other = signed_in(command.other_leader)
    page = other.get(reverse("case", args=[case.pk])).content.decode()
    for screen in ("case-leave", "restrict"):
        assert reverse(screen, args=[case.pk]) not in page
        assert send(other, screen, case.pk, owner=str(command.other_leader.pk), reason="x").status_code == 403
    assert Case.objects.get(pk=case.pk).restricted


def test_an_open_case_is_restricted_only_by_those_who_answer_for_its_team(command: given.Command, amy: Staff) -> None:
    case_id = given.case(amy)
    assert send(signed_in(command.other_leader), "restrict", case_id, reason="x").status_code == 403
    assert send(signed_in(command.head), "restrict", case_id, reason="x").status_code == 302


def test_a_case_that_is_not_restricted_needs_no_leave(command: given.Command, amy: Staff) -> None:
    leader, case_id = signed_in(command.leader), given.case(amy)
    assert reverse("case-leave", args=[case_id]) not in leader.get(reverse("case", args=[case_id])).content.decode()
    answer = leader.get(reverse("case-leave", args=[case_id]), follow=True)
    assert "is not restricted" in answer.content.decode()


def test_whoever_covers_the_owner_sees_a_restricted_case_while_they_do(command: given.Command, amy: Staff, case: Case) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    away = {"staff_id": amy.pk, "kind": "leave", "cover_id": ben.pk, "by": command.leader.pk, "at": NOW, "today": TODAY}
    later = TODAY + timedelta(days=5)
    actions.record_absence(from_date=later, to_date=later, **away)
    assert not sees(ben, case)
    actions.record_absence(from_date=TODAY, to_date=TODAY, **away)
    assert sees(ben, case)
    assert not Clearance.objects.exists()


def test_leave_is_taken_back_before_its_time_by_whoever_answers_for_the_team(command: given.Command, case: Case) -> None:
    ben, leader = given.caseworker("Ben Osei", command.other_team), signed_in(command.leader)
    held = access.give_clearance(staff_id=ben.pk, subject_id=case.pk, until=None, reason="Appeal", by=command.leader.pk, at=NOW)
    assert sees(ben, case)
    for page in (reverse("leave"), reverse("case-leave", args=[case.pk]), reverse("case-viewed", args=[case.pk])):
        shown = leader.get(page).content.decode()
        assert "Ben Osei" in shown
        assert reverse("take-back-leave", args=[held.pk]) in shown
    back = reverse("take-back-leave", args=[held.pk])
    assert signed_in(command.other_leader).get(back).status_code == 403
    assert "Ben Osei" not in signed_in(command.other_leader).get(reverse("leave")).content.decode()
    assert "Enter why the leave is taken back" in leader.post(back, {"reason": ""}).content.decode()
    assert leader.post(back, {"reason": "The appeal is over"}).status_code == 302
    assert not sees(ben, case)
    assert "The appeal is over" in leader.get(reverse("case", args=[case.pk])).content.decode()
    assert "in the meantime" in leader.post(back, {"reason": "Again"}, follow=True).content.decode()


def test_who_takes_a_restricted_case_over_is_offered_leave_up_to_their_day(command: given.Command, amy: Staff, case: Case) -> None:
    ben, leader = given.caseworker("Ben Osei", command.team), signed_in(command.leader)
    last = TODAY + timedelta(days=9)
    by = {"by": command.leader.pk, "at": NOW, "today": TODAY}
    actions.plan_departure(staff_id=amy.pk, last_day=last, cases={case.pk: ben.pk}, tasks_to={}, **by)
    assert not sees(ben, case)
    assert "Give them leave to read it before" in leader.get(reverse("case", args=[case.pk])).content.decode()
    page = leader.get(reverse("case-leave", args=[case.pk])).content.decode()
    assert "Ben Osei takes the case over on 28 November 2026" in page
    assert f'value="{ben.staff_number}"' in page


def test_a_closed_restricted_case_leads_to_leave(command: given.Command, amy: Staff, case: Case) -> None:
    actions.close(case_id=case.pk, outcome="removed", evidence="Flight", reason="", by=amy.pk, at=NOW)
    page = signed_in(command.leader).get(reverse("case", args=[case.pk])).content.decode()
    assert reverse("case-leave", args=[case.pk]) in page
