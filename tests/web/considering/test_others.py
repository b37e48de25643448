"""Questions are answered with how it is known, departures explained with evidence, and second looks agreed to or not."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from longstop.access.models import Staff
from longstop.cases.actions import Opened, open_case
from longstop.intake.models import Arrival
from longstop.people.models import Person
from longstop.referral.actions.judging import is_drawn
from longstop.referral.models import Departure, Look, Question, Referral
from tests import given
from tests.referral import world
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive, rows
from tests.web.considering.test_referrals import read, words

pytestmark = pytest.mark.django_db


def question(kind: str) -> Question:
    return Question.objects.get(kind=kind)


@pytest.mark.usefixtures("considered")
def test_a_nationality_is_answered_with_who_says_so(duty: Client) -> None:
    asked = question("nationality_unknown")
    where = reverse("question-answer", args=[asked.pk])
    empty = words(duty.post(where, {"code": "british", "reason": "He said so"}).content.decode())
    assert "Say who says so" in empty
    assert question("nationality_unknown").state == "open"
    duty.post(where, {"code": "foreign", "says": "embassy", "reason": "Letter of 3 March"})
    page = read(duty, "question", asked.pk)
    assert "An embassy or consulate says so. Letter of 3 March" in page
    made = question("nationality_unknown").referral_id
    assert f"Referral {made}" in page
    assert made is not None


@pytest.mark.usefixtures("considered")
def test_two_who_may_be_one_stand_side_by_side_with_what_differs_marked(duty: Client) -> None:
    asked = question("possibly_same_person")
    page = read(duty, "question", asked.pk)
    assert re.search(r"Prison number (A1004AD A1005AE|A1005AE A1004AD) Differs", page)
    assert "Date of birth 3 February 1988 3 February 1988 Same" in page
    duty.post(reverse("question-answer", args=[asked.pk]), {"code": "different", "reason": "Seen together"})
    assert question("possibly_same_person").answer == "different"


@pytest.mark.usefixtures("considered")
def test_one_person_is_not_said_while_the_other_has_a_referral_of_their_own(duty: Client) -> None:
    asked = question("possibly_same_person")
    said = words(duty.post(reverse("question-answer", args=[asked.pk]), {"code": "same", "reason": "Same prints"}).content.decode())
    assert "See to those of one first" in said
    assert question("possibly_same_person").state == "open"


@pytest.mark.usefixtures("gone")
def test_a_departure_says_where_somebody_was_seen_and_is_explained_with_evidence(duty: Client) -> None:
    one = Departure.objects.order_by("pk")[0]
    page = read(duty, "departure-from-list", one.pk)
    assert "ZZA" in page
    assert "Nobody has decided on this person" in page
    where = reverse("departure-explain", args=[one.pk])
    assert "Say by what evidence" in words(duty.post(where, {"explanation": "released"}).content.decode())
    duty.post(where, {"explanation": "released", "evidence": "Telephone call to the prison"})
    assert "Telephone call to the prison" in read(duty, "departure-from-list", one.pk)
    assert duty.post(where, {"explanation": "died", "evidence": "x"}).status_code == 409


def test_whom_a_case_says_to_be_held_heads_the_departures(considered: None, duty: Client, command: given.Command, tmp_path: Path) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    last = next(each for each in Person.objects.order_by("-pk") if (each.particulars.content or {}).get("prison_number") == "A1005AE")
    held = Opened(person_id=last.pk, owner_id=amy.pk, source="prison", observed_at=AT, custody="detained")
    open_case(opened=held, reason="Detained", by=amy.pk, at=AT, today=AT.date())
    arrive(tmp_path, rows()[:3], at=AT)
    page = read(duty, "departures")
    assert page.index("A1005AE") < page.index("A1004AD")
    assert "Held, according to a case" in page


@pytest.mark.usefixtures("gone")
def test_departures_of_a_short_file_are_explained_together(duty: Client) -> None:
    chosen = list(Departure.objects.values_list("pk", flat=True))
    assert "Explain 2 departures: the file was short" in words(duty.post(reverse("file-short"), {"selected": chosen}).content.decode())
    done = duty.post(reverse("file-short"), {"selected": chosen, "evidence": "The supplier rang"}, follow=True).content.decode()
    assert "2 of 2 explained" in words(done)
    assert set(Departure.objects.values_list("explanation", flat=True)) == {"file_short"}
    again = words(duty.post(reverse("file-short"), {"selected": chosen}, follow=True).content.decode())
    assert "Select at least one that is still open" in again


def test_a_second_look_that_does_not_agree_refers_the_person(officers: list[Staff], duty: Client, tmp_path: Path) -> None:
    receipt = world.arrive(tmp_path, rows(), at=AT)
    drawn = Arrival.objects.order_by("pk").last()
    assert drawn is not None
    seed = next(str(n) for n in range(10_000) if is_drawn(seed=str(n), arrival_id=drawn.pk, per_thousand=10))
    world.consider(receipt, at=AT, seed=seed)
    look = Look.objects.get()
    assert "A1006AF" in read(duty, "second-looks")
    page = read(duty, "second-look", look.pk)
    assert f"Source of chance {seed}" in page
    assert "British, as the prison says" in page
    duty.post(reverse("second-look-answer", args=[look.pk]), {"agreed": "no", "reason": "Holds two passports"})
    assert Look.objects.get().state == "not_agreed"
    assert Referral.objects.filter(person_id=look.person_id, origin="look", state="open").exists()


@pytest.mark.usefixtures("gone")
def test_a_task_about_a_referral_leads_to_its_page_and_is_not_merely_ticked_off(duty: Client) -> None:
    mine = read(duty, "my-work")
    assert "Referral " in mine
    one = next(each for each in Referral.objects.filter(state="open") if each.task and each.task.owner.name == "Officer 1")
    answer = duty.post(reverse("task-complete", args=[one.task_id]), {"result": "Done"})
    assert answer.status_code == 409
    assert f"Referral {one.pk} is decided" in words(answer.content.decode())


@pytest.mark.usefixtures("considered")
def test_the_page_of_a_person_and_of_a_record_say_what_became_of_them(duty: Client) -> None:
    one = Referral.objects.order_by("pk")[0]
    for page in (read(duty, "person", one.person_id), read(duty, "record", one.arrival_id or 0)):
        assert f"Referral {one.pk}" in page
    british = Arrival.objects.order_by("pk").last()
    assert british is not None
    page = read(duty, "record", british.pk)
    assert "What the rules found Out of remit" in page
    assert "Refer this person" in page


@pytest.mark.usefixtures("considered")
def test_the_budgets_of_the_pages(duty: Client, django_assert_max_num_queries: object) -> None:
    duty.get(reverse("questions"))
    for each in Question.objects.all():
        with django_assert_max_num_queries(15):  # type: ignore[operator]
            assert duty.get(reverse("question", args=[each.pk])).status_code == 200


def test_an_inspector_reads_and_writes_nothing(considered: None, command: given.Command) -> None:
    client = signed_in(given.staff("Ivo Kell", "inspector", team=command.team))
    asked = question("nationality_unknown")
    assert "Hand on" not in read(client, "question", asked.pk)
    assert client.post(reverse("question-answer", args=[asked.pk]), {"code": "british"}).status_code == 403
