"""Codes that no mapping knows: what a data steward says that each means."""

from collections.abc import Iterator, Sequence

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access.rules import Permission
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import Compared
from longstop.web.exporting.listing import Listing, show_list
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.fields import Radios
from longstop.web.parts import Address, Button, Cell, Choice, Column, Fact, Link, Pages, Row, Slot, Stack, SummaryList, Table, Tabs
from longstop.web.receiving.changed import CODE, CODES
from longstop.web.receiving.forms import ReasonForm
from longstop.web.receiving.ways import ways

STATES = {"open": "Waiting", "mapped": "Mapped", "accepted": "Right as it is", "closed": "Closed with a reason"}
COLUMNS = [
    CODE,
    Column("Of what", slots=(Slot("Of what"), Slot("Source"))),
    Column("Rows", numeric=True),
    Column("First seen"),
    Column("Last seen"),
    Column("Decided", slots=(Slot("Decided by"), Slot("Reason"))),
]
PAGE = 50


class CodeForm(ReasonForm):
    """What a code means: another, itself, or nothing that can be used. None is chosen beforehand."""

    decision = forms.ChoiceField(
        label="What is this code?",
        choices=[("map", "It means another, which is known"), ("accept", "It is right as it is"), ("close", "It cannot be used")],
        widget=Radios,
        error_messages={"required": "Choose what this code is"},
    )
    means = forms.CharField(label="The code that it means", help_text="Only where it means another.", max_length=100, required=False)
    field_order = ("decision", "means", "reason")

    def clean(self) -> None:
        """Ask for the meaning where it is mapped."""
        if self.cleaned_data.get("decision") == "map" and not self.cleaned_data.get("means"):
            self.add_error("means", "Enter the code that it means")


@also_in_the_past
def codes(request: HttpRequest) -> HttpResponse:
    """List codes that nobody knows, and what was decided about others."""
    who, here = who_is(request), Address.of(request)
    state = here.get("state") if here.get("state") in STATES else "open"
    found, total = arrived.codes(state=state, after=here.number("after") or 0, limit=PAGE), arrived.code_count(state=state)
    more = here.with_param("after", str(found[-1].id)).href if len(found) == PAGE else ""
    context = {
        "heading": "Unknown codes",
        "lead": "Codes that came in a file and that nobody has said the meaning of. Each waits for a data steward.",
        "ways": ways("codes", here),
        "tabs": Tabs([_tab(here, key, text, state, total) for key, text in STATES.items()]),
        "table": _table(found, who),
        "pages": Pages(1 if found else 0, len(found), total, "codes", "", more),
    }

    def tables() -> Iterator[Table]:
        part = arrived.codes(state=state, limit=PAGE)
        yield _table(part, who)
        while len(part) == PAGE:
            part = arrived.codes(state=state, after=part[-1].id, limit=PAGE)
            yield _table(part, who)

    compare = Compared(lambda each: arrived.found_codes(state=state), CODES)
    listing = Listing(about="code", total=lambda: arrived.code_count(state=state), tables=tables, compared=compare)
    return show_list(request, "receiving/files.html", context, listing)


def _tab(here: Address, key: str, text: str, state: str, total: int) -> Choice:
    return Choice(text, here.only().with_param("state", key).href, total if key == state else None, key == state)


def _table(found: Sequence[arrived.CodeRow], who: Who) -> Table:
    rows = [_row(each, may=who.may(Permission.MEND_RECORDS)) for each in found]
    return Table("Unknown codes", COLUMNS, rows, "codes", caption_hidden=True, empty="No code is here.")


def _row(each: arrived.CodeRow, *, may: bool) -> Row:
    name: Cell = Link(each.code or "Disposed of", reverse("code", args=[each.id])) if may else each.code
    means = (f"Means {each.means}",) if each.means else ()
    decided: Cell = Stack(each.decided_by, (each.reason,)) if each.decided_by else "Nobody yet"
    kind = Stack(each.kind_in_words, (each.source,))
    return Row([Stack(name, means), kind, each.rows, each.first_seen_at, each.last_seen_at, decided])


def decide(request: HttpRequest, code_id: int) -> HttpResponse:
    """Say what a code means, or ask about it again."""
    who, row = who_is(request), arrived.code(code_id)
    if row is None:
        raise Http404
    is_open = row.state == "open"
    form: CodeForm | ReasonForm = CodeForm(request.POST or None) if is_open else ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _act(row, form, who)
        except intake.CodeIsDecided:
            messages.error(request, "Somebody else has decided about this code in the meantime.")
        else:
            messages.success(request, "Decided. Records are read so when a file brings them next." if is_open else "The code waits again.")
        return redirect("codes")
    context = {
        "heading": f"The code {row.code}" if is_open else f"Ask about the code {row.code} again",
        "summary": SummaryList(_facts(row)),
        "form": form,
        "button": Button("Decide" if is_open else "Ask again"),
        "cancel": Link("Cancel", reverse("codes")),
    }
    return render(request, "base/confirm.html", context)


def _act(row: arrived.CodeRow, form: CodeForm | ReasonForm, who: Who) -> None:
    given, reason = form.cleaned_data, form.cleaned_data["reason"]
    if row.state != "open":
        intake.reopen_code(code_id=row.id, reason=reason, by=who.id, at=who.at, today=who.today)
    elif given["decision"] == "map":
        intake.map_code(code_id=row.id, means=given["means"], reason=reason, by=who.id, at=who.at, today=who.today)
    elif given["decision"] == "accept":
        intake.accept_code(code_id=row.id, reason=reason, by=who.id, at=who.at)
    else:
        intake.close_code(code_id=row.id, reason=reason, by=who.id, at=who.at)


def _facts(row: arrived.CodeRow) -> list[Fact]:
    facts = [
        Fact("Of what", row.kind_in_words),
        Fact("Source", row.source),
        Fact("Rows of the last file that held it", row.rows),
        Fact("First seen", row.first_seen_at),
        Fact("Last seen", row.last_seen_at),
    ]
    if row.decided_by:
        facts.append(Fact("Decided", STATES[row.state], source=f"{row.decided_by}: {row.reason}"))
    return [*facts, Fact("Means", row.means)] if row.means else facts
