"""What a search found, as rows."""

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse

from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.cases.rules import OUTCOMES
from longstop.people.queries import PersonCard
from longstop.web.casework.words import custody_tag
from longstop.web.doors import Who
from longstop.web.parts import Column, Link, Row, Stack, Table, Tag

MOST = 20
COLUMNS = [Column("Name"), Column("Born"), Column("References"), Column("Owner"), Column("Status", narrow=True)]


def table(persons: Sequence[PersonCard], found: Mapping[int, Sequence[Case]], who: Who, *, numbered: Collection[int]) -> Table:
    """Show each case of the persons found, and the persons who have none. A restricted case shows that it exists, and nothing more.

    It shows even that only for those in `numbered`, who were found by a number: found by name, it would confirm whose case it is.
    """
    rows = [row for person in persons for row in _rows(person, found.get(person.id, ()), who, numbered=person.id in numbered)]
    return Table("What was found", COLUMNS, rows, "results", empty="Nothing was found. Check the spelling, or try another number.")


def _rows(person: PersonCard, found: Sequence[Case], who: Who, *, numbered: bool) -> list[Row]:
    if not found:
        return [Row([Stack(_name(person), ("No case",)), person.date_of_birth, _numbers(person), "Nobody", Tag("No case")])]
    return [_row(person, case, who) for case in found if numbered or cases.may_see(case, who.standing)]


def _row(person: PersonCard, case: Case, who: Who) -> Row:
    href = reverse("case", args=[case.pk])
    if not cases.may_see(case, who.standing):
        return Row([Stack(Link("Restricted", href), (case.reference,)), "Restricted", "Restricted", case.team.name, Tag("Restricted")])
    owner = f"{case.owner.name}, {case.team.name}"
    status = custody_tag(case)
    if case.closed_at is not None:
        owner, status = "Nobody: closed", Tag(f"Closed: {OUTCOMES[case.outcome][0] if case.outcome in OUTCOMES else case.outcome}")
    return Row([Stack(Link(_name(person), href), (case.reference,)), person.date_of_birth, _numbers(person), owner, status])


def _name(person: PersonCard) -> str:
    return "Disposed of" if person.disposed else person.name or "No name recorded"


def _numbers(person: PersonCard) -> str:
    return ", ".join([*([person.prison_number] if person.prison_number else []), *(value for _, value in person.references)])
