"""Somebody who changes team takes their cases and tasks along, or does not change team."""

from datetime import timedelta

import pytest

from longstop.access import actions as access
from longstop.access.models import Staff
from longstop.audit import queries as audit
from longstop.cases import actions
from longstop.cases import queries as cases
from longstop.cases.models import Case, Ownership
from longstop.work import queries as tasks
from tests import given
from tests.given import NOW, TODAY

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)
DAY = timedelta(days=1)


@pytest.fixture
def command() -> given.Command:
    return given.command()


@pytest.fixture
def amy(command: given.Command) -> Staff:
    return given.caseworker("Amy Tran", command.team)


def move(person: Staff, team_id: int | None, by: Staff, *, along: bool) -> list[str]:
    return actions.amend_staff(
        staff_id=person.pk,
        name=person.name,
        email=person.email,
        team_id=team_id,
        works_on=person.works_on,
        capacity_points=float(person.capacity_points),
        take_along=along,
        by=by.pk,
        at=LATER,
    )


def test_open_work_is_not_left_behind_in_the_old_team(command: given.Command, amy: Staff) -> None:
    given.case(amy)
    with pytest.raises(access.HasWork) as refused:
        move(amy, command.other_team.pk, command.head, along=False)
    assert (refused.value.cases, refused.value.tasks) == (1, 1)
    with pytest.raises(access.HasWork):
        move(amy, None, command.head, along=True)
    assert Staff.objects.get(pk=amy.pk).team_id == command.team.pk


def test_cases_go_along_each_with_a_spell_and_an_entry_of_its_own(command: given.Command, amy: Staff) -> None:
    ids = [given.case(amy), given.case(amy)]
    assert "team_id" in move(amy, command.other_team.pk, command.head, along=True)
    for case in Case.objects.filter(pk__in=ids):
        assert (case.owner_id, case.team_id) == (amy.pk, command.other_team.pk)
        assert case.last_worked_at == NOW, "moving a person is no work on their cases"
        spells = list(Ownership.objects.filter(case=case).order_by("pk").values_list("team_id", "state", "why"))
        assert spells == [(command.team.pk, "ended", "opened"), (command.other_team.pk, "current", "team_changed")]
        (entry,) = audit.timeline(subject_kind="case", subject_ids=[case.pk], kinds=["case.owner_changed"], limit=5)
        assert (entry.data["from_team_id"], entry.data["to_team_id"]) == (command.team.pk, command.other_team.pk)
        assert {task.team_id for task in tasks.of_subjects(subject_ids=[case.pk])} == {command.other_team.pk}


def test_plans_stand_when_the_person_moves(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    mine, coming = given.case(amy), given.case(ben)
    by = {"by": command.leader.pk, "at": NOW, "today": TODAY}
    actions.plan_departure(staff_id=ben.pk, last_day=TODAY + 5 * DAY, cases={coming: amy.pk}, tasks_to={}, **by)
    move(amy, command.other_team.pk, command.head, along=True)
    assert Case.objects.get(pk=coming).team_id == command.team.pk
    assert cases.planned_spells(case_ids=[coming])[coming].team_id == command.other_team.pk
    actions.take_effect(today=TODAY + 6 * DAY, at=NOW + 6 * DAY)
    assert set(Case.objects.filter(owner=amy).values_list("pk", "team_id")) == {
        (mine, command.other_team.pk),
        (coming, command.other_team.pk),
    }


def test_a_pack_that_is_still_to_be_signed_stays_so(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    case_id = given.case(ben)
    by = {"by": command.leader.pk, "at": NOW, "today": TODAY}
    actions.plan_departure(staff_id=ben.pk, last_day=TODAY, cases={case_id: amy.pk}, tasks_to={}, **by)
    actions.take_effect(today=TODAY + DAY, at=NOW + DAY)
    move(amy, command.other_team.pk, command.head, along=True)
    assert [spell.case_id for spell in cases.packs_to_sign(staff_id=amy.pk)] == [case_id]
    before = cases.came_from(case_id)
    assert before is not None
    assert before.staff_id == ben.pk


def test_who_has_no_open_work_just_moves(command: given.Command, amy: Staff) -> None:
    assert move(amy, command.other_team.pk, command.head, along=False) == ["team_id"]
    assert move(Staff.objects.get(pk=amy.pk), None, command.head, along=False) == ["team_id"]
