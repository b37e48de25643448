"""What people find out: answers to questions, explanations of departures, second looks."""

from datetime import date, datetime

from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.intake import sightings
from longstop.referral import events
from longstop.referral.actions.deciding import InHandAlready, NoReason, refer_by_hand, set_aside
from longstop.referral.actions.pairs import check_reader, read_on, settle_pair
from longstop.referral.models import Departure, DepartureState, Look, LookState, Question, QuestionState
from longstop.referral.rules import ANSWERS, DEPARTURE, EXPLANATIONS, LOOK, QUESTION
from longstop.work import actions as work


class QuestionIsAnswered(Exception):
    """The question was answered, or the record says it now. Remedy: look at the answer."""


class DepartureIsExplained(Exception):
    """The departure was explained, or the person is back on the list. Remedy: look at it again."""


class LookIsMade(Exception):
    """Somebody else has looked at the result in the meantime."""


@action
def answer(*, question_id: int, answer: str, reason: str, by: int, at: datetime, today: date) -> int | None:
    """Answer a question with one of `rules.ANSWERS` for its kind, saying how it is known; gives the referral that follows, if any.

    "British" is a named person's finding that there is no remit. "One person" joins the other's records, which can be undone; where
    evidence speaks against it, a second person is asked first. "Two persons" of a record that software joined parts it. Some of the
    answers about two persons are read again (`pairs`).
    Raises QuestionIsAnswered, NoReason, OtherHasWork, AnsweredBefore, and NobodyToOwn where a referral or another question follows.
    """
    arrival_id = Question.objects.values_list("arrival_id", flat=True).get(pk=question_id)
    row = sightings.locked([arrival_id])[0] if arrival_id else None
    question = Question.objects.select_for_update(no_key=True).get(pk=question_id)
    if question.state != QuestionState.OPEN:
        raise QuestionIsAnswered(question_id)
    meaning = ANSWERS[question.kind].get(answer)
    if meaning is None or not reason.strip():
        raise NoReason(answer)
    words, follows = meaning
    check_reader(question, by=by)
    QUESTION.check(from_=question.state, to=QuestionState.ANSWERED)
    question.state, question.answer, question.ended_at, question.ended_by_id = QuestionState.ANSWERED, answer, at, by
    question.ended_payload_id = keep({"reason": reason}, person_id=question.person_id).pk
    question.telling_digest = row.telling_digest if row else None
    question.referral_id = _follow(question, follows, words, reason, by=by, at=at, today=today)
    question.save(update_fields=["state", "answer", "ended_at", "ended_by", "ended_payload_id", "telling_digest", "referral"])
    if follows == "out":
        set_aside(row, words, reason, by=by, at=at)
    assert question.task_id is not None
    work.complete(task_id=question.task_id, result=words, person_id=question.person_id, by=by, at=at)
    happened = events.QuestionAnswered(
        subject_id=question_id,
        person_id=question.person_id,
        question=question.kind,
        answer=answer,
        referral_id=question.referral_id,
        reason=reason,
    )
    record(happened, by=by, at=at)
    read_on(question, by=by, at=at, today=today)
    return question.referral_id


def _follow(question: Question, follows: str, words: str, reason: str, *, by: int, at: datetime, today: date) -> int | None:
    if follows == "refer":
        return _refer(
            question.person_id, question.arrival_id, f"{words}. {reason}", origin="answer", why="answered", by=by, at=at, today=today
        )
    if follows in ("join", "part"):
        settle_pair(question, one=follows == "join", reason=reason, by=by, at=at, today=today)
    return None


def _refer(person: int, arrival: int | None, words: str, *, origin: str, why: str, by: int, at: datetime, today: date) -> int | None:
    """Refer, unless a case or a referral is open already: then there is nothing to follow."""
    try:
        return refer_by_hand(person_id=person, arrival_id=arrival, reason=words, origin=origin, why=why, by=by, at=at, today=today)
    except InHandAlready:
        return None


@action
def explain(*, departure_id: int, explanation: str, evidence: str, reason: str = "", by: int, at: datetime) -> None:
    """Say why somebody is not on the list any more (`rules.EXPLANATIONS`), and by what evidence. Raises DepartureIsExplained, NoReason."""
    if explanation not in EXPLANATIONS or not evidence.strip():
        raise NoReason(explanation)
    gone = Departure.objects.select_for_update(no_key=True).get(pk=departure_id)
    if gone.state != DepartureState.OPEN:
        raise DepartureIsExplained(departure_id)
    DEPARTURE.check(from_=gone.state, to=DepartureState.EXPLAINED)
    gone.state, gone.explanation, gone.ended_at, gone.ended_by_id = DepartureState.EXPLAINED, explanation, at, by
    gone.ended_payload_id = keep({"evidence": evidence, "reason": reason}, person_id=gone.person_id).pk
    gone.save(update_fields=["state", "explanation", "ended_at", "ended_by", "ended_payload_id"])
    assert gone.task_id is not None
    work.complete(task_id=gone.task_id, result=EXPLANATIONS[explanation], person_id=gone.person_id, by=by, at=at)
    happened = events.DepartureExplained(
        subject_id=departure_id, person_id=gone.person_id, explanation=explanation, evidence=evidence, reason=reason
    )
    record(happened, by=by, at=at)


@action
def look(*, look_id: int, agreed: bool, reason: str, by: int, at: datetime, today: date) -> int | None:
    """Say whether a person agrees that there is no remit; where not, refer, and give the referral.

    Raises LookIsMade, NoReason, NobodyToOwn.
    """
    if not reason.strip():
        raise NoReason
    arrival_id = Look.objects.values_list("arrival_id", flat=True).get(pk=look_id)
    sightings.locked([arrival_id])
    drawn = Look.objects.select_for_update(no_key=True).get(pk=look_id)
    if drawn.state != LookState.OPEN:
        raise LookIsMade(look_id)
    state = LookState.AGREED if agreed else LookState.NOT_AGREED
    LOOK.check(from_=drawn.state, to=state)
    drawn.state, drawn.ended_at, drawn.ended_by_id = state, at, by
    drawn.ended_payload_id = keep({"reason": reason}, person_id=drawn.person_id).pk
    if not agreed:
        drawn.referral_id = _refer(drawn.person_id, arrival_id, reason, origin="look", why="not_agreed", by=by, at=at, today=today)
    drawn.save(update_fields=["state", "ended_at", "ended_by", "ended_payload_id", "referral"])
    assert drawn.task_id is not None
    work.complete(task_id=drawn.task_id, result=state.label, person_id=drawn.person_id, by=by, at=at)
    record(
        events.LookMade(subject_id=look_id, person_id=drawn.person_id, agreed=agreed, referral_id=drawn.referral_id, reason=reason),
        by=by,
        at=at,
    )
    return drawn.referral_id
