"""Files that came in: receipts with counts that add up, and rows that could not be used."""

from collections.abc import Collection, Iterator, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access.rules import Permission
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.intake.models import Receipt, ReceiptState
from longstop.kernel.policy import load
from longstop.referral.models import Consideration
from longstop.referral.queries import desk, legacy
from longstop.web.doors import who_is
from longstop.web.exporting.changes import Compared
from longstop.web.exporting.listing import Later, Listing, show_list
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.finding.safeguards import openly
from longstop.web.parts import Address, Button, Cell, Choice, Column, Link, Pages, Row, Slot, Stack, Table, Tabs, Tag
from longstop.web.parts.words import Colour
from longstop.web.receiving.changed import FILE, FILES, REFUSALS, REFUSED_ROW, refused_cell
from longstop.web.receiving.forms import ReasonForm
from longstop.web.receiving.held import held_table, late_words
from longstop.web.receiving.ways import ways

STATES = {"open": "Open", "mended": "Mended by a later file", "closed": "Closed with a reason"}
NONE = "No row is here."
CASEWORK = "casework-"  # how the sources of an old system's tables begin
COLOURS: dict[str, Colour] = {
    "begun": "orange",
    "held": "red",
    "released": "yellow",
    "rejected": "grey",
    "finished": "green",
    "abandoned": "grey",
}
REFUSED = [
    REFUSED_ROW,
    Column("Field"),
    Column("Value supplied"),
    Column("What is wrong"),
    Column("Remedy, or why it was closed"),
]


@also_in_the_past
def receipts(request: HttpRequest) -> HttpResponse:
    """List the files that came in, newest first."""
    who, here = who_is(request), Address.of(request)
    considered = load("remit").at("sources", who.today).texts("considered")
    found = arrived.receipts(before=here.number("after"))
    more = here.with_param("after", str(found[-1].pk)).href if len(found) == arrived.PAGE else ""
    context = {
        "heading": "Files received",
        "lead": "Received rows are always new, changed, unchanged or refused, and each considered record is referred, asked about, in hand,"
        " decided or out of remit: the counts add up.",
        "ways": ways("receipts", here),
        "late": late_words(who),
        "held": held_table(who),
        "table": Later(lambda: _receipts(found, considered)),
        "pages": Pages(1 if found else 0, len(found), None, "files", "", more),
    }

    def tables() -> Iterator[Table]:
        part = arrived.receipts()
        yield _receipts(part, considered)
        while len(part) == arrived.PAGE:
            part = arrived.receipts(before=part[-1].pk)
            yield _receipts(part, considered)

    compare = Compared(lambda each: arrived.found_receipts(), FILES)
    listing = Listing(about="receipt", total=lambda: arrived.found_receipts().count(), tables=tables, compared=compare)
    return show_list(request, "receiving/files.html", context, listing)


def _receipts(found: Sequence[Receipt], considered: Sequence[str]) -> Table:
    columns = [
        FILE,
        Column("Received", slots=(Slot("Received", "date"), Slot("Received by"))),
        Column("Received rows", numeric=True),
        Column("New", numeric=True),
        Column("Changed", numeric=True),
        Column("Unchanged", numeric=True),
        Column("Refused", numeric=True),
        Column("What became of them"),
        Column("State", narrow=True),
    ]
    became = desk.considered(each.pk for each in found)
    taken = legacy.heeded(each.pk for each in found if each.source.startswith(CASEWORK))
    rows = [
        Row(
            [
                Stack(each.file_name, (each.source,)),
                Stack(each.received_at, (each.received_by.name,)),
                each.received,
                each.new,
                each.changed,
                each.unchanged,
                each.refused,
                _became(became.get(each.pk), each, considered, taken),
                Tag(ReceiptState(each.state).label, COLOURS[each.state]),
            ]
        )
        for each in found
    ]
    return Table("Files received", columns, rows, "receipts", caption_hidden=True, empty="No file has come in yet.")


