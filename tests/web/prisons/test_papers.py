"""Papers to serve: asked for by whoever works the case, shown on the prison's page, answered by its prison team, told to the owner."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from longstop.access.models import Staff
from longstop.audit import queries as audit
from longstop.cases import actions as cases
from longstop.cases.actions import NoNextTask
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.actions.serving import NoPapers, Served, answer_papers
from longstop.cases.actions.tasking import AnswerThePapers
from longstop.cases.models import Case
from longstop.cases.rules import PAPERS, PAPERS_ANSWERED
from longstop.work import queries as tasks
from longstop.work.actions import TaskIsNotOpen
from longstop.work.models import Task
from longstop.work.rules import NewTask, NoReason
from tests import given
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, command, considered, duty, officers, people
from tests.web.considering.test_referrals import read, referral

__all__ = ["command", "considered", "duty", "officers", "people"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("considered")]
DAY = AT.date()
BY = DAY + timedelta(days=5)


@pytest.fixture
def case(amy: Staff, duty: Client) -> Case:
    """Amy's case of somebody at ZZA, who is accepted, with its first task."""
    one = referral("A1001AA")
    duty.post(reverse("referral-accept", args=[one.pk]), {"owner": amy.pk, "reason": "In remit"})
    return Case.objects.get()


@pytest.fixture
def team(command: given.Command) -> Staff:
    return given.posted(given.staff("Pia Lund", "prison_team", team=command.other_team), "ZZA")


def ask(case: Case, amy: Staff, words: str = "Decision letter") -> Task:
    new = NewTask(kind=PAPERS, due=BY, details=words)
    return cases.add_task(case_id=case.pk, new=new, by=amy.pk, at=AT, today=DAY)


def on(day: object = DAY) -> dict[str, object]:
    return {f"on_{place}": getattr(day, part) for place, part in enumerate(("day", "month", "year"))}


def test_a_caseworker_asks_and_the_prisons_page_shows_it_with_its_day(case: Case, amy: Staff, team: Staff) -> None:
    form = {"kind": PAPERS, "details": "Decision letter", "waiting_for": "us", "version": case.version}
    due = {f"due_{place}": getattr(BY, part) for place, part in enumerate(("day", "month", "year"))}
    client = signed_in(amy)
    assert (
        "Enter which papers are to be served"
        in client.post(reverse("task-add", args=[case.pk]), form | due | {"details": ""}).content.decode()
    )
    assert client.post(reverse("task-add", args=[case.pk]), form | due).status_code == 302
    task = tasks.open_tasks().get(kind=PAPERS)
    assert task.waiting_for == "prison", "whatever was chosen"
    page = read(signed_in(team), "prison", "ZZA")
    papers, owed = page.index("Papers to serve"), page.index("Answers owed by the prison")
    assert "Decision letter" in page[papers:owed]
    assert f"{BY.day} {BY:%b} {BY.year}" in page[papers:owed] or f"{BY.day} {BY:%B} {BY.year}" in page[papers:owed]
    assert "Served or not" in page[papers:owed]
    assert "Papers to serve" in page[owed:], "it is owed until it is answered"
    assert "Decision letter" not in read(signed_in(team), "prison", "ZZB")


def test_papers_for_somebody_on_no_prisons_list_are_refused(amy: Staff) -> None:
    case_id = given.case(amy)
    page = (
        signed_in(amy)
        .post(reverse("task-add", args=[case_id]), {"kind": PAPERS, "details": "Letter", "waiting_for": "us"})
        .content.decode()
    )
    assert "No prison’s list names this person, so no prison team would see this" in page


@pytest.mark.parametrize(("served", "told"), [("yes", "Papers served"), ("no", "Papers not served")])
def test_the_prison_team_answers_and_the_owner_is_told(case: Case, amy: Staff, team: Staff, served: str, told: str) -> None:
    task, client = ask(case, amy), signed_in(team)
    day = on() if served == "yes" else {}
    assert client.post(reverse("papers", args=[task.pk]), {"served": served, "words": "At the gate", **day}).status_code == 302
    assert tasks.task(task.pk).state == "done"
    tells = tasks.open_tasks().get(kind=PAPERS_ANSWERED)
    assert (tells.owner_id, tells.subject_id, tells.due > DAY) == (amy.pk, case.pk, True)
    newest = {each.kind: each for each in audit.timeline(subject_kind="case", subject_ids=[case.pk])}
    answered = newest["case.papers_answered"]
    assert (answered.by_id, answered.data["served"], answered.personal) == (team.pk, served == "yes", {"words": "At the gate"})
    page = read(signed_in(amy), "case", case.pk)
    assert told in page
    assert "the prison has answered about papers" in read(signed_in(amy), "my-work")
    assert "Decision letter" not in read(client, "prison", "ZZA")


