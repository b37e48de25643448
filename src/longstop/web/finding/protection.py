"""Why a person is to be protected: shown to whoever says why they need to know, and that they asked is recorded with their reason."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstop.audit.actions import record_reading
from longstop.people.queries import NoSuchPerson, person_view
from longstop.web.casework.forms import words_field
from longstop.web.doors import Who, who_is
from longstop.web.finding import around, sayings
from longstop.web.finding.factrow import one_each
from longstop.web.finding.gathering import all_hidden, tracks_of
from longstop.web.finding.sayings import Track
from longstop.web.parts import Button, Link, SummaryList


class WhyForm(forms.Form):
    """Why somebody needs to know."""

    reason = words_field("Why you need to know now", ask="Enter why you need to know now")


def protection(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask why somebody needs to know what protects a person, and then show it, once: the next time asks again."""
    who = who_is(request)
    try:
        person_view(person_id)
    except NoSuchPerson as missing:
        raise Http404 from missing
    closed = all_hidden(request, person_id, who)
    if closed is not None:
        return closed
    return ask_why(
        request,
        who,
        person_id=person_id,
        heading=f"Protection of person {person_id}",
        back=Link(f"Person {person_id}", reverse("person", args=[person_id])),
        told=lambda: _told(tracks_of(person_id)),
    )


def _told(tracks: Sequence[Track]) -> list[SummaryList]:
    children = around.children(tracks)
    return [alerts_told(tracks), *([one_each("Children", "Child", children, "")] if children else [])]


def alerts_told(tracks: Sequence[Track]) -> SummaryList:
    """Give what records say of protection."""
    return one_each("What the protection is for", "Alert", sayings.protection(tracks), "No source says so any more.")


def ask_why(
    request: HttpRequest, who: Who, *, person_id: int, heading: str, back: Link, told: Callable[[], Sequence[SummaryList]]
) -> HttpResponse:
    """Ask for a reason; whoever gives one is shown what is told of the person's protection, and both are recorded."""
    form = WhyForm(request.POST or None)
    context: dict[str, Any] = {"heading": heading, "back": back}
    if request.method == "POST" and form.is_valid():
        record_reading(
            what="protection",
            by=who.id,
            at=who.at,
            subject_kind="person",
            subject_id=person_id,
            person_id=person_id,
            details={"reason": form.cleaned_data["reason"]},
        )
        return render(request, "finding/protection.html", context | {"found": told()})
    context |= {"form": form, "button": Button("Show it, and record my reason")}
    return render(request, "finding/protection.html", context)
