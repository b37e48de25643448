"""In which state an open case is, as tables that a caseworker could check. The task falls due on Monday 30 November 2026."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from longstop.audit.models import Event
from longstop.cases import actions
from longstop.proof.certification import certify
from longstop.proof.rules import BESIDE, FAILING, LIST_WORDS, REASON_WORDS, STATE_WORDS, Covered, List, Reason
from longstop.work import actions as work
from longstop.work.rules import NewTask
from tests import given
from tests.given import NOW, TODAY
from tests.proof.world import DAY, World, listed, on, prove_on, verdict_on

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 30)

LATENESS = [
    # on the day, acknowledged at the rung (0 owner, 1 leader, 2 head, 3 director) by, then
    ("27 Nov 2026, before it is due", date(2026, 11, 27), None, "", "covered: due_ahead"),
    ("30 Nov 2026, the day itself", date(2026, 11, 30), None, "", "covered: due_today"),
    ("1 Dec 2026, one day late", date(2026, 12, 1), None, "", "not covered: late_unacknowledged"),
    ("1 Dec 2026, one day late", date(2026, 12, 1), 0, "owner", "covered: late_acknowledged"),
    ("2 Dec 2026, two working days late", date(2026, 12, 2), 0, "owner", "covered: late_acknowledged"),
    ("3 Dec 2026, three working days late: the leader's", date(2026, 12, 3), 0, "owner", "not covered: late_unacknowledged"),
    ("3 Dec 2026", date(2026, 12, 3), 1, "leader", "covered: late_acknowledged"),
    ("11 Dec 2026, nine working days late", date(2026, 12, 11), 1, "leader", "covered: late_acknowledged"),
    ("14 Dec 2026, ten working days late: the head's", date(2026, 12, 14), 1, "leader", "not covered: late_unacknowledged"),
    ("14 Dec 2026", date(2026, 12, 14), 2, "head", "covered: late_acknowledged"),
    ("29 Dec 2026, nineteen, Christmas left out", date(2026, 12, 29), 2, "head", "covered: late_acknowledged"),
    ("30 Dec 2026, twenty: the director's", date(2026, 12, 30), 2, "head", "not covered: late_unacknowledged"),
    ("30 Dec 2026", date(2026, 12, 30), 3, "director", "covered: late_acknowledged"),
]


@pytest.mark.parametrize(("words", "day", "rung", "by", "expected"), LATENESS)
def test_a_late_task_covers_once_it_is_acknowledged_where_its_lateness_has_reached(
    words: str, day: date, rung: int | None, by: str, expected: str
) -> None:
    world = World()
    case_id = world.case(DUE)
    if rung is not None:
        world.acknowledge(case_id, rung=rung, by=by, day=day)
    finding = prove_on(day)
    assert verdict_on(case_id, finding) == expected, words
    assert finding.verdict == ("clean" if expected.startswith("covered") else "failing")


def held(world: World, case_id: int) -> None:
    actions.hold(case_id=case_id, wake=DUE - 5 * DAY, waiting_for="court", reason="Hearing", by=world.amy.pk, at=NOW, today=TODAY)


def on_offer(world: World, case_id: int) -> None:
    actions.offer(case_id=case_id, to=world.cal.pk, from_=world.amy.pk, reason="Moved", by=world.amy.pk, at=NOW, today=TODAY)


def away(cover: bool, first: date = DUE, last: date = DUE + 30 * DAY) -> Callable[[World, int], None]:
    def arrange(world: World, case_id: int) -> None:
        actions.record_absence(
            staff_id=world.amy.pk,
            kind="sudden",
            from_date=first,
            to_date=last,
            cover_id=world.ben.pk if cover else None,
            by=world.command.leader.pk,
            at=NOW,
            today=TODAY,
        )

    return arrange


def away_with_a_cover_who_is_away_too(world: World, case_id: int) -> None:
    away(cover=True)(world, case_id)
    actions.record_absence(
        staff_id=world.ben.pk, kind="sudden", from_date=DUE, to_date=DUE, cover_id=None, by=world.ben.pk, at=NOW, today=TODAY
    )


def leaves_with_a_successor(world: World, case_id: int) -> None:
    plan = {case_id: world.ben.pk}
    actions.plan_departure(
        staff_id=world.amy.pk, last_day=DUE - DAY, cases=plan, tasks_to={}, by=world.command.leader.pk, at=NOW, today=TODAY
    )


def leaves_with_nobody_planned(world: World, case_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_staff SET last_day = %s WHERE id = %s", [DUE - DAY, world.amy.pk])


def role_runs_out(world: World, case_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_rolegrant SET to_date = %s WHERE staff_id = %s", [DUE - DAY, world.amy.pk])


def lent_to_a_colleague(world: World, case_id: int) -> None:
    actions.reassign_task(task_id=world.task(case_id).pk, to=world.cal.pk, reason="Knows the court", by=world.amy.pk, at=NOW)


def another_task(world: World, case_id: int) -> None:
    new = NewTask(kind="case.other", due=DUE + 60 * DAY)
    actions.add_task(case_id=case_id, new=new, by=world.amy.pk, at=NOW, today=TODAY)


def nothing(world: World, case_id: int) -> None:
    return None


SITUATIONS = [
    # given a case whose only task is due on 30 November, and this; on the day, then
    ("on hold until the 25th, asked on the 24th", held, DUE - 6 * DAY, "covered: held"),
    ("on hold until the 25th, asked on the 25th", held, DUE - 5 * DAY, "covered: due_today"),
    ("on offer to a colleague", on_offer, TODAY, "covered: on_offer"),
    ("on offer, and the answer is late", on_offer, TODAY + 5 * DAY, "not covered: late_unacknowledged"),
    ("its owner away from the 30th with cover", away(cover=True), DUE, "covered: covered_by_colleague"),
    ("its owner away with cover, one day late", away(cover=True), DUE + DAY, "not covered: late_unacknowledged"),
    ("its owner away from the 27th without cover, not due yet", away(cover=False, first=DUE - 3 * DAY), DUE - DAY, "covered: due_ahead"),
    ("its owner away without cover on the day it is due", away(cover=False), DUE, "not covered: owner_away_uncovered"),
    ("its owner back again", away(cover=False, first=DUE - 9 * DAY, last=DUE - DAY), DUE, "covered: due_today"),
    ("its cover is away as well", away_with_a_cover_who_is_away_too, DUE, "not covered: owner_away_uncovered"),
    ("its owner leaves on the 29th, asked on the 29th", leaves_with_a_successor, DUE - DAY, "covered: due_ahead"),
    ("its owner left on the 29th and the successor has it from the 30th", leaves_with_a_successor, DUE, "covered: due_today"),
    ("its owner's last day has passed and nobody was planned", leaves_with_nobody_planned, DUE, "not covered: owner_left"),
    ("its owner's role has run out", role_runs_out, DUE, "not covered: owner_without_role"),
    ("its task is a colleague's", lent_to_a_colleague, DUE, "covered: due_today"),
    ("another task is due later, and this one is late", another_task, DUE + DAY, "not covered: late_unacknowledged"),
]


@pytest.mark.parametrize(("words", "arrange", "day", "expected"), SITUATIONS)
def test_what_covers_a_case(words: str, arrange: Callable[[World, int], None], day: date, expected: str) -> None:
    world = World()
    case_id = world.case(DUE)
    arrange(world, case_id)
    finding = prove_on(day)
    assert verdict_on(case_id, finding) == expected, words
    assert listed(finding, List.CLOCKS_DIFFER) == listed(finding, List.FAULTS) == []


def test_a_task_made_by_longstop_covers_only_until_it_is_first_due() -> None:
    world = World()
    case_id = given.case(world.amy)
    task = world.task(case_id)
    assert verdict_on(case_id, prove_on(task.first_due)) == "covered: due_today"
    late = task.first_due + DAY
    world.acknowledge(case_id, rung=0, by="owner", day=late)
    assert verdict_on(case_id, prove_on(late)) == "not covered: software_task_expired"
    actions.move_due(task_id=task.pk, due=late + 9 * DAY, reason="After the interview", by=world.amy.pk, at=on(late), today=late)
    assert verdict_on(case_id, prove_on(late)) == "not covered: software_task_expired"
    new = NewTask(kind="case.review", due=late + 20 * DAY)
    actions.add_task(case_id=case_id, new=new, by=world.amy.pk, at=on(late), today=late)
    assert verdict_on(case_id, prove_on(late)) == "covered: due_ahead"


def test_a_hold_beyond_its_limit_does_not_cover() -> None:
    world = World()
    case_id = world.case(DUE)
    with connection.cursor() as cursor:
        beyond = TODAY + timedelta(days=91)
        cursor.execute(
            "UPDATE work_task SET kind = 'case.hold', due = %s, wake = %s WHERE subject_id = %s AND state = 'open'",
            [beyond, beyond, case_id],
        )
        cursor.execute("UPDATE cases_case SET next_due = %s, next_is_hold = true WHERE id = %s", [beyond, case_id])
    assert verdict_on(case_id, prove_on(TODAY)) == "not covered: hold_beyond_limit"
    assert verdict_on(case_id, prove_on(TODAY + DAY)) == "covered: held"


def test_a_task_about_anything_else_is_judged_alike() -> None:
    world = World()
    subject = work.Subject(kind="absence", id=work.next_subject_ids(1)[0])
    new = NewTask(kind="absence.cover_needed", due=DUE)
    leader = world.command.leader
    task = work.make(subject=subject, new=new, owner_id=leader.pk, team_id=world.command.team.pk, by=leader.pk, at=NOW, today=TODAY)
    before = prove_on(DUE)
    assert (before.totals["task_states"], before.verdict) == ({"due_today": 1}, "clean")
    after = prove_on(DUE + DAY)
    assert listed(after, List.REMAINDER) == [(f"absence {subject.id}", "late_unacknowledged")]
    assert [item.subject_id for item in after.items if item.list == List.REMAINDER] == [task.pk]


def test_every_open_case_is_in_exactly_one_state() -> None:
    world = World()
    for arrange in (nothing, held, on_offer, another_task, lent_to_a_colleague):
        arrange(world, world.case(DUE))
    away(cover=True)(world, world.case(DUE, owner=world.amy))
    given.case(world.cal)
    closed = world.case(DUE)
    actions.close(case_id=closed, outcome="removed", evidence="Flight", reason="", by=world.amy.pk, at=NOW)
    for days in range(0, 60, 3):
        finding = prove_on(TODAY + days * DAY)
        left = sum(item.subject_kind == "case" for item in finding.items if item.list == List.REMAINDER)
        assert sum(finding.totals["states"].values()) + left == finding.totals["open_cases"] == 7
        assert listed(finding, List.FAULTS) == []


def test_every_reason_state_and_list_has_its_words() -> None:
    assert set(REASON_WORDS) == set(Reason)
    assert set(STATE_WORDS) == set(Covered)
    assert set(LIST_WORDS) == {*FAILING, *BESIDE}


def test_a_case_opened_after_midnight_in_summer_keeps_its_day() -> None:
    """Half past midnight on 2 July in London is half past eleven on 1 July where moments are stored."""
    world = World()
    day = date(2026, 7, 2)
    moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    case_id = given.case(world.amy, at=moment, today=day)
    opened = certify(at=moment, today=day)
    assert (opened.verdict, listed(opened, List.CLOCKS_DIFFER)) == ("clean", [])
    actions.rewind(case_ids=[case_id], by=world.amy.pk, at=moment + DAY, today=day + DAY)
    later = certify(at=moment + DAY, today=day + DAY)
    assert (later.verdict, listed(later, List.CLOCKS_DIFFER)) == ("clean", [])
    assert not Event.objects.filter(kind="case.clocks_wound", subject_id=case_id, happened_at=moment + DAY).exists()
