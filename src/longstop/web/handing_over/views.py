"""Cases that change hands: offers to answer, packs to sign, offering a case."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from longstop.access import queries as access
from longstop.access.relations import Act
from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions
from longstop.cases import queries as cases
from longstop.cases.models import Case, Offer, OfferState, Ownership
from longstop.web.casework.guards import of_case
from longstop.web.casework.refusals import attempt
from longstop.web.casework.standing_in import on_record, record_view
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import Compared
from longstop.web.exporting.listing import Later, of_query, show_list
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.handing_over import packs
from longstop.web.handing_over.changed import OFFERS, PACKS
from longstop.web.handing_over.forms import DeclineForm, OfferForm, SignForm, WithdrawForm
from longstop.web.leading import scope
from longstop.web.leading.words import case_cell, case_href, case_words, day
from longstop.web.parts import Address, Button, Choice, Column, Fact, Link, Row, SummaryList, Table, Tabs, Tag, When

SIGN_KEPT = "You sign for the pack as it is shown here. What you sign is kept."


@also_in_the_past
def transfers(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer or a signature: offered to the viewer, by them, in their teams, and packs to sign."""
    who, here = who_is(request), Address.of(request)
    teams = who.standing.answers_for | who.standing.stands_in_for
    lists: dict[str, tuple[str, QuerySet[Any]]] = {
        "to": ("Offered to you", cases.offers_to(staff_id=who.id)),
        "from": ("Offered by you", cases.offers_from(staff_id=who.id)),
        **({"teams": ("In your teams", cases.offers_around(team_ids=teams))} if teams else {}),
        "sign": ("Packs to sign", cases.packs_to_sign(staff_id=who.id)),
    }
    view = here.get("view") if here.get("view") in lists else "to"
    name, found = lists[view]

    def make(some: Sequence[Any]) -> Table:
        return _to_sign(some, who) if view == "sign" else _offers(some, who, name)

    context: dict[str, Any] = {
        "heading": "Transfers",
        "lead": "A case that is on offer stays with its owner until the person it is offered to accepts.",
        "view": name,
        "tabs": Later(lambda: _tabs(lists, view, here)),
        "table": Later(lambda: make(list(found))),
    }
    compared = Compared(lambda each: found.all(), PACKS if view == "sign" else OFFERS)
    return show_list(request, "base/list.html", context, of_query("case", found, make, compared=compared))


def _tabs(lists: Mapping[str, tuple[str, QuerySet[Any]]], view: str, here: Address) -> Tabs:
    views = here.only()
    return Tabs([Choice(text, views.with_param("view", key).href, found.count(), key == view) for key, (text, found) in lists.items()])


def _offers(found: Sequence[Offer], who: Who, caption: str) -> Table:
    rows = []
    for each in found:
        cell = case_cell(each.case, who, href=reverse("transfer", args=[each.pk]))
        due = When.due(each.task.due, today=who.today)
        rows.append(Row([cell, each.from_staff.name, each.to_staff.name, day(timezone.localdate(each.offered_at)), due]))
    columns = [Column.case(), Column("From"), Column("To"), Column("Offered", narrow=True), Column.due("Answer due")]
    return Table(caption, columns, rows, id="offers", caption_hidden=True, empty="Nothing waits here.")


def _to_sign(found: Sequence[Ownership], who: Who) -> Table:
    rows = []
    for spell in found:
        cell = case_cell(spell.case, who, href=reverse("handover", args=[spell.case_id]))
        rows.append(Row([cell, day(timezone.localdate(spell.started_at)) if spell.started_at else ""]))
    columns = [Column.case(), Column("Yours since", narrow=True)]
    empty = "You have signed for every case that came to you."
    return Table("Handover packs to sign", columns, rows, id="packs", caption_hidden=True, empty=empty)


