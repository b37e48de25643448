"""Writing many rows by COPY, as the service's own role: every constraint and every history trigger does its work."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]


class Rows:
    """Rows waiting to be written, by table; tables are written in the order in which they were first named."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, tuple[str, ...]], list[Sequence[Any]]] = defaultdict(list)

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add one row; mappings and lists in it are written as JSON."""
        values = [json.dumps(value) if isinstance(value, dict | list) else value for value in row.values()]
        self._waiting[table, tuple(row)].append(values)

    def write(self, connection: Connection) -> int:
        """Write what waits in one transaction, and give how many rows."""
        written = 0
        with connection.transaction(), connection.cursor() as cursor:
            for (table, columns), rows in self._waiting.items():
                named = sql.SQL(", ").join(map(sql.Identifier, columns))
                with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), named)) as copy:
                    for row in rows:
                        copy.write_row(row)
                written += len(rows)
        self._waiting.clear()
        return written


def numbers(connection: Connection, sequence: str, how_many: int) -> Iterable[int]:
    """Take numbers from a sequence, or from that of a table's `id` where `sequence` ends with ".id"."""
    name = "%s::regclass"
    if sequence.endswith(".id"):
        sequence, name = sequence.removesuffix(".id"), "pg_get_serial_sequence(%s, 'id')::regclass"
    query = cast("LiteralString", f"SELECT nextval({name}) FROM generate_series(1, %s)")
    return iter([row[0] for row in connection.execute(query, [sequence, how_many]).fetchall()])
