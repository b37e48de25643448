"""What a browser, a proxy or a log keeps of a page: titles, addresses and cookies name nobody whom a case is about."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from longstop.access.models import Staff
from longstop.intake.models import Arrival
from tests import given
from tests.cases.test_opening_from_records import load, prisoner
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def amy() -> Staff:
    return given.caseworker("Amy Tran", given.command().team)


@pytest.fixture
def arrival(tmp_path: Path, amy: Staff) -> Arrival:
    load(tmp_path / "extract.jsonl", [prisoner("A1234BC", lastName="HOXHAJ")])
    return Arrival.objects.get()


@pytest.mark.parametrize("screen", ["case", "case-notes", "case-ownership", "case-viewed", "case-records", "case-offer"])
def test_the_title_of_a_case_page_bears_the_reference_and_no_name(amy: Staff, screen: str) -> None:
    page = signed_in(amy).get(reverse(screen, args=[given.case(amy)])).content.decode()
    (title,) = re.findall("<title>(.*?)</title>", page)
    assert "LS-" in title
    assert "Krasniq" not in title
    assert "Krasniq" in page


def test_the_title_of_a_record_bears_no_name(amy: Staff, arrival: Arrival) -> None:
    page = signed_in(amy).get(reverse("record", args=[arrival.pk])).content.decode()
    (title,) = re.findall("<title>(.*?)</title>", page)
    assert "hoxhaj" not in title.casefold()
    assert "hoxhaj" in page.casefold()


def test_a_message_waits_in_the_session_and_in_no_cookie(amy: Staff) -> None:
    client, case_id = signed_in(amy), given.case(amy)
    assert client.post(reverse("note-write", args=[case_id]), {"kind": "risk", "text": "Words"}).status_code == 302
    assert "messages" not in client.cookies
    assert "govuk-notification-banner" in client.get(reverse("case", args=[case_id])).content.decode()


def test_a_record_is_found_by_number_which_stands_in_no_address(amy: Staff, arrival: Arrival) -> None:
    client = signed_in(amy)
    assert 'name="prison_number"' not in client.get(reverse("records")).content.decode().split('method="post"', 1)[0]
    answer = client.post(reverse("find-record"), {"prison_number": " a1234 bc"})
    assert answer.headers["Location"] == reverse("record", args=[arrival.pk])
    page = client.post(reverse("find-record"), {"prison_number": "A9999ZZ"}, follow=True)
    assert page.redirect_chain == [(reverse("records"), 302)]
    assert "No record has this prison number" in page.content.decode()