def _became(done: Consideration | None, receipt: Receipt, considered: Sequence[str], taken: Collection[int]) -> Cell:
    """Say what became of a receipt's records, and beside it who has gone from the list and who is back.

    Only the lists that policy names are considered: what an old system said is taken over, and in a list of staff there is nobody to.
    """
    if done is None:
        if receipt.state != ReceiptState.FINISHED:
            return "Nothing yet"
        if receipt.source.startswith(CASEWORK):
            return "Taken over" if receipt.pk in taken else "Not taken over yet"
        return "Not considered" if receipt.source in considered else "Nobody to consider"
    parts = [(done.referred, "referred"), (done.questioned, "asked about"), (done.in_hand, "in hand")]
    parts += [(done.decided, "decided before"), (done.out_of_remit, "out of remit")]
    beside = [(done.departed, "gone from the list"), (done.returned, "back on it")]
    going_on = "" if done.finished_at else ", still going on"
    lines = [", ".join(f"{number:,} {words}" for number, words in parts)]
    lines += [", ".join(f"{number:,} {words}" for number, words in beside)] if any(number for number, _ in beside) else []
    return Stack(f"{done.considered:,} considered{going_on}", tuple(lines))


@also_in_the_past
def refusals(request: HttpRequest) -> HttpResponse:
    """List rows that could not be used, with what would mend them."""
    who, here = who_is(request), Address.of(request)
    state = here.get("state") if here.get("state") in STATES else "open"
    found = arrived.refusals(state=state, after=here.number("after") or 0)
    may_close = who.may(Permission.MEND_RECORDS) and state == "open"
    total = arrived.refusal_count(state=state)
    more = here.with_param("after", str(found[-1].id)).href if len(found) == arrived.PAGE else ""
    context = {
        "heading": "Refused rows",
        "lead": "A refused row stays here until a later file mends it, or a data steward closes it with a reason.",
        "ways": ways("refusals", here),
        "tabs": Tabs([_tab(here, key, text, state, total) for key, text in STATES.items()]),
        "table": refused_table(found, may_close=may_close),
        "pages": Pages(1 if found else 0, len(found), total, "rows", "", more),
    }

    def tables() -> Iterator[Table]:
        last, found = 0, arrived.refusals(state=state)
        yield refused_table(found, may_close=False)
        while len(found) == arrived.PAGE and found[-1].id > last:
            last, found = found[-1].id, arrived.refusals(state=state, after=found[-1].id)
            yield refused_table(found, may_close=False)

    compare = Compared(lambda each: arrived.found_refusals(state=state), REFUSALS)
    listing = Listing(about="refusal", total=lambda: arrived.refusal_count(state=state), tables=tables, compared=compare)
    return show_list(request, "receiving/files.html", context, listing)


def refused_table(found: Sequence[arrived.RefusalRow], *, may_close: bool) -> Table:
    """Show refused rows, with what would mend each."""
    rows = [_refused(each, may_close) for each in found]
    return Table("Refused rows", REFUSED, rows, "refusals", caption_hidden=True, empty=NONE)


def _tab(here: Address, key: str, text: str, state: str, total: int) -> Choice:
    return Choice(text, here.only().with_param("state", key).href, total if key == state else None, key == state)


def _refused(each: arrived.RefusalRow, may_close: bool) -> Row:
    close_it = (Link("Close", reverse("close-refusal", args=[each.id]), f"line {each.line}"),) if may_close else ()
    return Row(
        [
            refused_cell(each),
            each.field,
            openly({"field": each.field, "value": each.value}),
            each.sentence,
            Stack(each.reason or each.remedy, close_it),
        ]
    )


def close(request: HttpRequest, refusal_id: int) -> HttpResponse:
    """Close a refused row with a reason."""
    who = who_is(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            intake.close_refusal(refusal_id=refusal_id, reason=form.cleaned_data["reason"], by=who.id, at=who.at)
        except intake.RefusalIsNotOpen:
            messages.error(request, "This row was closed, or mended by a later file, in the meantime.")
        else:
            messages.success(request, "The refused row is closed.")
        return redirect("refusals")
    context = {
        "heading": "Close a refused row",
        "form": form,
        "button": Button("Close the row"),
        "cancel": Link("Cancel", reverse("refusals")),
    }
    return render(request, "base/form.html", context)
