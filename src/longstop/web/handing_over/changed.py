"""What is compared of an offer and of a handover pack to sign, where their list is held beside itself at a past moment."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils import timezone

from longstop.cases import queries as cases
from longstop.cases.models import Offer, OfferState, Ownership, SpellState
from longstop.web.doors import Who
from longstop.web.exporting.changes import Kind, Told
from longstop.web.leading.words import case_cell, day
from longstop.web.parts import Cell, Column


def _offers(numbers: Sequence[int], now: Who) -> Mapping[int, Offer]:
    return cases.offers_by_number(numbers)


def _offer_cells(found: Mapping[int, Offer], now: Who) -> dict[int, list[Cell]]:
    return {pk: [case_cell(each.case, now, href=reverse("transfer", args=[pk]))] for pk, each in found.items()}


def _offer_gone(offer: Offer) -> str:
    on = f" on {day(timezone.localdate(offer.answered_at))}" if offer.answered_at else ""
    return f"{OfferState(offer.state).label}{on}"


def _packs(numbers: Sequence[int], now: Who) -> Mapping[int, Ownership]:
    return cases.spells_by_number(numbers)


def _pack_cells(found: Mapping[int, Ownership], now: Who) -> dict[int, list[Cell]]:
    return {pk: [case_cell(each.case, now, href=reverse("handover", args=[each.case_id]))] for pk, each in found.items()}


def _pack_gone(spell: Ownership) -> str:
    if spell.read_at is not None:
        return f"Signed for on {day(timezone.localdate(spell.read_at))}"
    return "The case is another's now" if spell.state != SpellState.CURRENT else "Still to be signed"


OFFERS = Kind(
    columns=(Column.case(),),
    fields={"from_staff_id": Told("From", staff=True), "to_staff_id": Told("To", staff=True), "task__due": Told("Answer due")},
    noun="offers",
    load=_offers,
    cells=_offer_cells,
    gone=_offer_gone,
)
PACKS = Kind(
    columns=(Column.case(),),
    fields={"started_at": Told("Yours since")},
    noun="packs",
    load=_packs,
    cells=_pack_cells,
    gone=_pack_gone,
)
