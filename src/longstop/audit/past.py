"""Reading as it was known at a past seal: inside `as_known_at` every query, whatever room wrote it, finds the tables as they were then.

A list is therefore shown for the past by the same queries that show it now, with the same filters, order, counts and figures. Each
tracked table that a statement names is put in front of it under the same name, as the latest version of each row whose transaction had
ended by the seal (`known_seq` below the seal's horizon; never a time stamp, which is a transaction's beginning). A table that keeps no
history is read as it is: payloads above all, so that what was destroyed since stays destroyed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from longstop.audit.models import Seal

V = TypeVar("V")
HISTORY = "historyrow"
WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY)\b", re.IGNORECASE)
# How the versions of rows are looked for, said in the statement itself. Where nothing is said the server chooses, for each table that is
# named, between looking each row's later version up and reading the whole history: right for whoever reads much of it, and wrong for a
# page, of which it must join so many tables that it reads some as a whole, say all staff, for twenty-five rows. A statement that says
# `ROW_BY_ROW` has each looked up; a part of it, in brackets of its own, that begins with `AT_LARGE` has the choice again.
ROW_BY_ROW, AT_LARGE = "/* row by row */", "/* at large */"
LOOKED_UP = RawSQL(f"TRUE {ROW_BY_ROW}", [], output_field=BooleanField())
"""Says so as a filter that lets everything through."""
# A common table of its own, with which a statement written by hand may begin.
COMMON = re.compile(r"\s*WITH\s+(?P<recursive>RECURSIVE\s+)?", re.IGNORECASE)
_COLUMNS = """
SELECT c.relname,
  array_agg(CASE WHEN a.attnum = p.indkey[0] THEN 'v.pgh_obj_id AS ' WHEN kept.attname IS NULL THEN 'l.' ELSE 'v.' END
    || quote_ident(a.attname) ORDER BY a.attnum),
  max(quote_ident(a.attname)) FILTER (WHERE a.attnum = p.indkey[0])
FROM pg_class c JOIN pg_index p ON p.indrelid = c.oid AND p.indisprimary
JOIN pg_class h ON h.relname = c.relname || 'historyrow' AND h.relnamespace = c.relnamespace AND h.relkind = 'r'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attribute kept ON kept.attrelid = h.oid AND kept.attname = a.attname AND NOT kept.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.relname
"""


class ThePastIsReadOnly(RuntimeError):
    """Something was to be written while the past was being read: a mistake in the program. Nothing was written."""


@dataclass(frozen=True)
class _Past:
    horizon: int
    kept: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kept:
    """A tracked table: its columns as they are read from a version (v) or, where history has none, the live row (l); and its key."""

    columns: tuple[str, ...]
    key: str


_reading: ContextVar[_Past | None] = ContextVar("longstop_past", default=None)


def seal_numbered(number: int) -> Seal | None:
    """Give the seal of this number; None where there is none."""
    return Seal.objects.filter(number=number).first()


@contextmanager
def as_known_at(horizon: int) -> Iterator[None]:
    """Let every query in the block read the past: what transactions below this horizon, a seal's `hi`, had made known.

    Raises ThePastIsReadOnly where the block would write to a table that keeps history.
    """
    token = _reading.set(_Past(horizon))
    try:
        # A block within a block finds the wrapper there: a statement is put into the past once.
        with nullcontext() if _shadowed in connection.execute_wrappers else connection.execute_wrapper(_shadowed):
            yield
    finally:
        _reading.reset(token)


@contextmanager
def as_it_is() -> Iterator[None]:
    """Read the present again, inside a block that reads the past."""
    token = _reading.set(None)
    try:
        yield
    finally:
        _reading.reset(token)


def of_today(name: str, ask: Callable[[], V]) -> V | None:
    """Give what `ask` finds in the present, asked once for the block under this name; None outside a block that reads the past.

    For what must not be decided by the past: who may see a restricted case is decided by what it is today.
    """
    past = _reading.get()
    if past is None:
        return None
    if name not in past.kept:
        with as_it_is():
            past.kept[name] = ask()
    found: V = past.kept[name]
    return found


def is_read() -> bool:
    """Say whether the past is being read."""
    return _reading.get() is not None


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all that is read in the block be of one moment: a transaction that writes nothing, and so holds no seal back.

    Inside another transaction it reads as that one does.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _shadowed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
    past = _reading.get()
    if past is None:
        return execute(sql, params, many, context)
    return execute(in_the_past(sql, past.horizon), params, many, context)


def in_the_past(sql: str, horizon: int) -> str:
    """Put the tracked tables that a statement names in front of it, as they were known below the horizon. Raises ThePastIsReadOnly."""
    tables = _tracked(connection.settings_dict["NAME"])
    named = [table for table in tables if re.search(rf"\b{table}\b", sql)]
    if not named:
        return sql
    if WRITING.match(sql):
        raise ThePastIsReadOnly(named[0])
    chosen = ", ".join(_shadow(table, tables[table], horizon) for table in named)
    shadows = chosen
    if ROW_BY_ROW in sql:
        shadows = ", ".join(_shadow(table, tables[table], horizon, looked_up=True) for table in named)
        sql = sql.replace(AT_LARGE, f"WITH {chosen}")
    own = COMMON.match(sql)
    if own is None:
        return f"WITH {shadows} {sql}"
    return f"WITH {own['recursive'] or ''}{shadows}, {sql[own.end() :]}"


def _shadow(table: str, kept: _Kept, horizon: int, *, looked_up: bool = False) -> str:
    """The latest version of each row is the one without a later one below the horizon.

    Said so, and not as "the first of each row's versions", what a list asks for reaches the versions themselves: an index on them finds
    those of one owner or team, and only of these is it asked whether a later version stands. The live row is joined for what history does
    not keep, such as a password; the planner leaves that join out where nobody asks. `looked_up` says that the later version of each row
    is to be looked up by itself: a bracket with an OFFSET is never made a join.
    """
    history, known = f"public.{table}{HISTORY}", f"known_seq < {int(horizon)}"
    later = f"SELECT FROM {history} n WHERE n.pgh_obj_id = v.pgh_obj_id AND n.{known} AND n.pgh_id > v.pgh_id" + " OFFSET 0" * looked_up
    live = f" LEFT JOIN public.{table} l ON l.{kept.key} = v.pgh_obj_id" if any(each.startswith("l.") for each in kept.columns) else ""
    return (
        f'"{table}" AS NOT MATERIALIZED (SELECT {", ".join(kept.columns)} FROM {history} v{live}'
        f" WHERE v.{known} AND v.pgh_label <> 'delete' AND NOT EXISTS ({later}))"
    )


@cache
def _tracked(database: str) -> Mapping[str, _Kept]:
    """Give the tables that keep history. By the database's own catalogue, asked once for each database."""
    with as_it_is(), connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        return {table: _Kept(tuple(columns), key) for table, columns, key in cursor.fetchall()}
