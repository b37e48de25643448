"""The cases of a legacy casework system are taken over: its persons are taken on, each open case becomes a case with an owner and tasks.

In chunks, each its own transaction: interrupted and run again it goes on, and twice changes nothing. What ended there stays a record on the
person: to open and close it here would say that Longstop saw both, on days on which it did not.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from longstop.access import queries as access
from longstop.access.rules import OWNING_ROLES
from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.cases import actions as cases
from longstop.cases import queries as cases_read
from longstop.cases.actions.opening import Result
from longstop.cases.models import Flow
from longstop.intake import queries as arrived
from longstop.intake import sightings
from longstop.intake.queries import CaseworkCase, CaseworkPerson
from longstop.people import actions as people
from longstop.people import matching
from longstop.referral import events, legacy
from longstop.referral.actions.making import NewQuestion, ask, ask_who
from longstop.referral.models import LegacyCase, LegacyResult, Question, QuestionState, Takeover
from longstop.referral.owners import Pool, case_pool, pool

CHUNK = 50
WHY = "Carried over from the old casework system."
COUNTS = ("persons", "taken_on", "joined", "known", "cases", "opened", "asked", "kept", "in_hand", "not_taken")
COUNTED = (*COUNTS, "owner_gone", "tasks", "notes", "alike")
TakeoverProgress = Callable[[Takeover], None]  # told what is counted so far
_FINAL = (LegacyResult.OPENED, LegacyResult.ASKED)


class NotTakenIn(ValueError):
    """A receipt is not one of the legacy casework system's, or was not taken in whole. Remedy: let the file be loaded to its end."""


