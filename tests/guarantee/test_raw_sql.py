"""Statements that would break a promise, typed by somebody with the service's role or the owner's: all are refused at COMMIT or before.

Each attack is a sentence, statements, and what refuses them for the service and for the owner. The owner of the tables can of course drop a
key or a trigger; what is promised is that no statement about rows gets past them, whoever types it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import IsolationLevel

from longstop.access import actions as access
from longstop.cases import actions as cases
from longstop.work.rules import NewTask
from tests import given
from tests.conftest import Committed
from tests.given import NOW, TODAY
from tests.guarantee.invariants import broken

DENIED = "permission denied"
NOTHING = "(the owner of a table can do this; the seals and the certificate find it)"
LEVELS = [IsolationLevel.READ_COMMITTED, IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE]

# ruff: noqa: E501 - a table reads best with one attack a line
# What the statements may name: :case and :other are open cases of :amy and :ben, :closed is closed, :task and :other_task are what the open
# cases name, :spell is Amy's ownership, :spare is an open task of the case that it does not name, :gone is inactive.
NEW_SPELL = "INSERT INTO cases_ownership (case_id, staff_id, team_id, state, started_at, started_by_id, why) "
END_SPELL = "UPDATE cases_ownership SET state = 'ended', ended_at = now(), ended_by_id = :amy WHERE id = :spell"


@dataclass(frozen=True)
class Attack:
    words: str
    statements: tuple[str, ...]
    service: str
    owner: str = ""

    def refused_by(self, role: str) -> str:
        """Give the constraint, or the words, with which this role is refused."""
        return self.owner or self.service if role == "owner" else self.service


def attack(words: str, *statements: str, by: str, owner: str = "") -> Attack:
    return Attack(words, statements, by, owner)


NEW_AUTHORITY = (
    "INSERT INTO cases_detentionauthority (case_id, kind, given_on, effective_from, until, words_payload_id, recorded_at, recorded_by_id) "
)
ATTACKS = [
    # The authority to detain
    attack(
        "let two authorities stand on one case",
        NEW_AUTHORITY + "VALUES (:case, 'is91', '2026-11-01', '2026-11-01', NULL, 1, now(), :amy)",
        NEW_AUTHORITY + "VALUES (:case, 'is91', '2026-11-02', '2026-11-02', NULL, 1, now(), :amy)",
        by="authority_one_stands",
    ),
    attack(
        "let an authority take effect before it was given",
        NEW_AUTHORITY + "VALUES (:case, 'is91', '2026-11-02', '2026-11-01', NULL, 1, now(), :amy)",
        by="authority_never_back_dated",
    ),
    attack(
        "let an authority end before it began",
        NEW_AUTHORITY + "VALUES (:case, 'is91', '2026-11-02', '2026-11-02', '2026-11-01', 1, now(), :amy)",
        by="authority_dates_in_order",
    ),
    attack("forget that an authority was recorded", "DELETE FROM cases_detentionauthority", by=DENIED, owner=NOTHING),
    # Tasks
    attack(
        "finish the task that the case names",
        "UPDATE work_task SET state = 'done', done_at = now(), done_by_id = :amy WHERE id = :task",
        by="open_case_has_dated_task",
    ),
    attack(
        "finish every open task",
        "UPDATE work_task SET state = 'done', done_at = now(), done_by_id = :amy WHERE state = 'open'",
        by="open_case_has_dated_task",
    ),
    attack(
        "delete the task that the case names", "DELETE FROM work_task WHERE id = :task", by=DENIED, owner="case_next_task|open_case_has"
    ),
    attack("delete every task", "DELETE FROM work_task", by=DENIED, owner="case_next_task|open_case_has"),
    attack("take the task's date away", "UPDATE work_task SET due = NULL WHERE id = :task", by="null value in column"),
    attack(
        "put the task off without the case's copy", "UPDATE work_task SET due = due + 90 WHERE id = :task", by="open_case_has_dated_task"
    ),
    attack(
        "put the case's copy off without the task",
        "UPDATE cases_case SET next_due = next_due + 90 WHERE id = :case",
        by="open_case_has_dated_task",
    ),
    attack(
        "make the task a hold without the case's copy", "UPDATE work_task SET wake = due WHERE id = :task", by="open_case_has_dated_task"
    ),
    attack("name no task", "UPDATE cases_case SET next_task_id = NULL WHERE id = :case", by="null value in column"),
    attack(
        "name a task that is not there",
        "UPDATE cases_case SET next_task_id = 987654321 WHERE id = :case",
        by="case_next_task|open_case_has_dated_task",
    ),
    attack("name another case's task", "UPDATE cases_case SET next_task_id = :other_task WHERE id = :case", by="open_case_has_dated_task"),
    attack(
        "name a task about something else that has the case's number",
        "INSERT INTO work_task (id, subject_kind, subject_id, kind, waiting_for, owner_id, team_id, due, first_due, origin, state,"
        " acknowledged_rung, made_at, made_by_id) SELECT 987654, 'question', subject_id, kind, 'us', owner_id, team_id, due, first_due,"
        " origin, 'open', -1, made_at, made_by_id FROM work_task WHERE id = :task",
        "UPDATE cases_case SET next_task_id = 987654 WHERE id = :case",
        by="open_case_has_dated_task",
    ),
    attack(
        "let a task become one about something else",
        "UPDATE work_task SET subject_kind = 'question' WHERE id = :task",
        by="first_dates_never_change",
    ),
    attack(
        "let a case look for tasks of another kind",
        "UPDATE cases_case SET task_kind = 'question' WHERE id = :case",
        by="can only be updated to DEFAULT",
    ),
    attack("move the task to another case", "UPDATE work_task SET subject_id = :other WHERE id = :task", by="first_dates_never_change"),
    attack(
        "move a spare task to another case, and name it there",
        "UPDATE work_task SET subject_id = :other WHERE id = :spare",
        "UPDATE cases_case SET next_task_id = :spare WHERE id = :other",
        by="first_dates_never_change",
    ),
    attack("give the task to somebody inactive", "UPDATE work_task SET owner_id = :gone WHERE id = :task", by="task_owner_is_active"),
    attack(
        "promise the task to somebody inactive",
        "UPDATE work_task SET successor_id = :gone, successor_from = now() WHERE id = :task",
        by="task_successor_is_active",
    ),
    attack("give the task to Longstop itself", "UPDATE work_task SET owner_id = 1 WHERE id = :task", by="longstop_itself_owns_no_task"),
    attack("let the task belong to nobody", "UPDATE work_task SET owner_id = NULL WHERE id = :task", by="null value in column"),
    attack(
        "call a finished task open by its key", "UPDATE work_task SET open_key = true WHERE id = :task", by="can only be updated to DEFAULT"
    ),
    attack(
        "change when a task was first due",
        "UPDATE work_task SET first_due = first_due - 30 WHERE id = :task",
        by="first_dates_never_change",
    ),
    attack("change who made a task", "UPDATE work_task SET made_by_id = :ben WHERE id = :task", by="first_dates_never_change"),
    attack("finish a task in nobody's name", "UPDATE work_task SET state = 'done' WHERE id = :spare", by="task_done_at_and_by"),
    # Owners
    attack("end the ownership", END_SPELL, by="open_case_has_owner"),
    attack("delete the ownership", "DELETE FROM cases_ownership WHERE id = :spell", by=DENIED, owner="open_case_has_owner"),
    attack("delete every ownership", "DELETE FROM cases_ownership", by=DENIED, owner="open_case_has_owner"),
    attack(
        "add a second owner",
        NEW_SPELL + "SELECT :case, :ben, team_id, 'current', now(), :amy, 'x' FROM cases_case WHERE id = :case",
        by="ownership_one_current|ownership_never_overlaps",
    ),
    attack(
        "let ownerships overlap",
        END_SPELL,
        NEW_SPELL + "SELECT :case, :ben, team_id, 'current', now() - interval '900 years', :amy, 'x' FROM cases_case WHERE id = :case",
        by="ownership_never_overlaps|range lower bound",
    ),
    attack(
        "change the owner on the ownership alone", "UPDATE cases_ownership SET staff_id = :ben WHERE id = :spell", by="open_case_has_owner"
    ),
    attack("change the owner on the case alone", "UPDATE cases_case SET owner_id = :ben WHERE id = :case", by="open_case_has_owner"),
    attack(
        "change the team on the case alone",
        "UPDATE cases_case SET team_id = (SELECT min(id) FROM access_team) WHERE id = :case",
        by="open_case_has_owner",
    ),
    attack(
        "give the case to somebody inactive",
        "UPDATE cases_ownership SET staff_id = :gone WHERE id = :spell",
        "UPDATE cases_case SET owner_id = :gone WHERE id = :case",
        by="owner_is_active",
    ),
    attack(
        "give the case to Longstop itself",
        "UPDATE cases_ownership SET staff_id = 1 WHERE id = :spell",
        "UPDATE cases_case SET owner_id = 1 WHERE id = :case",
        by="longstop_itself_owns_no_case",
    ),
    attack(
        "promise the case to somebody inactive",
        "INSERT INTO cases_ownership (case_id, staff_id, team_id, state, starts_on, why)"
        " SELECT :case, :gone, team_id, 'planned', now(), 'x' FROM cases_case WHERE id = :case",
        by="owner_is_active",
    ),
    attack("make the owner inactive", "UPDATE access_staff SET active = false WHERE id = :amy", by="owner_is_active|task_owner_is_active"),
    attack("make everybody inactive", "UPDATE access_staff SET active = false", by="owner_is_active|task_owner_is_active"),
    attack(
        "call somebody inactive active by the key",
        "UPDATE access_staff SET active_key = true WHERE id = :gone",
        by="can only be updated to DEFAULT",
    ),
    attack("delete the owner", "DELETE FROM access_staff WHERE id = :amy", by=DENIED, owner="_fk_|owner_is_active"),
    attack(
        "own a closed case",
        NEW_SPELL + "SELECT :closed, :ben, team_id, 'current', now(), :amy, 'x' FROM cases_case WHERE id = :closed",
        by="only_open_cases_are_owned",
    ),
    attack(
        "call the ownership current by its key",
        "UPDATE cases_ownership SET current_key = NULL WHERE id = :spell",
        by="can only be updated to DEFAULT",
    ),
    attack(
        "move the ownership to another case",
        "UPDATE cases_ownership SET case_id = :other WHERE id = :spell",
        by="ownership_one_current|ownership_never_overlaps",
    ),
    # Cases
    attack(
        "close a case and keep its owner",
        "UPDATE cases_case SET closed_at = now(), closed_by_id = :amy, outcome = 'removed' WHERE id = :case",
        by="only_open_cases_are_owned|only_open_cases_have",
    ),
    attack(
        "close a case without an outcome",
        "UPDATE cases_case SET closed_at = now(), closed_by_id = :amy WHERE id = :case",
        by="closed_case_has_an_outcome",
    ),
    attack(
        "close a case in nobody's name",
        "UPDATE cases_case SET closed_at = now(), outcome = 'removed' WHERE id = :case",
        by="case_closed_at_and_by",
    ),
    attack(
        "reopen a case without an owner",
        "UPDATE cases_case SET closed_at = NULL, closed_by_id = NULL, outcome = '' WHERE id = :closed",
        by="open_case_has",
    ),
    attack(
        "reopen a case with an owner and no task",
        "UPDATE cases_case SET closed_at = NULL, closed_by_id = NULL, outcome = '' WHERE id = :closed",
        NEW_SPELL + "SELECT id, owner_id, team_id, 'current', now(), :amy, 'x' FROM cases_case WHERE id = :closed",
        "INSERT INTO cases_opening (case_id, reopened, opened_at, opened_by_id, outcome) VALUES (:closed, true, now(), :amy, '')",
        by="open_case_has_dated_task",
    ),
    attack(
        "open a case with nothing",
        "INSERT INTO cases_case (id, reference, person_id, flow, custody, monitored, needs_competence, restricted, owner_id, team_id,"
        " next_task_id, next_due, next_is_hold, last_worked_at, last_worked_by_id, first_opened_at, first_opened_by_id, outcome, version)"
        " SELECT 987654, 'LS-X', :nobodys_person, flow, custody, monitored, '', false, owner_id, team_id, next_task_id, next_due, next_is_hold,"
        " now(), :amy, now(), :amy, '', 1 FROM cases_case WHERE id = :case",
        by="open_case_has",
    ),
    attack(
        "open a second case about a person",
        "UPDATE cases_case SET person_id = (SELECT person_id FROM cases_case WHERE id = :other) WHERE id = :case",
        by="one_open_case_a_person",
    ),
    attack("delete a case", "DELETE FROM cases_case WHERE id = :case", by=DENIED, owner="_fk_|only_open_cases|ownership_case"),
    attack(
        "change when a case was first opened",
        "UPDATE cases_case SET first_opened_at = now() WHERE id = :case",
        by="first_dates_never_change",
    ),
    attack(
        "change who first opened a case",
        "UPDATE cases_case SET first_opened_by_id = :ben WHERE id = :closed",
        by="first_dates_never_change",
    ),
    attack("change a reference", "UPDATE cases_case SET reference = 'LS-0' WHERE id = :case", by="first_dates_never_change"),
    attack(
        "call a closed case open by its key",
        "UPDATE cases_case SET open_key = true WHERE id = :closed",
        by="can only be updated to DEFAULT",
    ),
    # Openings
    attack(
        "end the opening alone",
        "UPDATE cases_opening SET closed_at = now(), closed_by_id = :amy WHERE case_id = :case",
        by="open_case_has_an_opening",
    ),
    attack(
        "change when an opening began", "UPDATE cases_opening SET opened_at = now() WHERE case_id = :case", by="first_dates_never_change"
    ),
    attack(
        "change an opening that has ended",
        "UPDATE cases_opening SET outcome = 'british' WHERE case_id = :closed",
        by="first_dates_never_change",
    ),
    attack(
        "close an opening before it began",
        "UPDATE cases_opening SET closed_at = opened_at - interval '1 day', closed_by_id = :amy WHERE case_id = :case",
        by="opening_closes_after_it_opens",
    ),
    attack(
        "let a case be opened twice over the same time",
        "INSERT INTO cases_opening (case_id, reopened, opened_at, opened_by_id, closed_at, closed_by_id, outcome)"
        " SELECT case_id, true, opened_at, :amy, now() + interval '900 years', :amy, 'removed' FROM cases_opening WHERE case_id = :closed",
        by="openings_never_overlap",
    ),
    attack("delete an opening", "DELETE FROM cases_opening WHERE case_id = :closed", by=DENIED, owner=NOTHING),
    # The record
    attack("change an event", "UPDATE audit_event SET by_id = :ben", by=DENIED, owner="append_only"),
    attack("delete the events", "DELETE FROM audit_event", by=DENIED, owner="append_only"),
    attack("change what history says", "UPDATE cases_casehistoryrow SET owner_id = :ben", by=DENIED, owner="append_only"),
    attack("delete history", "DELETE FROM work_taskhistoryrow", by=DENIED, owner="append_only"),
    attack(
        "write into history",
        "INSERT INTO cases_casehistoryrow DEFAULT VALUES",
        by=DENIED,
        owner="null value",
    ),
    attack("change a note", "UPDATE cases_note SET kind = 'promise'", by=DENIED, owner="append_only"),
    attack(
        "choose the moment at which an event became known",
        "INSERT INTO audit_event (kind, happened_at, by_id, subject_kind, data, authority, guidance_version, backfilled, operation_id, known_seq)"
        " VALUES ('case.closed', now(), 1, 'case', '{}', '', '', false, gen_random_uuid(), 1)",
        by=DENIED,
        owner=NOTHING,
    ),
    # Switches
    attack("switch a key off", "ALTER TABLE cases_case DROP CONSTRAINT open_case_has_owner", by="must be owner", owner=NOTHING),
    attack("switch triggers off", "ALTER TABLE cases_case DISABLE TRIGGER ALL", by="must be owner", owner="system trigger"),
    attack(
        "pose as a replica",
        "SET LOCAL session_replication_role = replica",
        "UPDATE cases_case SET owner_id = :ben WHERE id = :case",
        by=DENIED,
    ),
]


@dataclass(frozen=True)
class Scene:
    base: Committed
    names: dict[str, int]

    def url(self, role: str) -> str:
        """Give the address for the service's role or the owner's."""
        return self.base.owner_url if role == "owner" else self.base.service_url

    def say(self, statement: str) -> Any:
        """Put numbers for the names in a statement."""
        for name in sorted(self.names, key=len, reverse=True):
            statement = statement.replace(f":{name}", str(self.names[name]))
        return statement

    def state(self) -> list[Any]:
        """Give a digest of every table that is kept."""
        with psycopg.connect(self.base.superuser_url) as watching:
            tables = watching.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
                " AND relname ~ '^(access|audit|cases|work|people|intake|referral|proof)_'"
                " AND relname !~ '^people_(searchkey|linkage(key|mark|pair))$' ORDER BY relname"
            ).fetchall()
            digest = "SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} t"
            return [(table, watching.execute(digest.format(table)).fetchone()) for (table,) in tables]  # type: ignore[arg-type]


@pytest.fixture
def scene(committed: Committed) -> Scene:
    """Two open cases, a closed one with a note, and somebody who has left."""
    return build(committed)


def build(committed: Committed) -> Scene:
    """Make what the attacks name, through the actions."""
    command = given.command()
    amy, ben, gone = (given.caseworker(name, command.team) for name in ("Amy Tran", "Ben Osei", "Gus Hale"))
    access.deactivate(staff_id=gone.pk, by=command.leader.pk, at=NOW)
    case, other, closed = given.case(amy), given.case(ben), given.case(amy)
    dated = {"by": amy.pk, "at": NOW}
    spare = cases.add_task(case_id=case, new=NewTask(kind="case.other", due=date(2027, 1, 5)), today=TODAY, **dated)
    cases.write_note(case_id=closed, kind="risk", text="Said so", **dated)
    cases.close(case_id=closed, outcome="removed", evidence="Flight", reason="", by=amy.pk, at=NOW + timedelta(hours=1))
    names = {"amy": amy.pk, "ben": ben.pk, "gone": gone.pk, "case": case, "other": other, "closed": closed, "spare": spare.pk}
    names["nobodys_person"] = given.person().pk
    with psycopg.connect(committed.service_url) as reading:
        for name, statement in {
            "task": f"SELECT next_task_id FROM cases_case WHERE id = {case}",
            "other_task": f"SELECT next_task_id FROM cases_case WHERE id = {other}",
            "spell": f"SELECT id FROM cases_ownership WHERE case_id = {case}",
        }.items():
            (row,) = reading.execute(statement).fetchall()  # type: ignore[arg-type]
            names[name] = row[0]
    return Scene(committed, names)


def refusal(scene: Scene, role: str, level: IsolationLevel, statements: tuple[str, ...]) -> str:
    """Try the statements in one transaction and give the refusal: the constraint's name, or the words. Empty where it committed."""
    with psycopg.connect(scene.url(role)) as session:
        session.isolation_level = level
        try:
            for statement in statements:
                session.execute(scene.say(statement))
            session.commit()
        except psycopg.Error as error:
            session.rollback()
            return error.diag.constraint_name or str(error)
    return ""


