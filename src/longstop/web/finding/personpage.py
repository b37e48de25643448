"""The page of one person, in parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from longstop.cases.models import Case, KeyDate
from longstop.cases.rules import OUTCOMES
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.kernel.dates import in_words
from longstop.people.queries import PersonView
from longstop.web.casework.words import custody_tag
from longstop.web.doors import Who
from longstop.web.finding import sayings
from longstop.web.finding.results import name_of
from longstop.web.finding.sayings import FactSaid, Moment, Said, Track
from longstop.web.parts import Badge, Cell, Column, Fact, Link, Part, Row, Stack, SummaryList, Table, Tag, When, show
from longstop.web.presenters.cases import source_of

MARKED = "Marked in Longstop as needing protection"


@dataclass(frozen=True, slots=True)
class Beside(Part):
    """What the sources say of one fact, side by side: each with who says it, since when, and when it was last confirmed."""

    fact: FactSaid

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the values as a list, under a tag where they differ."""
        tag = show(Tag("Sources differ", "yellow")) if self.fact.differs else SafeString("")
        said = format_html_join("", '<li class="ls-said__one">{}{}</li>', ((show(each.value), _small(each)) for each in self.fact.said))
        return format_html('{}<ul class="ls-said">{}</ul>', tag, said)


def _small(said: Said) -> SafeString:
    before = format_html_join("", '<span class="ls-source">Before: {}</span>', ((each,) for each in said.before))
    return format_html('<span class="ls-source">{}</span>{}', _who_says(said), before)


def _who_says(said: Said) -> str:
    return f"{said.source}, since {_day(said.since)}; last confirmed {_day(said.confirmed)}"


def _day(moment: Moment) -> str:
    return in_words(timezone.localtime(moment).date() if isinstance(moment, datetime) else moment)


def context(view: PersonView, tracks: Sequence[Track], about: Sequence[Case], dates: Sequence[KeyDate], who: Who) -> dict[str, Any]:
    """Give everything that the page shows."""
    protects = sayings.protection(tracks)
    required = view.card.safeguarding_required or bool(protects)
    recorded = [(row.name, _recorded(row)) for row in dates]
    return {
        "person": view.card,
        "name": name_of(view.card),
        "references": _references(view),
        "badges": [Badge("Protection required", "purple")] if required else [],
        "protection": [*([MARKED] if view.card.safeguarding_required else []), *(f"{each.value}: {_who_says(each)}" for each in protects)],
        "cases": _cases(about, who),
        "who_facts": _summary("Who it is about", sayings.who(tracks)),
        "held": _summary("Custody now", sayings.held(tracks)),
        "spells": _spells(tracks),
        "sentence": _summary("Sentence", sayings.sentence(tracks)),
        "dates": _summary("Key dates", sayings.dates(tracks, recorded)),
        "addresses": _listed("Addresses", "addresses", "Address", sayings.addresses(tracks), "No source gives an address."),
        "alerts": _listed("Alerts", "alerts", "Alert", sayings.alerts(tracks), "No source gives an alert."),
        "records": _records(view),
        "differ": sum(fact.differs for fact in _everything(tracks, recorded)),
    }


def _everything(tracks: Sequence[Track], recorded: Sequence[tuple[str, Said]]) -> list[FactSaid]:
    return [*sayings.who(tracks), *sayings.held(tracks), *sayings.sentence(tracks), *sayings.dates(tracks, recorded)]


def _references(view: PersonView) -> list[tuple[str, str]]:
    card = view.card
    born = [("Born", in_words(card.date_of_birth))] if card.date_of_birth else []
    return [*([("Prison number", card.prison_number)] if card.prison_number else []), *born, *card.references]


def _recorded(row: KeyDate) -> Said:
    """A date recorded in a case was said when its source was asked, and has not been confirmed since."""
    value = in_words(row.value) if row.value else "No date"
    return Said(
        value=value, source=f"{source_of(row.source)} (case {row.case.reference})", since=row.observed_at, confirmed=row.observed_at
    )


