"""Key dates, custody, and the clocks that follow from them: wound again in the transaction that changes what they follow from."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from longstop.audit.actions import record, record_many
from longstop.audit.bulk import insert_rows
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.authorities import ask_for_authority, end_authority
from longstop.cases.actions.moving import lock_open, settle, touch
from longstop.cases.models import Case, Clock, Custody, KeyDate
from longstop.cases.queries.facts import facts_of, recorded_of
from longstop.cases.winding import CONSIDERED, HELD, day_of, wind
from longstop.clocks.results import Clock as Wound
from longstop.clocks.results import Kind
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import Origin
from longstop.work.rules import NewTask

# What has happened, and so cannot lie ahead: a review that is to come would silence its clock.
HAPPENED = frozenset(
    {CONSIDERED, "last_contact_review", "last_monitoring_review", "last_detention_review", "last_contact", "address_known"}
)
ANCHORS = {"detained": "detained_since", "time_served": "detained_since", "community": "contact_conditions_since"}


class FirstDateStands(ValueError):
    """The first date on which a thing happened is recorded already, and never changes."""


class DateInTheFuture(ValueError):
    """A thing that has happened cannot have happened tomorrow. `name` is the argument that says so."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def store_clocks(case: Case, wound: Mapping[str, Wound], *, by: int, at: datetime) -> None:
    """Write the clocks that changed beside the digest of what they followed from."""
    held = {clock.kind: clock for clock in Clock.objects.filter(case=case)}
    changed: dict[str, str | None] = {}
    fresh: dict[str, Wound] = {}
    for kind, clock in wound.items():
        before = held.get(kind)
        if before is not None and before.inputs_hash == clock.inputs_hash and before.due == clock.due:
            continue
        changed[kind] = _due(clock)
        if before is None:
            fresh[kind] = clock
            continue
        for name, value in _columns(clock, by=by, at=at).items():
            setattr(before, name, value)
        before.save()
    insert_rows(Clock, list(_new_clocks(case.pk, fresh, by=by, at=at)))
    for kind in held.keys() - wound.keys():
        _stop(held[kind], changed, by=by, at=at)
    if changed:
        record(events.ClocksWound(subject_id=case.pk, person_id=case.person_id, changed=changed), by=by, at=at)


def store_first_clocks(wound: Sequence[tuple[Case, Mapping[str, Wound]]], *, by: int, at: datetime) -> None:
    """Write the clocks of cases that are new, and so have none yet, in a fixed number of statements."""
    insert_rows(Clock, [row for case, clocks in wound for row in _new_clocks(case.pk, clocks, by=by, at=at)])
    happened = [
        events.ClocksWound(subject_id=case.pk, person_id=case.person_id, changed={kind: _due(clock) for kind, clock in clocks.items()})
        for case, clocks in wound
        if clocks
    ]
    record_many(happened, by=by, at=at)


def _new_clocks(case_id: int, wound: Mapping[str, Wound], *, by: int, at: datetime) -> Iterator[dict[str, Any]]:
    for kind, clock in wound.items():
        yield {"case_id": case_id, "kind": str(kind), **_columns(clock, by=by, at=at)}


def _due(clock: Wound) -> str | None:
    return clock.due.isoformat() if clock.due else None


def _stop(clock: Clock, changed: dict[str, str | None], *, by: int, at: datetime) -> None:
    """A clock that no longer applies keeps its row, without a due date, so that its history can be read."""
    if clock.due is None and clock.rule_version == "stopped":
        return
    clock.due, clock.alarm, clock.rule_version, clock.inputs_hash = None, "", "stopped", ""
    clock.wound_at, clock.wound_by_id = at, by
    clock.save(update_fields=["due", "alarm", "rule_version", "inputs_hash", "wound_at", "wound_by"])
    changed[clock.kind] = None


def _columns(clock: Wound, *, by: int, at: datetime) -> dict[str, Any]:
    return {
        "due": clock.due,
        "alarm": (clock.alarm or "")[:200],
        "basis": clock.basis.name if clock.basis else "",
        "inputs": dict(clock.inputs),
        "inputs_hash": clock.inputs_hash,
        "rule": clock.rule,
        "rule_version": clock.version,
        "wound_at": at,
        "wound_by_id": by,
    }


