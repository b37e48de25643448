"""The invented command's staff list, in proportion to its cases; who owns which of them; and who had left before the list was written."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

from longstop.demo.invention.calibration import share
from longstop.demo.invention.naming import tongues
from longstop.demo.invention.plan import Plan

FILE = "staff.csv"
# One of each role beside the proportion, who bears its name as staff number: those are the demonstration's sign-ins.
SINGLE = (
    *("prison_team", "barrier_unit", "reporting_centre", "monitoring_hub", "data_steward", "quality_assessor", "analyst"),
    *("guidance_owner", "inspector", "administrator"),
)
PRISONS = {"prison_team": "MDI;LEI", "prison_liaison": "MDI"}
CASES_A_DUTY_OFFICER = 1_300  # our assumption: two in a command of a tenth of the published size
COLUMNS = (
    *("staff_number", "name", "email", "team_code", "roles", "role_from", "role_to", "works_on", "capacity_points", "agency"),
    "prisons",
    *("leads_team", "team_name", "team_kind", "team_parent"),
)


@dataclass(frozen=True)
class Command:
    """The teams and staff of a plan, by number."""

    plan: Plan

    @cached_property
    def caseworkers(self) -> int:
        """How many caseworkers there are."""
        cases = self.plan.count(share("caseload", "in_custody")) + self.plan.outside
        return max(4, round(cases / share("caseload", "cases_a_caseworker")))

    @cached_property
    def teams(self) -> int:
        """How many teams there are."""
        return max(2, round(self.caseworkers / share("caseload", "caseworkers_a_team")))

    @cached_property
    def units(self) -> int:
        """How many units there are."""
        return max(1, round(self.teams / share("caseload", "teams_a_unit")))

    @cached_property
    def duty_officers(self) -> int:
        """How many duty officers there are."""
        return max(1, round(self.caseworkers * share("caseload", "cases_a_caseworker") / CASES_A_DUTY_OFFICER))

    def owner(self, index: int) -> str:
        """Give the staff number of the caseworker who owns the case of this person."""
        return caseworker(index % self.caseworkers)

    def leaver(self, index: int) -> str:
        """Give the staff number of somebody who had left: no staff list has it."""
        return f"CW-GONE-{index % 7 + 1}"


def caseworker(number: int) -> str:
    """Give the staff number of a caseworker; that of the first is the sign-in of the role."""
    return "CASEWORKER" if number == 0 else f"CW-{number:05}"


def duty_officer(number: int) -> str:
    """Give the staff number of a duty officer; that of the first is the sign-in of the role."""
    return "DUTY-OFFICER" if number == 0 else f"DO-{number:04}"


def write_staff(folder: Path, plan: Plan) -> None:
    """Write the staff list: the teams first, then everybody."""
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(_teams(Command(plan)))
        table.writerows(_staff(Command(plan)))


def team_code(number: int) -> str:
    """Give the code of a team."""
    return f"T{number + 1:04}"


def _unit_code(number: int) -> str:
    return f"U{number + 1:03}"


def _teams(command: Command) -> Iterator[dict[str, str]]:
    yield {"team_code": "RETURNS", "team_name": "Returns directorate", "team_kind": "directorate"}
    for number in range(command.units):
        yield {"team_code": _unit_code(number), "team_name": f"Unit {number + 1}", "team_kind": "unit", "team_parent": "RETURNS"}
    for number in range(command.teams):
        above = _unit_code(number % command.units)
        yield {"team_code": team_code(number), "team_name": f"Team {number + 1}", "team_kind": "team", "team_parent": above}


def _staff(command: Command) -> Iterator[dict[str, str]]:
    plan = command.plan
    yield _member(plan, "DIRECTOR", "director", "RETURNS", leads="RETURNS")
    for number in range(command.units):
        unit = _unit_code(number)
        yield _member(plan, "HEAD" if number == 0 else f"HEAD-{number:03}", "head", unit, leads=unit)
    for number in range(command.teams):
        team = team_code(number)
        yield _member(plan, "TEAM-LEADER" if number == 0 else f"TL-{number:04}", "team_leader", team, leads=team)
    for number in range(command.caseworkers):
        yield _member(plan, caseworker(number), "caseworker", team_code(number % command.teams))
    for number in range(command.duty_officers):
        yield _member(plan, duty_officer(number), "duty_officer", _unit_code(number % command.units))
    for role in SINGLE:
        yield _member(plan, role.replace("_", "-").upper(), role, "RETURNS")
    yield _member(plan, "PRISON-LIAISON", "prison_liaison", "", agency="prison service")


def _member(plan: Plan, number: str, role: str, team: str, *, leads: str = "", agency: str = "command") -> dict[str, str]:
    chance = Random(f"{plan.seed}/staff/{number}")
    tongue = tongues()[chance.choice(("british", "british", "british", "irish", "indian", "nigerian", "polish", "portuguese"))]
    given, family = chance.choice(tongue.men + tongue.women * 3), chance.choice(tongue.family)
    return {
        "staff_number": number,
        "name": f"{given.main} {family.main}",
        "email": f"{number.lower()}@longstop.invalid",
        "team_code": team,
        "roles": role,
        "role_from": plan.first_day.replace(year=plan.first_day.year - 1, day=1).isoformat(),
        "role_to": plan.last_day.replace(year=plan.last_day.year + 1, day=1).isoformat() if role == "inspector" else "",
        "works_on": "MTW----" if chance.random() < 0.08 else "MTWTF--",
        "capacity_points": "400" if role == "caseworker" else "40",
        "agency": agency,
        "prisons": PRISONS.get(role, ""),
        "leads_team": leads,
    }
