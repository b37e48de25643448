"""Who is away, and who covers for them."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from longstop.access.models import Absence
from longstop.access.queries.teams import accountability


def overlapping_absence(*, staff_id: int, from_date: date, to_date: date | None) -> Absence | None:
    """Give the earliest absence of a person's that shares a day with this time; without `to_date`, with any day from the first on."""
    found = Absence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date), staff_id=staff_id, ended_at__isnull=True)
    found = found if to_date is None else found.filter(from_date__lte=to_date)
    return found.order_by("from_date", "pk").first()


def away(*, today: date) -> QuerySet[Absence]:
    """Give the absences that hold on the day."""
    return Absence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, ended_at__isnull=True)


def covered_by(*, staff_id: int, today: date) -> list[int]:
    """Give those whom this person covers on the day."""
    return list(away(today=today).filter(cover_id=staff_id).values_list("staff_id", flat=True).distinct())


def covered_after(*, staff_id: int, day: date) -> QuerySet[Absence]:
    """Give the absences that this person covers and that go on after a day."""
    return Absence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gt=day), cover_id=staff_id, ended_at__isnull=True)


def absences(*, staff_ids: Iterable[int], from_date: date) -> QuerySet[Absence]:
    """Give these people's absences that have not passed by the day, earliest first."""
    coming = Absence.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gte=from_date), staff_id__in=list(staff_ids), ended_at__isnull=True
    )
    return coming.select_related("staff", "cover").order_by("from_date", "pk")


def away_between(*, staff_id: int, from_date: date, to_date: date | None) -> bool:
    """Say whether a person is away on any day of a time; without `to_date`, from the day on."""
    found = Absence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date), staff_id=staff_id, ended_at__isnull=True)
    return (found if to_date is None else found.filter(from_date__lte=to_date)).exists()


def covers_between(*, staff_id: int, from_date: date, to_date: date | None) -> list[Absence]:
    """Give the absences that a person covers on any day of a time; without `to_date`, from the day on."""
    found = Absence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date), cover_id=staff_id, ended_at__isnull=True)
    found = found if to_date is None else found.filter(from_date__lte=to_date)
    return list(found.select_related("staff").order_by("pk"))


def absence(absence_id: int) -> Absence:
    """Give one absence. Raises Absence.DoesNotExist."""
    return Absence.objects.select_related("staff", "cover").get(pk=absence_id)


def stood_in_for(*, team_id: int, covering: Collection[int]) -> int | None:
    """Give who of these people answers for a team, the nearest in its line; None where nobody of them does. One query."""
    return next((link.leader_id for link in accountability(team_id) if link.leader_id in covering), None)
