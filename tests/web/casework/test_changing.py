"""What changes a case: notes, key dates, status, closing and reopening, restriction."""

from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from longstop.access.models import Staff
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.cases.queries import key_dates_of, notes_of
from longstop.cases.rules import OUTCOMES
from longstop.work import queries as tasks
from tests import given
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


def parts(name: str, day: date) -> dict[str, str]:
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def send(client: Client, screen: str, /, *numbers: int, **typed: str) -> HttpResponse:
    answer: HttpResponse = client.post(reverse(screen, args=numbers), typed)
    return answer


def test_a_note_is_written_and_put_right_by_another(amy: Staff) -> None:
    case_id, client = given.case(amy), signed_in(amy)
    assert send(client, "note-write", case_id, kind="risk", text="Lives at 4.", key_note="on").status_code == 302
    (first,) = notes_of(case_id=case_id)
    form = client.get(reverse("note-correct", args=[case_id, first.note.pk])).content.decode()
    assert "Lives at 4." in form
    assert send(client, "note-correct", case_id, first.note.pk, kind="risk", text="Lives at 5.").status_code == 302
    second, first = notes_of(case_id=case_id)
    assert (second.text, second.note.corrects_id) == ("Lives at 5.", first.note.pk)
    assert (first.text, first.corrected_by, first.note.key_note) == ("Lives at 4.", second.note.pk, True)


def test_a_note_of_another_case_cannot_be_put_right_here(amy: Staff) -> None:
    one, other = given.case(amy), given.case(amy)
    note = actions.write_note(case_id=other, kind="progress", text="Words", by=amy.pk, at=NOW)
    assert signed_in(amy).get(reverse("note-correct", args=[one, note.pk])).status_code == 404


def test_an_empty_note_is_refused(amy: Staff) -> None:
    page = send(signed_in(amy), "note-write", given.case(amy), kind="risk", text="  ").content.decode()
    assert '<a href="#id_text">Enter the note</a>' in page


def test_a_key_date_is_recorded_with_source_and_reason_and_moves_what_follows_from_it(amy: Staff) -> None:
    case_id, client = given.case(amy), signed_in(amy)
    page = send(client, "key-date", case_id, name="conditional_release_date", source="court", **parts("value", date(2027, 2, 1)))
    assert "Enter how you know" in page.content.decode()
    typed = {"name": "conditional_release_date", "source": "court", "reason": "Order seen", **parts("value", date(2027, 2, 1))}
    assert send(client, "key-date", case_id, **typed).status_code == 302
    assert Case.objects.get(pk=case_id).release_date == date(2027, 2, 1)
    assert {(each.source, each.value) for each in key_dates_of(case_id) if each.name == "conditional_release_date"} == {
        ("court", date(2027, 2, 1)),
        ("prison", date(2027, 9, 1)),
    }
    assert "Order seen" in client.get(reverse("case", args=[case_id])).content.decode()


def test_a_change_of_status_starts_the_reviews_that_go_with_it(amy: Staff) -> None:
    case_id, client = given.case(amy), signed_in(amy)
    tomorrow = send(client, "custody", case_id, custody="detained", reason="Served", **parts("since", TODAY + timedelta(days=1)))
    assert "The day must be today or earlier" in tomorrow.content.decode()
    assert send(client, "custody", case_id, custody="detained", reason="Served", **parts("since", TODAY)).status_code == 302
    assert Case.objects.get(pk=case_id).custody == "detained"
    assert "case.detention_review" in {task.kind for task in tasks.of_subjects(subject_ids=[case_id])}


def test_the_authority_to_detain_is_shown_as_missing_until_it_is_recorded(amy: Staff) -> None:
    case_id, client = given.case(amy, custody="time_served"), signed_in(amy)
    case = reverse("case", args=[case_id])
    page = client.get(case).content.decode()
    assert "no live authority to detain is recorded" in page
    assert "no reason why removal is realistic is recorded" in page
    typed = {"kind": "is91", "reference": "IS91/77", "given_by": "Chief immigration officer", **parts("given_on", TODAY)}
    assert "Enter the reason, or say below" in send(client, "authority", case_id, **typed).content.decode()
    backwards = send(client, "authority", case_id, reason="Flight", **typed, **parts("until", TODAY - timedelta(days=1)))
    assert "The last day must be the day on which it takes effect, or later" in backwards.content.decode()
    assert send(client, "authority", case_id, no_reason="on", **typed).status_code == 302
    page = client.get(case).content.decode()
    assert "no live authority" not in page
    assert "no reason why removal is realistic is recorded" in page
    assert send(client, "authority", case_id, reason="A flight is booked", **typed).status_code == 302
    page = client.get(case).content.decode()
    for words in ("IS91, authority to detain", "IS91/77", "by Chief immigration officer", "A flight is booked", "Next detention review"):
        assert words in page
    assert ">Missing<" not in page
    assert "case.detention_authority" not in {task.kind for task in tasks.of_subjects(subject_ids=[case_id])}


