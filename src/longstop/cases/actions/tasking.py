"""Tasks, whatever they are about. Where the subject is a case, the case names the task that is due first before the action ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from longstop.audit.operations import action
from longstop.cases.actions.authorities import Authorised, ask_for_authority
from longstop.cases.actions.dating import record_considered, record_reviewed
from longstop.cases.actions.detaining import record_authority
from longstop.cases.actions.moving import CaseHasChanged, lock_open, settle
from longstop.cases.models import Case, Offer, OfferState, Stay
from longstop.cases.rules import ANSWER, CONSIDERATIONS, DETENTION_REVIEW, NEXT_STEP, PAPERS, REVIEWS
from longstop.clocks.forward import task_kind
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import Task
from longstop.work.rules import NewTask


class AnswerTheOffer(ValueError):
    """A task that asks for the answer to a transfer is finished by accepting, declining or withdrawing the offer, and in no other way."""


class AnswerThePapers(ValueError):
    """Papers to be served are answered for, as served or not served, and in no other way: see `serving.answer_papers`."""


class TakeTheStep(ValueError):
    """A task that asks for the next step on a track is finished by taking a step, and in no other way: see `stepping.take_step`."""


def _refuse_answer(task_id: int, kind: str) -> None:
    """Finished or moved by itself, the task would leave an offer that nobody can answer. Called under the case's lock."""
    if kind == ANSWER and Offer.objects.filter(task_id=task_id, state=OfferState.OPEN).exists():
        raise AnswerTheOffer(task_id)


def _refuse_step(task_id: int, kind: str) -> None:
    """Finished by itself, the task would leave a track that nobody takes on. Called under the case's lock."""
    if kind == NEXT_STEP and Stay.objects.filter(task_id=task_id, ended_at=None).exists():
        raise TakeTheStep(task_id)


def _within(about: tasks.About, change: Callable[[Case | None, int | None], Task], *, by: int, at: datetime) -> Task:
    """Lock the task's case first, make the change, and let the case name its next task. Raises CaseIsClosed."""
    case = lock_open(about.subject_id) if about.subject_kind == "case" else None
    task = change(case, case.person_id if case else None)
    if case is not None:
        settle(case, by=by, at=at)
    return task


@action
def add_task(*, case_id: int, new: NewTask, by: int, at: datetime, today: date, version: int | None = None) -> Task:
    """Say what else is to be done on a case, by when and by whom.

    Raises CaseIsClosed, CaseHasChanged where `version` is not the case's, and what `work.rules.check_dates` raises.
    """
    case = lock_open(case_id)
    if version is not None and version != case.version:
        raise CaseHasChanged(case.reference)
    new = _waiting(new, today)
    task = work.make(subject=_subject(case), new=new, owner_id=case.owner_id, team_id=case.team_id, by=by, at=at, today=today)
    settle(case, by=by, at=at)
    return task


def _waiting(new: NewTask, today: date) -> NewTask:
    """Give a task as policy has it: some kinds always wait for the same."""
    return replace(new, waiting_for=task_kind(kind=new.kind, today=today).waits_for or new.waiting_for)


def _subject(case: Case) -> work.Subject:
    return work.Subject(kind="case", id=case.pk, person_id=case.person_id)


@action
def complete_task(
    *, task_id: int, result: str, then: NewTask | None = None, detention: Authorised | None = None, by: int, at: datetime, today: date
) -> Task:
    """Finish a task, saying what came of it and, where wanted or needed, what happens next.

    A review's task also records that the review was made today and winds its clock. A detention review renews the authority to detain
    and the reason why removal is realistic, in `detention`; made without, it leaves a reason that is older than the review, and so none.
    Raises TaskIsNotOpen, NoNextTask where the case would be left without a dated task, CaseIsClosed, AnswerTheOffer, AnswerThePapers,
    TakeTheStep, and what `detaining.record_authority` raises.
    """

    def change(case: Case | None, person_id: int | None) -> Task:
        _refuse_answer(task_id, about.kind)
        _refuse_step(task_id, about.kind)
        task = work.complete(task_id=task_id, result=result, person_id=person_id, by=by, at=at)
        if case is None:
            return task
        if then is not None:
            work.make(
                subject=_subject(case), new=_waiting(then, today), owner_id=case.owner_id, team_id=case.team_id, by=by, at=at, today=today
            )
        if task.kind in REVIEWS:
            record_reviewed(case, name=REVIEWS[task.kind], on=today, by=by, at=at, today=today)
        if task.kind == DETENTION_REVIEW:
            _renew_authority(case, detention, by=by, at=at, today=today)
        if task.kind in CONSIDERATIONS:
            record_considered(case, on=today, by=by, at=at, today=today)
        return task

    about = tasks.about(task_id)
    if about.kind == PAPERS:
        raise AnswerThePapers(task_id)
    return _within(about, change, by=by, at=at)


