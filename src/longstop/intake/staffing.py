"""A checked row of the staff list into what it asks for. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from longstop.access.rules import Role
from longstop.intake.checking import check
from longstop.intake.contracts import STAFF
from longstop.intake.findings import Finding, shown

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}", re.ASCII)
_PATTERN = re.compile(r"[A-Za-z-]{7}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", re.ASCII)
OURSELVES = "LONGSTOP"
COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """A team as the file defines it."""

    code: str
    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of staff as the file gives them."""

    staff_number: str
    name: str
    email: str
    team_code: str | None
    roles: tuple[str, ...]
    role_from: date
    role_to: date | None
    works_on: str
    capacity_points: float
    agency: str
    prisons: tuple[str, ...]
    prisons_from: date
    prisons_to: date | None
    competences: tuple[str, ...]
    competences_to: date | None
    leads_team: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """One row: a member of staff, a team, or both."""

    number: int
    line: int
    text: str
    member: Member | None
    team: TeamRow | None


class Unfit(ValueError):
    """The row cannot be used; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.fault)
        self.finding = finding


def refuse(field: str, value: object, sentence: str, remedy: str, fault: str = "unfit") -> Unfit:
    """Make the refusal of a row for this field."""
    return Unfit(Finding(fault=fault, field=field, value=shown(value), sentence=sentence, remedy=remedy))


def read(raw: Mapping[str, Any], *, number: int, line: int, text: str, today: date) -> tuple[StaffRow, list[str]]:
    """Check and shape one row; gives it and the columns that the contract does not know. Raises Unfit."""
    named = {str(name).strip().casefold().replace(" ", "_"): value for name, value in raw.items()}
    checked = check(STAFF, named)
    if checked.problems:
        # A staff list has no problems that may be passed over: each would enrol somebody with half of what was meant.
        raise Unfit(checked.problems[0])
    values = checked.values
    team = _team(values)
    if "staff_number" not in values and team is None:
        raise refuse("staff_number", "", "The row has neither a staff number nor a team name.", "Give one of them.", "missing")
    member = _member(values, today) if "staff_number" in values else None
    return StaffRow(number=number, line=line, text=text, member=member, team=team), checked.unknown


def _team(values: Mapping[str, Any]) -> TeamRow | None:
    if "team_name" not in values:
        return None
    code, kind, parent = values.get("team_code", ""), values.get("team_kind", "team"), values.get("team_parent")
    if not _CODE.fullmatch(code) or len(code) > 20:
        raise refuse("team_code", code, "A team is defined without a code.", "Give it a code of at most 20 letters and digits.")
    if (kind == "directorate") != (parent is None):
        raise refuse(
            "team_parent", parent or "", "Only a directorate has nothing above it.", "Give the code of the unit or directorate above."
        )
    return TeamRow(code=code, name=values["team_name"][:80], kind=kind, parent=parent)


def _member(values: Mapping[str, Any], today: date) -> Member:
    number = values["staff_number"].upper()
    if not _NUMBER.fullmatch(number) or number == OURSELVES:
        raise refuse("staff_number", number, "The staff number cannot be used.", "Use at most 20 letters, digits and hyphens.")
    for wanted in ("name", "email"):
        if wanted not in values:
            raise refuse(wanted, "", f"The {wanted} is missing.", f"Give the {wanted}.", "missing")
    agency = values.get("agency", COMMAND)[:40]
    if agency == COMMAND and "team_code" not in values:
        raise refuse("team_code", "", "Somebody of the command has no team.", "Give the code of the team.", "missing")
    if not _EMAIL.fullmatch(values["email"]) or len(values["email"]) > 254:
        raise refuse("email", values["email"], "The email address is not one.", "Give it as name@place.example.")
    roles = _roles(values)
    from_date, to_date = values.get("role_from", today), values.get("role_to")
    if to_date is not None and to_date < from_date:
        raise refuse("role_to", to_date, "The roles end before they begin.", "Check role_from and role_to.")
    prisons_from, prisons_to = values.get("prisons_from", today), values.get("prisons_to")
    if prisons_to is not None and prisons_to < prisons_from:
        raise refuse("prisons_to", prisons_to, "The prisons end before they begin.", "Check prisons_from and prisons_to.")
    return Member(
        staff_number=number,
        name=values["name"][:120],
        email=values["email"],
        team_code=values.get("team_code"),
        roles=roles,
        role_from=from_date,
        role_to=to_date,
        works_on=_pattern(values),
        capacity_points=_capacity(values),
        agency=agency,
        prisons=tuple(dict.fromkeys(code.upper() for code in _words(values.get("prisons", "")))),
        prisons_from=prisons_from,
        prisons_to=prisons_to,
        competences=_competences(values),
        competences_to=values.get("competences_to"),
        leads_team=values.get("leads_team"),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(";") if word.strip()))


def _roles(values: Mapping[str, Any]) -> tuple[str, ...]:
    known = {role.value for role in Role}
    roles = tuple(word.casefold().replace(" ", "_") for word in _words(values.get("roles", "")))
    for role in roles:
        if role not in known:
            raise refuse("roles", role, "The role is not one of Longstop's.", f"Use these words: {', '.join(sorted(known))}.")
    if Role.INSPECTOR in roles and "role_to" not in values:
        raise refuse("role_to", "", "An inspector's role has no end.", "Give the last day in role_to.", "missing")
    return roles


def _competences(values: Mapping[str, Any]) -> tuple[str, ...]:
    codes = _words(values.get("competences", ""))
    for code in codes:
        if not _CODE.fullmatch(code):
            raise refuse("competences", code, "The competence is not a code.", "Use letters, digits, dots and hyphens, at most 40.")
    return codes


def _pattern(values: Mapping[str, Any]) -> str:
    pattern: str = values.get("works_on", "MTWTF--")
    if not _PATTERN.fullmatch(pattern):
        raise refuse(
            "works_on", pattern, "The working pattern is not seven days.", "Write a letter or - for each day, Monday first: MTWTF--."
        )
    return pattern


def _capacity(values: Mapping[str, Any]) -> float:
    capacity: float = values.get("capacity_points", 40.0)
    if not 0 <= capacity <= 9999 or round(capacity, 1) != capacity:
        raise refuse(
            "capacity_points", capacity, "The capacity is not between 0 and 9999 with one decimal place.", "Give it as 40 or 37.5."
        )
    return capacity
