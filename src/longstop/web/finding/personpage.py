"""The page of one person, in parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.urls import reverse
from django.utils import timezone

from longstop.access.rules import Permission
from longstop.cases.models import Case, Custody, KeyDate
from longstop.cases.queries import CaseTold
from longstop.cases.rules import OUTCOMES
from longstop.intake.rules import CUSTODY_WORDS
from longstop.intake.rules import Custody as Held
from longstop.kernel.dates import in_words
from longstop.people import facts as told
from longstop.people.facts import Moment, Telling, Value
from longstop.people.queries import PersonView
from longstop.reconciliation.models import Break
from longstop.reconciliation.queries import BreakSaid
from longstop.reconciliation.rules import KINDS, Kind
from longstop.referral.queries.pairs import Blind
from longstop.web import parts
from longstop.web.casework.words import custody_tag
from longstop.web.considering.blind import BEING_READ
from longstop.web.considering.subjects import address_of, state_tag, title_of
from longstop.web.doors import Who
from longstop.web.finding import around, sayings
from longstop.web.finding.conflicts import Concerns
from longstop.web.finding.factrow import day, one_each, sheet, who_says
from longstop.web.finding.results import name_of
from longstop.web.finding.safeguards import MARKED, held_back
from longstop.web.finding.sayings import Track
from longstop.web.finding.summary import in_short
from longstop.web.parts import Badge, Cell, Column, Link, Row, Stack, SummaryList, Table, Tag, When
from longstop.web.presenters.cases import source_of

NOT_HELD = (
    "No source supplies a person’s sex. Family, representatives and reviews of alerts are shown where the casework system sends them."
)
LEFT, RIGHT = ("Who it is about", "Custody now", "Sentence"), ("Key dates",)
# What a case has for where somebody is, as records are compared with it.
CASE_CUSTODY: Mapping[str, str | None] = {
    Custody.SERVING: "serving",
    Custody.TIME_SERVED: "detained",
    Custody.DETAINED: "detained",
    Custody.COMMUNITY: "community",
    Custody.UNKNOWN: None,
}


@dataclass(frozen=True, kw_only=True)
class About:
    """Everything that the page is made of: the person, what records said, the cases that the reader may see, and what is open."""

    view: PersonView
    tracks: Sequence[Track]
    told: Sequence[CaseTold]
    dates: Sequence[KeyDate]
    breaks: Sequence[BreakSaid] | None
    concerns: Concerns
    unseen: Blind

    @property
    def cases(self) -> list[Case]:
        """The cases that the reader may see, open ones first."""
        return [each.case for each in self.told]


def context(about: About, who: Who) -> dict[str, Any]:
    """Give everything that the page shows."""
    tracks, concerns = about.tracks, about.concerns
    protects = sayings.protection(tracks)
    sayers = [sayer for each in (protects.said if protects else ()) for sayer in each.by]
    marked = [MARKED] if about.view.card.safeguarding_required else []
    groups, reason_url = _groups(about), reverse("person-protection", args=[about.view.card.id])
    return {
        "person": about.view.card,
        "name": name_of(about.view.card),
        "references": _references(about.view),
        "badges": [Badge("Protection required", "purple")] if marked or sayers else [],
        "protection": [*marked, *dict.fromkeys(f"An alert says so: {who_says(each)}" for each in sayers)],
        "protection_url": reason_url if sayers else "",
        "short": in_short(tracks, about.cases, groups, concerns, who, breaks=about.breaks, overdue=around.overdue(tracks, today=who.today)),
        "cases": _cases(about.cases, who),
        "left": [
            *(sheet(title, groups[title], concerns) for title in LEFT if groups[title]),
            one_each("Representatives", "Representative", around.representatives(tracks), "No source names one."),
            _family(tracks, reason_url, who),
        ],
        "right": [
            *(sheet(title, groups[title], concerns) for title in RIGHT if groups[title]),
            one_each("Addresses", "Address", sayings.addresses(tracks), "No source gives an address."),
            _alerts(tracks, protects, reason_url, who),
        ],
        "breaks": _breaks(about.breaks, who) if about.breaks is not None else None,
        "spells": _spells(tracks),
        "spells_title": f"Custody spells ({sum(len(_stays(track)) for track in tracks)})",
        "records": _records(about.view, who, about.unseen),
        "same_href": reverse("person-same", args=[about.view.card.id]) if who.may(Permission.CONSIDER) else "",
        "not_held": NOT_HELD,
    }


def _family(tracks: Sequence[Track], url: str, who: Who) -> SummaryList:
    """Relatives; of children how many there are and how old, and where to ask for what else is told."""
    counted = around.children_counted(tracks, today=who.today)
    found = one_each("Family", "Relative", around.family(tracks), "No source names another" if counted else "No source names anybody.")
    if counted is None:
        return found
    rows = one_each("", "Children", replace(counted, before=()), "None now").facts
    return replace(
        found, facts=[*found.facts, *rows, parts.Fact("About the children", Link("See what is told of them", url, "and say why"))]
    )


def _alerts(tracks: Sequence[Track], protects: told.Fact | None, url: str, who: Who) -> SummaryList:
    """The alerts that stand, by when they are to be reviewed, and that there are, or were, others about protection."""
    found = one_each("Alerts and markers", "Alert", sayings.alerts(tracks), "No other alert" if protects else "No source gives an alert.")
    dated = [parts.Fact(words, when) for words, when in around.reviews(tracks, today=who.today)]
    found = replace(found, facts=[*found.facts, *dated])
    if protects is None:
        return found
    said = len(protects.said)
    words = held_back(said) if said else "None now; there was one"
    return replace(found, facts=[*found.facts, parts.Fact("About protection", Stack(words, (Link("See it", url, "and say why"),)))])


def _groups(about: About) -> dict[str, list[told.Fact]]:
    """Give the facts by the cards that they stand in."""
    return {
        "Who it is about": sayings.who(about.tracks),
        "Custody now": sayings.held(about.tracks, [_custody_of(each) for each in about.told if each.case.closed_at is None]),
        "Sentence": sayings.sentence(about.tracks),
        "Key dates": sayings.dates(about.tracks, [(each.name, _recorded(each)) for each in about.dates]),
    }


def _custody_of(found: CaseTold) -> Telling:
    """What an open case says of where the person is. Since when somebody is there is not since when it was said."""
    case = found.case
    since = f", since {in_words(case.custody_since)}" if case.custody_since else ""
    value = Value(words=f"{Custody(case.custody).label}{since}", key=CASE_CUSTODY.get(case.custody))
    return Telling(source=f"Our case {case.reference}", told=((found.custody_said_at, (value,)),), confirmed=found.custody_confirmed_at)


def _recorded(row: KeyDate) -> Telling:
    """A date recorded in a case was said when its source was asked, and has not been confirmed since; a closed case says nothing now."""
    value = Value(words=in_words(row.value) if row.value else "No date")
    return Telling(
        source=f"{source_of(row.source)} (case {row.case.reference})",
        told=((row.observed_at, (value,)),),
        confirmed=row.observed_at,
        over=row.case.closed_at,
    )


def _references(view: PersonView) -> list[tuple[str, str]]:
    card = view.card
    born = [("Born", in_words(card.date_of_birth))] if card.date_of_birth else []
    return [*([("Prison number", card.prison_number)] if card.prison_number else []), *born, *card.references]


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


def _breaks(found: Sequence[BreakSaid], who: Who) -> Table:
    """Show what is, or was, open between our cases and the prison service's list about this person."""
    columns = [Column("Break"), Column("What differs"), Column("Due or ended", narrow=True), Column("Owner"), Column("Status", narrow=True)]
    return Table("Breaks", columns, [_break(each.row, who) for each in found], "breaks", empty="None with the prison service’s list.")


