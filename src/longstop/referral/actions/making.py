"""Referrals, questions, departures and second looks are made, each with an owner and a dated task, in a fixed number of statements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from longstop.audit.actions import keep_plainly, record_many
from longstop.audit.events import Event
from longstop.intake.sightings import Seen
from longstop.people.matching import Resemblance
from longstop.referral import events
from longstop.referral.models import Consideration, Departure, Look, Question, QuestionState, Referral
from longstop.referral.owners import Pool
from longstop.referral.remit import due_on
from longstop.referral.rules import QUESTION, TASK_KINDS
from longstop.work import actions as work
from longstop.work.actions import LookedAtTask, store_looked_at
from longstop.work.models import Origin


@dataclass(frozen=True, kw_only=True)
class NewReferral:
    """A referral to be made: of whom, why, and by when it is to be decided."""

    person_id: int
    arrival_id: int | None
    reasons: tuple[str, ...]
    due: date
    origin: str = "rule"
    follows: int | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class NewQuestion:
    """A question to be asked, about a person and, where they may be one, another."""

    kind: str
    person_id: int
    arrival_id: int | None
    reasons: tuple[str, ...]
    other_id: int | None = None


Row = Mapping[str, Any]


def _store(
    kind: type[models.Model],
    wanted: Sequence[Row],
    tell: Callable[[Row, int], Event],
    pool: Pool,
    *,
    origin: str | None = Origin.SOFTWARE,
    by: int,
    at: datetime,
    today: date,
) -> list[dict[str, Any]]:
    """Write these rows of a kind as `work.store_looked_at` does, each with a task of whoever in the pool carries least."""
    name = str(kind._meta.model_name)
    given = [LookedAtTask(row=each, kind=TASK_KINDS[name], owner=pool.take(name)) for each in wanted]
    return store_looked_at(kind, given, tell, origin=origin, by=by, at=at, today=today)


def make_referrals(
    wanted: Sequence[NewReferral], pool: Pool, *, by: int, at: datetime, today: date, origin: str | None = Origin.SOFTWARE
) -> list[int]:
    """Make these referrals; gives their numbers. `origin` is that of their tasks: None takes it from who makes them."""
    words = iter(keep_plainly(({"words": each.words}, each.person_id) for each in wanted if each.words))
    said = iter(wanted)
    rows = [
        {
            "person_id": each.person_id,
            "arrival_id": each.arrival_id,
            "origin": each.origin,
            "reasons": list(each.reasons),
            "follows_id": each.follows,
            "first_due": each.due,
            "made_payload_id": next(words).pk if each.words else None,
        }
        for each in wanted
    ]
    made = _store(
        Referral, rows, lambda row, owner: _referred(row, owner, next(said).words), pool, origin=origin, by=by, at=at, today=today
    )
    return [row["id"] for row in made]


def _referred(row: Row, owner_id: int, words: str) -> events.ReferralMade:
    return events.ReferralMade(
        subject_id=row["id"],
        person_id=row["person_id"],
        origin=row["origin"],
        reasons=row["reasons"],
        arrival_id=row["arrival_id"],
        follows=row["follows_id"],
        due=row["first_due"],
        owner_id=owner_id,
        words=words,
    )


def ask(wanted: Sequence[NewQuestion], pool: Pool, *, by: int, at: datetime, today: date) -> list[Question]:
    """Ask these questions."""
    due = due_on("question", today=today)
    rows = [
        {
            "kind": each.kind,
            "person_id": each.person_id,
            "other_id": each.other_id,
            "arrival_id": each.arrival_id,
            "reasons": list(each.reasons),
            "first_due": due,
        }
        for each in wanted
    ]
    return [Question(**row) for row in _store(Question, rows, _asked, pool, by=by, at=at, today=today)]


def _asked(row: Row, owner_id: int) -> events.QuestionAsked:
    return events.QuestionAsked(
        subject_id=row["id"],
        person_id=row["person_id"],
        question=row["kind"],
        reasons=row["reasons"],
        other_person=row["other_id"],
        due=row["first_due"],
        owner_id=owner_id,
    )


def overtake(questions: Iterable[Question], *, receipt_id: int | None, why: str, by: int, at: datetime) -> None:
    """End those of these questions that are open still, because what was asked is said by now, or is asked of somebody else."""
    wanted = {each.pk for each in questions}
    open_now = Question.objects.select_for_update(no_key=True).filter(pk__in=wanted, state=QuestionState.OPEN)
    overtaken = list(open_now.order_by("pk")) if wanted else []
    if not overtaken:
        return
    for each in overtaken:
        QUESTION.check(from_=each.state, to=QuestionState.OVERTAKEN)
        each.state, each.ended_at, each.ended_by_id = QuestionState.OVERTAKEN, at, by
    Question.objects.bulk_update(overtaken, ["state", "ended_at", "ended_by"], batch_size=500)
    work.withdraw(task_ids=[each.task_id for each in overtaken if each.task_id], reason=why, by=by, at=at)
    happened = [
        events.QuestionOvertaken(subject_id=each.pk, person_id=each.person_id, question=each.kind, receipt_id=receipt_id)
        for each in overtaken
    ]
    record_many(happened, by=by, at=at)


def ask_who(likenesses: Iterable[Resemblance], pool: Pool, *, by: int, at: datetime, today: date) -> int:
    """Ask of each pair that is alike whether they are one person, once and for all; gives how many questions."""
    pairs: dict[tuple[int, int], str] = {}
    for like in likenesses:
        for others, why in ((like.pointing, "identifiers_disagree"), (like.alike, "name_and_birth")):
            for other in others:
                pairs.setdefault((min(like.person_id, other), max(like.person_id, other)), why)
    if not pairs:
        return 0
    known = Question.objects.filter(kind="possibly_same_person", person_id__in={one for one, _ in pairs})
    asked = set(known.values_list("person_id", "other_id"))
    wanted = [
        NewQuestion(kind="possibly_same_person", person_id=one, other_id=other, arrival_id=None, reasons=(why,))
        for (one, other), why in pairs.items()
        if (one, other) not in asked
    ]
    ask(wanted, pool, by=by, at=at, today=today)
    return len(wanted)


def notice(gone: Sequence[tuple[Seen, int, int]], pool: Pool, *, receipt_id: int, by: int, at: datetime, today: date) -> None:
    """Tell that these are not on the list any more: each (record, person, the receipt that gave it last)."""
    due = due_on("departure", today=today)
    rows = [
        {"person_id": person, "arrival_id": row.id, "receipt_id": receipt_id, "last_seen_id": last, "first_due": due}
        for row, person, last in gone
    ]
    _store(Departure, rows, _noticed, pool, by=by, at=at, today=today)


def _noticed(row: Row, owner_id: int) -> events.DepartureNoticed:
    return events.DepartureNoticed(
        subject_id=row["id"],
        person_id=row["person_id"],
        receipt_id=row["receipt_id"],
        last_seen=row["last_seen_id"],
        due=row["first_due"],
        owner_id=owner_id,
    )


def draw(
    chosen: Sequence[tuple[int, int, list[str]]], pool: Pool, consideration: Consideration, *, by: int, at: datetime, today: date
) -> None:
    """Let these results be looked at again: each (record, person, the reasons of the rules)."""
    due = due_on("look", today=today)
    rows = [
        {"person_id": person, "arrival_id": arrival, "consideration_id": consideration.pk, "reasons": reasons, "first_due": due}
        for arrival, person, reasons in chosen
    ]
    _store(Look, rows, lambda row, owner: _drawn(row, owner, consideration.seed), pool, by=by, at=at, today=today)


def _drawn(row: Row, owner_id: int, seed: str) -> events.LookDrawn:
    return events.LookDrawn(
        subject_id=row["id"],
        person_id=row["person_id"],
        arrival_id=row["arrival_id"],
        seed=seed,
        due=row["first_due"],
        owner_id=owner_id,
    )
