"""Departure, and the loss of a role. What happens to every case and task is written in one act; what would be left uncovered is refused."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from longstop.access import actions as staff_actions
from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import OWNING_ROLES, Permission, permitted
from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.covering import LeavesUncovered
from longstop.cases.actions.moving import (
    MayNotOwn,
    OwnerIsLeaving,
    assign,
    check_may_own,
    drop_offers,
    forget_planned,
    lock_cases,
    settle,
)
from longstop.cases.actions.succeeding import forget_leaders, plan_leaders
from longstop.cases.models import Case, Offer, OfferState, Ownership, SpellState
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import Task


class LastDayHasPassed(ValueError):
    """A departure is planned for today or later; somebody who is gone already leaves today."""


class NoDeparturePlanned(ValueError):
    """The person has no last day to take back, or has left already."""


@action
def plan_departure(
    *,
    staff_id: int,
    last_day: date,
    cases: Mapping[int, int],
    tasks_to: Mapping[int, int],
    leaders: Mapping[int, int] | None = None,
    by: int,
    at: datetime,
    today: date,
) -> None:
    """Write down somebody's last day and, for the day after it, who takes over each case, other task and team: all of them, or nothing.

    `cases`, `tasks_to` and `leaders` map cases, tasks and the teams they answer for to staff. Open tasks on a case go with the case
    unless named.
    What was to come to the leaver by another departure is covered here too; whom the leaver covers needs another cover first.
    Raises LeavesUncovered, LeadsATeam, CannotLead, LastDayHasPassed, MayNotOwn, OwnerIsLeaving, LacksCompetence.
    """
    if last_day < today:
        raise LastDayHasPassed(last_day)
    leaders = leaders or {}
    lock_cases([*live_cases(staff_id), *offered_to(staff_id)])
    people = access.lock_staff([staff_id, *cases.values(), *tasks_to.values(), *leaders.values()])
    _check_may_take(people.get(staff_id), leaving=True)
    withdraw_offers_to(staff_id, by=by, at=at)
    owned = lock_cases(live_cases(staff_id))
    wanted = _successors_of_tasks(staff_id, owned, tasks_to, people)
    uncovered = [pk for pk in owned if cases.get(pk, staff_id) == staff_id]
    loose = [pk for pk, successor in wanted.items() if successor == staff_id]
    absences = _covers_after(staff_id, last_day)
    if uncovered or loose or absences:
        raise LeavesUncovered(cases=uncovered, tasks=loose, absences=absences)
    for case in owned.values():
        check_may_own(staff=people.get(cases[case.pk]), needs_competence=case.needs_competence, today=today)
    _plan_spells(owned, cases, people, staff_id, from_date=last_day + timedelta(days=1), by=by, at=at)
    _plan_tasks(staff_id, wanted, from_date=last_day + timedelta(days=1), by=by, at=at)
    plan_leaders(staff_id, leaders, people, last_day=last_day, by=by, at=at, today=today)
    staff_actions.set_last_day(staff_id=staff_id, last_day=last_day, cases=len(owned), tasks=len(wanted), by=by, at=at)


def _check_may_take(staff: Staff | None, *, leaving: bool = False) -> None:
    """Refuse somebody who is gone or, unless it is the leaver, about to go. Raises MayNotOwn, OwnerIsLeaving."""
    if staff is None or not staff.active:
        raise MayNotOwn
    if staff.last_day is not None and not leaving:
        raise OwnerIsLeaving(staff.name)


def _successors_of_tasks(staff_id: int, owned: Mapping[int, Case], named: Mapping[int, int], people: Mapping[int, Staff]) -> dict[int, int]:
    """Give, for each task that must or may have a successor of its own, who that is: the leaver where nobody was named.

    Raises MayNotOwn, OwnerIsLeaving.
    """
    found: dict[int, int] = {}
    for task in _tasks_of(staff_id):
        if task.subject_id not in owned or task.pk in named:
            found[task.pk] = named.get(task.pk, staff_id)
    for successor in set(found.values()) - {staff_id}:
        _check_may_take(people.get(successor))
    return found


def _tasks_of(staff_id: int) -> list[Task]:
    """The open tasks that a person has, or is to have by a plan."""
    return list(tasks.held_or_coming(staff_id=staff_id))


def _plan_tasks(staff_id: int, successors: Mapping[int, int], *, from_date: date, by: int, at: datetime) -> None:
    """Write the successors down, and take back earlier plans for tasks that now go with their case.

    A task that was only to come to the leaver keeps the day on which its present owner goes.
    """
    held = _tasks_of(staff_id)
    stale = [task.pk for task in held if task.successor_id is not None and task.pk not in successors]
    if stale:
        work.forget_successors(task_ids=stale, by=by, at=at)
    starts: dict[date, dict[int, int]] = {}
    for task in held:
        if task.pk in successors:
            coming = task.successor_from if task.owner_id != staff_id else None
            starts.setdefault(coming or from_date, {})[task.pk] = successors[task.pk]
    for day, plan in starts.items():
        work.plan_successors(successors=plan, from_date=day, by=by, at=at)


def _covers_after(staff_id: int, last_day: date) -> list[int]:
    """The absences that the leaver would still be covering after the last day."""
    return list(access.covered_after(staff_id=staff_id, day=last_day).values_list("pk", flat=True))


def live_cases(staff_id: int) -> list[int]:
    """Give the cases that a person owns, or is to own by a plan."""
    live = Ownership.objects.filter(staff_id=staff_id, state__in=[SpellState.CURRENT, SpellState.PLANNED])
    return list(live.values_list("case_id", flat=True).distinct())


def offered_to(staff_id: int) -> list[int]:
    """Give the cases on offer to a person."""
    return list(Offer.objects.filter(to_staff_id=staff_id, state=OfferState.OPEN).values_list("case_id", flat=True))


def withdraw_offers_to(staff_id: int, *, by: int, at: datetime, reason: str = "The person it was offered to is leaving.") -> None:
    """Take back what is on offer to somebody who can take no case. The cases are locked here, unless they are already."""
    for case in lock_cases(offered_to(staff_id)).values():
        drop_offers(case, by=by, at=at, reason=reason)
        settle(case, by=by, at=at)


def _plan_spells(
    owned: Mapping[int, Case],
    successors: Mapping[int, int],
    people: Mapping[int, Staff],
    leaver: int,
    *,
    from_date: date,
    by: int,
    at: datetime,
) -> None:
    for case in owned.values():
        planned = Ownership.objects.filter(case_id=case.pk, state=SpellState.PLANNED).first()
        # A case that was only to come to the leaver keeps the day on which its present owner goes.
        starts = planned.starts_on if planned and case.owner_id != leaver else from_date
        forget_planned(case.pk, by=by, at=at)
        successor = people[successors[case.pk]]
        assert successor.team_id is not None
        assert starts is not None
        Ownership.objects.create(
            case_id=case.pk,
            staff=successor,
            team_id=successor.team_id,
            state=SpellState.PLANNED,
            starts_on=starts,
            why="departure",
        )
        happened = events.HandoverPlanned(
            subject_id=case.pk, person_id=case.person_id, from_staff_id=case.owner_id, to_staff_id=successor.pk, from_date=starts
        )
        record(happened, by=by, at=at)


@action
def forget_departure(*, staff_id: int, by: int, at: datetime) -> None:
    """Take a planned departure back: the person stays, and so does their work. Raises NoDeparturePlanned."""
    lock_cases(live_cases(staff_id))
    person = access.lock_staff([staff_id]).get(staff_id)
    if person is None or person.last_day is None or not person.active:
        raise NoDeparturePlanned(staff_id)
    mine = Case.objects.filter(owner_id=staff_id, closed_at=None).values_list("pk", flat=True)
    for case in lock_cases(list(mine)).values():
        forget_planned(case.pk, by=by, at=at)
    planned = list(tasks.owned_by(staff_id=staff_id).filter(successor__isnull=False).values_list("pk", flat=True))
    if planned:
        work.forget_successors(task_ids=planned, by=by, at=at)
    forget_leaders(staff_id, by=by, at=at)
    staff_actions.set_last_day(staff_id=staff_id, last_day=None, cases=0, tasks=0, by=by, at=at)


@action
def end_role(*, staff_id: int, role: str, cases: Mapping[int, int], reason: str, by: int, at: datetime, today: date) -> None:
    """End a role today.

    Where it was the last that lets the person own cases, each of those cases is given to somebody else in the same act,
    and what was on offer to them is taken back. Where it was the last that lets them do tasks, they may have none left.

    Raises LeavesUncovered where `cases` (case to staff) leaves one out, LeadsATeam where it is the last with which they may answer for a
    team that they lead, and what `assign` raises.
    """
    lock_cases([*live_cases(staff_id), *offered_to(staff_id)])
    access.lock_staff([staff_id, *cases.values()])
    remaining = access.roles_of(staff_id=staff_id, today=today) - {role}
    if not remaining & OWNING_ROLES:
        withdraw_offers_to(staff_id, reason="The person it was offered to may no longer own cases.", by=by, at=at)
        _give_away(staff_id, cases, reason=reason, by=by, at=at, today=today)
    if not permitted(roles=remaining, permission=Permission.DO_TASKS):
        loose = list(tasks.owned_by(staff_id=staff_id).values_list("pk", flat=True))
        if loose:
            raise LeavesUncovered(tasks=loose)
    staff_actions.end_role(staff_id=staff_id, role=role, to_date=today, reason=reason, by=by, at=at)


def _give_away(staff_id: int, successors: Mapping[int, int], *, reason: str, by: int, at: datetime, today: date) -> None:
    live = live_cases(staff_id)
    uncovered = [pk for pk in live if successors.get(pk, staff_id) == staff_id]
    if uncovered:
        raise LeavesUncovered(cases=uncovered)
    for case in lock_cases(live).values():
        if case.owner_id == staff_id:
            assign(case_id=case.pk, to=successors[case.pk], from_=staff_id, reason=reason, by=by, at=at, today=today, why="role_ended")
        else:
            raise LeavesUncovered(cases=[case.pk])


@action
def sign_handover(*, case_id: int, by: int, at: datetime) -> None:
    """Sign that the handover pack of a case that came by a departure was read.

    Raises Ownership.DoesNotExist where it is not theirs to sign.
    """
    spell = Ownership.objects.select_for_update(no_key=True).get(case_id=case_id, staff_id=by, state=SpellState.CURRENT, read_at=None)
    spell.read_at, spell.read_by_id = at, by
    spell.save(update_fields=["read_at", "read_by"])
    case = Case.objects.get(pk=case_id)
    record(events.HandoverRead(subject_id=case_id, person_id=case.person_id, ownership_id=spell.pk), by=by, at=at)
