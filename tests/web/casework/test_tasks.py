"""Doing tasks: added, completed, moved, put on hold, withdrawn, answered for, given to somebody else."""

import re
from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from longstop.access.models import Staff
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.proof.certification import certify
from longstop.work import queries as tasks
from longstop.work.models import State, Task
from longstop.work.rules import NewTask, NoReason
from tests import given
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in
from tests.web.casework.test_my_work import a_case

pytestmark = pytest.mark.django_db

SOON = TODAY + timedelta(days=9)


def parts(name: str, day: date) -> dict[str, str]:
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def send(client: Client, name: str, number: int, **typed: str) -> HttpResponse:
    answer: HttpResponse = client.post(reverse(name, args=[number]), typed)
    return answer


def open_kinds(case_id: int) -> list[str]:
    return [task.kind for task in tasks.of_subjects(subject_ids=[case_id])]


def test_a_task_is_added_with_its_words_and_date(amy: Staff) -> None:
    case = a_case(amy, days=20)
    typed = {
        "kind": "case.review",
        "details": "After the hearing",
        "waiting_for": "court",
        "version": str(case.version),
        **parts("due", SOON),
    }
    assert send(signed_in(amy), "task-add", case.pk, **typed).headers["Location"] == reverse("case", args=[case.pk])
    case.refresh_from_db()
    assert (case.next_task.kind, case.next_due, case.next_task.waiting_for) == ("case.review", SOON, "court")


def test_a_task_is_not_added_to_a_case_that_somebody_else_changed_meanwhile(amy: Staff, command: given.Command) -> None:
    case = a_case(amy, days=20)
    actions.write_note(case_id=case.pk, kind="progress", text="Changed", by=command.leader.pk, at=NOW)
    typed = {"kind": "case.review", "waiting_for": "us", "version": str(case.version), **parts("due", SOON)}
    answer = send(signed_in(amy), "task-add", case.pk, **typed)
    assert "Somebody changed the case while you had this page open" in answer.content.decode()
    assert open_kinds(case.pk) == ["case.other"]


def test_a_date_that_has_passed_is_refused_beside_its_field(amy: Staff) -> None:
    case = a_case(amy, days=20)
    typed = {"kind": "case.review", "waiting_for": "us", "version": str(case.version), **parts("due", TODAY - timedelta(days=1))}
    page = send(signed_in(amy), "task-add", case.pk, **typed).content.decode()
    assert '<a href="#id_due_0">The date must be today or later</a>' in page


def test_the_last_task_asks_kindly_what_happens_next_and_takes_it_in_one_go(amy: Staff) -> None:
    case = a_case(amy, days=1)
    client, href = signed_in(amy), reverse("task-complete", args=[case.next_task_id])
    assert "This is the last dated task on the case" in client.get(href).content.decode()
    refused = client.post(href, {"result": "Considered"}).content.decode()
    assert '<a href="#id_then_kind">Select what happens next</a>' in refused
    assert open_kinds(case.pk) == ["case.other"]
    answer = client.post(href, {"result": "Considered", "then_kind": "case.review", "then_waiting_for": "us", **parts("then_due", SOON)})
    assert answer.status_code == 302
    assert open_kinds(case.pk) == ["case.review"]
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "Task done: Other work on the case" in page
    assert "Considered" in page


