"""The other agency is asked about its own record, and answers: the break stays its owner's to settle."""

from datetime import datetime

from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.intake import sightings
from longstop.reconciliation import events
from longstop.reconciliation.models import Break, BreakState, Enquiry, EnquiryState
from longstop.reconciliation.rules import ANSWERS, ENQUIRIES, ENQUIRY, Answer


class BreakIsSettled(Exception):
    """Somebody has settled the break, or it was not found any more. Remedy: look at it again."""


class CannotBeAsked(ValueError):
    """There is no record of the other agency about which it could be asked, the kind has no question, or it is asked already."""


class IsAnswered(Exception):
    """The enquiry has been answered, or the break was settled without it."""


class NoAnswer(ValueError):
    """An answer is one of `rules.ANSWERS`; where the record is wrong, what is right must be written."""


@action
def enquire(*, break_id: int, by: int, at: datetime) -> int:
    """Ask the prison of the record about a break, in the words of `rules.ENQUIRIES`; gives the enquiry's number.

    Raises BreakIsSettled, CannotBeAsked.
    """
    found = Break.objects.select_for_update(no_key=True).get(pk=break_id)
    if found.state != BreakState.OPEN:
        raise BreakIsSettled(break_id)
    if found.arrival_id is None or found.kind not in {kind.value for kind in ENQUIRIES}:
        raise CannotBeAsked(break_id)
    prison = sightings.standing([found.arrival_id])[found.arrival_id].prison
    if not prison or Enquiry.objects.filter(broken=found, state=EnquiryState.OPEN).exists():
        raise CannotBeAsked(break_id)
    made = Enquiry.objects.create(broken=found, arrival_id=found.arrival_id, prison=prison, asked_at=at, asked_by_id=by)
    record(events.AskedAbout(subject_id=break_id, person_id=found.person_id, enquiry_id=made.pk, prison=prison), by=by, at=at)
    return made.pk


@action
def answer(*, enquiry_id: int, answer: str, words: str, by: int, at: datetime) -> None:
    """Answer an enquiry for the other agency. Raises IsAnswered, NoAnswer."""
    if answer not in {each.value for each in ANSWERS} or (answer != Answer.RIGHT and not words.strip()):
        raise NoAnswer(answer)
    asked = Enquiry.objects.select_for_update(no_key=True, of=("self",)).select_related("broken").get(pk=enquiry_id)
    if asked.state != EnquiryState.OPEN:
        raise IsAnswered(enquiry_id)
    ENQUIRY.check(from_=asked.state, to=EnquiryState.ANSWERED)
    asked.state, asked.answer, asked.ended_at, asked.ended_by_id = EnquiryState.ANSWERED, answer, at, by
    asked.answer_payload_id = keep({"words": words}, person_id=asked.broken.person_id).pk
    asked.save(update_fields=["state", "answer", "ended_at", "ended_by", "answer_payload_id"])
    happened = events.ToldAbout(
        subject_id=asked.broken_id, person_id=asked.broken.person_id, enquiry_id=enquiry_id, prison=asked.prison, answer=answer, words=words
    )
    record(happened, by=by, at=at)


def overtake(break_ids: list[int], *, by: int, at: datetime) -> None:
    """Let the open enquiries about these breaks end with them. Within the action that ends them."""
    open_now = Enquiry.objects.select_for_update(no_key=True).filter(broken_id__in=break_ids, state=EnquiryState.OPEN).order_by("pk")
    for each in open_now:
        ENQUIRY.check(from_=each.state, to=EnquiryState.OVERTAKEN)
        each.state, each.ended_at, each.ended_by_id = EnquiryState.OVERTAKEN, at, by
        each.save(update_fields=["state", "ended_at", "ended_by"])
