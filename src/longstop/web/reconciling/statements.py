"""The statement as an accountant would draw it: both totals, and a line for everybody between them."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from longstop.access.rules import Permission
from longstop.reconciliation import queries as read
from longstop.reconciliation.models import Statement, StatementLine
from longstop.reconciliation.rules import BROKEN, WORDS, Line, Side
from longstop.web.doors import Who, who_is
from longstop.web.leading.words import day
from longstop.web.parts import Cell, Column, Link, Row, Stack, Table, Tag

EARLIER = 20
COLUMNS = [Column("Line"), Column("Persons", numeric=True)]


def latest(request: HttpRequest) -> HttpResponse:
    """Show the newest statement, or how one is made."""
    newest = read.latest_statement()
    if newest is None:
        words = [
            "No statement has been made yet.",
            "One is made soon after a list of the prison service has been considered, and by “longstop reconcile --record”.",
        ]
        return render(request, "reconciling/none.html", {"heading": "Statement", "paragraphs": words})
    return _shown(request, newest)


def numbered(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Show one statement as it was made."""
    try:
        found = read.statement(statement_id)
    except Statement.DoesNotExist as missing:
        raise Http404 from missing
    return _shown(request, found)


def _shown(request: HttpRequest, found: Statement) -> HttpResponse:
    who, lines = who_is(request), read.lines_of(found.pk)
    observed = timezone.localtime(found.receipt.observed_at)
    context = {
        "heading": f"Statement {found.pk}",
        "lead": f"Our open cases, and the prison service’s list of {day(observed.date())} ({found.receipt.file_name}), in persons.",
        "made": f"Made on {day(timezone.localdate(found.made_at))} by {found.made_by.name}.",
        "file": _file(found),
        "sides": [_side(found, lines, side, who) for side in (Side.THEIRS, Side.OURS)],
        "breaks": _breaks(found),
        "open_breaks": Link("The breaks that are open now", reverse("breaks")) if who.may(Permission.SEE_REFERRALS) else None,
        "earlier": _earlier(found),
    }
    return render(request, "reconciling/statement.html", context)


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
    return Table("From their file to their persons", COLUMNS, rows, "file")


def _side(found: Statement, lines: Sequence[StatementLine], side: Side, who: Who) -> Table:
    """One side: on both, then each line of it, then its total."""
    total = found.their_persons if side == Side.THEIRS else found.our_persons
    rows = [Row([WORDS[Line.MATCHED], found.matched])]
    rows += [Row([_words(Line(each.line), who), each.persons]) for each in lines if each.side == side.value]
    rows.append(Row([_total("Their persons" if side == Side.THEIRS else "Our persons, each with one open case"), total]))
    return Table("Their list" if side == Side.THEIRS else "Our caseload", COLUMNS, rows, side.value)


def _total(words: str) -> Cell:
    return Stack(words, ("The lines above add up to it",))


def _words(line: Line, who: Who) -> Cell:
    if line not in BROKEN:
        return WORDS[line]
    if not who.may(Permission.SEE_REFERRALS):
        return Stack(WORDS[line], (Tag("Break", "red"),))
    return Stack(Link(WORDS[line], f"{reverse('breaks')}?kind={BROKEN[line].value}"), (Tag("Break", "red"),))


def _earlier(found: Statement) -> Table:
    others = read.statements().exclude(pk=found.pk)[:EARLIER]
    rows = [Row([_link(each), timezone.localdate(each.made_at), each.found, each.fresh]) for each in others]
    columns = [Column("Statement"), Column("Made on"), Column("Breaks", numeric=True), Column("New", numeric=True)]
    return Table("Other statements", columns, rows, "earlier", empty="There is no other.")


def _link(found: Statement) -> Link:
    return Link(f"Statement {found.pk}", reverse("statement-numbered", args=[found.pk]))
