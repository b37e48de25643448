"""Whose teams a person may look at, and in whose they may act. Every screen of a team asks here first."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from longstop.access import queries as access
from longstop.access.models import Staff, TeamKind
from longstop.access.rules import Role
from longstop.web.doors import Who
from longstop.web.parts.address import whole_number

# These see every team: those who place cases anywhere, those who answer for everything, and those who inspect.
SEE_ALL = frozenset({Role.DUTY_OFFICER, Role.DIRECTOR, Role.QUALITY_ASSESSOR, Role.ANALYST, Role.INSPECTOR})


def sees_all(who: Who) -> bool:
    """Say whether a person may look at every team."""
    return bool(SEE_ALL & who.standing.roles)


def may_look(who: Who, team_id: int | None) -> bool:
    """Say whether a person may look at a team: their own, those they answer for or stand in for, or all."""
    return team_id is not None and (in_own_right(who, team_id) or team_id in stands_in_for(who))


def in_own_right(who: Who, team_id: int) -> bool:
    """Say whether a person may look at a team whoever is away."""
    return sees_all(who) or team_id == who.staff.team_id or team_id in who.standing.answers_for


def stands_in_for(who: Who) -> frozenset[int]:
    """Give the teams that those whom this person covers today answer for: for these days their cases are the cover's to see to."""
    return who.standing.stands_in_for


def check_may_look(who: Who, team_id: int | None) -> None:
    """Refuse a team that is not for this person. Raises PermissionDenied."""
    if not may_look(who, team_id):
        raise PermissionDenied


def may_act(who: Who, team_id: int | None) -> bool:
    """Say whether a manager answers for this team: its people, their absence, leave and departure are theirs alone."""
    return team_id is not None and team_id in who.standing.answers_for


def may_see_to(who: Who, team_id: int | None) -> bool:
    """Say whether a team's cases are this person's to see to: they answer for it, or cover for somebody who does."""
    return may_act(who, team_id) or team_id in stands_in_for(who)


def may_allocate(who: Who, team_id: int | None) -> bool:
    """Say whether a person may give this team's cases to owners: whoever answers for it or covers for them, a duty officer anywhere."""
    return team_id is not None and (Role.DUTY_OFFICER in who.standing.roles or may_see_to(who, team_id))


def home_team(who: Who) -> int | None:
    """Give the team to show first: the person's own, else the highest they lead, else the top of those they may see."""
    if who.staff.team_id is not None:
        return who.staff.team_id
    if who.standing.answers_for:
        return next(iter(access.led_by(who.id)), None)
    if not sees_all(who):
        return None
    top = access.teams().filter(kind=TeamKind.DIRECTORATE).first()
    return top.pk if top else None


def colleague(who: Who, staff_id: int) -> Staff:
    """Give a member of staff whom this person may look at. Raises Http404, PermissionDenied."""
    try:
        found = access.staff(staff_id)
    except access.NoSuchStaff as error:
        raise Http404 from error
    if found.pk != who.id:
        check_may_look(who, found.team_id)
    return found


def managed(who: Who, staff_id: int, *, or_self: bool = False) -> Staff:
    """Give a member of staff for whom this person answers, or with `or_self` themselves. Raises Http404, PermissionDenied."""
    found = colleague(who, staff_id)
    if not ((or_self and found.pk == who.id) or (found.pk != who.id and may_act(who, found.team_id))):
        raise PermissionDenied
    return found


def numbers(values: Iterable[Any]) -> list[int]:
    """Give the whole numbers among what a form sent; anything else was not sent by our pages and is left out."""
    return [number for value in values if (number := whole_number(value)) is not None]
