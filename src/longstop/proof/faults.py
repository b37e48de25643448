"""What the keys hold, counted again; and whether the keys and the record's protection are still there."""

from collections.abc import Iterator, Mapping

from django.db import connection

from longstop.audit import protection
from longstop.proof.conservation import Equation
from longstop.proof.reading import Instant, rows, statement
from longstop.proof.rules import List
from longstop.proof.survey import Item

# What is looked at and names its task, as a case does.
KINDS: Mapping[str, str] = {
    **{kind: f"referral_{kind}" for kind in ("referral", "question", "departure", "look")},
    "break": "reconciliation_break",
}
"""By the table of each."""
# Every constraint by which an open case has one active owner and names an open, dated task, with its table.
GUARANTEE: Mapping[str, str] = {
    "open_case_has_owner": "cases_case",
    "open_case_has_dated_task": "cases_case",
    "open_case_has_an_opening": "cases_case",
    "case_next_task": "cases_case",
    "case_open_key": "cases_case",
    "owner_is_active": "cases_ownership",
    "only_open_cases_are_owned": "cases_ownership",
    "longstop_itself_owns_no_case": "cases_ownership",
    "ownership_one_current": "cases_ownership",
    "ownership_named_by_its_case": "cases_ownership",
    "ownership_never_overlaps": "cases_ownership",
    "ownership_case": "cases_ownership",
    "only_open_cases_have_an_open_opening": "cases_opening",
    "opening_open_key": "cases_opening",
    "task_named_by_its_subject": "work_task",
    "task_owner_is_active": "work_task",
    "task_successor_is_active": "work_task",
    "longstop_itself_owns_no_task": "work_task",
    "staff_active_key": "access_staff",
    "task_named_while_open": "work_task",
    **{f"open_{kind}_has_dated_task": table for kind, table in KINDS.items()},
    **{f"open_{kind}_names_a_task": table for kind, table in KINDS.items()},
}
NOT_NULL = ("owner_id", "team_id", "next_task_id", "next_due", "next_is_hold")
_KEYS = """
SELECT c.conname::text, c.conrelid::regclass::text, c.convalidated
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgconstraint = c.oid AND t.tgenabled = 'D') AS holds
FROM pg_catalog.pg_constraint c WHERE c.connamespace = 'public'::regnamespace AND c.conname = ANY(%s)
"""
_COLUMNS = """
SELECT attname::text FROM pg_catalog.pg_attribute
WHERE attrelid = 'public.cases_case'::regclass AND attname = ANY(%s) AND attnotnull AND NOT attisdropped
"""


def recounted(instant: Instant) -> Iterator[Item]:
    """Give each row that contradicts another. Call inside `reading.snapshot`."""
    for statements in ("faults", "considered_faults"):
        for fault, kind, number, reference in rows(statement(statements), {}, instant=instant):
            yield Item(list=List.FAULTS, subject_kind=kind, subject_id=number, reference=reference, reason=fault)


def unbalanced(command: Equation, teams: Mapping[int, Equation], *, by_team: Mapping[int, int], open_cases: int) -> Iterator[Item]:
    """Give each equation that does not hold, or does not end in the number of cases that are open."""
    if not command.holds or command.closing != open_cases:
        yield _equation_item("command", None, "the command", command, open_cases)
    for team_id in sorted(teams.keys() | by_team.keys()):
        equation, counted = teams.get(team_id), by_team.get(team_id, 0)
        if equation is None or not equation.holds or equation.closing != counted:
            yield _equation_item("team", team_id, f"team {team_id}", equation, counted)


def unbalanced_kinds(kinds: Mapping[str, Equation], *, open_tasks: Mapping[str, int]) -> Iterator[Item]:
    """Give each kind whose equation does not hold, or does not end in the number of open tasks about it."""
    for kind in KINDS:
        equation, counted = kinds.get(kind), open_tasks.get(kind, 0)
        if (equation is None and counted) or (equation is not None and (not equation.holds or equation.closing != counted)):
            yield _equation_item("command", None, f"every {kind}", equation, counted)


def _equation_item(kind: str, number: int | None, reference: str, equation: Equation | None, counted: int) -> Item:
    details = f"{equation.as_dict() if equation else 'no spells'}; open: {counted}"
    return Item(list=List.FAULTS, subject_kind=kind, subject_id=number, reference=reference, reason="equation", details=details[:300])


def unprotected() -> Iterator[Item]:
    """Give each protection that the database has lost. It is asked of the database as it is: a catalogue has no past."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        role = str(cursor.fetchone()[0])
        for sentence in protection.weaknesses(cursor, service_role=role):
            yield _database("protection", sentence)
        cursor.execute(_KEYS, [list(GUARANTEE)])
        found = {(name, table): holds for name, table, holds in cursor.fetchall()}
        for name, table in GUARANTEE.items():
            if not found.get((name, table)):
                yield _database("guarantee", f"{table} has lost the constraint {name}, or it is not enforced.")
        cursor.execute(_COLUMNS, [list(NOT_NULL)])
        for column in sorted(set(NOT_NULL) - {row[0] for row in cursor.fetchall()}):
            yield _database("guarantee", f"cases_case.{column} may be empty, so that its key no longer bites.")


def _database(reason: str, sentence: str) -> Item:
    return Item(list=List.FAULTS, subject_kind="database", subject_id=None, reference="the database", reason=reason, details=sentence[:300])
