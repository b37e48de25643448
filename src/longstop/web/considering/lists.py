"""The lists of whoever considers. In the order of the day by which each is to be dealt with: nothing about who somebody is moves them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from longstop.access import queries as access
from longstop.access.rules import GRANTS, Permission
from longstop.cases import queries as cases
from longstop.cases.models import Custody
from longstop.referral import queries as read
from longstop.referral.models import Departure, Look, Question, Referral
from longstop.referral.queries import desk
from longstop.referral.queries.pairs import Blind
from longstop.referral.rules import ANSWERS, EXPLANATIONS, QUESTIONS
from longstop.web.casework.lists import Slice
from longstop.web.considering.blind import BEING_READ, blind_of, may_tell, reasons_shown
from longstop.web.considering.changed import LISTS, compared
from longstop.web.considering.forms import ListForm
from longstop.web.considering.subjects import KINDS, PERSON, Subject, person_cell, persons_of, reasons_of, state_tag, title_of
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import Compared
from longstop.web.exporting.listing import Later, of_query, show_list
from longstop.web.exporting.moments import also_in_the_past, covering
from longstop.web.parts import Address, Bulk, Button, Cell, Chip, Choice, Column, Filters, Row, Slot, Stack, Table, Tabs, Tag, When

CAP = 100
NOT_SHOWN = "Not shown"
VIEWS = {"": "all", "mine": "mine", "team": "team", "overdue": "overdue", "7": "due_7", "release": "near", "ended": ""}
TAB_WORDS = {
    "": "All open",
    "mine": "Mine",
    "team": "My team's",
    "overdue": "Overdue",
    "7": "Due in 7 days",
    "release": "Release within a month",
}
GRAVITY: Mapping[int, Tag] = {
    desk.GONE_HELD: Tag("Held, according to a case", "red"),
    desk.GONE_UNDECIDED: Tag("Released without a decision", "orange"),
}


@dataclass(frozen=True)
class Shape:
    """What differs between the four lists: words, what lies between the person and the due date, and what can be done with many."""

    kind: str
    heading: str
    lead: str
    ended: str
    columns: Sequence[Column]
    cells: Callable[[Any, Who], list[Cell]]
    button: Button | None = None
    action: str = ""
    near: bool = False


def _why(reasons: Sequence[str]) -> Cell:
    return Stack(reasons[0], tuple(reasons[1:])) if reasons else ""


def _prison(row: Subject) -> str:
    return row.arrival.prison if row.arrival else ""


def _release(row: Subject, who: Who) -> Cell:
    return When.event(row.arrival.release_date, today=who.today) if row.arrival else "No record"


def _referral(row: Referral, who: Who) -> list[Cell]:
    return [_prison(row), _why(reasons_of(row)), _release(row, who)]


def _question(row: Question, who: Who) -> list[Cell]:
    asked: Cell = QUESTIONS.get(row.kind, row.kind)
    if row.answer:
        asked = Stack(asked, (f"Answer: {ANSWERS[row.kind][row.answer][0]}",))
    return [asked, _why(reasons_of(row)), _release(row, who)]


def _departure(row: Departure, who: Who) -> list[Cell]:
    custody = getattr(row, "said_custody", None)
    says: list[Cell] = [str(Custody(custody).label) if custody else "No open case"]
    tag = GRAVITY.get(getattr(row, "gravity", desk.GONE_OTHERWISE))
    cells = [tag, *says] if tag and row.state == "open" else says
    last = Stack(_prison(row) or "Not recorded", (timezone.localdate(row.last_seen.observed_at),))
    return [last, Stack(cells[0], tuple(cells[1:])), EXPLANATIONS.get(row.explanation, "") or "Not explained"]


def _look(row: Look, who: Who) -> list[Cell]:
    return [_prison(row), _why(reasons_of(row)), _release(row, who)]


WHY = Column("Why", slots=(Slot("Why"), Slot("Also")))
SHAPES: dict[str, Shape] = {
    "referral": Shape(
        "referral",
        "Referrals",
        "People whom somebody must decide about: take the case on, no interest, or out of remit.",
        "Decided",
        [Column("Prison", narrow=True), WHY, Column.due("Release")],
        _referral,
        Button("Accept with one owner", name="do", value="accept"),
        "accept-many",
        near=True,
    ),
    "question": Shape(
        "question",
        "Questions",
        "What only a person can find out. Until it is answered, nobody is taken for British and no two records for one person.",
        "Answered",
        [Column("Question", slots=(Slot("Question"), Slot("Answer"))), WHY, Column.due("Release")],
        _question,
        near=True,
    ),
    "departure": Shape(
        "departure",
        "Departures",
        "People who were on the last list and are not on this one. Each is explained the same working day.",
        "Explained, or back",
        [
            Column("Last seen", slots=(Slot("Last seen at"), Slot("Last seen on", "date"))),
            Column("What a case says", slots=(Slot("What a case says"), Slot("Custody"))),
            Column("Explanation"),
        ],
        _departure,
        Button("The file was short", "secondary", name="do", value="short"),
        "file-short",
    ),
    "look": Shape(
        "look",
        "Second looks",
        "A random share of what the rules found out of remit. A person says whether they agree.",
        "Looked at",
        [Column("Prison", narrow=True), WHY, Column.due("Release")],
        _look,
    ),
}


def mine_of(who: Who) -> tuple[int, ...]:
    """Give whose work is this person's: their own, and of those whom they cover."""
    return (who.id, *covering(who))


