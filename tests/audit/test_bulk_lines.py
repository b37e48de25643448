"""Rows written many at a time hold what they hold when the driver writes them one by one, whatever stands in them."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from django.db import connection
from psycopg import sql

from longstop.audit.bulk import line, of_bytes, of_json


class Colour(StrEnum):
    RED = "red\tish"


CASES: list[tuple[str, Any]] = [
    ("text", "plain"),
    ("text", ""),
    ("text", "\\N"),
    ("text", "\\."),
    ("text", "tab\t line\n return\r back\b feed\f up\v slash\\ n\\n"),
    ("text", "\x01 \x7f \u00a0 \u2028 é خالد 😀"),
    ("text", Colour.RED),
    ("text", None),
    ("bytea", b""),
    ("bytea", bytes(range(256))),
    ("bigint", -(2**63)),
    ("bigint", 0),
    ("boolean", True),
    ("boolean", False),
    ("date", date(999, 1, 2)),
    ("date", date(2026, 11, 22)),
    ("timestamptz", datetime(2026, 3, 29, 1, 30, 5, 6, tzinfo=UTC)),
    ("timestamptz", datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))),
    ("numeric", Decimal("12.50")),
    ("double precision", 2.5),
    ("uuid", uuid.UUID(int=7)),
    ("integer[]", [1, 2]),
]


@pytest.mark.parametrize(("kind", "value"), CASES)
def test_a_value_is_written_as_the_driver_writes_it(db: None, kind: str, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE written (before text, value {kind}, after text) ON COMMIT DROP")
        cursor.execute("INSERT INTO written VALUES ('a', %s, 'b')", [value])
        with cursor.copy("COPY written FROM STDIN") as copy:
            copy.write(line(["a", value, "b"]))
        cursor.execute(sql.SQL("SELECT DISTINCT before, value, after FROM written"))
        assert len(cursor.fetchall()) == 1


def test_a_whole_line_is_one_row(db: None) -> None:
    spelling = json.dumps({"a": 'back\\slash "quoted"\n\t', "b": "é\u0001"}, ensure_ascii=False).encode()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE written (digest bytea, content json) ON COMMIT DROP")
        with cursor.copy("COPY written FROM STDIN") as copy:
            copy.write(b"%b\t%b\n" % (of_bytes(b"\\\n\t"), of_json(spelling)))
        cursor.execute("SELECT digest, content::text FROM written")
        ((digest, content),) = cursor.fetchall()
    assert (bytes(digest), content) == (b"\\\n\t", spelling.decode())


def test_half_a_character_is_refused_and_not_changed() -> None:
    with pytest.raises(UnicodeEncodeError):
        line(["half \ud800"])
