"""The certificate does not trust the keys: faults that they refuse are planted by a superuser, behind their back, and are named."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from longstop.access import actions as access
from longstop.cases import actions
from longstop.proof.rules import FAULT_WORDS, List
from tests import given
from tests.conftest import Committed, _point_django_at, database_of_its_own
from tests.given import NOW, TODAY
from tests.proof.world import DAY, World, listed, prove_on, reference

Session = psycopg.Connection[tuple[object, ...]]


@dataclass
class Planted:
    """A clean small command, one of whose cases is about to be spoilt."""

    world: World
    case_id: int
    closed_id: int
    other_id: int


@pytest.fixture(scope="module")
def pattern(django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[str, Planted]]:
    """The database that each of these tests begins with, made once, and what it holds. Only cloned."""
    with database_of_its_own(django_db_blocker) as base:
        world = World()
        case_id, other_id, closed_id = (world.case(TODAY + 9 * DAY) for _ in range(3))
        actions.close(case_id=closed_id, outcome="removed", evidence="Flight", reason="", by=world.amy.pk, at=NOW)
        # Nobody may be connected to what is cloned.
        _point_django_at(os.environ["LONGSTOP_TEST_TEMPLATE"])
        yield base.name, Planted(world, case_id, closed_id, other_id)


@pytest.fixture
def committed(pattern: tuple[str, Planted], django_db_blocker: DjangoDbBlocker) -> Iterator[Committed]:
    with database_of_its_own(django_db_blocker, like=pattern[0]) as found:
        yield found


@pytest.fixture
def planted(committed: Committed, pattern: tuple[str, Planted]) -> Planted:
    return pattern[1]


@pytest.fixture
def superuser(committed: Committed) -> Iterator[Session]:
    with psycopg.connect(committed.superuser_url, autocommit=True) as session:
        session.execute("SET session_replication_role = replica")
        yield session


# What is done to the case {case}, and which list must name it with which reasons. {ben} is a colleague, {closed} a closed case.
FAULTS: list[tuple[str, str, str, set[str]]] = [
    (
        "its owner's spell is ended",
        "UPDATE cases_ownership SET state = 'ended', ended_at = now(), ended_by_id = 1 WHERE case_id = {case}",
        List.REMAINDER,
        {"no_owner"},
    ),
    (
        "and then its copy of the owner stands alone",
        "UPDATE cases_ownership SET state = 'ended', ended_at = now(), ended_by_id = 1 WHERE case_id = {case}",
        List.FAULTS,
        {"owner_copy"},
    ),
    (
        "it is given a second owner",
        "ALTER TABLE cases_ownership DROP CONSTRAINT ownership_one_current, DROP CONSTRAINT ownership_never_overlaps;"
        "INSERT INTO cases_ownership (case_id, staff_id, team_id, state, started_at, started_by_id, why)"
        " SELECT case_id, {ben}, team_id, state, started_at, started_by_id, why FROM cases_ownership WHERE case_id = {case}",
        List.REMAINDER,
        {"more_than_one_owner"},
    ),
    ("its owner is made inactive", "UPDATE access_staff SET active = false WHERE id = {amy}", List.REMAINDER, {"owner_inactive"}),
    (
        "its task is done behind its back",
        "UPDATE work_task SET state = 'done', done_at = now(), done_by_id = 1 WHERE subject_id = {case} AND state = 'open'",
        List.REMAINDER,
        {"no_task"},
    ),
    (
        "and then it names a task that is done",
        "UPDATE work_task SET state = 'done', done_at = now(), done_by_id = 1 WHERE subject_id = {case} AND state = 'open'",
        List.FAULTS,
        {"next_task_copy"},
    ),
    (
        "its due date drifts",
        "UPDATE cases_case SET next_due = next_due + 1 WHERE id = {case}",
        List.FAULTS,
        {"next_task_copy", "next_task_not_first"},
    ),
    ("its hold drifts", "UPDATE cases_case SET next_is_hold = true WHERE id = {case}", List.FAULTS, {"next_task_copy"}),
    ("its owner drifts", "UPDATE cases_case SET owner_id = {ben} WHERE id = {case}", List.FAULTS, {"owner_copy"}),
    ("its team drifts", "UPDATE cases_case SET team_id = {other_team} WHERE id = {case}", List.FAULTS, {"owner_copy"}),
    (
        "its task is moved to another subject",
        "ALTER TABLE work_task DISABLE TRIGGER first_dates;"
        "UPDATE work_task SET subject_id = {other} WHERE subject_id = {case} AND state = 'open';"
        "ALTER TABLE work_task ENABLE ALWAYS TRIGGER first_dates",
        List.FAULTS,
        {"next_task_copy"},
    ),
    (
        "its opening is closed and the case is not",
        "UPDATE cases_opening SET closed_at = now(), closed_by_id = 1 WHERE case_id = {case}",
        List.FAULTS,
        {"openings"},
    ),
    (
        "its first date is rewritten",
        "ALTER TABLE cases_case DISABLE TRIGGER first_dates;"
        "UPDATE cases_case SET first_opened_at = first_opened_at - interval '2 hours' WHERE id = {case};"
        "ALTER TABLE cases_case ENABLE ALWAYS TRIGGER first_dates",
        List.FAULTS,
        {"first_opened"},
    ),
    (
        "a closed case is owned again",
        "UPDATE cases_ownership SET state = 'current', ended_at = NULL, ended_by_id = NULL WHERE case_id = {closed}",
        List.FAULTS,
        {"closed_case_owned"},
    ),
    (
        "a closed case has a task again",
        "UPDATE work_task SET state = 'open', done_at = NULL, done_by_id = NULL WHERE id ="
        " (SELECT max(id) FROM work_task WHERE subject_id = {closed})",
        List.FAULTS,
        {"closed_case_task"},
    ),
    (
        "an acknowledgement is claimed that nobody gave",
        "UPDATE work_task SET acknowledged_rung = 3 WHERE subject_id = {case} AND state = 'open'",
        List.FAULTS,
        {"acknowledged_copy"},
    ),
    (
        "its clock is put back",
        "UPDATE cases_clock SET due = due + 30 WHERE case_id = {case} AND kind = 'release'",
        List.CLOCKS_DIFFER,
        {"due"},
    ),
    (
        "its clock is put back with an explanation to match",
        "UPDATE cases_clock SET inputs = jsonb_set(inputs, '{{conditional release date}}', '\"2028-01-01\"')"
        " WHERE case_id = {case} AND kind = 'release'",
        List.CLOCKS_DIFFER,
        {"inputs"},
    ),
    ("its clock is gone", "DELETE FROM cases_clock WHERE case_id = {case} AND kind = 'release'", List.CLOCKS_DIFFER, {"missing"}),
    (
        "a clock runs that it should not have",
        "INSERT INTO cases_clock (case_id, kind, due, alarm, basis, inputs, inputs_hash, rule, rule_version, wound_at, wound_by_id)"
        " SELECT case_id, 'contact_review', due, '', '', '{{}}', '', '', 'x', wound_at, wound_by_id FROM cases_clock"
        " WHERE case_id = {case} AND kind = 'release'",
        List.CLOCKS_DIFFER,
        {"not_stopped"},
    ),
    (
        "a date from which its clocks follow is changed",
        "UPDATE cases_keydate SET value = value + 3 WHERE case_id = {case} AND name = 'conditional_release_date'",
        List.CLOCKS_DIFFER,
        {"due", "release_date"},
    ),
    ("its release date drifts", "UPDATE cases_case SET release_date = NULL WHERE id = {case}", List.CLOCKS_DIFFER, {"release_date"}),
]


@pytest.mark.parametrize(("words", "damage", "list_", "expected"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_fault_is_named(planted: Planted, superuser: Session, words: str, damage: str, list_: str, expected: set[str]) -> None:
    world = planted.world
    assert prove_on(TODAY).verdict == "clean"
    spoilt = damage.format(
        case=planted.case_id,
        closed=planted.closed_id,
        other=planted.other_id,
        amy=world.amy.pk,
        ben=world.ben.pk,
        other_team=world.command.other_team.pk,
    )
    for statement in spoilt.split(";"):
        superuser.execute(statement)  # type: ignore[arg-type]  # the test's own words
    finding = prove_on(TODAY)
    named = {reference(planted.closed_id if "closed case" in words else planted.case_id)}
    assert finding.verdict == "failing"
    found = {reason for ref, reason in listed(finding, list_) if ref in named}
    assert found == expected
    if list_ == List.FAULTS:
        assert found <= set(FAULT_WORDS)


PROTECTIONS = [
    ("ALTER TABLE cases_case DROP CONSTRAINT open_case_has_owner", "guarantee", "open_case_has_owner"),
    ("ALTER TABLE cases_case ALTER next_due DROP NOT NULL", "guarantee", "next_due"),
    ("ALTER TABLE cases_ownership DISABLE TRIGGER ALL", "guarantee", "owner_is_active"),
    ("ALTER TABLE audit_event DISABLE TRIGGER longstop_append_only", "protection", "longstop_append_only"),
    ("GRANT DELETE ON cases_case TO longstop_test_service", "protection", "DELETE"),
    ("ALTER TABLE proof_certificate DISABLE TRIGGER longstop_append_only", "protection", "proof_certificate"),
]


@pytest.mark.parametrize(("damage", "reason", "word"), PROTECTIONS)
def test_a_lost_protection_is_named(committed: Committed, superuser: Session, damage: str, reason: str, word: str) -> None:
    superuser.execute(damage)  # type: ignore[arg-type]  # the test's own words
    finding = prove_on(TODAY)
    assert finding.verdict == "failing"
    assert any(item.reason == reason and word in item.details for item in finding.items if item.list == List.FAULTS)


def test_an_equation_that_does_not_hold_is_named(planted: Planted, superuser: Session) -> None:
    team = planted.world.command.team.pk
    superuser.execute("DELETE FROM cases_ownership WHERE case_id = %s", [planted.case_id])
    assert (f"team {team}", "equation") in listed(prove_on(TODAY), List.FAULTS)


def test_a_person_with_two_open_cases_is_named(planted: Planted, superuser: Session) -> None:
    superuser.execute("DROP INDEX one_open_case_a_person")
    superuser.execute(
        "UPDATE cases_case SET person_id = (SELECT person_id FROM cases_case WHERE id = %s) WHERE id = %s",
        [planted.other_id, planted.case_id],
    )
    both = {(reference(pk), "person_has_two_cases") for pk in (planted.case_id, planted.other_id)}
    assert both <= set(listed(prove_on(TODAY), List.FAULTS))


def make_idle(world: World, session: Session) -> tuple[str, str]:
    case_id = world.case(TODAY + 90 * DAY)
    session.execute("UPDATE cases_case SET last_worked_at = last_worked_at - interval '29 days' WHERE id = %s", [case_id])
    return reference(case_id), "idle"


def fill_up(world: World, session: Session) -> tuple[str, str]:
    session.execute("UPDATE access_staff SET capacity_points = 1.5 WHERE id = %s", [world.ben.pk])
    given.case(world.ben)  # serving: 2 points; release within 365 days: 1
    return world.ben.staff_number, "over_capacity"


def break_glass(world: World, session: Session) -> tuple[str, str]:
    case_id = world.case(TODAY + DAY)
    session.execute(
        "INSERT INTO access_clearance (staff_id, subject_id, broke_glass, reason_payload_id, given_at, given_by_id)"
        " VALUES (%s, %s, true, 1, now(), %s)",
        [world.ben.pk, case_id, world.ben.pk],
    )
    return reference(case_id), "broke_glass"


def fall_ill(world: World, session: Session) -> tuple[str, str]:
    actions.record_absence(
        staff_id=world.cal.pk, kind="sudden", from_date=TODAY, to_date=None, cover_id=None, by=world.cal.pk, at=NOW, today=TODAY
    )
    return world.cal.staff_number, "no_cover"


def leave(world: World, session: Session) -> tuple[str, str]:
    actions.plan_departure(staff_id=world.cal.pk, last_day=TODAY, cases={}, tasks_to={}, by=world.command.leader.pk, at=NOW, today=TODAY)
    return world.cal.staff_number, "leaving"


def lose_the_anchor(world: World, session: Session) -> tuple[str, str]:
    return reference(given.case(world.ben, release=None)), "release"


def need_what_the_owner_never_learnt(world: World, session: Session) -> tuple[str, str]:
    case_id = world.case(TODAY + DAY)
    session.execute("UPDATE cases_case SET needs_competence = 'safeguarding' WHERE id = %s", [case_id])
    return reference(case_id), "never_held"


def take_the_leader_away(world: World, session: Session) -> tuple[str, str]:
    session.execute("UPDATE access_team SET leader_id = NULL WHERE id = %s", [world.command.other_team.pk])
    return world.command.other_team.code, "nobody_named"


BESIDE_ROWS: list[tuple[str, Callable[[World, Session], tuple[str, str]]]] = [
    (List.IDLE, make_idle),
    (List.OVER_CAPACITY, fill_up),
    (List.BREAK_GLASS_UNSEEN, break_glass),
    (List.ABSENCES_UNCOVERED, fall_ill),
    (List.DEPARTURES_AHEAD, leave),
    (List.UNANCHORED, lose_the_anchor),
    (List.COMPETENCE_EXPIRED, need_what_the_owner_never_learnt),
    (List.TEAMS_WITHOUT_LEADER, take_the_leader_away),
]


@pytest.mark.parametrize(("list_", "arrange"), BESIDE_ROWS, ids=[row[0] for row in BESIDE_ROWS])
def test_what_stands_beside_is_listed_totalled_and_does_not_fail_the_certificate(
    committed: Committed, superuser: Session, list_: str, arrange: Callable[[World, Session], tuple[str, str]]
) -> None:
    world = World()
    expected = arrange(world, superuser)
    finding = prove_on(TODAY)
    assert listed(finding, list_) == [expected]
    assert finding.totals["beside"][list_] == 1
    assert finding.verdict == "clean"


def test_a_case_is_listed_from_the_day_after_its_owners_competence_expires_until_it_is_renewed(committed: Committed) -> None:
    world = World()
    learnt = {"staff_id": world.amy.pk, "code": "safeguarding", "by": world.command.head.pk, "at": NOW}
    access.grant_competence(from_date=TODAY - 300 * DAY, to_date=TODAY, **learnt)
    opened = actions.Opened(
        person_id=given.person().pk, owner_id=world.amy.pk, source="prison", observed_at=NOW, needs_competence="safeguarding"
    )
    case_id = actions.open_case(opened=opened, reason="Referred", by=world.amy.pk, at=NOW, today=TODAY)
    assert listed(prove_on(TODAY), List.COMPETENCE_EXPIRED) == []
    after = prove_on(TODAY + DAY)
    assert listed(after, List.COMPETENCE_EXPIRED) == [(reference(case_id), "expired")]
    (item,) = [item for item in after.items if item.list == List.COMPETENCE_EXPIRED]
    assert item.details == f"safeguarding, until {TODAY}"
    access.grant_competence(from_date=TODAY + DAY, to_date=None, **learnt)
    assert listed(prove_on(TODAY + DAY), List.COMPETENCE_EXPIRED) == []
    actions.close(case_id=case_id, outcome="removed", evidence="Flight", reason="", by=world.amy.pk, at=NOW)


def test_a_team_is_listed_from_the_day_after_its_leaders_role_ends_until_somebody_answers_for_it(committed: Committed) -> None:
    """A leading role with a last day of its own is not refused: see docs/adr/0017."""
    world = World()
    interim, code = given.staff("Ida Interim", team=world.command.other_team), world.command.other_team.code
    by = {"by": world.command.head.pk, "at": NOW}
    access.grant_role(staff_id=interim.pk, role="team_leader", from_date=TODAY - DAY, to_date=TODAY, **by)
    access.set_team_leader(team_id=world.command.other_team.pk, leader_id=interim.pk, **by)
    assert listed(prove_on(TODAY), List.TEAMS_WITHOUT_LEADER) == []
    after = prove_on(TODAY + DAY)
    assert listed(after, List.TEAMS_WITHOUT_LEADER) == [(code, "role_ended")]
    assert [item.details for item in after.items if item.list == List.TEAMS_WITHOUT_LEADER] == [f"last day {TODAY}"]
    access.set_team_leader(team_id=world.command.other_team.pk, leader_id=world.command.other_leader.pk, **by)
    assert listed(prove_on(TODAY + DAY), List.TEAMS_WITHOUT_LEADER) == []


def test_a_team_is_listed_while_its_leader_has_left_and_the_successor_has_not_taken_over(committed: Committed) -> None:
    world = World()
    leader, team = world.command.other_leader, world.command.other_team
    leaders, by = {team.pk: world.command.head.pk}, world.command.head.pk
    actions.plan_departure(staff_id=leader.pk, last_day=TODAY, cases={}, tasks_to={}, leaders=leaders, by=by, at=NOW, today=TODAY)
    assert listed(prove_on(TODAY), List.TEAMS_WITHOUT_LEADER) == []
    after = prove_on(TODAY + DAY)
    assert listed(after, List.TEAMS_WITHOUT_LEADER) == [(team.code, "leader_left")]
    assert [item.details for item in after.items if item.list == List.TEAMS_WITHOUT_LEADER] == [f"last day {TODAY}"]
    actions.take_effect(today=TODAY + DAY, at=NOW + DAY)
    assert listed(prove_on(TODAY + DAY), List.TEAMS_WITHOUT_LEADER) == []


def test_a_departure_whose_day_has_passed_is_listed_until_it_takes_effect_and_its_pack_until_it_is_read(committed: Committed) -> None:
    world = World()
    case_id = world.case(TODAY + 30 * DAY)
    plan = {case_id: world.ben.pk}
    actions.plan_departure(staff_id=world.amy.pk, last_day=TODAY, cases=plan, tasks_to={}, by=world.command.leader.pk, at=NOW, today=TODAY)
    tomorrow = TODAY + DAY
    before = prove_on(tomorrow)
    assert (before.verdict, listed(before, List.DEPARTURES_NOT_EFFECTED)) == ("clean", [(world.amy.staff_number, "left")])
    actions.take_effect(today=tomorrow, at=NOW + DAY)
    after = prove_on(tomorrow)
    assert (after.verdict, listed(after, List.DEPARTURES_NOT_EFFECTED)) == ("clean", [])
    assert listed(after, List.PACKS_UNREAD) == [(reference(case_id), "departure")]
    actions.sign_handover(case_id=case_id, by=world.ben.pk, at=NOW + DAY)
    assert listed(prove_on(tomorrow), List.PACKS_UNREAD) == []
