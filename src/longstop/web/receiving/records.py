"""Records received: the list, one record, setting it aside and taking it up again."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any, Literal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date

from longstop.access.rules import Permission
from longstop.audit.actions import record_reading
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.kernel.dates import in_words
from longstop.web.considering import of_person
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import NOT_SHOWN, Compared
from longstop.web.exporting.listing import BATCH, Later, Listing, show_list
from longstop.web.exporting.moments import also_in_the_past, moment_of
from longstop.web.finding.safeguards import door_of, said_so
from longstop.web.parts import (
    Address,
    Bulk,
    Button,
    Cell,
    Chip,
    Choice,
    Column,
    Filters,
    Link,
    Pages,
    Row,
    Slot,
    Stack,
    Table,
    Tabs,
    Tag,
    When,
)
from longstop.web.parts.address import whole_number
from longstop.web.prisons.scope import own_first, sees_prison, words_without_prison
from longstop.web.receiving.changed import PERSON, RECORD_STATES, RECORDS, RESTRICTED, hidden, record_cell
from longstop.web.receiving.forms import FindForm, ReasonForm, RecordFilterForm
from longstop.web.receiving.sheet import sheet_of

Colour = Literal["blue", "green", "grey"]
COLOURS: dict[str, Colour] = {"waiting": "blue", "opened": "green", "set_aside": "grey"}
HIDDEN_ROW = Row([RESTRICTED, NOT_SHOWN, NOT_SHOWN, NOT_SHOWN, NOT_SHOWN])
CHOSEN = ("prison", "custody", "within", "undated", "problems", "altered")


@also_in_the_past
def listed(request: HttpRequest) -> HttpResponse:
    """List records by release date. Cases are opened from those that are ticked."""
    who, here = who_is(request), Address.of(request)
    if moment_of(request) and who.standing.confined_to is not None:  # whose record it was then is not whose it is now
        messages.error(request, "Records as they were known before are only shown to those who see the records of every prison.")
        return redirect(here.without("as_at").without("changed").href)
    # What became of a record is casework, which another agency is not shown: to its liaison all are alike.
    inside = who.may(Permission.SEE_REFERRALS)
    state = (here.get("state") if here.get("state") in RECORD_STATES else "waiting") if inside else ""
    form = RecordFilterForm(request.GET, prisons=own_first(arrived.prisons(), who))
    if not inside:
        del form.fields["altered"]
    filters = _filters(form, state, who)
    page = cache(lambda: arrived.arrivals(filters=filters, after=_place(here, "after"), before=_place(here, "before")))
    total = cache(lambda: page().total if page().rows else arrived.arrival_count(filters=filters))
    context = {
        "heading": "Records received",
        "lead": "What the prison service says, as it arrived. The list is in order of release date.",
        "warning": words_without_prison(who),
        "view": RECORD_STATES[state] if inside else "",
        "tabs": Later(lambda: _tabs(here, state, total())) if inside else None,
        "filters": Filters(form, here.only("state").href, _chips(form, here), here.only("state").params, open=bool(form.errors)),
        "table": Later(lambda: _ticked(_table(page().rows, here, who), here, who, state)),
        "pages": Later(lambda: _pages(here, page(), total())),
        "may_see_files": who.may(Permission.SEE_FILES),
        "find": FindForm(),
    }

    def tables() -> Iterator[Table]:
        part = arrived.arrivals(filters=filters, limit=BATCH, counted=False)
        yield _table(part.rows, here, who)
        while part.after:
            part = arrived.arrivals(filters=filters, after=part.after, limit=BATCH, counted=False)
            yield _table(part.rows, here, who)

    compare = Compared(lambda each: arrived.found_arrivals(_filters(form, state, each)), RECORDS)
    listing = Listing(about="arrival", total=lambda: arrived.arrival_count(filters=filters), tables=tables, compared=compare)
    return show_list(request, "receiving/records.html", context, listing, dated=who.standing.confined_to is None)


def _ticked(table: Table, here: Address, who: Who, state: str) -> Table | Bulk:
    """Let cases be opened from the rows of a list, by whoever may."""
    if not who.may(Permission.OPEN_CASES) or state == "opened" or not table.rows:
        return table
    ticks = here.with_param("selected", "page").href
    buttons = [Button("Open cases", name="do", value="open")]
    return Bulk(table, action=reverse("open-cases"), buttons=buttons, noun="records", select_page_href=ticks)


def find(request: HttpRequest) -> HttpResponse:
    """Lead to the record with a prison number, in whatever state it is."""
    who, form = who_is(request), FindForm(request.POST)
    number = form.cleaned_data["prison_number"] if form.is_valid() else ""
    if not number:
        messages.error(request, "Enter a prison number.")
        return redirect("records")
    rows = arrived.arrivals(filters=arrived.Filters(state="", prison_number=number, among=who.standing.confined_to)).rows
    record_reading(what="searched", by=who.id, at=who.at, subject_kind="arrival", rows=len(rows), details={"text": number})
    if not rows:
        messages.error(request, "No record has this prison number. Check it and try again.")
        return redirect("records")
    return redirect("record", rows[0].id)


def _tabs(here: Address, state: str, total: int) -> Tabs:
    views = here.only()
    return Tabs(
        [
            Choice(text, views.with_param("state", key).href, total if key == state else None, key == state)
            for key, text in RECORD_STATES.items()
        ]
    )


def _filters(form: RecordFilterForm, state: str, who: Who) -> arrived.Filters:
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    within = asked.get("within")
    return arrived.Filters(
        state=state,
        prison=asked.get("prison") or "",
        custody=asked.get("custody") or "",
        released_from=who.today if within else None,
        released_by=who.today + timedelta(days=int(within)) if within else None,
        without_release_date=bool(asked.get("undated")),
        with_problems=bool(asked.get("problems")),
        changed_since_opened=bool(asked.get("altered")),
        among=who.standing.confined_to,
    )


def _chips(form: RecordFilterForm, here: Address) -> list[Chip]:
    chips = []
    for name in CHOSEN:
        value = here.get(name)
        if not value or name not in form.fields:
            continue
        field = form.fields[name]
        words = dict(getattr(field, "choices", [])).get(value, "Yes" if name in ("undated", "problems", "altered") else value)
        chips.append(Chip(str(field.label), str(words), here.without(name, value).href))
    return chips


def _place(here: Address, name: str) -> tuple[str, int] | None:
    """Read where in the list a page ended ("after") or began ("before"): the day and number of a record."""
    marks = _marks(here, name)
    return marks[:2] if marks else None


def _marks(here: Address, name: str) -> tuple[str, int, int] | None:
    """Read a place: the day, which may be none, the number of the record, and how many records stand ahead of the page."""
    parts = here.get(name).split("_")
    if len(parts) != 3:
        return None
    day, number, ahead = parts[0], whole_number(parts[1]), whole_number(parts[2])
    if number is None or ahead is None or not (day == "" or _is_day(day)):
        return None
    return day, number, ahead


def _is_day(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


def _pages(here: Address, page: arrived.Page, total: int) -> Pages:
    marks = _marks(here, "before") or _marks(here, "after")
    ahead = marks[2] if marks and page.rows else 0
    last = ahead + len(page.rows)
    onward = here.with_param("after", _written(page.after, last)).href if page.after else ""
    back = ""
    if ahead and page.before:
        start = ahead - arrived.PAGE
        back = here.with_param("before", _written(page.before, start)).href if start > 0 else here.without("after").without("before").href
    return Pages(ahead + 1 if page.rows else 0, last, total, "records", back, onward)


def _written(place: tuple[str, int], ahead: int) -> str:
    return f"{place[0]}_{place[1]}_{ahead}"


def _table(rows: list[arrived.ArrivalRow], here: Address, who: Who) -> Table:
    columns = [
        PERSON,
        Column("Prison", slots=(Slot("Prison"), Slot("Reception"))),
        Column("Where"),
        Column.due("Release date"),
        Column("Problems", numeric=True),
    ]
    selected = here.get("selected") == "page"
    closed = hidden(rows, who)
    shown = [HIDDEN_ROW if row.person_id in closed else _row(row, who, selected=selected) for row in rows]
    return Table("Records received", columns, shown, "records", address=here, caption_hidden=True, empty="No record is here.")


def _row(row: arrived.ArrivalRow, who: Who, *, selected: bool) -> Row:
    cells: list[Cell] = [
        record_cell(row),
        Stack(row.prison_name or row.prison or "Not recorded", (f"Received {in_words(row.reception_date)}",) if row.reception_date else ()),
        CUSTODY_WORDS[Custody(row.custody)],
        When.event(row.release_date, today=who.today),
        row.problems,
    ]
    return Row(cells, key=str(row.id), label=f"{row.name}, {row.prison_number}", selected=selected)


def shown(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Show one record: what is said, by whom, since when, and what is wrong with it."""
    who, view = who_is(request), found_record(arrival_id)
    if refused := closed_record(request, view, who):
        return refused
    protects = said_so(view.content, source="the prison", observed_at=view.observed_at)
    door = door_of(number=view.person_id, arrival_id=arrival_id, who=who) if protects and view.person_id else ""
    record_reading(what="viewed", by=who.id, at=who.at, subject_kind="arrival", subject_id=arrival_id)
    context = {
        "record": view,
        "state": Tag(RECORD_STATES[view.state], COLOURS[view.state]) if who.may(Permission.SEE_REFERRALS) else None,
        "back": Link("Records received", reverse("records")),
        "protection": protects,
        "protection_url": door,
        "sheet": sheet_of(view, today=who.today, protection_url=door),
        "may_open": who.may(Permission.OPEN_CASES),
    } | of_person.became(view, who)
    return render(request, "receiving/record.html", context)


