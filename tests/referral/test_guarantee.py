"""Statements that would leave an open referral, question, departure or second look without its open, owned task are refused at COMMIT."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from longstop.access import actions as access
from longstop.referral.actions import judging
from longstop.referral.models import Departure, Look, Question, Referral
from tests import given
from tests.conftest import Committed
from tests.given import NOW
from tests.referral.world import arrive, command, consider, prisoner, tomorrow

DENIED = "permission denied"
# ruff: noqa: E501 - a table reads best with one attack a line
# :kind is each of the four tables in turn, :row an open row of it, :task its task, :spare another open task, :staff and :gone people.
ATTACKS = [
    ("finish the task that it names", "UPDATE work_task SET state = 'done', done_at = now(), done_by_id = :staff WHERE id = :task", "open_:kind_has_dated_task", ""),
    ("withdraw every task", "UPDATE work_task SET state = 'withdrawn', done_at = now(), done_by_id = :staff WHERE state = 'open'", "_has_dated_task", ""),
    ("name another's task", "UPDATE :table SET task_id = :spare WHERE id = :row", "open_:kind_has_dated_task", ""),
    ("name no task", "UPDATE :table SET task_id = NULL WHERE id = :row", "open_:kind_names_a_task", ""),
    ("take the task's date away", "UPDATE work_task SET due = NULL WHERE id = :task", "null value", ""),
    ("give the task to somebody inactive", "UPDATE work_task SET owner_id = :gone WHERE id = :task", "task_owner_is_active", ""),
    ("give the task to Longstop itself", "UPDATE work_task SET owner_id = 1 WHERE id = :task", "longstop_itself_owns_no_task", ""),
    ("make the owner inactive", "UPDATE access_staff SET active = false WHERE id = :owner", "task_owner_is_active", ""),
    ("delete it", "DELETE FROM :table WHERE id = :row", DENIED, "-"),
    ("delete its task", "DELETE FROM work_task WHERE id = :task", DENIED, "_fk_|_has_dated_task"),
    ("end it in nobody's name", "UPDATE :table SET state = ':ended' WHERE id = :row", "_ended_at_and_by|is_explained|has_a_case|says_why", ""),
    ("change when it was first due", "UPDATE :table SET first_due = first_due + 90 WHERE id = :row", "first_dates_never_change", ""),
    ("change whom it is about", "UPDATE :table SET person_id = (SELECT max(id) FROM people_person WHERE id <> person_id) WHERE id = :row", "first_dates_never_change", ""),
    ("change when it was made", "UPDATE :table SET made_at = now() WHERE id = :row", "first_dates_never_change", ""),
    ("call it ended by its key", "UPDATE :table SET open_key = NULL WHERE id = :row", "can only be updated to DEFAULT", ""),
    ("look for tasks of another kind", "UPDATE :table SET subject_kind = 'case' WHERE id = :row", "can only be updated to DEFAULT", ""),
    ("change what history says", "UPDATE :tablehistoryrow SET state = 'open'", DENIED, "append_only"),
    ("let the receipt's counts not add up", "UPDATE referral_consideration SET considered = considered + 1", "consideration_adds_up", ""),
    ("let the file's counts not add up", "UPDATE intake_receipt SET received = received + 1 WHERE state = 'finished'", "receipt_counts_add_up", ""),
    ("forget a record that arrived", "DELETE FROM intake_arrival", DENIED, "_fk_"),
    ("forget a file", "DELETE FROM intake_receipt", DENIED, "_fk_"),
    ("say that a case was opened from a record", "UPDATE intake_arrival SET state = 'opened'", "arrival_state_has_its_moment", ""),
    ("change what history says of a record", "UPDATE intake_arrivalhistoryrow SET state = 'opened'", DENIED, "append_only"),
]  # fmt: skip
ENDED = {"referral": "no_interest", "question": "answered", "departure": "explained", "look": "agreed"}


def test_no_statement_about_rows_leaves_one_without_its_task(committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "is_drawn", lambda *, arrival_id, **_: arrival_id % 30 == 0)
    made, (officer, _) = command()
    gone = given.caseworker("Gus Hale", made.team)
    access.deactivate(staff_id=gone.pk, by=made.leader.pk, at=NOW)
    rest = [prisoner(f"A2{number:03}AA", nationality="British") for number in range(60)]
    rows = [prisoner("A1001AA"), prisoner("A1002AA"), prisoner("A1003AA", nationality=""), *rest]
    consider(arrive(tmp_path, rows))
    consider(arrive(tmp_path, rows[1:], at=tomorrow()), at=tomorrow())
    kinds: dict[str, Any] = {"referral": Referral, "question": Question, "departure": Departure, "look": Look}
    spare = Referral.objects.order_by("-pk").values_list("task_id", flat=True)[0]
    for kind, model in kinds.items():
        row = model.objects.filter(state="open").select_related("task").order_by("pk")[0]
        names = {
            "kind": kind,
            "table": model._meta.db_table,
            "row": row.pk,
            "task": row.task_id,
            "owner": row.task.owner_id,
            "ended": ENDED[kind],
        }
        names |= {"staff": officer.pk, "gone": gone.pk, "spare": spare}
        for words, statement, by, owner in ATTACKS:
            for url, refused_by in ((committed.service_url, by), (committed.owner_url, owner or by)):
                if refused_by != "-":
                    assert refusal(url, say(statement, names)) in Refused(say(refused_by, names)), (kind, words)


class Refused:
    """The words or constraints, any of which may refuse."""

    def __init__(self, expected: str) -> None:
        self._any = expected.split("|")

    def __contains__(self, said: str) -> bool:
        return any(each in said for each in self._any)


def say(statement: str, names: dict[str, Any]) -> str:
    """Put the names of this kind's row into a statement."""
    for name in sorted(names, key=len, reverse=True):
        statement = statement.replace(f":{name}", str(names[name]))
    return statement


def refusal(url: str, statement: str) -> str:
    """Try a statement in a transaction, and give the refusal; empty where it committed."""
    with psycopg.connect(url) as session:
        try:
            session.execute(statement)  # type: ignore[call-overload]
            session.commit()
        except psycopg.Error as error:
            return f"{error.diag.constraint_name} {error}"
    return ""