WRONG = [
    ({}, "Select whether the papers were served"),
    ({"served": "yes"}, "Enter the day on which the papers were served"),
    ({"served": "yes", **on(DAY + timedelta(days=400))}, "The day must be today or earlier"),
    ({"served": "no"}, "Enter why the papers were not served"),
    ({"served": "no", "words": " "}, "Enter why the papers were not served"),
    ({"served": "no", "words": "Away", **on()}, "Leave the day empty if the papers were not served"),
]


@pytest.mark.parametrize(("said", "words"), WRONG)
def test_half_an_answer_is_refused(case: Case, amy: Staff, team: Staff, said: dict[str, object], words: str) -> None:
    task = ask(case, amy)
    answer = signed_in(team).post(reverse("papers", args=[task.pk]), said)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert tasks.task(task.pk).state == "open"


# Who may answer for papers at ZZA: by role, the prisons that they are posted to, and how they stand to the case.
ANSWERS = [
    ("prison_team", "ZZA", True),
    ("prison_team", "ZZB", False),
    ("prison_team", "", False),
    ("prison_liaison", "ZZA", False),
    ("barrier_unit", "ZZA", False),
    ("caseworker", "", False),
    ("duty_officer", "", False),
    ("inspector", "", False),
]


@pytest.mark.parametrize(("role", "prison", "may"), ANSWERS)
def test_who_answers_for_papers(case: Case, amy: Staff, command: given.Command, role: str, prison: str, may: bool) -> None:
    task = ask(case, amy)
    person = given.staff("Some Body", role, team=command.other_team)
    client = signed_in(given.posted(person, prison) if prison else person)
    assert (client.get(reverse("papers", args=[task.pk])).status_code == 200) == may
    sent = client.post(reverse("papers", args=[task.pk]), {"served": "no", "words": "Away"})
    assert sent.status_code == (302 if may else 403)
    assert (tasks.task(task.pk).state == "done") == may


def test_the_owner_and_their_line_answer_what_they_were_told(case: Case, amy: Staff, command: given.Command) -> None:
    for person in (amy, command.leader):
        task = ask(case, amy)
        assert reverse("papers", args=[task.pk]) in signed_in(person).get(reverse("task", args=[task.pk])).content.decode()
        client = signed_in(person)
        assert client.get(reverse("task-complete", args=[task.pk])).headers["Location"] == reverse("papers", args=[task.pk])
        assert client.post(reverse("papers", args=[task.pk]), {"served": "yes", "words": "By telephone", **on()}).status_code == 302


def test_a_restricted_case_tells_the_prison_team_neither_who_nor_which_papers(
    case: Case, amy: Staff, team: Staff, command: given.Command
) -> None:
    task = ask(case, amy)
    cases.restrict(case_id=case.pk, reason="A relative works there", by=command.leader.pk, at=AT)
    page = read(signed_in(team), "prison", "ZZA")
    assert "Restricted" in page[page.index("Papers to serve") :]
    assert "Decision letter" not in page
    assert signed_in(team).post(reverse("papers", args=[task.pk]), {"served": "no", "words": "Away"}).status_code == 403


def test_papers_are_answered_for_once_and_in_no_other_way(case: Case, amy: Staff, team: Staff) -> None:
    task, by = ask(case, amy), {"by": team.pk, "at": AT, "today": DAY}
    with pytest.raises(AnswerThePapers):
        cases.complete_task(task_id=task.pk, result="Done", by=amy.pk, at=AT, today=DAY)
    with pytest.raises(NoReason):
        answer_papers(task_id=task.pk, said=Served(on=None, words=" "), **by)
    with pytest.raises(DateInTheFuture):
        answer_papers(task_id=task.pk, said=Served(on=DAY + timedelta(days=1), words=""), **by)
    other = cases.add_task(case_id=case.pk, new=NewTask(kind="case.other", due=BY), by=amy.pk, at=AT, today=DAY)
    with pytest.raises(NoPapers):
        answer_papers(task_id=other.pk, said=Served(on=DAY, words=""), **by)
    answer_papers(task_id=task.pk, said=Served(on=DAY, words=""), **by)
    with pytest.raises(TaskIsNotOpen):
        answer_papers(task_id=task.pk, said=Served(on=DAY, words=""), **by)
    assert "have been answered for" in signed_in(team).get(reverse("papers", args=[task.pk])).content.decode()


def test_the_case_keeps_a_dated_task_when_its_last_one_is_answered(case: Case, amy: Staff, team: Staff) -> None:
    task = ask(case, amy)
    for other in tasks.of_subjects(subject_ids=[case.pk]).exclude(pk=task.pk):
        cases.withdraw_task(task_id=other.pk, reason="Not needed", by=amy.pk, at=AT)
    with pytest.raises(NoNextTask):
        cases.withdraw_task(task_id=task.pk, reason="Not needed", by=amy.pk, at=AT)
    answer_papers(task_id=task.pk, said=Served(on=None, words="At court"), by=team.pk, at=AT, today=DAY)
    assert Case.objects.get().next_task.kind == PAPERS_ANSWERED
