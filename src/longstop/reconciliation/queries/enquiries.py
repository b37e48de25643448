"""What the other agency is asked: for its owner, and for whoever answers."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from longstop.audit.queries import contents
from longstop.reconciliation.models import Enquiry, EnquiryState


def enquiries_at(prisons: Collection[str]) -> "QuerySet[Enquiry]":
    """Give what is asked at these prisons and waits for an answer, the oldest first."""
    found = Enquiry.objects.filter(state=EnquiryState.OPEN, prison__in=list(prisons))
    return found.select_related("broken", "arrival").order_by("asked_at", "pk")


def enquiry(enquiry_id: int) -> Enquiry:
    """Give one enquiry with its break. Raises Enquiry.DoesNotExist."""
    return Enquiry.objects.select_related("broken", "arrival").get(pk=enquiry_id)


def enquiries_about(break_id: int) -> list[Enquiry]:
    """Give what was asked about a break, newest first."""
    return list(Enquiry.objects.filter(broken_id=break_id).select_related("asked_by", "ended_by").order_by("-pk"))


def answers_of(rows: Iterable[Enquiry]) -> dict[int, str]:
    """Give what was written as an answer, by enquiry; nothing for those disposed of or not answered. One query."""
    wanted = {each.pk: each.answer_payload_id for each in rows if each.answer_payload_id is not None}
    kept = contents(wanted.values())
    return {number: str((kept.get(payload) or {}).get("words") or "") for number, payload in wanted.items()}
