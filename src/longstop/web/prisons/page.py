"""One prison on one page, in parts. What does not fit the page is counted, and the whole list is a link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from longstop.access.rules import Permission
from longstop.audit.queries import contents
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.cases.rules import PAPERS
from longstop.referral.models import Remit
from longstop.referral.queries import desk
from longstop.referral.queries.prisons import PrisonLine, owed_tasks, received, released, without_referral
from longstop.web.casework.guards import may_work
from longstop.web.casework.words import due_of
from longstop.web.considering.subjects import closed_to
from longstop.web.doors import Who
from longstop.web.parts import Badge, Cell, Column, Link, Row, Stack, Table, Tag, Tile, Tiles, When
from longstop.web.prisons.papers import may_answer
from longstop.work.models import Task
from longstop.work.rules import title

# One sheet of A4 holds so many rows of each.
RECEIVED, WITHOUT, RELEASED, TASKS = 7, 5, 10, 6
MANY = 30  # who come and leave: a prison of some hundreds, where what waits for it is sooner found by due date than by its people
DECIDED = {"accepted": "Accepted", "no_interest": "No interest", "out_of_remit": "Out of remit"}


@dataclass(frozen=True)
class _Known:
    """What is known of everybody on the page: their cases, whose are not for this reader, and what is in hand."""

    about: Mapping[int, list[Case]]
    closed: set[int]
    hands: Mapping[int, desk.InHand]


def context(line: PrisonLine, who: Who, *, inside: bool) -> dict[str, Any]:
    """Give everything that the page shows; `inside` the command, with who is considered."""
    code, today = line.prison, who.today
    came = list(received(prison=code, today=today, everybody=not inside)[:RECEIVED])
    leave = list(released(prison=code, days=90, today=today, everybody=not inside)[:RELEASED])
    missed = list(without_referral(prison=code)[:WITHOUT]) if inside and line.without_referral else []
    people = {each.person_id for each in (*came, *leave, *missed)}
    about = cases.of_persons(people)
    known = _Known(about, closed_to(about, who), desk.in_hand(people) if inside else {})
    shown: dict[str, Any] = {
        "prison": code,
        "inside": inside,
        "printed": who.at,
        "by": who.staff.name,
        "counted_at": line.counted_at,
        "tiles": Tiles(_tiles(line, inside), "This prison in numbers"),
        "came": _table("New receptions, last 7 days", "came", came, known, who, "reception"),
        "came_more": _more(len(came), line.received),
        "leave": _table("Releases in the next 90 days", "leave", leave, known, who, "release"),
        "leave_more": _more(len(leave), line.released_90),
        "leave_href": _records(code, within="90"),
        "came_href": _records(code),
    }
    return shown | _ours(code, line, missed, known, who) if inside else shown


def _ours(code: str, line: PrisonLine, missed: Sequence[Remit], known: _Known, who: Who) -> dict[str, Any]:
    waiting = owed_tasks(prison=code, papers=PAPERS, most=TASKS + 1, many=line.received + line.released_90 > MANY)
    papers, owed = [task for task in waiting if task.kind == PAPERS], waiting[: TASKS + 1]
    about = cases.of_subjects(task.subject_id for task in waiting)
    return {
        "missed": _table("May be in remit, without a referral", "missed", missed, known, who, "release"),
        "missed_more": _more(len(missed), line.without_referral),
        "papers": _papers(papers[:TASKS], about, code, who),
        "papers_more": "There are more." if len(papers) > TASKS else "",
        "owed": _tasks("Answers owed by the prison", "owed", owed[:TASKS], about, who),
        "owed_more": "There are more." if len(owed) > TASKS else "",
        "referrals_href": f"{reverse('referrals')}?{urlencode({'prison': code})}",
    }


def _records(code: str, **more: str) -> str:
    return f"{reverse('records')}?{urlencode({'prison': code} | more)}"


def _more(shown: int, total: int) -> str:
    return f"Showing {shown} of {total:,}." if total > shown else ""


def _tiles(line: PrisonLine, inside: bool) -> list[Tile]:
    tiles = [
        Tile(line.received, "New in 7 days", "#came"),
        Tile(line.released_7, "Release in 7 days", "#leave", tone="late" if line.released_7 else "calm"),
        Tile(line.released_28, "Release in 28 days", "#leave", tone="soon" if line.released_28 else "calm"),
        Tile(line.released_90, "Release in 90 days", "#leave"),
    ]
    if inside:
        waiting = f"{reverse('referrals')}?{urlencode({'prison': line.prison})}"
        tiles += [
            Tile(line.without_referral, "Without a referral", "#missed", tone="late" if line.without_referral else "calm"),
            Tile(line.referrals, "Referrals waiting", waiting),
        ]
    return tiles


def _table(caption: str, anchor: str, rows: Sequence[Remit], known: _Known, who: Who, date: str) -> Table:
    dated = Column("Received" if date == "reception" else "Release", narrow=True)
    columns = [Column("Person"), dated, *([Column("In hand")] if known.hands or who.may(Permission.SEE_REFERRALS) else [])]
    inside = len(columns) == 3
    return Table(caption, columns, [_person(row, known, who, date, inside) for row in rows], anchor, empty="Nobody.")


def _person(row: Remit, known: _Known, who: Who, date: str, inside: bool) -> Row:
    closed = row.person_id in known.closed
    day: Cell = row.arrival.reception_date if date == "reception" else When.event(row.arrival.release_date, today=who.today)
    said = row.person.particulars.content or {}
    name: Cell = Stack("Restricted", (Badge("Restricted", "black"),))
    if not closed:
        link = Link(str(said.get("name") or "Name not recorded"), reverse("record", args=[row.arrival_id]))
        marks: tuple[Cell, ...] = (Badge("Protection required", "purple"),) if row.person.safeguarding_required else ()
        name = Stack(link, (str(said.get("prison_number") or ""), *marks))
    cells = [name, day]
    return Row([*cells, "Not shown" if closed else _in_hand(row.person_id, known)] if inside else cells)


def _in_hand(person_id: int, known: _Known) -> Cell:
    held = next((case for case in known.about.get(person_id, ()) if case.closed_at is None), None)
    if held is not None:
        return Stack(Link(held.reference, reverse("case", args=[held.pk])), (held.owner.name,))
    hand = known.hands.get(person_id, desk.InHand())
    if hand.referral_id and hand.referral_state == "open":
        return Link("Referral waits", reverse("referral", args=[hand.referral_id]), str(hand.referral_id))
    if hand.question_id:
        return Link("Question waits", reverse("question", args=[hand.question_id]), str(hand.question_id))
    if hand.referral_id:
        words = DECIDED.get(hand.referral_state, "Decided")
        return Link(f"Decided: {words.lower()}", reverse("referral", args=[hand.referral_id]), str(hand.referral_id))
    return Tag("Nobody", "red")


def _papers(found: Sequence[Task], about: Mapping[int, Case], prison: str, who: Who) -> Table:
    """Papers to serve, by the day by which they must be; what they are is told to whoever may see the case."""
    said = contents(task.details_payload_id for task in found if task.details_payload_id)
    names = cases.card_names(about.values(), who.standing)
    rows = []
    for task in found:
        case = about[task.subject_id]
        seen, answers = cases.may_see(case, who.standing), may_answer(prison, who) or may_work(case, who)
        which = str((said.get(task.details_payload_id or 0) or {}).get("details", "")) if seen else "Ask the owner"
        link = Link("Served or not", reverse("papers", args=[task.pk]), f"papers of {case.reference}")
        mine = seen and answers and who.may(Permission.SERVE)
        due = due_of(task, today=who.today, linked=False)
        rows.append(Row([_whom(case, names, seen), Stack(which, (link,)) if mine else which, due, task.owner.name]))
    columns = [Column("Case"), Column("Papers"), Column("Serve by", narrow=True), Column("Ask")]
    return Table("Papers to serve", columns, rows, "papers", empty="Nothing.")


def _whom(case: Case, names: Mapping[int, str], seen: bool) -> Cell:
    name = names.get(case.pk, "Restricted") if seen else "Restricted"
    return Stack(Link(name, reverse("case", args=[case.pk])), (case.reference,))


def _tasks(caption: str, anchor: str, found: Sequence[Task], about: Mapping[int, Case], who: Who) -> Table:
    names = cases.card_names(about.values(), who.standing)
    rows = []
    for task in found:
        case = about[task.subject_id]
        seen = cases.may_see(case, who.standing)
        rows.append(
            Row(
                [
                    _whom(case, names, seen),
                    title(kind=task.kind, today=who.today),
                    due_of(task, today=who.today, linked=False),
                    task.owner.name,
                ]
            )
        )
    columns = [Column("Case"), Column("What"), Column("Due", narrow=True), Column("Ask")]
    return Table(caption, columns, rows, anchor, empty="Nothing.")
