"""Reading the whole caseload at one moment: the tables as they are, or each of them as it was known at a seal. Read-only.

Every statement is written once, over names such as `t_case`; live, that is the table, and for the past the latest version of each row
whose transaction ended before the seal's horizon (`known_seq`; never a time stamp, which is a transaction's beginning).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

SQL = Path(__file__).parent / "sql"
TABLES: Mapping[str, str] = {
    "staff": "access_staff",
    "team": "access_team",
    "competence": "access_competence",
    "rolegrant": "access_rolegrant",
    "absence": "access_absence",
    "clearance": "access_clearance",
    "task": "work_task",
    "acknowledgement": "work_acknowledgement",
    "case": "cases_case",
    "ownership": "cases_ownership",
    "opening": "cases_opening",
    "offer": "cases_offer",
    "keydate": "cases_keydate",
    "clock": "cases_clock",
    "authority": "cases_detentionauthority",
    "arrival": "intake_arrival",
    "refusal": "intake_refusal",
    "receipt": "intake_receipt",
    "consideration": "referral_consideration",
    "remit": "referral_remit",
    "referral": "referral_referral",
    "question": "referral_question",
    "departure": "referral_departure",
    "look": "referral_look",
    "break": "reconciliation_break",
    "takeover": "referral_takeover",
    "legacycase": "referral_legacycase",
}
_NAMED = re.compile(r"\bt_([a-z]+)\b")
CHUNK = 2_000
# A bulk load leaves no statistics, and the service's role cannot gather them. Every join here is on equality, so a hash join is never
# far from the best plan, and a nested loop over unknown numbers can take hours.
PLANNING = (
    "SET LOCAL enable_nestloop = off",
    "SET LOCAL cursor_tuple_fraction = 1.0",
    "SET LOCAL work_mem = '64MB'",
    "SET LOCAL jit = off",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL search_path = public, pg_catalog",
)
AS_BEFORE = (
    "SET LOCAL enable_nestloop = DEFAULT",
    "SET LOCAL cursor_tuple_fraction = DEFAULT",
    "SET LOCAL work_mem = DEFAULT",
    "SET LOCAL jit = DEFAULT",
    "SET LOCAL statement_timeout = DEFAULT",
    "SET LOCAL search_path = DEFAULT",
)


@dataclass(frozen=True, kw_only=True)
class Instant:
    """What is asked about: a moment, its day of policy, and for the past the horizon of the seal that the moment resolved to."""

    moment: datetime
    day: date
    horizon: int | None = None

    @property
    def live(self) -> bool:
        return self.horizon is None


@contextmanager
def snapshot() -> Iterator[None]:
    """Hold one snapshot for all that is read: a transaction that repeats its reads and writes nothing, so that it holds no seal back.

    Inside another transaction it reads as that one does.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for statement in PLANNING:
                cursor.execute(statement)
        yield
        if not outermost:
            with connection.cursor() as cursor:
                for statement in AS_BEFORE:
                    cursor.execute(statement)


def statement(*names: str) -> str:
    """Give the text of one statement, put together from the files of these names."""
    return "\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in names)


def rows(body: str, params: Mapping[str, Any], *, instant: Instant) -> Iterator[tuple[Any, ...]]:
    """Stream the rows of a statement, in chunks; several may be read side by side."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_with_tables(body, instant), {**params, "day": instant.day, "horizon": instant.horizon})
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def _with_tables(body: str, instant: Instant) -> str:
    """Put the tables that a statement names in front of it. A body may begin with common tables of its own, or go on with a comma."""
    text = "\n".join(line for line in body.splitlines() if not line.startswith("--")).strip()
    tables = ",\n".join(_table(name, instant) for name in sorted(set(_NAMED.findall(text))))
    joined = "" if text.startswith((",", "SELECT")) else ","
    return f"WITH {tables}{joined}\n{text}"


def _table(name: str, instant: Instant) -> str:
    table = TABLES[name]
    if instant.live:
        return f"t_{name} AS NOT MATERIALIZED (SELECT * FROM {table})"
    latest = f"SELECT DISTINCT ON (pgh_obj_id) * FROM {table}historyrow WHERE known_seq < %(horizon)s ORDER BY pgh_obj_id, pgh_id DESC"
    return f"t_{name} AS MATERIALIZED (SELECT * FROM ({latest}) v WHERE pgh_label <> 'delete')"
