"""The staff list taken in: teams first, from the top; then people; then who leads. One transaction: all that can be used, or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from longstop.access import actions as access
from longstop.access import queries
from longstop.access.models import Staff
from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.intake import events
from longstop.intake import queries as arrived
from longstop.intake.actions.receipts import Counts, count, lock
from longstop.intake.actions.refusals import Refused, write_refusals
from longstop.intake.models import Receipt
from longstop.intake.staffing import Member, StaffRow, TeamRow, Unfit, refuse
from longstop.work.actions import next_subject_ids


class Amend(Protocol):
    """How a door amends somebody's details where their team changes: see `cases.actions.amend_staff`, a room above this one."""

    def __call__(
        self, *, staff_id: int, name: str, email: str, team_id: int | None, works_on: str, capacity_points: float, by: int, at: datetime
    ) -> list[str]: ...


@dataclass(slots=True)
class _Load:
    """A staff list on its way in: what was refused, and what each row did ("new", "changed" or nothing)."""

    by: int
    at: datetime
    today: date
    refused: list[Refused]
    amend: Amend | None = None
    known_prisons: frozenset[str] = frozenset()
    teams: dict[str, int] = field(default_factory=dict)  # numbers by code, once the file's own are defined
    staff: dict[str, Staff] = field(default_factory=dict)  # by staff number, in capitals
    did: dict[int, str] = field(default_factory=dict)

    def done(self, row: StaffRow, what: str) -> None:
        if self.did.get(row.number) != "new":
            self.did[row.number] = what

    def refuse(self, row: StaffRow, why: Unfit) -> None:
        self.did.pop(row.number, None)
        self.refused.append(Refused(number=row.number, line=row.line, text=row.text, finding=why.finding))


_Write = Callable[[_Load, StaffRow], None]


@action
def take_in_staff(
    *,
    receipt_id: int,
    rows: Sequence[StaffRow],
    refused: Sequence[Refused],
    unknown: Counter[str],
    by: int,
    at: datetime,
    today: date,
    amend: Amend | None = None,
) -> tuple[Receipt, list[Refused], tuple[str, ...]]:
    """Take in a whole staff list; gives its receipt, every refused row, and the staff numbers of those whom it leaves out.

    Nobody is deactivated and no role ended: whom the list leaves out is reported. Who changes team is amended by `amend`, with which their
    cases go along; without it, such a row is refused. Raises LoadTakenOver.
    """
    receipt = lock(receipt_id=receipt_id, after=0)
    prisons = frozenset(arrived.known_prisons(today=today)) if any(row.member and row.member.prisons for row in rows) else frozenset()
    load = _Load(by=by, at=at, today=today, refused=list(refused), amend=amend, known_prisons=prisons)
    usable = _define_teams(load, rows)
    load.teams = dict(queries.teams().values_list("code", "pk"))
    load.staff = {each.staff_number.upper(): each for each in queries.everybody()}
    usable = _each(load, usable, _write_member)
    usable = _each(load, usable, _write_leader)
    write_refusals(receipt, load.refused, {}, next_subject_ids(len(load.refused)) if load.refused else [])
    done = Counter(load.did.get(row.number, "unchanged") for row in usable)
    counts = Counts(new=done["new"], changed=done["changed"], unchanged=done["unchanged"], refused=len(load.refused), unknown=unknown)
    count(receipt, counts, by=by, at=at)
    missing = _missing(rows)
    if missing:
        record(events.StaffMissing(subject_id=receipt.pk, staff_numbers=list(missing)), by=by, at=at)
    return receipt, sorted(load.refused, key=lambda row: row.number), missing


def _each(load: _Load, rows: Iterable[StaffRow], write: _Write) -> list[StaffRow]:
    """Write each row, and give those that could be."""
    usable = []
    for row in rows:
        try:
            write(load, row)
        except Unfit as why:
            load.refuse(row, why)
        else:
            usable.append(row)
    return usable


def _define_teams(load: _Load, rows: Sequence[StaffRow]) -> list[StaffRow]:
    """Define the file's teams, each after the one above it; refuse those whose line upwards leads nowhere."""
    waiting = [row for row in rows if row.team]
    usable = [row for row in rows if not row.team]
    while waiting:
        known = {team.code for team in queries.teams()}
        ready = [row for row in waiting if row.team and (row.team.parent is None or row.team.parent in known)]
        if not ready:
            break
        usable += _each(load, ready, _write_team)
        waiting = [row for row in waiting if row not in ready]
    for row in waiting:
        parent = row.team.parent if row.team else ""
        load.refuse(row, refuse("team_parent", parent, "The team above it does not exist.", "Define that team, or correct its code."))
    return sorted(usable, key=lambda row: row.number)


def _write_team(load: _Load, row: StaffRow) -> None:
    team = row.team
    assert team is not None
    held = queries.teams().filter(code=team.code).select_related("parent").first()
    if (
        held is not None
        and TeamRow(code=held.code, name=held.name, kind=held.kind, parent=held.parent.code if held.parent else None) == team
    ):
        return
    if held is not None and team.parent is not None and held.pk in _above(team.parent):
        raise refuse("team_parent", team.parent, "The team would stand above itself.", "Correct the line of accountability.")
    access.define_team(code=team.code, name=team.name, kind=team.kind, parent_code=team.parent, by=load.by, at=load.at)
    load.done(row, "changed" if held else "new")


