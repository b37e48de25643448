"""Tables of the access room."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When

from longstop.access.rules import Role
from longstop.audit.history import tracked


class TeamKind(models.TextChoices):
    TEAM = "team", "Team"
    UNIT = "unit", "Unit"
    DIRECTORATE = "directorate", "Directorate"


@tracked()
class Team(models.Model):
    """A team, the unit above it, or the directorate at the top. `leader` answers for it: leader, head, director.

    `next_leader` takes over on `next_leader_from`, when the leader has left.
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=TeamKind)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    leader = models.ForeignKey("access.Staff", null=True, on_delete=models.PROTECT, related_name="leads")
    next_leader = models.ForeignKey("access.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    next_leader_from = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="next_leader_has_a_day",
                condition=Q(next_leader__isnull=True, next_leader_from__isnull=True)
                | Q(next_leader__isnull=False, next_leader_from__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_directorate_has_no_parent",
                condition=Q(kind="directorate", parent__isnull=True) | Q(~Q(kind="directorate"), parent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by the number they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(staff_number__iexact=username or "")


@tracked(exclude=["password"])
class Staff(AbstractBaseUser):
    """A member of staff, or of another agency, who signs in or owns work.

    `works_on` is seven characters, Monday first, a letter for a working day and "-" for another.
    """

    last_login: ClassVar[None] = None  # type: ignore[misc]  # a sign-in is an event, not a column
    staff_number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="members")
    agency = models.CharField(max_length=40, default="command")
    works_on = models.CharField(max_length=7, default="MTWTF--")
    capacity_points = models.DecimalField(max_digits=6, decimal_places=1, default=40)
    active = models.BooleanField(default=True)
    last_day = models.DateField(null=True)
    active_key = models.GeneratedField(
        expression=Case(When(active=True, then=Value(True)), default=None, output_field=models.BooleanField(null=True)),
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )

    USERNAME_FIELD = "staff_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "email"]
    objects = StaffManager()

    class Meta:
        verbose_name_plural = "staff"
        constraints = [models.UniqueConstraint(fields=["id", "active_key"], name="staff_active_key")]

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.active

    def __str__(self) -> str:
        return self.name


Actor = Staff | AnonymousUser


@tracked()
class RoleGrant(models.Model):
    """A role held from a day, until a day or until ended."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "role"], condition=Q(ended_at__isnull=True), name="role_held_once"),
            models.CheckConstraint(name="role_dates_in_order", condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date"))),
            models.CheckConstraint(name="inspector_has_an_end_date", condition=~Q(role="inspector") | Q(to_date__isnull=False)),
            models.CheckConstraint(
                name="role_ended_at_and_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]


@tracked()
class Competence(models.Model):
    """Something a person is competent to do, from a day until it expires."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="competences")
    code = models.CharField(max_length=40)
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["staff", "code"], name="competence_staff")]


@tracked()
class Posting(models.Model):
    """A prison that somebody works at, or speaks for, by its code: from a day, until a day or until ended."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="postings")
    prison = models.CharField(max_length=12)
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["prison"], condition=Q(ended_at__isnull=True), name="posting_prison")]
        constraints = [
            models.CheckConstraint(name="posting_dates_in_order", condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date"))),
            models.CheckConstraint(name="posting_names_a_prison", condition=~Q(prison="")),
            models.CheckConstraint(
                name="posting_ended_at_and_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            ExclusionConstraint(
                name="posted_to_a_prison_once",
                expressions=[
                    (F("staff"), RangeOperators.EQUAL),
                    (F("prison"), RangeOperators.EQUAL),
                    (
                        Func(F("from_date"), F("to_date"), Value("[]"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(ended_at__isnull=True),
            ),
        ]


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", "Leave"
    TRAINING = "training", "Training"
    DUTY = "duty", "Other duty"
    SUDDEN = "sudden", "Sudden absence"


@tracked()
class Absence(models.Model):
    """Days on which a person is away, both ends included, and who covers. A sudden absence may have no end and no cover yet."""

    id = models.BigIntegerField(primary_key=True)  # a subject's number: a task may be about an absence
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=10, choices=AbsenceKind)
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    cover = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="covers")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["staff", "from_date"], condition=Q(ended_at__isnull=True), name="absence_staff"),
            models.Index(fields=["cover", "from_date"], condition=Q(ended_at__isnull=True), name="absence_cover"),
        ]
        constraints = [
            models.CheckConstraint(name="absence_dates_in_order", condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date"))),
            models.CheckConstraint(name="nobody_covers_themselves", condition=Q(cover__isnull=True) | ~Q(cover=F("staff"))),
            models.CheckConstraint(name="only_sudden_absence_is_open", condition=Q(to_date__isnull=False) | Q(kind="sudden")),
            models.CheckConstraint(
                name="absence_ended_at_and_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            ExclusionConstraint(
                name="absence_never_overlaps",
                expressions=[
                    (F("staff"), RangeOperators.EQUAL),
                    (
                        Func(F("from_date"), F("to_date"), Value("[]"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(ended_at__isnull=True),
            ),
        ]


@tracked()
class Clearance(models.Model):
    """Leave to see one restricted subject. Given by a manager, or taken by breaking the glass, which a manager must then look at.

    It holds until it ends or a manager takes it back.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="clearances")
    subject_id = models.BigIntegerField()
    broke_glass = models.BooleanField(default=False)
    reason_payload_id = models.BigIntegerField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["staff", "subject_id"], name="clearance_staff_subject"),
            models.Index(fields=["subject_id"], condition=Q(taken_back_at__isnull=True), name="clearance_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="clearance_seen_at_and_by",
                condition=Q(seen_at__isnull=True, seen_by__isnull=True) | Q(seen_at__isnull=False, seen_by__isnull=False),
            ),
            models.CheckConstraint(
                name="clearance_taken_back_at_and_by",
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
            models.CheckConstraint(name="nobody_reviews_their_own_break_glass", condition=Q(seen_by__isnull=True) | ~Q(seen_by=F("staff"))),
        ]
