"""Cases of the old casework system: those that could not be taken over, and what became of the others. On a list, and on their person."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from longstop.access.rules import Permission
from longstop.cases import queries as cases
from longstop.referral.models import LegacyCase, LegacyResult
from longstop.referral.queries import legacy
from longstop.web.casework.lists import ListFilter, Slice, filters
from longstop.web.considering.lists import kinds_of
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import NOT_SHOWN, Compared, Kind, Told
from longstop.web.exporting.listing import Later, of_query, show_list
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.leading.words import day
from longstop.web.parts import Address, Badge, Cell, Choice, Column, Link, Row, Slot, Stack, Table, Tabs

VIEWS = {
    "": (LegacyResult.NOT_TAKEN, "Not taken over"),
    "asked": (LegacyResult.ASKED, "Somebody was asked"),
    "kept": (LegacyResult.KEPT, "Ended there, kept as records"),
    "opened": (LegacyResult.OPENED, "Taken over"),
}
PERSON = Column("Person", slots=(Slot("Person"), Slot("Old reference")))
COLUMNS = [
    PERSON,
    Column("Begun there", narrow=True),
    Column("Ended there", narrow=True),
    Column("What became of it", slots=(Slot("What became of it"), Slot("Why"))),
    Column("Dealt with", slots=(Slot("Dealt with", "date"), Slot("By"))),
    Column("Who says so", slots=(Slot("Who says so"), Slot("Since"))),
]


class OldCaseFilter(ListFilter):
    """What the list is narrowed to: why a case could not be taken over."""

    reason = forms.ChoiceField(label="Why", required=False)

    def __init__(self, *args: Any, reasons: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Any reason"), *((each, each) for each in reasons)]


@also_in_the_past
def listed(request: HttpRequest) -> HttpResponse:
    """List the old system's cases that could not be taken over, with the reason; beside them those of which something became."""
    who, here = who_is(request), Address.of(request)
    view = here.get("view") if here.get("view") in VIEWS else ""
    form = OldCaseFilter(request.GET, reasons=legacy.reasons() if not view else [])

    def found(each: Who) -> QuerySet[LegacyCase]:
        return legacy.legacy_cases(result=VIEWS[view][0], reason=form.chosen().get("reason", ""))

    place, rows = Slice.of(here), found(who)
    part = cache(lambda: place.piece(rows))
    context = {
        "heading": "Cases of the old system",
        "lead": "What could not be taken over is tried again when the old system next says something of it. Until then nobody owns it.",
        "kinds": kinds_of("", here),
        "view": VIEWS[view][1],
        "tabs": Later(lambda: _tabs(view, here)),
        "filters": None if view else filters(form, here, keep=("view",)),
        "table": Later(lambda: _table(part().rows, who)),
        "pages": Later(lambda: place.pages(here, shown=len(part().rows), total=part().total, noun="cases")),
    }
    listing = of_query("legacy_case", rows, lambda some: _table(some, who), compared=Compared(found, KIND))
    return show_list(request, "considering/list.html", context, listing)


def _tabs(view: str, here: Address) -> Tabs:
    counts, bare = legacy.counts(), here.only()
    return Tabs(
        [
            Choice(words, bare.with_param("view", name).href if name else bare.href, counts.get(result.value, 0), name == view)
            for name, (result, words) in VIEWS.items()
        ]
    )


def _table(rows: Sequence[LegacyCase], who: Who) -> Table:
    """Show cases, in two queries: what the old system said of them, and whose case here is restricted and not for this reader."""
    said = legacy.said(rows)
    closed = cases.closed_persons((row.person_id for row in rows), who.standing)
    made = [Row([_closed_cell(row), *[NOT_SHOWN] * 5]) if row.person_id in closed else _row(row, said[row.pk], who) for row in rows]
    return Table("Cases of the old system", COLUMNS, made, "old-cases", caption_hidden=True, empty="There is nothing in this list.")


def _row(row: LegacyCase, said: Mapping[str, Any], who: Who) -> Row:
    return Row([_person(row, said, who), *_told(row, said, who)])


def _told(row: LegacyCase, said: Mapping[str, Any], who: Who) -> list[Cell]:
    dealt = Stack(timezone.localdate(row.dealt_at), (row.dealt_by.name,))
    since = Stack("The old system", (f"Since {day(timezone.localdate(row.row.first_receipt.received_at))}",))
    return [_date(said.get("opened_on")), _date(said.get("closed_on")), _became(row, who), dealt, since]


def _person(row: LegacyCase, said: Mapping[str, Any], who: Who) -> Cell:
    name = str((row.person.particulars.content or {}).get("name") or "Name not recorded")
    shown: Cell = Link(name, reverse("person", args=[row.person_id])) if who.may(Permission.SEE_CASES) else name
    marks: tuple[Cell, ...] = (Badge("Protection required", "purple"),) if row.person.safeguarding_required else ()
    return Stack(shown, (_reference(said), *marks))


def _reference(said: Mapping[str, Any]) -> str:
    return str(said.get("case_reference") or "Disposed of")


def _closed_cell(row: LegacyCase) -> Cell:
    return Stack(f"Old case {row.pk}", (Badge("Restricted", "black"),))


def _became(row: LegacyCase, who: Who) -> Cell:
    words = str(LegacyResult(row.result).label)
    if row.case is not None:
        reference = row.case.reference
        return Stack(words, (Link(reference, reverse("case", args=[row.case_id])) if who.may(Permission.SEE_CASES) else reference,))
    if row.question_id is not None:
        return Stack(words, (Link(f"Question {row.question_id}", reverse("question", args=[row.question_id])),))
    return Stack(words, (row.reason,)) if row.reason else words


def _date(value: object) -> Cell:
    """The day that the old system gave, as a date where it is one."""
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return str(value)


def of_person(person_id: int, who: Who) -> Table | None:
    """Give what the old system said of a person's cases, who says so and since when, in one query; None where it said nothing."""
    rows = legacy.legacy_cases_of(person_id) if who.may(Permission.SEE_REFERRALS) else []
    if not rows:
        return None
    said = legacy.said(rows)
    made = [Row([_reference(said[row.pk]), *_told(row, said[row.pk], who)]) for row in rows]
    return Table("Cases of the old system", [Column("Old reference"), *COLUMNS[1:]], made, "old-cases")


def _load(numbers: Sequence[int], now: Who) -> Mapping[int, LegacyCase]:
    return {row.pk: row for row in legacy.legacy_cases().filter(pk__in=numbers)}


def _closed(found: Mapping[int, LegacyCase], now: Who) -> Collection[int]:
    persons = cases.closed_persons((row.person_id for row in found.values()), now.standing)
    return {pk for pk, row in found.items() if row.person_id in persons}


def _cells(found: Mapping[int, LegacyCase], now: Who) -> dict[int, list[Cell]]:
    closed, said = _closed(found, now), legacy.said(list(found.values()))
    return {pk: [_closed_cell(row) if pk in closed else _person(row, said[pk], now)] for pk, row in found.items()}


def _gone(row: LegacyCase) -> str:
    return str(LegacyResult(row.result).label)


KIND = Kind(
    columns=(PERSON,),
    fields={"result": Told("What became of it", lambda value: str(LegacyResult(value).label)), "reason": Told("Why")},
    noun="cases",
    load=_load,
    cells=_cells,
    gone=_gone,
    closed=_closed,
)
