"""The team board: who may look at it, and every figure is the number of the list that it opens."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from longstop.access.models import Staff
from longstop.audit import counting
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.work import queries as tasks
from longstop.work.rules import NewTask
from tests import given
from tests.given import NOW, TODAY, Command
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db

LABELS = {"Offered", "Overdue", "Idle", "On hold", "Staff over capacity", "All open cases"} | {f"Due in {n} days" for n in (7, 28, 90)}
LATE = NOW - timedelta(days=60)
FAR = date(2029, 6, 1)  # so far away that no clock of release sets an earlier task


def days_ahead(days: int) -> NewTask:
    """A first task due so many days from the day of the test."""
    return NewTask(kind="case.other", due=TODAY + timedelta(days=days))


def late_case(owner: Staff, days: int = 1) -> int:
    """A case whose only task is so many days late, opened when it was not."""
    first = NewTask(kind="case.other", due=TODAY - timedelta(days=days))
    case_id = given.case(owner, first=first, release=FAR, at=LATE, today=LATE.date())
    for task in tasks.of_subjects(subject_ids=[case_id]).exclude(kind="case.other"):
        actions.withdraw_task(task_id=task.pk, reason="Not in this test", by=owner.pk, at=LATE)
    return case_id


def figures(page: str) -> dict[str, tuple[int, str]]:
    """Read the tiles: label, number, address."""
    tile = r'<a class="ls-tile[^"]*" href="([^"]+)"><span class="ls-tile__count">([\d,]+)</span> <span class="ls-tile__label">([^<]+)'
    tiles = re.findall(tile, page)
    return {label: (int(number.replace(",", "")), href.replace("&amp;", "&")) for href, number, label in tiles}


def total(page: str) -> int:
    """Read "Showing 1 to 25 of 312"."""
    text = re.sub(r"<[^>]+>", "", page)
    found = re.search(r"Showing\s+[\d,]+\s+to\s+[\d,]+\s+of\s+([\d,]+)", text)
    return int(found.group(1).replace(",", "")) if found else 0


@pytest.fixture
def busy() -> Command:
    """A team in which each figure of the board is something else than nought."""
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    for days in (0, 6, 7, 27, 28, 89, 90):
        given.case(amy, first=days_ahead(days), release=FAR)
    for days in (1, 5):
        late_case(ben, days)
    held = given.case(ben, release=FAR, first=days_ahead(40))
    task = Case.objects.get(pk=held).next_task_id
    actions.hold(case_id=held, wake=TODAY + timedelta(days=20), waiting_for="court", reason="Hearing", by=ben.pk, at=NOW, today=TODAY)
    actions.withdraw_task(task_id=task, reason="Waits", by=ben.pk, at=NOW)
    offered = given.case(amy, first=days_ahead(40), release=FAR)
    actions.offer(case_id=offered, to=ben.pk, from_=amy.pk, reason="Balance", by=amy.pk, at=NOW, today=TODAY)
    given.case(given.caseworker("Cy Elsewhere", command.other_team), first=days_ahead(3))
    for _ in range(9):
        given.case(command.leader, custody="detained", release=date(2026, 12, 1))
    return command


@pytest.mark.parametrize("read_so_far", [counting.MOST, 1], ids=["a short list", "a list longer than others are counted"])
def test_every_figure_is_the_number_of_the_list_that_it_opens(busy: Command, read_so_far: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", read_so_far)
    monkeypatch.setattr(counting, "MOST_BESIDE", read_so_far)
    client = signed_in(busy.leader)
    shown = figures(client.get(f"/team/{busy.team.pk}").content.decode())
    assert set(shown) == LABELS
    for label, (number, href) in shown.items():
        assert number > 0, label
        assert total(client.get(href).content.decode()) == number, label
    assert shown["Due in 7 days"][0] == Case.objects.filter(team=busy.team, next_due__range=(TODAY, TODAY + timedelta(days=6))).count()
    assert shown["Overdue"][0] == 2


def test_a_unit_shows_a_row_for_each_team_and_adds_them_up(busy: Command) -> None:
    page = signed_in(busy.head).get("/team").content.decode()
    assert "North unit" in page
    assert "Team A" in page
    assert "Team B" in page
    shown = figures(page)
    assert shown["All open cases"][0] == Case.objects.filter(closed_at=None).count()
    for label, (number, href) in shown.items():
        assert total(signed_in(busy.head).get(href).content.decode()) == number, label


def test_late_tasks_wait_for_the_one_who_answers_at_the_rung_they_have_reached() -> None:
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    case_id = late_case(amy, days=6)  # more than 3 working days: the leader's rung, not yet the head's
    reference = Case.objects.get(pk=case_id).reference
    assert reference in signed_in(command.leader).get(f"/team/{command.team.pk}").content.decode()
    assert reference not in signed_in(command.head).get(f"/team/{command.team.pk}").content.decode()
    assert reference not in signed_in(command.other_leader).get(f"/team/{command.other_team.pk}").content.decode()
    task = Case.objects.get(pk=case_id).next_task_id
    actions.acknowledge(task_id=task, rung=1, reason="Waiting for the court", by=command.leader.pk, at=NOW, today=TODAY)
    assert reference not in signed_in(command.leader).get(f"/team/{command.team.pk}").content.decode()


def test_a_very_late_task_waits_for_the_head_too() -> None:
    command = given.command()
    reference = Case.objects.get(pk=late_case(given.caseworker("Amy Tran", command.team), days=20)).reference
    for person in (command.leader, command.head):
        assert reference in signed_in(person).get(f"/team/{command.team.pk}/late").content.decode()
    assert reference not in signed_in(command.director).get(f"/team/{command.team.pk}/late").content.decode()


def test_who_is_in_today_says_who_is_away_and_who_covers() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    until = TODAY + timedelta(days=3)
    actions.record_absence(
        staff_id=amy.pk, kind="leave", from_date=TODAY, to_date=until, cover_id=ben.pk, by=command.leader.pk, at=NOW, today=TODAY
    )
    page = signed_in(ben).get("/team").content.decode()
    assert "Until 21 Nov 2026" in page
    assert "Covered by Ben Osei" in page
    assert "Mon to Fri" in page


def test_why_somebody_is_away_is_not_for_their_colleagues() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    actions.record_absence(staff_id=amy.pk, kind="sudden", from_date=TODAY, to_date=None, cover_id=None, by=amy.pk, at=NOW, today=TODAY)
    address = f"/team/staff/{amy.pk}"
    assert "Sudden absence" in signed_in(command.leader).get(address).content.decode()
    assert "Sudden absence" not in signed_in(ben).get(address).content.decode()


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("duty_officer", True),
        ("inspector", True),
        ("analyst", True),
        ("caseworker", False),
        ("prison_team", False),
        ("data_steward", False),
    ],
)
def test_who_may_look_at_a_team_that_is_not_theirs(role: str, allowed: bool) -> None:
    command = given.command()
    visitor = given.staff("Una Visitor", role, team=command.other_team)
    given.case(given.caseworker("Amy Tran", command.team))
    for address in ("", "/cases", "/people", "/late"):
        assert signed_in(visitor).get(f"/team/{command.team.pk}{address}").status_code == (200 if allowed else 403), address


def test_a_restricted_case_shows_its_reference_and_nobodys_name() -> None:
    command = given.command()
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    actions.restrict(case_id=case_id, reason="Known to staff", by=command.leader.pk, at=NOW)
    page = signed_in(ben).get(f"/team/{command.team.pk}/cases").content.decode()
    assert Case.objects.get(pk=case_id).reference in page
    assert "Restricted" in page
    assert "Krasniq" not in page
    assert "Krasniq" in signed_in(command.leader).get(f"/team/{command.team.pk}/cases").content.decode()


def test_roles_that_see_no_cases_see_references_only() -> None:
    command = given.command()
    case_id = given.case(given.caseworker("Amy Tran", command.team))
    page = signed_in(given.staff("Ada Lyst", "analyst", team=command.other_team)).get(f"/team/{command.team.pk}/cases").content.decode()
    assert Case.objects.get(pk=case_id).reference in page
    assert "Krasniq" not in page
    assert f'href="/cases/{case_id}"' not in page


def fill(command: Command, people: int, cases: int) -> None:
    """Enlarge a team."""
    for number in range(people):
        worker = given.caseworker(f"Worker {number}", command.team)
        for _ in range(cases):
            late_case(worker, days=6)


@pytest.mark.parametrize(("address", "limit"), [("/team/{}", 15), ("/team/{}/cases", 10), ("/team/{}/people", 10), ("/team/{}/late", 10)])
def test_pages_ask_no_more_of_a_large_team_than_of_a_small_one(address: str, limit: int) -> None:
    command = given.command()
    fill(command, 1, 2)
    client, path = signed_in(command.leader), address.format(command.team.pk)
    client.get(path)
    counted = []
    for people in (1, 4):
        fill(command, people, 3)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]
    assert counted[1] <= limit, counted


def test_the_board_of_a_directorate_stays_within_its_budget() -> None:
    command = given.command()
    fill(command, 2, 2)
    client = signed_in(command.director)
    client.get("/team")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/team").status_code == 200
    assert len(asked) <= 15
