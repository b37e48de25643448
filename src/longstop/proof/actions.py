"""Storing a certificate: the one write of this room."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.audit.seals import Key
from longstop.proof import events, signing
from longstop.proof.certification import Finding, certify
from longstop.proof.models import Certificate, CertificateItem
from longstop.proof.queries import head_of
from longstop.proof.rules import List
from longstop.proof.survey import Item

BATCH = 2_000


class Anchor(Protocol):
    """Where the heads of certificates are kept outside the database."""

    def append(self, head: Mapping[str, Any], /) -> None:
        """Keep one head, for good."""


def prove(
    *,
    by: int,
    at: datetime,
    today: date,
    key: Key,
    as_at: datetime | None = None,
    since: datetime | None = None,
    anchor: Anchor | None = None,
) -> Certificate:
    """Prove the whole caseload, and store and sign what was found; its head leaves the database once that has committed.

    What is read is read first, in a transaction of its own that writes nothing and so holds no seal back.
    Raises NothingSealedThen, MomentToCome.
    """
    finding = certify(at=at, today=today, as_at=as_at, since=since)
    return store(finding=finding, by=by, at=at, key=key, anchor=anchor)


@action
def store(*, finding: Finding, by: int, at: datetime, key: Key, anchor: Anchor | None = None) -> Certificate:
    """Sign and store what was found, and record that it was."""
    items = list(_placed(finding.items))
    head = {
        "moment": finding.instant.moment,
        "live": finding.instant.live,
        "day": finding.instant.day,
        "seal_number": finding.seal_number,
        "period_from": finding.period_from,
        "made_at": at,
        "totals": finding.totals,
        "remainder": finding.remainder,
        "verdict": finding.verdict.value,
    }
    digest = signing.digest(head | {"made_by": by}, items)
    made = Certificate.objects.create(
        **head, made_by_id=by, digest=digest, signature=key.sign(signing.message(digest)), public_key=key.public
    )
    CertificateItem.objects.bulk_create((CertificateItem(certificate=made, **item) for item in items), batch_size=BATCH)
    record(_certified(made, finding), by=by, at=at)
    if anchor is not None:
        transaction.on_commit(lambda: anchor.append(head_of(made)))
    return made


def _placed(items: Iterable[Item]) -> Iterable[dict[str, Any]]:
    """Give each item its place in its list, in the order in which lists and positions are signed."""
    lists: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        lists[item.list].append(item)
    for name in sorted(lists):
        for position, item in enumerate(lists[name], 1):
            yield {**vars(item), "also": list(item.also), "position": position}


def _certified(made: Certificate, finding: Finding) -> events.Certified:
    failing = finding.totals["failing"]
    return events.Certified(
        subject_id=made.pk,
        verdict=made.verdict,
        open_cases=finding.totals["open_cases"],
        remainder=made.remainder,
        clocks_differ=failing[List.CLOCKS_DIFFER],
        faults=failing[List.FAULTS],
        live=made.live,
        seal_number=made.seal_number,
        digest=bytes(made.digest).hex(),
    )
