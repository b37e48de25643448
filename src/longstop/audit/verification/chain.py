"""Are the seals themselves as they were made, and as the anchor knows them?"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from longstop.audit.anchors import Contents
from longstop.audit.forms import Form
from longstop.audit.seals import GENESIS, header, is_signed, link, message
from longstop.audit.verification.report import Finding

Cursor = psycopg.Cursor[Any]
TABLE = "audit_seal"


@dataclass(frozen=True)
class Share:
    """What a seal says of one table: all of a part but its leaves and keys."""

    form: int
    rows: int
    digest: bytes


@dataclass(frozen=True)
class Link:
    """A seal, read."""

    number: int
    lo: int
    hi: int
    sealed_at: datetime
    sealed_by: int
    rows: int
    previous: bytes
    chain: bytes
    signature: bytes
    public_key: bytes
    shares: dict[str, Share]
    summaries: list[list[Any]]

    def header(self) -> bytes:
        return header(number=self.number, lo=self.lo, hi=self.hi, sealed_at=self.sealed_at, sealed_by=self.sealed_by, parts=self.summaries)

    def message(self) -> bytes:
        return message(number=self.number, lo=self.lo, hi=self.hi, rows=self.rows, sealed_at=self.sealed_at, chain=self.chain)


def read_forms(cursor: Cursor) -> dict[tuple[str, int], Form]:
    """Give every form that a seal may cite."""
    cursor.execute('SELECT "table", form, columns FROM public.audit_sealform')
    return {(table, number): Form(table, number, tuple(columns)) for table, number, columns in cursor.fetchall()}


def read_links(connection: psycopg.Connection[Any], forms: dict[tuple[str, int], Form]) -> list[Link]:
    """Give the seals in order, each with what it says of its tables."""
    shares: dict[int, dict[str, Share]] = {}
    summaries: dict[int, list[list[Any]]] = {}
    for number, table, form, rows, digest, leaves, keys in _parts(connection):
        known = forms.get((table, form))
        shares.setdefault(number, {})[table] = Share(form, rows, digest)
        form_digest = known.digest.hex() if known else "no such form"
        whole = [table, form, form_digest, rows, digest.hex(), hashlib.sha256(leaves).hexdigest(), hashlib.sha256(keys).hexdigest()]
        summaries.setdefault(number, []).append(whole)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, lo, hi, sealed_at, sealed_by, rows, previous, chain, signature, public_key"
            " FROM public.audit_seal ORDER BY number"
        )
        return [Link(*(*row, shares.get(row[0], {}), summaries.get(row[0], []))) for row in cursor.fetchall()]


def _parts(connection: psycopg.Connection[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor(name="longstop_parts", binary=True) as cursor:
        cursor.itersize = 200
        cursor.execute('SELECT seal_id, "table", form, rows, digest, leaves, keys FROM public.audit_sealpart ORDER BY seal_id, "table"')
        yield from cursor


def check_links(links: list[Link], contents: Contents) -> Iterator[Finding]:
    """Follow the chain from its beginning: each link, each signature, each bound."""
    previous, hi, number = GENESIS, 0, 0
    published = set(_published(contents))
    # Up to here the published chain vouches for every seal, also those that were signed with an older key.
    vouched = max((each.number for each in links if (each.number, each.chain) in published), default=0)
    for each in links:
        if each.previous != previous or each.lo != hi or each.number <= number:
            yield _harm(each, "missing", "does not follow the seal before it: one is missing")
        elif link(previous, each.header()) != each.chain or each.rows != sum(share.rows for share in each.shares.values()):
            yield _harm(each, "altered", "itself was altered")
        if each.number > vouched and each.public_key not in contents.keys:
            yield _harm(each, "signature", "is signed with a key that the anchor does not know")
        elif not is_signed(each.message(), signature=each.signature, public_key=each.public_key):
            yield _harm(each, "signature", "is not signed by the key that it names")
        previous, hi, number = each.chain, each.hi, each.number


def _harm(each: Link, kind: str, what: str) -> Finding:
    return Finding(kind=kind, seal=each.number, table=TABLE, key=each.number, text=f"Seal {each.number} {what}.")


def check_heads(links: list[Link], contents: Contents) -> Iterator[Finding]:
    """Compare the seals with the heads that left the database: a chain computed anew, or cut short, is found here."""
    known = {each.number: each for each in links}
    for number, chain in _published(contents):
        held = known.get(number)
        if held is None:
            text = f"Seal {number} was published and is not in the database."
            yield Finding(kind="missing", seal=number, table=TABLE, key=number, text=text)
        elif held.chain != chain:
            yield _harm(held, "altered", "is not the one that was published")


def _published(contents: Contents) -> list[tuple[int, bytes]]:
    heads = [(head.number, head.chain) for head in contents.heads]
    return heads + [(restore.standing, restore.chain) for restore in contents.restores if restore.standing]
