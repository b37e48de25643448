"""Tables of the reconciliation room. A statement's numbers never change (migration 0002); an open break names its open, dated task."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from longstop.access.models import Staff
from longstop.audit.constraints import at_and_by
from longstop.audit.history import tracked
from longstop.people.models import Person
from longstop.reconciliation.rules import ANSWERS, FIELDS, KINDS, OF_OURS, OF_THEIRS, Line, Outcome, Side
from longstop.work.looked_at import LookedAt, held


@tracked()
class Statement(models.Model):
    """One reckoning between our open cases and their newest list, as it stood at `made_at`; finished once each break has its task.

    `rows` are those of the file: refused ones, ones given twice, and the `records`; of these, `second_records` are of persons counted
    already. `found` are the breaks, of which `fresh` were not known before; `gone` are earlier ones that were not found any more, `settled`
    those that somebody has settled as they stand.
    """

    receipt = models.ForeignKey("intake.Receipt", on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=200)
    made_for = models.DateField()
    rows = models.IntegerField()
    refused = models.IntegerField()
    given_twice = models.IntegerField()
    records = models.IntegerField()
    second_records = models.IntegerField()
    their_persons = models.IntegerField()
    our_persons = models.IntegerField()
    matched = models.IntegerField()
    found = models.IntegerField(default=0)
    fresh = models.IntegerField(default=0)
    settled = models.IntegerField(default=0)
    gone = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="statement_rows_are_accounted_for",
                condition=Q(rows=F("refused") + F("given_twice") + F("records")) & Q(records=F("second_records") + F("their_persons")),
            ),
            at_and_by("statement_finished_at_and_by", "finished_at", "finished_by"),
        ]


@tracked()
class StatementLine(models.Model):
    """How many persons stand on one line, and who, by number: the list that the figure counts, for good.

    At COMMIT the lines of each side, with those of both, are its total (migration 0002).
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    place = models.SmallIntegerField()
    side = models.CharField(max_length=6, choices=[(each.value, each.value) for each in Side])
    line = models.CharField(max_length=20, choices=[(each.value, each.value) for each in (Line.MATCHED, *OF_THEIRS, *OF_OURS)])
    persons = models.IntegerField()
    who = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "line"], name="statement_line_once"),
            models.CheckConstraint(name="statement_line_counts_whom_it_names", condition=Q(persons=Func(F("who"), function="CARDINALITY"))),
        ]
        ordering = ["place"]


class Figure(models.TextChoices):
    """What a part of a statement is a part of, and what its numbers are of."""

    MATCHED = "matched", "On both sides"  # persons
    FURTHER = "further", "Further records of somebody who is counted already"  # records of theirs
    REFUSED = "refused", "Refused"  # refused rows


@tracked()
class StatementPart(models.Model):
    """A part of one of a statement's figures, and of what it counts by number: the list that it opens, for good.

    Those on both sides are parted by their gravest difference (`kind`, "" where nothing differs): at COMMIT the parts are the matched, and
    the further records are as many as the statement says (migration 0004). Refused rows may be fewer: the same words are written down once.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="parts")
    figure = models.CharField(max_length=8, choices=Figure)
    place = models.SmallIntegerField()
    kind = models.CharField(max_length=14, choices=[(each.value, each.value) for each in FIELDS], default="")
    how_many = models.IntegerField()
    which = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "figure", "kind"], name="statement_part_once"),
            models.CheckConstraint(
                name="statement_part_counts_what_it_names", condition=Q(how_many=Func(F("which"), function="CARDINALITY"))
            ),
        ]
        ordering = ["place"]


class BreakState(models.TextChoices):
    OPEN = "open", "To be settled"
    SETTLED = "settled", "Settled"
    GONE = "gone", "Not found any more"


@tracked()
class Break(LookedAt):
    """One thing on which the two sides differ about one person, until somebody settles it or it is not found any more.

    What each says is a payload, whose digest is `says_digest`: where both still say what they said when it was settled, it stays settled.
    `wins` is the side that policy names for the field, "" where it names none and evidence decides.
    """

    kind = models.CharField(max_length=14, choices=[(each.value, each.value) for each in KINDS])
    gravity = models.SmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="breaks")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="breaks")
    arrival = models.ForeignKey("intake.Arrival", null=True, on_delete=models.PROTECT, related_name="breaks")
    says_payload_id = models.BigIntegerField()
    says_digest = models.BinaryField(max_length=32)
    wins = models.CharField(max_length=6, default="")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="breaks")
    state = models.CharField(max_length=8, choices=BreakState, default=BreakState.OPEN)
    outcome = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Outcome], default="")
    referral = models.ForeignKey("referral.Referral", null=True, on_delete=models.PROTECT, related_name="breaks")

    class Meta:
        constraints = [
            *held("break"),
            models.UniqueConstraint(fields=["kind", "person"], condition=Q(state="open"), name="one_open_break_of_a_kind"),
            models.CheckConstraint(
                name="settled_break_is_explained",
                condition=~Q(state="settled") | (~Q(outcome="") & Q(ended_payload_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], name="break_made"),
            models.Index(fields=["ended_at"], name="break_ended"),
            models.Index(fields=["gravity", "task"], include=["id", "person", "kind"], condition=Q(state="open"), name="break_open"),
            models.Index(fields=["person", "kind", "says_digest"], condition=Q(state="settled"), name="break_settled_as_it_stands"),
        ]


class EnquiryState(models.TextChoices):
    OPEN = "open", "To be answered"
    ANSWERED = "answered", "Answered"
    OVERTAKEN = "overtaken", "Settled without it"


@tracked()
class Enquiry(models.Model):
    """What the other agency is asked about a break, at one of its prisons: in set words, about its own record alone.

    The break stays its owner's, with its date. Of a break one enquiry is open at most; a break that ends overtakes it.
    """

    broken = models.ForeignKey(Break, on_delete=models.PROTECT, related_name="enquiries")
    arrival = models.ForeignKey("intake.Arrival", on_delete=models.PROTECT, related_name="+")
    prison = models.CharField(max_length=12)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=EnquiryState, default=EnquiryState.OPEN)
    answer = models.CharField(max_length=10, choices=[(each.value, each.value) for each in ANSWERS], default="")
    answer_payload_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["broken"], condition=Q(state="open"), name="one_open_enquiry_a_break"),
            at_and_by("enquiry_ended_at_and_by", "ended_at", "ended_by"),
            models.CheckConstraint(
                name="open_enquiry_has_not_ended",
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="answered_enquiry_says_what", condition=~Q(state="answered") | (~Q(answer="") & Q(answer_payload_id__isnull=False))
            ),
        ]
        indexes = [models.Index(fields=["prison", "asked_at"], condition=Q(state="open"), name="enquiry_open")]
