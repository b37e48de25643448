"""Rows as the lines of COPY, spelt the same on every server and in every session."""

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg

from longstop.audit.forms import Form

# Whatever the session, the role or the server's configuration says, a value has one spelling.
PINNED: tuple[LiteralString, ...] = (
    "SET LOCAL search_path = pg_catalog, public",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'iso_8601'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL work_mem = '64MB'",
    "SET LOCAL row_security = off",
    "SET LOCAL statement_timeout = 0",
)


def pin(cursor: psycopg.Cursor[Any]) -> None:
    """Set the spelling of values for the rest of the transaction."""
    for statement in PINNED:
        cursor.execute(statement)


def lines(cursor: psycopg.Cursor[Any], form: Form, *, lo: int, hi: int) -> Iterator[bytes]:
    """Give each row from `lo` up to but not including `hi`, as one line with its newline: PostgreSQL sends one row a message."""
    with cursor.copy(form.rows(), [lo, hi]) as copy:
        for line in copy:
            yield bytes(line)


def number_and_key(line: bytes) -> tuple[int, int]:
    """Give the sequence and the row's number of a line."""
    order, key = line.split(b"\t", 2)[:2]
    return int(order), int(key)
