"""What is recorded about a member of staff is amended. Where their team changes, their cases and tasks go along, or the act is refused."""

from datetime import datetime

from longstop.access import actions as staff_actions
from longstop.access import queries as access
from longstop.access.actions import HasWork
from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.leaving import live_cases
from longstop.cases.actions.moving import lock_cases
from longstop.cases.models import Case, Ownership, SpellState
from longstop.work import actions as work
from longstop.work import queries as tasks

REASON = "The owner moved to another team."


@action
def amend_staff(
    *,
    staff_id: int,
    name: str,
    email: str,
    team_id: int | None,
    works_on: str,
    capacity_points: float,
    take_along: bool,
    by: int,
    at: datetime,
) -> list[str]:
    """Amend a person's details and give the names of what changed.

    Somebody who owns open cases or tasks changes team only with `take_along`: each case moves to the new team with them, as a spell of
    ownership of its own, and their tasks of the old team too; plans for either stand. Nobody with open work can be left without a team.
    Raises HasWork, NoSuchStaff.
    """
    lock_cases(live_cases(staff_id))
    person = access.lock_staff([staff_id]).get(staff_id)
    if person is None:
        raise access.NoSuchStaff(staff_id)
    if person.team_id != team_id:
        _move_work(staff_id, from_team_id=person.team_id, to_team_id=team_id, take_along=take_along, by=by, at=at)
    return staff_actions.amend_staff(
        staff_id=staff_id, name=name, email=email, team_id=team_id, works_on=works_on, capacity_points=capacity_points, by=by, at=at
    )


def _move_work(staff_id: int, *, from_team_id: int | None, to_team_id: int | None, take_along: bool, by: int, at: datetime) -> None:
    live = lock_cases(live_cases(staff_id))
    held = list(tasks.held_or_coming(staff_id=staff_id))
    if (live or held) and (to_team_id is None or not take_along):
        raise HasWork(cases=len(live), tasks=len(held))
    if to_team_id is None:
        return
    for case in live.values():
        _move_case(case, staff_id, to_team_id, by=by, at=at)
    # A task that somebody of another team set them stays with that team's line.
    moving = [task for task in held if task.owner_id == staff_id and (task.team_id == from_team_id or task.subject_id in live)]
    cases_of = {pk: case.person_id for pk, case in live.items()}
    if moving:
        work.change_team(task_ids=[task.pk for task in moving], team_id=to_team_id, person_ids=cases_of, by=by, at=at)


def _move_case(case: Case, staff_id: int, team_id: int, *, by: int, at: datetime) -> None:
    """Move a case to the owner's new team; one that is only to come to them keeps its owner, and its plan names the new team."""
    planned = Ownership.objects.select_for_update(no_key=True).filter(case_id=case.pk, staff_id=staff_id, state=SpellState.PLANNED)
    for spell in planned:
        spell.team_id = team_id
        spell.save(update_fields=["team"])
    if case.owner_id != staff_id or case.team_id == team_id:
        return
    before, case.team_id = case.team_id, team_id
    _begin_again(case, by=by, at=at)
    case.version += 1
    case.save(update_fields=["team", "version"])
    happened = events.OwnerChanged(
        subject_id=case.pk,
        person_id=case.person_id,
        from_owner_id=staff_id,
        to_owner_id=staff_id,
        from_team_id=before,
        to_team_id=team_id,
        why="team_changed",
        reason=REASON,
    )
    record(happened, by=by, at=at)


def _begin_again(case: Case, *, by: int, at: datetime) -> None:
    """End the owner's spell in the old team and begin one in the new. A handover pack that is still to be signed stays so."""
    current = Ownership.objects.select_for_update(no_key=True).get(case_id=case.pk, state=SpellState.CURRENT)
    assert current.started_at is not None
    moment = max(at, current.started_at)
    current.state, current.ended_at, current.ended_by_id = SpellState.ENDED, moment, by
    current.save(update_fields=["state", "ended_at", "ended_by"])
    unsigned = current.why == "departure" and current.read_at is None
    Ownership.objects.create(
        case_id=case.pk,
        staff_id=current.staff_id,
        team_id=case.team_id,
        state=SpellState.CURRENT,
        started_at=moment,
        started_by_id=by,
        why="departure" if unsigned else "team_changed",
        read_at=current.read_at,
        read_by_id=current.read_by_id,
    )