def _summary(title: str, facts: Sequence[FactSaid]) -> SummaryList | None:
    return SummaryList([Fact(fact.name, Beside(fact)) for fact in facts], title=title) if facts else None


def _cases(about: Sequence[Case], who: Who) -> Table:
    columns = [Column("Case"), Column("Owner"), Column("Opened"), Column("Next due", narrow=True), Column("Status", narrow=True)]
    return Table(
        "Cases that you may see",
        columns,
        [_case(case, who) for case in about],
        "cases",
        empty="Nobody has opened a case about this person.",
    )


def _case(case: Case, who: Who) -> Row:
    link, opened = Link(case.reference, reverse("case", args=[case.pk])), timezone.localdate(case.first_opened_at)
    if case.closed_at is not None:
        outcome = OUTCOMES[case.outcome][0] if case.outcome in OUTCOMES else case.outcome
        return Row([link, "Nobody: closed", opened, "None", Tag(f"Closed: {outcome}")])
    return Row([link, f"{case.owner.name}, {case.team.name}", opened, When.due(case.next_due, today=who.today), custody_tag(case)])


def _listed(title: str, anchor: str, heading: str, said: Sequence[Said], empty: str) -> Table:
    columns = [Column(heading), Column("Who says so"), Column("Since", narrow=True), Column("Last confirmed", narrow=True)]
    rows = [
        Row([Stack(each.value, tuple(f"Before: {old}" for old in each.before)), each.source, _date(each.since), _date(each.confirmed)])
        for each in said
    ]
    return Table(title, columns, rows, anchor, empty=empty)


def _date(moment: Moment) -> Cell:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def _spells(tracks: Sequence[Track]) -> Table:
    """Show where the person was, list by list: each stay since the list that first told of it, the newest on top."""
    columns = [
        Column("Where"),
        Column("Came, as the source says"),
        Column("On lists from", narrow=True),
        Column("Until"),
        Column("Who says so"),
    ]
    rows = [row for track in tracks for row in _stays(track)]
    return Table("Custody spells", columns, rows, "spells", empty="No source has said where the person is.")


def _stays(track: Track) -> list[Row]:
    told = [(moment, content["custody"]) for moment, content in track.versions if content.get("custody")]
    first = [place for place, (_, held) in enumerate(told) if place == 0 or _place(held) != _place(told[place - 1][1])]
    rows = []
    for start, after in zip_longest(first, first[1:]):
        moment, held = told[start]
        came = held.get("came_on") or held.get("received_on") or ""
        until: Cell = f"Still there on {_day(track.seen_at)}" if after is None else _date(told[after][0])
        rows.append(Row([_where(held), sayings.shown(came) if came else "", _date(moment), until, track.source]))
    return rows[::-1]


def _place(held: Mapping[str, Any]) -> tuple[str, str]:
    return str(held.get("status", "")), str(held.get("prison", ""))


def _where(held: Mapping[str, Any]) -> Stack:
    code = str(held.get("status", ""))
    words = CUSTODY_WORDS[Custody(code)] if code in set(Custody) else code or "Not known"
    prison = held.get("prison_name") or held.get("prison")
    return Stack(str(prison), (words,)) if prison else Stack(words)


def _records(view: PersonView) -> Table:
    columns = [Column("Record of"), Column("As at", narrow=True), Column("Receipt", narrow=True), Column("Linked by"), Column("Why")]
    rows = []
    for record in view.records:
        linked: list[Cell] = [record.linked_at]
        if record.unlinked_at:
            linked.append(f"No longer linked: {record.unlinked_by}, {_day(record.unlinked_at)}")
        receipt = str(record.receipt_id) if record.receipt_id else "Not from a file"
        by = Stack(record.linked_by, tuple(linked))
        rows.append(Row([source_of(record.source), _date(record.observed_at), receipt, by, record.reason or "No reason was kept"]))
    return Table("Records", columns, rows, "records", empty="No agency's record is linked to this person.")
