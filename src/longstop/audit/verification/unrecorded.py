"""Was anything written of which no event of the record tells?

Every action records at least one event in its own transaction (`audit.operations`). Whoever writes past the actions, with the service's own
rights, leaves versions of rows in history whose transaction told of nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
from psycopg import sql

from longstop.audit.forms import ORDER
from longstop.audit.verification.report import Finding

SHOWN = 20
# The record itself: what is read, sealed and disposed of is told by rows of its own.
ITSELF = "audit_"
HISTORY = "historyrow"
# Migrations write before there is anybody to act. Only the owner can say that one was made, and each ends with saying so.
UNTOLD = sql.SQL(
    """
WITH written AS ({written})
SELECT w.name, w.key, w.rows FROM written w
WHERE NOT EXISTS (SELECT FROM public.audit_event e WHERE e.known_seq = w.known_seq)
AND NOT EXISTS (SELECT FROM public.django_migrations m WHERE w.begun BETWEEN m.applied - interval '10 minutes' AND m.applied)
ORDER BY w.known_seq, w.name"""
)
OF_TABLE = sql.SQL(
    "SELECT {name} AS name, {order} AS known_seq, min({key}) AS key, count(*) AS rows, {begun} AS begun FROM {table} GROUP BY {order}"
)


def unrecorded(cursor: psycopg.Cursor[Any], tables: Iterable[str]) -> Iterator[Finding]:
    """Give the rows of these tables that were written in transactions without an event: one finding for each table and transaction, twenty
    at most, and then how many more there are."""
    kept = [table for table in sorted(tables) if not table.startswith(ITSELF)]
    if not kept:
        return
    cursor.execute(UNTOLD.format(written=sql.SQL(" UNION ALL ").join(_of(table) for table in kept)))
    found = cursor.fetchall()
    for table, key, rows in found[:SHOWN]:
        more = f", and {rows - 1} more of its transaction," if rows > 1 else ""
        text = f"Row {key} of {table}{more} was written past Longstop: no event of the record tells of it."
        yield Finding(kind="unrecorded", table=table, key=key, text=text)
    if len(found) > SHOWN:
        yield Finding(kind="unrecorded", text=f"{len(found) - SHOWN} more transactions wrote past Longstop.")


def _of(table: str) -> sql.Composed:
    history = table.endswith(HISTORY)
    return OF_TABLE.format(
        name=sql.Literal(table),
        order=sql.Identifier(ORDER),
        key=sql.Identifier("pgh_id" if history else "id"),
        begun=sql.SQL("min(pgh_created_at)" if history else "NULL::timestamptz"),
        table=sql.Identifier("public", table),
    )