def test_a_task_that_became_the_last_meanwhile_is_caught_as_kindly(amy: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page found another task open; by the time that the form is sent, it is the last."""
    case = a_case(amy, days=1)
    monkeypatch.setattr("longstop.web.casework.views.tasks.is_last", lambda task: False)
    page = send(signed_in(amy), "task-complete", case.next_task_id, result="Considered").content.decode()
    assert "an open case always has one" in page
    assert open_kinds(case.pk) == ["case.other"]


def test_a_task_among_others_needs_nothing_next(amy: Staff) -> None:
    case = a_case(amy, days=1)
    actions.add_task(case_id=case.pk, new=NewTask(kind="case.review", due=SOON), by=amy.pk, at=NOW, today=TODAY)
    assert send(signed_in(amy), "task-complete", case.next_task_id, result="Done").status_code == 302
    assert open_kinds(case.pk) == ["case.review"]


def test_a_detention_review_asks_for_authority_and_reason_and_brings_its_next_one_by_itself(amy: Staff) -> None:
    case_id = given.case(amy, custody="detained")
    given.authorised(case_id, amy, since=TODAY)
    review = tasks.of_subjects(subject_ids=[case_id]).get(kind="case.detention_review")
    page = signed_in(amy).get(reverse("task-complete", args=[review.pk])).content.decode()
    assert "The next review of this kind is added by itself" in page
    assert 'value="Chief immigration officer"' in page, "who gave what stands now"
    assert "A document is agreed" not in page, "the reason is given anew"
    said = {"result": "Maintained", "kind": "is91", "given_by": "Chief immigration officer", **parts("given_on", TODAY)}
    assert "or say below that none can be given" in send(signed_in(amy), "task-complete", review.pk, **said).content.decode()
    assert send(signed_in(amy), "task-complete", review.pk, reason="A flight is booked", **said).status_code == 302
    assert "case.detention_review" in open_kinds(case_id)
    shown = signed_in(amy).get(reverse("case", args=[case_id])).content.decode()
    assert "A flight is booked" in shown


def test_a_task_that_somebody_else_finished_says_so_and_changes_nothing(amy: Staff) -> None:
    case = a_case(amy, days=1)
    task_id = case.next_task_id
    then = NewTask(kind="case.review", due=SOON)
    actions.complete_task(task_id=task_id, result="Mine", then=then, by=amy.pk, at=NOW, today=TODAY)
    answer = send(signed_in(amy), "task-complete", task_id, result="Also mine")
    assert (answer.status_code, "This task is no longer open" in answer.content.decode()) == (409, True)


def test_a_due_date_is_moved_with_a_reason_and_the_first_one_stays(amy: Staff) -> None:
    case = a_case(amy, days=1)
    first = case.next_due
    page = send(signed_in(amy), "task-move", case.next_task_id, **parts("due", SOON)).content.decode()
    assert "Enter reason" in page
    assert send(signed_in(amy), "task-move", case.next_task_id, reason="Hearing adjourned", **parts("due", SOON)).status_code == 302
    task = tasks.task(case.next_task_id)
    assert (task.due, task.first_due) == (SOON, first)
    assert "First due" in signed_in(amy).get(reverse("task", args=[task.pk])).content.decode()


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_a_due_date_is_not_moved_without_a_reason(amy: Staff, reason: str) -> None:
    case = a_case(amy, days=1)
    before = tasks.task(case.next_task_id).due
    answer = send(signed_in(amy), "task-move", case.next_task_id, reason=reason, **parts("due", SOON))
    assert (answer.status_code, "Enter reason" in answer.content.decode()) == (200, True)
    with pytest.raises(NoReason):
        actions.move_due(task_id=case.next_task_id, due=SOON, reason=reason, by=amy.pk, at=NOW, today=TODAY)
    task = tasks.task(case.next_task_id)
    assert (task.due, task.moves, Case.objects.get(pk=case.pk).next_due) == (before, 0, before)


def test_a_due_date_goes_no_further_than_policy_allows_and_its_moves_are_counted(amy: Staff) -> None:
    case, client = a_case(amy, days=1), signed_in(amy)
    answer = send(client, "task-move", case.next_task_id, reason="Later", **parts("due", date(9999, 12, 31))).content.decode()
    assert "The date may be 19 November 2027 at the latest" in answer
    for number in range(4):
        typed = {"reason": "Later", **parts("due", TODAY + timedelta(days=10 + number))}
        assert send(client, "task-move", case.next_task_id, **typed).status_code == 302
    page = client.get(reverse("task", args=[case.next_task_id])).content.decode()
    assert "4 times" in page
    (item,) = [item for item in certify(at=NOW, today=TODAY).items if item.list == "tasks_moved_often"]
    assert (item.reference, item.details.split(",")[0]) == (case.reference, "moved 4 times")


def test_a_hold_says_its_limit_and_is_refused_beyond_it(amy: Staff) -> None:
    case = a_case(amy, days=30)
    client = signed_in(amy)
    assert "At most 90 days: 16 February 2027 at the latest" in client.get(reverse("case-hold", args=[case.pk])).content.decode()
    typed = {"waiting_for": "embassy", "reason": "Travel document asked for"}
    page = send(client, "case-hold", case.pk, **typed, **parts("wake", date(2027, 2, 17))).content.decode()
    assert "A hold may last until 16 February 2027 at most" in page
    assert send(client, "case-hold", case.pk, **typed, **parts("wake", SOON)).status_code == 302
    case.refresh_from_db()
    assert (case.next_is_hold, case.next_task.waiting_for) == (True, "embassy")
    assert "On hold; due in 9 days" in client.get(reverse("case", args=[case.pk])).content.decode()


def test_withdrawing_the_only_dated_task_is_refused_in_words(amy: Staff) -> None:
    case = a_case(amy, days=1)
    page = send(signed_in(amy), "task-withdraw", case.next_task_id, reason="Not needed").content.decode()
    assert "this is the last dated task on the case" in page
    assert open_kinds(case.pk) == ["case.other"]


@pytest.mark.parametrize(
    ("who", "days_late", "offered"),
    [
        ("amy", 1, ["Owner"]),
        ("amy", 40, ["Owner"]),
        ("leader", 1, ["Owner"]),
        ("leader", 7, ["Owner", "Team leader"]),
        ("head", 40, ["Owner", "Team leader", "Head"]),
        ("director", 40, ["Owner", "Team leader", "Head", "Director"]),
        ("other_leader", 40, []),
    ],
)
def test_only_rungs_that_are_reached_and_that_the_person_answers_for_are_offered(
    command: given.Command, amy: Staff, who: str, days_late: int, offered: list[str]
) -> None:
    case = a_case(amy, days=-days_late)
    person = amy if who == "amy" else getattr(command, who)
    answer = signed_in(person).get(reverse("acknowledge", args=[case.next_task_id]))
    page = answer.content.decode()
    assert re.findall(r'for="id_rung_\d">([^<]+)<', page) == offered
    assert ("You do not answer for this task" in page) == (offered == [])


def test_acknowledging_keeps_the_reason_and_the_task_stays_open_and_late(command: given.Command, amy: Staff) -> None:
    case = a_case(amy, days=-7)
    client = signed_in(command.leader)
    assert send(client, "acknowledge", case.next_task_id, rung="1", reason="Two of four are ill").status_code == 302
    page = client.get(reverse("task", args=[case.next_task_id])).content.decode()
    for words in ("Answered for as team leader", "Two of four are ill", "Overdue by 7 days", "Team leader: acknowledged"):
        assert words in page
    assert send(client, "acknowledge", case.next_task_id, rung="1", reason="Still ill").status_code == 302
    page = client.get(reverse("task", args=[case.next_task_id])).content.decode()
    assert page.index("Still ill") < page.index("Two of four are ill")


def test_a_rung_that_is_not_offered_cannot_be_sent(amy: Staff) -> None:
    case = a_case(amy, days=-40)
    page = send(signed_in(amy), "acknowledge", case.next_task_id, rung="3", reason="I am not the director").content.decode()
    assert "There is a problem" in page
    assert tasks.task(case.next_task_id).acknowledged_rung == -1


def test_a_task_is_given_to_a_colleague_or_by_staff_number(command: given.Command, amy: Staff) -> None:
    ben, far = given.caseworker("Ben Osei", command.team), given.caseworker("Far Away", command.other_team)
    case = a_case(amy, days=1)
    page = send(signed_in(amy), "task-reassign", case.next_task_id, reason="Help").content.decode()
    assert "Select one person, or enter one staff number" in page
    assert send(signed_in(amy), "task-reassign", case.next_task_id, owner=str(ben.pk), reason="Help").status_code == 302
    assert tasks.task(case.next_task_id).owner_id == ben.pk
    assert send(signed_in(amy), "task-reassign", case.next_task_id, owner_number=far.staff_number, reason="Help").status_code == 302
    assert (tasks.task(case.next_task_id).owner_id, Case.objects.get(pk=case.pk).owner_id) == (far.pk, amy.pk)
    page = send(signed_in(amy), "task-reassign", case.next_task_id, owner_number="S99999", reason="Help").content.decode()
    assert "Nobody has this staff number" in page


def test_a_task_about_an_absence_is_seen_and_finished_by_its_owner_only(command: given.Command, amy: Staff) -> None:
    a_case(amy, days=1)
    actions.record_absence(
        staff_id=amy.pk, kind="sudden", from_date=TODAY, to_date=None, cover_id=None, by=command.leader.pk, at=NOW, today=TODAY
    )
    task = Task.objects.get(kind="absence.cover_needed")
    leader = signed_in(command.leader)
    assert "Find cover for an absence" in leader.get(reverse("my-work")).content.decode()
    assert "An absence" in leader.get(reverse("my-work")).content.decode()
    stranger = signed_in(given.caseworker("Ben Osei", command.other_team))
    assert stranger.get(reverse("task", args=[task.pk])).status_code == 403
    assert send(stranger, "task-complete", task.pk, result="x").status_code == 403
    assert send(leader, "task-complete", task.pk, result="Ben covers").headers["Location"] == reverse("my-work")
    assert tasks.task(task.pk).state == State.DONE


def test_an_offer_is_answered_and_not_merely_ticked_off(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    case = a_case(amy, days=1)
    offer = actions.offer(case_id=case.pk, to=ben.pk, from_=amy.pk, reason="Moved", by=amy.pk, at=NOW, today=TODAY)
    for name in ("task-complete", "task-withdraw", "task-reassign"):
        assert send(signed_in(ben), name, offer.task_id, result="x", reason="x").status_code == 409
    assert tasks.task(offer.task_id).state == State.OPEN


def test_a_partner_does_its_own_tasks_and_no_others(command: given.Command, amy: Staff) -> None:
    prison = given.staff("Pat Prison", "prison_team", team=command.team)
    case = a_case(amy, days=1)
    new = NewTask(kind="case.find_release_date", due=SOON, owner_id=prison.pk)
    theirs = actions.add_task(case_id=case.pk, new=new, by=amy.pk, at=NOW, today=TODAY)
    client = signed_in(prison)
    assert send(client, "task-complete", case.next_task_id, result="x").status_code == 403
    assert client.get(reverse("task", args=[case.next_task_id])).status_code == 200
    assert send(client, "task-complete", theirs.pk, result="1 September 2027").status_code == 302
    assert client.get(reverse("task-add", args=[case.pk])).status_code == 403
