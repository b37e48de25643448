"""How a form's page is shown and left: one shape for all forms of casework."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.web.casework.refusals import attempt
from longstop.web.doors import Who
from longstop.web.parts import Button, Link


def form_page(
    request: HttpRequest, form: forms.Form, *, heading: str, button: Button, back: str, template: str = "base/form.html", **more: Any
) -> HttpResponse:
    """Show a form on a page of its own, with the way back to where it came from."""
    context = {"heading": heading, "form": form, "button": button, "cancel": Link("Cancel", back), "back": Link("Back", back)}
    return render(request, template, context | more)


def done(request: HttpRequest, form: forms.Form, act: Callable[[], object], *, said: str, to: str) -> HttpResponse | None:
    """Do what a valid form asks for and go on to `to`, saying that it was done. None where it was refused: the form then says why."""
    if request.method != "POST" or not form.is_valid() or not attempt(form, act):
        return None
    messages.success(request, said)
    return redirect(to)


def about(case: Case, who: Who) -> str:
    """Say in one line which case a form is about."""
    return f"Case {case.reference}: {cases.card_names([case], who.standing)[case.pk]}"
