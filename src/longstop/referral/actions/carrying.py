"""A chunk of a legacy casework system's persons is dealt with: taken on, and what becomes of each of their cases, in a few statements."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models.functions import Upper

from longstop.access import queries as access
from longstop.access.rules import OWNING_ROLES
from longstop.audit.bulk import insert_rows
from longstop.cases import actions as cases
from longstop.cases import queries as cases_read
from longstop.cases.models import Flow
from longstop.intake.queries import CaseworkCase, CaseworkPerson
from longstop.people import actions as people
from longstop.people import matching
from longstop.referral import legacy
from longstop.referral.actions.making import NewQuestion, ask, ask_who
from longstop.referral.models import LegacyCase, LegacyResult, Question, QuestionState, Takeover
from longstop.referral.owners import Owners, Pool

WHY = "Carried over from the old casework system."
_FINAL = (LegacyResult.OPENED, LegacyResult.ASKED)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A case to be opened. `gone` says that its former owner is not here."""

    case: CaseworkCase
    opened: cases.Opened
    gone: bool


@dataclass
class _Chunk:
    """The persons of a chunk, whom each is, and what was found about their cases so far."""

    takeover: Takeover
    told: Sequence[CaseworkPerson]
    by: int
    at: datetime
    today: date
    people: Mapping[int, int] = field(default_factory=dict)
    before: Mapping[int, LegacyCase] = field(default_factory=dict)
    wanted: list[_Wanted] = field(default_factory=list)
    busy: set[int] = field(default_factory=set)
    twice: list[tuple[CaseworkCase, int]] = field(default_factory=list)
    became: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def dated(self) -> dict[str, Any]:
        """Who acts, when, and on which day, for the actions that are called."""
        return {"by": self.by, "at": self.at, "today": self.today}

    def write(self, case: CaseworkCase, person: int, result: LegacyResult, **more: Any) -> None:
        """Say what became of a case: it is counted, and written with the others of the chunk."""
        self.counts[result.value] += 1
        told: dict[str, Any] = {"reason": "", "case_id": None, "question_id": None, "owner_gone": False, **more}
        self.became.append(
            {
                "row_id": case.id,
                "person_id": person,
                "takeover_id": self.takeover.pk,
                "receipt_id": _newest(case),
                "result": result.value,
                "dealt_at": self.at,
                "dealt_by_id": self.by,
                **told,
            }
        )


def deal_with(held: Takeover, told: Sequence[CaseworkPerson], owners: Owners, *, by: int, at: datetime, today: date) -> Counter[str]:
    """Deal with these persons and their cases; gives what is counted. Raises NobodyToOwn."""
    chunk = _Chunk(held, [each for each in told if each.content], by, at, today)  # what was disposed of is about nobody
    if not chunk.told:
        return chunk.counts
    _take_on(chunk, owners.asked)
    rows = [case.id for each in chunk.told for case in each.cases]
    chunk.before = LegacyCase.objects.select_for_update(no_key=True).in_bulk(rows)
    held_by = cases_read.of_persons(set(chunk.people.values()))
    chunk.busy = {person for person, about in held_by.items() if any(case.closed_at is None for case in about)}
    able = _able([_owner_said(case) for each in chunk.told for case in each.cases], today)
    for each in chunk.told:
        for case in each.cases:
            _place(chunk, each, case, able, owners)
    _open(chunk)
    _ask(chunk, owners.asked)
    _store(chunk)
    return chunk.counts


def _take_on(chunk: _Chunk, asked: Pool) -> None:
    """Let each record be one about a person; only equal verified identifiers join, and what is merely alike is asked about."""
    records = [
        people.Record(
            source=legacy.SOURCE,
            key=each.key,
            content=_with_references(each),
            observed_at=max(row.observed_at for row in (each, *each.contacts, *each.alerts)),
            receipt_id=max(row.receipt_id for row in (each, *each.contacts, *each.alerts)),
            person_id=each.person_id,
        )
        for each in chunk.told
    ]
    likenesses = matching.resemblances(records)
    joined = [replace(each, joins=like.joins) for each, like in zip(records, likenesses, strict=True)]
    numbers = people.take_on_many(records=joined, reason=WHY, by=chunk.by, at=chunk.at)
    chunk.people = {each.id: person for each, person in zip(chunk.told, numbers, strict=True)}
    chunk.counts["persons"] = len(records)
    chunk.counts["known"] = sum(like.held for like in likenesses)
    chunk.counts["joined"] = sum(not like.held and like.joins is not None for like in likenesses)
    chunk.counts["taken_on"] = len(records) - chunk.counts["known"] - chunk.counts["joined"]
    chunk.counts["alike"] = ask_who(likenesses, asked, **chunk.dated)


def _with_references(told: CaseworkPerson) -> dict[str, Any]:
    """Give what the system says of a person, with their contacts and alerts, and the references of their cases, by which they are found."""
    references = [str(case.content.get("case_reference", "")) for case in told.cases]
    mine = [{"kind": "legacy_case", "value": reference, "canonical": None} for reference in references if reference]
    beside = {
        "contacts": [each.content for each in told.contacts if each.content],
        "alerts": [each.content for each in told.alerts if each.content],
    }
    said = {name: rows for name, rows in beside.items() if rows}  # nothing where there are none: the record is as it was before
    return {**told.content, "identifiers": [*told.content.get("identifiers", ()), *mine], **said}


