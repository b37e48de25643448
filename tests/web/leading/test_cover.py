"""Whoever covers an absent leader looks at that team's board, and answers at its rungs as the leader would."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from longstop.access.models import Staff
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.work import queries as tasks
from tests import given
from tests.given import NOW, TODAY, Command
from tests.web.browsing import signed_in
from tests.web.leading.test_board import fill, late_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def command() -> Command:
    return given.command()


@pytest.fixture
def cover(command: Command) -> Staff:
    """A caseworker of the other team, who has no business with this one."""
    return given.caseworker("Cy Elsewhere", command.other_team)


def go_away(leader: Staff, cover: Staff) -> int:
    absence = actions.record_absence(
        staff_id=leader.pk,
        kind="leave",
        from_date=TODAY,
        to_date=TODAY + timedelta(days=3),
        cover_id=cover.pk,
        by=leader.pk,
        at=NOW,
        today=TODAY,
    )
    return absence.pk


def test_the_cover_of_a_leader_opens_the_board_and_its_lists_until_the_leader_is_back(command: Command, cover: Staff) -> None:
    late_case(given.caseworker("Amy Tran", command.team), days=6)
    client, board = signed_in(cover), f"/team/{command.team.pk}"
    assert client.get(board).status_code == 403
    absence = go_away(command.leader, cover)
    for address in ("", "/cases", "/people", "/late"):
        assert client.get(board + address).status_code == 200, address
    actions.end_absence(absence_id=absence, last_day=TODAY - timedelta(days=1), by=command.leader.pk, at=NOW)
    assert client.get(board).status_code == 403


def test_the_own_board_leads_to_the_boards_that_are_covered(command: Command, cover: Staff) -> None:
    go_away(command.leader, cover)
    page = signed_in(cover).get("/team").content.decode()
    assert f'href="/team/{command.team.pk}"' in page
    assert "Team A</a> (Lena Marsh)" in page
    assert "You cover for" not in signed_in(command.other_leader).get("/team").content.decode()


def test_the_cover_answers_at_the_leaders_rung_and_at_no_other(command: Command, cover: Staff) -> None:
    case_id = late_case(given.caseworker("Amy Tran", command.team), days=20)  # the head's rung is reached too
    reference = Case.objects.get(pk=case_id).reference
    go_away(command.leader, cover)
    client, late = signed_in(cover), f"/team/{command.team.pk}/late"
    assert reference in client.get(late).content.decode()
    (task,) = tasks.of_subjects(subject_ids=[case_id])
    client.post(f"/tasks/{task.pk}/acknowledge", {"rung": "2", "reason": "Not mine to say"})
    assert tasks.task(task.pk).acknowledged_rung == -1
    client.post(f"/tasks/{task.pk}/acknowledge", {"rung": "1", "reason": "Waiting for the court"})
    assert tasks.task(task.pk).acknowledged_rung == 1
    assert reference not in client.get(late).content.decode()


def test_the_cover_of_a_head_looks_at_each_team_below(command: Command, cover: Staff) -> None:
    go_away(command.head, cover)
    client = signed_in(cover)
    assert client.get(f"/team/{command.team.pk}").status_code == 200
    assert client.get(f"/team/{command.team.parent_id}").status_code == 200
    assert client.get(f"/team/{command.director.team_id}").status_code == 403


def test_the_cover_gives_the_teams_cases_to_owners_until_the_leader_is_back(command: Command, cover: Staff) -> None:
    """A case whose owner falls ill cannot wait until the leader is back: who covers the leader answers for it meanwhile (docs/adr/0017)."""
    case_id = given.case(given.caseworker("Amy Tran", command.team))
    ben = given.caseworker("Ben Osei", command.team)
    absence = go_away(command.leader, cover)
    client, cases = signed_in(cover), f"/team/{command.team.pk}/cases"
    assert "Allocate" in client.get(cases).content.decode()
    assert "Ben Osei" in client.get(f"/cases/{case_id}/allocate").content.decode()
    moves = f"{case_id}-{Case.objects.get(pk=case_id).owner_id}-{ben.pk}"
    assert client.post("/allocate/confirm", {"moves": moves, "reason": "She is ill"}).status_code == 302
    assert Case.objects.get(pk=case_id).owner_id == ben.pk
    actions.end_absence(absence_id=absence, last_day=TODAY - timedelta(days=1), by=command.leader.pk, at=NOW)
    assert client.get(cases).status_code == 403


def test_a_covered_board_stays_within_its_budget(command: Command, cover: Staff) -> None:
    fill(command, 2, 2)
    go_away(command.leader, cover)
    client, path = signed_in(cover), f"/team/{command.team.pk}"
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    assert len(asked) <= 15
