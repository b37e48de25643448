"""Tables of the proof room: certificates, and what each lists. Append-only; no name of a person is in them."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from longstop.access.models import Staff
from longstop.audit.history import KnownSeq
from longstop.proof.rules import List, Verdict


def no_more() -> list[str]:
    """Give the further reasons of an item that has one only."""
    return []


class Certificate(models.Model):
    """What was proved over the whole caseload, at one moment, and signed.

    `moment` is when it was so: now, or a past moment, resolved to the seal `seal_number`, which stands on every figure. `live` says which.
    `day` is the day of policy. The equation runs from `period_from` to the moment. `digest` covers all of it and every item, and
    `signature` is Ed25519 by a key that the database never sees.
    """

    moment = models.DateTimeField()
    live = models.BooleanField()
    day = models.DateField()
    seal_number = models.BigIntegerField(null=True)
    period_from = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    totals = models.JSONField()
    remainder = models.IntegerField()
    verdict = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Verdict])
    digest = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    public_key = models.BinaryField(max_length=32)
    known_seq = KnownSeq()

    class Meta:
        constraints = [
            models.CheckConstraint(name="clean_certificate_has_no_remainder", condition=Q(verdict="failing") | Q(remainder=0)),
            models.CheckConstraint(name="past_certificate_names_its_seal", condition=Q(live=True) | Q(seal_number__isnull=False)),
        ]
        indexes = [BrinIndex(fields=["known_seq"], name="proof_certificate_known", autosummarize=True)]

    @property
    def is_clean(self) -> bool:
        return self.verdict == Verdict.CLEAN


class CertificateItem(models.Model):
    """One thing that a certificate lists by name: `reference` is a case's, or a staff number; `reason` says why it is there.

    `also` are further reasons, `details` dates and words that name nobody. `position` is its place in its list, from 1.
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="items")
    list = models.CharField(max_length=30, choices=[(each.value, each.value) for each in List])
    position = models.IntegerField()
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=40)
    reason = models.CharField(max_length=40)
    also = models.JSONField(default=no_more)
    details = models.CharField(max_length=300, default="")
    known_seq = KnownSeq()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "list", "position"], name="certificate_item_position")]
        indexes = [BrinIndex(fields=["known_seq"], name="proof_item_known", autosummarize=True)]
