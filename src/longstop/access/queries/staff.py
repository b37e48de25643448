"""Who works here: by number, by role, by competence; and how rows of staff are locked."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from longstop.access.models import Competence, RoleGrant, Staff


class NoSuchStaff(LookupError):
    """No member of staff has that number."""


def staff(staff_id: int) -> Staff:
    """Give one member of staff. Raises NoSuchStaff."""
    found = Staff.objects.filter(pk=staff_id).first()
    if found is None:
        raise NoSuchStaff(staff_id)
    return found


def staff_by_number(staff_number: str) -> Staff:
    """Find a member of staff by the number they sign in with. Raises NoSuchStaff."""
    found = Staff.objects.filter(staff_number__iexact=staff_number.strip()).first()
    if found is None:
        raise NoSuchStaff(staff_number)
    return found


def staff_names(staff_ids: Iterable[int]) -> dict[int, str]:
    """Give the names of these staff, in one query."""
    return dict(Staff.objects.filter(pk__in=set(staff_ids)).values_list("pk", "name"))


def enrolled() -> QuerySet[Staff]:
    """Give all active staff, by staff number; Longstop itself is none."""
    return Staff.objects.filter(active=True).exclude(staff_number="LONGSTOP").order_by("staff_number")


def everybody() -> QuerySet[Staff]:
    """Give all staff by name, with their teams; Longstop itself is left out."""
    return Staff.objects.exclude(pk=1).select_related("team").order_by("name", "pk")


def grants_in_force(*, today: date) -> QuerySet[RoleGrant]:
    """Give the roles held on the day: granted, not ended, and within their dates."""
    return RoleGrant.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, ended_at__isnull=True)


def lock_staff(staff_ids: Iterable[int]) -> dict[int, Staff]:
    """Lock these members of staff, in the order of their numbers, for the rest of the transaction."""
    wanted = sorted(set(staff_ids))
    return {each.pk: each for each in Staff.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")}


def hold_staff(staff_ids: Iterable[int]) -> dict[int, Staff]:
    """Keep these members of staff as they are for the rest of the transaction; others may hold them too, who change nothing of them."""
    wanted = sorted(set(staff_ids))
    return {each.pk: each for each in Staff.objects.raw("SELECT * FROM access_staff WHERE id = ANY(%s) ORDER BY id FOR SHARE", [wanted])}


def roles_of(*, staff_id: int, today: date) -> frozenset[str]:
    """Give the roles that a person holds on the day; none when they are not active."""
    held = grants_in_force(today=today).filter(staff_id=staff_id, staff__active=True)
    return frozenset(held.values_list("role", flat=True))


def holders_of(*, roles: Iterable[str], today: date, team_ids: Iterable[int] | None = None) -> QuerySet[Staff]:
    """Give the active staff who hold any of the roles on the day, by name, in these teams or in all."""
    held = grants_in_force(today=today).filter(role__in=list(roles))
    found = Staff.objects.filter(active=True, pk__in=held.values("staff_id"))
    if team_ids is not None:
        found = found.filter(team_id__in=list(team_ids))
    return found.order_by("name", "pk")


def grants_of(staff_id: int) -> QuerySet[RoleGrant]:
    """Give a person's roles, held and ended, newest first."""
    return RoleGrant.objects.filter(staff_id=staff_id).order_by("-pk")


def competences(*, staff_id: int, today: date) -> list[Competence]:
    """Give what a person is competent to do on the day, by name."""
    held = Competence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, staff_id=staff_id)
    return list(held.order_by("code", "pk"))


def competences_of(*, staff_ids: Iterable[int], today: date) -> dict[int, set[str]]:
    """Give the unexpired competences of each person, in one query."""
    held = Competence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, staff_id__in=list(staff_ids))
    found: dict[int, set[str]] = {}
    for staff_id, code in held.values_list("staff_id", "code"):
        found.setdefault(staff_id, set()).add(code)
    return found


def competences_held(staff_id: int) -> QuerySet[Competence]:
    """Give what a person is or was competent to do, by name."""
    return Competence.objects.filter(staff_id=staff_id).order_by("code", "-from_date")


def active_among(staff_ids: Iterable[int]) -> set[int]:
    """Give those of these people who are active."""
    return set(Staff.objects.filter(pk__in=set(staff_ids), active=True).values_list("pk", flat=True))


def departures() -> QuerySet[Staff]:
    """Give the staff whose last day is known, soonest first."""
    return Staff.objects.filter(active=True, last_day__isnull=False).select_related("team").order_by("last_day", "name")


def departed(*, today: date) -> list[int]:
    """Give the active staff whose last day has passed."""
    return list(Staff.objects.filter(active=True, last_day__lt=today).order_by("pk").values_list("pk", flat=True))


def is_working_day(*, works_on: str, day: date) -> bool:
    """Say whether the day of the week is one on which this pattern works."""
    return works_on[day.weekday()] != "-"
