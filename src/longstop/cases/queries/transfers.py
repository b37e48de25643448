"""Transfers on offer, handover packs, and bulk acts with what became of each case."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from longstop.audit import queries as audit
from longstop.cases.models import BulkAct, BulkItem, Offer, OfferState

_SHOWN = ("case__person__particulars", "case__team", "from_staff", "to_staff")


def offers_to(*, staff_id: int) -> QuerySet[Offer]:
    """Give the cases offered to a person and not yet answered, the longest waiting first."""
    return Offer.objects.filter(to_staff_id=staff_id, state=OfferState.OPEN).select_related(*_SHOWN).order_by("offered_at", "pk")


def offers_from(*, staff_id: int) -> QuerySet[Offer]:
    """Give the cases that a person has on offer to others."""
    return Offer.objects.filter(from_staff_id=staff_id, state=OfferState.OPEN).select_related(*_SHOWN).order_by("offered_at", "pk")


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
