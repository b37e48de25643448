"""The moment that a list is asked for, and the list as it was known then.

`?as_at=` takes a date and time, or the number of a seal. A moment resolves to the last seal by it: what was known then is the rows that
it and the seals before it cover. The day of the list is the moment's own.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from longstop.access import queries as access
from longstop.access.rules import Permission
from longstop.audit import queries as audit
from longstop.audit.past import as_known_at, seal_numbered
from longstop.web.doors import View, Who, who_is
from longstop.web.parts import Address
from longstop.web.parts.address import whole_number

# All that a list of the past offers: to look, and to take it away. Nothing is done from it.
LOOKING = frozenset({Permission.USE, Permission.EXPORT, *(each for each in Permission if each.value.startswith("see_"))})


@dataclass(frozen=True)
class Moment:
    """A past moment, and the seal by which what was known then is read."""

    at: datetime
    seal: int
    horizon: int


class NoSuchMoment(ValueError):
    """The address asks for a moment that cannot be shown; the words say why."""


@dataclass(frozen=True)
class Then(Who):
    """Somebody of today looking at a past moment: its day is theirs, they may do nothing, and may see what they may see today."""

    covered: Callable[[], tuple[int, ...]] = tuple

    def may(self, permission: Permission) -> bool:
        return permission in LOOKING and super().may(permission)


def asked(here: Address, *, now: datetime) -> Moment | None:
    """Give the past moment that an address asks for, None for the present. Raises NoSuchMoment."""
    typed = here.get("as_at").strip()
    if not typed:
        return None
    number = whole_number(typed.lower().removeprefix("seal").strip())
    found = seal_numbered(number) if number is not None else audit.seal_at(at := _moment(typed, now))
    if found is None:
        raise NoSuchMoment("No seal had been taken by that moment, so what was known then cannot be shown. Choose a later one.")
    return Moment(found.sealed_at if number is not None else at, found.number, found.hi)


def _moment(typed: str, now: datetime) -> datetime:
    try:
        found = parse_datetime(typed) or (datetime.combine(day, datetime.max.time()) if (day := parse_date(typed)) else None)
    except ValueError:
        found = None
    if found is None:
        raise NoSuchMoment("Write the moment as a date and a time, such as 2026-03-09 14:05, or the number of a seal.")
    at = found if timezone.is_aware(found) else timezone.make_aware(found)
    if at > now:
        raise NoSuchMoment("That moment has not come yet.")
    return at


def moment_of(request: HttpRequest) -> Moment | None:
    """Give the past moment that is shown to this request; None for the present."""
    found: Moment | None = getattr(request, "longstop_moment", None)
    return found


def covering(who: Who) -> tuple[int, ...]:
    """Give whom a person covers on the day that is shown."""
    return who.covered() if isinstance(who, Then) else who.standing.covering


def also_in_the_past(view: View) -> View:
    """Let a view of a list show it as it was known at `?as_at=`: all that the view reads is of the past, and nothing can be done."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        who, here = who_is(request), Address.of(request)
        try:
            moment = asked(here, now=who.at)
        except NoSuchMoment as error:
            messages.error(request, str(error))
            return redirect(here.without("as_at").without("changed").href)
        if moment is None:
            return view(request, *args, **kwargs)
        with as_known_at(moment.horizon):
            then = Then(who.staff, who.standing, moment.at, covered=functools.cache(lambda: _covered(who, moment)))
            request.longstop_now, request.longstop_who, request.longstop_moment = who, then, moment  # type: ignore[attr-defined]
            try:
                return view(request, *args, **kwargs)
            finally:
                request.longstop_who = who  # type: ignore[attr-defined]

    return run


def _covered(who: Who, moment: Moment) -> tuple[int, ...]:
    """Find whom a person covered, asked only by a list that shows it."""
    with as_known_at(moment.horizon):
        return tuple(access.covered_by(staff_id=who.id, today=timezone.localdate(moment.at)))


def now_of(request: HttpRequest) -> Who:
    """Give who asks, as of now, whatever moment is shown."""
    found: Who | None = getattr(request, "longstop_now", None)
    return found or who_is(request)
