"""Papers to be served in prison: the prison team says whether they were. Those who work the case may say so too, if they were told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstop.access.relations import Act
from longstop.access.rules import Permission, Role
from longstop.audit.queries import contents
from longstop.cases.actions.serving import answer_papers
from longstop.cases.models import Case
from longstop.cases.rules import PAPERS
from longstop.referral.queries.prisons import prison_of
from longstop.web.casework.guards import InHand, may_work, of_task
from longstop.web.casework.pages import about, done, form_page
from longstop.web.casework.standing_in import on_record
from longstop.web.casework.words import due_of
from longstop.web.doors import Who
from longstop.web.parts import Button, Fact, Link, SummaryList
from longstop.web.prisons.forms import PapersForm
from longstop.work.models import Task


def may_answer(prison: str, who: Who) -> bool:
    """Say whether somebody answers for the papers of a prison: its prison team."""
    return Role.PRISON_TEAM in who.standing.roles and prison in who.standing.prisons


def details_of(task: Task) -> str:
    """Give the words for which papers are meant."""
    said = contents([task.details_payload_id]).get(task.details_payload_id) if task.details_payload_id else {}
    return str((said or {}).get("details", ""))


@of_task(act=False)
def papers(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Say whether papers were served. The owner of the case is told by a task."""
    case, task = hand.case, hand.task
    if case is None or task.kind != PAPERS:
        return _problem(request, "No papers are to be served by this task", ["It asks for something else."], _task(task), 409)
    prison = prison_of(case.person_id)
    team, worker = may_answer(prison, who), may_work(case, who)
    if not (team or worker):
        return _not_theirs(request, who, case, prison)
    if not hand.is_open:
        return _answered(request, task)
    back = reverse("case", args=[case.pk]) if worker else reverse("prison", args=[prison])
    form = PapersForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        with on_record(None if team else case, who, Act.WORK):
            return answer_papers(task_id=task.pk, said=form.answer(), by=who.id, at=who.at, today=who.today)

    said = f"Recorded. {case.owner.name}, who owns the case, has a task that says so."
    facts = [Fact("Papers", details_of(task)), Fact("Serve by", due_of(task, today=who.today, linked=False))]
    facts += [Fact("Where", Link(prison, reverse("prison", args=[prison]))) if who.may(Permission.SEE_RECORDS) else Fact("Where", prison)]
    return done(request, form, act, said=said, to=back) or form_page(
        request,
        form,
        heading="Papers to serve",
        lead=about(case, who),
        summary=SummaryList([*facts, Fact("Owner of the case", case.owner.name)]),
        button=Button("Save the answer"),
        back=back,
        template="prisons/papers.html",
    )


def _not_theirs(request: HttpRequest, who: Who, case: Case, prison: str) -> HttpResponse:
    owner = f"{case.owner.name}, who owns case {case.reference}"
    words = f"The prison team of {prison}, and {owner}, say whether these papers were served."
    if not prison:
        words = f"No prison’s list names this person any more: {owner}, says what became of the papers."
    if Role.PRISON_TEAM in who.standing.roles and prison:
        words += f" If {prison} is one of your prisons, ask the administrator of Longstop to record it."
    case_link = Link("See the case", reverse("case", args=[case.pk]))
    return _problem(request, "These papers are not yours to answer for", [words, "Nothing was changed."], case_link, 403)


def _answered(request: HttpRequest, task: Task) -> HttpResponse:
    words = "Somebody has said already what became of these papers, or that they are no longer needed. Nothing was changed now."
    return _problem(request, "These papers have been answered for", [words], _task(task), 409)


def _task(task: Task) -> Link:
    return Link("See the task", reverse("task", args=[task.pk]))


def _problem(request: HttpRequest, heading: str, words: list[str], link: Link, status: int) -> HttpResponse:
    return render(request, "base/problem.html", {"heading": heading, "paragraphs": words, "links": [link]}, status=status)
