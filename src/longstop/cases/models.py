"""Tables of the cases room. The guarantee itself, four deferrable keys and a check, is in migration 0002."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Case as When_
from django.db.models import F, Func, Q, Value, When

from longstop.access.models import Staff, Team
from longstop.audit.constraints import at_and_by
from longstop.audit.history import KnownSeq, tracked
from longstop.people.models import Person
from longstop.work.models import Task


def _true_when(**condition: object) -> models.GeneratedField:
    """A stored column that is true under the condition and null otherwise, so that a key on it bites only then."""
    flag = models.BooleanField(null=True)
    return models.GeneratedField(
        expression=When_(When(Q(**condition), then=Value(True)), default=None, output_field=flag), output_field=flag, db_persist=True
    )


class Flow(models.TextChoices):
    LEGACY = "legacy", "Legacy"
    CURRENT = "current", "Current"
    FUTURE = "future", "Future"


class Custody(models.TextChoices):
    SERVING = "serving", "Serving a sentence"
    TIME_SERVED = "time_served", "Held in prison after sentence"
    DETAINED = "detained", "Detained under immigration powers"
    COMMUNITY = "community", "In the community"
    UNKNOWN = "unknown", "Not known"


@tracked(found_by=[models.Index(fields=["team"]), models.Index(fields=["owner"]), models.Index(fields=["person"])])
class Case(models.Model):
    """One person's case. While it is open it has one owner and names one open, dated task: the database refuses anything else.

    `owner`, `team`, `next_due` and `next_is_hold` are copies for lists, held true by the same keys. `first_opened_at` never changes.
    """

    id = models.BigIntegerField(primary_key=True)
    reference = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    flow = models.CharField(max_length=10, choices=Flow, default=Flow.CURRENT)
    custody = models.CharField(max_length=12, choices=Custody, default=Custody.UNKNOWN)
    custody_since = models.DateField(null=True)
    monitored = models.BooleanField(default=False)
    needs_competence = models.CharField(max_length=40, default="")
    restricted = models.BooleanField(default=False)
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    next_task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    next_due = models.DateField()
    next_is_hold = models.BooleanField()
    release_date = models.DateField(null=True)
    last_worked_at = models.DateTimeField()
    last_worked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    first_opened_at = models.DateTimeField()
    first_opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40, default="")
    version = models.IntegerField(default=1)
    open_key = _true_when(closed_at__isnull=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "open_key"], name="case_open_key"),
            models.UniqueConstraint(fields=["person"], condition=Q(closed_at__isnull=True), name="one_open_case_a_person"),
            at_and_by("case_closed_at_and_by", "closed_at", "closed_by"),
            models.CheckConstraint(
                name="closed_case_has_an_outcome",
                condition=Q(closed_at__isnull=True, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "next_due", "id"], condition=Q(closed_at__isnull=True), name="case_owner_list"),
            models.Index(
                fields=["team", "next_due", "id"],
                condition=Q(closed_at__isnull=True),
                include=["owner", "next_is_hold", "last_worked_at", "custody", "release_date"],
                name="case_team_list",
            ),
            models.Index(fields=["next_due", "id"], condition=Q(closed_at__isnull=True), name="case_whole_list"),
            models.Index(fields=["person"], name="case_person"),
            models.Index(fields=["release_date"], condition=Q(closed_at__isnull=True), name="case_release"),
            models.Index(fields=["id"], include=["owner", "team"], condition=Q(restricted=True), name="case_restricted"),
        ]

    def __str__(self) -> str:
        return self.reference


class SpellState(models.TextChoices):
    PLANNED = "planned", "Planned"
    CURRENT = "current", "Current"
    ENDED = "ended", "Ended"


@tracked(found_by=[models.Index(fields=["staff"]), models.Index(fields=["case"])])
class Ownership(models.Model):
    """A spell of ownership. A planned spell starts on a day to come, when the owner leaves; the current one has no end."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ownerships", db_constraint=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="ownerships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SpellState)
    starts_on = models.DateField(null=True)
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=30)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    current_key = _true_when(state="current")
    live_key = _true_when(state__in=["planned", "current"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "current_key"], name="ownership_one_current"),
            models.UniqueConstraint(fields=["case", "staff", "team", "current_key"], name="ownership_named_by_its_case"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="planned"), name="ownership_one_planned"),
            models.CheckConstraint(
                name="ownership_dates_fit_state",
                condition=Q(state="planned", starts_on__isnull=False, started_at__isnull=True, ended_at__isnull=True)
                | Q(state="current", started_at__isnull=False, ended_at__isnull=True)
                | Q(state="ended", ended_at__isnull=False),
            ),
            at_and_by("ownership_started_at_and_by", "started_at", "started_by"),
            at_and_by("ownership_ended_at_and_by", "ended_at", "ended_by"),
            at_and_by("ownership_read_at_and_by", "read_at", "read_by"),
            ExclusionConstraint(
                name="ownership_never_overlaps",
                expressions=[
                    (F("case"), RangeOperators.EQUAL),
                    (
                        Func(F("started_at"), F("ended_at"), function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(started_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["staff"], condition=Q(state__in=["planned", "current"]), name="ownership_staff_live")]


@tracked()
class Opening(models.Model):
    """A time during which the case was open: the first opening and each reopening. The certificate's equation is a count of these."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="openings")
    reopened = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40, default="")
    evidence_payload_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(closed_at__isnull=True), name="opening_one_at_a_time"),
            at_and_by("opening_closed_at_and_by", "closed_at", "closed_by"),
        ]
        indexes = [models.Index(fields=["opened_at"], name="opening_opened"), models.Index(fields=["closed_at"], name="opening_closed")]


class OfferState(models.TextChoices):
    OPEN = "open", "Waiting for an answer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


@tracked()
class Offer(models.Model):
    """A transfer offered: the sender owns the case until the receiver accepts and signs that the handover pack was read."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offers")
    from_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    to_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=OfferState, default=OfferState.OPEN)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    reason_payload_id = models.BigIntegerField()
    pack_payload_id = models.BigIntegerField()
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="open"), name="one_open_offer_a_case"),
            models.CheckConstraint(
                name="offer_answered_at_and_by",
                condition=Q(state="open", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["to_staff"], condition=Q(state="open"), name="offer_to_staff")]


