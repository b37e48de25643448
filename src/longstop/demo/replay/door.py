"""What is done each day at the front door: departures explained, questions answered, referrals decided, second looks made."""

from collections.abc import Iterator

from longstop.cases import actions as cases
from longstop.cases import queries as caseload
from longstop.cases.models import Case
from longstop.demo.replay.day import Day
from longstop.demo.replay.scenery import Leaving
from longstop.people import queries as people
from longstop.referral import actions as referral
from longstop.referral import queries as considered
from longstop.referral.models import Departure, Question
from longstop.referral.rules import PAIRS
from longstop.work.models import Task

ALONE_AT_THE_DOOR = "released_without_decision"
ANSWERS_GIVEN = {
    "nationality_unknown": "foreign",
    "conflicting_nationality": "foreign",
    "unknown_status": "convicted",
    **dict.fromkeys(PAIRS, "different"),
    "joined_rightly": "same",
    "back_after_departure": "explained",
    "second_case": "same_matter",
}
_EXPLAINED = {"licence": "released", "court": "released", "deported": "deported", "died": "died", "removal_centre": "transferred"}


def at_the_door(day: Day) -> Iterator[int]:
    """Do what waits at the front door, and give the number of each thing that was done."""
    for gone, number in day.mine(considered.departures(today=day.day)):
        yield from _explain(day, gone, number)
    for asked, number in day.mine(considered.questions(today=day.day)):
        if _task(asked.task).due <= day.horizon:
            yield from _answer(day, asked, number)
    alone = day.scenery.left_alone.get(ALONE_AT_THE_DOOR, frozenset())
    reason = "Convicted, and not British as the record says: to be considered."
    for waiting, number in day.mine(considered.referrals(today=day.day)):
        if number in alone:
            continue
        owner, by = day.scenery.caseworker(waiting.person_id), _task(waiting.task).owner_id
        referral.accept(referral_id=waiting.pk, owner_id=owner, reason=reason, by=by, at=day.at, today=day.day)
        yield waiting.pk
    for drawn, _ in day.mine(considered.looks(today=day.day)):
        by = _task(drawn.task).owner_id
        referral.look(look_id=drawn.pk, agreed=True, reason="Looked at: the rules are right.", by=by, at=day.at, today=day.day)
        yield drawn.pk


def _task(task: Task | None) -> Task:
    assert task is not None
    return task


def _answer(day: Day, asked: Question, number: str) -> Iterator[int]:
    doubled = day.scenery.left_alone.get("one_person_two_numbers", frozenset())
    if asked.kind in PAIRS:
        others = people.names([asked.other_id] if asked.other_id else [])
        if doubled & {number, *(card.prison_number for card in others.values())}:
            return
    by, reason = _task(asked.task).owner_id, "Asked the prison, which has seen the papers."
    referral.answer(question_id=asked.pk, answer=ANSWERS_GIVEN[asked.kind], reason=reason, by=by, at=day.at, today=day.day)
    yield asked.pk


def _explain(day: Day, gone: Departure, number: str) -> Iterator[int]:
    """Explain a departure, and let the person's case follow. Nobody knows anything of those who dropped off."""
    if number in day.scenery.left_alone.get("dropped_off_the_list", frozenset()):
        return
    left = day.scenery.leavings.get(number)
    explanation = _EXPLAINED[left.how] if left else "other"
    evidence = "The prison's last record of the person says so." if left else "The prison says so by telephone."
    reason, by = "" if left else "The record was withdrawn.", _task(gone.task).owner_id
    referral.explain(departure_id=gone.pk, explanation=explanation, evidence=evidence, reason=reason, by=by, at=day.at)
    for case in caseload.of_persons([gone.person_id]).get(gone.person_id, []) if left else []:
        if left and case.closed_at is None:
            _follow(day, case, left)
    yield gone.pk


def _follow(day: Day, case: Case, left: Leaving) -> None:
    """Let a case follow the person out of prison."""
    if left.how in ("deported", "died"):
        outcome = "removed" if left.how == "deported" else "deceased"
        evidence = f"{'Flight' if outcome == 'removed' else 'Notified by the prison'} of {left.on.isoformat()}."
        reason = "The outcome is evidenced."
        cases.close(case_id=case.pk, outcome=outcome, evidence=evidence, reason=reason, by=case.owner_id, at=day.at)
        return
    custody = "detained" if left.how == "removal_centre" else "community"
    reason = "Moved to a removal centre." if custody == "detained" else "Released with conditions."
    cases.change_custody(
        case_id=case.pk, custody=custody, since=left.on, monitored=False, reason=reason, by=case.owner_id, at=day.at, today=day.day
    )
