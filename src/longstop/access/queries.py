"""Every read that another room may make of staff, teams, roles, absence and clearance."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet

from longstop.access.models import Absence, Clearance, Competence, Posting, RoleGrant, Staff, Team
from longstop.access.rules import LEADING_ROLES, Permission, confined, lends, permitted


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


def grants_in_force(*, today: date) -> QuerySet[RoleGrant]:
    """Give the roles held on the day: granted, not ended, and within their dates."""
    return RoleGrant.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, ended_at__isnull=True)


def lock_staff(staff_ids: Iterable[int]) -> dict[int, Staff]:
    """Lock these members of staff, in the order of their numbers, for the rest of the transaction."""
    wanted = sorted(set(staff_ids))
    return {each.pk: each for each in Staff.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")}


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


@dataclass(frozen=True)
class Link:
    """One step of a line of accountability, from the team upwards."""

    team_id: int
    team: str
    kind: str
    leader_id: int | None
    leader: str


_LINE = """
WITH RECURSIVE line AS (
  SELECT id, name, kind, parent_id, leader_id, 0 AS step FROM access_team WHERE id = %s
  UNION ALL
  SELECT t.id, t.name, t.kind, t.parent_id, t.leader_id, line.step + 1
  FROM access_team t JOIN line ON t.id = line.parent_id WHERE line.step < 10
)
SELECT line.id, line.name, line.kind, line.leader_id, coalesce(s.name, '')
FROM line LEFT JOIN access_staff s ON s.id = line.leader_id ORDER BY step
"""


def accountability(team_id: int) -> list[Link]:
    """Give the line from a team up to the directorate, with who answers for each, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LINE, [team_id])
        return [Link(*row) for row in cursor.fetchall()]


_BELOW = """
WITH RECURSIVE below AS (
  SELECT id FROM access_team WHERE id = %s UNION ALL SELECT t.id FROM access_team t JOIN below ON t.parent_id = below.id
) SELECT id FROM below
"""


def teams_under(team_id: int) -> list[int]:
    """Give the numbers of a team and of all teams below it."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [team_id])
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True)
class Below:
    """A team seen from one above it: `branch` is the child of that one through which it hangs, or the team itself at the top."""

    team_id: int
    team: str
    kind: str
    parent_id: int | None
    leader: str
    branch: int


_FAMILY = """
WITH RECURSIVE below AS (
  SELECT id, 0 AS step, id AS branch FROM access_team WHERE id = %s
  UNION ALL
  SELECT t.id, below.step + 1, CASE WHEN below.step = 0 THEN t.id ELSE below.branch END
  FROM access_team t JOIN below ON t.parent_id = below.id WHERE below.step < 10
)
SELECT t.id, t.name, t.kind, t.parent_id, coalesce(s.name, ''), below.branch
FROM below JOIN access_team t USING (id) LEFT JOIN access_staff s ON s.id = t.leader_id ORDER BY below.step, t.name, t.id
"""


def family(team_id: int) -> list[Below]:
    """Give a team, first, and all teams below it with who answers for each, in one query. Empty where there is no such team."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, [team_id])
        return [Below(*row) for row in cursor.fetchall()]


def teams() -> QuerySet[Team]:
    """Give all teams by name, with their leaders."""
    return Team.objects.select_related("leader", "parent").order_by("name", "pk")


def team(team_id: int) -> Team | None:
    """Give one team, or None."""
    return Team.objects.select_related("leader", "parent").filter(pk=team_id).first()


def members(team_ids: Iterable[int]) -> QuerySet[Staff]:
    """Give the active members of these teams, with their team, by name."""
    return Staff.objects.filter(active=True, team_id__in=list(team_ids)).select_related("team").order_by("name", "pk")


def led_or_coming(staff_id: int) -> list[Team]:
    """Give the teams that a person leads, or is to lead by a plan, by name."""
    return list(
        Team.objects.filter(Q(leader_id=staff_id) | Q(next_leader_id=staff_id)).select_related("next_leader").order_by("name", "pk")
    )