@dataclass
class _Chunk:
    """The persons of a chunk, whom each is, and what was found about their cases so far."""

    told: Sequence[CaseworkPerson]
    people: Mapping[int, int] = field(default_factory=dict)
    before: Mapping[int, LegacyCase] = field(default_factory=dict)
    wanted: list[tuple[CaseworkCase, legacy.Told, cases.Opened, str]] = field(default_factory=list)
    busy: set[int] = field(default_factory=set)
    twice: list[tuple[CaseworkCase, int]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def take_over(*, receipt_ids: Sequence[int], by: int, at: datetime, today: date, progress: TakeoverProgress | None = None) -> Takeover:
    """Take over whatever these receipts, and any later one, said of persons and their cases; gives what became of them.

    `progress` is told after each chunk how far it has got. One that was begun and not finished is finished first.
    Raises NotTakenIn, and NobodyToOwn before anything is written.
    """
    takeover = _begin(receipt_ids, by=by, at=at, today=today)
    while takeover.finished_at is None:
        takeover = go_on(takeover_id=takeover.pk, by=by, at=at, today=today)
        if progress:
            progress(takeover)
    return takeover


def _begin(receipt_ids: Sequence[int], *, by: int, at: datetime, today: date) -> Takeover:
    pool(today=today), case_pool(today=today)  # nobody to own anything: said before anything is written
    unfinished = Takeover.objects.filter(finished_at=None).first()
    while unfinished is not None and not set(receipt_ids) <= set(unfinished.receipts):
        finished = go_on(takeover_id=unfinished.pk, by=by, at=at, today=today)
        unfinished = None if finished.finished_at else finished
    wanted = sorted(set(receipt_ids))
    done = Takeover.objects.filter(receipts__contains=wanted).first()
    return unfinished or done or begin(receipt_ids=wanted, by=by, at=at)


@action
def begin(*, receipt_ids: Sequence[int], by: int, at: datetime) -> Takeover:
    """Begin to take over what these receipts said. Raises NotTakenIn; GuaranteeBroken where another is being taken over."""
    for number in receipt_ids:
        receipt = sightings.receipt(number)
        if receipt.state != "finished" or not receipt.source.startswith(f"{legacy.SOURCE}-"):
            raise NotTakenIn(number)
    if not receipt_ids:
        raise NotTakenIn("There is no receipt to take over.")
    made = Takeover.objects.create(receipts=sorted(receipt_ids), begun_at=at, begun_by_id=by)
    record(events.TakingOver(subject_id=None, receipts=made.receipts), by=by, at=at)
    return made


@action
def go_on(*, takeover_id: int, by: int, at: datetime, today: date) -> Takeover:
    """Deal with the next chunk of persons; the last call finishes."""
    held = Takeover.objects.select_for_update(no_key=True).get(pk=takeover_id)
    if held.finished_at is not None:
        record(_counted(events.CasesDealtWith, held, Counter()), by=by, at=at)
        return held
    told = list(islice(arrived.casework_people(after=held.after, since_receipt=min(held.receipts)), CHUNK))
    if told:
        counts = _deal_with(held, told, by=by, at=at, today=today)
        held.after = told[-1].id
        for name in COUNTED:
            setattr(held, name, getattr(held, name) + counts[name])
        held.save(update_fields=["after", *COUNTED])
        record(_counted(events.CasesDealtWith, held, counts), by=by, at=at)
        return held
    held.finished_at, held.finished_by_id = at, by
    held.save(update_fields=["finished_at", "finished_by"])
    whole = Counter({name: getattr(held, name) for name in COUNTED})
    record(_counted(events.TakenOver, held, whole), by=by, at=at)
    return held


def _counted(kind: type[events.TakeoverCounted], held: Takeover, counts: Counter[str]) -> events.TakeoverCounted:
    numbers: dict[str, Any] = {name: counts[name] for name in COUNTED}
    return kind(subject_id=None, takeover_id=held.pk, **numbers)


def _deal_with(held: Takeover, told: Sequence[CaseworkPerson], *, by: int, at: datetime, today: date) -> Counter[str]:
    chunk = _Chunk(told=[each for each in told if each.content])  # what was disposed of is about nobody
    if not chunk.told:
        return chunk.counts
    asked, carriers = pool(today=today), case_pool(today=today)
    _take_on(chunk, asked, by=by, at=at, today=today)
    rows = [case.id for each in chunk.told for case in each.cases]
    chunk.before = LegacyCase.objects.select_for_update(no_key=True).in_bulk(rows)
    held_by = cases_read.of_persons(set(chunk.people.values()))
    chunk.busy = {person for person, about in held_by.items() if any(case.closed_at is None for case in about)}
    able = _able(today)
    for each in chunk.told:
        for case in each.cases:
            _place(held, chunk, each, case, able, carriers, by=by, at=at, today=today)
    _open(held, chunk, by=by, at=at, today=today)
    _ask(held, chunk, asked, by=by, at=at, today=today)
    return chunk.counts


def _take_on(chunk: _Chunk, asked: Pool, *, by: int, at: datetime, today: date) -> None:
    """Let each record be one about a person; only equal verified identifiers join, and what is merely alike is asked about."""
    records = [
        people.Record(
            source=legacy.SOURCE,
            key=each.key,
            content=_with_references(each),
            observed_at=each.observed_at,
            receipt_id=each.receipt_id,
            person_id=each.person_id,
        )
        for each in chunk.told
    ]
    likenesses = matching.resemblances(records)
    joined = [replace(each, joins=like.joins) for each, like in zip(records, likenesses, strict=True)]
    numbers = people.take_on_many(records=joined, reason=WHY, by=by, at=at)
    chunk.people = {each.id: person for each, person in zip(chunk.told, numbers, strict=True)}
    chunk.counts["persons"] = len(records)
    chunk.counts["known"] = sum(like.held for like in likenesses)
    chunk.counts["joined"] = sum(not like.held and like.joins is not None for like in likenesses)
    chunk.counts["taken_on"] = len(records) - chunk.counts["known"] - chunk.counts["joined"]
    chunk.counts["alike"] = ask_who(likenesses, asked, by=by, at=at, today=today)


def _with_references(told: CaseworkPerson) -> dict[str, Any]:
    """Give what the system says of a person with the references of their cases, so that a search for one finds them."""
    references = [str(case.content.get("case_reference", "")) for case in told.cases]
    mine = [{"kind": "legacy_case", "value": reference, "canonical": None} for reference in references if reference]
    return {**told.content, "identifiers": [*told.content.get("identifiers", ()), *mine]}


def _able(today: date) -> dict[str, int]:
    """Give who may own a case, by staff number."""
    holders = access.holders_of(roles=OWNING_ROLES, today=today)
    return {each.staff_number.casefold(): each.pk for each in holders if each.team_id is not None and each.last_day is None}


def _place(
    held: Takeover,
    chunk: _Chunk,
    told: CaseworkPerson,
    case: CaseworkCase,
    able: Mapping[str, int],
    carriers: Pool,
    *,
    by: int,
    at: datetime,
    today: date,
) -> None:
    """Say what becomes of one case: each is counted once."""
    person, before = chunk.people[told.id], chunk.before.get(case.id)
    chunk.counts["cases"] += 1
    ended = legacy.has_ended(case.content, today=today)
    if before is not None and (before.result in _FINAL or (before.result == LegacyResult.KEPT and ended)):
        chunk.counts["in_hand"] += 1
        _hear(chunk, before, case, by=by, at=at, today=today)
    elif ended or not case.content:
        _write(held, chunk, case, person, LegacyResult.KEPT, by=by, at=at)
    elif person in chunk.busy:
        chunk.twice.append((case, person))
    else:
        chunk.busy.add(person)
        said = legacy.owner_number(case.content, [each.content for each in case.owners])
        owner = able.get(said.casefold())
        read = legacy.read(
            case=case.content,
            events=[each.content for each in case.events],
            addresses=told.content.get("addresses") or (),
            today=today,
        )
        gone = [] if owner else [legacy.owner_gone(said, today=today)]
        read = replace(read, tasks=[*gone, *read.tasks])
        chunk.wanted.append(
            (case, read, _opened(case, read, person, owner or carriers.take("case").staff_id), "" if owner else said or "-")
        )


def _opened(case: CaseworkCase, read: legacy.Told, person: int, owner: int) -> cases.Opened:
    return cases.Opened(
        person_id=person,
        owner_id=owner,
        source=legacy.SOURCE,
        observed_at=case.observed_at,
        custody=read.custody,
        custody_since=read.custody_since,
        monitored=read.monitored,
        flow=Flow.LEGACY,
        key_dates=read.dates,
        first=read.first,
    )


def _newest(case: CaseworkCase) -> int:
    """Give the newest receipt that said anything of a case."""
    return max(each.receipt_id for each in (case, *case.owners, *case.events, *case.notes))


def _hear(chunk: _Chunk, before: LegacyCase, case: CaseworkCase, *, by: int, at: datetime, today: date) -> None:
    """Where the old system says something new of a case that was taken over, its owner is told to look: nothing here is overwritten."""
    if _newest(case) <= before.receipt_id:
        return
    before.receipt_id = _newest(case)
    before.save(update_fields=["receipt_id"])
    held = cases_read.case(before.case_id) if before.case_id else None
    if held is not None and held.closed_at is None:
        cases.add_task(case_id=held.pk, new=legacy.says_more(today=today), by=by, at=at, today=today)
        chunk.counts["tasks"] += 1


def _open(held: Takeover, chunk: _Chunk, *, by: int, at: datetime, today: date) -> None:
    if not chunk.wanted:
        return
    results = cases.open_cases(wanted=[opened for _, _, opened, _ in chunk.wanted], reason=WHY, by=by, at=at, today=today)
    for (case, read, opened, gone), result in zip(chunk.wanted, results, strict=True):
        if result.case_id is None:
            _write(held, chunk, case, opened.person_id, LegacyResult.NOT_TAKEN, reason=result.explanation, by=by, at=at)
            continue
        _furnish(chunk, case, read, result, by=by, at=at, today=today)
        chunk.counts["owner_gone"] += bool(gone)
        _write(held, chunk, case, opened.person_id, LegacyResult.OPENED, case_id=result.case_id, owner_gone=bool(gone), by=by, at=at)


def _furnish(chunk: _Chunk, case: CaseworkCase, read: legacy.Told, result: Result, *, by: int, at: datetime, today: date) -> None:
    """Give an opened case the rest of what the old system says: tasks, notes, and each detention review as a date of its own."""
    assert result.case_id is not None
    for new in read.tasks:
        cases.add_task(case_id=result.case_id, new=new, by=by, at=at, today=today)
    for note in case.notes:
        if str(note.content.get("text") or "").strip():
            cases.write_note(case_id=result.case_id, kind="other", text=legacy.note_text(note.content), by=by, at=at)
            chunk.counts["notes"] += 1
    for day in read.detention_reviews:
        cases.record_key_date(
            case_id=result.case_id,
            name="last_detention_review",
            value=day,
            source=legacy.SOURCE,
            observed_at=case.observed_at,
            reason=WHY,
            by=by,
            at=at,
            today=today,
        )
    chunk.counts["tasks"] += len(read.tasks) + (read.first is not None)


def _ask(held: Takeover, chunk: _Chunk, asked: Pool, *, by: int, at: datetime, today: date) -> None:
    """A person has one case at a time: what becomes of another of the old system's is somebody's to say, once a person."""
    if not chunk.twice:
        return
    persons = list(dict.fromkeys(person for _, person in chunk.twice))
    open_now = Question.objects.filter(kind="second_case", person_id__in=persons, state=QuestionState.OPEN)
    questions = {each.person_id: each for each in open_now}
    fresh = [person for person in persons if person not in questions]
    wanted = [NewQuestion(kind="second_case", person_id=person, arrival_id=None, reasons=("open_case",)) for person in fresh]
    made: Iterator[Question] = iter(ask(wanted, asked, by=by, at=at, today=today) if wanted else ())
    questions |= {each.person_id: each for each in made}
    for case, person in chunk.twice:
        _write(held, chunk, case, person, LegacyResult.ASKED, question_id=questions[person].pk, by=by, at=at)


def _write(
    held: Takeover,
    chunk: _Chunk,
    case: CaseworkCase,
    person: int,
    result: LegacyResult,
    *,
    reason: str = "",
    case_id: int | None = None,
    question_id: int | None = None,
    owner_gone: bool = False,
    by: int,
    at: datetime,
) -> None:
    chunk.counts[result.value] += 1
    LegacyCase.objects.update_or_create(
        row_id=case.id,
        defaults={
            "person_id": person,
            "takeover": held,
            "receipt_id": _newest(case),
            "result": result,
            "reason": reason,
            "case_id": case_id,
            "question_id": question_id,
            "owner_gone": owner_gone,
            "dealt_at": at,
            "dealt_by_id": by,
        },
    )
