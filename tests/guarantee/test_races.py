"""People at work at the same time, on real connections: whoever is first, the promises hold and nobody meets the database's own message.

`in_turn` lets the first act, holds its commit back until the second waits for it (or is through), and then lets it commit.
`at_once` lets all go from one line.
"""

import functools
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from psycopg import IsolationLevel

from longstop.access import actions as access
from longstop.access.models import Staff
from longstop.audit.operations import GuaranteeBroken, action
from longstop.cases import actions as cases
from longstop.cases.actions.covering import CannotCover
from longstop.cases.models import Case, Offer
from longstop.work.actions import TaskIsNotOpen
from longstop.work.models import Task
from longstop.work.rules import NewTask
from tests import given
from tests.conftest import Committed
from tests.given import NOW, TODAY
from tests.guarantee.invariants import broken

Act = Callable[[], Any]
PATIENCE = 20.0  # seconds: far more than anything here takes
WAITING = (
    "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database OR l.database IS NULL WHERE NOT l.granted AND d.datname = %s"
)


class Scene:
    """Three caseworkers with a leader, and a way to let them act at the same time."""

    def __init__(self, base: Committed) -> None:
        self.base = base
        self.command = given.command()
        self.leader = self.command.leader.pk
        self.amy, self.ben, self.cat = (given.caseworker(name, self.command.team) for name in ("Amy Tran", "Ben Osei", "Cat Doyle"))
        self.dated = {"by": self.leader, "at": NOW, "today": TODAY}

    def assign(self, case: int, to: Staff, from_: Staff) -> Act:
        return lambda: cases.assign(case_id=case, to=to.pk, from_=from_.pk, reason="", **self.dated)

    def offer(self, case: int, to: Staff, from_: Staff) -> int:
        return cases.offer(case_id=case, to=to.pk, from_=from_.pk, reason="", **self.dated).pk

    def accept(self, offer: int, by: Staff) -> Act:
        return lambda: cases.accept(offer_id=offer, pack_read=True, by=by.pk, at=NOW, today=TODAY)

    def close(self, case: int) -> Act:
        return lambda: cases.close(case_id=case, outcome="removed", evidence="Flight", reason="", by=self.leader, at=NOW)

    def deactivate(self, staff: Staff) -> Act:
        return lambda: access.deactivate(staff_id=staff.pk, by=self.leader, at=NOW)

    def plan(self, staff: Staff, to: Staff, *case_ids: int) -> Act:
        plan = dict.fromkeys(case_ids, to.pk)
        return lambda: cases.plan_departure(staff_id=staff.pk, last_day=TODAY, cases=plan, tasks_to={}, **self.dated)

    def depart(self) -> list[int]:
        return cases.take_effect(today=TODAY + timedelta(days=1), at=NOW + timedelta(days=1))

    def bulk(self, *moves: tuple[int, Staff, Staff]) -> Act:
        wanted = [cases.Move(case_id=case, from_=from_.pk, to=to.pk) for case, from_, to in moves]

        def run() -> dict[int, str]:
            act = cases.allocate_many(moves=wanted, reason="", **self.dated)
            return dict(act.items.values_list("case_id", "result"))

        return run

    def owner(self, case: int) -> int:
        return Case.objects.get(pk=case).owner_id

    def holds(self, *, by_raw_sql: bool = False) -> None:
        with psycopg.connect(self.base.service_url) as watching:
            assert broken(watching.cursor(), today=TODAY, by_raw_sql=by_raw_sql) == []

    def in_turn(self, first: Act, second: Act) -> list[Any]:
        """Give what became of each: the result, or the refusal."""
        acted, go_on = threading.Event(), threading.Event()
        results: list[Any] = [None, None]

        def held_back() -> Any:
            with transaction.atomic():
                result = first()
                acted.set()
                assert go_on.wait(PATIENCE)
            return result

        threads = [_thread(results, 0, held_back, acted.set), _thread(results, 1, second)]
        threads[0].start()
        assert acted.wait(PATIENCE)
        threads[1].start()
        self._wait_until_blocked(threads[1])
        go_on.set()
        return _finish(threads, results)

    def _wait_until_blocked(self, thread: threading.Thread) -> None:
        until = time.monotonic() + PATIENCE
        with psycopg.connect(self.base.service_url, autocommit=True) as watching:
            while thread.is_alive() and time.monotonic() < until:
                row = watching.execute(WAITING, [self.base.name]).fetchone()
                if row and row[0]:
                    return
                time.sleep(0.005)

    def at_once(self, *acts: Act) -> list[Any]:
        """Give what became of each: the result, or the refusal."""
        line = threading.Barrier(len(acts))
        results: list[Any] = [None] * len(acts)

        def from_the_line(act: Act) -> Act:
            def run() -> Any:
                connection.ensure_connection()
                line.wait(PATIENCE)
                return act()

            return run

        threads = [_thread(results, n, from_the_line(act)) for n, act in enumerate(acts)]
        for thread in threads:
            thread.start()
        return _finish(threads, results)


