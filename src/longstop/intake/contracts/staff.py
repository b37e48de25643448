"""The staff list: who works here, in which team, in which roles, when, and who leads."""

from longstop.access.rules import Role
from longstop.intake.contracts.declaring import Contract, Field, Kind, Need


def _text(name: str, label: str, meaning: str = "", need: Need = Need.OPTIONAL) -> Field:
    return Field(name=name, label=label, kind=Kind.TEXT, meaning=meaning, need=need)


STAFF = Contract(
    source="staff",
    title="Staff and teams",
    what="One row for each member of staff. A row with a team name also defines that team; a row without a staff number only does that.",
    origin="Longstop's own contract: any personnel system can write it from a spreadsheet.",
    forms="CSV with a heading line, JSON Lines or one JSON array; UTF-8, UTF-16 or Windows-1252, with or without a byte-order mark.",
    fields=(
        _text(
            "staff_number", "Staff number", "The key. Required unless the row only defines a team. Letters, digits, hyphens; at most 20."
        ),
        Field(name="name", label="Name", kind=Kind.NAME, meaning="Required with a staff number."),
        _text("email", "Email", "Required with a staff number."),
        _text(
            "team_code", "Team", "The code of a team that exists or that this file defines. Required with a staff number of the command."
        ),
        _text("roles", "Roles", "Separated by semicolons: " + ", ".join(role.value for role in Role) + "."),
        Field(name="role_from", label="Roles from", kind=Kind.DATE, meaning="The day of loading, where it is missing."),
        Field(name="role_to", label="Roles until", kind=Kind.DATE, meaning="Required for an inspector."),
        _text("works_on", "Works on", "Seven characters, Monday first: a letter for a working day, - for another. MTWTF-- where missing."),
        Field(name="capacity_points", label="Capacity", kind=Kind.NUMBER, meaning="Weighted points of work, 0 to 9999. 40 where missing."),
        _text("agency", "Agency", "“command” where missing."),
        _text("prisons", "Prisons", "Codes separated by semicolons: whose pages a prison team or a prison liaison works by."),
        Field(name="prisons_from", label="Prisons from", kind=Kind.DATE, meaning="The day of loading, where it is missing."),
        Field(name="prisons_to", label="Prisons until", kind=Kind.DATE),
        _text("competences", "Competences", "Codes separated by semicolons."),
        Field(name="competences_to", label="Competences until", kind=Kind.DATE),
        _text("leads_team", "Leads", "The code of the team, unit or directorate that this person answers for."),
        _text("team_name", "Team name", "Defines the team of team_code, or renames it."),
        Field(name="team_kind", label="Kind of team", kind=Kind.CODE, codes=frozenset({"team", "unit", "directorate"})),
        _text("team_parent", "Above it", "The code of the unit or directorate above. Only a directorate has none."),
    ),
    notes=(
        "Passwords never come from a file: whoever is enrolled by one cannot sign in until a password or another way is set for them.",
        "A role, competence or prison that somebody holds is not taken away because a file leaves it out.",
        "A prison is one that policy knows or that a record has named: any other refuses the row.",
        "Somebody who is missing from a later file is reported and stays as they are.",
        "Somebody whose team is another one than before moves there with their open cases and tasks; each case's record says so.",
        "A wrong role, team, pattern or date refuses the row: nobody is enrolled with half of what was meant.",
    ),
)
