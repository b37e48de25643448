"""Owning and handing over a case, as a caseworker and a leader would meet it."""

from datetime import timedelta

import pytest

from longstop.access.actions import deactivate
from longstop.audit.models import Event
from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions
from longstop.cases.models import Case, Offer, Ownership
from longstop.work.models import Task
from longstop.work.rules import NewTask
from tests import given
from tests.given import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_a_new_case_has_an_owner_and_names_a_dated_task() -> None:
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    case = Case.objects.get(pk=given.case(amy))
    assert (case.owner_id, case.team_id, case.open_key) == (amy.pk, command.team.pk, True)
    assert case.next_due == case.next_task.due
    assert case.reference.startswith("LS-")


def test_an_owner_with_an_open_case_cannot_be_made_inactive() -> None:
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    given.case(amy)
    with pytest.raises(GuaranteeBroken, match="active"):
        deactivate(staff_id=amy.pk, by=command.leader.pk, at=NOW)


def test_assigning_checks_who_the_caller_thinks_owns_it() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    actions.assign(case_id=case_id, to=ben.pk, from_=amy.pk, reason="Balance", by=command.leader.pk, at=NOW, today=TODAY)
    with pytest.raises(actions.OwnerHasChanged) as raised:
        actions.assign(case_id=case_id, to=command.leader.pk, from_=amy.pk, reason="", by=command.leader.pk, at=NOW, today=TODAY)
    assert raised.value.owner_id == ben.pk
    assert set(Task.objects.filter(subject_id=case_id, state="open").values_list("owner_id", flat=True)) == {ben.pk}


def test_the_last_task_is_finished_only_with_the_next_one() -> None:
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    case_id = given.case(amy)
    task = Task.objects.get(subject_id=case_id, state="open")
    with pytest.raises(actions.NoNextTask):
        actions.complete_task(task_id=task.pk, result="Considered", by=amy.pk, at=NOW, today=TODAY)
    then = NewTask(kind="case.review", due=TODAY + timedelta(days=30))
    actions.complete_task(task_id=task.pk, result="Considered", then=then, by=amy.pk, at=NOW, today=TODAY)
    assert Case.objects.get(pk=case_id).next_due == TODAY + timedelta(days=30)


def test_a_transfer_changes_hands_only_when_accepted_with_the_pack_read() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.other_team)
    case_id = given.case(amy)
    offer = actions.offer(case_id=case_id, to=ben.pk, from_=amy.pk, reason="Moved prison", by=amy.pk, at=NOW, today=TODAY)
    assert Case.objects.get(pk=case_id).owner_id == amy.pk
    with pytest.raises(actions.PackNotRead):
        actions.accept(offer_id=offer.pk, pack_read=False, by=ben.pk, at=NOW, today=TODAY)
    actions.accept(offer_id=offer.pk, pack_read=True, by=ben.pk, at=NOW, today=TODAY)
    case = Case.objects.get(pk=case_id)
    assert (case.owner_id, case.team_id) == (ben.pk, command.other_team.pk)
    assert Ownership.objects.filter(case_id=case_id, state="current").count() == 1
    assert Offer.objects.get(pk=offer.pk).state == "accepted"
    assert Event.objects.filter(subject_id=case_id, kind="case.transfer_accepted").exists()


def test_a_departure_leaves_nothing_uncovered_and_takes_effect_on_its_day() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_ids = [given.case(amy), given.case(amy)]
    last = TODAY + timedelta(days=9)
    with pytest.raises(actions.LeavesUncovered) as raised:
        actions.plan_departure(
            staff_id=amy.pk, last_day=last, cases={case_ids[0]: ben.pk}, tasks_to={}, by=command.leader.pk, at=NOW, today=TODAY
        )
    assert raised.value.cases == [case_ids[1]]
    plan = dict.fromkeys(case_ids, ben.pk)
    actions.plan_departure(staff_id=amy.pk, last_day=last, cases=plan, tasks_to={}, by=command.leader.pk, at=NOW, today=TODAY)
    assert actions.take_effect(today=last, at=NOW + timedelta(days=9)) == []
    assert actions.take_effect(today=last + timedelta(days=1), at=NOW + timedelta(days=10)) == [amy.pk]
    amy.refresh_from_db()
    assert not amy.active
    assert set(Case.objects.filter(pk__in=case_ids).values_list("owner_id", flat=True)) == {ben.pk}


def test_closing_needs_evidence_and_reopening_keeps_first_dates() -> None:
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    case_id = given.case(amy)
    with pytest.raises(actions.NoEvidence):
        actions.close(case_id=case_id, outcome="removed", evidence=" ", reason="", by=amy.pk, at=NOW)
    actions.close(case_id=case_id, outcome="removed", evidence="Flight XX 12, 18 November", reason="", by=amy.pk, at=NOW)
    then = NewTask(kind="case.review", due=TODAY + timedelta(days=5))
    later = NOW + timedelta(days=1)
    actions.reopen(case_id=case_id, owner_id=amy.pk, then=then, reason="Returned", by=amy.pk, at=later, today=TODAY)
    case = Case.objects.get(pk=case_id)
    assert (case.first_opened_at, case.outcome, case.openings.count()) == (NOW, "", 2)


def test_a_bulk_allocation_says_what_became_of_each_case_and_can_be_undone() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_ids = [given.case(amy) for _ in range(3)]
    actions.close(case_id=case_ids[2], outcome="removed", evidence="Flight", reason="", by=amy.pk, at=NOW)
    moves = [actions.Move(case_id=pk, from_=amy.pk, to=ben.pk) for pk in case_ids]
    act = actions.allocate_many(moves=moves, reason="Amy is full", by=command.leader.pk, at=NOW, today=TODAY)
    results = dict(act.items.values_list("case_id", "result"))
    assert results == {case_ids[0]: "done", case_ids[1]: "done", case_ids[2]: "skipped"}
    act = actions.undo_bulk(act_id=act.pk, by=command.leader.pk, at=NOW, today=TODAY)
    assert Case.objects.filter(owner=amy, closed_at=None).count() == 2


def test_consideration_clocks_rest_once_consideration_has_begun() -> None:
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    case_id = given.case(amy)
    task = Task.objects.get(subject_id=case_id, kind="case.first_consideration")
    then = NewTask(kind="case.review", due=TODAY + timedelta(days=30))
    actions.complete_task(task_id=task.pk, result="Considered", then=then, by=amy.pk, at=NOW, today=TODAY)
    case = Case.objects.get(pk=case_id)
    assert set(case.clocks.exclude(rule_version="stopped").values_list("kind", flat=True)) == {"release"}
    assert case.key_dates.get(name="considered_on").value == TODAY