REFUSALS = (
    ValueError,
    PermissionError,
    GuaranteeBroken,
    ObjectDoesNotExist,
    cases.OwnerHasChanged,
    cases.CaseHasChanged,
    cases.CaseIsClosed,
)
REFUSALS += (cases.CaseIsOpen, cases.NoNextTask, cases.OfferIsAnswered, TaskIsNotOpen)


def _thread(results: list[Any], n: int, act: Act, finally_: Callable[[], None] = lambda: None) -> threading.Thread:
    def run() -> None:
        try:
            results[n] = act()
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            results[n] = error
        finally:
            finally_()
            connection.close()

    return threading.Thread(target=run, daemon=True)


def _finish(threads: list[threading.Thread], results: list[Any]) -> list[Any]:
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "still waiting"
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, REFUSALS):
            raise result
    return results


def refusals(results: list[Any]) -> list[type[BaseException]]:
    return [type(each) for each in results if isinstance(each, BaseException)]


@pytest.fixture
def scene(committed: Committed) -> Iterator[Scene]:
    """Check afterwards that nothing is broken, whatever the test looked at."""
    made = Scene(committed)
    yield made
    made.holds()


@pytest.fixture
def raw_scene(committed: Committed) -> Iterator[Scene]:
    """Check afterwards what no SQL may break."""
    made = Scene(committed)
    yield made
    made.holds(by_raw_sql=True)


def test_two_people_take_one_case(scene: Scene) -> None:
    for race in (scene.in_turn, scene.at_once):
        case = given.case(scene.amy)
        results = race(scene.assign(case, scene.ben, scene.amy), scene.assign(case, scene.cat, scene.amy))
        assert refusals(results) == [cases.OwnerHasChanged]
        assert scene.owner(case) in (scene.ben.pk, scene.cat.pk)


def test_two_people_finish_the_last_two_tasks(scene: Scene) -> None:
    for race in (scene.in_turn, scene.at_once):
        case = given.case(scene.amy)
        cases.add_task(case_id=case, new=NewTask(kind="case.other", due=TODAY + timedelta(days=9)), **scene.dated)
        first, second = Task.objects.filter(subject_id=case).order_by("pk").values_list("pk", flat=True)
        acts = [functools.partial(cases.complete_task, task_id=task, result="Done", **scene.dated) for task in (first, second)]
        assert refusals(race(*acts)) == [cases.NoNextTask]
        assert Task.objects.filter(subject_id=case, state="open").count() == 1


def test_deactivation_against_assignment(scene: Scene) -> None:
    case = given.case(scene.amy)
    results = scene.in_turn(scene.assign(case, scene.ben, scene.amy), scene.deactivate(scene.ben))
    assert refusals(results) == [GuaranteeBroken]
    results = scene.in_turn(scene.deactivate(scene.cat), scene.assign(case, scene.cat, scene.ben))
    assert refusals(results) == [cases.MayNotOwn]
    for n in range(5):
        one, new = given.case(scene.amy), given.caseworker(f"Dev Rao {n}", scene.command.team)
        assert len(refusals(scene.at_once(scene.assign(one, new, scene.amy), scene.deactivate(new)))) == 1


def test_somebody_gives_their_last_case_away_while_they_are_deactivated(scene: Scene) -> None:
    for n in range(4):
        new = given.caseworker(f"Dev Rao {n}", scene.command.team)
        case = given.case(new)
        give = functools.partial(
            cases.assign,
            case_id=case,
            to=scene.amy.pk,
            from_=new.pk,
            reason="",
            by=new.pk,
            at=NOW,
            today=TODAY,
        )
        race = scene.in_turn if n % 2 else scene.at_once
        assert refusals(race(give, scene.deactivate(new))) in ([], [GuaranteeBroken])
        assert scene.owner(case) == scene.amy.pk


