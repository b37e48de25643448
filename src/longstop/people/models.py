"""Tables of the people room. Personal values lie in payloads; the rows here hold none, save the search keys, which disposal deletes."""

from django.db import models
from django.db.models import Q

from longstop.access.models import Staff
from longstop.audit.history import tracked
from longstop.people.finding import NOT_NUMBERS


@tracked()
class Person(models.Model):
    """A human being. What is known of them is in their records; `particulars` is the payload with the names and dates shown in lists."""

    id = models.BigIntegerField(primary_key=True)
    particulars = models.ForeignKey("audit.Payload", on_delete=models.PROTECT, related_name="+")
    safeguarding_required = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")


@tracked()
class SourceRecord(models.Model):
    """What one agency says about a person: the version last received, under the agency's own key.

    `content_digest` tells whether a version is another one; unlinking keeps the row, so that every link can be undone and is still known.
    `number` is the person's number that its payloads carry, where that is not the person to whom the record was joined: disposal of the
    person reaches those payloads too, and an unlinked record takes them with it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="records")
    number = models.BigIntegerField(null=True)
    source = models.CharField(max_length=30)
    key_digest = models.BinaryField(max_length=32)
    content_digest = models.BinaryField(max_length=32)
    payload = models.ForeignKey("audit.Payload", on_delete=models.PROTECT, related_name="+")
    receipt_id = models.BigIntegerField(null=True)
    observed_at = models.DateTimeField()
    link_reason_payload_id = models.BigIntegerField()
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    unlinked_at = models.DateTimeField(null=True)
    unlinked_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key_digest"], condition=Q(unlinked_at__isnull=True), name="record_linked_once"),
            models.CheckConstraint(
                name="record_unlinked_at_and_by",
                condition=Q(unlinked_at__isnull=True, unlinked_by__isnull=True) | Q(unlinked_at__isnull=False, unlinked_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["number"], condition=Q(number__isnull=False), name="record_number"),
            # What a record said while it was linked to somebody else is found by its key.
            models.Index(fields=["key_digest"], condition=Q(unlinked_at__isnull=False), name="record_unlinked"),
        ]


class SearchKey(models.Model):
    """A name or identifier by which a person can be found. Derived from payloads, rebuilt at will, deleted at disposal; never history."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="search_keys")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=200)

    class Meta:
        indexes = [
            # With the person, so that a common name is counted without reading its rows, and gives its first persons in their order.
            models.Index(
                fields=["kind", "value", "person"],
                name="search_key_person",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "int8_ops"],
            ),
            # A number is looked for whatever kind it is. `searching.numbers` states the same condition.
            models.Index(fields=["value"], name="search_key_number", condition=~Q(kind__in=NOT_NUMBERS)),
        ]
        constraints = [models.UniqueConstraint(fields=["person", "kind", "value"], name="search_key_once")]


@tracked()
class LinkageVersion(models.Model):
    """A definition of linkage that was used here: model, thresholds, version of cleaning, how it was trained. No version is forgotten."""

    name = models.CharField(max_length=60, unique=True)
    digest = models.BinaryField(max_length=32)
    definition = models.JSONField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")


@tracked()
class LinkageInForce(models.Model):
    """A version was put in force, or back in force: the newest row holds. Without any the definition that came with the release does."""

    version = models.ForeignKey(LinkageVersion, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    put_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")


@tracked()
class LinkageRun(models.Model):
    """Records were compared to the end under a version, and what came of it was seen to; `heard` is the last delivery that was in it."""

    version = models.ForeignKey(LinkageVersion, on_delete=models.PROTECT, related_name="+")
    heard = models.BigIntegerField()
    compared = models.IntegerField()
    asked = models.IntegerField()
    joined = models.IntegerField()
    doubted = models.IntegerField()
    finished_at = models.DateTimeField()
    finished_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")


class LinkageKey(models.Model):
    """What a record may meet others by, as a number that says nothing by itself. Derived like `SearchKey`, deleted at disposal; no history.

    `number` is the one under which the record came, whoever it is joined to: so links made and undone change nothing here.
    """

    number = models.BigIntegerField()
    key = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["key", "number"], name="linkage_key"), models.Index(fields=["number"], name="linkage_key_number")]


class LinkageMark(models.Model):
    """With which content a record was last dealt with, under a mark: its keys written, or compared with all others under a version.

    Derived, deleted at disposal, never history: what has the same content and mark is not dealt with again.
    """

    number = models.BigIntegerField()
    mark = models.CharField(max_length=80)
    content_digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "mark"], name="linkage_marked_once")]


class LinkageAnswer(models.TextChoices):
    JOIN = "join", "Very likely one person"
    LOOK = "look", "A person must look"
    APART = "do_not_join", "Not one person, as far as can be told"


class LinkagePair(models.Model):
    """Two records that were compared under a version, by the numbers under which they came: the answer, and how it was reached.

    Derived, deleted at disposal of either, never history. What each field said is a payload. Pairs that nearly nothing speaks for are not
    kept, save those of records that are joined.
    """

    version = models.ForeignKey(LinkageVersion, on_delete=models.PROTECT, related_name="+")
    one = models.BigIntegerField()
    other = models.BigIntegerField()
    probability = models.FloatField()
    unadjusted = models.FloatField()
    weight = models.FloatField()
    answer = models.CharField(max_length=12, choices=LinkageAnswer)
    because = models.CharField(max_length=20)
    reasons_payload_id = models.BigIntegerField()
    compared_at = models.DateTimeField()
    compared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "one", "other"], name="linkage_pair_once"),
            models.CheckConstraint(name="linkage_pair_in_order", condition=Q(one__lt=models.F("other"))),
        ]
        indexes = [models.Index(fields=["other"], name="linkage_pair_other"), models.Index(fields=["one"], name="linkage_pair_one")]
