"""What a case begins with is written: the case, its owner, opening, tasks, key dates, clocks and notes, for many at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from longstop.access.models import Staff
from longstop.audit.actions import record_many
from longstop.audit.bulk import insert_many, insert_rows
from longstop.cases import events
from longstop.cases.actions.dating import ANCHORS, review_source, store_first_clocks
from longstop.cases.actions.noting import NewNote, store_notes
from longstop.cases.models import Case, Flow, KeyDate, Opening, Ownership, SpellState
from longstop.cases.queries.facts import facts_of
from longstop.cases.rules import AUTHORITY_TASK
from longstop.cases.winding import HELD, day_of, wind
from longstop.clocks.forward import task_kind
from longstop.clocks.results import Clock, Kind
from longstop.clocks.working_days import Nation, add
from longstop.kernel.identifiers import case_reference
from longstop.work import actions as work
from longstop.work.models import Origin
from longstop.work.queries import next_ids
from longstop.work.rules import NewTask


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a case is opened with. `key_dates` are (value) by the names of `winding.NAMES`, all from one source.

    Detention, or conditions, began on `custody_since`, and monitoring with them, unless the key dates say otherwise. `first` and `tasks`
    are what is to be done; `notes` are words carried over; `detention_reviews` the days on which the detention was reviewed before.
    """

    person_id: int
    owner_id: int
    source: str
    observed_at: datetime
    custody: str = "unknown"
    custody_since: date | None = None
    monitored: bool = False
    flow: str = Flow.CURRENT
    needs_competence: str = ""
    key_dates: Mapping[str, date | None] = field(default_factory=dict)
    first: NewTask | None = None
    tasks: Sequence[NewTask] = ()
    notes: Sequence[str] = ()
    detention_reviews: Sequence[date] = ()

    @property
    def dates(self) -> dict[str, date | None]:
        """The key dates, with the days from which the reviews of this status are counted."""
        anchors = {ANCHORS[self.custody]: self.custody_since} if self.custody in ANCHORS else {}
        anchors |= {"monitoring_since": self.custody_since} if self.monitored else {}
        return {**{name: day for name, day in anchors.items() if day is not None}, **self.key_dates}

    @property
    def asked_for(self) -> list[NewTask]:
        """The tasks that whoever opens the case asks for."""
        return [*([self.first] if self.first else ()), *self.tasks]


@dataclass(frozen=True, slots=True)
class _Begun:
    """A case that is being opened."""

    case: Case
    subject: work.Subject
    opened: Opened
    dates: Mapping[str, date | None]
    clocks: Mapping[str, Clock]


def begin_cases(wanted: Sequence[tuple[Opened, Staff]], *, reason: str, by: int, at: datetime, today: date) -> list[int]:
    """Write these cases, against which nothing stands, in a fixed number of statements; gives their numbers.

    Each comes with its owner, who is held as they are, and with what `Opened` says. Raises what the database refuses.
    """
    begun = list(_begin(wanted, by=by, at=at, today=today))
    _give_tasks(begun, by=by, at=at, today=today)
    insert_many([each.case for each in begun])
    insert_rows(Ownership, [_spell(each, by=by, at=at) for each in begun])
    insert_rows(Opening, [{"case_id": each.case.pk, "opened_at": at, "opened_by_id": by} for each in begun])
    insert_rows(KeyDate, [row for each in begun for row in _key_dates(each, by=by, at=at)])
    store_first_clocks([(each.case, each.clocks) for each in begun], by=by, at=at)
    record_many([_event(each, reason) for each in begun], by=by, at=at)
    record_many([told for each in begun for told in _reviews(each, reason)], by=by, at=at)
    store_notes([(each.case, NewNote(kind="other", text=text)) for each in begun for text in each.opened.notes], by=by, at=at)
    return [each.case.pk for each in begun]


def _begin(wanted: Sequence[tuple[Opened, Staff]], *, by: int, at: datetime, today: date) -> Iterator[_Begun]:
    ids, references = work.next_subject_ids(len(wanted)), next_ids("cases_reference_seq", len(wanted))
    for (opened, owner), case_id, number in zip(wanted, ids, references, strict=True):
        case, dates = _new_case(case_id, number, opened, owner, by=by, at=at), opened.dates
        facts = facts_of(case, opened_on=day_of(at), dates=dates, detention_reviews=sorted(set(opened.detention_reviews)))
        clocks = wind(facts=facts, today=today)
        release = clocks.get(Kind.RELEASE)
        case.release_date = release.due if release else None
        subject = work.Subject(kind="case", id=case_id, person_id=opened.person_id)
        yield _Begun(case, subject, opened, dates, clocks)


