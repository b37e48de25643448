"""A case changes hands: what every way of doing so has in common, and the plain one, `assign`."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import OWNING_ROLES
from longstop.audit.actions import SYSTEM, record
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.models import Case, Offer, OfferState, Ownership, SpellState
from longstop.cases.rules import ANSWER, OFFER
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import Task


class OwnerHasChanged(Exception):
    """The case is no longer owned by the person the caller thinks: `owner_id` is who owns it now."""

    def __init__(self, case_id: int, owner_id: int) -> None:
        super().__init__(case_id)
        self.case_id, self.owner_id = case_id, owner_id


class CaseHasChanged(Exception):
    """Somebody changed the case since the caller read it."""


class CaseIsClosed(Exception):
    """The case is closed: it has to be reopened first."""


class CaseIsOpen(Exception):
    """The case is open already."""


class NoNextTask(Exception):
    """An open case must name a dated task: say what happens next before the last one is finished."""


class MayNotOwn(ValueError):
    """The person is not active, or holds no role that owns cases."""


class LacksCompetence(ValueError):
    """The case needs a competence that the person does not hold, or that has expired."""


class OwnerIsLeaving(ValueError):
    """The person has a last day: cases are not given to somebody who is about to go."""


class AlreadyTheOwner(ValueError):
    """The person owns the case already."""


# The order in which every action locks, so that no two wait for each other: cases, then staff, each by number; then what hangs on the case.


def lock_cases(case_ids: Iterable[int]) -> dict[int, Case]:
    """Lock these cases, in the order of their numbers, for the rest of the transaction."""
    found = Case.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=set(case_ids)).order_by("pk")
    return {case.pk: case for case in found}


def lock_open(case_id: int) -> Case:
    """Lock one open case. Raises Case.DoesNotExist, CaseIsClosed."""
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    if case.closed_at is not None:
        raise CaseIsClosed(case.reference)
    return case


def settle(case: Case, *, by: int, at: datetime) -> None:
    """Let an open case name the open task that is due first, and count the change.

    Raises NoNextTask where there is none but the answer to an offer: once that is given, nothing would be left to do.
    """
    open_now = tasks.open_about(subject_id=case.pk)
    if not _has_work(case, open_now):
        raise NoNextTask(case.reference)
    task = open_now[0]
    case.next_task, case.next_due, case.next_is_hold = task, task.due, task.is_hold
    touch(case, by=by, at=at)
    case.save(update_fields=["next_task", "next_due", "next_is_hold", "version", "last_worked_at", "last_worked_by", "owner", "team"])


def _has_work(case: Case, open_now: Sequence[Task]) -> bool:
    answers = [task.pk for task in open_now if task.kind == ANSWER]
    on_offer = Offer.objects.filter(case=case, state=OfferState.OPEN, task_id__in=answers).count() if answers else 0
    return len(open_now) > on_offer


def touch(case: Case, *, by: int, at: datetime) -> None:
    """Count a change to the case; only a person's counts as work."""
    case.version += 1
    if by != SYSTEM:
        case.last_worked_at, case.last_worked_by_id = at, by


@dataclass(frozen=True)
class Candidates:
    """Members of staff to whom cases may be given on a day, or not: read for many at once."""

    staff: Mapping[int, Staff]
    owning: Set[int]
    competences: Mapping[int, Set[str]]

    def check(self, staff_id: int, *, needs_competence: str) -> Staff:
        """Give the person, who may be given the case. Raises MayNotOwn, OwnerIsLeaving, LacksCompetence."""
        staff = self.staff.get(staff_id)
        if staff is None or not staff.active or staff.team_id is None:
            raise MayNotOwn
        if staff_id not in self.owning:
            raise MayNotOwn(staff.name)
        if staff.last_day is not None:
            raise OwnerIsLeaving(staff.name)
        if needs_competence and needs_competence not in self.competences.get(staff_id, frozenset()):
            raise LacksCompetence(needs_competence)
        return staff


def candidates(*, staff: Iterable[Staff], needs: Iterable[str], today: date) -> Candidates:
    """Read what decides whether these people may own, and whether they have what the cases need. At most two queries."""
    people = {each.pk: each for each in staff}
    owning = access.holders_of(roles=OWNING_ROLES, today=today).filter(pk__in=list(people)).order_by().values_list("pk", flat=True)
    competences = access.competences_of(staff_ids=list(people), today=today) if any(needs) else {}
    return Candidates(people, frozenset(owning), competences)


def check_may_own(*, staff: Staff | None, needs_competence: str, today: date) -> None:
    """Refuse a person who may not be given the case. Raises MayNotOwn, OwnerIsLeaving, LacksCompetence."""
    if staff is None:
        raise MayNotOwn
    candidates(staff=[staff], needs=[needs_competence], today=today).check(staff.pk, needs_competence=needs_competence)