def transfer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Show an offer with its handover pack, and take the answer."""
    who = who_is(request)
    page = cases.offer_page(offer_id)
    if page is None:
        raise Http404
    offered = page.offer
    if not _concerns(offered, who):
        raise PermissionDenied
    if request.method == "POST":
        return _answer(request, who, offered, page)
    return _show(request, who, page, {})


def _show(request: HttpRequest, who: Who, page: cases.OfferPage, forms_with_errors: dict[str, forms.Form]) -> HttpResponse:
    offered = page.offer
    seen = cases.may_see(offered.case, who.standing)
    if seen:
        record_view(offered.case, who)
    waits = offered.state == OfferState.OPEN
    mine = waits and offered.to_staff_id == who.id
    wrong = next(iter(forms_with_errors.values()), None)
    context = {
        "offer": offered,
        "case": offered.case,
        "named": case_words(offered.case, who),
        "case_href": case_href(offered.case_id),
        "seen": seen,
        "about": _about(page, who, seen=seen),
        "pack": packs.present(page.pack, today=who.today) if seen else None,
        "sign": forms_with_errors.get("accept", SignForm()) if mine and seen else None,
        "decline": forms_with_errors.get("decline", DeclineForm(auto_id="decline_%s")) if mine else None,
        "withdraw": forms_with_errors.get("withdraw", WithdrawForm(auto_id="withdraw_%s"))
        if waits and _may_withdraw(offered, who)
        else None,
        "sign_kept": SIGN_KEPT,
        "wrong": wrong,
        "back": Link("Back to transfers", reverse("transfers")),
    }
    return render(request, "handing_over/transfer.html", context)


def _about(page: cases.OfferPage, who: Who, *, seen: bool) -> SummaryList:
    offered = page.offer
    facts = [
        Fact("From", offered.from_staff.name),
        Fact("To", offered.to_staff.name),
        Fact("Offered", offered.offered_at),
        Fact("State", Tag(OfferState(offered.state).label, "yellow" if offered.state == OfferState.OPEN else "grey")),
    ]
    facts += [Fact("Answer due", When.due(offered.task.due, today=who.today))] if offered.state == OfferState.OPEN else []
    return SummaryList([*facts, Fact("Reason", page.reason)] if seen else facts)


def _concerns(offered: Offer, who: Who) -> bool:
    """An offer is for the two it is between, whoever covers them, and those who answer for either's team."""
    here = {who.id, *who.standing.covering}
    teams = (offered.case.team_id, offered.to_staff.team_id)
    return bool({offered.to_staff_id, offered.from_staff_id} & here) or any(scope.may_see_to(who, team_id) for team_id in teams)


def _may_withdraw(offered: Offer, who: Who) -> bool:
    """An offer is taken back by whoever owns the case or covers for them, and by a manager of the case's team."""
    return offered.from_staff_id in (who.id, *who.standing.covering) or scope.may_see_to(who, offered.case.team_id)


def _answer(request: HttpRequest, who: Who, offered: Offer, page: cases.OfferPage) -> HttpResponse:
    do = request.POST.get("do", "")
    if do == "withdraw" and _may_withdraw(offered, who):
        form: forms.Form = WithdrawForm(request.POST, auto_id="withdraw_%s")
        said = "The offer was taken back. The case stays where it is."
    elif do == "decline" and offered.to_staff_id == who.id:
        form, said = DeclineForm(request.POST, auto_id="decline_%s"), f"You declined. {offered.from_staff.name} still owns the case."
    elif do == "accept" and offered.to_staff_id == who.id and cases.may_see(offered.case, who.standing):
        form, said = SignForm(request.POST), "The case is yours now, with its open tasks."
    else:
        raise PermissionDenied
    try:
        if form.is_valid() and attempt(form, _act(do, offered, form, who)):
            messages.success(request, said)
            return redirect("case", offered.case_id) if do == "accept" else redirect("transfers")
    except actions.OfferIsAnswered:
        messages.error(request, "This offer was answered, or taken back, in the meantime.")
        return redirect("transfer", offered.pk)
    return _show(request, who, page, {do: form})


