"""The certificate's time beside a bare scan of the same tables: `python -m bench.proving CASES`, LONGSTOP_SERVICE_URL set; prints JSON."""

import json
import os
import resource
import sys
import time
from collections.abc import Mapping
from importlib import import_module

import django
import psycopg
from django.utils import timezone
from psycopg import sql


def main() -> None:
    """Prove the whole caseload once without storing it, scan its tables before and after, and print what that took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstop.config.settings")
    django.setup()
    tables: Mapping[str, str] = import_module("longstop.proof.reading").TABLES
    at = timezone.now()
    rows, before = scan(list(tables.values()))
    began = time.perf_counter()
    found = import_module("longstop.proof.certification").certify(at=at, today=timezone.localdate(at), as_at=None, since=None)
    seconds = time.perf_counter() - began
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    _, after = scan(list(tables.values()))
    told = {"cases": int(sys.argv[1]), "seconds": seconds, "verdict": str(found.verdict), "remainder": found.remainder, "mb": largest}
    print(json.dumps({**told, "rows": rows, "scan_seconds": min(before, after)}))


def scan(tables: list[str]) -> tuple[int, float]:
    """Read every row of these tables once and touch each of its columns, in one process of the server; gives (rows, seconds)."""
    counted, began = 0, time.perf_counter()
    with psycopg.connect(os.environ["LONGSTOP_SERVICE_URL"]) as connection:
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute("SET jit = off")
        for table in tables:
            query = sql.SQL("SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {} t").format(_named(connection, table))
            row = connection.execute(query).fetchone()
            counted += int(row[0]) if row else 0
    return counted, time.perf_counter() - began


def _named(connection: "psycopg.Connection[tuple[object, ...]]", table: str) -> sql.Composable:
    """Give a table's columns as a row, without those that the service may not read."""
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND has_column_privilege(attrelid, attnum, 'SELECT') ORDER BY attnum",
        [table],
    )
    columns = sql.SQL(", ").join(sql.Identifier(str(row[0])) for row in found.fetchall())
    return sql.SQL("(SELECT {} FROM {})").format(columns, sql.Identifier(table))


if __name__ == "__main__":
    main()