def rewind_case(case: Case, *, by: int, at: datetime, today: date) -> dict[str, Wound]:
    """Wind the clocks of a locked case from what is recorded now, and copy its release date for the lists."""
    dates, reviews = recorded_of(case.pk)
    facts = facts_of(case, opened_on=day_of(case.first_opened_at), dates=dates, detention_reviews=reviews)
    wound = wind(facts=facts, today=today)
    store_clocks(case, wound, by=by, at=at)
    release = wound.get(Kind.RELEASE)
    due = release.due if release else None
    if case.release_date != due:
        case.release_date = due
        case.save(update_fields=["release_date"])
    return wound


@action
def record_key_date(
    *, case_id: int, name: str, value: date | None, source: str, observed_at: datetime, reason: str, by: int, at: datetime, today: date
) -> None:
    """Record what a source says a key date is, and wind the case's clocks again.

    Raises CaseIsClosed, DateInTheFuture, FirstDateStands for a day on which consideration began that is recorded already.
    """
    if name in HAPPENED and value is not None and value > today:
        raise DateInTheFuture("value")
    case = lock_open(case_id)
    if name == CONSIDERED and KeyDate.objects.filter(case=case, name=CONSIDERED).exists():
        raise FirstDateStands(name)
    if name == "last_detention_review" and value is not None:
        # Each review made is a date of its own: a later one does not unsay it.
        source = review_source(value)
    _write_date(case, name, value, source=source, observed_at=observed_at, reason=reason, by=by, at=at)
    wound = rewind_case(case, by=by, at=at, today=today)
    _raise_alarm(case, wound, by=by, at=at, today=today)
    ask_for_authority(case, by=by, at=at, today=today)
    settle(case, by=by, at=at)


def review_source(day: date) -> str:
    """Give the source under which a detention review of this day is kept."""
    return f"review {day.isoformat()}"


def _write_date(
    case: Case, name: str, value: date | None, *, source: str, observed_at: datetime, reason: str, by: int, at: datetime
) -> None:
    held = KeyDate.objects.filter(case=case, name=name, source=source).first()
    before = held.value if held else None
    said = {"value": value, "observed_at": observed_at, "recorded_at": at, "recorded_by_id": by}
    if held is None:  # nobody else writes one at the same time: the case is locked
        KeyDate.objects.create(case=case, name=name, source=source, **said)
    else:
        for column, what in said.items():
            setattr(held, column, what)
        held.save(update_fields=list(said))
    happened = events.KeyDateRecorded(
        subject_id=case.pk,
        person_id=case.person_id,
        name=name,
        from_value=before,
        to_value=value,
        source=source,
        reason=reason,
    )
    record(happened, by=by, at=at)


def _raise_alarm(case: Case, wound: Mapping[str, Wound], *, by: int, at: datetime, today: date) -> None:
    """A release clock without a date is a task for the owner, unless there is one already."""
    release = wound.get(Kind.RELEASE)
    if release is None or not release.alarm:
        return
    if tasks.of_subjects(subject_ids=[case.pk]).filter(kind="case.find_release_date").exists():
        return
    new = NewTask(kind="case.find_release_date", due=today, waiting_for="prison")
    subject = work.Subject(kind="case", id=case.pk, person_id=case.person_id)
    work.make_many(items=[(subject, new, case.owner_id, case.team_id)], by=by, at=at, today=today, origin=Origin.SOFTWARE)


