"""Checking the record against its seals and an anchor, from outside: plain reads, no Django, no network beyond the database."""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from longstop.audit.anchors import Contents
from longstop.audit.forms import Form, sealed_tables
from longstop.audit.protection import weaknesses
from longstop.audit.streams import pin
from longstop.audit.verification.chain import Link, check_heads, check_links, read_forms, read_links
from longstop.audit.verification.payloads import check_payloads
from longstop.audit.verification.report import Finding, Report
from longstop.audit.verification.rows import compare, count_newer, name_harm, spans_of
from longstop.audit.verification.unrecorded import unrecorded

__all__ = ["Finding", "Report", "verify"]


def verify(connection: psycopg.Connection[Any], contents: Contents, *, service_role: str) -> Report:
    """Check, in one snapshot: the chain, the anchor's heads, every sealed row, every payload, what protects them, and that events tell.

    Nothing is written. Every leaf is recomputed here, not in the database. A connection that is in a transaction is taken as it is.
    """
    begun = connection.info.transaction_status != TransactionStatus.IDLE
    report = Report(anchored=contents.heads[-1].number if contents.heads else None, put_aside=contents.put_aside)
    with connection.transaction(), connection.cursor() as cursor:
        if not begun:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        pin(cursor)
        forms = read_forms(cursor)
        links = read_links(connection, forms)
        _describe(report, links)
        report.findings += [*check_links(links, contents), *check_heads(links, contents)]
        current = sealed_tables(cursor)
        report.findings += _rows(cursor, report, links, forms, current)
        report.findings += check_payloads(connection, report, links=links)
        report.findings += [Finding(kind="protection", text=text) for text in weaknesses(cursor, service_role=service_role)]
        report.findings += unrecorded(cursor, current)
        hi = links[-1].hi if links else 0
        report.newer = count_newer(cursor, current, hi=hi)
        report.findings += _horizon(cursor, hi)
    return report


def _describe(report: Report, links: list[Link]) -> None:
    report.seals, report.rows = len(links), sum(link.rows for link in links)
    if links:
        report.last_seal, report.sealed_at = links[-1].number, links[-1].sealed_at


def _rows(
    cursor: psycopg.Cursor[Any],
    report: Report,
    links: list[Link],
    forms: dict[tuple[str, int], Form],
    current: dict[str, tuple[str, ...]],
) -> Iterator[Finding]:
    if not links:
        return
    wrong = []
    for table in sorted({table for link in links for table in link.shares} | set(current)):
        if table not in current:
            yield Finding(kind="missing", table=table, text=f"The table {table} was sealed and is missing, or has no sequence any more.")
            continue
        spans = spans_of(table, links, forms, Form(table, 0, current[table]))
        gone = {column for span in spans for column in span.form.columns} - _columns(cursor, table)
        if gone:
            yield Finding(kind="missing", table=table, text=f"{table} was sealed with the columns {', '.join(sorted(gone))}, now missing.")
            continue
        wrong += list(compare(cursor, spans))
    for place, span in enumerate(sorted(wrong, key=lambda span: (span.seal, span.form.table))):
        findings, more = name_harm(cursor, span) if place < 100 else ([], span.share.rows)
        report.not_named += more
        yield from findings


def _columns(cursor: psycopg.Cursor[Any], table: str) -> set[str]:
    cursor.execute(
        "SELECT attname::text FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('public.' || quote_ident(%s))"
        " AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return {name for (name,) in cursor.fetchall()}


def _horizon(cursor: psycopg.Cursor[Any], hi: int) -> Iterator[Finding]:
    cursor.execute("SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::bigint + public.longstop_shift()")
    row = cursor.fetchone()
    if row is None or row[0] < hi:
        text = (
            f"This server counts its transactions below the last seal ({row[0] if row else 'none'} < {hi}): a copy was restored by hand,"
            " and what is written now would never be sealed. Restore with `longstop restore`."
        )
        yield Finding(kind="horizon", text=text)
