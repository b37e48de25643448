"""Search: found however it is typed, within what the person may see, and recorded."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstop.access.models import Staff
from longstop.audit.models import Payload, Reading
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.intake.models import Arrival
from longstop.people.actions import join_person
from tests import given
from tests.cases.test_opening_from_records import load, prisoner
from tests.given import NOW
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


def look_for(client: Client, text: str) -> str:
    return client.post(reverse("search"), {"text": text}, follow=True).content.decode()


@pytest.fixture
def hoxhaj(tmp_path: Path, command: given.Command, amy: Staff) -> Case:
    """A case opened from a prison record."""
    load(tmp_path / "extract.jsonl", [prisoner("A1234BC", lastName="HOXHAJ")])
    duty = signed_in(given.staff("Dee Ansah", "duty_officer", team=command.team))
    duty.post(reverse("open-cases"), {"selected": [Arrival.objects.get().pk], "owner": amy.pk, "reason": "In remit"})
    return Case.objects.get()


@pytest.mark.parametrize("how", ["{}", "  {}  ", "lower", "bare"])
def test_a_reference_leads_straight_to_its_case_however_it_is_typed(amy: Staff, how: str) -> None:
    case = Case.objects.get(pk=given.case(amy))
    typed = {"lower": case.reference.lower(), "bare": case.reference.replace("-", "").replace("LS", "")}.get(
        how, how.format(case.reference)
    )
    answer = signed_in(amy).post(reverse("search"), {"text": typed}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("case", args=[case.pk])


@pytest.mark.parametrize("typed", ["Hoxhaj", "hox", "HOXHAJ", "a1234bc", "A 1234 BC"])
def test_a_person_is_found_by_name_or_number(amy: Staff, hoxhaj: Case, typed: str) -> None:
    page = look_for(signed_in(amy), typed)
    assert reverse("case", args=[hoxhaj.pk]) in page
    assert hoxhaj.reference in page


def test_what_is_not_there_is_said_to_be_not_there(amy: Staff, hoxhaj: Case) -> None:
    assert "Nothing was found" in look_for(signed_in(amy), "Zzyzx")


def test_a_restricted_case_is_found_as_one_that_exists_and_no_more(command: given.Command, hoxhaj: Case) -> None:
    actions.restrict(case_id=hoxhaj.pk, reason="Family member works here", by=command.leader.pk, at=NOW)
    page = look_for(signed_in(given.caseworker("Ben Osei", command.other_team)), "A1234BC")
    assert hoxhaj.reference in page
    assert "Hoxhaj" not in page


def test_a_search_by_name_does_not_confirm_whose_a_restricted_case_is(command: given.Command, hoxhaj: Case) -> None:
    actions.restrict(case_id=hoxhaj.pk, reason="Family member works here", by=command.leader.pk, at=NOW)
    other, leader = signed_in(given.caseworker("Ben Osei", command.other_team)), signed_in(command.leader)
    page = look_for(other, "Hoxhaj")
    assert hoxhaj.reference not in page
    assert "Nothing was found" in page
    assert hoxhaj.reference in look_for(leader, "Hoxhaj")
    assert "is restricted" in look_for(other, hoxhaj.reference)


def test_what_was_typed_is_recorded_apart_and_stays_out_of_addresses(amy: Staff, hoxhaj: Case) -> None:
    client = signed_in(amy)
    answer = client.post(reverse("search"), {"text": "Hoxhaj"})
    assert answer.headers["Location"] == reverse("search")
    client.get(reverse("search"))
    seen = Reading.objects.get(what="searched")
    assert (seen.read_by, seen.rows) == (amy.pk, 1)
    assert Payload.objects.get(pk=seen.payload_id).content == {"text": "Hoxhaj"}


def test_an_empty_search_says_what_to_enter_and_records_nothing(amy: Staff) -> None:
    assert "Enter a case reference, a name or a number" in look_for(signed_in(amy), "  ")
    assert not Reading.objects.exists()


@pytest.mark.parametrize("role", ["administrator", "analyst", "guidance_owner", "prison_liaison"])
def test_roles_that_see_no_cases_do_not_search(command: given.Command, role: str) -> None:
    assert signed_in(given.staff("Nobody Here", role, team=command.team)).get(reverse("search")).status_code == 403


@pytest.mark.parametrize(
    ("typed", "why"), [("Hoxhaj", "Name"), ("Hodjaj", "Sounds alike"), ("A1234BC", "Prison number"), ("hoxh", "Beginning of")]
)
def test_why_somebody_was_found_is_said(amy: Staff, hoxhaj: Case, typed: str, why: str) -> None:
    assert why in look_for(signed_in(amy), typed)


def test_a_person_known_by_another_name_is_found_by_it(tmp_path: Path, command: given.Command, amy: Staff) -> None:
    load(tmp_path / "extract.jsonl", [prisoner("A1234BC", aliases=[{"firstName": "Sergei", "lastName": "Shcherbakov"}])])
    duty = signed_in(given.staff("Dee Ansah", "duty_officer", team=command.team))
    duty.post(reverse("open-cases"), {"selected": [Arrival.objects.get().pk], "owner": amy.pk, "reason": "In remit"})
    page = look_for(signed_in(amy), "Сергей Щербаков")
    assert "Alias" in page
    assert "Sergei Shcherbakov" in page
    assert "Arben Hoxhaj" in page


def test_a_search_takes_ten_queries_at_most(amy: Staff, hoxhaj: Case) -> None:
    client = signed_in(amy)
    for typed in ("Hoxhaj", "Hodjaj 1988", "A1234BC", "Nobody"):
        client.post(reverse("search"), {"text": typed})
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("search")).status_code == 200
        assert len(seen) <= 10, [each["sql"][:120] for each in seen]


def test_a_case_is_found_by_the_name_of_whoever_its_person_was_joined_to(command: given.Command, amy: Staff, hoxhaj: Case) -> None:
    actions.close(case_id=hoxhaj.pk, outcome="right_to_remain", evidence="Letter", reason="Leave", by=amy.pk, at=NOW)
    kept = given.person("Mira Velde")
    join_person(person_id=kept.pk, other_id=hoxhaj.person_id, reason="Fingerprints", by=amy.pk, at=NOW)
    page = look_for(signed_in(amy), "Hoxhaj")
    assert page.count(reverse("case", args=[hoxhaj.pk])) == 1
    assert reverse("person", args=[kept.pk]) in page
    assert reverse("person", args=[hoxhaj.person_id]) not in page