def closed_record(request: HttpRequest, view: arrived.ArrivalView, who: Who) -> HttpResponse | None:
    """Give the closed door where the record's case is not for this reader; None where they may look. Raises Http404 of other prisons."""
    if not sees_prison(view.prison, who):
        raise Http404
    return _closed(request, inside=who.may(Permission.SEE_REFERRALS)) if hidden([view], who) else None


def _closed(request: HttpRequest, *, inside: bool = True) -> HttpResponse:
    words = ["A case was opened from this record, and the case is restricted.", "Whoever answers for the case can tell you what you need."]
    words = words if inside else ["It is not shown here. The command’s prison team can tell you what you need."]
    return render(request, "base/problem.html", {"heading": "This record is restricted", "paragraphs": words}, status=403)


def found_record(arrival_id: int) -> arrived.ArrivalView:
    """Give a record. Raises Http404."""
    try:
        return arrived.arrival(arrival_id)
    except arrived.NoSuchRecord as error:
        raise Http404 from error


def set_aside(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Say that a record needs no case now."""
    who, view = who_is(request), found_record(arrival_id)
    if hidden([view], who):
        return _closed(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            intake.set_aside(arrival_id=arrival_id, reason=form.cleaned_data["reason"], by=who.id, at=who.at)
        except intake.NotWaiting:
            messages.error(request, "Somebody else has dealt with this record in the meantime.")
        else:
            messages.success(request, "The record is set aside. It waits again when what it says changes.")
        return redirect("record", arrival_id)
    return _ask(request, form, f"Set aside the record of {view.name}", "Set aside", arrival_id)


def take_up(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Let a record that was set aside wait again."""
    who, view = who_is(request), found_record(arrival_id)
    if hidden([view], who):
        return _closed(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            intake.take_up(arrival_id=arrival_id, reason=form.cleaned_data["reason"], by=who.id, at=who.at)
        except intake.NotWaiting:
            messages.error(request, "Somebody else has dealt with this record in the meantime.")
        else:
            messages.success(request, "The record waits again.")
        return redirect("record", arrival_id)
    return _ask(request, form, f"Look again at the record of {view.name}", "Let it wait again", arrival_id)


def _ask(request: HttpRequest, form: ReasonForm, heading: str, button: str, arrival_id: int) -> HttpResponse:
    back = Link("Cancel", reverse("record", args=[arrival_id]))
    return render(request, "base/form.html", {"title": button, "heading": heading, "form": form, "button": Button(button), "cancel": back})
