"""Taking a seal: the chain's next link over every row that became known since the last.

A seal is its own record, signed and published, so it is no operation and records no event: an event for each seal would need a seal.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import psycopg
from django.db import connection, transaction

from longstop.audit import queries
from longstop.audit.forms import Form, sealed_tables
from longstop.audit.models import Seal, SealForm, SealPart
from longstop.audit.seals import GENESIS, Anchor, Key, Part, header, link, measure, message
from longstop.audit.streams import lines, pin

LOCK = 7_311_004  # any number; one seal is taken at a time


class HorizonBehind(RuntimeError):
    """The server counts its transactions below the last seal: a copy was restored by hand, and new rows would never be sealed.

    Remedy: restore with `longstop restore`, which raises the floor.
    """


class AnchorDisagrees(RuntimeError):
    """The last head that left the database is not in it: the chain was cut short or computed anew. Remedy: `longstop verify`."""


def seal(*, by: int, at: datetime, key: Key, anchor: Anchor | None = None, horizon: int | None = None) -> Seal:
    """Seal every row of transactions that ended before the horizon, and publish the head once that has committed.

    Where nothing became known since the last seal, no new one is taken and the last is returned. `horizon` is `audit.queries.horizon()`
    asked before `at` was read from the clock: then nothing that committed after `at` can be in the seal. Left out, it is taken here.
    Raises HorizonBehind, AnchorDisagrees.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = Seal.objects.order_by("-number").first()
        _check_anchor(anchor)
        lo, hi = _bounds(last, horizon)
        parts = list(_parts(lo, hi)) if hi > lo else []
        if last is not None and not parts:
            return last
        taken = _link(last, parts, lo=lo, hi=hi, by=by, at=at, key=key, above=anchor.highest if anchor else 0)
        if anchor is not None:
            transaction.on_commit(lambda: anchor.publish(lambda number: queries.heads(after=number)))
    return taken


def _check_anchor(anchor: Anchor | None) -> None:
    standing = anchor.standing if anchor else None
    if standing is None:
        return
    number, chain = standing
    if not Seal.objects.filter(number=number, chain=chain).exists():
        raise AnchorDisagrees(f"Seal {number} was published, and the database has no such seal. Run `longstop verify` with the anchor.")


def _bounds(last: Seal | None, horizon: int | None) -> tuple[int, int]:
    lo, now = (last.hi if last else 0), queries.horizon()
    if now < lo:
        raise HorizonBehind(f"The horizon is {now}, below {lo}, where the last seal ended. Restore with `longstop restore`, never by hand.")
    return lo, min(now, horizon if horizon is not None else now)


def _parts(lo: int, hi: int) -> Iterator[Part]:
    with cast("psycopg.Connection[Any]", connection.connection).cursor() as cursor:
        pin(cursor)
        forms = [_current_form(table, columns) for table, columns in sealed_tables(cursor).items()]
        for form in forms:
            part = measure(lines(cursor, form, lo=lo, hi=hi), table=form.table, form=form.number, form_digest=form.digest)
            if part.rows:
                yield part


def _current_form(table: str, columns: tuple[str, ...]) -> Form:
    """Give the table's newest form, or make the next where its columns have changed since."""
    last = SealForm.objects.filter(table=table).order_by("-form").first()
    if last is not None and tuple(last.columns) == columns:
        return Form(table, last.form, columns)
    number = last.form + 1 if last else 1
    SealForm.objects.create(table=table, form=number, columns=list(columns))
    return Form(table, number, columns)


def _link(last: Seal | None, parts: list[Part], *, lo: int, hi: int, by: int, at: datetime, key: Key, above: int) -> Seal:
    number = max(last.number if last else 0, above) + 1
    previous = bytes(last.chain) if last else GENESIS
    rows = sum(part.rows for part in parts)
    chain = link(previous, header(number=number, lo=lo, hi=hi, sealed_at=at, sealed_by=by, parts=[part.summary() for part in parts]))
    taken = Seal.objects.create(
        number=number,
        lo=lo,
        hi=hi,
        sealed_at=at,
        sealed_by=by,
        rows=rows,
        previous=previous,
        chain=chain,
        signature=key.sign(message(number=number, lo=lo, hi=hi, rows=rows, sealed_at=at, chain=chain)),
        public_key=key.public,
    )
    SealPart.objects.bulk_create(
        SealPart(seal=taken, table=part.table, form=part.form, rows=part.rows, leaves=part.leaves, keys=part.keys, digest=part.digest)
        for part in parts
    )
    return taken
