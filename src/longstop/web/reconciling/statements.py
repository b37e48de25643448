"""The statement as an accountant would draw it: both totals, and a line for everybody between them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from longstop.access.rules import Permission
from longstop.audit.actions import record_reading
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.people import queries as people
from longstop.reconciliation import queries as read
from longstop.reconciliation.models import Statement, StatementLine
from longstop.reconciliation.rules import BROKEN, WORDS, Line, Side
from longstop.web.casework.lists import PAGE, Slice
from longstop.web.considering.subjects import closed_to
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import NOT_SHOWN
from longstop.web.exporting.listing import Later, Listing, dated, show_list
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.leading.words import day
from longstop.web.parts import Address, Badge, Cell, Column, Link, Row, Slot, Stack, Table, Tag

EARLIER, BATCH = 20, 500
COLUMNS = [Column("Line"), Column("Persons", numeric=True)]


@also_in_the_past
def latest(request: HttpRequest) -> HttpResponse:
    """Show the newest statement, or the newest that there was at a past seal; where there is none, how one is made."""
    newest = read.latest_statement()
    if newest is None:
        words = [
            "No statement has been made yet.",
            "One is made soon after a list of the prison service has been considered, and by “longstop reconcile --record”.",
        ]
        return render(request, "reconciling/none.html", dated(request, {"heading": "Statement", "paragraphs": words}))
    return render(request, "reconciling/statement.html", dated(request, _context(request, newest)))


def numbered(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Show one statement as it was made."""
    try:
        found = read.statement(statement_id)
    except Statement.DoesNotExist as missing:
        raise Http404 from missing
    return render(request, "reconciling/statement.html", _context(request, found))


def _context(request: HttpRequest, found: Statement) -> dict[str, Any]:
    who, lines = who_is(request), read.lines_of(found.pk)
    observed = timezone.localtime(found.receipt.observed_at)
    return {
        "heading": f"Statement {found.pk}",
        "lead": f"Our open cases, and the prison service’s list of {day(observed.date())} ({found.receipt.file_name}), in persons.",
        "made": f"Made on {day(timezone.localdate(found.made_at))} by {found.made_by.name}.",
        "file": _file(found),
        "sides": [_side(found, lines, side, who) for side in (Side.THEIRS, Side.OURS)],
        "breaks": _breaks(found),
        "open_breaks": Link("The breaks that are open now", reverse("breaks")) if who.may(Permission.SEE_REFERRALS) else None,
        "earlier": _earlier(found),
    }


def _breaks(found: Statement) -> str:
    words = f"{found.found:,} breaks were found: {found.fresh:,} new ones, and {found.settled:,} that somebody has settled as they stand."
    return f"{words} {found.gone:,} earlier ones were not found any more."


def _file(found: Statement) -> Table:
    """From the rows of their file to their persons."""
    rows = [
        Row(["Rows in their file", found.rows]),
        Row(["Less: refused, and waiting to be mended", -found.refused]),
        Row(["Less: given more than once", -found.given_twice]),
        Row(["Less: further records of somebody who is counted already", -found.second_records]),
        Row([_total("Their persons"), found.their_persons]),
    ]
    columns = [Column("Line"), Column("Rows, and persons", numeric=True)]
    return Table("From their file to their persons", columns, rows, "file")


def _side(found: Statement, lines: Sequence[StatementLine], side: Side, who: Who) -> Table:
    """One side: on both, then each line of it, then its total."""
    total = found.their_persons if side == Side.THEIRS else found.our_persons
    shown = [each for each in lines if each.side in (Side.BOTH.value, side.value)]
    rows = [Row([_words(each), _figure(each, who)]) for each in shown]
    rows.append(Row([_total("Their persons" if side == Side.THEIRS else "Our persons, each with one open case"), total]))
    return Table("Their list" if side == Side.THEIRS else "Our caseload", COLUMNS, rows, side.value)


