"""How a screen is declared: its path, its name, the permission it demands, and its view. There is no other way to be reached."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from longstop.access.models import Staff
from longstop.access.queries import Standing, standing
from longstop.access.rules import Permission
from longstop.web.problems import not_allowed


@dataclass(frozen=True)
class Who:
    """Who is at the screen, with their standing, and the moment at which they ask. A door is where the clock is read."""

    staff: Staff
    standing: Standing
    at: datetime

    @property
    def id(self) -> int:
        """The number of the member of staff."""
        return self.staff.pk

    @property
    def today(self) -> date:
        """The day, where the command works."""
        return timezone.localdate(self.at)

    def may(self, permission: Permission) -> bool:
        """Say whether any of the person's roles has the permission, or that of a leader whom they stand in for lends it."""
        return self.standing.may(permission)


View = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One path of the service. `permission` None is only for what a person who is not signed in may reach."""

    path: str
    name: str
    permission: Permission | None
    view: View
    methods: tuple[str, ...] = ("GET",)


def identify(request: HttpRequest) -> Who | None:
    """Give who is signed in, once a request; None for nobody."""
    found: Who | None = getattr(request, "longstop_who", None)
    if found is None and isinstance(request.user, Staff):
        at = timezone.now()
        held = standing(staff_id=request.user.pk, today=timezone.localdate(at), at=at)
        found = Who(request.user, held, at)
        request.longstop_who = found  # type: ignore[attr-defined]
    return found


def who_is(request: HttpRequest) -> Who:
    """Give who is at a screen that demands a permission. Raises PermissionDenied for nobody, which the guard has excluded."""
    who = identify(request)
    if who is None:
        raise PermissionDenied
    return who


def guarded(screen: Screen) -> View:
    """Wrap a screen's view: sign in first, then the permission, then the method; only then the view."""

    @functools.wraps(screen.view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if screen.permission is not None:
            who = identify(request)
            if who is None:
                return _sign_in_first(request, screen)
            if not who.may(screen.permission):
                raise PermissionDenied(screen.permission)
        # HEAD asks what GET would answer. It carries no token against forgery, so it must never reach a view that acts.
        if request.method not in screen.methods and not (request.method == "HEAD" and "GET" in screen.methods):
            return not_allowed(request, screen.methods)
        return screen.view(request, *args, **kwargs)

    return guard


def _sign_in_first(request: HttpRequest, screen: Screen) -> HttpResponse:
    """Lead to the sign-in, and from there back to this screen, where it is one that can be looked at."""
    if "GET" not in screen.methods:
        return redirect("sign-in")
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")


def paths(screens: Sequence[Screen]) -> list[URLPattern]:
    """Turn declared screens into Django's paths."""
    return [path(screen.path, guarded(screen), name=screen.name) for screen in screens]
