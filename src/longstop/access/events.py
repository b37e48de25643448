"""What can be recorded about staff, teams, roles, absence and clearance. Names of staff are not personal data of the people in cases."""

from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.events import Event, event, personal


@event("team.defined", about="team")
@dataclass(frozen=True, kw_only=True)
class TeamDefined(Event):
    code: str
    name: str
    team_kind: str
    parent_id: int | None


@event("team.leader_set", about="team")
@dataclass(frozen=True, kw_only=True)
class TeamLeaderSet(Event):
    from_leader_id: int | None
    leader_id: int


@event("team.leader_planned", about="team")
@dataclass(frozen=True, kw_only=True)
class TeamLeaderPlanned(Event):
    leader_id: int | None
    from_date: date | None


@event("staff.enrolled", about="staff")
@dataclass(frozen=True, kw_only=True)
class StaffEnrolled(Event):
    staff_number: str
    team_id: int | None
    agency: str


@event("staff.amended", about="staff")
@dataclass(frozen=True, kw_only=True)
class StaffAmended(Event):
    changed: list[str]


@event("staff.password_set", about="staff")
@dataclass(frozen=True, kw_only=True)
class PasswordSet(Event):
    pass


@event("staff.signed_in", about="staff")
@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    pass


@event("staff.role_granted", about="staff")
@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    role: str
    from_date: date
    to_date: date | None


@event("staff.role_ended", about="staff")
@dataclass(frozen=True, kw_only=True)
class RoleEnded(Event):
    role: str
    to_date: date
    reason: str = personal(default="")


@event("staff.competence_granted", about="staff")
@dataclass(frozen=True, kw_only=True)
class CompetenceGranted(Event):
    code: str
    from_date: date
    to_date: date | None


@event("staff.posted", about="staff")
@dataclass(frozen=True, kw_only=True)
class StaffPosted(Event):
    prison: str
    from_date: date
    to_date: date | None


@event("staff.posting_ended", about="staff")
@dataclass(frozen=True, kw_only=True)
class PostingEnded(Event):
    prison: str
    to_date: date


@event("staff.absence_recorded", about="staff")
@dataclass(frozen=True, kw_only=True)
class AbsenceRecorded(Event):
    absence_kind: str
    from_date: date
    to_date: date | None
    cover_id: int | None


@event("staff.absence_ended", about="staff")
@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(Event):
    absence_id: int
    to_date: date


@event("staff.cover_set", about="staff")
@dataclass(frozen=True, kw_only=True)
class CoverSet(Event):
    absence_id: int
    from_cover_id: int | None
    cover_id: int


@event("staff.departure_planned", about="staff")
@dataclass(frozen=True, kw_only=True)
class DeparturePlanned(Event):
    last_day: date
    cases: int
    tasks: int


@event("staff.departure_withdrawn", about="staff")
@dataclass(frozen=True, kw_only=True)
class DepartureWithdrawn(Event):
    last_day: date


@event("staff.deactivated", about="staff")
@dataclass(frozen=True, kw_only=True)
class StaffDeactivated(Event):
    last_day: date | None


@event("staff.reactivated", about="staff")
@dataclass(frozen=True, kw_only=True)
class StaffReactivated(Event):
    reason: str = personal(default="")


@event("clearance.given", about="case")
@dataclass(frozen=True, kw_only=True)
class ClearanceGiven(Event):
    staff_id: int
    until: datetime | None
    reason: str = personal()


@event("clearance.taken_back", about="case")
@dataclass(frozen=True, kw_only=True)
class ClearanceTakenBack(Event):
    clearance_id: int
    staff_id: int
    reason: str = personal()


@event("clearance.glass_broken", about="case")
@dataclass(frozen=True, kw_only=True)
class GlassBroken(Event):
    until: datetime
    reason: str = personal()


@event("clearance.glass_seen", about="case")
@dataclass(frozen=True, kw_only=True)
class GlassSeen(Event):
    clearance_id: int
    staff_id: int
    finding: str = personal(default="")