@action
def change_custody(
    *,
    case_id: int,
    custody: str,
    since: date | None,
    monitored: bool,
    monitored_since: date | None = None,
    reason: str,
    by: int,
    at: datetime,
    today: date,
) -> None:
    """Record where the person is now and under what, and wind the clocks that follow.

    Monitoring that begins together with a new status begins on its day, unless `monitored_since` says otherwise.
    Raises CaseIsClosed, DateInTheFuture.
    """
    for name, day in (("since", since), ("monitored_since", monitored_since)):
        if day is not None and day > today:
            raise DateInTheFuture(name)
    case = lock_open(case_id)
    before = case.custody
    anchor = _anchor(case, custody, since)
    if monitored and (monitored_since is not None or not case.monitored):
        began = monitored_since or (since if custody != before else None)
        _write_date(case, "monitoring_since", began, source="command", observed_at=at, reason=reason, by=by, at=at)
    case.custody, case.custody_since, case.monitored = Custody(custody), since, monitored
    touch(case, by=by, at=at)
    case.save(update_fields=["custody", "custody_since", "monitored", "version", "last_worked_at", "last_worked_by"])
    if anchor is not None:
        _write_date(case, anchor, since, source="command", observed_at=at, reason=reason, by=by, at=at)
    happened = events.CustodyChanged(
        subject_id=case_id,
        person_id=case.person_id,
        from_custody=before,
        to_custody=custody,
        since=since,
        monitored=monitored,
        reason=reason,
    )
    record(happened, by=by, at=at)
    if before in HELD and custody not in HELD:
        end_authority(case, by=by, at=at)
    wound = rewind_case(case, by=by, at=at, today=today)
    review_tasks(case, wound, by=by, at=at, today=today)
    ask_for_authority(case, by=by, at=at, today=today)
    settle(case, by=by, at=at)


def _anchor(case: Case, custody: str, since: date | None) -> str | None:
    """The key date that the day of a status is written to; None where it is none's.

    Detention goes on from a prison to a removal centre: its reviews count from when it began, not from the move.
    """
    name = ANCHORS.get(custody)
    if name is None:
        return None
    standing = recorded_of(case.pk)[0].get(name)
    if custody != case.custody:
        return None if case.custody in HELD and custody in HELD and standing is not None else name
    corrected = since != case.custody_since and standing in (None, case.custody_since)
    return name if corrected else None


def review_tasks(case: Case, wound: Mapping[str, Wound], *, by: int, at: datetime, today: date) -> None:
    """Give each running review clock its task, due when the clock says, and withdraw tasks of clocks that stopped."""
    kinds = {f"case.{kind}": clock for kind, clock in wound.items() if kind.endswith("_review")}
    held = {task.kind: task for task in tasks.of_subjects(subject_ids=[case.pk]) if task.kind.endswith("_review")}
    subject = work.Subject(kind="case", id=case.pk, person_id=case.person_id)
    missing = [
        (subject, NewTask(kind=kind, due=max(clock.due or today, today)), case.owner_id, case.team_id)
        for kind, clock in kinds.items()
        if kind not in held
    ]
    if missing:
        work.make_many(items=missing, by=by, at=at, today=today, origin=Origin.SOFTWARE)
    gone = [task.pk for kind, task in held.items() if kind not in kinds]
    if gone:
        work.withdraw(task_ids=gone, reason="The condition that asked for this review has ended.", person_id=case.person_id, by=by, at=at)


def record_reviewed(case: Case, *, name: str, on: date, by: int, at: datetime, today: date) -> None:
    """Record that a review was made on a day, wind its clock, and make the task of the next one. Never back-dated: the day is today's."""
    source = review_source(on) if name == "last_detention_review" else "command"
    _write_date(case, name, on, source=source, observed_at=at, reason="", by=by, at=at)
    wound = rewind_case(case, by=by, at=at, today=today)
    review_tasks(case, wound, by=by, at=at, today=today)


def record_considered(case: Case, *, on: date, by: int, at: datetime, today: date) -> None:
    """Record that consideration of the case has begun, and let its clocks rest. The first day never changes."""
    if KeyDate.objects.filter(case=case, name=CONSIDERED).exists():
        return
    _write_date(case, CONSIDERED, on, source="command", observed_at=at, reason="", by=by, at=at)
    rewind_case(case, by=by, at=at, today=today)


@action
def rewind(*, case_ids: Sequence[int], by: int, at: datetime, today: date) -> int:
    """Wind the clocks of these cases again, as when a dated rule takes effect, and give the number of cases looked at."""
    cases = Case.objects.select_for_update(no_key=True).filter(pk__in=case_ids, closed_at=None).order_by("pk")
    seen = 0
    for case in cases:
        rewind_case(case, by=by, at=at, today=today)
        seen += 1
    record(events.ClocksWound(subject_id=None, changed={"cases": str(seen)}), by=by, at=at)
    return seen
