"""One referral: why it was made, and what a named person decides. Each decision asks for the same: one choice and a reason."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from longstop.access import queries as access
from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions as cases
from longstop.cases import queries as cases_read
from longstop.people import queries as people
from longstop.referral import actions as decide
from longstop.referral import queries as read
from longstop.referral.models import Referral
from longstop.referral.queries.pairs import Blind
from longstop.referral.rules import NO_INTEREST, ORIGINS, OUT_OF_REMIT, OUTCOMES
from longstop.web.considering import parts
from longstop.web.considering.blind import BEING_READ, blind_of
from longstop.web.considering.forms import CodeForm, OwnerForm
from longstop.web.considering.subjects import InHand, closed_to, not_open, of_subject, reasons_of
from longstop.web.doors import Who, who_is
from longstop.web.parts import Button, Fact, Link, SummaryList
from longstop.web.receiving.forms import ReasonForm

REFUSED: dict[type[Exception], str] = {
    cases.MayNotOwn: "The chosen person may not own cases. Choose somebody else.",
    cases.OwnerIsLeaving: "The chosen person is about to leave. Choose somebody else.",
    cases.LacksCompetence: "The chosen person lacks a competence that the case needs. Choose somebody else.",
}


@of_subject("referral")
def page(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Show one referral. It is recorded that somebody looked."""
    referral = _referral(hand)
    remit, words = parts.remit_of(referral), parts.written(referral)
    made_on = timezone.localdate(referral.made_at)
    context = parts.opened(hand, who) | {
        "why": SummaryList([*_why(referral, words, blind_of(who)), *parts.judged(remit)], title="Why this was referred"),
        "rules": parts.rules_table(remit, on=made_on, entries=("due",)),
        "ended": parts.ended(referral, "What was decided", lambda: _ended(referral, words)),
        "accept_url": reverse("referral-accept", args=[referral.pk]),
        "no_interest_url": reverse("referral-no-interest", args=[referral.pk]),
        "out_of_remit_url": reverse("referral-out-of-remit", args=[referral.pk]),
    }
    return render(request, "considering/referral.html", context)


def _referral(hand: InHand) -> Referral:
    assert isinstance(hand.row, Referral)
    return hand.row


def _why(referral: Referral, words: Mapping[str, Any], unseen: Blind) -> list[Fact]:
    if unseen.follows(referral):
        return [Fact("Because", BEING_READ)]
    made = f"{referral.made_by.name}, {timezone.localtime(referral.made_at):%-d %B %Y at %H:%M}"
    facts = [Fact("Made by", ORIGINS.get(referral.origin, referral.origin), source=made)]
    facts += [Fact("Because", each) for each in reasons_of(referral)]
    if words.get("words"):
        facts.append(Fact("In words", str(words["words"])))
    if referral.follows_id:
        before = Link(f"Referral {referral.follows_id}", reverse("referral", args=[referral.follows_id]))
        facts.append(Fact("Decided before", before))
    return facts


def _ended(referral: Referral, words: Mapping[str, Any]) -> list[Fact]:
    by = referral.ended_by.name if referral.ended_by else ""
    facts = [Fact("Decision", referral.get_state_display(), source=by), Fact("When", referral.ended_at)]
    if referral.outcome_code:
        facts.append(Fact("Because", OUTCOMES[referral.state].get(referral.outcome_code, referral.outcome_code)))
    if referral.case:
        facts.append(Fact("Case", Link(referral.case.reference, reverse("case", args=[referral.case.pk]))))
    return [*facts, Fact("Reason", str(words.get("reason") or "It was disposed of"))]


