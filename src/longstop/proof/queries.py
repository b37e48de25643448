"""Every read that another room may make of certificates, and of the equation of any period."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from longstop.audit.seals import is_signed
from longstop.proof import signing
from longstop.proof.conservation import Equation, command_equation, team_equations
from longstop.proof.models import Certificate, CertificateItem
from longstop.proof.reading import Instant, snapshot


def latest(*, live_only: bool = True) -> Certificate | None:
    """Give the newest certificate, of the present unless said otherwise; None where there is none."""
    found = Certificate.objects.select_related("made_by").order_by("-pk")
    return (found.filter(live=True) if live_only else found).first()


def certificate(certificate_id: int) -> Certificate | None:
    """Give one certificate, or None."""
    return Certificate.objects.select_related("made_by").filter(pk=certificate_id).first()


def certificates() -> QuerySet[Certificate]:
    """Give all certificates, newest first."""
    return Certificate.objects.select_related("made_by").order_by("-pk")


def items(*, certificate_id: int, list_: str) -> QuerySet[CertificateItem]:
    """Give what a certificate lists under a name of `rules.List`, in its order."""
    return CertificateItem.objects.filter(certificate_id=certificate_id, list=list_).order_by("position")


def every_item(*, certificate_id: int) -> QuerySet[CertificateItem]:
    """Give everything that a certificate lists, list by list."""
    return CertificateItem.objects.filter(certificate_id=certificate_id).order_by("list", "position")


def conservation(*, since: datetime, until: datetime | None, at: datetime, today: date, team_id: int | None = None) -> Equation:
    """Give opening + in + reopened − out = closing for a period, of the command or of one team; `until` None is now."""
    instant = Instant(moment=at, day=today)
    with snapshot():
        if team_id is None:
            return command_equation(instant, since=since, until=until)
        none = Equation(opening=0, opened=0, reopened=0, closed=0, closing=0)
        return team_equations(instant, since=since, until=until).get(team_id, none)


def is_genuine(certificate_id: int) -> bool:
    """Say whether a certificate and every item of it are as they were signed, by the key that it names.

    Raises Certificate.DoesNotExist. That the key is Longstop's own is for the caller to compare.
    """
    row = Certificate.objects.get(pk=certificate_id)
    head = {name: getattr(row, name) for name in signing.HEAD} | {"made_by": row.made_by_id}
    digest = signing.digest(head, _signed_items(certificate_id))
    signature, key = bytes(row.signature), bytes(row.public_key)
    return digest == bytes(row.digest) and is_signed(signing.message(digest), signature=signature, public_key=key)


def _signed_items(certificate_id: int) -> Iterator[Mapping[str, Any]]:
    rows = CertificateItem.objects.filter(certificate_id=certificate_id).values(*signing.ITEM)
    # By Python's order of text, which is the signer's: the database's collation may have another.
    yield from sorted(rows, key=lambda row: (row["list"], row["position"]))


def head_of(row: Certificate) -> dict[str, Any]:
    """Give what leaves the database of a certificate: enough to find out one that was altered or removed."""
    return {
        "kind": "certificate",
        "number": row.pk,
        "moment": row.moment.isoformat(),
        "made_at": row.made_at.isoformat(),
        "live": row.live,
        "seal": row.seal_number,
        "verdict": row.verdict,
        "remainder": row.remainder,
        "digest": bytes(row.digest).hex(),
        "signature": bytes(row.signature).hex(),
        "public_key": bytes(row.public_key).hex(),
    }
