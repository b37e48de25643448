"""Is every sealed row still there, unaltered, with none put between them?"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import psycopg
from psycopg import sql

from longstop.audit.forms import ORDER, Form
from longstop.audit.seals import LEAF_PREFIX, unpack_keys
from longstop.audit.streams import lines
from longstop.audit.verification.chain import Link, Share
from longstop.audit.verification.report import Finding

Cursor = psycopg.Cursor[Any]
NOTHING = Share(0, 0, hashlib.sha256().digest())


@dataclass(frozen=True)
class Span:
    """One table's rows of one seal, as that seal says they are."""

    seal: int
    lo: int
    hi: int
    share: Share
    form: Form


def spans_of(table: str, links: list[Link], forms: dict[tuple[str, int], Form], current: Form) -> list[Span]:
    """Give a span for each seal, in order; a seal with no rows of the table takes the form of the span before it."""
    spans: list[Span] = []
    form = next((forms[table, link.shares[table].form] for link in links if table in link.shares), current)
    for link in links:
        share = link.shares.get(table, NOTHING)
        form = forms.get((table, share.form), form)
        spans.append(Span(link.number, link.lo, link.hi, share, form))
    return spans


def compare(cursor: Cursor, spans: list[Span]) -> Iterator[Span]:
    """Read the table once, in order, and give the spans whose rows are not those that were sealed."""
    for form, group in groupby(spans, key=lambda span: span.form):
        run = list(group)
        yield from _compare_run(lines(cursor, form, lo=run[0].lo, hi=run[-1].hi), run)


def _compare_run(rows: Iterable[bytes], run: list[Span]) -> list[Span]:
    wrong: list[Span] = []
    waiting = iter(run)
    span = next(waiting)
    whole, count, hi = hashlib.sha256(), 0, span.hi
    sha256 = hashlib.sha256
    for row in rows:
        if int(row[: row.index(b"\t")]) >= hi:
            order = int(row[: row.index(b"\t")])
            while order >= span.hi:
                if count != span.share.rows or whole.digest() != span.share.digest:
                    wrong.append(span)
                span, whole, count = next(waiting), sha256(), 0
            hi = span.hi
        whole.update(sha256(row).digest())
        count += 1
    for last in (span, *waiting):
        if count != last.share.rows or whole.digest() != last.share.digest:
            wrong.append(last)
        whole, count = sha256(), 0
    return wrong


def name_harm(cursor: Cursor, span: Span) -> tuple[list[Finding], int]:
    """Say which rows of a span were altered, are missing or were inserted: the first ten, and how many more there are."""
    sealed = _sealed(cursor, span)
    found = [(int(row.split(b"\t", 2)[1]), _prefix(row)) for row in lines(cursor, span.form, lo=span.lo, hi=span.hi)]
    if sealed is None:
        text = f"The part of seal {span.seal} for {span.form.table} was altered or is missing, so that its rows cannot be named."
        return [Finding(kind="altered", seal=span.seal, table=span.form.table, text=text)], 0
    before, now = dict(sealed), dict(found)
    altered = [(key, "altered") for key, prefix in sealed if key in now and now[key] != prefix]
    missing = [(key, "missing") for key, _ in sealed if key not in now]
    inserted = [(key, "inserted") for key, _ in found if key not in before]
    harm = sorted(altered + missing + inserted)
    if not harm:  # the same rows in another order, or the part's own digest does not fit its leaves
        moved = [key for (key, _), (other, _) in zip(sealed, found, strict=False) if key != other]
        harm = [(key, "altered") for key in (moved or before)][:1]
    return [_finding(cursor, span, key, kind) for key, kind in harm[:10]], max(0, len(harm) - 10)


def _sealed(cursor: Cursor, span: Span) -> list[tuple[int, bytes]] | None:
    cursor.execute('SELECT leaves, keys FROM public.audit_sealpart WHERE seal_id = %s AND "table" = %s', [span.seal, span.form.table])
    row = cursor.fetchone()
    if row is None:
        return [] if span.share is NOTHING else None
    try:
        keys = unpack_keys(row[1])
    except ValueError:
        return None
    leaves = row[0]
    if len(leaves) != LEAF_PREFIX * len(keys):
        return None
    return [(key, leaves[place * LEAF_PREFIX : (place + 1) * LEAF_PREFIX]) for place, key in enumerate(keys)]


def _finding(cursor: Cursor, span: Span, key: int, kind: str) -> Finding:
    form = span.form
    what = {
        "altered": "was altered after it was sealed",
        "missing": "was sealed and is missing",
        "inserted": "was put in after the seal was taken",
    }[kind]
    if kind == "missing":
        cursor.execute(
            sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(sql.Identifier("public", form.table), sql.Identifier(form.key)), [key]
        )
        if cursor.fetchone():
            kind, what = "altered", f"was altered after it was sealed: its {ORDER} was changed"
    text = f"Row {key} of {form.table} ({form.key} = {key}, seal {span.seal}) {what}."
    return Finding(kind=kind, seal=span.seal, table=form.table, key=key, text=text)


def _prefix(row: bytes) -> bytes:
    return hashlib.sha256(row).digest()[:LEAF_PREFIX]


def count_newer(cursor: Cursor, tables: Iterable[str], *, hi: int) -> int:
    """Count the rows that became known after the last seal."""
    total = 0
    for table in tables:
        cursor.execute(
            sql.SQL("SELECT count(*) FROM {} WHERE {} >= %s").format(sql.Identifier("public", table), sql.Identifier(ORDER)), [hi]
        )
        row = cursor.fetchone()
        total += row[0] if row else 0
    return total
