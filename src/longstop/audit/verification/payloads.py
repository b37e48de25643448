"""Is every payload that which its sealed digest says, or destroyed under a certificate that two people signed?"""

import json
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import psycopg

from longstop.audit.contents import digest
from longstop.audit.verification.chain import Link
from longstop.audit.verification.report import Finding, Report

TABLE = "audit_payload"


def check_payloads(connection: psycopg.Connection[Any], report: Report, *, links: list[Link]) -> Iterator[Finding]:
    """Recompute each payload's digest; count what was disposed of, by certificate, in `report.disposed`."""
    approved = _certificates(connection)
    ends = [link.hi for link in links]
    with connection.cursor(name="longstop_payloads", binary=True) as cursor:
        cursor.itersize = 2000
        cursor.execute("SELECT id, digest, salt, content::text, disposal_id, person_id, known_seq FROM public.audit_payload ORDER BY id")
        for key, sealed, salt, content, disposal, person, order in cursor:
            report.payloads += 1
            harm = _harm(sealed, salt, content, disposal, person, approved)
            if harm:
                kind, what = harm
                place = bisect_right(ends, order)
                seal = links[place].number if place < len(links) else None
                yield Finding(kind=kind, seal=seal, table=TABLE, key=key, text=f"Row {key} of {TABLE} (id = {key}, seal {seal}) {what}.")
            elif disposal is not None:
                report.disposed[disposal] = report.disposed.get(disposal, 0) + 1


def _harm(
    sealed: bytes, salt: bytes | None, content: str | None, disposal: int | None, person: int | None, approved: dict[int, int]
) -> tuple[str, str] | None:
    if content is not None and salt is not None and disposal is None:
        return None if digest(salt, json.loads(content)) == sealed else ("altered", "holds other values than those that were sealed")
    if content is not None or salt is not None or disposal is None:
        return "missing", "lost its values, and no certificate of disposal says why"
    if disposal not in approved or person not in (None, approved[disposal]):
        return "missing", f"lost its values under certificate {disposal}, which two people did not sign for them"
    return None


def _certificates(connection: psycopg.Connection[Any]) -> dict[int, int]:
    """Give the person of each certificate whose approval by a second person is also an event of the record."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.person_id FROM public.audit_disposal d WHERE d.approved_by <> d.proposed_by AND EXISTS ("
            " SELECT FROM public.audit_event e WHERE e.kind = 'disposal.approved' AND e.subject_kind = 'disposal' AND e.subject_id = d.id"
            " AND e.by_id = d.approved_by)"
        )
        return dict(cursor.fetchall())
