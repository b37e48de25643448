"""The statement as an accountant would draw it: both totals, and a line for everybody between them. Each figure opens its list."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from longstop.access.rules import Permission
from longstop.reconciliation import queries as read
from longstop.reconciliation.models import Figure, Statement, StatementLine, StatementPart
from longstop.reconciliation.rules import BROKEN, WORDS, Line, Side
from longstop.web.doors import Who, who_is
from longstop.web.exporting.listing import dated
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.leading.words import day
from longstop.web.parts import Cell, Column, Link, Row, Stack, Table, Tag
from longstop.web.reconciling.lists import TOTALS, name_of, part_words

EARLIER = 20
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
    who, lines, parts = who_is(request), read.lines_of(found.pk), read.parts_of(found.pk)
    observed = timezone.localtime(found.receipt.observed_at)
    return {
        "heading": f"Statement {found.pk}",
        "lead": f"Our open cases, and the prison service’s list of {day(observed.date())} ({found.receipt.file_name}), in persons.",
        "made": f"Made on {day(timezone.localdate(found.made_at))} by {found.made_by.name}.",
        "file": _file(found, parts, who),
        "both": _both(found, parts, who),
        "sides": [_side(found, lines, side, who) for side in (Side.THEIRS, Side.OURS)],
        "breaks": _breaks(found),
        "open_breaks": Link("The breaks that are open now", reverse("breaks")) if who.may(Permission.SEE_REFERRALS) else None,
        "cohorts": Link("Who is counted: cohorts, and their statements", reverse("cohorts")),
        "earlier": _earlier(found),
    }


def _breaks(found: Statement) -> str:
    words = f"{found.found:,} breaks were found: {found.fresh:,} new ones, and {found.settled:,} that somebody has settled as they stand."
    return f"{words} {found.gone:,} earlier ones were not found any more."


def _file(found: Statement, parts: Sequence[StatementPart], who: Who) -> Table:
    """From the rows of their file to their persons. Which rows came more than once is not kept, only how many."""
    opened = {each.figure: name_of(each) for each in parts}
    may = {Figure.REFUSED: who.may(Permission.SEE_FILES), Figure.FURTHER: who.may(Permission.SEE_REFERRALS)}

    def less(figure: Figure, number: int) -> Cell:
        return _opens(-number, found, opened[figure]) if number and may[figure] and figure in opened else -number

    rows = [
        Row(["Rows in their file", found.rows]),
        Row(["Less: refused, and waiting to be mended", less(Figure.REFUSED, found.refused)]),
        Row([Stack("Less: given more than once", ("Only how many is known, not which",)), -found.given_twice]),
        Row(["Less: further records of somebody who is counted already", less(Figure.FURTHER, found.second_records)]),
        Row([_total("Their persons"), _everybody(found, Side.THEIRS, found.their_persons, who)]),
    ]
    columns = [Column("Line"), Column("Rows, and persons", numeric=True)]
    return Table("From their file to their persons", columns, rows, "file")


def _both(found: Statement, parts: Sequence[StatementPart], who: Who) -> Table | None:
    """Those on both sides, each once: by the gravest thing in which the two sides differ about them."""
    shown = [each for each in parts if each.figure == Figure.MATCHED]
    if not shown:
        return None  # made before the statement parted them
    rows = []
    for each in shown:
        words: Cell = part_words(each)
        linked = each.how_many and who.may(Permission.SEE_REFERRALS)
        figure: Cell = _opens(each.how_many, found, name_of(each)) if linked else each.how_many
        rows.append(Row([Stack(words, (Tag("Break", "red"),)) if each.kind and each.how_many else words, figure]))
    rows.append(Row([_total("On both sides"), found.matched]))
    return Table("Those on both sides", COLUMNS, rows, "both", empty="Nobody is on both sides.")


def _everybody(found: Statement, side: Side, total: int, who: Who) -> Cell:
    return _opens(total, found, TOTALS[side]) if total and who.may(Permission.SEE_REFERRALS) else total


def _opens(figure: int, found: Statement, name: str) -> Link:
    return Link(f"{figure:,}", reverse("statement-line", args=[found.pk, name]))


def _side(found: Statement, lines: Sequence[StatementLine], side: Side, who: Who) -> Table:
    """One side: on both, then each line of it, then its total."""
    total = found.their_persons if side == Side.THEIRS else found.our_persons
    shown = [each for each in lines if each.side in (Side.BOTH.value, side.value)]
    rows = [Row([_words(each), _figure(each, who)]) for each in shown]
    words = "Their persons" if side == Side.THEIRS else "Our persons, each with one open case"
    rows.append(Row([_total(words), _everybody(found, side, total, who)]))
    return Table("Their list" if side == Side.THEIRS else "Our caseload", COLUMNS, rows, side.value)


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