def refused(said: str, wanted: str) -> bool:
    return any(word in said for word in wanted.split("|")) and bool(said)


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
@pytest.mark.parametrize("role", ["service", "owner"])
def test_what_would_break_a_promise_is_refused(scene: Scene, role: str, level: IsolationLevel) -> None:
    before = scene.state()
    wrong = []
    for each in ATTACKS:
        wanted = each.refused_by(role)
        if wanted == NOTHING:
            continue
        said = refusal(scene, role, level, each.statements)
        if not refused(said, wanted):
            wrong.append(f"{each.words}: {said or 'COMMITTED'}, not {wanted}")
    assert wrong == []
    assert scene.state() == before
    with psycopg.connect(scene.base.service_url) as watching:
        assert broken(watching.cursor(), today=TODAY) == []


@pytest.mark.parametrize("role", ["service", "owner"])
def test_no_table_that_is_kept_can_be_emptied(scene: Scene, role: str) -> None:
    before = scene.state()
    for table, _ in before:
        for how in ("", " CASCADE"):
            said = refusal(scene, role, IsolationLevel.READ_COMMITTED, (f"TRUNCATE {table}{how}",))
            wanted = DENIED if role == "service" else "no_truncate|referenced in a foreign key"
            assert refused(said, wanted), f"TRUNCATE {table}{how}: {said or 'COMMITTED'}"
    assert scene.state() == before


