"""The case page: whose case it is, what it waits for, its dates and why, what has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from longstop.access import queries as access
from longstop.access.relations import Act
from longstop.access.rules import Permission
from longstop.audit.queries import Entry
from longstop.cases import queries as cases
from longstop.cases.models import Case, KeyDate
from longstop.cases.queries import CasePage, Dated, Written
from longstop.cases.rules import OUTCOMES
from longstop.cases.winding import NAMES
from longstop.clocks.rungs import ladder
from longstop.kernel.dates import in_words
from longstop.web import presenters
from longstop.web.casework.guards import is_theirs, may_work
from longstop.web.casework.sections import note_entry
from longstop.web.casework.words import custody_tag, due_of, lateness, lateness_tag, line_of, waiting_for
from longstop.web.doors import Who
from longstop.web.parts import (
    Address,
    Cell,
    Choice,
    Column,
    Fact,
    IdentityBar,
    Link,
    Row,
    Stack,
    SummaryList,
    Table,
    Tabs,
    Tag,
    Timeline,
    When,
)
from longstop.web.presenters.cases import source_of
from longstop.web.presenters.vocabulary import CLOCKS
from longstop.work.models import Task
from longstop.work.rules import title

TIMELINE = 15
GROUPS = ("notes", "tasks", "steps", "dates", "ownership", "status", "access")
SECTIONS = {
    "case": "Overview",
    "case-process": "Process",
    "case-notes": "Notes",
    "case-ownership": "Ownership",
    "case-viewed": "Who has viewed",
    "case-records": "Records",
}


def frame(page: CasePage, who: Who, *, section: str) -> dict[str, Any]:
    """Give what every page of a case shows around its own content: the bar, the tabs, the words of its title."""
    case = page.case
    return {
        "case": case,
        "name": name_of(case),
        "identity": identity(page, who),
        "tabs": Tabs(
            [Choice(words, reverse(name, args=[case.pk]), current=name == section) for name, words in SECTIONS.items()], label="This case"
        ),
        "may_work": may_work(case, who),
        "may_note": who.may(Permission.WRITE_NOTES),
        "may_reopen": who.may(Permission.WORK_CASES) and cases.may_do(Act.REOPEN, case, who.standing),
        "section": SECTIONS[section],
        "note_url": reverse("note-write", args=[case.pk]),
        "reopen_url": reverse("case-reopen", args=[case.pk]),
        "may_allocate": who.may(Permission.ALLOCATE) and cases.may_do(Act.ALLOCATE, case, who.standing),
    }


def name_of(case: Case) -> str:
    """Give the person's name, or say that it was disposed of."""
    content = case.person.particulars.content
    return str(content.get("name") or "No name recorded") if isinstance(content, dict) else "Disposed of"


def identity(page: CasePage, who: Who) -> IdentityBar:
    """Show who the case is about, who owns it, its next date, and who answers for it up to the director."""
    case = page.case
    content = case.person.particulars.content or {}
    born = parse_date(content.get("date_of_birth") or "")
    references = [("Case", case.reference)]
    references += [("Prison number", str(content["prison_number"]))] if content.get("prison_number") else []
    references += [("Born", in_words(born) if born else "Not recorded")]
    references += [(str(kind), str(value)) for kind, value in content.get("references") or ()]
    return IdentityBar(
        name=name_of(case),
        references=references,
        owner=f"{case.owner.name}, {case.team.name}" if case.closed_at is None else "Nobody: the case is closed",
        next_clock=_next_date(page, who),
        line=line_of(page.line),
        custody=custody_tag(case),
        restricted=case.restricted,
        actions=[Link("Who says what of this person", reverse("person", args=[case.person_id]))],
    )


def _next_date(page: CasePage, who: Who) -> When:
    if page.case.closed_at is not None:
        return When(timezone.localdate(page.case.closed_at), f"Closed: {_outcome(page.case.outcome)}", "calm", "Closed")
    return due_of(page.case.next_task, today=who.today, name=title(kind=page.case.next_task.kind, today=who.today))


def _outcome(code: str) -> str:
    return OUTCOMES[code][0] if code in OUTCOMES else code


@dataclass(frozen=True)
class Why:
    """A date that follows from others under a rule, and why: whole sentences, the rule's version and source, and what went in."""

    kind: str
    name: str
    when: When
    alarm: str
    lines: Sequence[str]
    rule: str
    version: str
    source: str
    confirmed: bool
    inputs: Sequence[tuple[str, str]]
    differs: bool


def whys(clocks: Sequence[Dated], *, today: date) -> list[Why]:
    """Give each clock of a case with the answer to "Why this date?", those that raise an alarm first."""
    return [_why(dated, today) for dated in clocks]


def _why(dated: Dated, today: date) -> Why:
    clock, why = dated.clock, dated.explanation
    return Why(
        kind=clock.kind,
        name=CLOCKS.get(clock.kind, clock.kind),
        when=when_of(clock.kind, clock.due, alarm=bool(clock.alarm), today=today),
        alarm=f"{clock.alarm[:1].upper()}{clock.alarm[1:]}",
        lines=why.lines if why else (),
        rule=why.rule if why else clock.rule,
        version=why.version if why else clock.rule_version,
        source=why.source if why else "",
        confirmed=why.confirmed if why else False,
        inputs=[(name.replace("_", " "), _input(value)) for name, value in why.inputs] if why else [],
        differs=dated.differs,
    )