def test_a_task_asks_for_the_authority_of_a_case_that_was_opened_from_a_record(amy: Staff) -> None:
    case_id = given.case(amy, custody="time_served")
    task = tasks.of_subjects(subject_ids=[case_id]).get(kind="case.detention_authority")
    assert (task.due, task.origin) == (TODAY, "software")
    assert f'href="{reverse("authority", args=[case_id])}"' in signed_in(amy).get(reverse("task", args=[task.pk])).content.decode()


def test_closing_shows_the_evidence_that_each_outcome_asks_for_and_takes_none_without_it(amy: Staff) -> None:
    case_id, client = given.case(amy), signed_in(amy)
    form = client.get(reverse("case-close", args=[case_id])).content.decode()
    for words, hint in OUTCOMES.values():
        assert words in form
        assert hint[1:].replace("'", "&#x27;") in form
    version = str(Case.objects.get(pk=case_id).version)
    assert "Enter the evidence of the outcome" in send(client, "case-close", case_id, outcome="removed", version=version).content.decode()
    assert "Select the outcome" in send(client, "case-close", case_id, evidence="Flight", version=version).content.decode()
    assert Case.objects.get(pk=case_id).closed_at is None
    assert send(client, "case-close", case_id, outcome="removed", evidence="Flight XX 12", version=version).status_code == 302
    page = client.get(reverse("case", args=[case_id])).content.decode()
    assert "This case is closed" in page
    assert "Add a task" not in page
    assert "Flight XX 12" in client.get(reverse("case-ownership", args=[case_id])).content.decode()


def test_a_case_that_changed_meanwhile_is_not_closed(command: given.Command, amy: Staff) -> None:
    case_id, client = given.case(amy), signed_in(amy)
    version = str(Case.objects.get(pk=case_id).version)
    actions.write_note(case_id=case_id, kind="risk", text="Wait", by=command.leader.pk, at=NOW)
    page = send(client, "case-close", case_id, outcome="removed", evidence="Flight", version=version).content.decode()
    assert "Somebody changed the case" in page


def test_a_closed_case_is_reopened_with_an_owner_and_a_dated_task(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    case_id, client = given.case(amy), signed_in(amy)
    actions.close(case_id=case_id, outcome="removed", evidence="Flight", reason="", by=amy.pk, at=NOW)
    page = send(client, "case-reopen", case_id, reason="Came back", owner=str(ben.pk)).content.decode()
    assert "Select what happens next" in page
    then = {"then_kind": "case.review", "then_waiting_for": "us", **parts("then_due", TODAY + timedelta(days=3))}
    duty = given.staff("Dee Ansah", "duty_officer", team=command.team)
    page = send(client, "case-reopen", case_id, reason="Came back", owner_number=duty.staff_number, **then).content.decode()
    assert "This person may not own cases" in page
    assert send(client, "case-reopen", case_id, reason="Came back", owner=str(ben.pk), **then).status_code == 302
    case = Case.objects.get(pk=case_id)
    assert (case.closed_at, case.owner_id, case.first_opened_at) == (None, ben.pk, NOW)
    # It is Ben's now; whoever answers for the team may still ask, and is told.
    assert send(client, "case-reopen", case_id, reason="Again", owner=str(ben.pk), **then).status_code == 403
    again = send(signed_in(command.leader), "case-reopen", case_id, reason="Again", owner=str(ben.pk), **then)
    assert "open already" in again.content.decode()


def test_work_on_a_closed_case_says_that_it_is_closed(amy: Staff) -> None:
    case_id, client = given.case(amy), signed_in(amy)
    actions.close(case_id=case_id, outcome="removed", evidence="Flight", reason="", by=amy.pk, at=NOW)
    page = send(client, "key-date", case_id, name="tariff_date", source="prison", reason="Letter", **parts("value", TODAY)).content.decode()
    assert "The case was closed in the meantime" in page


def test_a_leader_restricts_a_case_and_lifts_it_again_and_a_caseworker_cannot(command: given.Command, amy: Staff) -> None:
    case_id = given.case(amy)
    assert send(signed_in(amy), "restrict", case_id, reason="x").status_code == 403
    leader = signed_in(command.leader)
    assert send(leader, "restrict", case_id, reason="Family member works here").status_code == 302
    assert Case.objects.get(pk=case_id).restricted
    assert "Lift the restriction" in leader.get(reverse("case", args=[case_id])).content.decode()
    assert send(leader, "restrict", case_id, reason="They left").status_code == 302
    assert not Case.objects.get(pk=case_id).restricted
