"""One departure: where somebody was last seen, what a case says, and why they are not on the list any more."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from longstop.cases.models import Custody
from longstop.referral import actions as decide
from longstop.referral import queries as read
from longstop.referral.models import Departure
from longstop.referral.queries import desk
from longstop.referral.rules import EXPLANATIONS
from longstop.web.considering import parts
from longstop.web.considering.forms import ExplainForm
from longstop.web.considering.subjects import InHand, not_open, of_subject
from longstop.web.doors import Who
from longstop.web.parts import Button, Fact, Link, SummaryList


@of_subject("departure")
def page(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Show one departure. It is recorded that somebody looked."""
    gone = _departure(hand)
    waiting = desk.in_hand([gone.person_id])[gone.person_id]
    context = parts.opened(hand, who) | {
        "seen": SummaryList(_seen(gone), title="Last seen"),
        "says": SummaryList(_says(hand, waiting), title="What Longstop says"),
        "warning": _warning(hand, waiting),
        "ended": parts.ended(gone, "How it was explained", lambda: _ended(gone, parts.written(gone))),
        "explain_url": reverse("departure-explain", args=[gone.pk]),
    }
    return render(request, "considering/departure.html", context)


def _departure(hand: InHand) -> Departure:
    assert isinstance(hand.row, Departure)
    return hand.row


def _seen(gone: Departure) -> list[Fact]:
    prison = gone.arrival.prison if gone.arrival else ""
    return [
        Fact("Prison", prison),
        Fact("On the list of", timezone.localtime(gone.last_seen.observed_at), source=gone.last_seen.file_name),
        Fact("Missing from the list of", timezone.localtime(gone.receipt.observed_at), source=gone.receipt.file_name),
        Fact("Release date, as the prison said", gone.arrival.release_date if gone.arrival else None),
    ]


def _says(hand: InHand, waiting: desk.InHand) -> list[Fact]:
    case = hand.open_case
    facts = [Fact("Case", "No case is open.")]
    if case is not None:
        held = f"{Custody(case.custody).label}; {case.owner.name}, {case.team.name}"
        facts = [Fact("Case", Link(case.reference, reverse("case", args=[case.pk])), source=held)]
    if waiting.referral_id:
        state = "waits for a decision" if waiting.referral_state == "open" else waiting.referral_state.replace("_", " ")
        link = Link(f"Referral {waiting.referral_id}", reverse("referral", args=[waiting.referral_id]))
        facts.append(Fact("Referral", link, source=state.capitalize()))
    return facts


def _warning(hand: InHand, waiting: desk.InHand) -> str:
    case = hand.open_case
    if case is not None and case.custody in desk.HELD:
        return "A case says that this person is held, and they are gone from the list. Find out where they are."
    if waiting.referral_id and waiting.referral_state == "open":
        return "Nobody has decided on this person's referral, and they are gone from the list."
    return ""


def _ended(gone: Departure, words: Mapping[str, Any]) -> list[Fact]:
    if gone.state == "returned":
        return [Fact("Back", "The person is on the list again."), Fact("When", gone.ended_at)]
    by = gone.ended_by.name if gone.ended_by else ""
    facts = [Fact("Explanation", EXPLANATIONS.get(gone.explanation, gone.explanation), source=by), Fact("When", gone.ended_at)]
    return [*facts, Fact("Evidence", str(words.get("evidence") or "It was disposed of"))]


@of_subject("departure")
def explain(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Say why somebody is not on the list any more, and by what evidence."""
    gone = _departure(hand)
    if gone.state != "open":
        return not_open(request, gone)
    form = ExplainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            decide.explain(departure_id=gone.pk, explanation=given["explanation"], evidence=given["evidence"], by=who.id, at=who.at)
        except decide.DepartureIsExplained:
            return not_open(request, read.departure(gone.pk))
        messages.success(request, "The departure is explained.")
        return redirect("departure-from-list", gone.pk)
    context = {
        "heading": "Explain the departure",
        "lead": f"Departure {gone.pk}.",
        "form": form,
        "button": Button("Explain"),
        "cancel": Link("Cancel", reverse("departure-from-list", args=[gone.pk])),
    }
    return render(request, "base/form.html", context)
