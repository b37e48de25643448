"""What somebody has to look at, of whatever room: while it is open it names its open, dated task, whose owner and due date are its own."""

from django.db import models
from django.db.models import Case, Q, Value, When

from longstop.access.models import Staff
from longstop.work.models import Task


def open_key() -> models.GeneratedField:
    """True while the row is open and null afterwards, so that the key to its task bites only then."""
    flag = models.BooleanField(null=True)
    return models.GeneratedField(
        expression=Case(When(Q(state="open"), then=Value(True)), default=None, output_field=flag), output_field=flag, db_persist=True
    )


def held(name: str) -> list[models.BaseConstraint]:
    """What holds for each kind: an open row names a task, an ended one says when, by whom and why."""
    return [
        models.CheckConstraint(
            name=f"open_{name}_names_a_task", condition=Q(state="open", task__isnull=False, ended_at__isnull=True) | ~Q(state="open")
        ),
        models.CheckConstraint(
            name=f"{name}_ended_at_and_by",
            condition=Q(state="open", ended_at__isnull=True, ended_by__isnull=True)
            | (~Q(state="open") & Q(ended_at__isnull=False, ended_by__isnull=False)),
        ),
    ]


class LookedAt(models.Model):
    """What somebody has to look at: under a subject's number, with its task while it is open, and who ended it when, in which words."""

    id = models.BigIntegerField(primary_key=True)
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="+")
    first_due = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_payload_id = models.BigIntegerField(null=True)
    open_key = open_key()

    class Meta:
        abstract = True
