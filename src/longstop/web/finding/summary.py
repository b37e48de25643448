"""A person in a few lines: what somebody wants to know before anything else, at the head of the page."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.html import format_html

from longstop.cases.models import Case
from longstop.people import facts as told
from longstop.reconciliation.queries import BreakSaid
from longstop.web.doors import Who
from longstop.web.finding import sayings
from longstop.web.finding.conflicts import Concerns
from longstop.web.finding.factrow import anchor, who_says
from longstop.web.finding.sayings import Track
from longstop.web.parts import Cell, Fact, Link, Stack, SummaryList, Tag, When

IN_SHORT = (sayings.CUSTODY, "Prison", sayings.NATIONALITY)


def in_short(
    tracks: Sequence[Track],
    cases: Sequence[Case],
    groups: Mapping[str, Sequence[told.Fact]],
    concerns: Concerns,
    who: Who,
    *,
    breaks: Sequence[BreakSaid] | None,
    overdue: int,
) -> SummaryList:
    """Give the summary: where they are, when they are released, whose the case is, and on what agencies disagree and who has it.

    `overdue` is how many alerts should have been reviewed by now.
    """
    facts = {fact.name: fact for group in groups.values() for fact in group}
    conflicts = [fact for fact in facts.values() if concerns.is_conflict(fact)]
    lines = [Fact(name, _values(facts[name], concerns)) for name in IN_SHORT if name in facts and facts[name].said]
    lines += _release(tracks, cases, who)
    lines += _without_abode(tracks)
    lines.append(Fact("Case", _case(cases)))
    lines.append(Fact("Conflicts", _conflicts(conflicts, concerns)))
    waiting = [each.row.task for each in breaks or () if each.row.state == "open" and each.row.task is not None]
    if overdue:
        lines.append(Fact("Reviews of alerts", Tag(f"{overdue} overdue", "red")))
    if waiting:
        late = sum(task.due < who.today for task in waiting)
        words = f"{len(waiting)} open" + (f", {late} overdue" if late else "")
        lines.append(Fact("Breaks", Link(words, "#breaks", "breaks with the prison service’s list")))
    return SummaryList(lines, title="In short")


def _values(fact: told.Fact, concerns: Concerns) -> Cell:
    """Each value that is said: never one of them alone where there are several."""
    words = "; ".join(f"{each.words} ({', '.join(sayer.source for sayer in each.by)})" for each in fact.said)
    return Stack(words, (Link("Sources differ", f"#{anchor(fact)}", f"on: {fact.name}"),)) if concerns.is_conflict(fact) else words


def _release(tracks: Sequence[Track], cases: Sequence[Case], who: Who) -> list[Fact]:
    case = next((each for each in cases if each.closed_at is None), None)
    by_record = sayings.likeliest_release(tracks)
    found = []
    if case is not None and case.release_date:
        found.append(Fact("Release, as the case goes by", When.event(case.release_date, today=who.today)))
    if by_record and (case is None or case.release_date != by_record[1]):
        words, day = by_record
        found.append(Fact("Release, as the record says", When.event(day, today=who.today, name=words)))
    return found


def _without_abode(tracks: Sequence[Track]) -> list[Fact]:
    fact = sayings.no_fixed_abode(tracks)
    if fact is None or not fact.said:
        return []
    who = tuple(f"{each.words}: {who_says(sayer)}" for each in fact.said for sayer in each.by)
    return [Fact("Address", Stack(Tag("No fixed abode", "orange"), who))]


def _case(cases: Sequence[Case]) -> Cell:
    case = next((each for each in cases if each.closed_at is None), None)
    if case is None:
        return "No open case that you may see"
    return Stack(Link(case.reference, reverse("case", args=[case.pk])), (f"{case.owner.name}, {case.team.name}",))


def _conflicts(conflicts: Sequence[told.Fact], concerns: Concerns) -> Cell:
    """Each fact on which sources differ, with whoever has it."""
    if not conflicts:
        return "None: sources do not differ on any fact"
    head = f"{len(conflicts)} fact{'s' if len(conflicts) != 1 else ''} on which sources differ"
    return Stack(head, tuple(_conflict(fact, concerns) for fact in conflicts))


def _conflict(fact: told.Fact, concerns: Concerns) -> Cell:
    link = Link(fact.name, f"#{anchor(fact)}").render({})
    lines = [*(each.who for each in concerns.about(fact)), concerns.unasked(fact)]
    return format_html("{}: {}", link, ". ".join(line for line in lines if line))
