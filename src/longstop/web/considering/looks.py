"""One second look: what the rules found out of remit, and whether a person agrees."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from longstop.referral import actions as decide
from longstop.referral import queries as read
from longstop.referral.models import Look
from longstop.web.considering import parts
from longstop.web.considering.forms import LookForm
from longstop.web.considering.subjects import InHand, not_open, of_subject, reasons_of
from longstop.web.doors import Who
from longstop.web.parts import Button, Fact, Link, SummaryList


@of_subject("look")
def page(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Show one second look. It is recorded that somebody looked."""
    look = _look(hand)
    remit = parts.remit_of(look)
    drawn = Fact("Drawn", "At random, from what the rules found out of remit", source=f"Source of chance {look.consideration.seed}")
    because = [Fact("The rules said", each) for each in reasons_of(look)]
    context = parts.opened(hand, who) | {
        "why": SummaryList([drawn, *because, *parts.judged(remit)], title="Why the rules found no remit"),
        "rules": parts.rules_table(remit, on=timezone.localdate(look.made_at), entries=("second_look",)),
        "ended": parts.ended(look, "What was found", lambda: _ended(look, parts.written(look))),
        "look_url": reverse("second-look-answer", args=[look.pk]),
    }
    return render(request, "considering/look.html", context)


def _look(hand: InHand) -> Look:
    assert isinstance(hand.row, Look)
    return hand.row


def _ended(look: Look, words: Mapping[str, Any]) -> list[Fact]:
    by = look.ended_by.name if look.ended_by else ""
    facts = [Fact("Result", look.get_state_display(), source=by), Fact("When", look.ended_at)]
    if look.referral_id:
        facts.append(Fact("What followed", Link(f"Referral {look.referral_id}", reverse("referral", args=[look.referral_id]))))
    return [*facts, Fact("Reason", str(words.get("reason") or "It was disposed of"))]


@of_subject("look")
def answer(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Say whether a person agrees that there is no remit; where not, the person is referred."""
    look = _look(hand)
    if look.state != "open":
        return not_open(request, look)
    form = LookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agreed = form.cleaned_data["agreed"] == "yes"
        try:
            number = decide.look(look_id=look.pk, agreed=agreed, reason=form.cleaned_data["reason"], by=who.id, at=who.at, today=who.today)
        except decide.LookIsMade:
            return not_open(request, read.look(look.pk))
        except decide.NobodyToOwn as nobody:
            form.add_error(None, str(nobody))
        else:
            messages.success(request, f"Recorded. Referral {number} follows." if number else "Recorded.")
            return redirect("second-look", look.pk)
    context = {
        "heading": "Look again",
        "lead": f"Second look {look.pk}.",
        "form": form,
        "button": Button("Record"),
        "cancel": Link("Cancel", reverse("second-look", args=[look.pk])),
    }
    return render(request, "base/form.html", context)
