"""Two persons who may be one: asked by hand, joined, parted, confirmed by a second person, read again by somebody who was not told."""

from datetime import date, datetime

from django.db import models

from longstop.audit.actions import SYSTEM
from longstop.audit.operations import action
from longstop.audit.queries import digest_of
from longstop.kernel.policy import load
from longstop.people.matching import joined_records
from longstop.referral.actions.joining import join, kept_first, part, standing_joining, undo_join
from longstop.referral.actions.making import NewQuestion, ask
from longstop.referral.contradictions import contradictions
from longstop.referral.models import Question, QuestionState
from longstop.referral.owners import pool
from longstop.referral.rules import CONFIRMS, DISAGREES, PAIRS, READ_AGAIN, WHETHER_ONE, is_drawn


class AnsweredBefore(Exception):
    """Whoever confirms, or reads again, has not answered about these two before. Remedy: hand it on to somebody else."""


class AskedAlready(Exception):
    """The question about these two is open. Remedy: answer that one; `question_id` is its number."""

    def __init__(self, question_id: int) -> None:
        super().__init__(question_id)
        self.question_id = question_id


@action
def ask_whether_one(*, person_id: int, other_id: int, by: int, at: datetime, today: date) -> int:
    """Ask, because somebody thinks so, whether two persons are one; gives the question's number. A former answer does not stand against it.

    Raises AskedAlready, ValueError where both are the same, NobodyToOwn.
    """
    if person_id == other_id:
        raise ValueError("Name two different persons.")
    one, other = sorted((person_id, other_id))
    if known := Question.objects.filter(kind=WHETHER_ONE, person_id=one, other_id=other, state=QuestionState.OPEN).first():
        raise AskedAlready(known.pk)
    wanted = NewQuestion(kind=WHETHER_ONE, person_id=one, other_id=other, arrival_id=None, reasons=("asked_by_hand",))
    (made,) = ask([wanted], pool(today=today), by=by, at=at, today=today)
    return made.pk


def check_reader(question: Question, *, by: int) -> None:
    """Raise AnsweredBefore where whoever answers this has answered about the same two before, and another is asked for."""
    if question.kind in PAIRS - {WHETHER_ONE} and by in _readers(question):
        raise AnsweredBefore(question.pk)


def settle_pair(question: Question, *, one: bool, reason: str, by: int, at: datetime, today: date) -> None:
    """Join the two of a question, or part them, where that is not so yet; where evidence speaks against joining, only a second person does.

    Called while the question is being answered.
    """
    assert question.other_id is not None
    standing = standing_joining(question.person_id, question.other_id)
    if one and standing is None:
        if question.kind == WHETHER_ONE and contradictions(question.person_id, question.other_id):
            return
        kept, other = kept_first(question.person_id, question.other_id)
        join(person_id=kept, other_id=other, reason=reason, answering=question.pk, by=by, at=at, today=today)
    elif not one and standing is not None:
        undo_join(joining_id=standing.pk, reason=reason, by=by, at=at, today=today)
    elif not one:  # what came joined already, by an equal identifier
        for record_id in joined_records(question.person_id).get(question.other_id, ()):
            part(record_id=record_id, reason=reason, by=by, at=at, today=today)


def read_on(question: Question, *, by: int, at: datetime, today: date) -> None:
    """Ask somebody else about the same two where the answer asks for it: to confirm, to read again, or where two readers disagree.

    Called after the question was answered, in the same transaction.
    """
    if question.kind not in PAIRS or question.other_id is None:
        return
    kind, reasons = _next(question)
    if not kind:
        return
    wanted = NewQuestion(kind=kind, person_id=question.person_id, other_id=question.other_id, arrival_id=None, reasons=reasons)
    # To read again is software's asking: who read before is not told either.
    asker = by if kind == CONFIRMS else SYSTEM
    ask([wanted], pool(today=today, but=_readers(question)), by=asker, at=at, today=today)


def _next(question: Question) -> tuple[str, tuple[str, ...]]:
    assert question.other_id is not None
    if question.kind == WHETHER_ONE:
        if question.answer == "same" and standing_joining(question.person_id, question.other_id) is None:
            return CONFIRMS, tuple(found.code for found in contradictions(question.person_id, question.other_id))
        if is_read_again(question):
            return READ_AGAIN, ("drawn",)
    if question.kind == READ_AGAIN and (first := _first_answer(question)) and first != question.answer:
        return DISAGREES, ("readers_disagree",)
    return "", ()


def is_read_again(question: Question) -> bool:
    """Say whether a question about two persons is among the share that is read twice.

    It follows from the digest under which the reason for the answer is kept. That has a salt which is drawn while the answer is recorded,
    so nobody can foresee it who answers; and it stays, even where the reason is disposed of, so whoever has the record can draw again.
    """
    assert question.ended_at is not None
    assert question.ended_payload_id is not None
    share = load("remit").at("read_again", question.ended_at.date()).integer("per_thousand")
    return is_drawn(digest_of(question.ended_payload_id), per_thousand=share)


def _first_answer(question: Question) -> str:
    """Give what the first reader answered."""
    earlier = _about_both(question).filter(kind=WHETHER_ONE, ended_at__lte=question.made_at)
    found = earlier.order_by("-ended_at").values_list("answer", flat=True).first()
    return found or ""


def _readers(question: Question) -> set[int]:
    return {staff for staff in _about_both(question).values_list("ended_by_id", flat=True) if staff is not None}


def _about_both(question: Question) -> "models.QuerySet[Question]":
    about = Question.objects.filter(person_id=question.person_id, other_id=question.other_id, kind__in=PAIRS)
    return about.filter(state=QuestionState.ANSWERED)
