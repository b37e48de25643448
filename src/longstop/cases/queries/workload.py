"""Weighted workload against capacity, and candidate owners side by side.

The weights are dated policy and look at no characteristic of a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case as When_
from django.db.models import Count, F, FilteredRelation, IntegerField, Max, Q, Sum, Value, When

from longstop.access import queries as access
from longstop.access.models import Absence, Staff
from longstop.access.rules import OWNING_ROLES
from longstop.cases.models import Case
from longstop.kernel.policy import load

Expression = Any  # the ORM's combined expressions have no public type


def weight(*, today: date) -> Expression:
    """Give the points of a case as an expression: its custody status, and how near release is. See `workload.toml`."""
    policy = load("workload").at("weights", today)
    status = [When(custody=row["name"], then=Value(row["points"])) for row in policy.tables("status")]
    bands = [
        When(release_date__lte=today + timedelta(days=_whole(row["days_to_release"])), then=Value(row["points"]))
        for row in policy.tables("closeness")
    ]
    unknown = When(Q(release_date__isnull=True) & ~Q(custody="community"), then=Value(policy.integer("no_release_date")))
    points = IntegerField()
    return When_(*status, default=Value(0), output_field=points) + When_(*bands, unknown, default=Value(0), output_field=points)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


@dataclass(frozen=True)
class Load:
    """What somebody carries."""

    cases: int
    points: int
    overdue: int
    last_given: datetime | None


def loads(*, staff_ids: Sequence[int], today: date) -> dict[int, Load]:
    """Give what each of these people carries, in one query. Those who own nothing are left out."""
    # Only the current spell is joined: a case that has changed hands before still counts once. It is the owner's own, which the database
    # holds true; said again, so that only these people's spells are read and not everybody's.
    spell = FilteredRelation("ownerships", condition=Q(ownerships__state="current", ownerships__staff_id__in=staff_ids))
    rows = (
        Case.objects.filter(closed_at__isnull=True, owner_id__in=staff_ids)
        .annotate(spell=spell)
        .values("owner_id")
        .annotate(
            number=Count("pk"),
            points=Sum(weight(today=today)),
            overdue=Count("pk", filter=Q(next_due__lt=today)),
            last_given=Max("spell__started_at"),
        )
    )
    return {row["owner_id"]: Load(row["number"], row["points"], row["overdue"], row["last_given"]) for row in rows}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may own cases, with what a manager compares: never ranked by the system, only shown."""

    staff: Staff
    load: Load
    capacity: Decimal
    works_on: str
    in_today: bool
    away: Absence | None
    next_absence: Absence | None
    competences: frozenset[str] = field(default=frozenset())

    @property
    def percent(self) -> int | None:
        """Workload as a share of capacity, in per cent; None where no capacity is recorded."""
        return round(100 * self.load.points / self.capacity) if self.capacity else None

    @property
    def over_capacity(self) -> bool:
        """Say whether the points carried are more than the capacity."""
        return self.load.points > self.capacity


def candidates(*, team_ids: Sequence[int], today: date) -> list[Candidate]:
    """Give those in these teams who may own cases today, by name, in four queries whatever their number."""
    people = access.holders_of(roles=OWNING_ROLES, today=today, team_ids=team_ids).select_related("team")
    staying = [each for each in people if each.last_day is None]
    able = access.competences_of(staff_ids=[each.pk for each in staying], today=today)
    return colleagues(people=staying, today=today, able=able)


def colleagues(*, people: Sequence[Staff], today: date, able: Mapping[int, set[str]] | None = None) -> list[Candidate]:
    """Give what each of these people carries and when they are away, in the order given, in two queries whatever their number."""
    ids = [each.pk for each in people]
    carried = loads(staff_ids=ids, today=today)
    absent: dict[int, list[Absence]] = {}
    for absence in access.absences(staff_ids=ids, from_date=today):
        absent.setdefault(absence.staff_id, []).append(absence)
    able = able or {}
    return [_candidate(each, carried.get(each.pk), able.get(each.pk, set()), absent.get(each.pk, []), today) for each in people]


def overloaded(*, team_ids: Sequence[int], today: date) -> dict[int, int]:
    """Give the members of these teams who carry more than their capacity, each with their team, in one query."""
    rows = (
        Case.objects.filter(closed_at__isnull=True, owner__team_id__in=team_ids)
        .values("owner_id", "owner__team_id", "owner__capacity_points")
        .annotate(points=Sum(weight(today=today)))
        .filter(points__gt=F("owner__capacity_points"))
    )
    return {row["owner_id"]: row["owner__team_id"] for row in rows}


def weights_of(*, case_ids: Sequence[int], today: date) -> dict[int, int]:
    """Give the points of each of these cases, in one query."""
    return dict(Case.objects.filter(pk__in=case_ids).annotate(points=weight(today=today)).values_list("pk", "points"))


def _candidate(staff: Staff, load: Load | None, able: set[str], absences: list[Absence], today: date) -> Candidate:
    away = next((each for each in absences if each.from_date <= today), None)
    works = access.is_working_day(works_on=staff.works_on, day=today)
    return Candidate(
        staff=staff,
        load=load or Load(0, 0, 0, None),
        capacity=staff.capacity_points,
        works_on=staff.works_on,
        in_today=works and away is None,
        away=away,
        next_absence=next((each for each in absences if each.from_date > today), None),
        competences=frozenset(able),
    )
