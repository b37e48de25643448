"""What a duty officer does with records that arrived, and who may not."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from longstop.cases.actions import restrict
from longstop.cases.models import Case
from longstop.intake import queries as arrived
from longstop.intake.models import Arrival, Refusal
from tests import given
from tests.cases.test_opening_from_records import load, prisoner
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty(command: given.Command) -> Client:
    return signed_in(given.staff("Dee Ansah", "duty_officer", team=command.team))


@pytest.fixture
def loaded(tmp_path: Path) -> list[Arrival]:
    rows = [prisoner(f"A12{number:02d}BC", lastName=f"HOXHAJ{'ABCDEFGHIJKL'[number]}") for number in range(12)]
    load(tmp_path / "extract.jsonl", [*rows, {"firstName": "NOBODY"}])
    return list(Arrival.objects.order_by("pk"))


def test_records_are_listed_and_a_case_is_opened_from_one(duty: Client, command: given.Command, loaded: list[Arrival]) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    assert "Hoxhaj" in duty.get(reverse("records")).content.decode()
    asked = duty.post(reverse("open-cases"), {"selected": [loaded[0].pk]}).content.decode()
    assert "Amy Tran (Team A): 0 of 40 points" in asked
    done = duty.post(reverse("open-cases"), {"selected": [loaded[0].pk], "owner": amy.pk, "reason": "In remit"})
    case = Case.objects.get()
    assert done.headers["Location"] == reverse("case", args=[case.pk])
    assert case.owner_id == amy.pk


def test_opening_many_says_what_became_of_each(duty: Client, command: given.Command, loaded: list[Arrival]) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    duty.post(reverse("open-cases"), {"selected": [loaded[0].pk], "owner": amy.pk, "reason": "In remit"})
    chosen = [each.pk for each in loaded[:3]]
    page = duty.post(reverse("open-cases"), {"selected": chosen, "owner": amy.pk, "reason": "In remit"}, follow=True).content.decode()
    assert "2 of 3 cases opened" in page
    assert "Somebody else has dealt with this record." in page


def test_an_owner_and_a_reason_are_asked_for(duty: Client, loaded: list[Arrival]) -> None:
    page = duty.post(reverse("open-cases"), {"selected": [loaded[0].pk], "owner": "", "reason": ""}).content.decode()
    assert "Choose who is to own the cases" in page
    assert "Say why" in page
    assert not Case.objects.exists()


def test_a_record_is_set_aside_with_a_reason_and_taken_up_again(duty: Client, loaded: list[Arrival]) -> None:
    duty.post(reverse("set-aside", args=[loaded[0].pk]), {"reason": "Not in remit"})
    assert Arrival.objects.get(pk=loaded[0].pk).state == "set_aside"
    duty.post(reverse("take-up", args=[loaded[0].pk]), {"reason": "Looked again"})
    assert Arrival.objects.get(pk=loaded[0].pk).state == "waiting"


def test_a_caseworker_sees_records_but_opens_no_case(command: given.Command, loaded: list[Arrival]) -> None:
    client = signed_in(given.caseworker("Amy Tran", command.team))
    page = client.get(reverse("record", args=[loaded[0].pk])).content.decode()
    assert "Open a case" not in page
    assert client.post(reverse("open-cases"), {"selected": [loaded[0].pk]}).status_code == 403


def test_only_a_data_steward_closes_a_refused_row(command: given.Command, duty: Client, loaded: list[Arrival]) -> None:
    refusal = Refusal.objects.get()
    close = reverse("close-refusal", args=[refusal.pk])
    assert close not in duty.get(reverse("refusals")).content.decode()
    assert duty.post(close, {"reason": "Test data"}).status_code == 403
    steward = signed_in(given.staff("Sam Ito", "data_steward", team=command.team))
    assert close in steward.get(reverse("refusals")).content.decode()
    steward.post(close, {"reason": "Test data"})
    assert Refusal.objects.get().state == "closed"


@pytest.mark.parametrize("name", ["records", "receipts", "refusals"])
def test_lists_keep_to_their_budget(
    duty: Client, loaded: list[Arrival], name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(10):
        assert duty.get(reverse(name)).status_code == 200


def test_a_record_of_a_restricted_case_cannot_be_read_by_asking_to_open_it(
    duty: Client, command: given.Command, loaded: list[Arrival]
) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    duty.post(reverse("open-cases"), {"selected": [loaded[0].pk], "owner": amy.pk, "reason": "In remit"})
    restrict(case_id=Case.objects.get().pk, reason="A colleague's relative", by=command.leader.pk, at=given.NOW)
    pages = [
        duty.post(reverse("open-cases"), {"selected": ids}, follow=True) for ids in ([loaded[0].pk], [loaded[0].pk, loaded[1].pk], [999])
    ]
    names = [["Hoxhaja" in page.content.decode(), "A1200BC" in page.content.decode()] for page in pages]
    assert names == [[False, False]] * 3
    assert "Open a case for" in pages[1].content.decode()


@pytest.mark.parametrize("screen", ["receipts", "refusals", "records"])
@pytest.mark.parametrize("place", ["²", "9" * 19, "9" * 5000, "abc_5"])
def test_a_place_that_no_list_has_is_its_beginning(duty: Client, loaded: list[Arrival], screen: str, place: str) -> None:
    assert duty.get(reverse(screen), {"after": place}).status_code == 200


def shown(page: str) -> list[str]:
    """The prison numbers on a page, in order, and then its "Showing" line."""
    return [
        *re.findall(r'stack__below">(A\d{4}BC)', page),
        " ".join(re.sub("<[^>]+>", "", page.split("ls-pages__showing")[1]).split()[1:6]),
    ]


def link(page: str, rel: str) -> str:
    """The address of the next or previous page, "" where there is none."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return found.group(1).replace("&amp;", "&") if found else ""


