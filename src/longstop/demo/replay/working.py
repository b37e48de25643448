"""A day's work: everybody does what is theirs and due, through the same actions as on the screens, and leaves the planted faults alone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from longstop.cases import actions as cases
from longstop.cases import queries as caseload
from longstop.clocks.working_days import Nation, is_working
from longstop.demo.replay.scenery import AT_WORK, Leaving, Scenery, moment, until_next_working_day
from longstop.people import queries as people
from longstop.referral import actions as referral
from longstop.referral import queries as considered
from longstop.work import queries as tasks
from longstop.work.models import Task
from longstop.work.rules import NewTask

ALONE_IN_CASES: Mapping[str, str] = {
    "contact_review_overdue": "case.contact_review",
    "monitoring_review_overdue": "case.monitoring_review",
    "owner_has_left": "case.owner_gone",
    "case_without_owner": "case.owner_gone",
}
ALONE_AT_THE_DOOR = ("released_without_decision",)
_ANSWERS = {
    "nationality_unknown": "foreign",
    "conflicting_nationality": "foreign",
    "unknown_status": "convicted",
    "possibly_same_person": "different",
    "back_after_departure": "explained",
    "second_case": "same_matter",
}
_EXPLAINED = {"licence": "released", "court": "released", "deported": "deported", "died": "died", "removal_centre": "transferred"}
_REVIEW_AGAIN = (24, 52)  # days until the next review of a case, at least and at most
REALISTIC = "A travel document is agreed and no claim is outstanding: removal is expected within weeks."


@dataclass(frozen=True)
class Day:
    """One day at work. What is due by the next working day is done today."""

    scenery: Scenery
    day: date

    @property
    def at(self) -> datetime:
        """The moment at which things are done."""
        return moment(self.day, AT_WORK, 30)

    @cached_property
    def horizon(self) -> date:
        """The day by which what is due is done today."""
        return until_next_working_day(self.day)

    @cached_property
    def is_working(self) -> bool:
        """Say whether caseworkers are in; duty officers always are."""
        return is_working(day=self.day, nation=Nation.ENGLAND_AND_WALES)


def work(day: Day) -> int:
    """Do a day's work, and give how many things were done. Done again it finds nothing more to do."""
    done = sum(1 for _ in _at_the_door(day))
    return done + (sum(1 for _ in _on_cases(day)) if day.is_working else 0)


def _at_the_door(day: Day) -> Iterator[int]:
    alone = frozenset[str]().union(*(day.scenery.left_alone.get(kind, frozenset()) for kind in ALONE_AT_THE_DOOR))
    for gone in considered.departures(today=day.day):
        yield from _explain(day, gone.pk, gone.person_id, by=_owner(gone.task))
    for asked in considered.questions(today=day.day):
        if _owner_due(asked.task) <= day.horizon:
            yield from _answer(day, asked.pk, asked.kind, [asked.person_id, asked.other_id or 0], by=_owner(asked.task))
    for waiting in considered.referrals(today=day.day):
        if _number(waiting.person_id) in alone:
            continue
        owner = day.scenery.caseworker(waiting.person_id)
        reason = "Convicted, and not British as the record says: to be considered."
        referral.accept(referral_id=waiting.pk, owner_id=owner, reason=reason, by=_owner(waiting.task), at=day.at, today=day.day)
        yield waiting.pk
    for drawn in considered.looks(today=day.day):
        by = _owner(drawn.task)
        referral.look(look_id=drawn.pk, agreed=True, reason="Looked at: the rules are right.", by=by, at=day.at, today=day.day)
        yield drawn.pk


def _number(person_id: int) -> str:
    card = people.names([person_id]).get(person_id)
    return card.prison_number if card else ""


def _owner(task: Task | None) -> int:
    assert task is not None
    return task.owner_id


def _owner_due(task: Task | None) -> date:
    assert task is not None
    return task.due


def _answer(day: Day, question: int, kind: str, about: list[int], *, by: int) -> Iterator[int]:
    doubled = day.scenery.left_alone.get("one_person_two_numbers", frozenset())
    if kind == "possibly_same_person" and any(_number(person) in doubled for person in about if person):
        return
    reason = "Asked the prison, which has seen the papers."
    referral.answer(question_id=question, answer=_ANSWERS[kind], reason=reason, by=by, at=day.at, today=day.day)
    yield question


