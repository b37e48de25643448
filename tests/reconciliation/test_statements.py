"""A statement is made and kept; each break is owned and dated, once; a second statement finds what the first found."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from longstop.audit.actions import SYSTEM
from longstop.people.models import SourceRecord
from longstop.reconciliation import actions, queries
from longstop.reconciliation.actions import reconciling
from longstop.reconciliation.models import Break, Statement, StatementLine
from longstop.referral import actions as referral
from longstop.referral.models import Departure
from longstop.work.models import Task
from tests.conftest import Committed
from tests.reconciliation.world import NOW, TODAY, breaks, cases, command, lines, listed, opened, prisoner, reconcile, tomorrow
from tests.referral.world import arrive, unlinked

ONE, TWO, THREE = "A1001AA", "A1002AA", "A1003AA"


def test_everybody_stands_on_one_line(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE), prisoner(TWO), prisoner(THREE, nationality="")])
    opened(ONE, made.owner, by=made.officers[0])
    statement = reconcile()
    assert lines(statement) == {"matched": 1, "referred": 1, "asked": 1}
    assert (statement.their_persons, statement.our_persons, statement.matched) == (43, 1, 1)
    assert (statement.rows, statement.refused, statement.given_twice, statement.records) == (43, 0, 0, 43)
    assert not breaks()


def test_rows_that_were_refused_or_came_twice_are_accounted_for(db: None, tmp_path: Path) -> None:
    command()
    listed(tmp_path, [prisoner(ONE), prisoner(ONE), {**prisoner(TWO), "prisonerNumber": ""}])
    statement = reconcile()
    assert (statement.rows, statement.refused + statement.given_twice, statement.records) == (43, 2, 41)


def test_a_break_about_a_case_is_its_owners(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE)])
    case = opened(ONE, made.owner, by=made.officers[0])
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-10-15", status="INACTIVE OUT")], days=1)
    reconcile(1)
    (found,) = Break.objects.all()
    assert (found.kind, found.case_id, found.task.owner_id, found.wins) == ("released", case.pk, made.owner.pk, "theirs")
    assert found.task.due == tomorrow().date()
    assert queries.says_of([found])[found.pk] == {"ours": "serving", "theirs": "community", "basis": "conditional_release_date"}


def test_whoever_nobody_considered_is_the_gravest_and_goes_to_a_duty_officer(db: None, tmp_path: Path) -> None:
    officers = command().officers
    listed(tmp_path, [prisoner(ONE, pncNumber="2012/394773H"), prisoner(TWO, pncNumber="2012/394773H")])
    joined = SourceRecord.objects.exclude(number=None).get()
    unlinked(joined.pk, by=officers[0].pk)
    statement = reconcile()
    assert lines(statement) == {"referred": 1, "not_referred": 1}
    (found,) = Break.objects.all()
    assert (found.kind, found.gravity, found.task.due) == ("not_referred", 0, TODAY)
    assert found.task.owner_id in {each.pk for each in officers}
    settled = actions.settle(break_id=found.pk, outcome="referred", reason="They are two", by=officers[0].pk, at=NOW, today=TODAY)
    assert settled is not None
    assert lines(reconcile()) == {"referred": 2}


def test_done_twice_it_finds_the_same_and_makes_nothing(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE)])
    opened(ONE, made.owner, by=made.officers[0])
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-10-15")], days=1)
    first, second = reconcile(1), reconcile(1)
    assert lines(first) == lines(second) == {"matched": 1}
    assert [(each.found, each.fresh, each.gone) for each in (first, second)] == [(1, 1, 0), (1, 0, 0)]
    assert Task.objects.filter(subject_kind="break").count() == 1


def test_what_is_not_found_any_more_ends_with_its_task(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE)])
    opened(ONE, made.owner, by=made.officers[0])
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-10-15")], days=1)
    reconcile(1)
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-09-01")], days=2)
    changed = reconcile(2)
    assert (changed.fresh, breaks()) == (0, ["release_date"])
    assert queries.says_of(Break.objects.all())[Break.objects.get().pk]["theirs"] == "2028-09-01"
    listed(tmp_path, [prisoner(ONE)], days=3)
    assert reconcile(3).gone == 1
    assert (breaks(), breaks("gone")) == ([], ["release_date"])
    assert not Task.objects.filter(subject_kind="break", state="open").exists()


def test_what_somebody_settled_stays_settled_while_both_say_the_same(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE)])
    opened(ONE, made.owner, by=made.officers[0])
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-10-15")], days=1)
    reconcile(1)
    told: dict[str, Any] = {
        "reason": "The sentence was varied on appeal",
        "by": made.owner.pk,
        "at": tomorrow(),
        "today": tomorrow().date(),
    }
    actions.settle(break_id=Break.objects.get().pk, outcome="ours", **told)
    again = reconcile(1)
    assert (again.found, again.fresh, again.settled, breaks()) == (1, 0, 1, [])
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-09-01")], days=2)
    assert reconcile(2).fresh == 1


def test_the_case_takes_what_the_prison_says(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE)])
    case = opened(ONE, made.owner, by=made.officers[0])
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-10-15")], days=1)
    reconcile(1)
    found = Break.objects.get()
    told: dict[str, Any] = {"by": made.owner.pk, "at": tomorrow(), "today": tomorrow().date()}
    with pytest.raises(actions.NoReason):
        actions.settle(break_id=found.pk, outcome="theirs", reason=" ", **told)
    actions.settle(break_id=found.pk, outcome="theirs", reason="Their calculation sheet", **told)
    case.refresh_from_db()
    assert case.release_date == date(2028, 10, 15)
    with pytest.raises(actions.BreakIsSettled):
        actions.settle(break_id=found.pk, outcome="ours", reason="x", **told)
    assert lines(reconcile(1)) == {"matched": 1}
    assert not breaks()


def test_a_case_held_and_gone_takes_that_they_are_out(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE)])
    case = opened(ONE, made.owner, by=made.officers[0])
    listed(tmp_path, [], days=1)
    assert lines(reconcile(1)) == {"left_unexplained": 1}
    assert not breaks(), "the departure is owned, and due today"
    gone = Departure.objects.get()
    referral.explain(departure_id=gone.pk, explanation="released", evidence="Notice", by=made.officers[0].pk, at=tomorrow())
    assert lines(reconcile(1)) == {"left_explained": 1}
    told: dict[str, Any] = {"reason": "Seen at home", "by": made.owner.pk, "at": tomorrow(), "today": tomorrow().date()}
    actions.settle(break_id=Break.objects.get().pk, outcome="theirs", **told)
    case.refresh_from_db()
    assert case.custody == "community"
    assert lines(reconcile(1)) == {"community": 1}


def test_where_there_is_no_list_it_says_what_to_do(db: None) -> None:
    command()
    with pytest.raises(queries.NoList, match="longstop intake"):
        reconcile()


def test_a_list_that_nobody_considered_is_not_reconciled(db: None, tmp_path: Path) -> None:
    command()
    listed(tmp_path, [prisoner(ONE)])
    arrive(tmp_path, [prisoner(ONE), prisoner(TWO)], at=tomorrow())
    with pytest.raises(queries.ListIsNotConsidered):
        reconcile(1)


def test_after_an_older_list_nothing_is_reckoned_until_the_newest_comes_again(db: None, tmp_path: Path) -> None:
    """Which list gave a record last follows the order in which lists came: the newest would seem to give almost nobody."""
    command()
    rows = [prisoner(ONE), prisoner(TWO)]
    listed(tmp_path, rows, days=2)
    listed(tmp_path, [*rows, prisoner("A1004AA")], days=1)
    with pytest.raises(queries.NoList, match="older one"):
        reconcile(2)
    listed(tmp_path, [*rows, prisoner(THREE)], days=3)
    assert reconcile(3).their_persons == 43


def test_two_statements_at_the_same_time_note_each_break_once(committed: Committed, tmp_path: Path) -> None:
    made = command()
    rows = [prisoner(f"A1{number:03}AA") for number in range(6)]
    listed(tmp_path, rows)
    for row in rows:
        opened(row["prisonerNumber"], made.owner, by=made.officers[0])
    listed(tmp_path, [{**row, "conditionalReleaseDate": "2028-10-15"} for row in rows], days=1)
    ready = Barrier(2)

    def make() -> int:
        try:
            both = queries.read_both(today=tomorrow().date())
            ready.wait(30)
            return actions.reconcile(both=both, by=SYSTEM, at=tomorrow(), today=tomorrow().date()).fresh
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        fresh = [each.result(60) for each in [pool.submit(make), pool.submit(make)]]
    assert sum(fresh) == 6
    assert Break.objects.count() == Task.objects.filter(subject_kind="break").count() == 6
    assert Statement.objects.filter(finished_at__isnull=False).count() == 2


def test_what_was_not_looked_at_is_not_settled(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE)])
    case = opened(ONE, made.owner, by=made.officers[0])
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-10-15")], days=1)
    reconcile(1)
    before = Break.objects.get()
    told: dict[str, Any] = {"break_id": before.pk, "reason": "Sheet", "by": made.owner.pk, "at": tomorrow(2), "today": tomorrow(2).date()}
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-09-01")], days=2)
    with pytest.raises(actions.SaysOtherwise):  # a newer list says another date than the break
        actions.settle(outcome="theirs", **told)
    reconcile(2)
    with pytest.raises(actions.SaysOtherwise):  # the break says another date than was looked at
        actions.settle(outcome="ours", seen=bytes(before.says_digest), **told)
    case.refresh_from_db()
    assert (case.release_date, breaks()) == (date(2028, 12, 1), ["release_date"])
    actions.settle(outcome="theirs", seen=bytes(Break.objects.get().says_digest), **told)
    case.refresh_from_db()
    assert case.release_date == date(2028, 9, 1)


def test_interrupted_and_run_again_it_finishes(committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = command()
    rows = [prisoner(f"A1{number:03}AA") for number in range(6)]
    listed(tmp_path, rows)
    for row in rows:
        opened(row["prisonerNumber"], made.owner, by=made.officers[0])
    listed(tmp_path, [{**row, "conditionalReleaseDate": "2028-10-15"} for row in rows], days=1)
    monkeypatch.setattr(reconciling, "CHUNK", 2)
    whole, calls = reconciling._note_fresh, []

    def stops_at_the_third(**told: Any) -> None:
        calls.append(told)
        if len(calls) == 3:
            raise KeyboardInterrupt
        whole(**told)

    monkeypatch.setattr(reconciling, "_note_fresh", stops_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        reconcile(1)
    assert (Break.objects.count(), queries.latest_statement()) == (4, None)
    monkeypatch.setattr(reconciling, "_note_fresh", whole)
    again = reconcile(1)
    assert (again.found, again.fresh, Break.objects.count()) == (6, 2, 6)
    assert queries.latest_statement() == again


def test_the_database_lets_nobody_change_a_statement(committed: Committed, tmp_path: Path) -> None:
    command()
    listed(tmp_path, [prisoner(ONE)])
    statement = reconcile()
    for change in (
        "UPDATE reconciliation_statement SET matched = matched + 1",
        "UPDATE reconciliation_statementline SET persons = persons + 1",
        "DELETE FROM reconciliation_statementline",
        f"INSERT INTO reconciliation_statementline (statement_id, place, side, line, persons) VALUES ({statement.pk}, 99, 'ours', 'x', 1)",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert Statement.objects.get().matched == statement.matched
    assert sum(each.persons for each in StatementLine.objects.all()) == statement.their_persons


def test_a_person_with_an_open_break_is_not_disposed_of(committed: Committed, tmp_path: Path) -> None:
    made = command()
    officer, second = made.officers
    listed(tmp_path, [prisoner(ONE)])
    case = opened(ONE, made.owner, by=made.officers[0])
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-10-15")], days=1)
    reconcile(1)
    told: dict[str, Any] = {"by": officer.pk, "at": tomorrow()}
    with pytest.raises(actions.StillBroken):
        actions.propose_disposal(person_id=case.person_id, reason="Retention", authority="Schedule 4", **told)
    assert queries.export_person(case.person_id)["breaks"][0]["says"]["theirs"] == "2028-10-15"
    cases.close(case_id=case.pk, outcome="not_pursued", evidence="Order", reason="Done", **told)
    reconcile(1)
    assert (breaks(), breaks("gone")) == ([], ["release_date"])
    number = actions.propose_disposal(person_id=case.person_id, reason="Retention", authority="Schedule 4", **told)
    assert actions.dispose_person(disposal_id=number, by=second.pk, at=tomorrow()) > 0
    assert queries.says_of(Break.objects.all()) == {Break.objects.get().pk: {}}


def test_a_persons_breaks_are_given_with_what_each_side_says_in_one_query(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE), prisoner(TWO)])
    case, team = opened(ONE, made.owner, by=made.officers[0]), made.owner.team_id
    assert queries.breaks_of_person(case.person_id) == []
    rows = [prisoner(ONE, conditionalReleaseDate="2028-10-15", status="INACTIVE OUT"), prisoner(TWO)]
    listed(tmp_path, rows, days=1)
    reconcile(1)
    with CaptureQueriesContext(connection) as asked:
        (found,) = queries.breaks_of_person(case.person_id)
        assert found.row.task is not None
        assert (found.row.kind, found.row.task.owner.name, found.row.task.team.pk) == ("released", made.owner.name, team)
    assert len(asked) == 1
    assert found.says == queries.says_of([found.row])[found.row.pk]
    listed(tmp_path, [prisoner(ONE), prisoner(TWO)], days=2)
    reconcile(2)
    assert queries.breaks_of_person(case.person_id) == []
