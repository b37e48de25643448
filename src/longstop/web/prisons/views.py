"""The prisons in numbers, and one prison on one page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access.rules import Permission, Role
from longstop.audit.actions import record_reading
from longstop.referral.queries.prisons import NUMBERS, PrisonLine, is_named, kept_lines, prison_lines
from longstop.web.doors import Who, who_is
from longstop.web.exporting.listing import of_table, show_list
from longstop.web.exporting.moments import also_in_the_past, moment_of
from longstop.web.parts import Address, Cell, Column, Link, Row, Table
from longstop.web.prisons.page import context
from longstop.web.prisons.scope import own_first, sees_prison, words_without_prison

OURS = "People who may be in remit, by the prison's own dates. Nobody should be without a referral."
THEIRS = "Everybody on the lists that the prison service sends, by the prison's own dates."
NOT_POSTED = (
    "No prison is recorded as yours, so all are listed alike. Ask the administrator of Longstop to record at which prisons you work: "
    "they then come first."
)


def sees_casework(who: Who) -> bool:
    """Say whether somebody sees who is considered. The other agency's liaison sees its own records only."""
    return who.may(Permission.SEE_REFERRALS)


@also_in_the_past
def prisons(request: HttpRequest) -> HttpResponse:
    """List the prisons that records name, by code, with their numbers: one's own first, and of another agency only those."""
    who = who_is(request)
    inside = sees_casework(who)
    if moment_of(request) and who.standing.confined_to is not None:  # whose record it was then is not whose it is now
        messages.error(request, "Prisons as they were known before are only shown to those who see every prison.")
        return redirect(Address.of(request).without("as_at").href)
    named = _lines(who, inside, in_the_past=moment_of(request) is not None)
    own = [named.get(code) or _empty(code) for code in sorted(who.standing.prisons)]
    others = [named[code] for code in own_first(named, who) if code not in who.standing.prisons]
    table = _table(others if inside and own else [*own, *others], inside, "Other prisons" if own and inside else "Prisons")
    page = {
        "heading": "Prisons",
        "lead": OURS if inside else THEIRS,
        "counted_at": max((line.counted_at for line in named.values() if line.counted_at), default=None),
        "table": table,
        "own": _table(own, inside, "Your prisons") if own and inside else None,
        "warning": words_without_prison(who),
        "unset": NOT_POSTED if Role.PRISON_TEAM in who.standing.roles and not own else "",
    }
    whole = of_table("prison", _table([*own, *others], inside, "Prisons"))
    return show_list(request, "prisons/prisons.html", page, whole, dated=who.standing.confined_to is None)


def _lines(who: Who, inside: bool, *, in_the_past: bool) -> Mapping[str, PrisonLine]:
    """Give the numbers of every prison: those that are kept, where there are any; of the past none are."""
    kept = None if in_the_past else kept_lines(at=who.at, today=who.today, everybody=not inside)
    return {line.prison: line for line in prison_lines(today=who.today, everybody=not inside)} if kept is None else kept


def _table(lines: Sequence[PrisonLine], inside: bool, caption: str) -> Table:
    columns = [Column("Prison"), Column("People", numeric=True), Column("New in 7 days", numeric=True)]
    columns += [Column(f"Release in {days} days", numeric=True) for days in (7, 28, 90)]
    if inside:
        columns += [Column("Without a referral", numeric=True), Column("Referrals waiting", numeric=True)]
    anchor = caption.lower().replace(" ", "-")
    empty = "No list has been considered yet." if caption == "Prisons" else "No list names another prison."
    rows = [_row(each, inside) for each in lines]
    return Table(caption, columns, rows, anchor, caption_hidden=caption == "Prisons", empty=empty)


def _row(each: PrisonLine, inside: bool) -> Row:
    link = Link(each.prison, reverse("prison", args=[each.prison]))
    cells: list[Cell] = [link, each.people, each.received, each.released_7, each.released_28, each.released_90]
    return Row([*cells, each.without_referral, each.referrals] if inside else cells)


def prison(request: HttpRequest, prison: str) -> HttpResponse:
    """Show one prison: who came, who leaves, who was not referred, and what is waited for. It is recorded that somebody looked."""
    who = who_is(request)
    inside = sees_casework(who)
    if not sees_prison(prison.upper(), who):
        raise Http404
    line = _line(prison.upper(), who, inside)
    record_reading(what="listed", by=who.id, at=who.at, subject_kind="prison", details={"prison": line.prison})
    return render(request, "prisons/prison.html", context(line, who, inside=inside))


def _line(code: str, who: Who, inside: bool) -> PrisonLine:
    """Give a prison's numbers: nought where it has people and none of them may be in remit, and where it is one's own and nobody is there.

    Raises Http404 where no record names it.
    """
    kept = kept_lines(at=who.at, today=who.today, everybody=not inside)
    if kept is not None and code in kept:
        return kept[code]
    found = next(iter(prison_lines(today=who.today, prison=code, everybody=not inside)), None) if kept is None else None
    if found is not None:
        return found
    if code not in who.standing.prisons and not is_named(prison=code):
        raise Http404
    return _empty(code)


def _empty(code: str) -> PrisonLine:
    nobody: dict[str, Any] = dict.fromkeys(NUMBERS, 0)
    return PrisonLine(prison=code, **nobody)