def teams_of(who: Who) -> tuple[int, ...]:
    """Give the teams that are this person's: their own, and those that they answer for."""
    own = (who.staff.team_id,) if who.staff.team_id is not None else ()
    return (*own, *(each for each in who.standing.answers_for if each not in own))


def view_of(here: Address) -> str:
    """Give which view of the list the address asks for."""
    return here.get("view") if here.get("view") in VIEWS else ""


def wanted(view: str, form: ListForm, who: Who) -> read.Filters:
    """Give the filter of a view and its form; an answer that cannot be used narrows nothing, and its error is shown."""
    form.is_valid()
    asked: dict[str, Any] = form.cleaned_data
    owners = mine_of(who) if view == "mine" else ()
    if chosen := asked.get("owner_ids"):
        owners = tuple(each for each in chosen if not owners or each in owners) or (0,)
    return read.Filters(
        state="" if view == "ended" else "open",
        due=view if view in ("overdue", "7") else "",
        owner_ids=owners,
        team_ids=teams_of(who) if view == "team" else None,
        prison=asked.get("prison") or "",
        kind=asked.get("kind") or "",
        origin=asked.get("origin") or "",
        released_within=desk.release_limit(today=who.today) if view == "release" else None,
    )


def found(kind: str, view: str, form: ListForm, who: Who) -> "QuerySet[Any]":
    """Give the rows of one list, narrowed and in order."""
    filters = wanted(view, form, who)
    rows: QuerySet[Any] = LISTS[kind](filters, today=who.today)
    if view == "ended":
        rows = rows.filter(ended_at__isnull=False)  # whatever is not open, by a check: so said, the index by that moment answers alone
        # Narrowed by who had it, the list would tell whose answer somebody reads again.
        unseen = blind_of(who).questions if kind == "question" and filters.owner_ids else ()
        return rows.exclude(pk__in=unseen) if unseen else rows
    return desk.gravest_first(rows, today=who.today) if kind == "departure" else rows


def form_of(request: HttpRequest, kind: str, who: Who) -> ListForm:
    """Give the form of the filters, with what can be chosen."""
    owners = access.holders_of(roles=GRANTS[Permission.CONSIDER], today=who.today)
    return ListForm(request.GET, owners=owners, kind=kind)


def _listed(kind: str) -> Callable[[HttpRequest], HttpResponse]:
    shape = SHAPES[kind]

    def listed(request: HttpRequest) -> HttpResponse:
        who, here = who_is(request), Address.of(request)
        view, form = view_of(here), form_of(request, kind, who)
        rows, place = found(kind, view, form, who), Slice.of(here)
        filters = wanted(view, form, who)
        # A figure of a prison's page opens the list of that prison, and both say the same number.
        by, whole = read.counted(filters, kind=kind, today=who.today), bool(filters.prison)
        # Departures stand in the order of their gravity, which no task knows.
        first = read.numbered(by) if by is not None and kind != "departure" else None
        part = cache(lambda: place.piece(rows, by=by, first=first, whole=whole))
        context = {
            "heading": shape.heading,
            "lead": shape.lead,
            "kinds": kinds_of(kind, here),
            "view": _words(shape)[view],
            "tabs": Later(lambda: _tabs(shape, view, who, here)),
            "filters": Filters(form, here.only("view").href, _chips(form, here), here.only("view").params, open=bool(form.errors)),
            "table": Later(lambda: _shown(shape, part().rows, view, who, here)),
            "pages": Later(lambda: place.pages(here, shown=len(part().rows), total=part().total, noun=shape.heading.lower())),
        }
        compare = Compared(lambda each: found(kind, view, form, each), compared(kind))
        listing = of_query(kind, rows, lambda some: table_of(shape, some, who), compared=compare)
        return show_list(request, "considering/list.html", context, listing)

    listed.__doc__ = f"List {shape.heading.lower()}: all, one's own, late, soon due or ended."
    return also_in_the_past(listed)


