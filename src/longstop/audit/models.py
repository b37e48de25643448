"""Tables of the audit room. All append-only: the database refuses to change or remove their rows (migration 0002)."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from longstop.audit.fields import SpeltField
from longstop.audit.history import KnownSeq


def _known(name: str) -> BrinIndex:
    """The index by which a seal finds the rows since the last: tiny, and kept up as rows arrive."""
    return BrinIndex(fields=["known_seq"], name=name, autosummarize=True)


class Payload(models.Model):
    """Personal values, kept beside the row that cites them by number or digest, so that they can be destroyed and the row still verifies.

    `digest` is sha256 of salt and canonical content; number, digest and person are sealed. Disposal sets `content` and `salt` to null and
    cites its certificate.
    """

    digest = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16, null=True)
    content = SpeltField(null=True)
    person_id = models.BigIntegerField(null=True)
    disposal = models.ForeignKey("audit.Disposal", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    known_seq = KnownSeq()

    class Meta:
        indexes = [
            models.Index(fields=["person_id"], name="audit_payload_person"),
            models.Index(fields=["disposal"], condition=models.Q(disposal__isnull=False), name="audit_payload_disposal"),
            _known("audit_payload_known"),
        ]


class Event(models.Model):
    """One thing that was done. No foreign keys, so that the record never hinders what it records."""

    kind = models.CharField(max_length=60)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    by_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField(null=True)
    data = models.JSONField()
    payload_id = models.BigIntegerField(null=True)
    payload_digest = models.BinaryField(null=True)
    authority = models.CharField(max_length=120, default="")
    guidance_version = models.CharField(max_length=60, default="")
    backfilled = models.BooleanField(default=False)
    operation_id = models.UUIDField()
    known_seq = KnownSeq()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="audit_event_subject"),
            models.Index(fields=["kind", "happened_at"], name="audit_event_kind"),
            models.Index(fields=["by_id", "-id"], name="audit_event_by"),
            _known("audit_event_known"),
        ]


class Reading(models.Model):
    """Somebody looked: at a record, at a list by a search, or took an export away."""

    what = models.CharField(max_length=40)
    read_at = models.DateTimeField()
    read_by = models.BigIntegerField()
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField(null=True)
    rows = models.IntegerField(default=1)
    payload_id = models.BigIntegerField(null=True)
    payload_digest = models.BinaryField(null=True)
    known_seq = KnownSeq()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="audit_reading_subject"),
            models.Index(fields=["read_by", "-id"], name="audit_reading_by"),
            _known("audit_reading_known"),
        ]


class Disposal(models.Model):
    """A certificate under two persons' names, by which a person's payloads are destroyed."""

    person_id = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    authority = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    proposed_by = models.BigIntegerField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.BigIntegerField(null=True)
    known_seq = KnownSeq()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="disposal_needs_two_people",
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="disposal_approved_at_and_by",
                condition=models.Q(approved_by__isnull=True, approved_at__isnull=True)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]


class Seal(models.Model):
    """A link in the chain over all rows of the record whose transactions ended before `hi`.

    `chain` is sha256 of the link before it and of this seal's header; `signature` is Ed25519 by a key that the database never sees.
    """

    number = models.BigIntegerField(primary_key=True)
    lo = models.BigIntegerField()
    hi = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    sealed_by = models.BigIntegerField()
    rows = models.BigIntegerField()
    previous = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    public_key = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["sealed_at"], name="seal_moment")]


class SealPart(models.Model):
    """One table's share of a seal, under a named form of its columns.

    `leaves` holds the first eight bytes of each row's own digest, `keys` the rows' numbers (deltas of eight bytes each, compressed), both
    in the order of the seal: by them an altered, missing or inserted row is named. `digest` is sha256 of the whole leaves.
    """

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="parts")
    table = models.CharField(max_length=80)
    form = models.IntegerField()
    rows = models.BigIntegerField()
    leaves = models.BinaryField()
    keys = models.BinaryField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "table"], name="seal_part_once")]


class SealForm(models.Model):
    """The columns of a table, in order, that a form of its seals covers. Kept for ever, so that old seals stay readable."""

    table = models.CharField(max_length=80)
    form = models.IntegerField()
    columns = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "form"], name="seal_form_once")]
