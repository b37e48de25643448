"""What somebody may see and do just now: permissions, clearances for restricted cases, and prisons."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet

from longstop.access.models import Clearance, Posting
from longstop.access.rules import LEADING_ROLES, Permission, confined, lends, permitted


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


# Whoever is concerned is one or a few: each is looked up by an index, which the planner does only where OFFSET 0 keeps it from joining all
# roles, or all teams, with them first.
_STANDING = """
WITH RECURSIVE covered AS (
  SELECT DISTINCT a.staff_id AS id FROM access_absence a
  WHERE a.cover_id = %(staff)s AND a.ended_at IS NULL AND a.from_date <= %(today)s AND coalesce(a.to_date, 'infinity') >= %(today)s
), concerned AS (
  SELECT %(staff)s::bigint AS id UNION SELECT id FROM covered
), held AS (
  SELECT g.staff_id, g.role FROM concerned CROSS JOIN LATERAL (
    SELECT g.staff_id, g.role FROM access_rolegrant g JOIN access_staff s ON s.id = g.staff_id AND s.active
    WHERE g.staff_id = concerned.id AND g.ended_at IS NULL
      AND g.from_date <= %(today)s AND coalesce(g.to_date, 'infinity') >= %(today)s
    OFFSET 0) g
), below AS (
  SELECT t.id, t.leader_id AS by FROM concerned CROSS JOIN LATERAL (
    SELECT id, leader_id FROM access_team WHERE leader_id = concerned.id OFFSET 0) t
  UNION SELECT t.id, below.by FROM below CROSS JOIN LATERAL (SELECT id FROM access_team WHERE parent_id = below.id OFFSET 0) t
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


def posting(posting_id: int) -> Posting | None:
    """Give one posting; None where there is none of that number."""
    return Posting.objects.filter(pk=posting_id).select_related("staff").first()


def prisons_of(*, staff_id: int, today: date) -> frozenset[str]:
    """Give the codes of the prisons that a person is posted to on the day."""
    held = Posting.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), from_date__lte=today, ended_at=None, staff_id=staff_id)
    return frozenset(held.values_list("prison", flat=True))