def _explain(day: Day, departure: int, person: int, *, by: int) -> Iterator[int]:
    """Explain a departure, and let the person's case follow. Nobody knows anything of those who dropped off."""
    number = _number(person)
    if number in day.scenery.left_alone.get("dropped_off_the_list", frozenset()):
        return
    left = day.scenery.leavings.get(number)
    explanation = _EXPLAINED[left.how] if left else "other"
    evidence = "The prison's last record of the person says so." if left else "The prison says so by telephone."
    reason = "" if left else "The record was withdrawn."
    referral.explain(departure_id=departure, explanation=explanation, evidence=evidence, reason=reason, by=by, at=day.at)
    for case in caseload.of_persons([person]).get(person, []):
        if left and case.closed_at is None:
            _follow(day, case.pk, case.owner_id, left)
    yield departure


def _follow(day: Day, case: int, owner: int, left: Leaving) -> None:
    """Let a case follow the person out of prison."""
    if left.how in ("deported", "died"):
        outcome = "removed" if left.how == "deported" else "deceased"
        evidence = f"{'Flight' if outcome == 'removed' else 'Notified by the prison'} of {left.on.isoformat()}."
        cases.close(case_id=case, outcome=outcome, evidence=evidence, reason="The outcome is evidenced.", by=owner, at=day.at)
        return
    custody = "detained" if left.how == "removal_centre" else "community"
    reason = "Moved to a removal centre." if custody == "detained" else "Released with conditions."
    cases.change_custody(case_id=case, custody=custody, since=left.on, monitored=False, reason=reason, by=owner, at=day.at, today=day.day)


def _on_cases(day: Day) -> Iterator[int]:
    alone = _left_alone(day)
    due = tasks.open_tasks().filter(subject_kind="case", due__lte=day.horizon).order_by("pk").values_list("pk", flat=True)
    for number in list(due):
        task = tasks.task(number)
        if task.state == "open" and (task.subject_id, task.kind) not in alone:
            _DO.get(task.kind, _review)(day, task)
            yield number


def _left_alone(day: Day) -> set[tuple[int, str]]:
    """Give the case and kind of every task that nobody does."""
    found: set[tuple[int, str]] = set()
    for fault, kind in ALONE_IN_CASES.items():
        for number in day.scenery.left_alone.get(fault, frozenset()):
            hits = people.search(number)
            for held in caseload.of_persons(hit.card.id for hit in hits).values():
                found |= {(case.pk, kind) for case in held if case.closed_at is None}
    return found


def _review(day: Day, task: Task) -> None:
    """Do a task and say what comes next; the days until then differ from case to case."""
    least, most = _REVIEW_AGAIN
    then = NewTask(kind="case.review", due=day.day + timedelta(days=least + task.pk % (most - least)), details="Look at the case again.")
    cases.complete_task(task_id=task.pk, result="Considered. The next step stands.", then=then, by=task.owner_id, at=day.at, today=day.day)


def _alone(day: Day, task: Task) -> None:
    """Do a task after which the case has others; where it has none, say what comes next."""
    if tasks.of_subjects(subject_ids=[task.subject_id]).count() > 1:
        cases.complete_task(task_id=task.pk, result="Asked, and answered.", by=task.owner_id, at=day.at, today=day.day)
    else:
        _review(day, task)


def _made(day: Day, task: Task) -> None:
    cases.complete_task(task_id=task.pk, result="Reviewed: conditions stand.", by=task.owner_id, at=day.at, today=day.day)


def _detention(day: Day, task: Task) -> None:
    if _find_out_since(day, task):
        return
    said = _authority(day.day)
    cases.complete_task(task_id=task.pk, result="Detention continues.", detention=said, by=task.owner_id, at=day.at, today=day.day)


def _find_out_since(day: Day, task: Task) -> bool:
    """Write down since when somebody is held, where their record does not say; the reviews are counted anew from that day."""
    case = caseload.case(task.subject_id)
    if case is None or case.custody_since is not None:
        return False
    cases.change_custody(
        case_id=case.pk,
        custody=case.custody,
        since=day.day - timedelta(days=1),
        monitored=case.monitored,
        reason="The prison says since when.",
        by=task.owner_id,
        at=day.at,
        today=day.day,
    )
    return True


def _authorise(day: Day, task: Task) -> None:
    cases.authorise_detention(case_id=task.subject_id, said=_authority(day.day), by=task.owner_id, at=day.at, today=day.day)


def _authority(day: date) -> cases.Authorised:
    return cases.Authorised(kind="is91", given_on=day, given_by="Chief immigration officer", reason=REALISTIC)


_DO: Mapping[str, Callable[[Day, Task], None]] = {
    "case.find_release_date": _alone,
    "case.barrier": _alone,
    "case.owner_gone": _alone,
    "case.put_right": _alone,
    "case.consideration_12": _alone,
    "case.consideration_8": _alone,
    "case.contact_review": _made,
    "case.monitoring_review": _made,
    "case.detention_review": _detention,
    "case.detention_authority": _authorise,
}