def _new_case(case_id: int, number: int, opened: Opened, owner: Staff, *, by: int, at: datetime) -> Case:
    assert owner.team_id is not None  # nobody without a team may own
    return Case(
        id=case_id,
        reference=case_reference(number),
        person_id=opened.person_id,
        flow=opened.flow,
        custody=opened.custody,
        custody_since=opened.custody_since,
        monitored=opened.monitored,
        needs_competence=opened.needs_competence,
        owner_id=owner.pk,
        team_id=owner.team_id,
        last_worked_at=at,
        last_worked_by_id=by,
        first_opened_at=at,
        first_opened_by_id=by,
    )


def _give_tasks(begun: Sequence[_Begun], *, by: int, at: datetime, today: date) -> None:
    """Make each case's tasks, and let it name the one that is due first."""
    first: dict[int, tuple[date, int, bool]] = {}
    by_person = [(each, new) for each in begun for new in each.opened.asked_for]
    by_software = [(each, new) for each in begun for new in _first_tasks(each, today)]
    for wanted, origin in ((by_person, None), (by_software, Origin.SOFTWARE)):
        items = [(each.subject, new, each.case.owner_id, each.case.team_id) for each, new in wanted]
        for task in work.store_tasks(items=items, by=by, at=at, today=today, origin=origin):
            place = (task["due"], task["id"], task["wake"] is not None)
            first[task["subject_id"]] = min(place, first.get(task["subject_id"], place))
    for each in begun:
        each.case.next_due, each.case.next_task_id, each.case.next_is_hold = first[each.case.pk]


def _first_tasks(each: _Begun, today: date) -> list[NewTask]:
    """The tasks that Longstop makes for a new case.

    They cover it only until they are first due: by then a person has said what comes next.
    """
    clocks = each.clocks
    made = [NewTask(kind="case.first_consideration", due=_first_due(clocks, today))]
    release = clocks.get(Kind.RELEASE)
    if release is not None and release.alarm:
        made.append(NewTask(kind="case.find_release_date", due=_working_days("case.find_release_date", today), waiting_for="prison"))
    for kind in (Kind.DETENTION_REVIEW, Kind.CONTACT_REVIEW, Kind.MONITORING_REVIEW):
        if kind in clocks:
            # A missing anchor, or a review already late, is looked at at once: it is never given a comfortable date.
            due = clocks[kind].due or today
            made.append(NewTask(kind=f"case.{kind}", due=max(due, today)))
    if each.opened.custody in HELD:
        # Nobody has said yet by what the person is held: until somebody has, the certificate names the case.
        made.append(NewTask(kind=AUTHORITY_TASK, due=today))
    return made


@lru_cache(maxsize=64)
def _working_days(kind: str, today: date) -> date:
    return add(day=today, days=task_kind(kind=kind, today=today).days, nation=Nation.ENGLAND_AND_WALES)


def _first_due(clocks: Mapping[str, Clock], today: date) -> date:
    """Within the days that policy gives, but before release where that is nearer."""
    due = _working_days("case.first_consideration", today)
    release = clocks.get(Kind.RELEASE)
    if release is not None and release.due is not None:
        due = min(due, max(today, release.due - timedelta(days=1)))
    return due


def _spell(each: _Begun, *, by: int, at: datetime) -> dict[str, Any]:
    return {
        "case_id": each.case.pk,
        "staff_id": each.case.owner_id,
        "team_id": each.case.team_id,
        "state": SpellState.CURRENT.value,
        "started_at": at,
        "started_by_id": by,
        "why": "opened",
    }


def _key_dates(each: _Begun, *, by: int, at: datetime) -> Iterator[dict[str, Any]]:
    said = [(name, value, each.opened.source) for name, value in each.dates.items() if value is not None]
    # Each review made is a date of its own: a later one does not unsay it.
    said += [("last_detention_review", day, review_source(day)) for day in dict.fromkeys(each.opened.detention_reviews)]
    for name, value, source in said:
        yield {
            "case_id": each.case.pk,
            "name": name,
            "value": value,
            "source": source,
            "observed_at": each.opened.observed_at,
            "recorded_at": at,
            "recorded_by_id": by,
        }


def _event(each: _Begun, reason: str) -> events.CaseOpened:
    case = each.case
    return events.CaseOpened(
        subject_id=case.pk,
        person_id=case.person_id,
        reference=case.reference,
        owner_id=case.owner_id,
        team_id=case.team_id,
        flow=each.opened.flow,
        custody=each.opened.custody,
        reason=reason,
    )


def _reviews(each: _Begun, reason: str) -> Iterator[events.KeyDateRecorded]:
    for day in dict.fromkeys(each.opened.detention_reviews):
        yield events.KeyDateRecorded(
            subject_id=each.case.pk,
            person_id=each.case.person_id,
            name="last_detention_review",
            from_value=None,
            to_value=day,
            source=review_source(day),
            reason=reason,
        )
