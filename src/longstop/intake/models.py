"""Tables of the intake room. A person's values lie in payloads; the columns here say only where a record stands and when it falls due."""

from django.db import models
from django.db.models import F, Q

from longstop.access.models import Staff
from longstop.audit.constraints import at_and_by
from longstop.audit.history import tracked
from longstop.intake.rules import CUSTODY_WORDS, HELD_WORDS, Custody


class ReceiptState(models.TextChoices):
    BEGUN = "begun", "Not finished"
    HELD = "held", "Held until somebody decides"
    RELEASED = "released", "Let in, and waiting to be taken in"
    REJECTED = "rejected", "Given up by a data steward"
    FINISHED = "finished", "Finished"
    ABANDONED = "abandoned", "Given up for a later file"


@tracked()
class Receipt(models.Model):
    """One file of one source, and what became of its rows.

    Its counts grow with each chunk, in the chunk's own transaction: `received` is both how many rows were dealt with and where an
    interrupted load goes on. `repeats` names the receipt of the same bytes just before, whose rows were not taken in again.
    `unknown_fields` counts the fields that the contract does not know, by their name.

    A file that is held was counted and checked, and nothing of it was taken in: `held_for` says why, `held_rows` and `held_refused` what
    was counted, `held_beside` the receipt that it was compared with, and `held_task_id` who was alarmed.
    """

    source = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    sha256 = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    form = models.CharField(max_length=40)
    observed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReceiptState, default=ReceiptState.BEGUN)
    repeats = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    received = models.IntegerField(default=0)
    new = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    problems = models.IntegerField(default=0)
    unknown_fields = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    held_for = models.CharField(max_length=20, choices=[(each.value, words) for each, words in HELD_WORDS.items()], default="")
    held_rows = models.IntegerField(null=True)
    held_refused = models.IntegerField(null=True)
    held_beside = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    held_task_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    decision_payload_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(state="begun"), name="one_file_of_a_source_at_a_time"),
            models.CheckConstraint(
                name="receipt_counts_add_up",
                condition=Q(received=F("new") + F("changed") + F("unchanged") + F("refused"), new__gte=0, changed__gte=0)
                & Q(unchanged__gte=0, refused__gte=0, problems__gte=0),
            ),
            models.CheckConstraint(
                name="receipt_finished_at_and_by",
                condition=Q(state__in=["begun", "held", "released"], finished_at__isnull=True, finished_by__isnull=True)
                | (~Q(state__in=["begun", "held", "released"]) & Q(finished_at__isnull=False, finished_by__isnull=False)),
            ),
            at_and_by("receipt_decided_at_and_by", "decided_at", "decided_by"),
            models.CheckConstraint(
                name="receipt_held_is_explained",
                condition=~Q(state="held") | (Q(received=0, held_rows__isnull=False, decided_at__isnull=True) & ~Q(held_for="")),
            ),
            models.CheckConstraint(
                name="receipt_decision_is_explained",
                condition=~Q(state__in=["released", "rejected"]) | Q(decided_at__isnull=False, decision_payload_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["source", "-id"], name="receipt_source"),
            models.Index(fields=["id"], condition=Q(state="held"), name="receipt_held"),
        ]


class ArrivalState(models.TextChoices):
    WAITING = "waiting", "Waiting to be looked at"
    OPENED = "opened", "A case was opened"
    SET_ASIDE = "set_aside", "Set aside"


