"""Papers to be served on somebody in prison: a task that waits for the prison, and what the prison answers."""

from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.actions.moving import lock_open, settle
from longstop.cases.models import Case
from longstop.cases.rules import PAPERS, PAPERS_ANSWERED
from longstop.clocks.forward import task_kind
from longstop.clocks.working_days import Nation, add
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import Origin
from longstop.work.rules import NewTask, NoReason


class NoPapers(ValueError):
    """The task does not ask for papers to be served."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """What the prison answers: that the papers were served on a day, or, with `on` None, that they were not; how, or why not, in words."""

    on: date | None
    words: str


@action
def answer_papers(*, task_id: int, said: Served, by: int, at: datetime, today: date) -> None:
    """Record what became of papers that were to be served in prison; the task is done, and another tells the case's owner.

    Papers that were not served are not served by this: what is to be done next is the owner's to decide.
    Raises NoPapers, TaskIsNotOpen, CaseIsClosed, DateInTheFuture, and NoReason where they were not served and nobody says why.
    """
    task = tasks.task(task_id)
    if task.kind != PAPERS or task.subject_kind != "case":
        raise NoPapers(task_id)
    words = said.words.strip()
    if said.on is None and not words:
        raise NoReason
    if said.on is not None and said.on > today:
        raise DateInTheFuture("on")
    case = lock_open(task.subject_id)
    result = "Served." if said.on else "Not served."
    work.complete(task_id=task_id, result=f"{result} {words}".strip(), person_id=case.person_id, by=by, at=at)
    happened = events.PapersAnswered(
        subject_id=case.pk, person_id=case.person_id, task_id=task_id, served=said.on is not None, on_day=said.on, words=words
    )
    record(happened, by=by, at=at)
    _tell_owner(case, f"{result} {words}".strip(), by=by, at=at, today=today)
    settle(case, by=by, at=at)


def _tell_owner(case: Case, words: str, *, by: int, at: datetime, today: date) -> None:
    due = add(day=today, days=task_kind(kind=PAPERS_ANSWERED, today=today).days, nation=Nation.ENGLAND_AND_WALES)
    subject = work.Subject(kind="case", id=case.pk, person_id=case.person_id)
    new = NewTask(kind=PAPERS_ANSWERED, due=due, details=words)
    work.make_many(items=[(subject, new, case.owner_id, case.team_id)], by=by, at=at, today=today, origin=Origin.SOFTWARE)