def leaders_from_the_top() -> list[int]:
    """Give the active people who answer for a directorate, a unit or a team, the highest first: whom to ask where a line ends."""
    order = {"directorate": 0, "unit": 1, "team": 2}
    led = Team.objects.filter(leader__active=True).values_list("leader_id", "kind", "pk")
    found = sorted(led, key=lambda row: (order[row[1]], row[2]))
    return list(dict.fromkeys(row[0] for row in found if row[0] is not None))


def overlapping_absence(*, staff_id: int, from_date: date, to_date: date | None) -> Absence | None:
    """Give the earliest absence of a person's that shares a day with this time; without `to_date`, with any day from the first on."""
    found = Absence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date), staff_id=staff_id, ended_at__isnull=True)
    found = found if to_date is None else found.filter(from_date__lte=to_date)
    return found.order_by("from_date", "pk").first()


def leading_until(staff_ids: Iterable[int], *, today: date) -> dict[int, date]:
    """Give the last day on which these people hold a leading role, of those for whom it is known. One query."""
    last: dict[int, list[date | None]] = {}
    held = RoleGrant.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), staff_id__in=set(staff_ids), ended_at=None)
    for staff_id, to_date in held.filter(role__in=list(LEADING_ROLES)).values_list("staff_id", "to_date"):
        last.setdefault(staff_id, []).append(to_date)
    return {staff_id: max(day for day in days if day) for staff_id, days in last.items() if None not in days}


def led_by(staff_id: int) -> list[int]:
    """Give the teams that a person leads themselves, the highest first."""
    order = {"directorate": 0, "unit": 1, "team": 2}
    led = Team.objects.filter(leader_id=staff_id).values_list("pk", "kind")
    return [pk for pk, kind in sorted(led, key=lambda row: (order[row[1]], row[0]))]


_RUNGS = """
WITH RECURSIVE down AS (
  SELECT id AS led, id, 0 AS step FROM access_team WHERE leader_id = ANY(%s)
  UNION ALL
  SELECT down.led, t.id, down.step + 1 FROM access_team t JOIN down ON t.parent_id = down.id WHERE down.step < 10
)
SELECT DISTINCT least(step + 1, 3), id FROM down ORDER BY 1, 2
"""


def rungs_answered(staff_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Give the rungs at which any of these people answer, as (rung, team): 1 for a team they lead, one more for each level below."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNGS, [list(staff_ids)])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def possible_covers(person: Staff) -> QuerySet[Staff]:
    """Give who could cover for somebody: active members of their team, leaders of the teams beside it, and those above. By name.

    For somebody without a team: whoever answers for one.
    """
    if person.team_id is None:
        return Staff.objects.filter(pk__in=leaders_from_the_top()).exclude(pk=person.pk).order_by("name", "pk")
    above = accountability(person.team_id)
    beside = Team.objects.filter(parent__isnull=False, parent_id__in=[link.team_id for link in above]).values("leader_id")
    leaders = [link.leader_id for link in above if link.leader_id is not None]
    found = Staff.objects.filter(Q(team_id=person.team_id) | Q(pk__in=leaders) | Q(pk__in=beside), active=True)
    return found.exclude(pk=person.pk).order_by("name", "pk")


def competences(*, staff_id: int, today: date) -> list[Competence]:
    """Give what a person is competent to do on the day, by name."""
    held = Competence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, staff_id=staff_id)
    return list(held.order_by("code", "pk"))


def away(*, today: date) -> QuerySet[Absence]:
    """Give the absences that hold on the day."""
    return Absence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, ended_at__isnull=True)


def covered_by(*, staff_id: int, today: date) -> list[int]:
    """Give those whom this person covers on the day."""
    return list(away(today=today).filter(cover_id=staff_id).values_list("staff_id", flat=True).distinct())


def active_among(staff_ids: Iterable[int]) -> set[int]:
    """Give those of these people who are active."""
    return set(Staff.objects.filter(pk__in=set(staff_ids), active=True).values_list("pk", flat=True))


def covered_after(*, staff_id: int, day: date) -> QuerySet[Absence]:
    """Give the absences that this person covers and that go on after a day."""
    return Absence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gt=day), cover_id=staff_id, ended_at__isnull=True)


