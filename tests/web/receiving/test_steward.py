"""What a data steward does about files that are held, codes that nobody knows, and the register of sources."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from longstop.audit.actions import SYSTEM
from longstop.intake import queries as arrived
from longstop.intake.models import Receipt
from longstop.referral.actions import consider_receipt
from tests import given
from tests.cases.test_opening_from_records import load, prisoner
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


def read(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def command() -> given.Command:
    made = given.command()
    given.staff("Dee Ansah", "duty_officer", team=made.team)
    return made


@pytest.fixture
def steward(command: given.Command) -> Client:
    return signed_in(given.staff("Sam Ito", "data_steward", team=command.team))


@pytest.fixture
def held(command: given.Command, tmp_path: Path) -> int:
    """A list of twelve, one with a prison that nobody knows, then one of two: held."""
    rows = [prisoner(f"A12{number:02d}BC", prisonId="QQQ" if number == 1 else "MDI") for number in range(12)]
    load(tmp_path / "whole.jsonl", rows)
    load(tmp_path / "short.jsonl", rows[:2])
    return arrived.held_files()[0].receipt_id


@pytest.mark.parametrize(("decision", "state"), [("release", "released"), ("reject", "rejected")])
def test_a_held_file_is_let_in_or_given_up_with_a_reason(steward: Client, held: int, decision: str, state: str) -> None:
    assert "Held until somebody decides" in read(steward, "receipts")
    where = reverse("held-file", args=[held])
    assert "checked" not in steward.get(where).content.decode()
    assert "Choose what is to happen to the file" in steward.post(where, {"reason": "Rang them"}).content.decode()
    steward.post(where, {"decision": decision, "reason": "Rang them"})
    assert Receipt.objects.get(pk=held).state == state
    assert steward.post(where, {"decision": "reject", "reason": "x"}).status_code == 409


def test_others_see_that_a_file_is_held_and_decide_nothing(command: given.Command, held: int) -> None:
    client = signed_in(given.caseworker("Amy Tran", command.team))
    page = client.get(reverse("receipts")).content.decode()
    assert "short.jsonl" in page
    assert reverse("held-file", args=[held]) not in page
    assert client.get(reverse("held-file", args=[held])).status_code == 403


def test_what_became_of_a_list_stands_on_its_receipt(steward: Client, held: int) -> None:
    whole, at = Receipt.objects.order_by("pk")[0], timezone.now()
    consider_receipt(receipt_id=whole.pk, by=SYSTEM, at=at, today=timezone.localdate(at), seed="fixed")
    page = read(steward, "receipts")
    assert "12 considered" in page
    told = re.search(r"(\d+) referred, (\d+) asked about, (\d+) in hand, (\d+) decided before, (\d+) out of remit", page)
    assert told is not None
    assert sum(int(each) for each in told.groups()) == 12


def test_a_late_list_is_an_alarm_at_the_top(steward: Client, held: int) -> None:
    at = timezone.now() - timedelta(days=4)
    Receipt.objects.all().update(received_at=at)
    page = read(steward, "receipts")
    assert page.index("Files that should have come") < page.index("Held until somebody decides")
    assert "hmpps-prisoners: due by" in page


def test_a_code_is_mapped_to_a_known_one_or_accepted_or_closed_and_asked_again(steward: Client, held: int) -> None:
    code = arrived.codes(kind="prison")[0]
    assert "QQQ" in read(steward, "codes")
    where = reverse("code", args=[code.id])
    assert "Enter the code that it means" in steward.post(where, {"decision": "map", "reason": "Typing"}).content.decode()
    steward.post(where, {"decision": "map", "means": "MDI", "reason": "Typing"})
    found = arrived.code(code.id)
    assert found is not None
    assert (found.state, found.means) == ("mapped", "MDI")
    steward.post(where, {"reason": "They use it"})
    for decision, state in (("accept", "accepted"), ("close", "closed")):
        steward.post(where, {"decision": decision, "reason": "They use it"})
        assert arrived.code_count(state=state, kind="prison") == 1
        steward.post(where, {"reason": "Looked again"})
    assert arrived.code_count(kind="prison") == 1


def test_a_source_is_written_about_and_its_review_is_marked(steward: Client) -> None:
    assert "Nobody has looked" in read(steward, "assets")
    said = {"name": "Prisoner records", "owner": "Prison service", "steward": "Sam Ito", "purpose": "To know who is there"}
    day = timezone.localdate() + timedelta(days=200)
    said |= {
        "legal_gateway": "To be confirmed",
        "next_review_0": str(day.day),
        "next_review_1": str(day.month),
        "next_review_2": str(day.year),
    }
    steward.post(reverse("asset", args=["hmpps-prisoners"]), said)
    asset = next(each for each in arrived.assets(today=timezone.localdate()) if each.source == "hmpps-prisoners")
    assert (asset.written, asset.next_review, asset.steward) == (True, day, "Sam Ito")
    assert "In order" in read(steward, "assets")


@pytest.mark.parametrize("name", ["receipts", "codes", "assets"])
def test_the_lists_keep_to_their_budget(
    steward: Client, held: int, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    steward.get(reverse(name))
    with django_assert_max_num_queries(10):
        assert steward.get(reverse(name)).status_code == 200
