"""Whoever owns what has to be looked at goes away, loses the role or leaves: somebody always has it, and knows."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from longstop.access import actions as access
from longstop.access import queries as staff
from longstop.access.models import Staff
from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions as cases
from longstop.referral import actions
from longstop.referral.actions import judging
from longstop.referral.models import Departure, Look, Question, Referral
from longstop.referral.queries.desk import view_counts
from longstop.work import queries as work
from longstop.work.models import Task
from tests import given
from tests.guarantee.invariants import broken
from tests.referral.world import NOW, TODAY, arrive, command, consider, prisoner, tomorrow

KINDS: dict[str, Any] = {"referral": Referral, "question": Question, "departure": Departure, "look": Look}


def told(by: Staff) -> dict[str, Any]:
    return {"by": by.pk, "at": NOW, "today": TODAY}


@pytest.fixture
def desk(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[given.Command, Staff, Staff]:
    """A command with one duty officer, who owns a referral, a question, a departure and a second look; and a colleague."""
    monkeypatch.setattr(judging, "is_drawn", lambda **_: True)
    made, (officer,) = command(officers=1)
    rows = [prisoner("A1001AA"), prisoner("A1002AA"), prisoner("A1003AA", nationality=""), prisoner("A1004AA", nationality="British")]
    consider(arrive(tmp_path, rows, at=tomorrow(-1)))
    consider(arrive(tmp_path, rows[1:]))
    colleague = given.staff("Dora Pike", "prison_team", team=made.other_team)
    assert {task.subject_kind for task in work.owned_by(staff_id=officer.pk)} == set(KINDS)
    return made, officer, colleague


def test_nobody_goes_on_leave_before_somebody_covers_what_is_due(desk: tuple[given.Command, Staff, Staff]) -> None:
    made, officer, colleague = desk
    leave = {"staff_id": officer.pk, "kind": "leave", "from_date": TODAY, "to_date": TODAY, **told(made.leader)}
    with pytest.raises(cases.LeavesUncovered) as refused:
        cases.record_absence(cover_id=None, **leave)
    assert refused.value.tasks == [Departure.objects.get().task_id], "a departure is due the same day, the rest later"
    cases.record_absence(cover_id=colleague.pk, **leave)
    assert staff.covered_by(staff_id=colleague.pk, today=TODAY) == [officer.pk]
    mine = work.my_work(staff_id=colleague.pk, covering=[officer.pk], today=TODAY)
    assert {task.subject_kind for task in mine} == set(KINDS)
    both = (colleague.pk, officer.pk)
    shown = {kind: view_counts(kind, staff_ids=both, team_ids=(), today=TODAY)["mine"] for kind in KINDS}
    assert shown == {"referral": 2, "question": 1, "departure": 1, "look": 1}
    departure = Departure.objects.get()
    actions.explain(departure_id=departure.pk, explanation="released", evidence="Licence seen", by=colleague.pk, at=NOW)
    assert Departure.objects.get().ended_by_id == colleague.pk


def test_a_sudden_absence_is_told_to_the_leader_and_ends(desk: tuple[given.Command, Staff, Staff], tmp_path: Path) -> None:
    made, officer, colleague = desk
    absence = cases.record_absence(staff_id=officer.pk, kind="sudden", from_date=TODAY, to_date=None, cover_id=None, **told(made.leader))
    assert Task.objects.get(kind="absence.cover_needed", state="open").owner_id == made.leader.pk
    rows = [prisoner(f"A100{number}AA") for number in (2, 6, 7)]
    consider(arrive(tmp_path, rows, at=tomorrow()), at=tomorrow())
    fresh = Task.objects.filter(made_at=tomorrow(), subject_kind__in=KINDS)
    assert fresh.exists()
    assert {task.owner_id for task in fresh} & {officer.pk} == set(), "what comes new goes to somebody who is in"
    cases.set_cover(absence_id=absence.pk, cover_id=colleague.pk, by=made.leader.pk, at=tomorrow())
    late = [prisoner(f"A101{number}AA") for number in (1, 2, 3, 4)]
    consider(arrive(tmp_path, [*rows, *late], at=tomorrow(2)), at=tomorrow(2))
    assert not Task.objects.filter(made_at=tomorrow(2), subject_kind__in=KINDS, owner=None).exists()
    cases.end_absence(absence_id=absence.pk, last_day=tomorrow(2).date(), by=made.leader.pk, at=tomorrow(2))
    assert staff.covered_by(staff_id=colleague.pk, today=tomorrow(3).date()) == []
    with connection.cursor() as cursor:
        assert broken(cursor, today=tomorrow(2).date()) == []


def test_nobody_loses_the_role_or_the_account_while_anything_is_theirs(desk: tuple[given.Command, Staff, Staff]) -> None:
    made, officer, colleague = desk
    with pytest.raises(cases.LeavesUncovered) as refused:
        cases.end_role(staff_id=officer.pk, role="duty_officer", cases={}, reason="", **told(made.leader))
    assert len(refused.value.tasks) == work.owned_by(staff_id=officer.pk).count() == 5
    with pytest.raises(GuaranteeBroken):
        access.deactivate(staff_id=officer.pk, by=made.leader.pk, at=NOW)
    for kind, model in KINDS.items():
        numbers = list(model.objects.filter(state="open").values_list("pk", flat=True))
        actions.hand_on(kind=kind, subject_ids=numbers, to=colleague.pk, from_=officer.pk, reason="Moves on", **told(officer))
    cases.end_role(staff_id=officer.pk, role="duty_officer", cases={}, reason="", **told(made.leader))
    access.deactivate(staff_id=officer.pk, by=made.leader.pk, at=NOW)
    assert work.owned_by(staff_id=colleague.pk).count() == 5
    with connection.cursor() as cursor:
        assert broken(cursor, today=TODAY) == []


def test_whoever_leaves_hands_on_each_kind_and_is_given_nothing_new(desk: tuple[given.Command, Staff, Staff], tmp_path: Path) -> None:
    made, officer, colleague = desk
    loose = list(work.owned_by(staff_id=officer.pk).values_list("pk", flat=True))
    plan = {"staff_id": officer.pk, "last_day": tomorrow().date(), "cases": {}, **told(made.leader)}
    cases.plan_departure(tasks_to=dict.fromkeys(loose, colleague.pk), **plan)
    consider(arrive(tmp_path, [prisoner(f"A102{number}AA") for number in range(4)], at=tomorrow()), at=tomorrow())
    new = Task.objects.filter(made_at=tomorrow(), subject_kind__in=KINDS)
    assert new.exists()
    assert not new.filter(owner=officer).exists()
    assert cases.take_effect(today=tomorrow(2).date(), at=tomorrow(2)) == [officer.pk]
    assert set(Task.objects.filter(pk__in=loose, state="open").values_list("owner_id", flat=True)) == {colleague.pk}
    with connection.cursor() as cursor:
        assert broken(cursor, today=tomorrow(2).date()) == []