def _act(do: str, offered: Offer, form: forms.Form, who: Who) -> Callable[[], None]:
    """The one call that the answer stands for."""
    reason = form.cleaned_data.get("reason", "")
    if do == "accept":
        return lambda: actions.accept(offer_id=offered.pk, pack_read=True, by=who.id, at=who.at, today=who.today)
    if do == "decline":
        return lambda: actions.decline(offer_id=offered.pk, reason=reason, by=who.id, at=who.at)

    def withdraw() -> None:
        with on_record(offered.case, who, Act.OFFER):
            actions.withdraw_offer(offer_id=offered.pk, reason=reason, by=who.id, at=who.at)

    return withdraw


@of_case(act=Act.OFFER)
def offer(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Offer a case to somebody by name."""
    if case.closed_at is not None:
        messages.error(request, f"{case.reference} is closed: it cannot be offered.")
        return redirect("case", case.pk)
    if (offered := cases.offer_of(case.pk)) is not None:
        messages.error(request, f"{case.reference} is on offer to {offered.to_staff.name} already. Take that offer back first.")
        return redirect("transfer", offered.pk)
    form = OfferForm(request.POST or None, day=who.today, team_ids=[case.team_id], initial={"expected": case.owner_id})
    if request.method == "POST" and form.is_valid() and _offer(form, case, who):
        messages.success(request, f"The case is offered to {form.staff.name}. {case.owner.name} owns it until then.")
        return redirect("transfers")
    context = {
        "heading": f"Offer {case_words(case, who)}",
        "title": f"Offer {case.reference}",
        "lead": f"{case.owner.name} owns the case until the offer is accepted. The handover pack is gathered from the record now.",
        "form": form,
        "button": Button("Offer the case"),
        "cancel": Link("Cancel", case_href(case.pk)),
        "pack": packs.present(cases.handover_pack(case_id=case.pk, today=who.today), today=who.today),
    }
    return render(request, "handing_over/offer.html", context)


def _offer(form: OfferForm, case: Case, who: Who) -> bool:
    """Make the one call; say whether it was done, and on the form why it was not."""
    said = form.cleaned_data
    offering: dict[str, int] = {"case_id": case.pk, "to": form.staff.pk, "from_": said["expected"]}

    def act() -> None:
        try:
            actions.offer(**offering, reason=said["reason"], by=who.id, at=who.at, today=who.today)
        except actions.AlreadyTheOwner:
            form.add_error("owner", "This person owns the case already: choose somebody else")
        except actions.OwnerHasChanged as refused:
            names = access.staff_names([refused.owner_id, said["expected"]])
            before, now = names.get(said["expected"], "somebody else"), names[refused.owner_id]
            form.add_error(
                None, f"The case was {before}'s when you opened this page, and is {now}'s now. Look at it again before you go on."
            )
        except GuaranteeBroken as refused:
            if refused.constraint != "one_open_offer_a_case":
                raise
            form.add_error(None, "Somebody else has offered the case in the meantime. See it among the transfers.")

    return attempt(form, act) and not form.errors


@of_case
def handover(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Show the handover pack of a case that came without an offer, and take the new owner's signature that it was read."""
    waiting = case.owner_id == who.id and cases.packs_to_sign(staff_id=who.id).filter(case_id=case.pk).exists()
    form = SignForm(request.POST if request.method == "POST" else None) if waiting else None
    if request.method == "POST":
        if form is None:
            messages.error(request, "There is nothing for you to sign: you do not own this case, or have signed already.")
            return redirect("handover", case.pk)
        if form.is_valid():
            actions.sign_handover(case_id=case.pk, by=who.id, at=who.at)
            messages.success(request, "You signed that you have read the handover pack.")
            return redirect("case", case.pk)
    record_view(case, who)
    context = {
        "case": case,
        "named": case_words(case, who),
        "case_href": case_href(case.pk),
        "before": cases.came_from(case.pk),
        "pack": packs.present(cases.handover_pack(case_id=case.pk, today=who.today), today=who.today),
        "form": form,
        "sign_kept": SIGN_KEPT,
        "back": Link("Back to packs to sign", f"{reverse('transfers')}?view=sign"),
    }
    return render(request, "handing_over/handover.html", context)
