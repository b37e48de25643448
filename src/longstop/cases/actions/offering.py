"""A transfer is an offer: the sender owns the case until the receiver accepts, having read the handover pack."""

from datetime import date, datetime

from longstop.access import queries as access
from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.cases import events, handover
from longstop.cases.actions.moving import (
    AlreadyTheOwner,
    OwnerHasChanged,
    answer_offer,
    change_owner,
    check_may_own,
    drop_offers,
    lock_open,
    settle,
)
from longstop.cases.models import Case, Offer, OfferState
from longstop.cases.rules import ANSWER
from longstop.clocks.working_days import Nation, add
from longstop.kernel.policy import load
from longstop.work import actions as work
from longstop.work.rules import NewTask


class OfferIsAnswered(Exception):
    """The offer was answered, or withdrawn, in the meantime."""


class PackNotRead(ValueError):
    """The receiver signs that the handover pack was read before a case becomes theirs."""


class NotOfferedToYou(PermissionError):
    """An offer is answered by the person it was made to, and withdrawn by the person who owns the case or a manager."""


@action
def offer(*, case_id: int, to: int, from_: int, reason: str, by: int, at: datetime, today: date) -> Offer:
    """Offer a case to another owner, with a handover pack and a task for them to answer it.

    Raises CaseIsClosed, OwnerHasChanged, AlreadyTheOwner, MayNotOwn, OwnerIsLeaving, LacksCompetence; GuaranteeBroken
    ("one_open_offer_a_case") where it is on offer already.
    """
    case = lock_open(case_id)
    if case.owner_id != from_:
        raise OwnerHasChanged(case_id, case.owner_id)
    if to == from_:
        raise AlreadyTheOwner(case.reference)
    receiver = access.lock_staff([to]).get(to)
    check_may_own(staff=receiver, needs_competence=case.needs_competence, today=today)
    assert receiver is not None
    assert receiver.team_id is not None
    days = load("targets").at("offer_answer", today).integer("working_days")
    due = add(day=today, days=days, nation=Nation.ENGLAND_AND_WALES)
    new = NewTask(kind=ANSWER, due=due, owner_id=to)
    subject = work.Subject(kind="case", id=case_id, person_id=case.person_id)
    task = work.make(subject=subject, new=new, owner_id=to, team_id=receiver.team_id, by=by, at=at, today=today)
    pack = keep(handover.pack(case_id=case_id, today=today), person_id=case.person_id)
    why = keep({"reason": reason}, person_id=case.person_id)
    made = Offer.objects.create(
        case=case,
        from_staff_id=from_,
        to_staff_id=to,
        task=task,
        reason_payload_id=why.pk,
        pack_payload_id=pack.pk,
        offered_at=at,
        offered_by_id=by,
    )
    settle(case, by=by, at=at)
    happened = events.TransferOffered(
        subject_id=case_id, person_id=case.person_id, offer_id=made.pk, from_staff_id=from_, to_staff_id=to, reason=reason
    )
    record(happened, by=by, at=at)
    return made


def _lock_offer(offer_id: int) -> tuple[Offer, Case]:
    """Lock the case first, then the offer. Raises OfferIsAnswered, CaseIsClosed."""
    case = lock_open(Offer.objects.values_list("case_id", flat=True).get(pk=offer_id))
    offered = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    if offered.state != OfferState.OPEN:
        raise OfferIsAnswered(offered.state)
    return offered, case


@action
def accept(*, offer_id: int, pack_read: bool, by: int, at: datetime, today: date) -> None:
    """Take the offered case over, having signed that its handover pack was read.

    Raises OfferIsAnswered, NotOfferedToYou, PackNotRead, OwnerHasChanged, MayNotOwn, OwnerIsLeaving, LacksCompetence.
    """
    offered, case = _lock_offer(offer_id)
    if offered.to_staff_id != by:
        raise NotOfferedToYou
    if not pack_read:
        raise PackNotRead
    if case.owner_id != offered.from_staff_id:
        raise OwnerHasChanged(case.pk, case.owner_id)
    receiver = access.lock_staff([by])[by]
    check_may_own(staff=receiver, needs_competence=case.needs_competence, today=today)
    assert receiver.team_id is not None
    answer_offer(offered, OfferState.ACCEPTED, by=by, at=at)
    work.complete(task_id=offered.task_id, result="Accepted", person_id=case.person_id, by=by, at=at)
    spell = change_owner(case, to=by, team_id=receiver.team_id, why="transfer", reason="", by=by, at=at)
    spell.read_at, spell.read_by_id = at, by
    spell.save(update_fields=["read_at", "read_by"])
    digest = handover.digest_of(offered.pack_payload_id)
    record(events.TransferAccepted(subject_id=case.pk, person_id=case.person_id, offer_id=offer_id, pack_digest=digest), by=by, at=at)


@action
def decline(*, offer_id: int, reason: str, by: int, at: datetime) -> None:
    """Say no to an offered case, and why; it stays where it is. Raises OfferIsAnswered, NotOfferedToYou."""
    offered, case = _lock_offer(offer_id)
    if offered.to_staff_id != by:
        raise NotOfferedToYou
    answer_offer(offered, OfferState.DECLINED, by=by, at=at)
    work.complete(task_id=offered.task_id, result="Declined", person_id=case.person_id, by=by, at=at)
    settle(case, by=by, at=at)
    record(events.TransferDeclined(subject_id=case.pk, person_id=case.person_id, offer_id=offer_id, reason=reason), by=by, at=at)


@action
def withdraw_offer(*, offer_id: int, reason: str, by: int, at: datetime) -> None:
    """Take an offer back; the case stays where it is. Raises OfferIsAnswered."""
    _, case = _lock_offer(offer_id)
    drop_offers(case, by=by, at=at, reason=reason)
    settle(case, by=by, at=at)