def absences(*, staff_ids: Iterable[int], from_date: date) -> QuerySet[Absence]:
    """Give these people's absences that have not passed by the day, earliest first."""
    coming = Absence.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gte=from_date), staff_id__in=list(staff_ids), ended_at__isnull=True
    )
    return coming.select_related("staff", "cover").order_by("from_date", "pk")


def is_working_day(*, works_on: str, day: date) -> bool:
    """Say whether the day of the week is one on which this pattern works."""
    return works_on[day.weekday()] != "-"


def competences_of(*, staff_ids: Iterable[int], today: date) -> dict[int, set[str]]:
    """Give the unexpired competences of each person, in one query."""
    held = Competence.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, staff_id__in=list(staff_ids))
    found: dict[int, set[str]] = {}
    for staff_id, code in held.values_list("staff_id", "code"):
        found.setdefault(staff_id, set()).add(code)
    return found


def cleared_subjects(*, staff_id: int, at: datetime) -> set[int]:
    """Give the restricted subjects that this person has leave to see at the moment."""
    return set(clearances_in_force(at=at).filter(staff_id=staff_id).values_list("subject_id", flat=True))


def clearances_in_force(*, at: datetime) -> QuerySet[Clearance]:
    """Give the leave to see restricted subjects that holds at the moment, with who has it and who gave it, newest first."""
    held = Clearance.objects.filter(Q(until__isnull=True) | Q(until__gt=at), staff__active=True, taken_back_at__isnull=True)
    return held.select_related("staff__team", "given_by").order_by("-pk")


def clearance(clearance_id: int) -> Clearance | None:
    """Give one leave to see a restricted subject; None where there is none of that number."""
    return Clearance.objects.filter(pk=clearance_id).select_related("staff__team", "given_by").first()


def departed(*, today: date) -> list[int]:
    """Give the active staff whose last day has passed."""
    return list(Staff.objects.filter(active=True, last_day__lt=today).order_by("pk").values_list("pk", flat=True))


def departures() -> QuerySet[Staff]:
    """Give the staff whose last day is known, soonest first."""
    return Staff.objects.filter(active=True, last_day__isnull=False).select_related("team").order_by("last_day", "name")


def answers_for(staff_id: int) -> frozenset[int]:
    """Give the teams that a person leads, and all below them."""
    led = Team.objects.filter(leader_id=staff_id).values_list("pk", flat=True)
    return frozenset(team_id for root in led for team_id in teams_under(root))


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


def broken_glass(*, unseen_only: bool = False) -> QuerySet[Clearance]:
    """Give the times that the glass was broken, newest first."""
    found = Clearance.objects.filter(broke_glass=True).select_related("staff", "seen_by").order_by("-pk")
    return found.filter(seen_at__isnull=True) if unseen_only else found


def breaking(clearance_id: int) -> Clearance | None:
    """Give one breaking of the glass; None where there is none of that number."""
    return Clearance.objects.filter(pk=clearance_id, broke_glass=True).select_related("staff__team", "seen_by").first()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What decides what a person may do and see: roles, teams they answer for, restricted cases they have leave for, whom they cover.

    `stands_in_for` are the teams of those whom they cover today who answer for teams, and `lent` the leading roles of these; `prisons`
    are the codes of those that they are posted to today.
    """

    staff_id: int
    roles: frozenset[str]
    answers_for: frozenset[int]
    cleared: frozenset[int]
    covering: tuple[int, ...]
    stands_in_for: frozenset[int] = frozenset()
    lent: frozenset[str] = frozenset()
    prisons: frozenset[str] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Say whether a role of theirs has the permission, or one whose holder they stand in for lends it to them."""
        return permitted(roles=self.roles, permission=permission) or lends(roles=self.lent, permission=permission)

    @property
    def confined_to(self) -> frozenset[str] | None:
        """Give the prisons whose records alone this person sees; None for whoever sees those of all."""
        return self.prisons if confined(roles=self.roles) else None


