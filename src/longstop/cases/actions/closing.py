"""Closing with evidence of the outcome, and reopening. First dates never change: each opening keeps its own."""

from datetime import date, datetime

from longstop.access import queries as access
from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.authorities import ask_for_authority
from longstop.cases.actions.dating import review_tasks, rewind_case
from longstop.cases.actions.moving import (
    CaseHasChanged,
    CaseIsOpen,
    check_may_own,
    drop_offers,
    forget_planned,
    lock_open,
    open_task_ids,
    settle,
    touch,
)
from longstop.cases.models import Case, Opening, Ownership, SpellState, Stay
from longstop.cases.rules import OUTCOMES
from longstop.people.queries import is_disposed
from longstop.work import actions as work
from longstop.work.rules import NewTask


class NoEvidence(ValueError):
    """Closing needs an outcome of the vocabulary and evidence of it."""


class TracksNotAtRest(ValueError):
    """A track stands where the map does not let a case end: `tracks` are their codes. Take the steps that lead to an end first."""

    def __init__(self, tracks: list[str]) -> None:
        super().__init__(", ".join(tracks))
        self.tracks = tracks


class PersonIsDisposed(ValueError):
    """The person's values were destroyed under a certificate: there is nobody left to open a case about."""


@action
def close(*, case_id: int, outcome: str, evidence: str, reason: str, by: int, at: datetime, version: int | None = None) -> None:
    """Close a case on evidence of its outcome; its open tasks are no longer needed and its owner's spell ends.

    Raises NoEvidence, CaseIsClosed, CaseHasChanged, TracksNotAtRest.
    """
    if outcome not in OUTCOMES or not evidence.strip():
        raise NoEvidence
    case = lock_open(case_id)
    if version is not None and version != case.version:
        raise CaseHasChanged(case.reference)
    live = Stay.objects.filter(case=case, ended_at=None, rests=False).order_by("pk").values_list("track", flat=True)
    if tracks := list(live):
        raise TracksNotAtRest(tracks)
    drop_offers(case, by=by, at=at)
    remaining = open_task_ids(case_id)
    if remaining:
        work.withdraw(task_ids=remaining, reason="The case was closed.", person_id=case.person_id, by=by, at=at)
    forget_planned(case_id, by=by, at=at)
    moment = _end_spells(case, outcome, evidence, by=by, at=at)
    touch(case, by=by, at=at)
    case.closed_at, case.closed_by_id, case.outcome = moment, by, outcome
    case.save(update_fields=["closed_at", "closed_by", "outcome", "version", "last_worked_at", "last_worked_by"])
    happened = events.CaseClosed(subject_id=case_id, person_id=case.person_id, outcome=outcome, evidence=evidence, reason=reason)
    record(happened, by=by, at=at)


def _end_spells(case: Case, outcome: str, evidence: str, *, by: int, at: datetime) -> datetime:
    """End the ownership and the opening, and give the moment: not before either began, whatever the clock of the machine that asks says."""
    spell = Ownership.objects.select_for_update(no_key=True).get(case_id=case.pk, state=SpellState.CURRENT)
    opening = Opening.objects.select_for_update(no_key=True).get(case=case, closed_at=None)
    assert spell.started_at is not None
    moment = max(at, spell.started_at, opening.opened_at)
    spell.state, spell.ended_at, spell.ended_by_id = SpellState.ENDED, moment, by
    spell.save(update_fields=["state", "ended_at", "ended_by"])
    proof = keep({"evidence": evidence}, person_id=case.person_id)
    opening.closed_at, opening.closed_by_id, opening.outcome, opening.evidence_payload_id = moment, by, outcome, proof.pk
    opening.save(update_fields=["closed_at", "closed_by", "outcome", "evidence_payload_id"])
    return moment


@action
def reopen(*, case_id: int, owner_id: int, then: NewTask, reason: str, by: int, at: datetime, today: date) -> None:
    """Open a closed case again, with an owner and a dated task. Its first opening, and its earlier outcome, stay on record.

    Raises CaseIsOpen, PersonIsDisposed, MayNotOwn, OwnerIsLeaving, LacksCompetence; GuaranteeBroken where the person has another open case.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.closed_at is None:
        raise CaseIsOpen(case.reference)
    if is_disposed(case.person_id):
        raise PersonIsDisposed(case.reference)
    owner = access.lock_staff([owner_id]).get(owner_id)
    check_may_own(staff=owner, needs_competence=case.needs_competence, today=today)
    assert owner is not None
    assert owner.team_id is not None
    before, moment = case.outcome, max(at, case.closed_at)
    case.closed_at = case.closed_by_id = None
    case.outcome, case.owner_id, case.team_id = "", owner_id, owner.team_id
    subject = work.Subject(kind="case", id=case_id, person_id=case.person_id)
    task = work.make(subject=subject, new=then, owner_id=owner_id, team_id=owner.team_id, by=by, at=at, today=today)
    case.next_task, case.next_due, case.next_is_hold = task, task.due, task.wake is not None
    case.save()
    Ownership.objects.create(
        case_id=case_id,
        staff_id=owner_id,
        team_id=owner.team_id,
        state=SpellState.CURRENT,
        started_at=moment,
        started_by_id=by,
        why="reopened",
    )
    Opening.objects.create(case=case, reopened=True, opened_at=moment, opened_by_id=by)
    wound = rewind_case(case, by=by, at=at, today=today)
    review_tasks(case, wound, by=by, at=at, today=today)
    ask_for_authority(case, by=by, at=at, today=today)
    settle(case, by=by, at=at)
    happened = events.CaseReopened(subject_id=case_id, person_id=case.person_id, owner_id=owner_id, from_outcome=before, reason=reason)
    record(happened, by=by, at=at)