@action
def assign(
    *,
    case_id: int,
    to: int,
    from_: int,
    reason: str,
    by: int,
    at: datetime,
    today: date,
    why: str = "allocated",
    bulk_act_id: int | None = None,
) -> None:
    """Give a case to an owner. `from_` is who the caller thinks owns it.

    The new owner takes the previous owner's open tasks on the case; a transfer on offer, or planned, falls away.
    Raises CaseIsClosed, OwnerHasChanged, AlreadyTheOwner, MayNotOwn, OwnerIsLeaving, LacksCompetence.
    """
    case = lock_open(case_id)
    if case.owner_id != from_:
        raise OwnerHasChanged(case_id, case.owner_id)
    if case.owner_id == to:
        raise AlreadyTheOwner(case.reference)
    receiver = access.lock_staff([to, from_]).get(to)
    check_may_own(staff=receiver, needs_competence=case.needs_competence, today=today)
    assert receiver is not None
    assert receiver.team_id is not None
    drop_offers(case, by=by, at=at)
    change_owner(case, to=receiver.pk, team_id=receiver.team_id, why=why, reason=reason, by=by, at=at, bulk_act_id=bulk_act_id)


def change_owner(
    case: Case, *, to: int, team_id: int, why: str, reason: str, by: int, at: datetime, bulk_act_id: int | None = None
) -> Ownership:
    """End the current spell of ownership, begin the next, move the owner's tasks along, and record it. The case is locked."""
    before_owner, before_team = case.owner_id, case.team_id
    current = Ownership.objects.select_for_update(no_key=True).get(case_id=case.pk, state=SpellState.CURRENT)
    assert current.started_at is not None
    moment = max(at, current.started_at)
    current.state, current.ended_at, current.ended_by_id = SpellState.ENDED, moment, by
    current.save(update_fields=["state", "ended_at", "ended_by"])
    forget_planned(case.pk, by=by, at=moment, begins_for=to)
    begun = Ownership.objects.create(
        case_id=case.pk, staff_id=to, team_id=team_id, state=SpellState.CURRENT, started_at=moment, started_by_id=by, why=why
    )
    case.owner_id, case.team_id = to, team_id
    moving = tasks.of_subjects(subject_ids=[case.pk]).filter(owner_id=before_owner).exclude(kind="transfer.answer")
    _move_tasks(case, [task.pk for task in moving], to=to, team_id=team_id, reason=reason, by=by, at=at)
    settle(case, by=by, at=at)
    happened = events.OwnerChanged(
        subject_id=case.pk,
        person_id=case.person_id,
        from_owner_id=before_owner,
        to_owner_id=to,
        from_team_id=before_team,
        to_team_id=team_id,
        why=why,
        bulk_act_id=bulk_act_id,
        reason=reason,
    )
    record(happened, by=by, at=at)
    return begun


def _move_tasks(case: Case, task_ids: list[int], *, to: int, team_id: int, reason: str, by: int, at: datetime) -> None:
    if task_ids:
        work.reassign(task_ids=task_ids, to=to, team_id=team_id, reason=reason, person_id=case.person_id, by=by, at=at)


def forget_planned(case_id: int, *, by: int, at: datetime, begins_for: int | None = None) -> None:
    """End a planned spell: the case changes hands, or the plan is taken back. The plan is not forgotten where its successor begins now."""
    planned = Ownership.objects.select_for_update(no_key=True).filter(case_id=case_id, state=SpellState.PLANNED).first()
    if planned is None:
        return
    planned.state, planned.ended_at, planned.ended_by_id = SpellState.ENDED, at, by
    planned.save(update_fields=["state", "ended_at", "ended_by"])
    if planned.staff_id != begins_for:
        record(events.HandoverForgotten(subject_id=case_id, to_staff_id=planned.staff_id), by=by, at=at)


def drop_offers(case: Case, *, by: int, at: datetime, reason: str = "") -> None:
    """Withdraw a transfer that is on offer, with the task that asks for its answer."""
    for each in Offer.objects.select_for_update(no_key=True).filter(case=case, state=OfferState.OPEN):
        answer_offer(each, OfferState.WITHDRAWN, by=by, at=at)
        work.withdraw(task_ids=[each.task_id], reason=reason, person_id=case.person_id, by=by, at=at)
        record(events.TransferWithdrawn(subject_id=case.pk, person_id=case.person_id, offer_id=each.pk, reason=reason), by=by, at=at)


def answer_offer(offered: Offer, state: OfferState, *, by: int, at: datetime) -> None:
    """Set an offer's answer. The task that asked for it is seen to by the caller."""
    OFFER.check(from_=offered.state, to=state)
    offered.state, offered.answered_at, offered.answered_by_id = state, at, by
    offered.save(update_fields=["state", "answered_at", "answered_by"])


def open_task_ids(case_id: int) -> list[int]:
    """Give the numbers of the case's open tasks."""
    return list(tasks.of_subjects(subject_ids=[case_id]).values_list("pk", flat=True))
