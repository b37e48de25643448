"""Two persons who may be one, side by side: what each record says, and where they differ."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from longstop.access.rules import Permission
from longstop.intake import queries as arrived
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.kernel.dates import in_words
from longstop.kernel.text import fold
from longstop.people import queries as people
from longstop.people.models import Person
from longstop.referral.models import Joining, Question
from longstop.referral.queries import pairs
from longstop.referral.rules import SECOND_READINGS
from longstop.web.doors import Who
from longstop.web.finding.sayings import number_words
from longstop.web.parts import Cell, Column, Link, Row, Table, Tag

REFERENCES: Mapping[str, str] = {"PNC": number_words("pnc"), "CRO": number_words("cro"), "Home Office": number_words("home_office")}
SAME, DIFFERS, SILENT = Tag("Same", "grey"), Tag("Differs", "yellow"), Tag("One is silent", "blue")


def beside(question: Question, who: Who, joined: Joining | None, *, led_on: bool = True) -> Table:
    """Compare the two of a question as they were before they were joined, in five queries; what neither says is left out.

    Whoever reads again, or is not to be `led_on`, is not led to pages on which their records stand together.
    """
    assert question.other is not None
    pair = (question.person, question.other)
    arrivals = pairs.sides_of(question, joined)
    views = {view.id: view for view in arrived.arrival_views([arrival for _, arrival in arrivals])} if arrivals else {}
    sides = [_facts(person, [views[arrival] for owner, arrival in arrivals if owner == person.pk]) for person in pair]
    moved = set(joined.numbers) if joined else set()
    for each in people.said_of(person.pk for person in pair):
        if each.source not in {view.source for view in views.values()}:
            owner = joined.other_id if joined and each.number in moved else each.person_id
            _of_content(sides[[person.pk for person in pair].index(owner)], each.content)
    names = list(dict.fromkeys(name for side in sides for name in side))
    rows = [_row(name, sides[0].get(name, []), sides[1].get(name, [])) for name in names if sides[0].get(name) or sides[1].get(name)]
    if who.may(Permission.SEE_CASES) and led_on and not (question.kind in SECOND_READINGS and question.state == "open"):
        links: list[Cell] = [Link("Who says what", reverse("person", args=[each.pk]), f"of person {each.pk}") for each in pair]
        rows.append(Row(["Everything about each", *links, "Not compared"]))
    columns = [Column("Fact"), *(Column(f"Person {each.pk}") for each in pair), Column("Compared", narrow=True)]
    return Table("Both side by side", columns, rows, "beside", empty="Nothing is known of either.")


def _row(name: str, one: Sequence[str], other: Sequence[str]) -> Row:
    return Row([name, "; ".join(one) or "Not said", "; ".join(other) or "Not said", _compared(one, other)])


def _compared(one: Sequence[str], other: Sequence[str]) -> Tag:
    if not one or not other:
        return SILENT
    return SAME if {fold(each) for each in one} & {fold(each) for each in other} else DIFFERS


def _facts(person: Person, views: Sequence[arrived.ArrivalView]) -> dict[str, list[str]]:
    known: dict[str, Any] = person.particulars.content or {}
    facts: dict[str, list[str]] = {"Name": [], "Date of birth": [], "Prison number": [], "Other names": []}
    _add(facts, "Name", known.get("name"))
    _add(facts, "Date of birth", _day(known.get("date_of_birth")))
    _add(facts, "Prison number", known.get("prison_number"))
    for kind, value in known.get("references", ()):
        _add(facts, REFERENCES.get(kind, kind), value)
    for view in views:
        _of_record(facts, view)
    return facts


def _of_record(facts: dict[str, list[str]], view: arrived.ArrivalView) -> None:
    _add(facts, "Name", view.name)
    _add(facts, "Date of birth", in_words(view.date_of_birth) if view.date_of_birth else "")
    _add(facts, "Prison number", view.prison_number)
    _of_content(facts, view.content)
    _add(facts, "Nationality, as the record says", view.nationality)
    _add(facts, "Prison", view.prison_name or view.prison)
    _add(facts, "Where", CUSTODY_WORDS[Custody(view.custody)])
    _add(facts, "Received", in_words(view.reception_date) if view.reception_date else "")
    _add(facts, "Release date", in_words(view.release_date) if view.release_date else "")
    _add(facts, "Record last seen", in_words(view.last_seen_at.date()))


def _of_content(facts: dict[str, list[str]], content: Mapping[str, Any]) -> None:
    """Add what a record of any source says in the shape that all have in common."""
    name = content.get("name") or {}
    _add(facts, "Name", name.get("display"))
    _add(facts, "Date of birth", _day(content.get("date_of_birth")))
    for alias in content.get("aliases", ()):
        _add(facts, "Other names", alias.get("display"))
    for each in content.get("identifiers", ()):
        _add(facts, number_words(str(each.get("kind", ""))), each.get("canonical") or each.get("value"))


def _add(facts: dict[str, list[str]], name: str, value: object) -> None:
    said = str(value or "")
    if said and said not in facts.setdefault(name, []):
        facts[name].append(said)


def _day(value: object) -> str:
    return in_words(date.fromisoformat(str(value))) if value else ""
