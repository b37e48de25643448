"""The whole map: as a list, as pictures and as a table, with how many cases stand where; and who stands in one state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from longstop.cases import queries as cases
from longstop.process.maps import State, Step, Track
from longstop.process.reading import map_on
from longstop.web.casework import caselist
from longstop.web.casework.lists import Slice
from longstop.web.casework.steps import role_words
from longstop.web.doors import who_is
from longstop.web.exporting.listing import of_query, show_list
from longstop.web.mapping.drawing import drawn
from longstop.web.parts import Address, Cell, Column, Link, Row, Table


@dataclass(frozen=True)
class Place:
    """A state as the list shows it: how many stand there, who acts, by when, and where each step leads."""

    state: State
    many: int
    href: str
    role: str
    steps: tuple[tuple[Step, str, str], ...]


@dataclass(frozen=True)
class Strand:
    """A track as the page shows it."""

    track: Track
    places: tuple[Place, ...]
    off_the_map: tuple[tuple[str, int], ...]
    whole: int
    picture: SafeString


def whole(request: HttpRequest) -> HttpResponse:
    """Show the map that is in force: every track adds up to the caseload."""
    who = who_is(request)
    counts = cases.counts_on_map(today=who.today)
    strands = [_strand(track, counts[code]) for code, track in map_on(who.today).tracks.items()]
    context: dict[str, Any] = {
        "strands": strands,
        "table": _table(strands),
        "caseload": strands[0].whole,
        "assumed": any(not each.track.confirmed for each in strands),
    }
    return render(request, "mapping/process.html", context)


def _strand(track: Track, counts: Mapping[str, int]) -> Strand:
    places = tuple(_place(track, state, counts.get(code, 0)) for code, state in track.states.items())
    off = tuple((code, many) for code, many in counts.items() if code not in track.states)
    return Strand(track, places, off, sum(counts.values()), drawn(track, counts))


def _place(track: Track, state: State, many: int) -> Place:
    steps = tuple((step, track.states[step.to].title, role_words(step.role)) for step in track.offered(state.code))
    return Place(state, many, _href(track.code, state.code), role_words(state.role), steps)


def _href(track: str, state: str) -> str:
    return reverse("process-cases", args=[track, state])


def _table(strands: list[Strand]) -> Table:
    columns = [Column("Track"), Column("State"), Column("Who acts"), Column("Next step in"), Column("Cases", numeric=True)]
    rows = [_row(strand, place) for strand in strands for place in strand.places]
    return Table("Every state of every track", columns, rows, "states")


def _row(strand: Strand, place: Place) -> Row:
    days = f"{place.state.days} working days" if place.state.days else "Nothing waits"
    many: Cell = Link(f"{place.many:,}", place.href, f"cases: {strand.track.title}, {place.state.title}")
    return Row([strand.track.title, place.state.title, place.role.capitalize(), days, many])


def standing_in(request: HttpRequest, track: str, state: str) -> HttpResponse:
    """List the open cases that stand in one state of one track."""
    who, here = who_is(request), Address.of(request)
    found = map_on(who.today).tracks.get(track)
    if found is None:
        raise Http404
    order, place = here.get("sort"), Slice.of(here)
    ordered = caselist.in_order(cases.standing_in(found, state), order)
    shown = place.piece(ordered, whole=True)
    title = found.states[state].title if state in found.states else state
    context = {
        "heading": f"{found.title}: {title}",
        "table": caselist.table(shown.rows, who, here, order=order),
        "pages": place.pages(here, shown=len(shown.rows), total=shown.total, noun="cases"),
    }
    listing = of_query("case", ordered, lambda some: caselist.table(some, who, here, order=order))
    return show_list(request, "mapping/cases.html", context, listing, dated=False)
