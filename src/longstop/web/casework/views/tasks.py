"""Tasks: one looked at, added, completed, moved, put on hold, withdrawn, answered for, given to somebody else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access.relations import Act
from longstop.cases import actions
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.cases.rules import DETENTION_REVIEW, NEXT_STEP, PAPERS, REVIEWS
from longstop.clocks.rungs import rung
from longstop.referral.queries.prisons import prison_of
from longstop.web.casework import taskpage
from longstop.web.casework.forms import ReasonForm
from longstop.web.casework.guards import InHand, of_case, of_task
from longstop.web.casework.pages import about, done, form_page
from longstop.web.casework.task_forms import (
    AcknowledgeForm,
    CompleteForm,
    HoldForm,
    MoveForm,
    ReassignForm,
    ResultForm,
    ReviewForm,
    TaskForm,
)
from longstop.web.casework.views.changing import as_recorded
from longstop.web.doors import Who
from longstop.web.parts import Button
from longstop.work import queries as tasks
from longstop.work.models import Task
from longstop.work.rules import title


def _home(hand: InHand, who: Who) -> str:
    """Where a person goes when done with a task: the case, where they may see it, or their work."""
    return reverse("case", args=[hand.case.pk]) if hand.case is not None and hand.names_shown else reverse("my-work")


def _words(task: Task, who: Who) -> str:
    return title(kind=task.kind, today=who.today)


def _lead(hand: InHand, who: Who) -> str:
    named = hand.case is not None and hand.names_shown
    about_what = about(hand.case, who) if named and hand.case else taskpage.subject_words(hand)
    return f"{_words(hand.task, who)}. {about_what}"


@of_task(act=False)
def task(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Show one task: what, when, whose, who has answered for it, and what may be done."""
    return render(request, "casework/task.html", taskpage.context(hand, who))