def when_of(kind: str, due: date | None, *, alarm: bool, today: date) -> When:
    """Show when a clock is due. A release or a removal window is not a duty: its day passes, it does not become overdue."""
    if due is None:
        return When(None, "No date: needs one" if alarm else "The clock is paused", "unknown")
    return When.event(due, today=today) if kind in ("release", "early_removal") else When.due(due, today=today, soon=28)


def _input(value: str | None) -> str:
    day = parse_date(value) if value and len(value) == 10 else None
    return in_words(day) if day else value or "not given"


def supplied(rows: Sequence[KeyDate]) -> SummaryList:
    """Show every date with who says so and since when. Where sources differ each is shown, the one that counts marked."""
    facts: list[Fact] = []
    for name in dict.fromkeys(row.name for row in rows):
        said = [row for row in rows if row.name == name]
        differ = name != "last_detention_review" and len({row.value for row in said}) > 1
        for place, row in enumerate(said):
            counts = Tag("Counts: the newest", "green") if place == 0 else Tag("Sources differ", "yellow")
            value: Cell = row.value or "No date"
            facts.append(Fact(NAMES.get(name, name), Stack(value, (counts,)) if differ else value, _said_by(row)))
    return SummaryList(facts, title="Dates supplied")


def _said_by(row: KeyDate) -> str:
    return f"{source_of(row.source)}, {in_words(timezone.localdate(row.observed_at))}; recorded by {row.recorded_by.name}"


def next_task(page: CasePage, who: Who) -> dict[str, Any]:
    """Show the task that the case names: what, when, for whom it waits, how late, and what can be done about it."""
    task = next((each for each in page.tasks if each.pk == page.case.next_task_id), None)
    if task is None:
        return {}
    return {
        "task": task,
        "task_title": title(kind=task.kind, today=who.today),
        "task_when": due_of(task, today=who.today),
        "task_waiting": waiting_for(task.waiting_for),
        "task_details": page.details.get(task.pk, ""),
        "task_late": lateness(task, ladder=ladder(today=who.today), today=who.today),
        "complete_url": reverse("task-complete", args=[task.pk]),
        "acknowledge_url": reverse("acknowledge", args=[task.pk]),
        "task_is_late": task.due < who.today,
        "may_do": who.may(Permission.DO_TASKS) and (is_theirs(task, who) or may_work(page.case, who)),
    }


def open_tasks(page: CasePage, who: Who) -> Table:
    """Show every open task of the case."""
    steps = ladder(today=who.today)
    columns = [Column("Task"), Column("Due", narrow=True), Column("Waiting for"), Column("Owner"), Column("Lateness", narrow=True)]
    rows = [_task_row(task, page, who, lateness_tag(task, ladder=steps, today=who.today)) for task in page.tasks]
    return Table("Open tasks", columns, rows, "tasks", empty="There is no open task.")


def _task_row(task: Task, page: CasePage, who: Who, late: Tag | str) -> Row:
    below = (page.details[task.pk],) if page.details.get(task.pk) else ()
    what = Stack(Link(title(kind=task.kind, today=who.today), reverse("task", args=[task.pk])), below)
    return Row([what, due_of(task, today=who.today), waiting_for(task.waiting_for), task.owner.name, late])


def notes_around(page: CasePage, entries: Sequence[Entry]) -> dict[int, Written]:
    """Give the notes that the entries tell of, and the key notes."""
    told = [entry.data["note_id"] for entry in entries if entry.kind == "case.note_written"]
    return cases.notes_by_number(case_id=page.case.pk, note_ids=told, and_key_notes=True)


def key_notes(notes: Mapping[int, Written]) -> Timeline | None:
    """Show the key notes that stand, above all else that has happened; None where there are none."""
    standing = [each for each in notes.values() if each.note.key_note and each.corrected_by is None]
    return Timeline([note_entry(each, links=()) for each in standing]) if standing else None


def timeline(page: CasePage, who: Who, here: Address, entries: Sequence[Entry], notes: Mapping[int, Written]) -> Timeline:
    """Show what has happened, newest first, in one query at most besides the entries and their notes: names of staff."""
    shown, more = entries[:TIMELINE], len(entries) > TIMELINE
    around = presenters.Around(today=who.today, names=_names(page, shown), notes={pk: _said(note) for pk, note in notes.items()})
    chosen = here.get("kind")
    kinds = [Choice("All", here.without("kind").href, current=chosen not in GROUPS)]
    kinds += [Choice(presenters.GROUPS[group], here.with_param("kind", group).href, current=chosen == group) for group in GROUPS]
    older = f"{here.with_param('before', str(shown[-1].id)).href}#timeline" if more else ""
    return Timeline([presenters.show(entry, around) for entry in shown], kinds, older_href=older)


def _said(note: Written) -> presenters.Said:
    return presenters.Said(note.text, note.note.key_note, note.corrected_by)


def _names(page: CasePage, entries: Sequence[Entry]) -> dict[int, str]:
    """Names of those in the entries; those whom the page knows already are not asked for again."""
    known = {page.case.owner_id: page.case.owner.name} | {task.owner_id: task.owner.name for task in page.tasks}
    known |= {step.leader_id: step.leader for step in page.line if step.leader_id}
    missing = presenters.staff_named_in(entries) - known.keys()
    return known | (access.staff_names(missing) if missing else {})