# What a session could set, hoping that history then looks away. Refused, or without effect: the change is in history either way.
SILENCERS = [
    "SET pgtrigger.ignore = '{*}'",
    "SET LOCAL pgtrigger.ignore = '{cases_case:insert_insert,cases_case:update_update,update_update,pgtrigger_update_update_16b4b}'",
    "SET pghistory.context_id = ''",
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "ALTER TABLE cases_case DISABLE TRIGGER USER",
    "SET search_path = pg_temp, public",
    "CREATE TEMP TABLE cases_casehistoryrow (LIKE public.cases_casehistoryrow)",
    "CREATE FUNCTION public._pgtrigger_should_ignore(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "SET row_security = off",
    "SET LOCAL check_function_bodies = off",
]
# With these the owner of the tables changes the tables themselves: what is promised is about what a session can set.
CHANGES_THE_HOUSE = ("ALTER TABLE", "CREATE OR REPLACE")


@pytest.mark.parametrize("role", ["service", "owner"])
def test_history_cannot_be_silenced_for_a_session(scene: Scene, role: str) -> None:
    for n, silencer in enumerate(SILENCERS):
        if role == "owner" and silencer.startswith(CHANGES_THE_HOUSE):
            continue
        with psycopg.connect(scene.url(role)) as session:
            for name in _history_triggers(scene) if "pgtrigger.ignore" in silencer else []:
                session.execute(f"SET pgtrigger.ignore = '{{{name},cases_case:{name}}}'")  # type: ignore[arg-type]
            try:
                with session.transaction():
                    session.execute(silencer)  # type: ignore[arg-type]
            except psycopg.errors.InsufficientPrivilege:
                pass  # refused: the change is made all the same, and must be seen
            session.execute(scene.say(f"UPDATE public.cases_case SET version = {7000 + n} WHERE id = :case"))
            session.execute(scene.say("UPDATE public.work_task SET waiting_for = 'court' WHERE id = :spare"))
        with psycopg.connect(scene.base.service_url) as watching:
            newest = scene.say("SELECT version FROM cases_casehistoryrow WHERE pgh_obj_id = :case ORDER BY pgh_id DESC LIMIT 1")
            assert watching.execute(newest).fetchone() == (7000 + n,), f"{silencer}: history did not see the change"


def _history_triggers(scene: Scene) -> list[str]:
    with psycopg.connect(scene.base.superuser_url) as watching:
        found = watching.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'cases_case'::regclass AND NOT tgisinternal")
        return [name for (name,) in found]


def test_keys_bite_although_a_session_poses_as_a_replica(scene: Scene) -> None:
    for role in ("service", "owner"):
        said = refusal(scene, role, IsolationLevel.READ_COMMITTED, ("SET session_replication_role = replica",))
        assert refused(said, DENIED), said
