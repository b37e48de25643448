"""Absence and cover. A planned absence that leaves due tasks uncovered is refused; a sudden one is always recorded."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from longstop.access import actions as staff_actions
from longstop.access import queries as access
from longstop.access.models import Absence, AbsenceKind
from longstop.audit.operations import action
from longstop.clocks.forward import task_kind
from longstop.clocks.working_days import Nation, add
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import Origin
from longstop.work.rules import NewTask


class LeavesUncovered(ValueError):
    """The act would leave work without anybody: `cases`, `tasks` and `absences` are the numbers of what is uncovered."""

    def __init__(self, *, cases: Sequence[int] = (), tasks: Sequence[int] = (), absences: Sequence[int] = ()) -> None:
        super().__init__(f"{len(cases)} cases, {len(tasks)} tasks, {len(absences)} absences")
        self.cases, self.tasks, self.absences = list(cases), list(tasks), list(absences)


class AlreadyAway(ValueError):
    """The person is away already on days of that time: `absence` says when."""

    def __init__(self, absence: Absence) -> None:
        super().__init__(absence.pk)
        self.absence = absence


class CannotCover(ValueError):
    """The person named as cover is not active, is about to leave, or is away themselves in that time."""


@action
def record_absence(
    *, staff_id: int, kind: str, from_date: date, to_date: date | None, cover_id: int | None, by: int, at: datetime, today: date
) -> Absence:
    """Write down that somebody is or will be away, and who takes their due tasks; whose cases they are does not change.

    A sudden absence is recorded whatever it leaves uncovered, and then asks the leader to find cover: for the person, and for those whom
    the person covers. A planned one waits until somebody else covers those. Nobody is away twice on one day: a sudden absence lasts until
    the day before one that is recorded already.
    Raises AlreadyAway, LeavesUncovered, CannotCover.
    """
    access.lock_staff([staff_id] + ([cover_id] if cover_id else []))
    other = access.overlapping_absence(staff_id=staff_id, from_date=from_date, to_date=to_date)
    if other is not None:
        if kind != AbsenceKind.SUDDEN or other.from_date <= from_date:
            raise AlreadyAway(other)
        to_date = other.from_date - timedelta(days=1)
    if cover_id is not None:
        _check_cover(cover_id, from_date, to_date)
    due = _due_while_away(staff_id, from_date, to_date) if cover_id is None else []
    covered = access.covers_between(staff_id=staff_id, from_date=from_date, to_date=to_date)
    if (due or covered) and kind != AbsenceKind.SUDDEN:
        raise LeavesUncovered(tasks=due, absences=[each.pk for each in covered])
    (number,) = work.next_subject_ids(1)
    absence = staff_actions.write_absence(
        number=number, staff_id=staff_id, kind=kind, from_date=from_date, to_date=to_date, cover_id=cover_id, by=by, at=at
    )
    if cover_id is None and kind == AbsenceKind.SUDDEN:
        _ask_for_cover(absence, by=by, at=at, today=today)
    for each in covered:
        _ask_for_cover(each, by=by, at=at, today=today)
    return absence


def _check_cover(cover_id: int, from_date: date, to_date: date | None) -> None:
    cover = access.staff(cover_id)
    leaves = cover.last_day is not None and (to_date is None or cover.last_day < to_date)
    if not cover.active or leaves or access.away_between(staff_id=cover_id, from_date=from_date, to_date=to_date):
        raise CannotCover(cover.name)


def _due_while_away(staff_id: int, from_date: date, to_date: date | None) -> list[int]:
    due = tasks.owned_by(staff_id=staff_id)
    if to_date is not None:
        due = due.filter(due__lte=to_date)
    return list(due.values_list("pk", flat=True))


def leader_above(staff_id: int) -> int | None:
    """Give the first active person in the line above somebody who is not that person; None where there is none."""
    team_id = work.team_of(staff_id)
    line = [link.leader_id for link in access.accountability(team_id)] if team_id else []
    active = access.active_among(each for each in line if each is not None)
    return next((each for each in line if each in active and each != staff_id), None)


def _ask_for_cover(absence: Absence, *, by: int, at: datetime, today: date) -> None:
    """A task for the first in line above the person; where there is no line, or nobody in it, for whoever stands highest."""
    top = [each for each in access.leaders_from_the_top() if each != absence.staff_id]
    leader = leader_above(absence.staff_id) or next(iter(top), None)
    asked = tasks.of_subjects(subject_ids=[absence.pk]).filter(kind="absence.cover_needed")
    if leader is None or asked.exists():
        return
    team_id = absence.staff.team_id or work.team_of(leader) or access.led_by(leader)[0]
    due = add(day=today, days=task_kind(kind="absence.cover_needed", today=today).days, nation=Nation.ENGLAND_AND_WALES)
    new = NewTask(kind="absence.cover_needed", due=due, owner_id=leader)
    subject = work.Subject(kind="absence", id=absence.pk)
    work.make_many(items=[(subject, new, leader, team_id)], by=by, at=at, today=today, origin=Origin.SOFTWARE)


@action
def set_cover(*, absence_id: int, cover_id: int, by: int, at: datetime) -> None:
    """Name, or change, who covers an absence; the task that asked for cover is done. Raises CannotCover."""
    absence = access.absence(absence_id)
    access.lock_staff([absence.staff_id, cover_id])
    _check_cover(cover_id, absence.from_date, absence.to_date)
    staff_actions.set_cover(absence_id=absence_id, cover_id=cover_id, by=by, at=at)
    for task in tasks.of_subjects(subject_ids=[absence_id]).filter(kind="absence.cover_needed"):
        work.complete(task_id=task.pk, result="Cover was found.", by=by, at=at)


@action
def end_absence(*, absence_id: int, last_day: date, by: int, at: datetime) -> None:
    """Record that somebody is back; what was due while they were away is theirs again."""
    staff_actions.end_absence(absence_id=absence_id, to_date=last_day, by=by, at=at)
    asked = list(tasks.of_subjects(subject_ids=[absence_id]).filter(kind="absence.cover_needed").values_list("pk", flat=True))
    if asked:
        work.withdraw(task_ids=asked, reason="The absence has ended.", by=by, at=at)