@of_case(act=Act.WORK)
def add(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Add a task to a case."""
    form = TaskForm(request.POST or None, today=who.today, prison=prison_of(case.person_id), initial={"version": case.version})
    back = reverse("case", args=[case.pk])

    def act() -> object:
        version = form.cleaned_data["version"]
        return actions.add_task(case_id=case.pk, new=form.new_task(), by=who.id, at=who.at, today=who.today, version=version)

    return done(request, form, act, said="The task was added.", to=back) or form_page(
        request, form, heading="Add a task", lead=about(case, who), button=Button("Add the task"), back=back
    )


@of_case(act=Act.WORK)
def hold(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Put a case on hold until a day."""
    form = HoldForm(request.POST or None, today=who.today)
    back = reverse("case", args=[case.pk])

    def act() -> object:
        said = form.cleaned_data
        wake, whom, why = said["wake"], said["waiting_for"], said["reason"]
        return actions.hold(case_id=case.pk, wake=wake, waiting_for=whom, reason=why, by=who.id, at=who.at, today=who.today)

    lead = f"{about(case, who)}. The hold is a task that sleeps until its day. Other open tasks keep their dates."
    return done(request, form, act, said="The hold was recorded.", to=back) or form_page(
        request, form, heading="Put the case on hold", lead=lead, button=Button("Put on hold"), back=back
    )


@of_task(act=True)
def complete(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Finish a task, saying what came of it and what happens next: needed where it is the last one of an open case."""
    if hand.case is None:
        return _complete_other(request, who, hand)
    if hand.task.kind == PAPERS:
        return redirect("papers", hand.task.pk)
    if hand.task.kind == NEXT_STEP:
        return redirect("case-process", hand.case.pk)
    last = is_last(hand.task)
    form = _form_of(request, who, hand.task, hand.case, last=last)

    def act() -> object:
        result, then = form.cleaned_data["result"], form.next_task()
        detention = form.authorised() if isinstance(form, ReviewForm) else None
        said = {"task_id": hand.task.pk, "result": result, "then": then, "detention": detention}
        return actions.complete_task(**said, by=who.id, at=who.at, today=who.today)

    back = _home(hand, who)
    return done(request, form, act, said=f"Done: {_words(hand.task, who)}.", to=back) or form_page(
        request,
        form,
        heading="Complete a task",
        lead=_lead(hand, who),
        button=Button("Complete the task"),
        back=back,
        template="casework/complete.html",
        last=last,
        review=hand.task.kind in REVIEWS,
        authority=isinstance(form, ReviewForm),
    )


def _form_of(request: HttpRequest, who: Who, task: Task, case: Case, *, last: bool) -> CompleteForm:
    if task.kind != DETENTION_REVIEW:
        return CompleteForm(request.POST or None, today=who.today, needed=last)
    return ReviewForm(request.POST or None, today=who.today, needed=last, initial=as_recorded(cases.held_by(case.pk)))


def is_last(task: Task) -> bool:
    """Say whether finishing a task would leave its case without a dated one. A review is followed by the next by itself."""
    others = tasks.of_subjects(subject_ids=[task.subject_id]).exclude(pk=task.pk)
    return task.kind not in REVIEWS and not others.exists()


def _complete_other(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    form = ResultForm(request.POST or None)

    def act() -> object:
        return actions.complete_task(task_id=hand.task.pk, result=form.cleaned_data["result"], by=who.id, at=who.at, today=who.today)

    return done(request, form, act, said=f"Done: {_words(hand.task, who)}.", to=reverse("my-work")) or form_page(
        request, form, heading="Complete a task", lead=_lead(hand, who), button=Button("Complete the task"), back=reverse("my-work")
    )


@of_task(act=True)
def move(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Give a task another due date, with a reason."""
    form = MoveForm(request.POST or None, today=who.today)

    def act() -> object:
        due, why = form.cleaned_data["due"], form.cleaned_data["reason"]
        return actions.move_due(task_id=hand.task.pk, due=due, reason=why, by=who.id, at=who.at, today=who.today)

    back = _home(hand, who)
    return done(request, form, act, said="The due date was moved.", to=back) or form_page(
        request, form, heading="Move the due date", lead=_lead(hand, who), button=Button("Move the due date"), back=back
    )


@of_task(act=True)
def withdraw(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Say that a task is no longer needed, and why."""
    form = ReasonForm(request.POST or None)

    def act() -> object:
        return actions.withdraw_task(task_id=hand.task.pk, reason=form.cleaned_data["reason"], by=who.id, at=who.at)

    back = _home(hand, who)
    return done(request, form, act, said="The task is no longer on the list.", to=back) or form_page(
        request, form, heading="This task is no longer needed", lead=_lead(hand, who), button=Button("Withdraw the task"), back=back
    )


@of_task(act=False)
def acknowledge(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Answer for a late task at a rung that it has reached and at which this person answers."""
    reached = rung(due=hand.task.due, today=who.today) if hand.is_open else None
    rungs = tasks.answerable_rungs(task=hand.task, staff_id=who.id, covering=who.standing.covering, reached=reached)
    back = reverse("task", args=[hand.task.pk])
    if not rungs:
        return render(request, "base/problem.html", taskpage.nothing_to_answer(hand, back, reached), status=409)
    form = AcknowledgeForm(request.POST or None, rungs=rungs)

    def act() -> object:
        step, why = form.cleaned_data["rung"], form.cleaned_data["reason"]
        return actions.acknowledge(task_id=hand.task.pk, rung=step, reason=why, by=who.id, at=who.at, today=who.today)

    return done(request, form, act, said="Acknowledged. The task is still open and still late.", to=back) or form_page(
        request, form, heading="Acknowledge a late task", lead=_lead(hand, who), button=Button("Acknowledge"), back=back
    )


@of_task(act=True)
def reassign(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Give a task to somebody else; the case stays with its owner."""
    teams = {hand.task.team_id} | ({who.staff.team_id} if who.staff.team_id else set())
    form = ReassignForm(request.POST or None, day=who.today, team_ids=teams)

    def act() -> object:
        why = form.cleaned_data["reason"]
        return actions.reassign_task(task_id=hand.task.pk, to=form.staff.pk, reason=why, by=who.id, at=who.at)

    back = _home(hand, who)
    return done(request, form, act, said="The task has another owner.", to=back) or form_page(
        request, form, heading="Give the task to somebody else", lead=_lead(hand, who), button=Button("Give the task"), back=back
    )
