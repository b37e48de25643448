"""Both ends of the front door as a statement between two lists needs them: everybody on a list, who is in hand, and who is missing."""

from collections.abc import Collection

from django.db.models import OuterRef, Q, QuerySet, Subquery

from longstop.audit.bulk import among
from longstop.intake import sightings
from longstop.intake.models import Receipt
from longstop.referral.models import Departure, DepartureState, Question, QuestionState, Referral, ReferralState, Remit
from longstop.referral.queries.receipts import unconsidered_receipts
from longstop.referral.rules import ANSWERS
from longstop.referral.standing import ASIDE

__all__ = [
    "answered_out",
    "asked",
    "decided",
    "gone",
    "listed",
    "newest_list",
    "referred",
    "refused",
    "said_british",
    "taken_on_as_foreign",
    "unconsidered_receipts",
]


def newest_list(source: str) -> Receipt | None:
    """Give the complete list of a source that was taken in last; None where there is none, or another says what is newer.

    Which list gave a record last follows the order in which lists came: after an older one, nobody can say whom the newest gave.
    """
    came = [each for each in sightings.finished_receipts(source=source) if each.repeats_id is None]
    return came[-1] if came and sightings.is_latest_list(came[-1]) else None


def listed(receipt: Receipt) -> "QuerySet[Remit]":
    """Give what the rules made of each record that a list gave: with its person, as records are joined now, and the record."""
    return Remit.objects.filter(arrival__sighting__receipt_id=receipt.pk).order_by()


def referred() -> "QuerySet[Referral]":
    """Give the referrals that wait for a decision."""
    return Referral.objects.filter(state=ReferralState.OPEN).order_by()


def asked() -> "QuerySet[Question]":
    """Give the open questions about who is to be considered; whether two are one person is another matter."""
    return Question.objects.filter(state=QuestionState.OPEN).exclude(kind__in=ASIDE).order_by()


def decided() -> "QuerySet[Referral]":
    """Give of each person the referral that was decided last, where a person found no interest or no remit."""
    last = Referral.objects.filter(person_id=OuterRef("person_id")).exclude(state=ReferralState.OPEN).order_by("-ended_at", "-pk")
    refused = Referral.objects.filter(state__in=[ReferralState.NO_INTEREST, ReferralState.OUT_OF_REMIT])
    return refused.filter(pk=Subquery(last.values("pk")[:1])).order_by()


def answered_out() -> "QuerySet[Question]":
    """Give the questions whose answer was that there is no remit."""
    out = Q()
    for kind, answers in ANSWERS.items():
        if found := [answer for answer, (_, follows) in answers.items() if follows == "out"]:
            out |= Q(kind=kind, answer__in=found)
    return Question.objects.filter(out, state=QuestionState.ANSWERED).order_by()


def gone(receipt: Receipt) -> "QuerySet[Departure]":
    """Give the departures, explained or not, of those whom a list does not give."""
    away = Departure.objects.filter(state__in=[DepartureState.OPEN, DepartureState.EXPLAINED])
    return away.exclude(arrival__sighting__receipt_id=receipt.pk).order_by()


def refused(receipt: Receipt) -> "QuerySet[Remit]":
    """Give the records whose row in a list was refused, so that the list gives them no more than that somebody is there."""
    return Remit.objects.filter(arrival__person_id__in=sightings.refused_persons(receipt)).order_by()


def said_british(receipt: Receipt) -> "QuerySet[Remit]":
    """Give the records of a list that the rules read as saying British, and no other record of the person as saying otherwise."""
    return listed(receipt).filter(reasons__overlap=["british", "british_detainee"])


def taken_on_as_foreign(person_ids: Collection[int]) -> set[int]:
    """Give those of these persons whom somebody took on as not British: by accepting a referral that says so, or an answer. Two queries."""
    accepted = Referral.objects.filter(among("person_id", person_ids), state=ReferralState.ACCEPTED)
    asked = Question.objects.filter(among("person_id", person_ids), state=QuestionState.ANSWERED, answer="foreign").order_by()
    told = accepted.filter(reasons__contains=["not_british"]).order_by()
    return {*told.values_list("person_id", flat=True), *asked.values_list("person_id", flat=True)}