_STANDING = """
WITH RECURSIVE covered AS (
  SELECT DISTINCT a.staff_id AS id FROM access_absence a
  WHERE a.cover_id = %(staff)s AND a.ended_at IS NULL AND a.from_date <= %(today)s AND coalesce(a.to_date, 'infinity') >= %(today)s
), held AS (
  SELECT g.staff_id, g.role FROM access_rolegrant g JOIN access_staff s ON s.id = g.staff_id AND s.active
  WHERE (g.staff_id = %(staff)s OR g.staff_id IN (SELECT id FROM covered))
    AND g.ended_at IS NULL AND g.from_date <= %(today)s AND coalesce(g.to_date, 'infinity') >= %(today)s
), below AS (
  SELECT id, leader_id AS by FROM access_team WHERE leader_id = %(staff)s OR leader_id IN (SELECT id FROM covered)
  UNION SELECT t.id, below.by FROM access_team t JOIN below ON t.parent_id = below.id
), lent AS (
  SELECT h.staff_id, h.role FROM held h
  WHERE h.staff_id <> %(staff)s AND h.role = ANY(%(leading)s) AND h.staff_id IN (SELECT by FROM below)
)
SELECT
  (SELECT array_agg(DISTINCT role) FROM held WHERE staff_id = %(staff)s),
  (SELECT array_agg(id) FROM below WHERE by = %(staff)s),
  (SELECT array_agg(DISTINCT c.subject_id) FROM access_clearance c
   WHERE c.staff_id = %(staff)s AND coalesce(c.until, 'infinity') > %(at)s AND c.taken_back_at IS NULL),
  (SELECT array_agg(id) FROM covered),
  (SELECT array_agg(DISTINCT id) FROM below WHERE by IN (SELECT staff_id FROM lent)),
  (SELECT array_agg(DISTINCT role) FROM lent),
  (SELECT array_agg(DISTINCT p.prison) FROM access_posting p
   WHERE p.staff_id = %(staff)s AND p.ended_at IS NULL AND p.from_date <= %(today)s AND coalesce(p.to_date, 'infinity') >= %(today)s)
"""


def standing(*, staff_id: int, today: date, at: datetime) -> Standing:
    """Give a person's standing, in one query, once a request. Who sees no cases in their own right stands in for nobody."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"staff": staff_id, "today": today, "at": at, "leading": [str(role) for role in LEADING_ROLES]})
        roles, teams_below, cleared, covering, stands_in, lent, prisons = cursor.fetchone() or (None,) * 7
    if not permitted(roles=roles or (), permission=Permission.SEE_CASES):
        stands_in = lent = None
    return Standing(
        staff_id=staff_id,
        roles=frozenset(roles or ()),
        answers_for=frozenset(teams_below or ()),
        cleared=frozenset(cleared or ()),
        covering=tuple(sorted(covering or ())),
        stands_in_for=frozenset(stands_in or ()),
        lent=frozenset(lent or ()),
        prisons=frozenset(prisons or ()),
    )


def postings_of(staff_id: int) -> QuerySet[Posting]:
    """Give the prisons that a person is, was or is to be posted to, newest first."""
    return Posting.objects.filter(staff_id=staff_id).order_by("ended_at", "-pk")


def stood_in_for(*, team_id: int, covering: Collection[int]) -> int | None:
    """Give who of these people answers for a team, the nearest in its line; None where nobody of them does. One query."""
    return next((link.leader_id for link in accountability(team_id) if link.leader_id in covering), None)


def posting(posting_id: int) -> Posting | None:
    """Give one posting; None where there is none of that number."""
    return Posting.objects.filter(pk=posting_id).select_related("staff").first()


def prisons_of(*, staff_id: int, today: date) -> frozenset[str]:
    """Give the codes of the prisons that a person is posted to on the day."""
    held = Posting.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, ended_at=None, staff_id=staff_id)
    return frozenset(held.values_list("prison", flat=True))


def everybody() -> QuerySet[Staff]:
    """Give all staff by name, with their teams; Longstop itself is left out."""
    return Staff.objects.exclude(pk=1).select_related("team").order_by("name", "pk")


def grants_of(staff_id: int) -> QuerySet[RoleGrant]:
    """Give a person's roles, held and ended, newest first."""
    return RoleGrant.objects.filter(staff_id=staff_id).order_by("-pk")


def competences_held(staff_id: int) -> QuerySet[Competence]:
    """Give what a person is or was competent to do, by name."""
    return Competence.objects.filter(staff_id=staff_id).order_by("code", "-from_date")
