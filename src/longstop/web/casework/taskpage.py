"""One task on a page of its own."""

from typing import Any

from django.urls import reverse

from longstop.access.queries import accountability
from longstop.access.rules import Permission
from longstop.audit import queries as audit
from longstop.cases import queries as cases
from longstop.cases.rules import AUTHORITY_TASK, PAPERS
from longstop.clocks.rungs import ladder
from longstop.web.casework.guards import ANSWER, InHand
from longstop.web.casework.words import due_of, lateness, line_of, waiting_for
from longstop.web.casework.worklist import ABOUT
from longstop.web.considering.blind import BEING_READ, blind_of
from longstop.web.considering.subjects import KINDS, page_of, words_of
from longstop.web.doors import Who
from longstop.web.parts import Cell, Entry, Fact, Link, SummaryList, Timeline
from longstop.web.presenters.vocabulary import RUNGS
from longstop.work import queries as tasks
from longstop.work.models import Acknowledgement, State
from longstop.work.rules import title


def subject_words(hand: InHand) -> str:
    """Say what a task is about without a name: the reference of a case, or the kind of thing."""
    if hand.case is not None:
        return f"Case {hand.case.reference}"
    return f"About {ABOUT.get(hand.task.subject_kind, hand.task.subject_kind).lower()}"


def context(hand: InHand, who: Who) -> dict[str, Any]:
    """Give what the page of a task shows."""
    task = hand.task
    answered = list(tasks.acknowledgements(task_ids=[task.pk]))
    ids = [each.reason_payload_id for each in answered] + ([task.details_payload_id] if task.details_payload_id else [])
    words = audit.contents(ids) if ids else {}
    late = hand.is_open and task.due < who.today
    return {
        "heading": title(kind=task.kind, today=who.today),
        "back": Link("My work", reverse("my-work")),
        "task": task,
        "complete_url": reverse("papers" if task.kind == PAPERS else "task-complete", args=[task.pk]),
        "complete_words": "Served or not served" if task.kind == PAPERS else "Complete",
        "acknowledge_url": reverse("acknowledge", args=[task.pk]),
        "facts": SummaryList(_facts(hand, who, (words.get(task.details_payload_id or 0) or {}).get("details", ""))),
        "answered": Timeline([_answer(each, words) for each in answered], empty="Nobody has acknowledged that this task is late.")
        if late or answered
        else None,
        "line": line_of(accountability(task.team_id)) if late else [],
        "may_act": hand.may_act and hand.is_open and task.kind != ANSWER and task.subject_kind not in KINDS,
        "may_answer": hand.is_open and late and who.may(Permission.DO_TASKS),
        "authority_href": _authority_href(hand),
        "answers_offer": task.kind == ANSWER and hand.is_open,
    }


def _authority_href(hand: InHand) -> str:
    asks = hand.task.kind == AUTHORITY_TASK and hand.is_open and hand.may_act and hand.case is not None
    return reverse("authority", args=[hand.task.subject_id]) if asks else ""


def _facts(hand: InHand, who: Who, details: str) -> list[Fact]:
    task = hand.task
    facts = [Fact("About", _about(hand, who)), Fact("Details", details)] if details else [Fact("About", _about(hand, who))]
    if hand.is_open:
        facts.append(Fact("Due", due_of(task, today=who.today, linked=hand.names_shown)))
        facts.append(Fact("Lateness", lateness(task, ladder=ladder(today=who.today), today=who.today) or "Not late"))
    else:
        facts.append(Fact("Finished", task.done_at, State(task.state).label))
        facts.append(Fact("Due", task.due))
    if task.first_due != task.due:
        facts.append(Fact("First due", task.first_due))
    if task.moves:
        facts.append(Fact("Due date moved", "Once" if task.moves == 1 else f"{task.moves} times"))
    hidden = task.subject_kind == "question" and not hand.is_open and task.subject_id in blind_of(who).questions
    owner = BEING_READ if hidden else f"{task.owner.name}, {task.team.name}"
    return [*facts, Fact("Waiting for", waiting_for(task.waiting_for)), Fact("Owner", owner)]


def _about(hand: InHand, who: Who) -> Cell:
    task = hand.task
    if task.subject_kind in KINDS and who.may(Permission.SEE_REFERRALS):
        return Link(words_of(task.subject_kind, task.subject_id), page_of(task.subject_kind, task.subject_id))
    if hand.case is None or not hand.names_shown:
        return subject_words(hand)
    name = cases.card_names([hand.case], who.standing)[hand.case.pk]
    return Link(f"{name}, {hand.case.reference}", reverse("case", args=[hand.case.pk]))


def _answer(each: Acknowledgement, words: dict[int, dict[str, Any] | None]) -> Entry:
    reason = words.get(each.reason_payload_id)
    text = str(reason.get("reason", "")) if reason else "The reason was disposed of"
    return Entry(f"Answered for as {RUNGS[each.rung].lower()}", each.acknowledged_by.name, each.acknowledged_at, text)


def nothing_to_answer(hand: InHand, back: str, reached: int | None) -> dict[str, Any]:
    """Say why a person cannot answer for a task: it is not late, or others answer for it."""
    if reached is None:
        words = ["This task is not late, so there is nothing to answer for."]
    else:
        words = ["Its owner answers for this task, and above them:", *line_of(accountability(hand.task.team_id))]
    return {"heading": "You do not answer for this task", "paragraphs": words, "links": [Link("Back to the task", back)]}
