"""Roles, permissions and predicates about staff: pure, no ORM, no clock."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """The sixteen roles. A person may hold several; each is granted from a date and may end on one."""

    CASEWORKER = "caseworker"
    TEAM_LEADER = "team_leader"
    HEAD = "head"
    DIRECTOR = "director"
    DUTY_OFFICER = "duty_officer"
    PRISON_TEAM = "prison_team"
    PRISON_LIAISON = "prison_liaison"
    BARRIER_UNIT = "barrier_unit"
    REPORTING_CENTRE = "reporting_centre"
    MONITORING_HUB = "monitoring_hub"
    DATA_STEWARD = "data_steward"
    QUALITY_ASSESSOR = "quality_assessor"
    ANALYST = "analyst"
    GUIDANCE_OWNER = "guidance_owner"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a screen, command or path may demand. Each names one thing that a person does."""

    USE = "use"  # sign in, see one's own settings and help
    SEE_WORK = "see_work"
    DO_TASKS = "do_tasks"
    SEE_CASES = "see_cases"
    WORK_CASES = "work_cases"
    WRITE_NOTES = "write_notes"
    OPEN_CASES = "open_cases"
    ALLOCATE = "allocate"
    TRANSFER = "transfer"
    ACKNOWLEDGE = "acknowledge"
    SEE_TEAM = "see_team"
    RECORD_ABSENCE = "record_absence"
    PLAN_DEPARTURE = "plan_departure"
    SEE_RECORDS = "see_records"
    SEE_FILES = "see_files"
    MEND_RECORDS = "mend_records"
    SEE_REFERRALS = "see_referrals"
    CONSIDER = "consider"  # decide referrals, answer questions, explain departures, look again
    REFER = "refer"
    SERVE = "serve"  # answer for papers that somebody in prison was to be served with
    SEE_STATEMENT = "see_statement"
    SETTLE = "settle"  # say which side of a break is right
    RECONCILE = "reconcile"
    ANSWER = "answer"  # for the other agency, about its own records
    SEE_CERTIFICATE = "see_certificate"
    PROVE = "prove"
    BREAK_GLASS = "break_glass"
    SEE_BREAK_GLASS = "see_break_glass"
    ANSWER_BREAK_GLASS = "answer_break_glass"
    RESTRICT = "restrict"
    SEE_AUDIT = "see_audit"
    EXPORT = "export"
    MANAGE_STAFF = "manage_staff"
    TAKE_IN = "take_in"  # bring an agency's file in
    OPERATE = "operate"  # run the service: start, stop, seal, back up, restore
    DISPOSE = "dispose"


_MANAGERS = frozenset({Role.TEAM_LEADER, Role.HEAD, Role.DIRECTOR})
_CASEWORK = _MANAGERS | {Role.CASEWORKER, Role.DUTY_OFFICER}
_PARTNERS = frozenset({Role.PRISON_TEAM, Role.BARRIER_UNIT, Role.REPORTING_CENTRE, Role.MONITORING_HUB})
_OVERSIGHT = frozenset({Role.QUALITY_ASSESSOR, Role.ANALYST, Role.INSPECTOR})
# Whoever may own a task does it, and answers for it when it is late.
_TASKS = _CASEWORK | _PARTNERS | {Role.DATA_STEWARD, Role.QUALITY_ASSESSOR, Role.GUIDANCE_OWNER}
_ALL = frozenset(Role)

GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.USE: _ALL,
    Permission.SEE_WORK: _TASKS,
    Permission.DO_TASKS: _TASKS,
    Permission.SEE_CASES: _CASEWORK | _PARTNERS | {Role.DATA_STEWARD, Role.QUALITY_ASSESSOR, Role.INSPECTOR},
    Permission.WORK_CASES: _CASEWORK,
    # Whoever sees a case may say what they noticed or were told; an inspector writes nothing.
    Permission.WRITE_NOTES: _CASEWORK | _PARTNERS | {Role.DATA_STEWARD, Role.QUALITY_ASSESSOR},
    Permission.OPEN_CASES: frozenset({Role.DUTY_OFFICER, Role.TEAM_LEADER}),
    Permission.ALLOCATE: _MANAGERS | {Role.DUTY_OFFICER},
    # A duty officer owns no case, so has none to offer and none to receive.
    Permission.TRANSFER: _MANAGERS | {Role.CASEWORKER},
    Permission.ACKNOWLEDGE: _TASKS,
    Permission.SEE_TEAM: _CASEWORK | _OVERSIGHT,
    Permission.RECORD_ABSENCE: _MANAGERS | {Role.CASEWORKER, Role.DUTY_OFFICER},
    Permission.PLAN_DEPARTURE: _MANAGERS,
    Permission.SEE_RECORDS: _CASEWORK | {Role.PRISON_TEAM, Role.PRISON_LIAISON, Role.DATA_STEWARD, Role.INSPECTOR},
    # The files name staff too, and what was wrong in other agencies' files: not for the other agency itself.
    Permission.SEE_FILES: _CASEWORK | {Role.PRISON_TEAM, Role.DATA_STEWARD, Role.INSPECTOR},
    Permission.MEND_RECORDS: frozenset({Role.DATA_STEWARD}),
    # Who is considered, and why, is casework: not for the other agency, whose liaison sees its own records only.
    Permission.SEE_REFERRALS: _CASEWORK | {Role.PRISON_TEAM, Role.DATA_STEWARD, Role.INSPECTOR},
    # Those to whom policy gives what has to be looked at (`policy/remit.toml`, owners). Whoever meets somebody may refer them.
    Permission.CONSIDER: _MANAGERS | {Role.DUTY_OFFICER},
    Permission.REFER: _CASEWORK | {Role.PRISON_TEAM},
    # Papers are served by the prison team; those who work the case may have been told by telephone.
    Permission.SERVE: _CASEWORK | {Role.PRISON_TEAM},
    Permission.SEE_STATEMENT: _CASEWORK | _OVERSIGHT | {Role.DATA_STEWARD},
    # What a side is right about is written into the case: for those who work cases.
    Permission.SETTLE: _CASEWORK,
    Permission.ANSWER: frozenset({Role.PRISON_LIAISON}),
    Permission.RECONCILE: _MANAGERS | {Role.DUTY_OFFICER, Role.DATA_STEWARD},
    Permission.SEE_CERTIFICATE: _MANAGERS | _OVERSIGHT | {Role.DUTY_OFFICER, Role.DATA_STEWARD},
    # An inspector reads certificates and makes none: a certificate is a row, and inspectors write nothing.
    Permission.PROVE: _MANAGERS | {Role.DUTY_OFFICER},
    Permission.BREAK_GLASS: _CASEWORK,
    Permission.SEE_BREAK_GLASS: _MANAGERS | {Role.INSPECTOR},
    Permission.ANSWER_BREAK_GLASS: _MANAGERS,
    Permission.RESTRICT: _MANAGERS,
    Permission.SEE_AUDIT: _MANAGERS | {Role.INSPECTOR, Role.QUALITY_ASSESSOR},
    Permission.EXPORT: _MANAGERS | {Role.ANALYST, Role.INSPECTOR, Role.DATA_STEWARD},
    Permission.MANAGE_STAFF: frozenset({Role.ADMINISTRATOR}),
    Permission.TAKE_IN: frozenset({Role.DATA_STEWARD, Role.DUTY_OFFICER}),
    Permission.OPERATE: frozenset({Role.ADMINISTRATOR}),
    Permission.DISPOSE: frozenset({Role.DATA_STEWARD, Role.HEAD}),
}

# Who may be the owner of a case. A duty officer opens and places cases but owns none.
OWNING_ROLES = frozenset({Role.CASEWORKER, Role.TEAM_LEADER})

# Who may answer for a team, a unit or a directorate.
LEADING_ROLES = _MANAGERS

# Another agency's people see the records of the prisons that they are posted to, and of no other (docs/adr/0016).
CONFINED_ROLES = frozenset({Role.PRISON_LIAISON})

# What whoever covers somebody who answers for a team may do for them while they are away, with what that person's leading role may do:
# see to the cases of those teams. Not what a leader does towards staff, the record, the service or referrals; nor to see cases at all:
# who may not see them in their own right, such as somebody of another agency, stands in for nobody (docs/adr/0017).
LENT = frozenset(
    {
        Permission.WORK_CASES,
        Permission.WRITE_NOTES,
        Permission.ALLOCATE,
        Permission.TRANSFER,
        Permission.ACKNOWLEDGE,
        Permission.SEE_TEAM,
        Permission.RESTRICT,
    }
)

# Which rung each role may answer for; see the policy file `escalation.toml`.
RUNG_ROLES: dict[int, frozenset[Role]] = {
    0: _TASKS,
    1: frozenset({Role.TEAM_LEADER}),
    2: frozenset({Role.HEAD}),
    3: frozenset({Role.DIRECTOR}),
}


def permitted(*, roles: Iterable[str], permission: Permission) -> bool:
    """Say whether any of these roles has the permission. Unknown roles have none: the default is to deny."""
    granted = GRANTS.get(permission, frozenset())
    return any(role in granted for role in roles)


def confined(*, roles: Iterable[str]) -> bool:
    """Say whether somebody sees only the records of their own prisons: no role of theirs lets them see others'."""
    return not permitted(roles=set(roles) - CONFINED_ROLES, permission=Permission.SEE_RECORDS)


def lends(*, roles: Iterable[str], permission: Permission) -> bool:
    """Say whether these leading roles of people who are away lend the permission to whoever covers them."""
    return permission in LENT and permitted(roles=set(roles) & LEADING_ROLES, permission=permission)
