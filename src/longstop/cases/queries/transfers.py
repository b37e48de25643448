"""Transfers on offer, handover packs, and bulk acts with what became of each case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from longstop.audit import queries as audit
from longstop.cases import handover
from longstop.cases.models import BulkAct, BulkItem, Case, Offer, OfferState, Ownership, SpellState

_SHOWN = ("case__person__particulars", "case__team", "from_staff", "to_staff", "task")


def offers_to(*, staff_id: int) -> QuerySet[Offer]:
    """Give the cases offered to a person and not yet answered, the longest waiting first."""
    return Offer.objects.filter(to_staff_id=staff_id, state=OfferState.OPEN).select_related(*_SHOWN).order_by("offered_at", "pk")


def offers_from(*, staff_id: int) -> QuerySet[Offer]:
    """Give the cases that a person has on offer to others."""
    return Offer.objects.filter(from_staff_id=staff_id, state=OfferState.OPEN).select_related(*_SHOWN).order_by("offered_at", "pk")


def offers_around(*, team_ids: Iterable[int]) -> QuerySet[Offer]:
    """Give the open offers from or to anybody in these teams, the longest waiting first."""
    ids = list(team_ids)
    found = Offer.objects.filter(Q(case__team_id__in=ids) | Q(to_staff__team_id__in=ids), state=OfferState.OPEN)
    return found.select_related(*_SHOWN).order_by("offered_at", "pk")


def offers_by_number(offer_ids: Iterable[int]) -> dict[int, Offer]:
    """Give these offers, answered or not, by number. One query."""
    return {each.pk: each for each in Offer.objects.filter(pk__in=set(offer_ids)).select_related(*_SHOWN)}


def spells_by_number(spell_ids: Iterable[int]) -> dict[int, Ownership]:
    """Give these spells of ownership, current or ended, with their cases, by number. One query."""
    return {each.pk: each for each in Ownership.objects.filter(pk__in=set(spell_ids)).select_related("case__person__particulars")}


def offer_of(case_id: int) -> Offer | None:
    """Give the open offer of a case, if it is on offer."""
    return Offer.objects.filter(case_id=case_id, state=OfferState.OPEN).select_related(*_SHOWN).first()


def came_from(case_id: int) -> Ownership | None:
    """Give the spell of ownership before the present one; None for the first owner."""
    found = Ownership.objects.filter(case_id=case_id, state=SpellState.ENDED, started_at__isnull=False)
    found = found.exclude(staff_id=F("case__owner_id"))  # who moved to another team with the case did not hand it over
    return found.select_related("staff", "team").order_by("-started_at").first()


def handover_pack(*, case_id: int, today: date) -> dict[str, Any]:
    """Give what a successor must know about a case, as it stands today."""
    return handover.pack(case_id=case_id, today=today)


def live_cases_of(*, staff_id: int) -> list[Case]:
    """Give the open cases that a person owns, or is to own by a plan, by next due date: what their leaving must cover."""
    live = Ownership.objects.filter(staff_id=staff_id, state__in=[SpellState.CURRENT, SpellState.PLANNED])
    found = Case.objects.filter(closed_at__isnull=True, pk__in=live.values("case_id"))
    return list(found.select_related("person__particulars", "owner", "team", "next_task").order_by("next_due", "pk"))


def planned_spells(*, case_ids: Iterable[int]) -> dict[int, Ownership]:
    """Give the planned owner of each of these cases that has one, by case."""
    found = Ownership.objects.filter(case_id__in=list(case_ids), state=SpellState.PLANNED).select_related("staff", "team")
    return {spell.case_id: spell for spell in found}


@dataclass(frozen=True)
class OfferPage:
    """An offer with its reason and the handover pack that the receiver signs for."""

    offer: Offer
    reason: str
    pack: dict[str, Any]


def offer_page(offer_id: int) -> OfferPage | None:
    """Give one offer with its pack; None where there is none of that number."""
    found = Offer.objects.select_related(*_SHOWN).filter(pk=offer_id).first()
    if found is None:
        return None
    words = audit.contents([found.reason_payload_id, found.pack_payload_id])
    return OfferPage(found, str((words.get(found.reason_payload_id) or {}).get("reason", "")), words.get(found.pack_payload_id) or {})


def pack_of(offer_id: int) -> dict[str, Any]:
    """Give the handover pack of an offer; empty where it was disposed of."""
    page = offer_page(offer_id)
    return page.pack if page else {}


def bulk_acts(*, limit: int = 25) -> QuerySet[BulkAct]:
    """Give the newest bulk acts."""
    return BulkAct.objects.select_related("acted_by", "undone_by").order_by("-pk")[:limit]


def bulk_act(act_id: int) -> tuple[BulkAct, list[BulkItem]] | None:
    """Give a bulk act with its items, refused and skipped ones first."""
    act = BulkAct.objects.select_related("acted_by", "undone_by").filter(pk=act_id).first()
    if act is None:
        return None
    items = act.items.select_related("case__person__particulars", "case__team", "from_staff", "to_staff").order_by("-result", "case_id")
    return act, list(items)


def reason_of(payload_id: int) -> str:
    """Give the words of a stored reason; empty where it was disposed of."""
    return str((audit.contents([payload_id]).get(payload_id) or {}).get("reason", ""))