def _break(row: Break, who: Who) -> Row:
    task = row.task if row.state == "open" else None
    owner = f"{task.owner.name}, {task.team.name}" if task else row.ended_by.name if row.ended_by else ""
    when: Cell = When.due(task.due, today=who.today) if task else row.ended_at
    return Row([Link(title_of(row), address_of(row)), KINDS[Kind(row.kind)], when, owner, state_tag(row, who)])


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
    return Table("Custody spells", columns, rows, "spells", caption_hidden=True, empty="No source has said where the person is.")


def _stays(track: Track) -> list[Row]:
    said = [(moment, content["custody"]) for moment, content in track.versions if content.get("custody")]
    first = [place for place, (_, held) in enumerate(said) if place == 0 or _place(held) != _place(said[place - 1][1])]
    rows = []
    for start, after in zip_longest(first, first[1:]):
        moment, held = said[start]
        came = held.get("came_on") or held.get("received_on") or ""
        until: Cell = f"Still there on {day(track.seen_at)}" if after is None else _date(said[after][0])
        rows.append(Row([_where(held), sayings.shown(came) if came else "", _date(moment), until, track.source]))
    return rows[::-1]


def _place(held: Mapping[str, Any]) -> tuple[str, str]:
    return str(held.get("status", "")), str(held.get("prison", ""))


def _where(held: Mapping[str, Any]) -> Stack:
    code = str(held.get("status", ""))
    words = CUSTODY_WORDS[Held(code)] if code in set(Held) else code or "Not known"
    prison = held.get("prison_name") or held.get("prison")
    return Stack(str(prison), (words,)) if prison else Stack(words)


def _records(view: PersonView, who: Who, unseen: Blind) -> Table:
    """Show each agency's record, and who linked it to this person and why: whatever is done about a link is done from here."""
    columns = [Column("Record of"), Column("As at", narrow=True), Column("Receipt", narrow=True), Column("Linked by"), Column("Why")]
    rows = []
    for record in view.records:
        receipt = str(record.receipt_id) if record.receipt_id else "Not from a file"
        said = [source_of(record.source), _date(record.observed_at), receipt]
        if {record.linked_at, record.unlinked_at} & unseen.moments:
            rows.append(Row([*said, "Not shown", BEING_READ]))
            continue
        linked: list[Cell] = [record.linked_at]
        if record.unlinked_at:
            linked.append(f"No longer linked: {record.unlinked_by}, {day(record.unlinked_at)}")
        elif record.joined and who.may(Permission.CONSIDER):
            linked.append(Link("About somebody else", reverse("record-part", args=[view.card.id, record.id]), f"record {record.id}"))
        by = Stack(record.linked_by, tuple(linked))
        rows.append(Row([*said, by, record.reason or "No reason was kept"]))
    return Table("Records", columns, rows, "records", empty="No agency's record is linked to this person.")
