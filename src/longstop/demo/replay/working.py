"""A day's work: everybody does what is theirs and due, through the same actions as on the screens, and leaves the planted faults alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from longstop.cases import actions as cases
from longstop.cases import queries as caseload
from longstop.demo.replay.day import Day
from longstop.demo.replay.door import ALONE_AT_THE_DOOR, at_the_door
from longstop.demo.replay.scenery import by_the_hundred
from longstop.people import queries as people
from longstop.work import queries as tasks
from longstop.work.models import State, Task
from longstop.work.rules import NewTask

FIRST = "case.first_consideration"
Told = Callable[[int, int], None]  # told how many things are done, of how many are due
_REVIEW_AGAIN = (28, 70)  # days until the next review of a case, at least and at most
REALISTIC = "A travel document is agreed and no claim is outstanding: removal is expected within weeks."


def work(day: Day, *, told: Told | None = None) -> int:
    """Do a day's work, or a share of it, and give how many things were done. Done again it finds nothing more to do."""
    done = sum(1 for _ in at_the_door(day)) + sum(1 for _ in _consider_before_they_leave(day))
    return done + (sum(1 for _ in _on_cases(day, told)) if day.is_working else 0)


def _consider_before_they_leave(day: Day) -> Iterator[int]:
    """Consider for the first time whoever leaves by the next working day: nobody is released before somebody has looked at the case."""
    leaving = [number for on, numbers in day.scenery.leaving_on.items() if day.day <= on <= day.horizon for number in numbers]
    alone = day.scenery.left_alone.get(ALONE_AT_THE_DOOR, frozenset())
    for some in by_the_hundred(number for number in leaving if number not in alone):
        persons = {person for held in people.holders(some).values() for person in held if day.share.holds(person)}
        open_now = [case.pk for held in caseload.of_persons(persons).values() for case in held if case.closed_at is None]
        for task in tasks.of_subjects(subject_ids=open_now).filter(subject_kind="case", kind=FIRST):
            _alone(day, task)
            yield task.pk


def _on_cases(day: Day, told: Told | None) -> Iterator[int]:
    alone = day.scenery.alone_in_cases
    due = tasks.open_tasks().filter(subject_kind="case", due__lte=day.horizon).order_by("subject_id", "pk")
    rows = [row for row in due.values_list("pk", "subject_id", "kind") if (row[1], row[2]) not in alone]
    for number, some in enumerate(by_the_hundred(rows)):
        if told:
            told(number * len(some), len(rows))
        cases_of = caseload.of_subjects({subject for _, subject, _ in some})
        mine = [row for row in some if day.share.holds(cases_of[row[1]].person_id)]
        held = tasks.by_number(number for number, _, _ in mine)
        for _, of_case in groupby(mine, key=itemgetter(1)):
            yield from _on_case(day, [held[number] for number, _, _ in of_case])


def _on_case(day: Day, due: Sequence[Task]) -> Iterator[int]:
    """Do what is due on one case. What is done first may do away with another, or move it."""
    for place, read in enumerate(due):
        task = tasks.task(read.pk) if place else read
        if task.state == State.OPEN and task.due <= day.horizon:
            _DO.get(task.kind, _review)(day, task)
            yield task.pk


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
    FIRST: _alone,
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
