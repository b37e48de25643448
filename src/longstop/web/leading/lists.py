"""The list of a team's open cases: filtered, ordered and paged by its address, with rows that can be ticked and allocated."""

from collections.abc import Sequence
from functools import cache

from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.queries import Below
from longstop.access.rules import Permission
from longstop.cases import queries as cases
from longstop.cases.models import Case, Custody
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import Compared
from longstop.web.exporting.kinds import CASES
from longstop.web.exporting.listing import Later, of_query, show_list
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.exporting.pieces import piece
from longstop.web.leading import scope
from longstop.web.leading.filters import NAMES, ORDERS, TeamCasesForm
from longstop.web.leading.words import case_cell, case_words, day
from longstop.web.parts import Address, Bulk, Button, Choice, Column, Filters, Link, Pages, Row, Slot, Stack, Table, Tabs, Tag, When
from longstop.work.rules import WAITING_FOR

PAGE = 25
OWNER = (Slot("Owner"), Slot("Team"))
CAP = 500  # the most cases that one bulk act may take


@also_in_the_past
def team_cases(request: HttpRequest, team_id: int) -> HttpResponse:
    """List a team's open cases. The figures of the board open this list with one filter set."""
    who, here = who_is(request), Address.of(request)
    scope.check_may_look(who, team_id)
    family = access.family(team_id)
    if not family:
        raise Http404
    ids = [each.team_id for each in family]
    form = TeamCasesForm(request.GET, owners=owners(ids))

    def narrowed(each: Who) -> QuerySet[Case]:
        below = [step.team_id for step in access.family(team_id)] if each is not who else ids
        return cases.filtered(cases.open_cases(), form.wanted(below), today=each.today, at=each.at)

    start = next(iter(scope.numbers([here.get("after")])), 0)
    order = here.get("sort") if here.get("sort").lstrip("-") in ORDERS else "due"
    in_order = ordered(narrowed(who), order)
    part = cache(lambda: piece(in_order, start, PAGE, whole=True))
    many = scope.may_allocate(who, team_id) and who.may(Permission.ALLOCATE)

    def shown() -> Table | Bulk:
        table = _table(part().rows, who, order, here, teams=len(ids) > 1)
        return _bulk(table, team_id, here, part().total) if many else table

    listing = of_query(
        "case", in_order, lambda some: _table(some, who, order, here, teams=len(ids) > 1), compared=Compared(narrowed, CASES)
    )
    context = {
        "heading": f"{family[0].team}: open cases",
        "filters": Filters(form, here.only("sort").href, form.chips(here), keep=here.only("sort").params),
        "tabs": _tabs(family, form, who, here),
        "table": Later(shown),
        "pages": Later(lambda: pages(here, start, len(part().rows), part().total)),
        "back": Link("Back to the board", reverse("team", args=[team_id])),
    }
    return show_list(request, "base/list.html", context, listing)


def owners(team_ids: Sequence[int]) -> list[Staff]:
    """Give the people whose cases the list can be narrowed to."""
    return list(access.members(team_ids))


def ordered(found: QuerySet[Case], order: str) -> QuerySet[Case]:
    """Order a list as its address says: a minus turns it round; what has no date comes last."""
    column = F(ORDERS[order.lstrip("-")])
    chosen = column.desc(nulls_last=True) if order.startswith("-") else column.asc(nulls_last=True)
    return found.order_by(chosen, "pk")


def _table(found: Sequence[Case], who: Who, order: str, here: Address, *, teams: bool) -> Table:
    columns = [Column.case(sort="reference"), Column("Owner", sort="owner", slots=OWNER if teams else ())]
    columns += [Column.due("Next task due", sort="due")]
    columns += [Column("Waiting for"), Column("Custody"), Column("Release", sort="release", narrow=True)]
    columns += [Column("Last worked", sort="worked", narrow=True), Column("Status", narrow=True)]
    ticked = here.get("selected") == "page"
    rows = [_row(case, who, ticked=ticked, teams=teams) for case in found]
    return Table("Open cases", columns, rows, "cases", order, here, caption_hidden=True, empty="No open case matches.")


def _row(case: Case, who: Who, *, ticked: bool, teams: bool) -> Row:
    owner = Link(case.owner.name, reverse("staff-page", args=[case.owner_id]))
    cells = [
        case_cell(case, who),
        Stack(owner, (case.team.name,)) if teams else owner,
        When.due(case.next_due, today=who.today),
        WAITING_FOR.get(case.next_task.waiting_for, case.next_task.waiting_for),
        Custody(case.custody).label,
        day(case.release_date) if case.release_date else "Not known",
        day(timezone.localdate(case.last_worked_at)),
        _status(case, who),
    ]
    # Who owned the case when the list was shown travels with the tick.
    return Row(cells, key=f"{case.pk}-{case.owner_id}", label=case_words(case, who), selected=ticked)


def _status(case: Case, who: Who) -> Tag:
    if case.next_due < who.today:
        return Tag("Overdue", "red")
    return Tag("On hold", "yellow") if case.next_is_hold else Tag("Open", "blue")


def _tabs(family: Sequence[Below], form: TeamCasesForm, who: Who, here: Address) -> Tabs:
    """The views of a list that is not filtered otherwise; their counts are the board's."""
    figures = cases.board(team_ids=[each.team_id for each in family], today=who.today, at=who.at)
    bare = here.only("sort")
    views = [
        ("All", "", "", figures.all),
        ("Overdue", "due", "overdue", figures.overdue),
        ("Due in 7 days", "due", "7", figures.due_7),
        ("Idle", "idle", "yes", figures.idle),
        ("On hold", "held", "yes", figures.on_hold),
        ("Offered", "offered", "yes", figures.offered),
    ]
    set_now = {name: form.cleaned_data[name] for name in NAMES if form.cleaned_data.get(name)}
    return Tabs(
        [
            Choice(text, bare.with_param(name, value).href if name else bare.href, count, set_now == ({name: value} if name else {}))
            for text, name, value, count in views
        ]
    )


def _bulk(table: Table, team_id: int, here: Address, total: int) -> Bulk:
    kept = [(name, here.get(name)) for name in NAMES if here.get(name)]
    error = "Select the cases to allocate" if here.get("selected") == "none" else ""
    return Bulk(
        table,
        action=reverse("allocate"),
        buttons=[Button("Allocate", name="do", value="allocate")],
        select_page_href=here.with_param("selected", "page").href,
        matching=total,
        cap=CAP,
        error=error,
        hidden=[("list", str(team_id)), ("back", here.without("selected").href), *kept],
    )


def pages(here: Address, start: int, shown: int, total: int) -> Pages:
    """Say where in the list the page stands."""
    following = here.with_param("after", str(start + PAGE)).href if start + shown < total else ""
    before = here.with_param("after", str(max(start - PAGE, 0))).href if start else ""
    return Pages(start + 1 if shown else 0, start + shown, total, previous_href=before, next_href=following)