def test_the_list_is_paged_there_and_back_again(duty: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrived, "PAGE", 3)
    monkeypatch.setattr(arrived.arrivals, "__kwdefaults__", {**(arrived.arrivals.__kwdefaults__ or {}), "limit": 3})
    # Two share a day and three have none, so that the pages break within both.
    days = ["2027-01-01", "2027-02-01", "2027-03-01", "2027-03-01", "2027-04-01", None, None, None]
    load(tmp_path / "extract.jsonl", [prisoner(f"A12{n:02d}BC", conditionalReleaseDate=day) for n, day in enumerate(days)])
    there = []
    address = reverse("records") + "?state=waiting"
    while address:
        page = duty.get(address).content.decode()
        there.append(shown(page))
        last, address = address, link(page, "next")
    assert [len(each) - 1 for each in there] == [3, 3, 2]
    assert [each[-1] for each in there] == ["1 to 3 of 8", "4 to 6 of 8", "7 to 8 of 8"]
    back = []
    address = last
    while address:
        page = duty.get(address).content.decode()
        back.append(shown(page))
        address = link(page, "prev")
    assert back == there[::-1]


@pytest.mark.parametrize("place", ["2027-02-31_1_50", "2027-13-01_1_50", "soon_1_50", "_²_50", "2027-01-01_1_" + "9" * 30])
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_place_that_is_no_place_is_the_beginning_of_the_records(duty: Client, loaded: list[Arrival], name: str, place: str) -> None:
    page = duty.get(reverse("records"), {name: place}).content.decode()
    assert shown(page)[-1] == "1 to 12 of 12"


def test_who_has_opened_nothing_is_told_so_and_led_to_the_records(duty: Client) -> None:
    page = duty.get(reverse("opened-cases")).content.decode()
    assert "No cases opened yet" in page
    assert "0 of 0" not in page
    assert f'href="{reverse("records")}"' in page
