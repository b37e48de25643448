"""Two persons who may be one, side by side: what each record says, and where they differ."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from longstop.access.rules import Permission
from longstop.intake import queries as arrived
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.kernel.dates import in_words
from longstop.kernel.text import fold
from longstop.people.models import Person
from longstop.referral.models import Question
from longstop.referral.queries import desk
from longstop.web.doors import Who
from longstop.web.parts import Cell, Column, Link, Row, Table, Tag

SAME, DIFFERS, SILENT = Tag("Same", "grey"), Tag("Differs", "yellow"), Tag("One is silent", "blue")


def beside(question: Question, who: Who) -> Table:
    """Compare the two of a question, in four queries; what neither says is left out."""
    assert question.other is not None
    pair = (question.person, question.other)
    numbers = desk.records_of(each.pk for each in pair)
    views = {view.id: view for view in arrived.arrival_views([arrival for _, arrival in numbers])} if numbers else {}
    sides = [_facts(person, [views[arrival] for owner, arrival in numbers if owner == person.pk]) for person in pair]
    names = list(dict.fromkeys(name for side in sides for name in side))
    rows = [_row(name, sides[0].get(name, []), sides[1].get(name, [])) for name in names if sides[0].get(name) or sides[1].get(name)]
    if who.may(Permission.SEE_CASES):
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
        _add(facts, str(kind), value)
    for view in views:
        _of_record(facts, view)
    return facts


def _of_record(facts: dict[str, list[str]], view: arrived.ArrivalView) -> None:
    _add(facts, "Name", view.name)
    _add(facts, "Date of birth", in_words(view.date_of_birth) if view.date_of_birth else "")
    _add(facts, "Prison number", view.prison_number)
    for alias in view.content.get("aliases", ()):
        _add(facts, "Other names", alias.get("display"))
    for each in view.content.get("identifiers", ()):
        _add(facts, f"{str(each.get('kind', '')).upper()} number", each.get("canonical") or each.get("value"))
    _add(facts, "Nationality, as the record says", view.nationality)
    _add(facts, "Prison", view.prison_name or view.prison)
    _add(facts, "Where", CUSTODY_WORDS[Custody(view.custody)])
    _add(facts, "Received", in_words(view.reception_date) if view.reception_date else "")
    _add(facts, "Release date", in_words(view.release_date) if view.release_date else "")
    _add(facts, "Record last seen", in_words(view.last_seen_at.date()))


def _add(facts: dict[str, list[str]], name: str, value: object) -> None:
    said = str(value or "")
    if said and said not in facts.setdefault(name, []):
        facts[name].append(said)


def _day(value: object) -> str:
    return in_words(date.fromisoformat(str(value))) if value else ""