@tracked()
class KeyDate(models.Model):
    """A date that somebody says governs the case. The newest from a source stands; earlier ones are kept in history."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="key_dates")
    name = models.CharField(max_length=50)
    value = models.DateField(null=True)
    source = models.CharField(max_length=30)
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "name", "source"], name="key_date_once_a_source")]


@tracked()
class Clock(models.Model):
    """A due date that follows from other dates under a dated rule, kept beside the digest of what it followed from."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=30)
    due = models.DateField(null=True)
    alarm = models.CharField(max_length=200, default="")
    basis = models.CharField(max_length=80, default="")
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    rule = models.CharField(max_length=80)
    rule_version = models.CharField(max_length=160)
    wound_at = models.DateTimeField()
    wound_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind"], name="clock_once_a_case")]
        indexes = [models.Index(fields=["kind", "due"], name="clock_kind_due")]


class AuthorityKind(models.TextChoices):
    IS91 = "is91", "IS91, authority to detain"
    REVIEW = "detention_review", "Decision of a detention review"
    COURT = "court", "Decision of a court"
    OTHER = "other", "Another authority"


@tracked()
class DetentionAuthority(models.Model):
    """By what a person is held under immigration powers, and why removal is realistic within a reasonable time (domain.md 1.5).

    One stands at a time: each is followed by the next, with a detention review or by itself, and the last ends when the person is no
    longer held. Reference, who gave it, and the reason are words in the payload. `until` is the last day on which it has effect.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="authorities")
    kind = models.CharField(max_length=30, choices=AuthorityKind)
    given_on = models.DateField()
    effective_from = models.DateField()
    until = models.DateField(null=True)
    reasoned_on = models.DateField(null=True)
    words_payload_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at__isnull=True), name="authority_one_stands"),
            models.CheckConstraint(name="authority_never_back_dated", condition=Q(effective_from__gte=F("given_on"))),
            models.CheckConstraint(name="authority_dates_in_order", condition=Q(until__isnull=True) | Q(until__gte=F("effective_from"))),
            at_and_by("authority_ended_at_and_by", "ended_at", "ended_by"),
        ]


@tracked(found_by=[models.Index(fields=["case"])])
class Stay(models.Model):
    """A track's stay in one state of the map, from a day until the next step. A track without one stands where the map lets it begin.

    `round` counts the times that the track was gone through again; no date of an earlier round is ever written over. `step` led here,
    under `map_version`; `task` asks for the next step, where the map says by when it is due. Where the track does not rest the case cannot
    be closed. What the step rests on is in the payload.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stays")
    track = models.CharField(max_length=20)
    state = models.CharField(max_length=30)
    rests = models.BooleanField()
    round = models.IntegerField(default=1)
    step = models.CharField(max_length=30)
    map_version = models.CharField(max_length=80)
    began_on = models.DateField()
    words_payload_id = models.BigIntegerField()
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "track"], condition=Q(ended_at__isnull=True), name="stay_one_a_track"),
            models.CheckConstraint(name="stay_dates_in_order", condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on"))),
            models.CheckConstraint(
                name="stay_ended_on_and_at",
                condition=Q(ended_on__isnull=True, ended_at__isnull=True) | Q(ended_on__isnull=False, ended_at__isnull=False),
            ),
            at_and_by("stay_ended_at_and_by", "ended_at", "ended_by"),
        ]
        indexes = [models.Index(fields=["track", "state", "case"], condition=Q(ended_at__isnull=True), name="stay_standing")]


class Note(models.Model):
    """A note on a case. Append-only: a correction is another note that names the one it corrects."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=30)
    payload_id = models.BigIntegerField()
    payload_digest = models.BinaryField(max_length=32)
    key_note = models.BooleanField(default=False)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    known_seq = KnownSeq()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-id"], name="note_case"),
            BrinIndex(fields=["known_seq"], name="note_known", autosummarize=True),
        ]


@tracked()
class BulkAct(models.Model):
    """Many cases moved in one act, so that it can be looked at, and undone while nothing else has happened since."""

    kind = models.CharField(max_length=20)
    reason_payload_id = models.BigIntegerField()
    acted_at = models.DateTimeField()
    acted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [at_and_by("bulk_act_undone_at_and_by", "undone_at", "undone_by")]


@tracked()
class BulkItem(models.Model):
    """What a bulk act did to one case: done, skipped or refused, in words."""

    act = models.ForeignKey(BulkAct, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    from_staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    from_team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    to_staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=10)
    explanation = models.CharField(max_length=200, default="")
    undo_result = models.CharField(max_length=10, default="")
    undo_explanation = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "case"], name="bulk_item_once")]