def line(request: HttpRequest, statement_id: int, line: str) -> HttpResponse:
    """List who stood on one line of a statement when it was made: as many as its figure says, then and for good."""
    who, here = who_is(request), Address.of(request)
    try:
        found = read.line_of(statement_id, line)
    except StatementLine.DoesNotExist as missing:
        raise Http404 from missing
    place, words = Slice.of(here), WORDS[Line(found.line)]
    shown = read.who_is_on(found, place.start, place.start + PAGE)
    record_reading(what="viewed", by=who.id, at=who.at, subject_kind="statement", subject_id=statement_id, rows=len(shown))
    context = {
        "heading": words,
        "lead": f"{found.persons:,} persons stood on this line of statement {statement_id}. They are shown as they are known today.",
        "back": Link(f"Statement {statement_id}", reverse("statement-numbered", args=[statement_id])),
        "table": Later(lambda: _people(words, shown, who)),
        "pages": Later(lambda: place.pages(here, shown=len(shown), total=found.persons, noun="persons")),
    }
    listing = Listing(about="statement", total=lambda: found.persons, tables=lambda: _batches(found, words, who))
    return show_list(request, "base/list.html", context, listing, dated=False)


def _batches(found: StatementLine, words: str, who: Who) -> Iterator[Table]:
    for start in range(0, max(found.persons, 1), BATCH):
        yield _people(words, read.who_is_on(found, start, start + BATCH), who)


def _people(words: str, numbers: Sequence[int], who: Who) -> Table:
    """Show persons with their cases, in four queries; of whoever has a case that is restricted and not for this reader only the number."""
    cards, about = people.names(numbers), cases.of_persons(numbers)
    closed = closed_to(about, who)
    rows = [Row(_person(number, cards.get(number), about.get(number, []), who, closed=number in closed)) for number in numbers]
    columns = [Column("Person", slots=(Slot("Person"), Slot("Prison number"))), Column("Case", slots=(Slot("Case"), Slot("Owner")))]
    return Table(words, columns, rows, "persons", caption_hidden=True, empty="Nobody stood on this line.")


def _person(number: int, card: people.PersonCard | None, about: Sequence[Case], who: Who, *, closed: bool) -> list[Cell]:
    if closed:
        return [Stack(f"Person {number}", (Badge("Restricted", "black"),)), NOT_SHOWN]
    if card is None or card.disposed:
        return [f"Person {number}: disposed of", ""]
    name: Cell = Link(card.name, reverse("person", args=[number])) if who.may(Permission.SEE_CASES) else card.name
    marks: tuple[Cell, ...] = (Badge("Protection required", "purple"),) if card.safeguarding_required else ()
    held = next((case for case in about if case.closed_at is None), None)
    case: Cell = Stack(Link(held.reference, reverse("case", args=[held.pk])), (held.owner.name,)) if held else "No open case"
    return [Stack(name, (*((card.prison_number,) if card.prison_number else ()), *marks)), case]


def _total(words: str) -> Cell:
    return Stack(words, ("The lines above add up to it",))


def _words(each: StatementLine) -> Cell:
    line = Line(each.line)
    return Stack(WORDS[line], (Tag("Break", "red"),)) if line in BROKEN and each.persons else WORDS[line]


def _figure(each: StatementLine, who: Who) -> Cell:
    """The number, and for those who may see who they are, the way to the list that it counts."""
    if not each.persons or not who.may(Permission.SEE_REFERRALS):
        return each.persons
    return Link(f"{each.persons:,}", reverse("statement-line", args=[each.statement_id, each.line]))


def _earlier(found: Statement) -> Table:
    others = read.statements().exclude(pk=found.pk)[:EARLIER]
    rows = [Row([_link(each), timezone.localdate(each.made_at), each.found, each.fresh]) for each in others]
    columns = [Column("Statement"), Column("Made on"), Column("Breaks", numeric=True), Column("New", numeric=True)]
    return Table("Other statements", columns, rows, "earlier", empty="There is no other.")


def _link(found: Statement) -> Link:
    return Link(f"Statement {found.pk}", reverse("statement-numbered", args=[found.pk]))
