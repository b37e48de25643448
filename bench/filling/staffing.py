"""The staff and teams of a caseload, in proportion: 50 cases a caseworker, 10 caseworkers a team, 5 teams a unit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bench.copying import Writer

CASES_A_CASEWORKER, CASEWORKERS_A_TEAM, TEAMS_A_UNIT = 50, 10, 5
CASES_AN_OFFICER, CASES_A_STEWARD, CASES_A_PRISON_TEAM, MOST_PRISON_TEAM = 1_000, 25_000, 200, 120
SYSTEM = 1


@dataclass(frozen=True)
class Staffed:
    """Who is there, by number; `team_of` gives the team of each."""

    caseworkers: list[int]
    leaders: list[int]
    head: int
    teams: list[int]
    officers: list[int]
    stewards: list[int]
    team_of: dict[int, int] = field(default_factory=dict)


def staff(writer: Writer, cases: int) -> Staffed:
    """Write teams and staff for so many cases."""
    caseworkers = max(1, cases // CASES_A_CASEWORKER)
    teams = max(1, caseworkers // CASEWORKERS_A_TEAM)
    units = max(1, teams // TEAMS_A_UNIT)
    ids = [writer.number("access_team.id") for _ in range(1 + units + teams)]
    ordinary, unit_ids = ids[1 + units :], ids[1 : 1 + units]
    leaders = [writer.number("access_staff.id") for _ in ids]
    _teams(writer, ids, leaders, unit_ids)
    roles = ["director", *(["head"] * units), *(["team_leader"] * teams)]
    team_of = dict(zip(leaders, ids, strict=True))
    for person, role in zip(leaders, roles, strict=True):
        _member(writer, person, role, team_of[person])
    wanted = {
        "caseworker": caseworkers,
        "duty_officer": max(2, cases // CASES_AN_OFFICER),
        "data_steward": max(1, cases // CASES_A_STEWARD),
        "analyst": max(1, cases // CASES_A_STEWARD),
        "prison_team": min(MOST_PRISON_TEAM, max(2, cases // CASES_A_PRISON_TEAM)),
        "prison_liaison": 1,
    }
    made: dict[str, list[int]] = {}
    for role, number in wanted.items():
        made[role] = [writer.number("access_staff.id") for _ in range(number)]
        for place, person in enumerate(made[role]):
            each = place // CASEWORKERS_A_TEAM if role == "caseworker" else place
            team_of[person] = ordinary[each % teams]
            _member(writer, person, role, team_of[person])
    writer.flush()
    return Staffed(made["caseworker"], leaders[1 + units :], leaders[0], ordinary, made["duty_officer"], made["data_steward"], team_of)


def _teams(writer: Writer, ids: Sequence[int], leaders: Sequence[int], units: Sequence[int]) -> None:
    kinds = ["directorate", *(["unit"] * len(units)), *(["team"] * (len(ids) - 1 - len(units)))]
    for number, (team, leader, kind) in enumerate(zip(ids, leaders, kinds, strict=True)):
        parent = {"directorate": None, "unit": ids[0]}.get(kind, units[number % len(units)])
        name = {"id": team, "code": f"T{number:05}", "name": f"{kind.capitalize()} {number}", "kind": kind}
        writer.add("access_team", name | {"parent_id": parent, "leader_id": leader})


def _member(writer: Writer, person: int, role: str, team: int) -> None:
    writer.add(
        "access_staff",
        {
            "id": person,
            "password": "!",
            "staff_number": f"B{person:06}",
            "name": f"Bench {role.replace('_', ' ')} {person}",
            "email": f"b{person}@longstop.invalid",
            "team_id": team,
            "agency": "prison service" if role == "prison_liaison" else "command",
            "works_on": "MTWTF--",
            "capacity_points": 160,
            "active": True,
        },
    )
    began = writer.today - timedelta(days=1_000)
    granted = {"staff_id": person, "role": role, "from_date": began, "granted_at": writer.at, "granted_by_id": SYSTEM}
    writer.add("access_rolegrant", granted)
