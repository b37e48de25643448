"""What every page is given."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_resolver, reverse

from longstop import __version__
from longstop.access.rules import Permission
from longstop.web.doors import identify
from longstop.web.middleware import TOUCH_EVERY

# Of entries with one text, a person gets the first that they may open.
NAVIGATION: list[tuple[str, str, Permission]] = [
    ("My work", "my-work", Permission.SEE_WORK),
    ("Team board", "team-board", Permission.SEE_TEAM),
    ("Referrals", "referrals", Permission.SEE_REFERRALS),
    ("Prisons", "prisons", Permission.SEE_RECORDS),
    ("Records received", "records", Permission.SEE_RECORDS),
    ("Statement", "statement", Permission.SEE_STATEMENT),
    ("Asked of you", "enquiries", Permission.ANSWER),
    ("Transfers", "transfers", Permission.TRANSFER),
    ("Absence", "absence", Permission.RECORD_ABSENCE),
    ("Certificate", "certificate", Permission.SEE_CERTIFICATE),
    ("Search", "search", Permission.SEE_CASES),
    ("Oversight", "broken-glass", Permission.SEE_BREAK_GLASS),
    ("Oversight", "record-of", Permission.SEE_AUDIT),
    ("Oversight", "disposals", Permission.DISPOSE),
    ("Staff", "staff", Permission.MANAGE_STAFF),
    ("Teams", "teams", Permission.MANAGE_STAFF),
]


def _section(path: str) -> str:
    """Give the part of the service that an address lies in: the entry of the menu stays marked on all its pages."""
    return path.split("/")[1]


def page(request: HttpRequest) -> dict[str, object]:
    """Give the variables that the layout needs."""
    common: dict[str, object] = {
        "version": __version__,
        "home_url": reverse("home"),
        "help_url": reverse("help"),
        "accessibility_url": reverse("accessibility"),
        "demonstration": "This is a demonstration. Nobody in it is real." if settings.DEMONSTRATION else "",
    }
    # Where a page shows the past, the menu is still that of today.
    who = getattr(request, "longstop_now", None) or (identify(request) if hasattr(request, "user") else None)
    if who is None:
        return common
    there = get_resolver().reverse_dict
    shown: dict[str, str] = {}
    for text, name, permission in NAVIGATION:
        if who.may(permission) and name in there:
            shown.setdefault(text, name)
    return common | {
        "navigation": [
            {"text": text, "href": reverse(name), "current": _section(request.path) == _section(reverse(name))}
            for text, name in shown.items()
        ],
        "signed_in": {"name": who.staff.name, "role": ", ".join(sorted(role.replace("_", " ") for role in who.standing.roles))},
        "sign_out_url": reverse("sign-out"),
        "session_clock": {
            # The session was last touched up to so long before this page: the clock on the screen never runs longer than the session.
            "seconds": settings.SESSION_COOKIE_AGE - TOUCH_EVERY,
            "warn_seconds": 5 * 60,
            "extend_url": reverse("stay"),
            "ended_url": reverse("sign-in"),
        },
        "who": who,
    }
