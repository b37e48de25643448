"""A list, declared once: the page that shows it, the files that take it away, and the moment that it is shown for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from longstop.access.rules import Permission
from longstop.audit import queries as audit
from longstop.audit.past import as_it_is, one_moment
from longstop.web.doors import Who, who_is
from longstop.web.exporting import changes, moments
from longstop.web.exporting.forms import AsAtForm
from longstop.web.exporting.pieces import of_numbers
from longstop.web.exporting.sending import LIMITS, Taken, moment_words, send, written
from longstop.web.parts import Address, Downloads, Filters, Link, Table, Tabs, Tiles
from longstop.web.parts.address import MOMENT

BATCH = 1_000
ALL = "All"  # the view that is no filter
KINDS = {"csv": "Download as CSV", "xlsx": "Download as a workbook (.xlsx)", "ods": "Download as OpenDocument (.ods)"}
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Later:
    """A part of a list's page that is only made where the page is shown: what has changed since has a table of its own."""

    make: Callable[[], Any]

    def __call__(self) -> Any:
        """Make the part."""
        return self.make()


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a file needs beyond the page. `about` is the kind of subject listed; `total` counts the rows, and `tables` gives them all.

    The tables are made as the page's own is, a batch of rows at a time: a file shows what the page would, further down the list.
    `compared` lets the list say what has changed since a past moment.
    """

    about: str
    total: Callable[[], int]
    tables: Callable[[], Iterator[Table]]
    compared: changes.Compared | None = None


def _in_batches(
    found: "QuerySet[M]", make: Callable[[list[M]], Table], numbers_of: Callable[[], list[int]]
) -> Callable[[], Iterator[Table]]:
    """Give the whole of a queryset in tables, a batch of its rows in each; one without rows where there is none."""

    def tables() -> Iterator[Table]:
        numbers = numbers_of()
        for start in range(0, max(len(numbers), 1), BATCH):
            yield make(of_numbers(found, numbers[start : start + BATCH]))

    return tables


def of_query(about: str, found: "QuerySet[M]", make: Callable[[list[M]], Table], *, compared: changes.Compared | None = None) -> Listing:
    """Declare a list by its query, in its order, and by how a table is made of some of its rows.

    The numbers of its rows are read once, and are its length; of a list too long for any file only so many that it shows.
    """
    numbers = cache(lambda: list(found.values_list("pk", flat=True)[: max(LIMITS.values()) + 1]))

    def total() -> int:
        known = len(numbers())
        return known if known <= max(LIMITS.values()) else found.count()

    return Listing(about=about, total=total, tables=_in_batches(found, make, numbers), compared=compared)


def of_table(about: str, table: Table) -> Listing:
    """Declare a list that stands whole on its page."""
    return Listing(about=about, total=lambda: len(table.rows), tables=lambda: iter([table]))


def show_list(request: HttpRequest, template: str, context: Mapping[str, Any], listing: Listing, *, dated: bool = True) -> HttpResponse:
    """Show a list with the ways to take it away; or the file that the address asks for; or what has changed since the moment shown.

    `dated` lists can be asked for as they were known at a past moment: their view is marked `also_in_the_past`.
    Raises PermissionDenied where a file is asked for by somebody who may take none away.
    """
    who, here, moment = who_is(request), Address.of(request), moments.moment_of(request)
    given = dict(context)
    if moment is not None and listing.compared is not None and here.get("changed") in changes.VIEWS:
        try:
            change = changes.shown(listing.compared, here, then=who, now=moments.now_of(request))
        except changes.TooManyToCompare:
            messages.error(request, f"A list of more than {changes.MOST:,} rows is not compared. Filter it first.")
            return redirect(here.without("changed").href)
        given |= {"heading": f"{given['heading']}: changed since", "lead": "", "tabs": change.tabs, "table": change.table}
        given |= {"pages": change.pages, "filters": None, "kept_filters": words_of(context), "view": ""}
        listing = of_table_by(listing.about, change)
    kind = here.get("file")
    if kind:  # a file has the whole list, and no part of the page but what is said of it
        said = {name: made for name, made in given.items() if name not in ("table", "pages")}
        return _take(request, _made(said), listing, kind)
    given = _made(given)
    if who.may(Permission.EXPORT):
        given["downloads"] = Downloads([Link(text, here.with_param("file", name).href) for name, text in KINDS.items()])
    if dated:
        given |= _dated(here, moment, listing)
    return render(request, template, given)


def _made(context: Mapping[str, Any]) -> dict[str, Any]:
    return {name: made() if isinstance(made, Later) else made for name, made in context.items()}


def of_table_by(about: str, change: changes.Change) -> Listing:
    """Declare what has changed as a list of its own, to be taken away like any other."""
    return Listing(about=about, total=lambda: change.total, tables=change.tables)


def dated(request: HttpRequest, context: Mapping[str, Any]) -> dict[str, Any]:
    """Give the context of a page of figures with its moment: what its tiles open is shown for the same one."""
    here, moment = Address.of(request), moments.moment_of(request)
    given = dict(context) | _dated(here, moment, None)
    tiles = given.get("tiles")
    if moment is not None and isinstance(tiles, Tiles):
        kept = urlencode({MOMENT: here.get(MOMENT)})
        moved = [replace(each, href=f"{each.href}{'&' if '?' in each.href else '?'}{kept}") for each in tiles.tiles]
        given["tiles"] = replace(tiles, tiles=moved)
    return given


def _dated(here: Address, moment: moments.Moment | None, listing: Listing | None) -> dict[str, Any]:
    """What the page says of its moment, and how to ask for another."""
    unpaged = here.without("changed")
    given: dict[str, Any] = {"as_at": moment, "as_at_form": AsAtForm(initial={"as_at": here.get("as_at")})}
    given["as_at_keep"] = [pair for pair in unpaged.params if pair[0] != "as_at"]
    if moment is not None:
        given["as_at_now"] = unpaged.without("as_at").href
        given["as_at_then"] = unpaged.href if here.get("changed") else ""
        comparable = listing is not None and listing.compared is not None and not here.get("changed")
        given["as_at_changed"] = unpaged.with_param("changed", "in").href if comparable else ""
    return given


def _take(request: HttpRequest, given: Mapping[str, Any], listing: Listing, kind: str) -> HttpResponse:
    """Give the file, or say that the list is too long for one."""
    who, now, here, moment = who_is(request), moments.now_of(request), Address.of(request), moments.moment_of(request)
    if kind not in KINDS or not who.may(Permission.EXPORT):
        raise PermissionDenied(Permission.EXPORT)
    with one_moment():
        total = listing.total()
        if total > LIMITS[kind]:
            messages.error(request, _too_long(total, kind))
            return redirect(here.without("file").href)
        tables = listing.tables()
        first = next(tables)
        sealed = None if moment else audit.seal_at(now.at)
        seal = moment.seal if moment else sealed.number if sealed else None
        taken = Taken(
            title=given["heading"],
            about=listing.about,
            filters=words_of(given),
            order=_order(first),
            known=_known(moment, seal, now),
            known_at=moment.at if moment else now.at,
            seal=seal,
            rows=total,
            tables=chain([first], tables),
        )
        file, digest = written(taken, kind, who=now, at=now.at)
    with as_it_is():
        return send(taken, kind, digest=digest, file=file, who=now, at=now.at)  # type: ignore[return-value]  # streamed


def _too_long(total: int, kind: str) -> str:
    other = " A CSV or an OpenDocument file takes more." if kind == "xlsx" and total <= LIMITS["csv"] else ""
    return f"This list has {total:,} rows, and such a file takes at most {LIMITS[kind]:,}. Filter the list, then take it away.{other}"


def _known(moment: moments.Moment | None, seal: int | None, now: Who) -> str:
    if moment is not None:
        return f"{moment_words(moment.at)}, by seal {moment.seal}"
    return f"{moment_words(now.at)}, now; the last seal is {seal or 'still to be taken'}"


def words_of(given: Mapping[str, Any]) -> list[str]:
    """Give the filters in force, and the view, in the words of the page."""
    tabs, filters, view = given.get("tabs"), given.get("filters"), given.get("view")
    if isinstance(tabs, Tabs):
        view = next((choice.text for choice in tabs.choices if choice.current), "")
    named = [f"View: {view}"] if view and view != ALL else []
    chips = [f"{chip.group}: {chip.text}" for chip in filters.chips] if isinstance(filters, Filters) else []
    return [*given.get("kept_filters", ()), *named, *chips]


def _order(table: Table) -> str:
    name = table.order.removeprefix("-")
    heading = next((column.heading for column in table.columns if name and column.sort == name), "")
    return f"By {heading[:1].lower()}{heading[1:]}{', last first' if table.order.startswith('-') else ''}" if heading else ""