def _renew_authority(case: Case, said: Authorised | None, *, by: int, at: datetime, today: date) -> None:
    if said is not None:
        record_authority(case, said, by=by, at=at, today=today)
    ask_for_authority(case, by=by, at=at, today=today)


@action
def withdraw_task(*, task_id: int, reason: str, by: int, at: datetime) -> Task:
    """Say that a task is no longer needed, and why. Raises TaskIsNotOpen, NoNextTask, CaseIsClosed, AnswerTheOffer, TakeTheStep."""

    def change(case: Case | None, person_id: int | None) -> Task:
        _refuse_answer(task_id, about.kind)
        _refuse_step(task_id, about.kind)
        work.withdraw(task_ids=[task_id], reason=reason, person_id=person_id, by=by, at=at)
        return tasks.task(task_id)

    about = tasks.about(task_id)
    return _within(about, change, by=by, at=at)


@action
def move_due(*, task_id: int, due: date, reason: str, by: int, at: datetime, today: date) -> Task:
    """Give a task another due date. Its first due date stays. A hold stays one: it sleeps until the new day, within its limit.

    Raises TaskIsNotOpen, CaseIsClosed, NoReason, DueInThePast, DueTooFar, HoldTooLong.
    """

    def change(case: Case | None, person_id: int | None) -> Task:
        held = tasks.task(task_id)
        wake = None if held.wake is None else due if held.wake == held.due else min(held.wake, due)
        return work.move_due(task_id=task_id, due=due, wake=wake, reason=reason, person_id=person_id, by=by, at=at, today=today)

    about = tasks.about(task_id)
    return _within(about, change, by=by, at=at)


@action
def hold(*, case_id: int, wake: date, waiting_for: str, reason: str, by: int, at: datetime, today: date) -> Task:
    """Put a case on hold until a day, saying for whom it waits and why: a task that sleeps, with a limit, still counted.

    Raises CaseIsClosed, DueInThePast, HoldTooLong.
    """
    new = NewTask(kind="case.hold", due=wake, wake=wake, waiting_for=waiting_for, details=reason)
    return add_task(case_id=case_id, new=new, by=by, at=at, today=today)


@action
def reassign_task(*, task_id: int, to: int, reason: str, by: int, at: datetime) -> Task:
    """Give one task to another owner; the case stays with its own. Raises TaskIsNotOpen, CaseIsClosed, AnswerTheOffer."""

    def change(case: Case | None, person_id: int | None) -> Task:
        _refuse_answer(task_id, about.kind)
        team_id = work.team_of(to)
        return work.reassign(task_ids=[task_id], to=to, team_id=team_id, reason=reason, person_id=person_id, by=by, at=at)[0]

    about = tasks.about(task_id)
    return _within(about, change, by=by, at=at)


@action
def acknowledge(*, task_id: int, rung: int, reason: str, by: int, at: datetime, today: date) -> Task:
    """Answer for a late task at one rung. Raises TaskIsNotOpen, NotLateEnough, NotYourRung, CaseIsClosed."""

    def change(case: Case | None, person_id: int | None) -> Task:
        return work.acknowledge(task_id=task_id, rung=rung, reason=reason, person_id=person_id, by=by, at=at, today=today)

    about = tasks.about(task_id)
    return _within(about, change, by=by, at=at)