@tracked()
class Arrival(models.Model):
    """What one source last said about one person, under the source's own key.

    `person_id` numbers the person that this record is about; the people room uses the number when somebody takes the person on, and
    payloads carry it from the start, so that they can be disposed of. `content_digest` is of the record as supplied; `telling_digest` only
    of what could change somebody's mind about a record set aside. `release_date` is the likeliest one supplied, `release_basis` its name.
    `opened_digest` is the content as it was when the case was opened.
    """

    source = models.CharField(max_length=30)
    key_digest = models.BinaryField(max_length=32)
    booking_digest = models.BinaryField(max_length=32, null=True)
    person_id = models.BigIntegerField()
    payload = models.ForeignKey("audit.Payload", on_delete=models.PROTECT, related_name="+", db_index=False)
    content_digest = models.BinaryField(max_length=32)
    telling_digest = models.BinaryField(max_length=32)
    opened_digest = models.BinaryField(max_length=32, null=True)
    first_receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+", db_index=False)
    observed_at = models.DateTimeField()
    prison = models.CharField(max_length=12, default="")
    release_date = models.DateField(null=True)
    release_basis = models.CharField(max_length=50, default="")
    reception_date = models.DateField(null=True)
    custody = models.CharField(
        max_length=12, choices=[(each.value, words) for each, words in CUSTODY_WORDS.items()], default=Custody.NOT_KNOWN.value
    )
    legal_status = models.CharField(max_length=30, default="")
    problems = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=ArrivalState, default=ArrivalState.WAITING)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_aside_at = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_aside_reason_payload_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key_digest"], name="arrival_once_a_key"),
            models.UniqueConstraint(fields=["person_id"], name="arrival_person"),
            at_and_by("arrival_opened_at_and_by", "opened_at", "opened_by"),
            at_and_by("arrival_set_aside_at_and_by", "set_aside_at", "set_aside_by"),
            models.CheckConstraint(
                name="arrival_state_has_its_moment",
                condition=Q(state="waiting", opened_at__isnull=True, set_aside_at__isnull=True)
                | Q(state="opened", opened_at__isnull=False, opened_digest__isnull=False)
                | Q(state="set_aside", set_aside_at__isnull=False, opened_at__isnull=True, set_aside_reason_payload_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "release_date", "id"], name="arrival_by_release"),
            models.Index(fields=["state", "prison", "release_date", "id"], name="arrival_by_prison"),
            models.Index(fields=["prison", "release_date", "id"], name="arrival_prison_release"),
            models.Index(fields=["prison", "reception_date"], name="arrival_prison_reception"),
            models.Index(fields=["source", "booking_digest"], condition=Q(booking_digest__isnull=False), name="arrival_booking"),
        ]


class Sighting(models.Model):
    """Which receipt a record was last seen in, changed or not.

    Kept apart from the arrival, without history and without an index, because every row of every file moves it. `mark` is of the record as
    supplied and of how it was read (`recognition`): a row of the same mark says what is held, and need not be checked again. It is null
    where every row must be.
    """

    arrival = models.OneToOneField(Arrival, on_delete=models.PROTECT, primary_key=True, related_name="sighting")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+", db_index=False)
    mark = models.BinaryField(max_length=32, null=True)


class RefusalState(models.TextChoices):
    OPEN = "open", "Open"
    MENDED = "mended", "Mended by a later file"
    CLOSED = "closed", "Closed with a reason"


@tracked()
class Refusal(models.Model):
    """A row that could not be used. It stays open until a later file mends it or a data steward closes it.

    The same row refused again is the same refusal: `fingerprint` knows it by its bytes and fault. `match_digest` is the key, or else the
    booking, by which a later good row mends it. `row` counts the records of the file, `line` its lines; both from 1, of the first receipt.
    """

    source = models.CharField(max_length=30)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="refusals")
    last_receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+")
    row = models.IntegerField()
    line = models.IntegerField()
    field = models.CharField(max_length=60, default="")
    fault = models.CharField(max_length=40)
    payload = models.ForeignKey("audit.Payload", on_delete=models.PROTECT, related_name="+", db_index=False)
    sentence = models.CharField(max_length=300)
    remedy = models.CharField(max_length=300)
    fingerprint = models.BinaryField(max_length=32)
    match_digest = models.BinaryField(max_length=32, null=True)
    person_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=RefusalState, default=RefusalState.OPEN)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    mended_receipt = models.ForeignKey(Receipt, null=True, on_delete=models.PROTECT, related_name="+")
    reason_payload_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "fingerprint"], condition=Q(state="open"), name="refusal_open_once"),
            models.CheckConstraint(
                name="refusal_ended_at_and_by",
                condition=Q(state="open", ended_at__isnull=True, ended_by__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="refusal_end_is_explained",
                condition=Q(state="open")
                | Q(state="mended", mended_receipt__isnull=False)
                | Q(state="closed", reason_payload_id__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["source", "match_digest"], condition=Q(state="open"), name="refusal_match")]


class CaseworkTable(models.TextChoices):
    PERSONS = "persons", "Persons"
    CASES = "cases", "Cases"
    OWNERS = "owners", "Owners"
    EVENTS = "events", "Events"
    NOTES = "notes", "Notes"
    CONTACTS = "contacts", "Contacts"
    ALERTS = "alerts", "Alerts"


@tracked()
class CaseworkRow(models.Model):
    """What a legacy casework system last said in one row of one of its tables, under the row's own key.

    `person_id` numbers the person that the row is about, taken when the row of the persons table came; rows of the other tables bear it
    too, so that payloads can be disposed of. `case_digest` is of the case's key, for rows that belong to a case.
    """

    table = models.CharField(max_length=10, choices=CaseworkTable)
    key_digest = models.BinaryField(max_length=32)
    case_digest = models.BinaryField(max_length=32, null=True)
    person_id = models.BigIntegerField()
    payload = models.ForeignKey("audit.Payload", on_delete=models.PROTECT, related_name="+", db_index=False)
    content_digest = models.BinaryField(max_length=32)
    first_receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+")
    observed_at = models.DateTimeField()
    problems = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "key_digest"], name="casework_row_once_a_key")]
        indexes = [
            models.Index(fields=["person_id", "table", "id"], name="casework_row_person"),
            models.Index(fields=["case_digest"], condition=Q(case_digest__isnull=False), name="casework_row_case"),
            models.Index(fields=["id"], condition=Q(table="persons"), name="casework_row_persons"),
        ]


