"""The demonstration: loaded once, with a sign-in for each role, something on every screen, and a clean certificate."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from django.utils import timezone

from longstop.access import queries as access
from longstop.access.rules import Role
from longstop.cases import queries as caseload
from longstop.commands import demonstrating
from longstop.demo import queries
from longstop.demo.actions import NotEmpty, load_small
from longstop.demo.cast import cast
from longstop.demo.command import PASSWORD
from longstop.demo.days import Days
from longstop.demo.extract import record_of
from longstop.intake import queries as arrived
from longstop.proof.certification import certify
from longstop.referral import queries as considered
from longstop.referral.queries import desk, unconsidered_receipts
from longstop.referral.queries.prisons import prison_lines
from tests import given
from tests.conftest import Committed
from tests.demo.conftest import AT, TODAY


@pytest.mark.usefixtures("demonstration")
def test_it_is_loaded_once(demonstration: bool) -> None:
    assert demonstration is True
    before = caseload.open_cases().count()
    assert load_small(at=AT + timedelta(days=3), today=TODAY + timedelta(days=3)) is False
    assert caseload.open_cases().count() == before


@pytest.mark.usefixtures("demonstration")
def test_every_role_has_a_sign_in_that_works_and_holds_that_role_alone() -> None:
    told = queries.sign_ins()
    assert len(told) == len(Role) == 16
    held = set()
    for _, number, password in told:
        staff = access.staff_by_number(number)
        held.add(access.roles_of(staff_id=staff.pk, today=TODAY))
        assert authenticate(RequestFactory().get("/"), username=number, password=password) == staff
    assert held == {frozenset({role.value}) for role in Role}


@pytest.mark.usefixtures("demonstration")
def test_the_command_says_that_it_is_there_and_tells_the_sign_ins(capsys: pytest.CaptureFixture[str]) -> None:
    assert demonstrating.main(["--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["loaded"] is False
    assert {"role": "Team leader", "staff_number": "team-leader", "password": PASSWORD} in told["sign_ins"]
    assert demonstrating.main([]) == 0
    assert "was loaded before" in capsys.readouterr().out


@pytest.mark.usefixtures("demonstration")
def test_nobody_else_can_sign_in() -> None:
    numbers = {number for _, number, _ in queries.sign_ins()}
    others = [staff for staff in access.enrolled() if staff.staff_number.lower() not in numbers]
    assert len(others) >= 14
    assert not any(staff.has_usable_password() for staff in others)


@pytest.mark.usefixtures("demonstration")
def test_the_certificate_is_clean_with_things_listed_beside_it() -> None:
    found = certify(at=AT, today=TODAY, as_at=None, since=None)
    assert found.remainder == 0, [item for item in found.items if item.list == "remainder"]
    assert found.verdict == "clean"
    beside = found.totals["beside"]
    for listed in ("overdue", "unanchored", "idle", "over_capacity", "break_glass_unseen", "packs_unread", "departures_ahead"):
        assert beside[listed], listed


def test_it_is_as_clean_after_a_long_holiday(committed: Committed) -> None:
    """On the day after Easter nobody was at work for four days. The shared one is loaded past midnight, after a rule has changed."""
    moment = datetime(2027, 3, 30, 9, 0, tzinfo=UTC)
    today = timezone.localdate(moment)
    assert load_small(at=moment, today=today)
    found = certify(at=moment, today=today, as_at=None, since=None)
    assert found.verdict == "clean", [item for item in found.items if item.list in ("remainder", "clocks_differ", "faults")]


@pytest.mark.usefixtures("demonstration")
def test_every_tile_of_the_board_has_something_to_open() -> None:
    teams = [team.pk for team in access.teams()]
    board = caseload.board(team_ids=teams, today=TODAY, at=AT)
    assert 110 <= board.all <= 130
    for tile in ("overdue", "due_7", "due_28", "due_90", "idle", "on_hold", "offered"):
        assert 0 < getattr(board, tile) <= board.all, tile
    candidates = caseload.candidates(team_ids=teams, today=TODAY)
    assert any(each.over_capacity for each in candidates)
    assert not all(each.over_capacity for each in candidates)
    assert any(each.away for each in candidates)


@pytest.mark.usefixtures("demonstration")
def test_there_are_cases_in_every_custody_late_at_every_rung_and_restricted() -> None:
    found = list(caseload.open_cases())
    assert {case.custody for case in found} == {"serving", "time_served", "detained", "community", "unknown"}
    assert {case.next_task.acknowledged_rung for case in found if case.next_due < TODAY} == {0, 1, 2, 3}
    assert 3 <= sum(case.restricted for case in found) <= 8
    assert any(case.monitored for case in found)


@pytest.mark.usefixtures("demonstration")
def test_the_front_door_has_seen_dirt() -> None:
    assert arrived.refusal_count() == 5
    waiting = arrived.arrivals(filters=arrived.Filters(), limit=500).rows
    assert len(waiting) >= 10
    assert arrived.arrival_count(filters=arrived.Filters(state="", with_problems=True)) >= 10
    assert arrived.arrival_count(filters=arrived.Filters(state="", changed_since_opened=True)) >= 3
    assert arrived.arrival_count(filters=arrived.Filters(state="set_aside")) == 3
    assert unconsidered_receipts(today=TODAY) == []
    assert [each.state for each in arrived.receipts()].count("held") == 1


@pytest.mark.usefixtures("demonstration")
def test_there_is_something_to_decide_of_each_kind_and_none_of_it_is_late() -> None:
    officer = access.staff_by_number("DUTY-OFFICER").pk
    shown = {kind: desk.view_counts(kind, staff_ids=(officer,), team_ids=(), today=TODAY) for kind in desk.MODELS}
    assert {kind for kind, each in shown.items() if each["all"]} == {"referral", "question", "departure", "look"}
    assert sum(each["overdue"] for each in shown.values()) == 0
    assert 0 < shown["referral"]["mine"] < shown["referral"]["all"]
    assert considered.referrals(considered.Filters(state="accepted"), today=TODAY).count() >= 100
    (line,) = prison_lines(prison="MDI", today=TODAY)
    assert min(line.received, line.released_90, line.referrals) > 0
    assert line.without_referral == 0


@pytest.mark.django_db
def test_it_does_not_go_among_real_staff() -> None:
    given.staff("Somebody Real", "caseworker")
    with pytest.raises(NotEmpty):
        load_small(at=AT, today=TODAY)
    assert queries.sign_ins() == []


@pytest.mark.django_db
def test_the_command_refuses_real_staff_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    given.staff("Somebody Real", "caseworker")
    assert demonstrating.main([]) == 2
    assert "Set LONGSTOP_HOME to an empty folder" in capsys.readouterr().err


def names_of(rows: Iterable[dict[str, object]]) -> set[str]:
    return {f"{row['firstName']} {row.get('lastName')}" for row in rows}


def test_the_extract_is_the_same_every_time_and_its_names_have_their_letters() -> None:
    days = Days(TODAY, AT)
    rows = [record_of(part, days, final=True) for part in cast(days)]
    assert rows == [record_of(part, days, final=True) for part in cast(days)]
    assert 140 <= len(rows) <= 160
    assert len({row["prisonerNumber"] for row in rows}) == len(rows)
    assert sum(not name.isascii() for name in names_of(rows)) > 30
    assert any("aliases" in row for row in rows)
