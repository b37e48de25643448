"""The day after a last day: what was planned is carried out, and the person becomes inactive."""

from datetime import date, datetime

from longstop.access import actions as staff_actions
from longstop.access import queries as access
from longstop.audit.actions import SYSTEM
from longstop.audit.operations import GuaranteeBroken, action
from longstop.cases.actions.covering import LeavesUncovered, leader_above
from longstop.cases.actions.leaving import NoDeparturePlanned, live_cases, offered_to, withdraw_offers_to
from longstop.cases.actions.moving import change_owner, drop_offers, lock_cases
from longstop.cases.actions.succeeding import hand_over_teams
from longstop.cases.models import Case, Ownership, SpellState
from longstop.work import actions as work
from longstop.work import queries as tasks


def take_effect(*, today: date, at: datetime, by: int = SYSTEM) -> list[int]:
    """Carry out the departures whose last day has passed, each person in a transaction of their own, and give their numbers.

    Lists and the certificate do not wait for this: a planned spell counts from its day. It makes the rows agree.
    One departure that cannot be carried out holds up no other; it is raised when the others are done.
    """
    gone: list[int] = []
    failed: list[Exception] = []
    for staff_id in access.departed(today=today):
        try:
            _depart(staff_id=staff_id, today=today, by=by, at=at)
            gone.append(staff_id)
        except NoDeparturePlanned:
            continue  # taken back, or carried out by another process, since the list was read
        except (LeavesUncovered, GuaranteeBroken, staff_actions.StillCovers, staff_actions.LeadsATeam, staff_actions.CannotLead) as error:
            failed.append(error)
    if failed:
        raise failed[0]
    return gone


@action
def _depart(*, staff_id: int, today: date, by: int, at: datetime) -> None:
    coming = Ownership.objects.filter(case__owner_id=staff_id, state=SpellState.PLANNED)
    lock_cases([*live_cases(staff_id), *offered_to(staff_id)])
    people = access.lock_staff([staff_id, *coming.values_list("staff_id", flat=True)])
    last_day = people[staff_id].last_day
    if not people[staff_id].active or last_day is None or last_day >= today:
        raise NoDeparturePlanned(staff_id)
    withdraw_offers_to(staff_id, by=by, at=at)
    _move_named_tasks(staff_id, by=by, at=at)
    mine = Case.objects.filter(owner_id=staff_id, closed_at=None).values_list("pk", flat=True)
    for case in lock_cases(list(mine)).values():
        planned = Ownership.objects.get(case_id=case.pk, state=SpellState.PLANNED)
        drop_offers(case, by=by, at=at)
        change_owner(case, to=planned.staff_id, team_id=planned.team_id, why="departure", reason="", by=by, at=at)
    hand_over_teams(staff_id, by=by, at=at)
    _move_other_tasks(staff_id, by=by, at=at)
    staff_actions.deactivate(staff_id=staff_id, by=by, at=at)


def _move_named_tasks(staff_id: int, *, by: int, at: datetime) -> None:
    """Tasks that were given a successor of their own go there, those on the leaver's cases too."""
    for task in tasks.owned_by(staff_id=staff_id).filter(successor__isnull=False).order_by("pk"):
        assert task.successor_id is not None
        _hand_on(task.pk, task.successor_id, by=by, at=at)


def _move_other_tasks(staff_id: int, *, by: int, at: datetime) -> None:
    """Tasks made since the plan go to whoever leads the leaver's team. Raises LeavesUncovered where nobody does."""
    left = [task.pk for task in tasks.owned_by(staff_id=staff_id).order_by("pk")]
    leader = leader_above(staff_id) if left else None
    if left and leader is None:
        raise LeavesUncovered(tasks=left)
    for task_id in left:
        _hand_on(task_id, leader or 0, by=by, at=at)


def _hand_on(task_id: int, to: int, *, by: int, at: datetime) -> None:
    work.reassign(task_ids=[task_id], to=to, team_id=work.team_of(to), reason="The owner has left.", by=by, at=at)
