"""Every write about staff, teams, roles, absence and clearance. What leaving does to cases and tasks is in `cases.actions`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from longstop.access import events
from longstop.access.models import Absence, Clearance, Competence, Posting, RoleGrant, Staff, Team
from longstop.access.queries import covered_after
from longstop.access.rules import LEADING_ROLES, Role
from longstop.audit.actions import keep, record
from longstop.audit.operations import action


class RoleAlreadyHeld(ValueError):
    """The person holds that role already."""


class PostedThere(ValueError):
    """The person is posted to that prison already on days of that time."""


class InspectorNeedsEndDate(ValueError):
    """An inspector reads for a time: the role is granted with an end date or not at all."""


class AlreadySeen(ValueError):
    """A manager has looked at this breaking of the glass before."""


class StillCovers(ValueError):
    """The person covers an absence that is not over: it needs another cover before they can go."""


class LeadsATeam(ValueError):
    """The person answers for teams, or is to by a plan: `teams` names them. Each needs somebody else first."""

    def __init__(self, teams: Sequence[Team]) -> None:
        super().__init__(", ".join(team.name for team in teams))
        self.teams = list(teams)


class CannotLead(ValueError):
    """The person is not active, or is about to leave: they cannot answer for a team."""


class HasWork(ValueError):
    """The person owns, or is to own, open cases or tasks, which stand with their team: they go along, or are handed over first."""

    def __init__(self, *, cases: int, tasks: int) -> None:
        super().__init__(f"{cases} cases, {tasks} tasks")
        self.cases, self.tasks = cases, tasks


class StillActive(ValueError):
    """The person has not left: there is nothing to bring back."""


class NoLongerHeld(ValueError):
    """The leave to see a case has ended, or was taken back before."""


@action
def define_team(*, code: str, name: str, kind: str, parent_code: str | None, by: int, at: datetime) -> Team:
    """Make a team, or amend the one with this code. Raises Team.DoesNotExist when the parent is not known."""
    parent = Team.objects.get(code=parent_code) if parent_code else None
    team, _ = Team.objects.update_or_create(code=code, defaults={"name": name, "kind": kind, "parent": parent})
    parent_id = parent.pk if parent else None
    record(events.TeamDefined(subject_id=team.pk, code=code, name=name, team_kind=kind, parent_id=parent_id), by=by, at=at)
    return team


@action
def set_team_leader(*, team_id: int, leader_id: int, by: int, at: datetime) -> None:
    """Say who answers for a team from now on: its leader, the unit's head, the directorate's director.

    Who was to answer for it next, when the leader before had left, is no longer planned. Raises CannotLead.
    """
    leader = Staff.objects.select_for_update(no_key=True).get(pk=leader_id)
    if not leader.active or leader.last_day is not None:
        raise CannotLead(leader.name)
    team = Team.objects.select_for_update(no_key=True).get(pk=team_id)
    before, team.leader_id = team.leader_id, leader_id
    team.next_leader_id = team.next_leader_from = None
    team.save(update_fields=["leader", "next_leader", "next_leader_from"])
    record(events.TeamLeaderSet(subject_id=team_id, from_leader_id=before, leader_id=leader_id), by=by, at=at)


@action
def plan_leader(*, team_id: int, leader_id: int | None, from_date: date | None, by: int, at: datetime) -> None:
    """Write down who answers for a team from a day on, or with None for both take that back.

    Doors call `cases.actions.plan_departure`, which checks who may.
    """
    team = Team.objects.select_for_update(no_key=True).get(pk=team_id)
    team.next_leader_id, team.next_leader_from = leader_id, from_date
    team.save(update_fields=["next_leader", "next_leader_from"])
    record(events.TeamLeaderPlanned(subject_id=team_id, leader_id=leader_id, from_date=from_date), by=by, at=at)


@action
def enrol(
    *,
    staff_number: str,
    name: str,
    email: str,
    team_id: int | None,
    works_on: str = "MTWTF--",
    capacity_points: float = 40,
    agency: str = "command",
    by: int,
    at: datetime,
) -> Staff:
    """Take a person on, with no password and no role."""
    staff = Staff(
        staff_number=staff_number,
        name=name,
        email=email,
        team_id=team_id,
        works_on=works_on,
        capacity_points=capacity_points,
        agency=agency,
    )
    staff.set_unusable_password()
    staff.save(force_insert=True)
    record(events.StaffEnrolled(subject_id=staff.pk, staff_number=staff_number, team_id=team_id, agency=agency), by=by, at=at)
    return staff


@action
def amend_staff(
    *, staff_id: int, name: str, email: str, team_id: int | None, works_on: str, capacity_points: float, by: int, at: datetime
) -> list[str]:
    """Amend a person's details and give the names of what changed; records one event even where nothing did.

    Doors call `cases.actions.amend_staff`, which sees to the cases and tasks of somebody whose team changes.
    """
    staff = Staff.objects.select_for_update(no_key=True).get(pk=staff_id)
    wanted = {"name": name, "email": email, "team_id": team_id, "works_on": works_on, "capacity_points": capacity_points}
    changed = [field for field, value in wanted.items() if getattr(staff, field) != value]
    for field in changed:
        setattr(staff, field, wanted[field])
    if changed:
        staff.save(update_fields=[field.removesuffix("_id") for field in changed])
    record(events.StaffAmended(subject_id=staff_id, changed=changed), by=by, at=at)
    return changed


@action
def set_password(*, staff_id: int, password: str, by: int, at: datetime) -> None:
    """Set the password a person signs in with."""
    staff = Staff.objects.select_for_update(no_key=True).get(pk=staff_id)
    staff.set_password(password)
    staff.save(update_fields=["password"])
    record(events.PasswordSet(subject_id=staff_id), by=by, at=at)


@action
def sign_in(*, staff_id: int, at: datetime) -> None:
    """Record that a person signed in."""
    record(events.SignedIn(subject_id=staff_id), by=staff_id, at=at)


@action
def grant_role(*, staff_id: int, role: str, from_date: date, to_date: date | None = None, by: int, at: datetime) -> RoleGrant:
    """Give a person a role. One that is still held is carried on from the day after its last.

    Raises InspectorNeedsEndDate, RoleAlreadyHeld.
    """
    if role == Role.INSPECTOR and to_date is None:
        raise InspectorNeedsEndDate
    begins, held = from_date, RoleGrant.objects.select_for_update(no_key=True).filter(staff_id=staff_id, role=role, ended_at=None).first()
    if held is not None:
        if held.to_date is None or held.to_date >= from_date:
            raise RoleAlreadyHeld(role)
        if held.to_date >= at.date():  # in force: the new grant takes its days over, so that none is lost
            if from_date != held.to_date + timedelta(days=1):
                raise RoleAlreadyHeld(role)
            begins = held.from_date
        held.ended_at, held.ended_by_id = at, by
        held.save(update_fields=["ended_at", "ended_by"])
    grant = RoleGrant.objects.create(staff_id=staff_id, role=Role(role), from_date=begins, to_date=to_date, granted_at=at, granted_by_id=by)
    record(events.RoleGranted(subject_id=staff_id, role=role, from_date=from_date, to_date=to_date), by=by, at=at)
    return grant


@action
def end_role(*, staff_id: int, role: str, to_date: date, reason: str, by: int, at: datetime) -> None:
    """End a role held. Only `cases.actions.end_role` may be called for a role that owns cases: it covers them first.

    Raises LeadsATeam where it is the last with which the person may answer for the teams they lead.
    """
    others = RoleGrant.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gt=to_date), staff_id=staff_id, ended_at=None, role__in=LEADING_ROLES
    )
    if role in LEADING_ROLES and not others.exclude(role=role).exists():
        check_leads_nothing(staff_id)
    grant = RoleGrant.objects.select_for_update(no_key=True).get(staff_id=staff_id, role=role, ended_at=None)
    grant.to_date, grant.ended_at, grant.ended_by_id = max(to_date, grant.from_date), at, by
    grant.save(update_fields=["to_date", "ended_at", "ended_by"])
    record(events.RoleEnded(subject_id=staff_id, role=role, to_date=to_date, reason=reason), by=by, at=at)


@action
def grant_competence(*, staff_id: int, code: str, from_date: date, to_date: date | None, by: int, at: datetime) -> Competence:
    """Record that a person is competent to do something until a date."""
    held = Competence.objects.create(staff_id=staff_id, code=code, from_date=from_date, to_date=to_date, granted_at=at, granted_by_id=by)
    record(events.CompetenceGranted(subject_id=staff_id, code=code, from_date=from_date, to_date=to_date), by=by, at=at)
    return held


@action
def post(*, staff_id: int, prisons: Sequence[str], from_date: date, to_date: date | None = None, by: int, at: datetime) -> list[Posting]:
    """Say that somebody works at these prisons, or speaks for them, from a day on; they are codes, which the door has checked.

    What a posting lets a person see is in `rules`. All of them or none: raises PostedThere, naming the first.
    """
    Staff.objects.select_for_update(no_key=True).get(pk=staff_id)
    held = Posting.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date), staff_id=staff_id, ended_at=None)
    taken = set((held if to_date is None else held.filter(from_date__lte=to_date)).values_list("prison", flat=True))
    made = []
    for prison in dict.fromkeys(prisons):
        if prison in taken:
            raise PostedThere(prison)
        said = {"prison": prison, "from_date": from_date, "to_date": to_date}
        made.append(Posting.objects.create(staff_id=staff_id, given_at=at, given_by_id=by, **said))
        record(events.StaffPosted(subject_id=staff_id, prison=prison, from_date=from_date, to_date=to_date), by=by, at=at)
    return made


@action
def end_posting(*, posting_id: int, to_date: date, by: int, at: datetime) -> None:
    """End a posting at once; `to_date` is the last day on which it is said to have held. Raises Posting.DoesNotExist."""
    held = Posting.objects.select_for_update(no_key=True).get(pk=posting_id, ended_at=None)
    held.to_date, held.ended_at, held.ended_by_id = max(to_date, held.from_date), at, by
    held.save(update_fields=["to_date", "ended_at", "ended_by"])
    record(events.PostingEnded(subject_id=held.staff_id, prison=held.prison, to_date=held.to_date), by=by, at=at)


@action
def write_absence(
    *, number: int, staff_id: int, kind: str, from_date: date, to_date: date | None, cover_id: int | None, by: int, at: datetime
) -> Absence:
    """Write an absence down under a subject's number.

    Doors call `cases.actions.record_absence`, which first checks what it leaves uncovered.
    """
    absence = Absence.objects.create(
        id=number, staff_id=staff_id, kind=kind, from_date=from_date, to_date=to_date, cover_id=cover_id, recorded_at=at, recorded_by_id=by
    )
    happened = events.AbsenceRecorded(subject_id=staff_id, absence_kind=kind, from_date=from_date, to_date=to_date, cover_id=cover_id)
    record(happened, by=by, at=at)
    return absence


@action
def end_absence(*, absence_id: int, to_date: date, by: int, at: datetime) -> None:
    """Record that a person is back: the last day away is `to_date`."""
    absence = Absence.objects.select_for_update(no_key=True).get(pk=absence_id, ended_at=None)
    absence.to_date, absence.ended_at, absence.ended_by_id = max(to_date, absence.from_date), at, by
    absence.save(update_fields=["to_date", "ended_at", "ended_by"])
    record(events.AbsenceEnded(subject_id=absence.staff_id, absence_id=absence_id, to_date=to_date), by=by, at=at)


@action
def set_cover(*, absence_id: int, cover_id: int, by: int, at: datetime) -> None:
    """Name, or change, who covers an absence."""
    absence = Absence.objects.select_for_update(no_key=True).get(pk=absence_id, ended_at=None)
    before, absence.cover_id = absence.cover_id, cover_id
    absence.save(update_fields=["cover"])
    record(events.CoverSet(subject_id=absence.staff_id, absence_id=absence_id, from_cover_id=before, cover_id=cover_id), by=by, at=at)


@action
def give_clearance(*, staff_id: int, subject_id: int, until: datetime | None, reason: str, by: int, at: datetime) -> Clearance:
    """Give a person leave to see a restricted case."""
    why = keep({"reason": reason}, person_id=None)
    given = Clearance.objects.create(
        staff_id=staff_id, subject_id=subject_id, reason_payload_id=why.pk, given_at=at, given_by_id=by, until=until
    )
    record(events.ClearanceGiven(subject_id=subject_id, staff_id=staff_id, until=until, reason=reason), by=by, at=at)
    return given


@action
def take_back_clearance(*, clearance_id: int, reason: str, by: int, at: datetime) -> None:
    """End leave to see a restricted case before its time, however it was come by. Raises NoLongerHeld, Clearance.DoesNotExist."""
    held = Clearance.objects.select_for_update(no_key=True).get(pk=clearance_id)
    if held.taken_back_at is not None or (held.until is not None and held.until <= at):
        raise NoLongerHeld(clearance_id)
    held.taken_back_at, held.taken_back_by_id = at, by
    held.save(update_fields=["taken_back_at", "taken_back_by"])
    taken = events.ClearanceTakenBack(subject_id=held.subject_id, clearance_id=clearance_id, staff_id=held.staff_id, reason=reason)
    record(taken, by=by, at=at)


@action
def break_glass(*, subject_id: int, until: datetime, reason: str, by: int, at: datetime) -> Clearance:
    """Take leave to see a restricted case in an emergency. A manager sees it."""
    why = keep({"reason": reason}, person_id=None)
    taken = Clearance.objects.create(
        staff_id=by, subject_id=subject_id, broke_glass=True, reason_payload_id=why.pk, given_at=at, given_by_id=by, until=until
    )
    record(events.GlassBroken(subject_id=subject_id, until=until, reason=reason), by=by, at=at)
    return taken


@action
def see_broken_glass(*, clearance_id: int, by: int, at: datetime, finding: str = "") -> None:
    """Record that a manager has looked at a breaking of the glass, and what they make of it. The database refuses whoever broke it.

    Raises AlreadySeen, Clearance.DoesNotExist.
    """
    taken = Clearance.objects.select_for_update(no_key=True).get(pk=clearance_id, broke_glass=True)
    if taken.seen_at is not None:
        raise AlreadySeen(clearance_id)
    taken.seen_at, taken.seen_by_id = at, by
    taken.save(update_fields=["seen_at", "seen_by"])
    seen = events.GlassSeen(subject_id=taken.subject_id, clearance_id=clearance_id, staff_id=taken.staff_id, finding=finding)
    record(seen, by=by, at=at)


@action
def deactivate(*, staff_id: int, by: int, at: datetime) -> None:
    """Make a person inactive. The database refuses while they own, or are to own, an open case or task.

    Raises StillCovers, LeadsATeam.
    """
    staff = Staff.objects.select_for_update().get(pk=staff_id)
    check_leads_nothing(staff_id)
    # What was covered up to the last day is over: a departure is carried out in London's day, which begins before the moment's does.
    if covered_after(staff_id=staff_id, day=staff.last_day or at.date() - timedelta(days=1)).exists():
        raise StillCovers(staff.name)
    staff.active = False
    staff.save(update_fields=["active"])
    RoleGrant.objects.filter(staff_id=staff_id, ended_at=None).update(ended_at=at, ended_by=by)
    Posting.objects.filter(staff_id=staff_id, ended_at=None).update(ended_at=at, ended_by=by)
    record(events.StaffDeactivated(subject_id=staff_id, last_day=staff.last_day), by=by, at=at)


def check_leads_nothing(staff_id: int) -> None:
    """Refuse somebody who answers for a team, or is to by a plan. Raises LeadsATeam."""
    led = Team.objects.filter(Q(leader_id=staff_id) | Q(next_leader_id=staff_id)).order_by("name")
    if led:
        raise LeadsATeam(list(led))


@action
def reactivate(*, staff_id: int, reason: str, by: int, at: datetime) -> None:
    """Bring somebody back who had left: without role, prison or password, which have to be given anew. Raises StillActive."""
    staff = Staff.objects.select_for_update().get(pk=staff_id)
    if staff.active:
        raise StillActive(staff.name)
    staff.active, staff.last_day = True, None
    staff.set_unusable_password()
    staff.save(update_fields=["active", "last_day", "password"])
    record(events.StaffReactivated(subject_id=staff_id, reason=reason), by=by, at=at)


@action
def set_last_day(*, staff_id: int, last_day: date | None, cases: int, tasks: int, by: int, at: datetime) -> None:
    """Write down a person's last day, or take it back. Doors call `cases.actions.plan_departure`, which covers their work first."""
    staff = Staff.objects.select_for_update(no_key=True).get(pk=staff_id)
    before, staff.last_day = staff.last_day, last_day
    staff.save(update_fields=["last_day"])
    if last_day is not None:
        record(events.DeparturePlanned(subject_id=staff_id, last_day=last_day, cases=cases, tasks=tasks), by=by, at=at)
    elif before is not None:
        record(events.DepartureWithdrawn(subject_id=staff_id, last_day=before), by=by, at=at)