def test_an_owner_leaves_while_a_transfer_is_accepted(scene: Scene) -> None:
    for race, accept_first in ((scene.in_turn, True), (scene.in_turn, False), (scene.at_once, True), (scene.at_once, False)):
        leaver = given.caseworker("Gus Hale", scene.command.team)
        case = given.case(leaver)
        offer = scene.offer(case, scene.ben, leaver)
        acts = [scene.accept(offer, scene.ben), scene.plan(leaver, scene.cat, case)]
        race(*(acts if accept_first else reversed(acts)))
        scene.holds()
        assert scene.owner(case) in (scene.ben.pk, leaver.pk)
        if Staff.objects.get(pk=leaver.pk).last_day is None:
            scene.plan(leaver, scene.cat)()
        scene.depart()
        scene.holds()


def test_a_departure_takes_effect_while_a_transfer_is_accepted(scene: Scene) -> None:
    for race, accept_first in ((scene.in_turn, True), (scene.at_once, True), (scene.at_once, False)):
        leaver = given.caseworker("Gus Hale", scene.command.team)
        case = given.case(leaver)
        offer = scene.offer(case, scene.ben, leaver)
        scene.plan(leaver, scene.cat, case)()
        acts = [scene.accept(offer, scene.ben), scene.depart]
        results = race(*(acts if accept_first else reversed(acts)))
        accepted = not any(isinstance(each, cases.OfferIsAnswered) for each in results)
        assert scene.owner(case) == (scene.ben.pk if accepted else scene.cat.pk)
        assert not Staff.objects.get(pk=leaver.pk).active


def test_the_receiver_leaves_while_accepting(scene: Scene) -> None:
    for race, accept_first in ((scene.in_turn, True), (scene.in_turn, False), (scene.at_once, True), (scene.at_once, False)):
        leaver = given.caseworker("Gus Hale", scene.command.team)
        case = given.case(scene.amy)
        offer = scene.offer(case, leaver, scene.amy)
        acts = [scene.accept(offer, leaver), scene.plan(leaver, scene.cat)]
        results = race(*(acts if accept_first else reversed(acts)))
        assert len(refusals(results)) == 1
        assert set(refusals(results)) <= {cases.LeavesUncovered, cases.OfferIsAnswered}
        scene.holds()


def test_bulk_allocation_against_single_allocation(scene: Scene) -> None:
    for race in (scene.in_turn, scene.at_once, scene.at_once):
        mine = [given.case(scene.amy) for _ in range(4)]
        single, bulk = race(scene.assign(mine[2], scene.cat, scene.amy), scene.bulk(*[(case, scene.amy, scene.ben) for case in mine]))
        lost = isinstance(single, cases.OwnerHasChanged)
        assert bulk[mine[2]] == ("done" if lost else "skipped")
        assert scene.owner(mine[2]) == (scene.ben.pk if lost else scene.cat.pk)
        assert [bulk[case] for case in (mine[0], mine[1], mine[3])] == ["done"] * 3


def test_two_bulk_allocations_in_opposite_orders(scene: Scene) -> None:
    for _ in range(3):
        mine = [given.case(owner) for owner in (scene.amy, scene.ben, scene.amy, scene.ben)]
        one = [(mine[0], scene.amy, scene.cat), (mine[1], scene.ben, scene.amy)]
        two = [(mine[2], scene.amy, scene.ben), (mine[3], scene.ben, scene.cat)]
        for result in scene.at_once(scene.bulk(*one, *two), scene.bulk(*two[::-1], *one[::-1])):
            assert set(result.values()) <= {"done", "skipped"}


def test_two_accept_one_offer(scene: Scene) -> None:
    for race in (scene.in_turn, scene.at_once):
        case = given.case(scene.amy)
        offer = scene.offer(case, scene.ben, scene.amy)
        assert refusals(race(scene.accept(offer, scene.ben), scene.accept(offer, scene.ben))) == [cases.OfferIsAnswered]
        assert scene.owner(case) == scene.ben.pk


def test_accepting_against_taking_back(scene: Scene) -> None:
    for race in (scene.in_turn, scene.at_once):
        case = given.case(scene.amy)
        offer = scene.offer(case, scene.ben, scene.amy)
        take_back = functools.partial(cases.withdraw_offer, offer_id=offer, reason="", by=scene.leader, at=NOW)
        assert refusals(race(take_back, scene.accept(offer, scene.ben))) == [cases.OfferIsAnswered]


def test_an_offer_while_the_case_is_closed(scene: Scene) -> None:
    for race, offer_first in ((scene.in_turn, True), (scene.in_turn, False), (scene.at_once, True)):
        case = given.case(scene.amy)
        acts = [functools.partial(scene.offer, case, scene.ben, scene.amy), scene.close(case)]
        results = race(*(acts if offer_first else reversed(acts)))
        assert set(refusals(results)) <= {cases.CaseIsClosed}
        assert Case.objects.get(pk=case).closed_at is not None
        assert not Offer.objects.filter(case_id=case, state="open").exists()


