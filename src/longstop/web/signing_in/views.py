"""Signing in and out, staying signed in, home, help."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from longstop.access import actions as access
from longstop.access.models import Staff
from longstop.access.rules import Permission
from longstop.demo.command import PASSWORD
from longstop.web.context import NAVIGATION
from longstop.web.doors import identify, who_is
from longstop.web.signing_in.forms import SignInForm

NOT_A_DEMONSTRATION = "The demonstration’s password works only where Longstop is started as a demonstration."


def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in by staff number and password, and take them to where they were going."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number, password = form.cleaned_data["staff_number"], form.cleaned_data["password"]
        # Everybody knows the demonstration's password: where it is served as anything else, it opens nothing.
        known_to_all = password == PASSWORD and not settings.DEMONSTRATION
        staff = None if known_to_all else authenticate(request, username=number, password=password)
        if isinstance(staff, Staff) and not staff.password.startswith(UNUSABLE_PASSWORD_PREFIX):
            login(request, staff)
            access.sign_in(staff_id=staff.pk, at=timezone.now())
            return redirect(_next(request))
        form.add_error(None, NOT_A_DEMONSTRATION if known_to_all else "The staff number or the password is wrong.")
    elif identify(request) is not None:
        return redirect("home")
    return render(request, "signing_in/sign_in.html", {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")})


def _next(request: HttpRequest) -> str:
    """Only ever an address of this service."""
    wanted = request.POST.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("home")


def sign_out(request: HttpRequest) -> HttpResponse:
    """Let the person out."""
    logout(request)
    return redirect("sign-in")


def stay(request: HttpRequest) -> HttpResponse:
    """Extend the session, when the person says that they are still there."""
    request.session.modified = True
    return HttpResponse(status=204)


def home(request: HttpRequest) -> HttpResponse:
    """Take a person to the page where their day begins: those who answer for a team to its board, who opens cases to the records."""
    who = who_is(request)
    if who.standing.answers_for and who.may(Permission.SEE_TEAM):
        return redirect("team-board")
    if who.may(Permission.OPEN_CASES):
        return redirect("records")
    for _, name, permission in NAVIGATION:
        if who.may(permission):
            return redirect(name)
    return redirect("help")


def help_page(request: HttpRequest) -> HttpResponse:
    """Say what the person's roles let them do, and how the lists work."""
    return render(request, "signing_in/help.html", {"permissions": [each for each in Permission if who_is(request).may(each)]})


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "signing_in/accessibility.html")
