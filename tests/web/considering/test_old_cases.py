"""Cases of the old system that could not be taken over: a list with reasons, as it was known, and what it said on the person's page."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from longstop.cases.actions import restrict
from longstop.cases.models import Case
from longstop.referral.models import LegacyCase
from tests import given
from tests.conftest import Committed
from tests.proof.world import seal_all
from tests.referral.test_legacy import World, forget_to_look
from tests.web.browsing import signed_in

LIST = "/referrals/old"
WHY = "The chosen owner may not own cases."


def read(client: Client, path: str, **params: str) -> str:
    answer = client.get(path, params)
    assert answer.status_code == 200, path
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def left(world: World, *, said: int = 1) -> None:
    """Let so many cases come from the old system and none be taken over."""
    persons = [
        {"person_id": f"P{n}", "first_name": "Tamsin", "last_name": f"Probe{n}", "date_of_birth": f"199{n % 10}-05-17"} for n in range(said)
    ]
    rows = [world.of(world.amy, case_reference=f"CID/{n}", person_id=f"P{n}") for n in range(said)]
    with pytest.MonkeyPatch.context() as patched:
        forget_to_look(patched, world)
        world.take_over(world.receive(persons=persons, cases=rows))


@pytest.fixture
def world(db: None, tmp_path: Path) -> World:
    made = World(tmp_path)
    left(made)
    return made


@pytest.fixture
def duty(world: World) -> Client:
    return signed_in(world.officers[0])


def test_what_was_not_taken_over_is_listed_with_the_reason_and_can_be_narrowed_to_it(duty: Client, world: World) -> None:
    page = read(duty, LIST)
    assert "CID/0" in page
    assert WHY in page
    assert "Not taken over 1" in page
    assert "2 March 2020" in page
    assert "CID/0" in read(duty, LIST, reason=WHY)
    assert "Old system" in read(duty, reverse("referrals")), "the way to it, where a duty officer looks"


def test_the_persons_page_says_what_the_old_system_says_and_since_when(duty: Client, world: World) -> None:
    page = read(duty, reverse("person", args=[LegacyCase.objects.get().person_id]))
    assert re.search(r"Cases of the old system .*CID/0 .*Could not be taken over .*The old system Since ", page)


@pytest.mark.parametrize(
    ("role", "status"), [("duty_officer", 200), ("data_steward", 200), ("inspector", 200), ("prison_liaison", 403), ("administrator", 403)]
)
def test_it_is_for_those_who_see_who_is_considered(world: World, role: str, status: int) -> None:
    assert signed_in(given.staff("Rae Reader", role, team=world.command.team)).get(LIST).status_code == status


def test_a_steward_takes_the_list_away(world: World) -> None:
    steward = signed_in(given.staff("Sam Ito", "data_steward", team=world.command.team))
    text = b"".join(steward.get(LIST, {"file": "csv"}).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "CID/0" in text
    assert WHY in text
    assert "# Filter: View: Not taken over" in text


def test_the_list_keeps_to_its_budget_however_long(
    world: World, duty: Client, django_assert_max_num_queries: DjangoAssertNumQueries, tmp_path: Path
) -> None:
    duty.get(LIST)
    with django_assert_max_num_queries(10):
        duty.get(LIST)
    left(world, said=9)
    with django_assert_max_num_queries(10):
        assert duty.get(LIST).content.decode().count("CID/") >= 9


def test_as_it_was_known_what_became_of_it_since_and_what_a_restriction_hides(committed: Committed, tmp_path: Path) -> None:
    world = World(tmp_path)
    left(world)
    client, home = signed_in(world.officers[0]), tmp_path / "home"
    home.mkdir()
    past = {"as_at": str(seal_all(home, at=timezone.now()).number)}
    at = timezone.now()
    world.take_over(
        world.receive(persons=(), cases=[world.of(world.amy, case_reference="CID/0", person_id="P0", stage="appeal")], at=at), at=at
    )
    assert "CID/0" not in read(client, LIST)
    assert "CID/0" in read(client, LIST, **past)
    assert "Taken over as an open case" in read(client, LIST, **past, changed="out")
    restrict(case_id=Case.objects.get().pk, reason="A threat.", by=world.command.leader.pk, at=at)
    for params in (past, past | {"changed": "out"}, {"view": "opened"}):
        page = read(client, LIST, **params)
        assert "CID/0" not in page
        assert "Probe0" not in page
        assert "Restricted" in page
