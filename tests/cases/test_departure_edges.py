"""Departures and roles that end at the edges: past midnight in summer, with an offer open, with a role left that does no tasks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from longstop.access import actions as access
from longstop.access import queries
from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.cases import actions
from longstop.cases.models import KeyDate, Offer
from longstop.work import actions as work
from longstop.work.models import Task
from longstop.work.rules import HoldTooLong, NewTask
from tests import given
from tests.given import NOW, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_who_covered_up_to_the_last_day_leaves_just_after_midnight_in_summer() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    last = date(2027, 6, 30)
    by = {"by": command.leader.pk, "at": NOW, "today": TODAY}
    actions.record_absence(staff_id=ben.pk, kind="leave", from_date=last - DAY, to_date=last, cover_id=amy.pk, **by)
    actions.plan_departure(staff_id=amy.pk, last_day=last, cases={}, tasks_to={}, **by)
    midnight = datetime(2027, 6, 30, 23, 10, tzinfo=UTC)  # ten past midnight in London, on the day after
    assert actions.take_effect(today=last + DAY, at=midnight) == [amy.pk]
    assert not Staff.objects.get(pk=amy.pk).active


def test_what_is_on_offer_to_somebody_who_may_no_longer_own_is_taken_back() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    offer = actions.offer(case_id=case_id, to=ben.pk, from_=amy.pk, reason="Moved", by=amy.pk, at=NOW, today=TODAY)
    actions.end_role(staff_id=ben.pk, role="caseworker", cases={}, reason="New post", by=command.leader.pk, at=NOW, today=TODAY)
    assert Offer.objects.get(pk=offer.pk).state == "withdrawn"
    assert not Task.objects.filter(owner_id=ben.pk, state="open").exists()


def test_a_role_that_does_no_tasks_keeps_nobody_their_tasks() -> None:
    command = given.command()
    amy = given.staff("Amy Tran", "caseworker", "analyst", team=command.team)
    subject = work.Subject(kind="absence", id=work.next_subject_ids(1)[0])
    new = NewTask(kind="absence.cover_needed", due=TODAY)
    task = work.make(subject=subject, new=new, owner_id=amy.pk, team_id=command.team.pk, by=SYSTEM, at=NOW, today=TODAY)
    with pytest.raises(actions.LeavesUncovered) as refused:
        actions.end_role(staff_id=amy.pk, role="caseworker", cases={}, reason="", by=command.leader.pk, at=NOW, today=TODAY)
    assert refused.value.tasks == [task.pk]


def test_a_role_renewed_ahead_of_its_end_is_not_lost_until_then() -> None:
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    last = TODAY + 9 * DAY
    access.grant_role(staff_id=amy.pk, role="inspector", from_date=TODAY, to_date=last, by=SYSTEM, at=NOW)
    with pytest.raises(access.RoleAlreadyHeld):
        access.grant_role(staff_id=amy.pk, role="inspector", from_date=last, to_date=last + DAY, by=SYSTEM, at=NOW)
    with pytest.raises(access.RoleAlreadyHeld):
        access.grant_role(staff_id=amy.pk, role="inspector", from_date=last + 5 * DAY, to_date=last + 9 * DAY, by=SYSTEM, at=NOW)
    access.grant_role(staff_id=amy.pk, role="inspector", from_date=last + DAY, to_date=last + 9 * DAY, by=SYSTEM, at=NOW)
    held = {day: "inspector" in roles_on(amy.pk, day) for day in (TODAY, last, last + DAY, last + 9 * DAY, last + 10 * DAY)}
    assert list(held.values()) == [True, True, True, True, False]


def roles_on(staff_id: int, day: date) -> frozenset[str]:
    return queries.roles_of(staff_id=staff_id, today=day)


def test_a_hold_that_is_moved_stays_one_within_its_limit() -> None:
    amy = given.caseworker("Amy Tran", given.command().team)
    stamp = {"by": amy.pk, "at": NOW, "today": TODAY}
    hold = actions.hold(case_id=given.case(amy), wake=TODAY + 9 * DAY, waiting_for="court", reason="Hearing", **stamp)
    actions.move_due(task_id=hold.pk, due=TODAY + 20 * DAY, reason="Adjourned", **stamp)
    hold.refresh_from_db()
    assert (hold.wake, hold.due, hold.is_hold) == (TODAY + 20 * DAY, TODAY + 20 * DAY, True)
    with pytest.raises(HoldTooLong):
        actions.move_due(task_id=hold.pk, due=TODAY + 200 * DAY, reason="Adjourned again", **stamp)


def test_somebody_who_covers_does_not_go_away_before_another_does() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    week = {"from_date": TODAY, "to_date": TODAY + timedelta(days=4)}
    stamp = {"by": command.leader.pk, "at": NOW, "today": TODAY}
    away = actions.record_absence(staff_id=amy.pk, kind="leave", cover_id=ben.pk, **week, **stamp)
    with pytest.raises(actions.LeavesUncovered) as refused:
        actions.record_absence(staff_id=ben.pk, kind="leave", cover_id=None, **week, **stamp)
    assert refused.value.absences == [away.pk]
    actions.record_absence(staff_id=ben.pk, kind="sudden", cover_id=command.leader.pk, **week, **stamp)
    assert Task.objects.filter(subject_id=away.pk, kind="absence.cover_needed", owner=command.leader, state="open").count() == 1


def test_each_detention_review_recorded_by_hand_stays_and_the_first_consideration_stands() -> None:
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    case_id = given.case(amy)
    told = {"case_id": case_id, "source": "command", "observed_at": NOW, "reason": "", "by": amy.pk, "at": NOW, "today": TODAY}
    for days in (20, 10):
        actions.record_key_date(name="last_detention_review", value=TODAY - timedelta(days=days), **told)
    assert KeyDate.objects.filter(case_id=case_id, name="last_detention_review").count() == 2
    actions.record_key_date(name="considered_on", value=TODAY - timedelta(days=3), **told)
    with pytest.raises(actions.FirstDateStands):
        actions.record_key_date(name="considered_on", value=TODAY, **told)