def kinds_of(current: str, here: Address) -> Tabs:
    """Give the way between the four lists, with how many are open in each at the moment shown, and to the old system's cases."""
    counts = desk.open_by_kind()
    lists = {kind: here.elsewhere(reverse(KINDS[kind].listed)).href for kind in SHAPES}
    ways = [Choice(SHAPES[kind].heading, lists[kind], counts[kind], kind == current) for kind in SHAPES]
    return Tabs([*ways, Choice("Old system", here.elsewhere(reverse("old-cases")).href, current=not current)], "What is looked at")


def _tabs(shape: Shape, view: str, who: Who, here: Address) -> Tabs:
    counts = desk.view_counts(shape.kind, staff_ids=mine_of(who), team_ids=teams_of(who), today=who.today, near=shape.near)
    bare = here.only()
    return Tabs(
        [
            Choice(text, bare.with_param("view", name).href if name else bare.href, counts.get(VIEWS[name]), name == view)
            for name, text in _words(shape).items()
            if name != "release" or shape.near
        ]
    )


def _words(shape: Shape) -> dict[str, str]:
    return TAB_WORDS | {"ended": shape.ended}


def _chips(form: ListForm, here: Address) -> list[Chip]:
    chips = []
    for name, field in form.fields.items():
        if value := form.cleaned_data.get(name):
            text = dict(getattr(field, "choices", [])).get(value, value)
            chips.append(Chip(str(field.label), str(text), here.without(name).href))
    return chips


def table_of(shape: Shape, rows: Sequence[Subject], who: Who, *, ticked: bool = False, keyed: bool = False) -> Table:
    """Show rows, in one query: of the people in them, those whose case is restricted and not for this reader."""
    closed = cases.closed_persons(persons_of(rows), who.standing)
    unseen = blind_of(who) if any(may_tell(row) for row in rows) else Blind()
    made = [_row(shape, row, who, bool(persons_of([row]) & closed), unseen, ticked=ticked, keyed=keyed) for row in rows]
    columns = [PERSON, *shape.columns, Column.due("Due"), Column("Owner"), Column("Status", narrow=True)]
    return Table(shape.heading, columns, made, "considered", caption_hidden=True, empty="There is nothing in this list.")


def _row(shape: Shape, row: Subject, who: Who, closed: bool, unseen: Blind, *, ticked: bool, keyed: bool) -> Row:
    middle = [NOT_SHOWN] * len(shape.columns) if closed else _middle(shape, row, who, unseen)
    if row.state == "open" and row.task is not None:
        due: Cell = When.due(row.task.due, today=who.today)
        owner = row.task.owner.name
    else:
        due, owner = row.ended_at and timezone.localdate(row.ended_at), row.ended_by.name if row.ended_by else ""
        owner = "Not shown" if isinstance(row, Question) and unseen.hides(row) else owner
    cells = [person_cell(row, shown=not closed), *middle, due, owner, state_tag(row, who)]
    return Row(cells, key=str(row.pk) if keyed and not closed else "", label=title_of(row), selected=ticked and not closed)


def _middle(shape: Shape, row: Subject, who: Who, unseen: Blind) -> list[Cell]:
    """Give what only rows of this kind show, without what the reader is not told while they read again."""
    if isinstance(row, Question) and unseen.hides(row):
        return [Stack(QUESTIONS.get(row.kind, row.kind), (BEING_READ,)), _why(reasons_of(row)), _release(row, who)]
    cells = shape.cells(row, who)
    return [cells[0], _why(reasons_shown(row, unseen)), *cells[2:]] if isinstance(row, Question | Referral) else cells


def _shown(shape: Shape, shown: Sequence[Subject], view: str, who: Who, here: Address) -> Table | Bulk:
    many = shape.button is not None and view != "ended" and bool(shown) and who.may(Permission.CONSIDER)
    return _bulk(shape, shown, who, here) if many else table_of(shape, shown, who)


def _bulk(shape: Shape, shown: Sequence[Subject], who: Who, here: Address) -> Bulk:
    assert shape.button is not None
    return Bulk(
        table_of(shape, shown, who, ticked=here.get("selected") == "page", keyed=True),
        action=reverse(shape.action),
        buttons=[shape.button],
        noun=shape.heading.lower(),
        select_page_href=here.with_param("selected", "page").href,
    )


referrals, questions, departures, looks = (_listed(kind) for kind in SHAPES)
