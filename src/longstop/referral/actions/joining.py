"""Records of two persons are joined, and parted again: what was considered goes with the records, and nobody is left without anybody."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q

from longstop.audit.actions import keep
from longstop.audit.operations import action
from longstop.people import actions as people
from longstop.referral.actions.deciding import open_case_of, refer_by_hand
from longstop.referral.actions.making import NewQuestion, ask, overtake
from longstop.referral.models import Joining, Question, QuestionState, Referral, ReferralState, Remit, RemitResult
from longstop.referral.owners import pool
from longstop.referral.rules import JOINED_SINCE, PAIRS, WHETHER_ONE
from longstop.referral.standing import standings


class OtherHasWork(ValueError):
    """The other person has an open case, referral or other question: see to that first, then say that they are one person."""


class NotJoined(Exception):
    """The two were parted already. Remedy: look at both persons again."""


@action
def join(*, person_id: int, other_id: int, reason: str, by: int, at: datetime, today: date, answering: int | None = None) -> Joining:
    """Let the other's records be about this person, because somebody found that they are one. `undo_join` undoes exactly this.

    Whether the other is one with third persons is asked of this person from now on. Raises OtherHasWork where a case, a referral or a
    question of the other is open: it would stay with a number that no record is about any more. Raises what
    `people.actions.join_person` raises, and NobodyToOwn.
    """
    if has_work(other_id):
        raise OtherHasWork(other_id)
    joined = people.join_person(person_id=person_id, other_id=other_id, reason=reason, by=by, at=at)
    Remit.objects.filter(person_id=other_id).update(person_id=person_id)
    asked = _ask_of(person_id, instead_of=other_id, answering=answering, by=by, at=at, today=today)
    return Joining.objects.create(
        person_id=person_id,
        other_id=other_id,
        question_id=answering,
        numbers=list(joined.numbers),
        asked=asked,
        before_payload_id=joined.before_payload_id,
        made_at=at,
        made_by_id=by,
    )


def kept_first(person_id: int, other_id: int) -> tuple[int, int]:
    """Give both, first the one whom the other is joined to: what is open stays with the person whom it is about."""
    return (other_id, person_id) if has_work(other_id) and not has_work(person_id) else (person_id, other_id)


def has_work(person_id: int) -> bool:
    """Say whether a case, a referral or a question about somebody is open, apart from questions with whom they are one."""
    referred = Referral.objects.filter(person_id=person_id, state=ReferralState.OPEN).exists()
    asked = Question.objects.filter(person_id=person_id, state=QuestionState.OPEN).exclude(kind__in=PAIRS).exists()
    return referred or asked or open_case_of(person_id) is not None


def _ask_of(person_id: int, *, instead_of: int, answering: int | None, by: int, at: datetime, today: date) -> list[int]:
    """Ask of one person whatever is asked about another and a third; gives the questions that were open."""
    about = Question.objects.filter(Q(person_id=instead_of) | Q(other_id=instead_of), kind__in=PAIRS, state=QuestionState.OPEN)
    asked = list(about.exclude(pk=answering or 0).order_by("pk"))
    overtake(asked, receipt_id=None, why="Joined to another person, of whom it is asked instead.", by=by, at=at)
    _ask_again({_pair(person_id, _third(each, instead_of)): [JOINED_SINCE] for each in asked}, by=by, at=at, today=today)
    return [each.pk for each in asked]


def _ask_each_again(held: Joining, *, by: int, at: datetime, today: date) -> None:
    """Ask of the other again what was asked of both together while they were joined."""
    asked = list(Question.objects.filter(pk__in=held.asked).order_by("pk"))
    thirds = [_third(each, held.other_id) for each in asked]
    instead = Question.objects.filter(kind=WHETHER_ONE, state=QuestionState.OPEN, reasons=[JOINED_SINCE])
    both = Q(person_id=held.person_id, other_id__in=thirds) | Q(other_id=held.person_id, person_id__in=thirds)
    overtake(instead.filter(both), receipt_id=None, why="Parted again: it is asked of the other.", by=by, at=at)
    pairs = {_pair(held.other_id, third): list(each.reasons) for each, third in zip(asked, thirds, strict=True)}
    _ask_again(pairs, by=by, at=at, today=today)


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _third(question: Question, person_id: int) -> int:
    third = question.other_id if question.person_id == person_id else question.person_id
    assert third is not None
    return third


def _ask_again(pairs: Mapping[tuple[int, int], list[str]], *, by: int, at: datetime, today: date) -> None:
    """Ask of each pair, for the reasons given, whether they are one, unless that is being asked or was answered."""
    wanted = []
    for one, other in sorted(pairs):
        known = Question.objects.filter(kind=WHETHER_ONE, person_id=one, other_id=other).exclude(state=QuestionState.OVERTAKEN)
        if one != other and not known.exists():
            reasons = tuple(pairs[one, other])
            wanted.append(NewQuestion(kind=WHETHER_ONE, person_id=one, other_id=other, arrival_id=None, reasons=reasons))
    if wanted:
        ask(wanted, pool(today=today), by=by, at=at, today=today)


def standing_joining(person_id: int, other_id: int) -> Joining | None:
    """Give the joining of two persons, whichever of them the records are about now, that was not undone, if any."""
    pair = [person_id, other_id]
    return Joining.objects.filter(person_id__in=pair, other_id__in=pair, undone_at=None).first()


@action
def undo_join(*, joining_id: int, reason: str, by: int, at: datetime, today: date) -> None:
    """Say that two persons who were joined are two after all: each has again what was theirs, with what was said of it since.

    Whoever is on a list, may be in remit, and about whom nobody has anything in hand is referred at once. Raises NotJoined, and what
    `people.actions.part_person` and `refer_by_hand` raise.
    """
    held = Joining.objects.select_for_update(no_key=True).get(pk=joining_id)
    if held.undone_at is not None:
        raise NotJoined(joining_id)
    people.part_person(
        person_id=held.person_id,
        other_id=held.other_id,
        numbers=held.numbers,
        before_payload_id=held.before_payload_id,
        reason=reason,
        by=by,
        at=at,
    )
    _end(held, reason, by=by, at=at)
    Remit.objects.filter(person_id=held.person_id, arrival__person_id__in=held.numbers).update(person_id=held.other_id)
    _ask_each_again(held, by=by, at=at, today=today)
    see_to(held.other_id, reason, by=by, at=at, today=today)


def _end(held: Joining, reason: str, *, by: int, at: datetime) -> None:
    held.undone_at, held.undone_by_id = at, by
    held.undone_payload_id = keep({"reason": reason}, person_id=held.other_id).pk
    held.save(update_fields=["undone_at", "undone_by", "undone_payload_id"])


@action
def part(*, record_id: int, reason: str, by: int, at: datetime, today: date) -> int:
    """Say that one joined record is about somebody else, whose number is given. Raises NotLinked.

    Whoever has a record of their own again is joined to nobody any more, and can be joined again; what else came with them stays where it
    is, to be parted by itself. They are referred at once where a rule would have them looked at and nobody has anything in hand about them.
    """
    number = people.unlink(record_id=record_id, reason=reason, by=by, at=at)
    Remit.objects.filter(arrival__person_id=number).update(person_id=number)
    held = Joining.objects.select_for_update(no_key=True).filter(other_id=number, undone_at=None).first()
    if held is not None:
        _end(held, reason, by=by, at=at)
        _ask_each_again(held, by=by, at=at, today=today)
    see_to(number, reason, by=by, at=at, today=today)
    return number


def see_to(person_id: int, reason: str, *, by: int, at: datetime, today: date) -> None:
    """Refer somebody who was parted from another where they may be in remit, and nobody has or had anything in hand about them."""
    remit = Remit.objects.filter(person_id=person_id).exclude(result=RemitResult.OUT_OF_REMIT).order_by("pk").first()
    if remit is None or standings([person_id])[person_id].anything:
        return
    refer_by_hand(
        person_id=person_id,
        arrival_id=remit.arrival_id,
        reason=f"Parted from another person. {reason}",
        origin="change",
        why="parted",
        by=by,
        at=at,
        today=today,
    )
