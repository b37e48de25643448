"""A case is opened about a person, with an owner and its first tasks in the same act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.audit.actions import record, record_many
from longstop.audit.operations import GuaranteeBroken, action, item
from longstop.cases import events
from longstop.cases.actions.dating import ANCHORS, store_clocks
from longstop.cases.actions.moving import LacksCompetence, MayNotOwn, OwnerIsLeaving, check_may_own
from longstop.cases.models import Case, Flow, KeyDate, Opening, Ownership, SpellState
from longstop.cases.queries.facts import facts_of
from longstop.cases.rules import AUTHORITY_TASK
from longstop.cases.winding import HELD, day_of, wind
from longstop.clocks.forward import task_kind
from longstop.clocks.results import Clock, Kind
from longstop.clocks.working_days import Nation, add
from longstop.kernel.identifiers import case_reference
from longstop.work import actions as work
from longstop.work.models import Origin, Task
from longstop.work.queries import next_ids
from longstop.work.rules import DueInThePast, DueTooFar, HoldTooLong, NewTask, NotAHold


class AlreadyOpen(ValueError):
    """The person has an open case already: one person, one case at a time."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a case is opened with. `key_dates` are (value) by the names of `winding.NAMES`, all from one source.

    Detention, or conditions, began on `custody_since`, and monitoring with them, unless the key dates say otherwise.
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

    @property
    def dates(self) -> dict[str, date | None]:
        """The key dates, with the days from which the reviews of this status are counted."""
        anchors = {ANCHORS[self.custody]: self.custody_since} if self.custody in ANCHORS else {}
        anchors |= {"monitoring_since": self.custody_since} if self.monitored else {}
        return {**{name: day for name, day in anchors.items() if day is not None}, **self.key_dates}


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one case in a bulk opening: its number, or why it was refused."""

    opened: Opened
    case_id: int | None
    explanation: str = ""


@action
def open_case(*, opened: Opened, reason: str, by: int, at: datetime, today: date) -> int:
    """Open a case and give its number.

    Raises AlreadyOpen, MayNotOwn, OwnerIsLeaving, LacksCompetence.
    """
    if Case.objects.filter(person_id=opened.person_id, closed_at=None).exists():
        raise AlreadyOpen(opened.person_id)
    staff = access.lock_staff([opened.owner_id]).get(opened.owner_id)
    check_may_own(staff=staff, needs_competence=opened.needs_competence, today=today)
    assert staff is not None
    return _write(opened, staff, reason=reason, by=by, at=at, today=today)


@action
def open_cases(*, wanted: Iterable[Opened], reason: str, by: int, at: datetime, today: date) -> list[Result]:
    """Open many cases, each on its own: one that is refused spoils no other. The results say what became of each, in the order given."""
    asked = list(wanted)
    access.lock_staff(each.owner_id for each in asked)
    results = [_try(each, reason=reason, by=by, at=at, today=today) for each in asked]
    done = sum(result.case_id is not None for result in results)
    happened = events.BulkActed(subject_id=None, act_kind="opening", done=done, skipped=0, refused=len(results) - done, reason=reason)
    record(happened, by=by, at=at)
    return results


def _try(opened: Opened, *, reason: str, by: int, at: datetime, today: date) -> Result:
    try:
        with item():
            case_id = open_case(opened=opened, reason=reason, by=by, at=at, today=today)
    except AlreadyOpen:
        return Result(opened=opened, case_id=None, explanation="This person has an open case already.")
    except MayNotOwn:
        return Result(opened=opened, case_id=None, explanation="The chosen owner may not own cases.")
    except OwnerIsLeaving:
        return Result(opened=opened, case_id=None, explanation="The chosen owner is about to leave.")
    except LacksCompetence:
        return Result(opened=opened, case_id=None, explanation="The chosen owner lacks the competence that the case needs.")
    except (DueInThePast, DueTooFar, NotAHold, HoldTooLong):
        return Result(opened=opened, case_id=None, explanation="The dates of its first task cannot be used.")
    except GuaranteeBroken as refused:
        return Result(opened=opened, case_id=None, explanation=f"The database refused it ({refused.constraint}).")
    return Result(opened=opened, case_id=case_id)


def _write(opened: Opened, owner: Staff, *, reason: str, by: int, at: datetime, today: date) -> int:
    assert owner.team_id is not None
    (case_id,) = work.next_subject_ids(1)
    (number,) = next_ids("cases_reference_seq", 1)
    case = _new_case(case_id, number, opened, owner.team_id, by=by, at=at)
    subject = work.Subject(kind="case", id=case_id, person_id=opened.person_id)
    clocks = wind(facts=facts_of(case, opened_on=day_of(at), dates=opened.dates), today=today)
    made = _first_tasks(subject, opened, clocks, team_id=owner.team_id, by=by, at=at, today=today)
    first = min(made, key=lambda task: (task.due, task.pk))
    case.next_task, case.next_due, case.next_is_hold = first, first.due, first.wake is not None
    release = clocks.get(Kind.RELEASE)
    case.release_date = release.due if release else None
    case.save(force_insert=True)
    Ownership.objects.create(
        case_id=case_id, staff=owner, team_id=owner.team_id, state=SpellState.CURRENT, started_at=at, started_by_id=by, why="opened"
    )
    Opening.objects.create(case_id=case_id, opened_at=at, opened_by_id=by)
    KeyDate.objects.bulk_create(_key_dates(case_id, opened, by=by, at=at))
    store_clocks(case, clocks, by=by, at=at)
    happened = events.CaseOpened(
        subject_id=case_id,
        person_id=opened.person_id,
        reference=case.reference,
        owner_id=owner.pk,
        team_id=owner.team_id,
        flow=opened.flow,
        custody=opened.custody,
        reason=reason,
    )
    record_many([happened], by=by, at=at)
    return case_id


def _new_case(case_id: int, number: int, opened: Opened, team_id: int, *, by: int, at: datetime) -> Case:
    return Case(
        id=case_id,
        reference=case_reference(number),
        person_id=opened.person_id,
        flow=opened.flow,
        custody=opened.custody,
        custody_since=opened.custody_since,
        monitored=opened.monitored,
        needs_competence=opened.needs_competence,
        owner_id=opened.owner_id,
        team_id=team_id,
        last_worked_at=at,
        last_worked_by_id=by,
        first_opened_at=at,
        first_opened_by_id=by,
    )


def _key_dates(case_id: int, opened: Opened, *, by: int, at: datetime) -> list[KeyDate]:
    return [
        KeyDate(
            case_id=case_id,
            name=name,
            value=value,
            source=opened.source,
            observed_at=opened.observed_at,
            recorded_at=at,
            recorded_by_id=by,
        )
        for name, value in opened.dates.items()
        if value is not None
    ]


def _first_tasks(
    subject: work.Subject, opened: Opened, clocks: Mapping[str, Clock], *, team_id: int, by: int, at: datetime, today: date
) -> list[Task]:
    """The tasks that Longstop makes for a new case.

    They cover it only until they are first due: by then a person has said what comes next.
    """
    wanted = [opened.first] if opened.first else []
    made_by_us = [NewTask(kind="case.first_consideration", due=_first_due(clocks, today))]
    release = clocks.get(Kind.RELEASE)
    if release is not None and release.alarm:
        made_by_us.append(NewTask(kind="case.find_release_date", due=_working_days("case.find_release_date", today), waiting_for="prison"))
    for kind in (Kind.DETENTION_REVIEW, Kind.CONTACT_REVIEW, Kind.MONITORING_REVIEW):
        if kind in clocks:
            # A missing anchor, or a review already late, is looked at at once: it is never given a comfortable date.
            due = clocks[kind].due or today
            made_by_us.append(NewTask(kind=f"case.{kind}", due=max(due, today)))
    if opened.custody in HELD:
        # Nobody has said yet by what the person is held: until somebody has, the certificate names the case.
        made_by_us.append(NewTask(kind=AUTHORITY_TASK, due=today))
    items = [(subject, new, opened.owner_id, team_id) for new in wanted]
    made = work.make_many(items=items, by=by, at=at, today=today) if items else []
    ours = [(subject, new, opened.owner_id, team_id) for new in made_by_us]
    return made + work.make_many(items=ours, by=by, at=at, today=today, origin=Origin.SOFTWARE)


def _working_days(kind: str, today: date) -> date:
    return add(day=today, days=task_kind(kind=kind, today=today).days, nation=Nation.ENGLAND_AND_WALES)


def _first_due(clocks: Mapping[str, Clock], today: date) -> date:
    """Within the days that policy gives, but before release where that is nearer."""
    due = _working_days("case.first_consideration", today)
    release = clocks.get(Kind.RELEASE)
    if release is not None and release.due is not None:
        due = min(due, max(today, release.due - timedelta(days=1)))
    return due
