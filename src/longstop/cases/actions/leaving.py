"""Departure, and the loss of a role. What happens to every case and task is written in one act; what would be left uncovered is refused."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from longstop.access import actions as staff_actions
from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import OWNING_ROLES
from longstop.audit.actions import SYSTEM, record
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.covering import LeavesUncovered
from longstop.cases.actions.moving import (
    assign,
    change_owner,
    check_may_own,
    drop_offers,
    forget_planned,
    lock_cases,
)
from longstop.cases.models import Case, Offer, OfferState, Ownership, SpellState
from longstop.work import actions as work
from longstop.work import queries as tasks


class LastDayHasPassed(ValueError):
    """A departure is planned for today or later; somebody who is gone already leaves today."""


@action
def plan_departure(
    *,
    staff_id: int,
    last_day: date,
    cases: Mapping[int, int],
    tasks_to: Mapping[int, int],
    by: int,
    at: datetime,
    today: date,
) -> None:
    """Write down somebody's last day and, for the day after it, who takes over each case and each other task: all of them, or nothing.

    `cases` and `tasks_to` map cases and tasks to staff. Open tasks on a case go with the case unless named.
    Cases that were to come to the leaver by another departure are covered here too.
    Raises LeavesUncovered, LastDayHasPassed, MayNotOwn, OwnerIsLeaving, LacksCompetence.
    """
    if last_day < today:
        raise LastDayHasPassed(last_day)
    people = access.lock_staff([staff_id, *cases.values(), *tasks_to.values()])
    _withdraw_offers_to(staff_id, by=by, at=at)
    owned = lock_cases(live_cases(staff_id))
    other = [task.pk for task in tasks.owned_by(staff_id=staff_id) if task.subject_id not in owned]
    uncovered = [pk for pk in owned if cases.get(pk, staff_id) == staff_id]
    loose = [pk for pk in other if tasks_to.get(pk, staff_id) == staff_id]
    if uncovered or loose:
        raise LeavesUncovered(cases=uncovered, tasks=loose)
    for case in owned.values():
        check_may_own(staff=people.get(cases[case.pk]), needs_competence=case.needs_competence, today=today)
    _plan_spells(owned, cases, people, staff_id, from_date=last_day + timedelta(days=1), by=by, at=at)
    if tasks_to:
        work.plan_successors(successors=dict(tasks_to), from_date=last_day + timedelta(days=1), by=by, at=at)
    staff_actions.set_last_day(staff_id=staff_id, last_day=last_day, cases=len(owned), tasks=len(other), by=by, at=at)


def live_cases(staff_id: int) -> list[int]:
    """Give the cases that a person owns, or is to own by a plan."""
    live = Ownership.objects.filter(staff_id=staff_id, state__in=[SpellState.CURRENT, SpellState.PLANNED])
    return list(live.values_list("case_id", flat=True).distinct())


def _withdraw_offers_to(staff_id: int, *, by: int, at: datetime) -> None:
    offered = Offer.objects.filter(to_staff_id=staff_id, state=OfferState.OPEN).values_list("case_id", flat=True)
    for case in lock_cases(list(offered)).values():
        drop_offers(case, by=by, at=at, reason="The person it was offered to is leaving.")


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
    """Take a planned departure back: the person stays, and so does their work."""
    access.lock_staff([staff_id])
    mine = Case.objects.filter(owner_id=staff_id, closed_at=None).values_list("pk", flat=True)
    for case in lock_cases(list(mine)).values():
        forget_planned(case.pk, by=by, at=at)
    planned = list(tasks.owned_by(staff_id=staff_id).filter(successor__isnull=False).values_list("pk", flat=True))
    if planned:
        work.forget_successors(task_ids=planned, by=by, at=at)
    staff_actions.set_last_day(staff_id=staff_id, last_day=None, cases=0, tasks=0, by=by, at=at)


def take_effect(*, today: date, at: datetime, by: int = SYSTEM) -> list[int]:
    """Carry out the departures whose last day has passed, each person in a transaction of their own, and give their numbers.

    Lists and the certificate do not wait for this: a planned spell counts from its day. It makes the rows agree.
    """
    gone = access.departed(today=today)
    for staff_id in gone:
        _depart(staff_id=staff_id, by=by, at=at)
    return gone


@action
def _depart(*, staff_id: int, by: int, at: datetime) -> None:
    access.lock_staff([staff_id])
    _withdraw_offers_to(staff_id, by=by, at=at)
    mine = Case.objects.filter(owner_id=staff_id, closed_at=None).values_list("pk", flat=True)
    for case in lock_cases(list(mine)).values():
        planned = Ownership.objects.get(case_id=case.pk, state=SpellState.PLANNED)
        drop_offers(case, by=by, at=at)
        change_owner(case, to=planned.staff_id, team_id=planned.team_id, why="departure", reason="", by=by, at=at)
    _move_other_tasks(staff_id, by=by, at=at)
    staff_actions.deactivate(staff_id=staff_id, by=by, at=at)


def _move_other_tasks(staff_id: int, *, by: int, at: datetime) -> None:
    """Tasks go to their successors; one made since the plan goes to whoever leads the leaver's team."""
    leader = _leader_above(staff_id)
    for task in tasks.owned_by(staff_id=staff_id):
        to = task.successor_id or leader
        if to is None:
            raise LeavesUncovered(cases=[], tasks=[task.pk])
        work.reassign(task_ids=[task.pk], to=to, team_id=work.team_of(to), reason="The owner has left.", by=by, at=at)


def _leader_above(staff_id: int) -> int | None:
    team_id = work.team_of(staff_id)
    line = access.accountability(team_id) if team_id else []
    return next((link.leader_id for link in line if link.leader_id not in (None, staff_id)), None)


@action
def end_role(*, staff_id: int, role: str, cases: Mapping[int, int], reason: str, by: int, at: datetime, today: date) -> None:
    """End a role today.

    Where it was the last that lets the person own cases, each of those cases is given to somebody else in the same act.

    Raises LeavesUncovered where `cases` (case to staff) leaves one out, and what `assign` raises.
    """
    access.lock_staff([staff_id, *cases.values()])
    remaining = access.roles_of(staff_id=staff_id, today=today) - {role}
    if not remaining & OWNING_ROLES:
        _give_away(staff_id, cases, reason=reason, by=by, at=at, today=today)
    if not remaining:
        loose = list(tasks.owned_by(staff_id=staff_id).values_list("pk", flat=True))
        if loose:
            raise LeavesUncovered(cases=[], tasks=loose)
    staff_actions.end_role(staff_id=staff_id, role=role, to_date=today, reason=reason, by=by, at=at)


def _give_away(staff_id: int, successors: Mapping[int, int], *, reason: str, by: int, at: datetime, today: date) -> None:
    live = live_cases(staff_id)
    uncovered = [pk for pk in live if successors.get(pk, staff_id) == staff_id]
    if uncovered:
        raise LeavesUncovered(cases=uncovered, tasks=[])
    for case in lock_cases(live).values():
        if case.owner_id == staff_id:
            assign(case_id=case.pk, to=successors[case.pk], from_=staff_id, reason=reason, by=by, at=at, today=today, why="role_ended")
        else:
            raise LeavesUncovered(cases=[case.pk], tasks=[])


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
