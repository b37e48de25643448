"""What a search found, as rows, each with the reason why it was found."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.cases.rules import OUTCOMES
from longstop.people.finding import Level
from longstop.people.queries import Hit, PersonCard
from longstop.web.casework.words import custody_tag
from longstop.web.doors import Who
from longstop.web.finding.sayings import number_words
from longstop.web.parts import Cell, Column, Link, Row, Stack, Table, Tag

MOST = 20
COLUMNS = [Column("Name"), Column("Born"), Column("References"), Column("Found by"), Column("Owner"), Column("Status", narrow=True)]
REASONS = {
    Level.WHOLE: "Name",
    Level.BEGINS: "Beginning of the name",
    Level.LATIN: "Same in Latin letters",
    Level.SOUND: "Sounds alike",
}


def table(hits: Sequence[Hit], found: Mapping[int, Sequence[Case]], who: Who) -> Table:
    """Show each case of the persons found, and the persons who have none. A restricted case shows that it exists, and nothing more.

    It shows even that only for whoever was found by a number: found by name, it would confirm whose case it is.
    """
    rows = [row for hit in hits for row in _rows(hit, found.get(hit.card.id, ()), who)]
    return Table("What was found", COLUMNS, rows, "results", empty="Nothing was found. Check the spelling, or try another number.")


def _rows(hit: Hit, found: Sequence[Case], who: Who) -> list[Row]:
    person = hit.card
    if not found:
        return [Row([_who(person), person.date_of_birth, _numbers(person), _why(hit), "Nobody", Tag("No case")])]
    return [_row(hit, case, who) for case in found if hit.level == Level.NUMBER or cases.may_see(case, who.standing)]


def _row(hit: Hit, case: Case, who: Who) -> Row:
    href, person = reverse("case", args=[case.pk]), hit.card
    if not cases.may_see(case, who.standing):
        name = Stack(Link("Restricted", href), (case.reference,))
        return Row([name, "Restricted", "Restricted", _why(hit), case.team.name, Tag("Restricted")])
    owner, status = f"{case.owner.name}, {case.team.name}", custody_tag(case)
    if case.closed_at is not None:
        owner, status = "Nobody: closed", Tag(f"Closed: {OUTCOMES[case.outcome][0] if case.outcome in OUTCOMES else case.outcome}")
    about = _who(person, Link(case.reference, href))
    return Row([about, person.date_of_birth, _numbers(person), _why(hit), owner, status])


def _who(person: PersonCard, *below: Cell) -> Stack:
    return Stack(Link(name_of(person), reverse("person", args=[person.id])), below)


def name_of(person: PersonCard) -> str:
    """Give the name that is shown, or say that there is none any more."""
    return "Disposed of" if person.disposed else person.name or "No name recorded"


def _numbers(person: PersonCard) -> str:
    return ", ".join([*([person.prison_number] if person.prison_number else []), *(value for _, value in person.references)])


def _why(hit: Hit) -> Cell:
    """Say why somebody was found: that nobody has to wonder at a name unlike the one typed."""
    if hit.level == Level.NUMBER:
        return number_words(hit.number_kind)
    if hit.swapped:
        return Stack("Name", ("Day and month of birth exchanged",))
    return Stack("Alias", (hit.alias, REASONS[hit.level])) if hit.alias else REASONS[hit.level]