def test_a_new_task_while_the_case_is_closed(scene: Scene) -> None:
    for race in (scene.in_turn, scene.at_once):
        case = given.case(scene.amy)
        new = NewTask(kind="case.other", due=TODAY)
        results = race(scene.close(case), functools.partial(cases.add_task, case_id=case, new=new, **scene.dated))
        assert set(refusals(results)) <= {cases.CaseIsClosed}
        assert not Task.objects.filter(subject_id=case, state="open").exists()


def test_cover_is_found_while_the_cover_leaves(scene: Scene) -> None:
    for race, cover_first in ((scene.in_turn, True), (scene.in_turn, False), (scene.at_once, True)):
        leaver, absent = given.caseworker("Gus Hale", scene.command.team), given.caseworker("Ivy Noor", scene.command.team)
        given.case(absent)
        absence = cases.record_absence(staff_id=absent.pk, kind="sudden", from_date=TODAY, to_date=None, cover_id=None, **scene.dated)
        cover = functools.partial(cases.set_cover, absence_id=absence.pk, cover_id=leaver.pk, by=scene.leader, at=NOW)
        acts = [cover, scene.plan(leaver, scene.cat)]
        results = race(*(acts if cover_first else reversed(acts)))
        assert set(refusals(results)) in ({CannotCover}, {cases.LeavesUncovered})
        scene.holds()


def test_a_task_is_finished_while_its_owner_is_deactivated(scene: Scene) -> None:
    for race in (scene.in_turn, scene.at_once, scene.at_once):
        new = given.caseworker("Dev Rao", scene.command.team)
        case = given.case(scene.amy)
        task = cases.add_task(case_id=case, new=NewTask(kind="case.other", due=TODAY, owner_id=new.pk), **scene.dated)
        finish = functools.partial(cases.complete_task, task_id=task.pk, result="Done", by=new.pk, at=NOW, today=TODAY)
        assert refusals(race(finish, scene.deactivate(new))) in ([], [GuaranteeBroken])


def test_two_open_a_case_about_one_person(scene: Scene) -> None:
    for race in (scene.in_turn, scene.at_once):
        person = given.person().pk
        wanted = cases.Opened(person_id=person, owner_id=scene.amy.pk, source="prison", observed_at=NOW)
        act = functools.partial(cases.open_case, opened=wanted, reason="", **scene.dated)
        results = race(act, act)
        assert len(refusals(results)) == 1
        assert set(refusals(results)) <= {cases.AlreadyOpen, GuaranteeBroken}


def test_a_deadlock_is_broken_without_anybody_seeing_it(scene: Scene) -> None:
    """Two notes on two cases, each in the other's order: the database ends one transaction, and the action does it again."""
    mine, met = [given.case(scene.amy) for _ in range(2)], threading.Barrier(2)
    tries: list[int] = []

    @action
    def both(*, first: int, second: int) -> None:
        tries.append(first)
        cases.write_note(case_id=first, kind="progress", text="One", by=scene.amy.pk, at=NOW)
        if len(tries) <= 2:
            met.wait(PATIENCE)
        cases.write_note(case_id=second, kind="progress", text="Two", by=scene.amy.pk, at=NOW)

    results = scene.at_once(lambda: both(first=mine[0], second=mine[1]), lambda: both(first=mine[1], second=mine[0]))
    assert refusals(results) == []
    assert len(tries) == 3
    assert Case.objects.get(pk=mine[0]).version == Case.objects.get(pk=mine[1]).version == 3


def test_a_storm(scene: Scene) -> None:
    """Four people do anything to the same six cases for three seconds."""
    mine, until = [given.case(scene.amy) for _ in range(6)], time.monotonic() + 3
    done = [0] * 4

    def worker(n: int) -> Act:
        chance = random.Random(n)

        def run() -> None:
            while time.monotonic() < until:
                try:
                    _anything(scene, chance, mine)
                    done[n] += 1
                except REFUSALS:
                    continue

        return run

    scene.at_once(*(worker(n) for n in range(4)))
    assert min(done) > 0
    scene.holds()


