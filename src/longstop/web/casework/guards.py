"""Who may see a case or a task, and who may do what with it. Every screen about one goes through here, so that none can forget.

See docs/adr/0011-who-may-change-a-case.md.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Concatenate, overload

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstop.access.queries import accountability
from longstop.access.relations import Act
from longstop.access.rules import Permission
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.web.casework.forms import BreakGlassForm
from longstop.web.casework.standing_in import on_record
from longstop.web.casework.words import line_of
from longstop.web.considering.subjects import KINDS, page_of, words_of
from longstop.web.doors import Who, who_is
from longstop.web.parts import Link
from longstop.work import queries as work
from longstop.work.models import State, Task

ANSWER = "transfer.answer"
CaseView = Callable[Concatenate[HttpRequest, Who, Case, ...], HttpResponse]


@overload
def of_case(view: CaseView) -> Callable[..., HttpResponse]: ...


@overload
def of_case(*, act: Act) -> Callable[[CaseView], Callable[..., HttpResponse]]: ...


def of_case(view: CaseView | None = None, *, act: Act | None = None) -> Callable[..., object]:
    """Give a view the case that its path names; to a person who may not see it, only that it exists.

    With `act`, only to a person who may do that with the case; without, whoever sees it may look, and only whoever works it may send.
    """

    def decorate(view: CaseView) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def run(request: HttpRequest, case_id: int, **kwargs: int) -> HttpResponse:
            who = who_is(request)
            case = cases.case(case_id)
            if case is None:
                raise Http404
            if not cases.may_see(case, who.standing):
                return closed_door(request, who, case)
            wanted = act or (Act.WORK if request.method == "POST" else None)
            if wanted is not None and not cases.may_do(wanted, case, who.standing):
                return not_yours(request, who, case, wanted)
            with on_record(case, who, wanted or Act.WORK):
                return view(request, who, case, **kwargs)

        return run

    return decorate if view is None else decorate(view)


WHO_MAY = {
    Act.REOPEN: "Its last owner, a duty officer, those who answer for its team, and whoever covers for one of these today may reopen it.",
    Act.RESTRICT: "Those who answer for its team, or whoever covers for them today, say who may see it.",
    Act.ALLOCATE: "Those who answer for its team, or whoever covers for them today, and a duty officer, say whose it is.",
}


def not_yours(request: HttpRequest, who: Who, case: Case, act: Act) -> HttpResponse:
    """Say who may do what this person may not."""
    owned = "was last owned" if case.closed_at else "is owned"
    words = [
        f"Case {case.reference} {owned} by {case.owner.name}, {case.team.name}.",
        WHO_MAY.get(act, "Its owner, whoever covers for them today, and those who answer for its team may do this:"),
        *line_of(accountability(case.team_id)),
        "Nothing was changed.",
    ]
    links = [Link("Back to the case", reverse("case", args=[case.pk]))]
    if who.may(Permission.WRITE_NOTES):
        links.insert(0, Link("Write a note on the case", reverse("note-write", args=[case.pk])))
    context = {"heading": "This case is not yours to change", "paragraphs": words, "links": links}
    return render(request, "base/problem.html", context, status=403)


def closed_door(request: HttpRequest, who: Who, case: Case, form: BreakGlassForm | None = None) -> HttpResponse:
    """Show that a restricted case exists and who answers for it, and nothing more, with the way in for an emergency."""
    may_break = who.may(Permission.BREAK_GLASS) and who.may(Permission.SEE_CASES)
    context = {
        "case": case,
        "line": line_of(accountability(case.team_id)),
        "form": (form or BreakGlassForm()) if may_break else None,
        "hours": BreakGlassForm.hours(today=who.today),
    }
    return render(request, "casework/closed_door.html", context, status=403)


@dataclass(frozen=True)
class InHand:
    """A task with the case that it is about, None where it is about something else, and what the person may do with it."""

    task: Task
    case: Case | None
    may_act: bool
    names_shown: bool

    @property
    def is_open(self) -> bool:
        """Say whether the task is still to be done."""
        return self.task.state == State.OPEN


def may_work(case: Case, who: Who) -> bool:
    """Say whether a person works this case: in a role that does, as its owner or their cover, or in the line above."""
    return who.may(Permission.WORK_CASES) and cases.may_do(Act.WORK, case, who.standing)


def is_theirs(task: Task, who: Who) -> bool:
    """Say whether a task is this person's: as its owner or their cover, as its successor from today, or as who answers for its team.

    Or as who covers for somebody who does.
    """
    answers = task.team_id in who.standing.answers_for or task.team_id in who.standing.stands_in_for
    return task.owner_id in (who.id, *who.standing.covering) or _has_come_to(task, who, who.today) or answers


def _has_come_to(task: Task, who: Who, today: date) -> bool:
    return task.successor_id == who.id and task.successor_from is not None and task.successor_from <= today


TaskView = Callable[[HttpRequest, Who, InHand], HttpResponse]


def of_task(*, act: bool) -> Callable[[TaskView], Callable[..., HttpResponse]]:
    """Give a view the task that its path names. With `act`, only to a person who may change it."""

    def decorate(view: TaskView) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def run(request: HttpRequest, task_id: int) -> HttpResponse:
            who = who_is(request)
            try:
                task = work.task(task_id)
            except Task.DoesNotExist as missing:
                raise Http404 from missing
            case = cases.case(task.subject_id) if task.subject_kind == "case" else None
            if case is not None and not cases.may_see(case, who.standing):
                return closed_door(request, who, case)
            hand = _in_hand(task, case, who)
            if not (hand.may_act or (hand.names_shown and not act)):
                if case is not None and hand.names_shown:
                    return not_yours(request, who, case, Act.WORK)
                raise PermissionDenied
            if act and (task.kind == ANSWER or task.subject_kind in KINDS or not hand.is_open):
                return _nothing_to_do(request, task)
            with on_record(case if act else None, who, Act.WORK):
                return view(request, who, hand)

        return run

    return decorate


def _nothing_to_do(request: HttpRequest, task: Task) -> HttpResponse:
    """Say why a task cannot be changed here: it is finished, or it is an offer, which is answered and not merely ticked off."""
    links = [Link("See the task", reverse("task", args=[task.pk])), Link("My work", reverse("my-work"))]
    if task.state != State.OPEN:
        words = "It was finished, or somebody said that it is no longer needed. Nothing was changed now."
        return render(
            request, "base/problem.html", {"heading": "This task is no longer open", "paragraphs": [words], "links": links}, status=409
        )
    if task.subject_kind in KINDS:
        return _on_its_page(request, task, links)
    words = "Accept or decline the case that you were offered: that finishes this task."
    links = [Link("Transfers", reverse("transfers")), *links]
    return render(request, "base/problem.html", {"heading": "Answer the offer", "paragraphs": [words], "links": links}, status=409)


def _on_its_page(request: HttpRequest, task: Task, links: list[Link]) -> HttpResponse:
    """A referral, question, departure or second look is dealt with on its own page, which finishes its task."""
    named = words_of(task.subject_kind, task.subject_id)
    links = [Link(named, page_of(task.subject_kind, task.subject_id)), *links]
    words = (
        f"{named} is decided, or handed on, on its own page: that finishes this task, or gives it to somebody else. Nothing was changed."
    )
    return render(request, "base/problem.html", {"heading": "Go to its own page", "paragraphs": [words], "links": links}, status=409)


def _in_hand(task: Task, case: Case | None, who: Who) -> InHand:
    may_act = is_theirs(task, who) or (case is not None and may_work(case, who))
    return InHand(task, case, may_act, case is not None and who.may(Permission.SEE_CASES))