class CaseworkSighting(models.Model):
    """Which receipt a row of a casework system was last seen in, changed or not; apart, as sightings of arrivals are."""

    row = models.OneToOneField(CaseworkRow, on_delete=models.PROTECT, primary_key=True, related_name="sighting")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+", db_index=False)


class CodeState(models.TextChoices):
    OPEN = "open", "Open"
    MAPPED = "mapped", "Mapped to a code that is known"
    ACCEPTED = "accepted", "Accepted as it is"
    CLOSED = "closed", "Closed with a reason"


@tracked()
class UnmappedCode(models.Model):
    """A code that a source sent and that no mapping knows: one row a code, however many records hold it.

    The code itself lies in a payload, because a field for codes may hold anything; `mark` is its digest. `rows` counts how often the last
    receipt that held it did so. Of what kind a code is: `rules.CodeKind`.
    """

    source = models.CharField(max_length=30)
    kind = models.CharField(max_length=20)
    mark = models.BinaryField(max_length=32)
    payload = models.ForeignKey("audit.Payload", on_delete=models.PROTECT, related_name="+", db_index=False)
    first_receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+", db_index=False)
    rows = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=CodeState, default=CodeState.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason_payload_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "mark"], name="unmapped_code_once"),
            at_and_by("unmapped_code_decided_at_and_by", "decided_at", "decided_by"),
            models.CheckConstraint(
                name="unmapped_code_decision_is_explained",
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False, reason_payload_id__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["kind", "source", "id"], condition=Q(state="open"), name="unmapped_code_open")]


@tracked()
class CodeMapping(models.Model):
    """What a source means by a code, from a day on: the payload holds the code and what it is read as.

    A mapping that was wrong is ended, never altered: `to_date` is the first day on which it no longer applies.
    """

    source = models.CharField(max_length=30)
    kind = models.CharField(max_length=20)
    mark = models.BinaryField(max_length=32)
    payload = models.ForeignKey("audit.Payload", on_delete=models.PROTECT, related_name="+", db_index=False)
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "mark"], condition=Q(to_date__isnull=True), name="code_mapped_once"),
            models.CheckConstraint(
                name="code_mapping_ended_at_and_by",
                condition=Q(to_date__isnull=True, ended_at__isnull=True, ended_by__isnull=True)
                | Q(to_date__isnull=False, ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]


@tracked()
class DataAsset(models.Model):
    """A source as the register of data assets has it: who answers for it, what for, under which power, and until when.

    Sources that nobody has written about yet are in the register by policy (`policy/feeds.toml`); a row stands here once somebody has.
    """

    source = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    owner = models.CharField(max_length=120)
    steward = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300)
    legal_gateway = models.CharField(max_length=300)
    agreement = models.CharField(max_length=120, default="")
    next_review = models.DateField()
    retires_on = models.DateField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)
