"""Writing many rows by COPY, as the service's own role: every constraint and every history trigger does its work."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, LiteralString, cast

import orjson
import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]
SALT = bytes(16)
AT_ONCE = 5_000


class Rows:
    """Rows waiting to be written, by table; tables are written in the order in which they were first named."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, tuple[str, ...]], list[Sequence[Any]]] = defaultdict(list)

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add one row; a list in it is written as an array, JSON is given as text."""
        self._waiting[table, tuple(row)].append(tuple(row.values()))

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


class Writer:
    """Rows of a caseload on their way to the database, with the numbers that they bear and the day on which all is as it is."""

    def __init__(self, connection: Connection, *, at: datetime, today: date) -> None:
        self.connection, self.at, self.today = connection, at, today
        self.rows, self.written = Rows(), 0
        self._numbers: dict[str, Iterator[int]] = {}

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add one row; see `Rows.add`."""
        self.rows.add(table, row)

    def flush(self) -> None:
        """Write what waits, in one transaction."""
        self.written += self.rows.write(self.connection)

    def number(self, sequence: str) -> int:
        """Take the next number from a sequence, or from that of a table's `id` where `sequence` ends with ".id"."""
        taken = next(self._numbers.get(sequence, iter(())), None)
        if taken is None:
            self._numbers[sequence] = numbers(self.connection, sequence, AT_ONCE)
            taken = next(self._numbers[sequence])
        return taken

    def payload(self, content: Mapping[str, Any], person: int | None) -> tuple[int, bytes]:
        """Add a payload with its true digest; gives (number, digest)."""
        said = spell(content)
        number, digest = self.number("audit_payload.id"), hashlib.sha256(SALT + said).digest()
        self.add("audit_payload", {"id": number, "digest": digest, "salt": SALT, "content": said.decode(), "person_id": person})
        return number, digest

    def event(self, kind: str, *, about: str, number: int, data: Mapping[str, Any], by: int, on: datetime | None = None) -> None:
        """Add what the record says was done."""
        told = {
            "kind": kind,
            "happened_at": on or self.at,
            "by_id": by,
            "subject_kind": about,
            "subject_id": number,
            "data": spell(data).decode(),
        }
        self.add("audit_event", told | {"authority": "", "guidance_version": "", "backfilled": False, "operation_id": OPERATION})


OPERATION = "00000000-0000-0000-0000-000000000000"


def spell(content: Mapping[str, Any]) -> bytes:
    """Give the JSON that a payload's digest covers: the product's own spelling, for the plain content that is filled in here."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def numbers(connection: Connection, sequence: str, how_many: int) -> Iterator[int]:
    """Take numbers from a sequence, or from that of a table's `id` where `sequence` ends with ".id"."""
    name = "%s::regclass"
    if sequence.endswith(".id"):
        sequence, name = sequence.removesuffix(".id"), "pg_get_serial_sequence(%s, 'id')::regclass"
    query = cast("LiteralString", f"SELECT nextval({name}) FROM generate_series(1, %s)")
    return iter([row[0] for row in connection.execute(query, [sequence, how_many]).fetchall()])
