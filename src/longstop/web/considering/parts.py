"""What the pages of referrals, questions, departures and second looks have in common."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from longstop.access.rules import Permission
from longstop.audit.actions import record_reading
from longstop.cases.models import Case
from longstop.intake import queries as arrived
from longstop.kernel.dates import in_words
from longstop.kernel.policy import BadPolicy, NotInForce, Version, load
from longstop.referral import queries as read
from longstop.referral.models import Remit
from longstop.referral.queries import desk
from longstop.web.casework.words import custody_tag
from longstop.web.considering.subjects import (
    Considered,
    InHand,
    Subject,
    kind_of,
    name_of,
    prison_number_of,
    state_tag,
    title_of,
)
from longstop.web.doors import Who
from longstop.web.finding.safeguards import MARKED, door_of, said_so
from longstop.web.parts import Badge, Cell, Column, Fact, Link, Row, Stack, SummaryList, Table, Tag, When
from longstop.web.receiving.sheet import sheet_of

RESULTS = {"in_remit": "May be in remit", "unclear": "Unclear: a person must find out", "out_of_remit": "Out of remit"}
INPUTS = {
    "nationality": "Nationality, as the record says",
    "legal_status": "Legal status",
    "convicted": "Convicted, as the record says",
    "sentenced": "A sentence has begun",
    "others": "Nationality, as other records of the person say",
}


def opened(hand: InHand, who: Who) -> dict[str, Any]:
    """Begin the page of one of the four kinds: what every one of them shows. It is recorded that somebody looked."""
    kind = kind_of(hand.row)
    context = common(hand, who, view_of(hand.row))
    record_reading(what="viewed", by=who.id, at=who.at, subject_kind=kind.code, subject_id=hand.row.pk)
    return context | {"due_words": kind.due_words, "hand_on_url": reverse(kind.hands_on, args=[hand.row.pk])}


def written(row: Considered) -> dict[str, Any]:
    """Give what people wrote of one, by name. One query."""
    return read.words_of([row]).get(row.pk, {})


def remit_of(row: Subject) -> Remit | None:
    """Give what the rules made of the record that it came from. One query where there is one."""
    return desk.remits_of([row.arrival_id]).get(row.arrival_id) if row.arrival_id is not None else None


def ended(row: Subject, title: str, facts: Callable[[], list[Fact]]) -> SummaryList | None:
    """Show how one ended; nothing while it is open."""
    return SummaryList(facts(), title=title) if row.state != "open" else None


def common(hand: InHand, who: Who, view: arrived.ArrivalView | None) -> dict[str, Any]:
    """Give what every page shows of whom it is about: who they are, protection first, and whose it is by when."""
    row = hand.row
    protects = said_so(view.content, source="the prison", observed_at=view.observed_at) if view else []
    reason_url = door_of(number=view.person_id or row.person_id, arrival_id=view.id, who=who) if protects and view else ""
    required = row.person.safeguarding_required or bool(protects)
    number, born = prison_number_of(row), born_of(row)
    is_open = row.state == "open" and row.task is not None
    return {
        "row": row,
        "title": title_of(row),
        "name": name_of(row),
        "references": [
            *([("Prison number", number)] if number else []),
            *([("Born", in_words(born))] if born else []),
            *([("Open case", hand.open_case.reference)] if hand.open_case else []),
        ],
        "badges": [Badge("Protection required", "purple")] if required else [],
        "protection": [*([MARKED] if row.person.safeguarding_required else []), *protects],
        "state": state_tag(row, who),
        "is_open": is_open,
        "owner": f"{row.task.owner.name}, {row.task.team.name}" if is_open and row.task else "",
        "due": When.due(row.task.due, today=who.today) if is_open and row.task else None,
        "back": Link(kind_of(row).list_title, reverse(kind_of(row).listed)),
        "protection_url": reason_url if protects else "",
        "sheet": sheet_of(view, today=who.today, protection_url=reason_url) if view else None,
        "about_person": SummaryList(_links(hand, who, view), title="Everything about this person"),
        "may_decide": is_open and who.may(Permission.CONSIDER),
    }


def born_of(row: Subject) -> date | None:
    """Give the date of birth that Longstop knows of the person."""
    said = (row.person.particulars.content or {}).get("date_of_birth")
    return date.fromisoformat(str(said)) if said else None


def _links(hand: InHand, who: Who, view: arrived.ArrivalView | None) -> list[Fact]:
    row = hand.row
    facts: list[Fact] = []
    if who.may(Permission.SEE_CASES):
        facts.append(Fact("Person", Link(f"Person {row.person_id}: who says what", reverse("person", args=[row.person_id]))))
        facts += [Fact("Case", _case(case)) for case in hand.about.get(row.person_id, ())]
    if view is not None:
        facts.append(Fact("Record", Link(f"Prison record, {in_words(view.observed_at.date())}", reverse("record", args=[view.id]))))
    return facts


def _case(case: Case) -> Cell:
    link = Link(case.reference, reverse("case", args=[case.pk]))
    if case.closed_at is not None:
        return Stack(link, ("Closed",))
    return Stack(link, (f"{case.owner.name}, {case.team.name}", custody_tag(case)))


def view_of(row: Subject) -> arrived.ArrivalView | None:
    """Give the record that a row came from, None where there is none. Three queries."""
    return arrived.arrival(row.arrival_id) if row.arrival_id is not None else None


def judged(remit: Remit | None) -> list[Fact]:
    """Give what the rules made of the record, and what they looked at. One query where there is anything."""
    if remit is None:
        return [Fact("The rules", "No rule was applied to a record of this person.")]
    said = desk.inputs_of(remit)
    facts = [Fact("What the rules found", RESULTS[remit.result], source=f"On {in_words(remit.judged_at.date())}")]
    facts += [Fact(words, _input(said[name]), source="Prison record") for name, words in INPUTS.items() if said.get(name)]
    return facts if said else [*facts, Fact("What they looked at", "It was disposed of under a certificate.")]


def _input(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value).replace("_", " ").capitalize() if str(value).isupper() else str(value)


def rules_table(remit: Remit | None, *, on: date, entries: Sequence[str]) -> Table:
    """Show the rules that were applied, each by version and source; what nobody has confirmed is called an assumption."""
    names = [part.split("@")[0] for part in remit.policy.split()] if remit else []
    found = [version for name in [*names, *entries] if (version := _version(name, on)) is not None]
    rows = [Row([each.name.replace("_", " ").capitalize(), each.version, Stack(each.source, _assumed(each))]) for each in found]
    columns = [Column("Rule"), Column("Version"), Column("Source")]
    return Table("The rules that were applied", columns, rows, "rules", empty="No rule was applied.")


def _version(name: str, on: date) -> Version | None:
    try:
        return load("remit").at(name, on)
    except (BadPolicy, NotInForce):
        return None


def _assumed(version: Version) -> tuple[Cell, ...]:
    return () if version.confirmed else (Tag("Assumption", "yellow"),)
