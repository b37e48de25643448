"""Tables of the referral room. Each open row names its open, dated task; owner and due date are the task's (keys: migration 0002)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from longstop.access.models import Staff
from longstop.audit.constraints import at_and_by
from longstop.audit.history import tracked
from longstop.people.models import Person
from longstop.work.looked_at import LookedAt, held

CODE = 40


def _open_index(name: str) -> models.Index:
    """What is open of a kind is a small part of all there ever was: lists begin with it, and read no row of what they only count."""
    return models.Index(fields=["task"], include=["id", "person", "arrival"], condition=Q(state="open"), name=f"{name}_open")


def _open_versions(name: str) -> models.Index:
    """The same for lists of the past."""
    return models.Index(
        fields=["task"],
        include=["pgh_obj", "person", "arrival", "known_seq", "pgh_id"],
        condition=Q(state="open") & ~Q(pgh_label="delete"),
        name=f"{name}_version_open",
    )


@tracked()
class Consideration(models.Model):
    """What became of one receipt's records. Its counts grow with each chunk, in the chunk's own transaction.

    `after` is the last record dealt with, and where an interrupted consideration goes on; where several processes share it, each of its
    parts has its own. `considered` are the records that the receipt gave; each is one of the five that add up to it. The rest are counted
    beside: persons taken on, records joined to somebody known, questions whether two are one person, second looks drawn (`seed`),
    departures told and departures ended by return.
    """

    receipt = models.OneToOneField("intake.Receipt", on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey("intake.Receipt", on_delete=models.PROTECT, related_name="+")
    after = models.BigIntegerField(default=0)
    departed_after = models.BigIntegerField(default=0)
    tells_departures = models.BooleanField()
    seed = models.CharField(max_length=32)
    policy = models.CharField(max_length=200)
    considered = models.IntegerField(default=0)
    referred = models.IntegerField(default=0)
    questioned = models.IntegerField(default=0)
    in_hand = models.IntegerField(default=0)
    decided = models.IntegerField(default=0)
    out_of_remit = models.IntegerField(default=0)
    taken_on = models.IntegerField(default=0)
    joined = models.IntegerField(default=0)
    alike = models.IntegerField(default=0)
    looks = models.IntegerField(default=0)
    departed = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consideration_adds_up",
                condition=Q(considered=F("referred") + F("questioned") + F("in_hand") + F("decided") + F("out_of_remit")),
            ),
            at_and_by("consideration_finished_at_and_by", "finished_at", "finished_by"),
        ]


@tracked()
class ConsiderationPart(models.Model):
    """A part of a receipt's records, where several processes consider it: those whose number, divided by `of`, leaves `part`.

    `after` is the last that was dealt with, and where an interrupted consideration goes on.
    """

    consideration = models.ForeignKey(Consideration, on_delete=models.PROTECT, related_name="shares")
    part = models.SmallIntegerField()
    of = models.SmallIntegerField()
    after = models.BigIntegerField(default=0)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consideration", "part"], name="consideration_part_once"),
            models.CheckConstraint(name="consideration_part_is_one_of_its_parts", condition=Q(part__gte=0, part__lt=F("of"))),
        ]


class RemitResult(models.TextChoices):
    IN_REMIT = "in_remit", "May be in remit"
    UNCLEAR = "unclear", "Unclear"
    OUT_OF_REMIT = "out_of_remit", "Out of remit"


@tracked()
class Remit(models.Model):
    """What the rules made of one record when they were last applied to it, with other inputs or another policy than before.

    The inputs are a payload, whose digest is theirs; `content_digest` and `telling_digest` are those of the record as it was judged.
    """

    arrival = models.OneToOneField("intake.Arrival", on_delete=models.PROTECT, primary_key=True, related_name="remit")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=12, choices=RemitResult)
    reasons = ArrayField(models.CharField(max_length=CODE))
    policy = models.CharField(max_length=200)
    inputs_payload_id = models.BigIntegerField()
    content_digest = models.BinaryField(max_length=32)
    telling_digest = models.BinaryField(max_length=32)
    receipt_id = models.BigIntegerField()
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")


class PrisonCount(models.Model):
    """One prison in numbers, as they were counted for a day by `counted_at`; `everybody` on its lists, or those who may be in remit.

    Derived from the other tables, counted anew as a whole, and never history: where a count may not be shown any more, whoever asks counts.
    `lists` is how many lists had been considered by then. A prison that the newest count does not have has nobody any more.
    """

    prison = models.CharField(max_length=12)
    everybody = models.BooleanField()
    people = models.IntegerField()
    received = models.IntegerField()
    released_7 = models.IntegerField()
    released_28 = models.IntegerField()
    released_90 = models.IntegerField()
    without_referral = models.IntegerField()
    referrals = models.IntegerField()
    counted_for = models.DateField()
    lists = models.IntegerField()
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prison", "everybody"], name="prison_counted_once")]


class ReferralState(models.TextChoices):
    OPEN = "open", "To be decided"
    ACCEPTED = "accepted", "Accepted"
    NO_INTEREST = "no_interest", "No interest"
    OUT_OF_REMIT = "out_of_remit", "Out of remit"


@tracked(found_by=[_open_versions("referral")])
class Referral(LookedAt):
    """A person to consider. A named person accepts it, which opens a case, finds no interest, or finds it out of remit, with reasons.

    An ended referral stays ended: a later event makes another, which `follows` it. `telling_digest` is what the record said when it
    ended, of what could change somebody's mind. `words_payload_id` holds what was written: why it was made by hand, why it was decided.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="referrals")
    arrival = models.ForeignKey("intake.Arrival", null=True, on_delete=models.PROTECT, related_name="referrals")
    origin = models.CharField(max_length=10)
    reasons = ArrayField(models.CharField(max_length=CODE))
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    made_payload_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=ReferralState, default=ReferralState.OPEN)
    outcome_code = models.CharField(max_length=CODE, default="")
    telling_digest = models.BinaryField(max_length=32, null=True)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="referrals")

    class Meta:
        constraints = [
            *held("referral"),
            models.UniqueConstraint(fields=["person"], condition=Q(state="open"), name="one_open_referral_a_person"),
            models.CheckConstraint(
                name="accepted_referral_has_a_case",
                condition=Q(state="accepted", case__isnull=False) | (~Q(state="accepted") & Q(case__isnull=True)),
            ),
            models.CheckConstraint(
                name="refused_referral_is_explained",
                condition=Q(state__in=["open", "accepted"]) | (~Q(outcome_code="") & Q(ended_payload_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], name="referral_made"),
            models.Index(fields=["ended_at"], name="referral_ended"),
            _open_index("referral"),
        ]


class QuestionState(models.TextChoices):
    OPEN = "open", "To be answered"
    ANSWERED = "answered", "Answered"
    OVERTAKEN = "overtaken", "Overtaken by the record"


@tracked(found_by=[_open_versions("question")])
class Question(LookedAt):
    """Something about a person that only a person can find out. `other` is the one whom they may be."""

    kind = models.CharField(max_length=CODE)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="questions")
    other = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    arrival = models.ForeignKey("intake.Arrival", null=True, on_delete=models.PROTECT, related_name="questions")
    reasons = ArrayField(models.CharField(max_length=CODE))
    state = models.CharField(max_length=10, choices=QuestionState, default=QuestionState.OPEN)
    answer = models.CharField(max_length=CODE, default="")
    telling_digest = models.BinaryField(max_length=32, null=True)
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="questions")

    class Meta:
        constraints = [
            *held("question"),
            models.UniqueConstraint(
                fields=["kind", "person", "other"], condition=Q(state="open"), nulls_distinct=False, name="one_open_question_of_a_kind"
            ),
            models.CheckConstraint(
                name="answered_question_is_explained",
                condition=~Q(state="answered") | (~Q(answer="") & Q(ended_payload_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], name="question_made"),
            models.Index(fields=["ended_at"], name="question_ended"),
            _open_index("question"),
        ]


@tracked()
class Joining(models.Model):
    """The records of `other` were found to be about `person`: under which numbers they had come, and what both were found by before.

    It stands until it is undone; each has then again what was theirs. `asked` are the questions about the other and third persons that
    were asked of `person` instead.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, null=True, on_delete=models.PROTECT, related_name="joinings")
    numbers = ArrayField(models.BigIntegerField())
    asked = ArrayField(models.BigIntegerField())
    before_payload_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    undone_payload_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            at_and_by("joining_undone_at_and_by", "undone_at", "undone_by"),
            models.CheckConstraint(name="joining_is_of_two", condition=~Q(person=F("other"))),
            models.UniqueConstraint(fields=["other"], condition=Q(undone_at__isnull=True), name="joined_to_one_person"),
        ]


class DepartureState(models.TextChoices):
    OPEN = "open", "To be explained"
    EXPLAINED = "explained", "Explained"
    RETURNED = "returned", "Back on the list"


@tracked(found_by=[_open_versions("departure")])
class Departure(LookedAt):
    """Somebody who was on the last complete list of a source and is not on this one, until an owner explains it or they are back.

    `receipt` is the list that they are missing from, `last_seen` the one that had them last; an absence is told once.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="departures")
    arrival = models.ForeignKey("intake.Arrival", on_delete=models.PROTECT, related_name="departures")
    receipt = models.ForeignKey("intake.Receipt", on_delete=models.PROTECT, related_name="+")
    last_seen = models.ForeignKey("intake.Receipt", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=DepartureState, default=DepartureState.OPEN)
    explanation = models.CharField(max_length=CODE, default="")

    class Meta:
        constraints = [
            *held("departure"),
            models.UniqueConstraint(fields=["arrival", "last_seen"], name="an_absence_is_told_once"),
            models.CheckConstraint(
                name="explained_departure_says_why",
                condition=~Q(state="explained") | (~Q(explanation="") & Q(ended_payload_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], name="departure_made"),
            models.Index(fields=["ended_at"], name="departure_ended"),
            _open_index("departure"),
        ]


class LookState(models.TextChoices):
    OPEN = "open", "To be looked at"
    AGREED = "agreed", "Agreed"
    NOT_AGREED = "not_agreed", "Not agreed"


@tracked(found_by=[_open_versions("look")])
class Look(LookedAt):
    """A second look at what the rules found out of remit, drawn by the seed that its consideration records."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    arrival = models.ForeignKey("intake.Arrival", on_delete=models.PROTECT, related_name="looks")
    consideration = models.ForeignKey(Consideration, on_delete=models.PROTECT, related_name="+")
    reasons = ArrayField(models.CharField(max_length=CODE))
    state = models.CharField(max_length=10, choices=LookState, default=LookState.OPEN)
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="looks")

    class Meta:
        constraints = [
            *held("look"),
            models.UniqueConstraint(fields=["arrival"], condition=Q(state="open"), name="one_open_look_a_record"),
        ]
        indexes = [_open_index("look")]


class LegacyResult(models.TextChoices):
    OPENED = "opened", "Taken over as an open case"
    ASKED = "asked", "The person has an open case already: somebody was asked"
    KEPT = "kept", "Ended in the old system, and kept as a record on the person"
    NOT_TAKEN = "not_taken", "Could not be taken over"


@tracked()
class Takeover(models.Model):
    """What became of the cases of a legacy casework system's deliveries. Its counts grow with each chunk, in the chunk's own transaction.

    `after` is the last person dealt with, and where an interrupted taking over goes on. Each person is one of three, each case one of
    five; the rest are counted beside: owners who have gone, tasks and notes made, questions whether two are one person.

    Several processes may share one taking over: each has its `part` of the persons, of so many `parts`, and a row of its own.
    """

    source = models.CharField(max_length=30, default="casework")
    receipts = ArrayField(models.BigIntegerField())
    part = models.SmallIntegerField(default=0)
    parts = models.SmallIntegerField(default=1)
    after = models.BigIntegerField(default=0)
    persons = models.IntegerField(default=0)
    taken_on = models.IntegerField(default=0)
    joined = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    cases = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    asked = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    in_hand = models.IntegerField(default=0)
    not_taken = models.IntegerField(default=0)
    owner_gone = models.IntegerField(default=0)
    tasks = models.IntegerField(default=0)
    notes = models.IntegerField(default=0)
    alike = models.IntegerField(default=0)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="takeover_adds_up",
                condition=Q(persons=F("taken_on") + F("joined") + F("known"))
                & Q(cases=F("opened") + F("asked") + F("kept") + F("in_hand") + F("not_taken")),
            ),
            models.CheckConstraint(name="takeover_part_is_one_of_its_parts", condition=Q(part__gte=0, part__lt=F("parts"))),
            models.UniqueConstraint(fields=["source", "part"], condition=Q(finished_at__isnull=True), name="one_takeover_at_a_time"),
            at_and_by("takeover_finished_at_and_by", "finished_at", "finished_by"),
        ]


@tracked()
class LegacyCase(models.Model):
    """What became of one case of the legacy casework system: `row` is its row as it arrived, `receipt_id` the newest that was heeded.

    One that could not be taken over says why in `reason`, and is tried again when the old system next says something of its person.
    """

    row = models.OneToOneField("intake.CaseworkRow", on_delete=models.PROTECT, primary_key=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="legacy_cases")
    takeover = models.ForeignKey(Takeover, on_delete=models.PROTECT, related_name="legacy_cases")
    receipt_id = models.BigIntegerField()
    result = models.CharField(max_length=10, choices=LegacyResult)
    reason = models.CharField(max_length=200, default="")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, null=True, on_delete=models.PROTECT, related_name="+")
    owner_gone = models.BooleanField(default=False)
    dealt_at = models.DateTimeField()
    dealt_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="legacy_case_says_what_became_of_it",
                condition=Q(result="opened", case__isnull=False)
                | Q(result="asked", question__isnull=False)
                | Q(result="kept")
                | (Q(result="not_taken") & ~Q(reason="")),
            ),
        ]
        indexes = [models.Index(fields=["row"], condition=Q(result="not_taken"), name="legacy_case_not_taken")]
