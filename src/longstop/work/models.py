"""Tables of the work room. The keys that tie a task to active staff, and a case to its task, are in migration 0002 here and in `cases`."""

from django.db import models
from django.db.models import Case, F, Q, Value, When

from longstop.access.models import Staff, Team
from longstop.audit.history import tracked


class Origin(models.TextChoices):
    PERSON = "person", "A person"
    SOFTWARE = "software", "Longstop"


class State(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    WITHDRAWN = "withdrawn", "No longer needed"


@tracked(
    found_by=[
        models.Index(fields=["owner"]),
        models.Index(fields=["subject_id"]),
        # What is not about a case, as it was open at some moment: lists and counts of the past read this index in its order, and no row.
        models.Index(
            fields=["subject_kind", "due", "pgh_obj"],
            include=["known_seq", "pgh_id", "subject_id", "owner", "team"],
            condition=Q(state="open") & ~Q(subject_kind="case") & ~Q(pgh_label="delete"),
            name="task_version_open",
        ),
        models.Index(fields=["successor"], condition=Q(successor__isnull=False), name="task_version_successor"),
    ]
)
class Task(models.Model):
    """One owned, dated thing to do, about one subject.

    `kind` is a word of `policy/task_kinds.toml`. A hold is a task whose `wake` is set: nobody need act
    before that day, and `due` never lies before it.
    `first_due` never changes; `moves` counts how often somebody gave the task another due date.
    `successor` takes the task over on `successor_from`, so that no date can pass without an owner.
    """

    id = models.BigIntegerField(primary_key=True)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    details_payload_id = models.BigIntegerField(null=True)
    waiting_for = models.CharField(max_length=30, default="us")
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="tasks")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    first_due = models.DateField()
    moves = models.PositiveIntegerField(default=0, db_default=0)
    wake = models.DateField(null=True)
    is_hold = models.GeneratedField(
        expression=Case(When(wake__isnull=False, then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    origin = models.CharField(max_length=10, choices=Origin)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    acknowledged_rung = models.SmallIntegerField(default=-1)
    successor = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    successor_from = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    open_key = models.GeneratedField(
        expression=Case(When(state="open", then=Value(True)), default=None, output_field=models.BooleanField(null=True)),
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "subject_kind", "id", "due", "is_hold", "open_key"], name="task_named_by_its_subject"
            ),
            models.CheckConstraint(
                name="task_done_at_and_by",
                condition=Q(state="open", done_at__isnull=True, done_by__isnull=True)
                | (~Q(state="open") & Q(done_at__isnull=False, done_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="task_successor_has_a_day",
                condition=Q(successor__isnull=True, successor_from__isnull=True) | Q(successor__isnull=False, successor_from__isnull=False),
            ),
            models.CheckConstraint(name="hold_wakes_before_due", condition=Q(wake__isnull=True) | Q(wake__lte=F("due"))),
            models.CheckConstraint(name="task_acknowledged_rung", condition=Q(acknowledged_rung__gte=-1, acknowledged_rung__lte=3)),
        ]
        indexes = [
            models.Index(fields=["owner", "due", "id"], condition=Q(state="open"), name="task_my_work"),
            models.Index(fields=["team", "due", "id"], condition=Q(state="open"), name="task_team_work"),
            models.Index(fields=["subject_id", "due"], condition=Q(state="open"), name="task_subject_open"),
            models.Index(fields=["due", "id"], condition=Q(state="open"), name="task_due"),
            # What is not about a case is a fiftieth of all: its lists and counts read this index and no row.
            models.Index(
                fields=["subject_kind", "due", "id"],
                include=["owner", "team"],
                condition=Q(state="open") & ~Q(subject_kind="case"),
                name="task_considered",
            ),
            models.Index(
                fields=["waiting_for", "due", "id"],
                include=["kind", "subject_id"],
                condition=Q(state="open", subject_kind="case") & ~Q(waiting_for="us"),
                name="task_waits_for_others",
            ),
            # Of all that waits for prisons, papers are few, and each prison's page asks for its own.
            models.Index(
                fields=["due", "id"], include=["subject_id"], condition=Q(state="open", kind="case.serve_papers"), name="task_papers"
            ),
            models.Index(fields=["successor", "successor_from"], condition=Q(state="open", successor__isnull=False), name="task_successor"),
        ]


@tracked()
class Acknowledgement(models.Model):
    """A rung of the ladder answered for: who knows that the task is late, and why it is."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="acknowledgements")
    rung = models.SmallIntegerField()
    due = models.DateField()
    reason_payload_id = models.BigIntegerField()
    acknowledged_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["task", "rung", "due"], name="acknowledged_rung")]