def _owner_said(case: CaseworkCase) -> str:
    return legacy.owner_number(case.content, [each.content for each in case.owners])


def _able(numbers: Iterable[str], today: date) -> dict[str, int]:
    """Give those of these staff numbers, in capitals, whose holders may own a case."""
    holders = access.holders_of(roles=OWNING_ROLES, today=today).filter(team_id__isnull=False, last_day=None).order_by()
    named = holders.annotate(capitals=Upper("staff_number")).filter(capitals__in={number.upper() for number in numbers})
    return dict(named.values_list("capitals", "pk"))


def _place(chunk: _Chunk, told: CaseworkPerson, case: CaseworkCase, able: Mapping[str, int], owners: Owners) -> None:
    """Say what becomes of one case: each is counted once."""
    person, before = chunk.people[told.id], chunk.before.get(case.id)
    chunk.counts["cases"] += 1
    ended = legacy.has_ended(case.content, today=chunk.today)
    if before is not None and (before.result in _FINAL or (before.result == LegacyResult.KEPT and ended)):
        chunk.counts["in_hand"] += 1
        _hear(chunk, before, case)
    elif ended or not case.content:
        chunk.write(case, person, LegacyResult.KEPT)
    elif person in chunk.busy:
        chunk.twice.append((case, person))
    else:
        chunk.busy.add(person)
        said = _owner_said(case)
        owner = able.get(said.upper())
        opened = _opened(told, case, person, said, owner, owners, chunk.today)
        chunk.wanted.append(_Wanted(case, opened, owner is None))


def _opened(
    told: CaseworkPerson, case: CaseworkCase, person: int, said: str, owner: int | None, owners: Owners, today: date
) -> cases.Opened:
    """Say with what a case is opened: tasks, notes, and each detention review as a date of its own come with it."""
    read = legacy.read(
        case=case.content,
        events=[each.content for each in case.events],
        addresses=told.content.get("addresses") or (),
        today=today,
    )
    gone = [] if owner else [legacy.owner_gone(said, today=today)]
    return cases.Opened(
        person_id=person,
        owner_id=owner or owners.carriers.take("case").staff_id,
        source=legacy.SOURCE,
        observed_at=case.observed_at,
        custody=read.custody,
        custody_since=read.custody_since,
        monitored=read.monitored,
        flow=Flow.LEGACY,
        key_dates=read.dates,
        first=read.first,
        tasks=[*gone, *read.tasks],
        notes=[legacy.note_text(note.content) for note in case.notes if str(note.content.get("text") or "").strip()],
        detention_reviews=read.detention_reviews,
    )


def _newest(case: CaseworkCase) -> int:
    """Give the newest receipt that said anything of a case."""
    return max(each.receipt_id for each in (case, *case.owners, *case.events, *case.notes))


def _hear(chunk: _Chunk, before: LegacyCase, case: CaseworkCase) -> None:
    """Where the old system says something new of a case that was taken over, its owner is told to look: nothing here is overwritten."""
    if _newest(case) <= before.receipt_id:
        return
    before.receipt_id = _newest(case)
    before.save(update_fields=["receipt_id"])
    held = cases_read.case(before.case_id) if before.case_id else None
    if held is not None and held.closed_at is None:
        cases.add_task(case_id=held.pk, new=legacy.says_more(today=chunk.today), **chunk.dated)
        chunk.counts["tasks"] += 1


def _open(chunk: _Chunk) -> None:
    if not chunk.wanted:
        return
    results = cases.open_cases(wanted=[each.opened for each in chunk.wanted], reason=WHY, **chunk.dated)
    for each, result in zip(chunk.wanted, results, strict=True):
        opened = each.opened
        if result.case_id is None:
            chunk.write(each.case, opened.person_id, LegacyResult.NOT_TAKEN, reason=result.explanation)
            continue
        chunk.counts["owner_gone"] += each.gone
        chunk.counts["tasks"] += len(opened.asked_for)
        chunk.counts["notes"] += len(opened.notes)
        chunk.write(each.case, opened.person_id, LegacyResult.OPENED, case_id=result.case_id, owner_gone=each.gone)


def _ask(chunk: _Chunk, asked: Pool) -> None:
    """A person has one case at a time: what becomes of another of the old system's is somebody's to say, once a person."""
    if not chunk.twice:
        return
    persons = list(dict.fromkeys(person for _, person in chunk.twice))
    open_now = Question.objects.filter(kind="second_case", person_id__in=persons, state=QuestionState.OPEN)
    questions = {each.person_id: each for each in open_now}
    fresh = [person for person in persons if person not in questions]
    wanted = [NewQuestion(kind="second_case", person_id=person, arrival_id=None, reasons=("open_case",)) for person in fresh]
    made: Iterator[Question] = iter(ask(wanted, asked, **chunk.dated) if wanted else ())
    questions |= {each.person_id: each for each in made}
    for case, person in chunk.twice:
        chunk.write(case, person, LegacyResult.ASKED, question_id=questions[person].pk)


def _store(chunk: _Chunk) -> None:
    """Write what became of each case, over what was said of those that could not be taken before."""
    insert_rows(LegacyCase, [each for each in chunk.became if each["row_id"] not in chunk.before])
    again = [LegacyCase(**each) for each in chunk.became if each["row_id"] in chunk.before]
    if again:
        LegacyCase.objects.bulk_update(again, [each.name for each in LegacyCase._meta.concrete_fields if not each.primary_key])
