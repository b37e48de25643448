"""The page of a prison: what a prison team works by, and what the other agency's liaison does not see of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.cases.models import Case
from longstop.cases.rules import PAPERS
from longstop.referral import actions
from longstop.referral.models import Referral
from longstop.referral.queries.prisons import owed_tasks
from longstop.work.rules import NewTask
from tests import given
from tests.referral import world
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive, command, considered, duty, officers, people, rows
from tests.web.considering.test_referrals import read, referral

__all__ = ["command", "considered", "duty", "officers", "people"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("considered")]


@pytest.fixture
def team(command: given.Command) -> Client:
    return signed_in(given.staff("Pia Lund", "prison_team", team=command.team))


@pytest.fixture
def liaison(command: given.Command) -> Client:
    return signed_in(given.posted(given.staff("Lou Reeve", "prison_liaison", team=command.team), "ZZA", "ZZB"))


def test_prisons_are_listed_with_their_numbers(team: Client) -> None:
    page = read(team, "prisons")
    assert "ZZA 2 1 1 1 1 0 2" in page, "two people, one new, one released within 7, 28 and 90 days, none missed, two referrals"
    assert "ZZB 3 0 0 0 0 0 2" in page, "the British person is not counted"


def test_the_page_of_a_prison_shows_who_came_who_leaves_and_what_waits(team: Client) -> None:
    page = read(team, "prison", "ZZA")
    came, leave = page.index("New receptions, last 7 days"), page.index("Releases in the next 90 days")
    assert "A1001AA" in page[came:leave]
    assert "A1002AB" in page[leave:]
    assert "Referral waits" in page
    assert "Papers to serve" in page
    assert "Printed on" in page


def test_an_answer_that_the_prison_owes_is_listed_until_it_comes(team: Client, duty: Client, command: given.Command) -> None:
    amy, one = given.caseworker("Amy Tran", command.team), referral("A1001AA")
    duty.post(reverse("referral-accept", args=[one.pk]), {"owner": amy.pk, "reason": "In remit"})
    new = NewTask(kind="case.other", due=AT.date() + timedelta(days=3), waiting_for="prison")
    cases.add_task(case_id=Case.objects.get().pk, new=new, by=amy.pk, at=AT, today=AT.date())
    page = read(team, "prison", "ZZA")
    assert "Other work on the case" in page[page.index("Answers owed by the prison") :]
    for prison, number in (("ZZA", 1), ("ZZB", 0)):
        by_people, by_date = (owed_tasks(prison=prison, papers=PAPERS, most=2, many=many) for many in (False, True))
        assert len(by_people) == number
        assert by_people == by_date, "found either way"


def test_somebody_whom_nobody_was_asked_to_consider_is_named(team: Client) -> None:
    assert "Without a referral" in read(team, "prison", "ZZA")
    page = read(team, "prison", "ZZA")
    assert "May be in remit, without a referral Nobody." in page.replace("Person Release In hand ", "")


def test_the_other_agency_sees_its_own_lists_and_nothing_of_who_is_considered(liaison: Client) -> None:
    page = read(liaison, "prison", "ZZA")
    assert "A1001AA" in page
    for word in ("Referral", "referral", "remit", "In hand", "Answers owed", "Papers"):
        assert word not in page
    assert "ZZB 4 " in read(liaison, "prisons"), "everybody on its list"


def test_a_restricted_case_names_nobody_on_the_page(team: Client, liaison: Client, duty: Client, command: given.Command) -> None:
    amy, one = given.caseworker("Amy Tran", command.team), referral("A1002AB")
    duty.post(reverse("referral-accept", args=[one.pk]), {"owner": amy.pk, "reason": "In remit"})
    cases.restrict(case_id=Case.objects.get().pk, reason="A colleague's relative", by=command.leader.pk, at=given.NOW)
    for client in (team, liaison):
        page = read(client, "prison", "ZZA")
        assert "A1002AB" not in page
        assert "Restricted" in page


@pytest.mark.parametrize(("name", "args", "most"), [("prisons", [], 10), ("prison", ["ZZA"], 15)])
def test_the_pages_keep_to_their_budgets(
    team: Client, name: str, args: list[str], most: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    team.get(reverse("prisons"))
    with django_assert_max_num_queries(most):
        assert team.get(reverse(name, args=args)).status_code == 200


def test_a_prison_where_nobody_may_be_in_remit_is_empty_and_not_missing(team: Client, tmp_path: Path) -> None:
    arrive(tmp_path, [*rows(), world.prisoner("A1007AG", prisonId="ZZC", nationality="British")], at=AT)
    page = read(team, "prison", "ZZC")
    assert "A1007AG" not in page
    assert "0 New in 7 days" in page


def test_a_prison_that_no_record_names_is_not_found(team: Client) -> None:
    assert team.get(reverse("prison", args=["NOPE"])).status_code == 404
    assert Referral.objects.exists()


def test_counts_that_are_kept_say_when_they_were_counted(team: Client, liaison: Client, duty: Client, command: given.Command) -> None:
    assert "Counted on" not in read(team, "prisons"), "counted for whoever asks"
    actions.count_prisons(by=SYSTEM, at=timezone.now(), today=timezone.localdate())
    amy, one = given.caseworker("Amy Tran", command.team), referral("A1001AA")
    duty.post(reverse("referral-accept", args=[one.pk]), {"owner": amy.pk, "reason": "In remit"})
    page = read(team, "prisons")
    assert "Counted on" in page
    assert "ZZA 2" in page, "as it was counted"
    assert "Counted on" in read(team, "prison", "ZZA")
    assert "ZZB 4 " in read(liaison, "prisons"), "everybody on its list"
    assert team.get(reverse("prison", args=["NOPE"])).status_code == 404