@of_subject("referral")
def accept(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Take the case on: choose who is to own it. Where a case is open already, the referral joins it."""
    referral = _referral(hand)
    if referral.state != "open":
        return not_open(request, referral)
    form = _accept_form(request, who, hand)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        owner = int(given["owner"]) if "owner" in given else hand.open_case.owner_id if hand.open_case else 0
        try:
            case_id = decide.accept(referral_id=referral.pk, owner_id=owner, reason=given["reason"], by=who.id, at=who.at, today=who.today)
        except decide.ReferralIsDecided:
            return not_open(request, read.referral(referral.pk))
        except tuple(REFUSED) as refused:
            form.add_error("owner", REFUSED[type(refused)])
        except GuaranteeBroken as refused:
            form.add_error(None, f"The database refused it ({refused.constraint}). Nothing was changed.")
        else:
            messages.success(request, "The referral is accepted, and the case is open.")
            return redirect("case", case_id)
    case = hand.open_case
    joins = f"Case {case.reference} of {case.owner.name} is open already: the referral joins it." if case else ""
    return _ask(request, referral, form, "Accept the referral", "Accept and open the case", joins)


def _accept_form(request: HttpRequest, who: Who, hand: InHand) -> OwnerForm | ReasonForm:
    if hand.open_case:
        return ReasonForm(request.POST or None)
    teams = list(access.teams().values_list("pk", flat=True))
    return OwnerForm(request.POST or None, candidates=cases_read.candidates(team_ids=teams, today=who.today))


@of_subject("referral")
def no_interest(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Find that there is no interest in the person."""
    return _refuse(request, who, hand, NO_INTEREST, "No interest", decide.find_no_interest)


@of_subject("referral")
def out_of_remit(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Find that the person is not for this command."""
    return _refuse(request, who, hand, OUT_OF_REMIT, "Out of remit", decide.find_out_of_remit)


def _refuse(request: HttpRequest, who: Who, hand: InHand, codes: Mapping[str, str], words: str, act: Any) -> HttpResponse:
    referral = _referral(hand)
    if referral.state != "open":
        return not_open(request, referral)
    form = CodeForm(request.POST or None, codes=codes)
    if request.method == "POST" and form.is_valid():
        try:
            act(referral_id=referral.pk, code=form.cleaned_data["code"], reason=form.cleaned_data["reason"], by=who.id, at=who.at)
        except decide.ReferralIsDecided:
            return not_open(request, read.referral(referral.pk))
        messages.success(request, f"Decided: {words.lower()}. The person is considered again when the record changes.")
        return redirect("referral", referral.pk)
    return _ask(request, referral, form, f"Decide: {words.lower()}", "Decide", "")


def _ask(request: HttpRequest, referral: Referral, form: Any, heading: str, button: str, lead: str) -> HttpResponse:
    context = {
        "heading": heading,
        "lead": lead or f"Referral {referral.pk}.",
        "form": form,
        "button": Button(button),
        "cancel": Link("Cancel", reverse("referral", args=[referral.pk])),
    }
    return render(request, "base/form.html", context)


def refer(request: HttpRequest, person_id: int) -> HttpResponse:
    """Refer a person by hand, from their page or a record's."""
    who = who_is(request)
    about = cases_read.of_persons([person_id])
    known = people.names([person_id])
    if person_id not in known:
        raise Http404
    if closed_to(about, who):
        words = ["There is a case about this person, and it is restricted: there is nothing to refer."]
        return render(request, "base/problem.html", {"heading": "This person is restricted", "paragraphs": words}, status=403)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            number = decide.refer_by_hand(person_id=person_id, reason=form.cleaned_data["reason"], by=who.id, at=who.at, today=who.today)
        except decide.InHandAlready:
            form.add_error(None, "This person has an open case, or a referral that waits for a decision. See their page.")
        except decide.NobodyToOwn as nobody:
            form.add_error(None, str(nobody))
        else:
            messages.success(request, "The person is referred. Somebody will decide by the date shown.")
            return redirect("referral", number)
    context = {
        "title": "Refer a person",
        "heading": f"Refer {known[person_id].name or f'person {person_id}'}",
        "lead": "A duty officer will decide: take the case on, no interest, or out of remit. What was decided before stays as it is.",
        "form": form,
        "button": Button("Refer"),
        "cancel": Link("Cancel", reverse("referrals")),
    }
    return render(request, "base/form.html", context)
