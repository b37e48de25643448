"""Words, tags and small parts that the screens of casework share."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from longstop.access.queries import Link as Step
from longstop.cases.models import Case, Custody
from longstop.clocks.results import Kind
from longstop.clocks.rungs import Ladder
from longstop.web.parts import Tag, When
from longstop.web.parts.words import Colour
from longstop.web.presenters.vocabulary import RUNGS
from longstop.work.models import Task
from longstop.work.rules import WAITING_FOR

CUSTODY_COLOURS: dict[str, Colour] = {
    Custody.SERVING: "blue",
    Custody.TIME_SERVED: "yellow",
    Custody.DETAINED: "orange",
    Custody.COMMUNITY: "purple",
    Custody.UNKNOWN: "grey",
}
TITLES = {"team": "Team leader", "unit": "Head", "directorate": "Director"}
SET_BY_CLOCK = {f"case.{kind}": str(kind) for kind in Kind}


def line_of(steps: Sequence[Step]) -> list[str]:
    """Give the line of accountability in words, nearest first: who, and for what."""
    return [f"{TITLES.get(step.kind, step.kind)}: {step.leader or 'nobody named'}, {step.team}" for step in steps]


def custody_tag(case: Case) -> Tag:
    """Give where the person is, and under what."""
    return Tag(str(Custody(case.custody).label), CUSTODY_COLOURS.get(case.custody, "grey"))


def waiting_for(code: str) -> str:
    """Give for whom a task waits, in words."""
    return WAITING_FOR.get(code, code.replace("_", " ").capitalize())


def lateness(task: Task, *, ladder: Ladder, today: date) -> str:
    """Say in words which rung a task's lateness has reached, and whether somebody there has answered for it; "" where it is not late."""
    reached = ladder.rung(due=task.due, today=today)
    if reached is None:
        return ""
    answered = "acknowledged" if task.acknowledged_rung >= reached else "not acknowledged"
    return f"{RUNGS[reached]}: {answered}"


def lateness_tag(task: Task, *, ladder: Ladder, today: date) -> Tag | str:
    """Show the same as a tag, red while nobody has answered; "Not late" or "On hold" where it is neither."""
    words = lateness(task, ladder=ladder, today=today)
    if not words:
        return "On hold" if task.is_hold else "Not late"
    return Tag(words, "red" if "not acknowledged" in words else "yellow")


def why_href(task: Task) -> str:
    """Give the way to the answer to "Why this date?", where a clock set the date and nobody has moved it since; empty otherwise."""
    kind = SET_BY_CLOCK.get(task.kind)
    if kind is None or task.subject_kind != "case" or task.due != task.first_due:
        return ""
    return f"{reverse('case', args=[task.subject_id])}#clock-{kind}"


def due_of(task: Task, *, today: date, name: str = "", linked: bool = True) -> When:
    """Give a task's due date and what it means today; a hold says that it wakes then."""
    shown = When.due(task.due, today=today, name=name, why_href=why_href(task) if linked else "")
    if task.is_hold and task.due >= today:
        return When(shown.date, f"On hold; {shown.label[:1].lower()}{shown.label[1:]}", shown.tone, shown.name, shown.why_href)
    return shown