def _above(code: str) -> set[int]:
    start = queries.teams().get(code=code)
    return {link.team_id for link in queries.accountability(start.pk)}


def _write_member(load: _Load, row: StaffRow) -> None:
    member = row.member
    if member is None:
        return
    team_id = _team_id(load, "team_code", member.team_code)
    _team_id(load, "leads_team", member.leads_team)  # before anything is written: a row is taken in whole or refused
    _check_prisons(load, member)
    held = load.staff.get(member.staff_number.upper())
    if held is not None and not held.active:
        raise refuse(
            "staff_number", member.staff_number, "This person has left, and a file cannot bring them back.", "Ask an administrator.", "left"
        )
    staff = held or _enrol(load, member, team_id)
    if held is None:
        load.staff[member.staff_number.upper()] = staff
        load.done(row, "new")
    elif _differs(held, member, team_id):
        _amend(load, held, member, team_id)
        load.done(row, "changed")
    if any([_grant(load, staff.pk, member, new=held is None), _post(load, staff.pk, member)]):
        load.done(row, "changed")


def _check_prisons(load: _Load, member: Member) -> None:
    for code in member.prisons:
        if code not in load.known_prisons:
            remedy = "Correct the code, or take in the prison's list first."
            raise refuse("prisons", code, "Neither policy nor any record knows this prison.", remedy)


def _post(load: _Load, staff_id: int, member: Member) -> bool:
    """Post somebody to the prisons that they are not at yet; say whether to any."""
    posted = False
    for code in member.prisons:
        try:
            access.post(staff_id=staff_id, prisons=[code], from_date=member.prisons_from, to_date=member.prisons_to, by=load.by, at=load.at)
        except access.PostedThere:
            continue
        posted = True
    return posted


def _amend(load: _Load, held: Staff, member: Member, team_id: int | None) -> None:
    """Amend what differs. Raises Unfit for a change of team that would leave cases behind."""
    amend: Amend | None = access.amend_staff if team_id == held.team_id else load.amend
    wrong = "This person has another team here, and open work that stands with it."
    remedy = "Let an administrator move them with their work, or hand it over first."
    if amend is None:
        raise refuse("team_code", member.team_code or "", wrong, remedy)
    try:
        amend(
            staff_id=held.pk,
            name=member.name,
            email=member.email,
            team_id=team_id,
            works_on=member.works_on,
            capacity_points=member.capacity_points,
            by=load.by,
            at=load.at,
        )
    except access.HasWork:
        raise refuse("team_code", member.team_code or "", wrong, remedy) from None


def _enrol(load: _Load, member: Member, team_id: int | None) -> Staff:
    return access.enrol(
        staff_number=member.staff_number,
        name=member.name,
        email=member.email,
        team_id=team_id,
        works_on=member.works_on,
        capacity_points=member.capacity_points,
        agency=member.agency,
        by=load.by,
        at=load.at,
    )


def _differs(held: Staff, member: Member, team_id: int | None) -> bool:
    now = (held.name, held.email, held.team_id, held.works_on, float(held.capacity_points))
    return now != (member.name, member.email, team_id, member.works_on, member.capacity_points)


def _grant(load: _Load, staff_id: int, member: Member, *, new: bool) -> bool:
    """Grant what is not yet held; say whether anything was. Who is `new` holds nothing."""
    granted = False
    held = frozenset() if new else queries.roles_of(staff_id=staff_id, today=load.today)
    for role in member.roles:
        if role not in held:
            try:
                access.grant_role(staff_id=staff_id, role=role, from_date=member.role_from, to_date=member.role_to, by=load.by, at=load.at)
            except access.RoleAlreadyHeld:  # granted from a day to come
                continue
            granted = True
    skills = set() if new else queries.competences_of(staff_ids=[staff_id], today=load.today).get(staff_id, set())
    for code in member.competences:
        if code not in skills:
            access.grant_competence(
                staff_id=staff_id, code=code, from_date=load.today, to_date=member.competences_to, by=load.by, at=load.at
            )
            granted = True
    return granted


def _write_leader(load: _Load, row: StaffRow) -> None:
    if row.member is None or row.member.leads_team is None:
        return
    team_id = _team_id(load, "leads_team", row.member.leads_team)
    assert team_id is not None
    leader = load.staff[row.member.staff_number.upper()]
    team = queries.team(team_id)
    if team is not None and team.leader_id != leader.pk:
        try:
            access.set_team_leader(team_id=team_id, leader_id=leader.pk, by=load.by, at=load.at)
        except access.CannotLead:
            remedy = "Name somebody who stays, or take the departure back."
            raise refuse("leads_team", row.member.leads_team, "This person is about to leave, and cannot lead.", remedy) from None
        load.done(row, "changed")


def _team_id(load: _Load, column: str, code: str | None) -> int | None:
    if code is None:
        return None
    if code not in load.teams:
        raise refuse(column, code, "No team has this code.", "Define the team, or correct the code.")
    return load.teams[code]


def _missing(rows: Sequence[StaffRow]) -> tuple[str, ...]:
    """Give the staff numbers of active staff of the file's agencies whom the file leaves out."""
    members = [row.member for row in rows if row.member]
    given, agencies = {each.staff_number for each in members}, {each.agency for each in members}
    known = queries.enrolled().filter(agency__in=agencies).values_list("staff_number", flat=True)
    return tuple(number for number in known if number.upper() not in given)
