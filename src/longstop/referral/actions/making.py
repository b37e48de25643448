"""Referrals, questions, departures and second looks are made, each with an owner and a dated task, in a fixed number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.actions import keep_many, record_many
from longstop.audit.bulk import insert_many
from longstop.intake.sightings import Seen
from longstop.people.matching import Resemblance
from longstop.referral import events
from longstop.referral.models import Consideration, Departure, Look, Question, Referral
from longstop.referral.owners import Pool
from longstop.referral.remit import due_on
from longstop.referral.rules import TASK_KINDS
from longstop.work import actions as work
from longstop.work.models import Origin, Task
from longstop.work.rules import NewTask


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


def _give(kind: str, whom: Sequence[tuple[int, date]], pool: Pool, *, origin: str | None, by: int, at: datetime, today: date) -> list[Task]:
    """Make a task for each, (person, due), about a new subject of the kind; the task's subject is the number to use."""
    if not whom:
        return []
    numbers = work.next_subject_ids(len(whom))
    items = []
    for number, (person, due) in zip(numbers, whom, strict=True):
        owner = pool.take(kind)
        subject = work.Subject(kind=kind, id=number, person_id=person)
        items.append((subject, NewTask(kind=TASK_KINDS[kind], due=due), owner.staff_id, owner.team_id))
    return work.make_many(items=items, by=by, at=at, today=today, origin=origin)


def make_referrals(
    wanted: Sequence[NewReferral], pool: Pool, *, by: int, at: datetime, today: date, origin: str | None = Origin.SOFTWARE
) -> list[Referral]:
    """Make these referrals. `origin` is that of their tasks: None takes it from who makes them."""
    tasks = _give("referral", [(each.person_id, each.due) for each in wanted], pool, origin=origin, by=by, at=at, today=today)
    words = iter(keep_many([({"words": each.words}, each.person_id) for each in wanted if each.words]))
    made = [
        Referral(
            id=task.subject_id,
            person_id=each.person_id,
            arrival_id=each.arrival_id,
            origin=each.origin,
            reasons=list(each.reasons),
            follows_id=each.follows,
            task=task,
            first_due=each.due,
            made_at=at,
            made_by_id=by,
            made_payload_id=next(words).pk if each.words else None,
        )
        for each, task in zip(wanted, tasks, strict=True)
    ]
    insert_many(made)
    record_many([_made(one, each, task) for one, each, task in zip(made, wanted, tasks, strict=True)], by=by, at=at)
    return made


def _made(one: Referral, each: NewReferral, task: Task | None) -> events.ReferralMade:
    return events.ReferralMade(
        subject_id=one.pk,
        person_id=each.person_id,
        origin=each.origin,
        reasons=list(each.reasons),
        arrival_id=each.arrival_id,
        follows=each.follows,
        due=each.due,
        owner_id=task.owner_id if task else None,
        words=each.words,
    )


def ask(wanted: Sequence[NewQuestion], pool: Pool, *, by: int, at: datetime, today: date) -> list[Question]:
    """Ask these questions."""
    due = due_on("question", today=today)
    tasks = _give("question", [(each.person_id, due) for each in wanted], pool, origin=Origin.SOFTWARE, by=by, at=at, today=today)
    made = [
        Question(
            id=task.subject_id,
            kind=each.kind,
            person_id=each.person_id,
            other_id=each.other_id,
            arrival_id=each.arrival_id,
            reasons=list(each.reasons),
            task=task,
            first_due=due,
            made_at=at,
            made_by_id=by,
        )
        for each, task in zip(wanted, tasks, strict=True)
    ]
    insert_many(made)
    happened = [
        events.QuestionAsked(
            subject_id=one.pk,
            person_id=one.person_id,
            question=one.kind,
            reasons=one.reasons,
            other_person=one.other_id,
            due=due,
            owner_id=task.owner_id,
        )
        for one, task in zip(made, tasks, strict=True)
    ]
    record_many(happened, by=by, at=at)
    return made


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


def notice(gone: Sequence[tuple[Seen, int, int]], pool: Pool, *, receipt_id: int, by: int, at: datetime, today: date) -> list[Departure]:
    """Tell that these are not on the list any more: each (record, person, the receipt that gave it last)."""
    due = due_on("departure", today=today)
    tasks = _give("departure", [(person, due) for _, person, _ in gone], pool, origin=Origin.SOFTWARE, by=by, at=at, today=today)
    made = [
        Departure(
            id=task.subject_id,
            person_id=person,
            arrival_id=row.id,
            receipt_id=receipt_id,
            last_seen_id=last,
            task=task,
            first_due=due,
            made_at=at,
            made_by_id=by,
        )
        for (row, person, last), task in zip(gone, tasks, strict=True)
    ]
    insert_many(made)
    happened = [
        events.DepartureNoticed(
            subject_id=one.pk, person_id=one.person_id, receipt_id=receipt_id, last_seen=one.last_seen_id, due=due, owner_id=task.owner_id
        )
        for one, task in zip(made, tasks, strict=True)
    ]
    record_many(happened, by=by, at=at)
    return made


def draw(
    chosen: Sequence[tuple[int, int, list[str]]], pool: Pool, consideration: Consideration, *, by: int, at: datetime, today: date
) -> list[Look]:
    """Let these results be looked at again: each (record, person, the reasons of the rules)."""
    due = due_on("look", today=today)
    tasks = _give("look", [(person, due) for _, person, _ in chosen], pool, origin=Origin.SOFTWARE, by=by, at=at, today=today)
    made = [
        Look(
            id=task.subject_id,
            person_id=person,
            arrival_id=arrival,
            consideration=consideration,
            reasons=reasons,
            task=task,
            first_due=due,
            made_at=at,
            made_by_id=by,
        )
        for (arrival, person, reasons), task in zip(chosen, tasks, strict=True)
    ]
    insert_many(made)
    happened = [
        events.LookDrawn(
            subject_id=one.pk,
            person_id=one.person_id,
            arrival_id=one.arrival_id,
            seed=consideration.seed,
            due=due,
            owner_id=task.owner_id,
        )
        for one, task in zip(made, tasks, strict=True)
    ]
    record_many(happened, by=by, at=at)
    return made