def _anything(scene: Scene, chance: random.Random, mine: list[int]) -> None:
    case, staff = chance.choice(mine), chance.choice([scene.amy, scene.ben, scene.cat])
    row = Case.objects.get(pk=case)
    owner = Staff.objects.get(pk=row.owner_id)
    then = NewTask(kind="case.other", due=TODAY + timedelta(days=chance.randrange(20)))
    match chance.randrange(9):
        case 0 | 1:
            scene.assign(case, staff, owner)()
        case 2:
            scene.offer(case, staff, owner)
        case 3:
            offer = Offer.objects.filter(state="open").order_by("?").first()
            if offer:
                scene.accept(offer.pk, offer.to_staff)()
        case 4:
            cases.complete_task(task_id=row.next_task_id, result="Done", then=then, **scene.dated)
        case 5:
            scene.bulk(*[(each, owner, staff) for each in chance.sample(mine, 3)])()
        case 6:
            scene.close(case)()
        case 7:
            cases.reopen(case_id=case, owner_id=staff.pk, then=then, reason="", **scene.dated)
        case 8:
            scene.deactivate(staff)()


# Raw sessions: what two programs that know nothing of Longstop's actions could do to each other's work.

LEVELS = [IsolationLevel.READ_COMMITTED, IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE]
CHECK = "SET CONSTRAINTS ALL IMMEDIATE"


def _both(scene: Scene, level: IsolationLevel, one: list[str], two: list[str]) -> list[Any]:
    """Both write, then both check, then both commit; give what became of each."""
    wrote, results = threading.Barrier(2), [None, None]

    def session(statements: list[str]) -> Act:
        def run() -> None:
            with psycopg.connect(scene.base.service_url) as raw:
                raw.isolation_level = level
                raw.execute("SELECT count(*) FROM cases_case")  # takes the snapshot, where there is one
                wrote.wait(PATIENCE)
                for statement in statements:
                    raw.execute(statement)  # type: ignore[arg-type]
                wrote.wait(PATIENCE)
                raw.execute(CHECK)
                raw.commit()

        return run

    threads = [_thread(results, n, session(each)) for n, each in enumerate((one, two))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    for result in results:
        assert result is None or isinstance(result, psycopg.Error), result
    return results


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_raw_sessions_finish_the_last_two_tasks(raw_scene: Scene, level: IsolationLevel) -> None:
    case = given.case(raw_scene.amy)
    other = cases.add_task(case_id=case, new=NewTask(kind="case.other", due=TODAY + timedelta(days=60)), **raw_scene.dated)
    named = Case.objects.get(pk=case).next_task_id
    finish = f"UPDATE work_task SET state = 'done', done_at = now(), done_by_id = {raw_scene.amy.pk} WHERE id = "
    name = f"UPDATE cases_case SET next_task_id = {other.pk}, next_due = '{other.due}', next_is_hold = false WHERE id = {case}"
    results = _both(raw_scene, level, [finish + str(named), name], [finish + str(other.pk)])
    assert sum(isinstance(each, psycopg.Error) for each in results) >= 1
    assert Task.objects.filter(subject_id=case, state="open").exists()


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_raw_sessions_deactivate_and_assign(raw_scene: Scene, level: IsolationLevel) -> None:
    case = given.case(raw_scene.amy)
    give = [
        f"UPDATE cases_ownership SET staff_id = {raw_scene.ben.pk} WHERE case_id = {case}",
        f"UPDATE cases_case SET owner_id = {raw_scene.ben.pk} WHERE id = {case}",
    ]
    results = _both(raw_scene, level, give, [f"UPDATE access_staff SET active = false WHERE id = {raw_scene.ben.pk}"])
    assert sum(isinstance(each, psycopg.Error) for each in results) >= 1


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_raw_sessions_close_and_give_another_task(raw_scene: Scene, level: IsolationLevel) -> None:
    case = given.case(raw_scene.amy)
    close = [
        f"UPDATE cases_ownership SET state = 'ended', ended_at = now(), ended_by_id = {raw_scene.amy.pk} WHERE case_id = {case}",
        f"UPDATE cases_opening SET closed_at = now(), closed_by_id = {raw_scene.amy.pk} WHERE case_id = {case}",
        f"UPDATE cases_case SET closed_at = now(), closed_by_id = {raw_scene.amy.pk}, outcome = 'removed' WHERE id = {case}",
    ]
    promise = (
        "INSERT INTO cases_ownership (case_id, staff_id, team_id, state, starts_on, why)"
        f" VALUES ({case}, {raw_scene.ben.pk}, {raw_scene.command.team.pk}, 'planned', now(), 'departure')"
    )
    results = _both(raw_scene, level, close, [promise])
    assert sum(isinstance(each, psycopg.Error) for each in results) >= 1
