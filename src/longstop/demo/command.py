"""The invented command: its teams and its staff, as a staff list that any personnel system could have written."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from longstop.access.rules import Role

PASSWORD = "nothing-is-overlooked"
"""Of every demonstration sign-in. Set only by the demonstration, which is loaded only into a database that holds nobody else."""

CASE_TEAMS = ("NORTH-A", "NORTH-B", "SOUTH-A", "SOUTH-B")
_TEAMS = (
    ("RETURNS", "Returns directorate", "directorate", ""),
    ("NORTH", "North unit", "unit", "RETURNS"),
    ("SOUTH", "South unit", "unit", "RETURNS"),
    ("NORTH-A", "North team A", "team", "NORTH"),
    ("NORTH-B", "North team B", "team", "NORTH"),
    ("SOUTH-A", "South team A", "team", "SOUTH"),
    ("SOUTH-B", "South team B", "team", "SOUTH"),
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member of staff. Whoever bears the name of a role as number is its demonstration sign-in."""

    number: str
    name: str
    role: Role
    team: str
    leads: str = ""
    works_on: str = "MTWTF--"
    capacity: int = 60
    agency: str = "command"
    competences: str = ""
    prisons: str = ""


def _own(role: Role, name: str, team: str, *, leads: str = "", agency: str = "command", prisons: str = "") -> Member:
    """The one who stands for a role in the demonstration."""
    number = role.replace("_", "-").upper()
    return Member(number=number, name=name, role=role, team=team, leads=leads, agency=agency, prisons=prisons)


def _caseworker(number: int, name: str, team: str, *, works_on: str = "MTWTF--", capacity: int = 60, competences: str = "") -> Member:
    return Member(
        number=f"CW-{number:02}",
        name=name,
        role=Role.CASEWORKER,
        team=team,
        works_on=works_on,
        capacity=capacity,
        competences=competences,
    )


STAFF = (
    _own(Role.DIRECTOR, "Dara Okonjo", "RETURNS", leads="RETURNS"),
    _own(Role.HEAD, "Hana Lindqvist", "NORTH", leads="NORTH"),
    _own(Role.TEAM_LEADER, "Lena Marsh", "NORTH-A", leads="NORTH-A"),
    _own(Role.CASEWORKER, "Callum Reyes", "NORTH-A"),
    _own(Role.DUTY_OFFICER, "Devi Anand", "NORTH"),
    _own(Role.PRISON_TEAM, "Priya Stokoe", "NORTH", prisons="MDI;LEI"),
    _own(Role.PRISON_LIAISON, "Paul Wexcombe", "", agency="prison service", prisons="MDI"),
    _own(Role.BARRIER_UNIT, "Bronwen Adair", "SOUTH"),
    _own(Role.REPORTING_CENTRE, "Rashid Penhale", "SOUTH"),
    _own(Role.MONITORING_HUB, "Moira Tench", "SOUTH"),
    _own(Role.DATA_STEWARD, "Stellan Brook", "RETURNS"),
    _own(Role.QUALITY_ASSESSOR, "Quentin Ashdown", "RETURNS"),
    _own(Role.ANALYST, "Anouk Fairley", "RETURNS"),
    _own(Role.GUIDANCE_OWNER, "Greta Hollis", "RETURNS"),
    _own(Role.INSPECTOR, "Ines Calloway", "RETURNS"),
    _own(Role.ADMINISTRATOR, "Adam Fenwick", "RETURNS"),
    Member(number="HEAD-2", name="Samuel Adeyinka", role=Role.HEAD, team="SOUTH", leads="SOUTH"),
    Member(number="LEADER-2", name="Omar Blythe", role=Role.TEAM_LEADER, team="NORTH-B", leads="NORTH-B"),
    Member(number="LEADER-3", name="Sioned Parry", role=Role.TEAM_LEADER, team="SOUTH-A", leads="SOUTH-A"),
    Member(number="LEADER-4", name="Tobias Grant", role=Role.TEAM_LEADER, team="SOUTH-B", leads="SOUTH-B"),
    _caseworker(2, "Mina Farrow", "NORTH-A"),
    _caseworker(3, "Jonas Whitlock", "NORTH-A", works_on="MTW----", capacity=36),
    _caseworker(4, "Aoife Castellan", "NORTH-B", competences="safeguarding"),
    _caseworker(5, "Bilal Hartnoll", "NORTH-B"),
    _caseworker(6, "Sunita Pell", "NORTH-B", capacity=30),
    _caseworker(7, "Evan Tregarth", "SOUTH-A"),
    _caseworker(8, "Lucia Morland", "SOUTH-A", competences="safeguarding"),
    _caseworker(9, "Kofi Branscombe", "SOUTH-A", works_on="-TWTF--", capacity=48),
    _caseworker(10, "Ruth Ellingham", "SOUTH-B"),
    _caseworker(11, "Yusuf Calder", "SOUTH-B"),
    _caseworker(12, "Nell Okafor", "SOUTH-B", capacity=34),
    _caseworker(13, "Gwen Larkspur", "SOUTH-B"),
)
SICK = "CW-09"
"""Who has rung in sick on the day of loading, with nobody yet to cover."""
LEAVER = "CW-13"
"""Who has left by the day of loading: her cases came to others."""
LEAVING = "CW-11"
"""Who is about to leave, and whose cases are to go to others on the day after."""
CASEWORKERS = tuple(each for each in STAFF if each.role is Role.CASEWORKER)
SIGN_INS = {role: role.replace("_", "-") for role in Role}
"""The staff number of each role's demonstration sign-in, as it is told and may be typed."""


def write_staff_list(path: Path, *, roles_from: date, today: date) -> None:
    """Write the staff list: a CSV with the teams first. The inspector's role ends a year after today."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = list(_rows(roles_from, today))
        table = csv.DictWriter(file, fieldnames=list(dict.fromkeys(name for row in rows for name in row)))
        table.writeheader()
        table.writerows(rows)


def _rows(roles_from: date, today: date) -> Iterator[dict[str, str]]:
    for code, name, kind, parent in _TEAMS:
        yield {"team_code": code, "team_name": name, "team_kind": kind, "team_parent": parent}
    for each in STAFF:
        yield {
            "staff_number": each.number,
            "name": each.name,
            "email": f"{each.number.lower()}@longstop.invalid",
            "team_code": each.team,
            "roles": each.role.value,
            "role_from": roles_from.isoformat(),
            "role_to": (today + timedelta(days=365)).isoformat() if each.role is Role.INSPECTOR else "",
            "works_on": each.works_on,
            "capacity_points": str(each.capacity),
            "agency": each.agency,
            "competences": each.competences,
            "prisons": each.prisons,
            "leads_team": each.leads,
        }
