"""Which columns of which tables a seal covers: a numbered form for each table, kept for ever."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString, Protocol

from psycopg import sql

from longstop.kernel.digests import canonical_json

ORDER = "known_seq"
# Changed after they were written, by a disposal alone. The approval is itself an event; content is checked against its digest.
NOT_COVERED = {
    "audit_payload": {"content", "salt", "disposal_id"},
    "audit_disposal": {"approved_at", "approved_by"},
}
CATALOGUE: LiteralString = (
    "SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
    " GROUP BY c.relname HAVING bool_or(a.attname = 'known_seq') ORDER BY c.relname"
)


class Reader(Protocol):
    """A cursor of psycopg, or Django's wrapper around one."""

    def execute(self, query: Any, params: Any = None, /) -> Any: ...
    def fetchall(self) -> list[Any]: ...


@dataclass(frozen=True)
class Form:
    """The columns of a table that are sealed, in order: the sequence first, then the row's number, then the others."""

    table: str
    number: int
    columns: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.columns[1]

    @property
    def digest(self) -> bytes:
        """32 bytes; stands in the seal's header, so that a form cannot be narrowed afterwards."""
        return hashlib.sha256(canonical_json([self.table, self.number, list(self.columns)])).digest()

    def rows(self) -> sql.Composed:
        """Give the COPY statement whose lines, in order, are the rows from %s up to but not including %s."""
        return sql.SQL(
            "COPY (SELECT {columns} FROM {table} WHERE {order} >= %s AND {order} < %s ORDER BY {order}, {key}) TO STDOUT"
        ).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
            table=sql.Identifier("public", self.table),
            order=sql.Identifier(ORDER),
            key=sql.Identifier(self.key),
        )


def covered(table: str, columns: Iterable[str]) -> tuple[str, ...]:
    """Put a table's columns into the order of a form, and leave out what is not covered."""
    names = list(columns)
    key = "pgh_id" if "pgh_id" in names else "id"
    left_out = NOT_COVERED.get(table, set()) | {ORDER, key}
    return (ORDER, key, *(name for name in names if name not in left_out))


def sealed_tables(cursor: Reader) -> dict[str, tuple[str, ...]]:
    """Give the columns to be covered today, for each table that has the sequence, by the database's own catalogue."""
    cursor.execute(CATALOGUE)
    return {table: covered(table, columns) for table, columns in cursor.fetchall()}
