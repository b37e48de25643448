"""The table of roles and paths, written by hand: `roles_and_paths.csv` for screens, `roles_and_commands.csv` for commands."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from longstop.access.rules import Role

NOBODY = "--"
CODES: dict[str, Role] = {
    "CW": Role.CASEWORKER,
    "TL": Role.TEAM_LEADER,
    "HD": Role.HEAD,
    "DI": Role.DIRECTOR,
    "DU": Role.DUTY_OFFICER,
    "PT": Role.PRISON_TEAM,
    "BU": Role.BARRIER_UNIT,
    "RC": Role.REPORTING_CENTRE,
    "MH": Role.MONITORING_HUB,
    "PL": Role.PRISON_LIAISON,
    "DS": Role.DATA_STEWARD,
    "QA": Role.QUALITY_ASSESSOR,
    "AN": Role.ANALYST,
    "GO": Role.GUIDANCE_OWNER,
    "IN": Role.INSPECTOR,
    "AD": Role.ADMINISTRATOR,
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the table: a screen, who may reach it, and whether somebody who is not signed in may."""

    name: str
    path: str
    methods: tuple[str, ...]
    roles: frozenset[Role]
    nobody: bool


def table(name: str = "roles_and_paths.csv") -> Mapping[str, Line]:
    """Read the table by screen. A cell is y or blank; anything else is an error."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    rows = list(csv.reader(line for line in text.splitlines() if line.strip() and not line.startswith("#")))
    heading = [cell.strip() for cell in rows[0]]
    found: dict[str, Line] = {}
    for row in rows[1:]:
        cells = dict(zip(heading, (cell.strip() for cell in row), strict=True))
        assert {cells.get(code, "") for code in (*CODES, NOBODY)} <= {"y", ""}, cells["name"]
        assert cells["name"] not in found, cells["name"]
        found[cells["name"]] = Line(
            name=cells["name"],
            path=cells.get("path", ""),
            methods=tuple(cells.get("methods", "").split()),
            roles=frozenset(role for code, role in CODES.items() if cells[code]),
            nobody=bool(cells.get(NOBODY)),
        )
    return found
