"""What the other agency is asked: asked by whoever settles, and answered by its liaison, who sees its own record's field and no more."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from longstop.audit.actions import record_reading
from longstop.intake import queries as arrived
from longstop.kernel.dates import in_words as day_in_words
from longstop.reconciliation import actions as decide
from longstop.reconciliation import queries as read
from longstop.reconciliation.models import Break, Enquiry
from longstop.reconciliation.rules import ANSWERS, ENQUIRIES, Answer, Kind
from longstop.web.considering.subjects import InHand, not_open
from longstop.web.doors import Who, who_is
from longstop.web.parts import Button, Column, Fact, Link, Row, Stack, SummaryList, Table
from longstop.web.reconciling.saying import of_their_record

CANNOT = "Their list has no record of this person about which they could be asked, or they have been asked. Telephone the prison."
COLUMNS = [Column("Person"), Column("Asked"), Column("Your record says"), Column("Asked on")]


def ask(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Ask the prison about its own record, in set words."""
    row = hand.row
    assert isinstance(row, Break)
    if row.state != "open":
        return not_open(request, row)
    try:
        decide.enquire(break_id=row.pk, by=who.id, at=who.at)
    except decide.BreakIsSettled:
        return not_open(request, read.break_(row.pk))
    except decide.CannotBeAsked:
        messages.error(request, CANNOT)
    else:
        messages.success(request, "The prison service is asked. The break stays with its owner, and keeps its date.")
    return redirect("break", row.pk)


def may_be_asked(row: Break, asked: Sequence[Enquiry]) -> bool:
    """Say whether the other agency could be asked about a break now."""
    waits = any(each.state == "open" for each in asked)
    return row.state == "open" and row.arrival_id is not None and Kind(row.kind) in ENQUIRIES and not waits


def asked_about(row: Break, asked: Sequence[Enquiry]) -> SummaryList | None:
    """Show what was asked about a break and what was answered; nothing where nobody was asked. One query where there is an answer."""
    if not asked:
        return None
    written = read.answers_of(asked)
    return SummaryList([_told(each, written) for each in asked], title="Asked of the prison service")


def _told(each: Enquiry, written: Mapping[int, str]) -> Fact:
    asked = f"Asked by {each.asked_by.name} at {each.prison}, {day_in_words(timezone.localdate(each.asked_at))}"
    if each.state == "open":
        return Fact("Waits for an answer", asked)
    if each.state == "overtaken":
        return Fact("Settled without it", asked)
    by = each.ended_by.name if each.ended_by else ""
    said = [words for words in (written.get(each.pk, ""), asked) if words]
    return Fact("Answered", Stack(ANSWERS[Answer(each.answer)], tuple(said)), source=by)


def waiting(request: HttpRequest) -> HttpResponse:
    """List what is asked at one's own prisons. It is recorded what was disclosed, and by which legal gateway."""
    who = who_is(request)
    rows = list(read.enquiries_at(who.standing.prisons))
    if rows:
        _disclosed(who, None, len(rows))
    records = {view.id: view for view in arrived.arrival_views(dict.fromkeys(row.arrival_id for row in rows))}
    made = [_row(each, records.get(each.arrival_id)) for each in rows]
    context = {
        "heading": "Asked of you",
        "lead": "What the command asks about your own records, at the prisons that you are posted to.",
        "table": Table("Asked of you", COLUMNS, made, "asked", caption_hidden=True, empty="Nothing is asked of you."),
    }
    return render(request, "base/list.html", context)


def _row(each: Enquiry, record: arrived.ArrivalView | None) -> Row:
    link = Link(record.prison_number if record else f"Enquiry {each.pk}", reverse("enquiry", args=[each.pk]))
    return Row(
        [link, ENQUIRIES[Kind(each.broken.kind)], of_their_record(Kind(each.broken.kind), record), timezone.localdate(each.asked_at)]
    )


class AnswerForm(forms.Form):
    """What the other agency answers. Nothing is chosen beforehand."""

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[(each.value, words) for each, words in ANSWERS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer"},
    )
    words = forms.CharField(
        label="What is right, and how you know",
        help_text="Only what the command needs to know for this question.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """Want words where the record is not simply right."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("answer") not in (None, Answer.RIGHT.value) and not str(given.get("words") or "").strip():
            self.add_error("words", "Write what is right, or why you cannot tell")
        return given


def answered(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    """Show what is asked about one record, and take the answer. Nothing of the case is shown."""
    who = who_is(request)
    found = _own(enquiry_id, who)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide.answer(enquiry_id=enquiry_id, **form.cleaned_data, by=who.id, at=who.at)
        except decide.IsAnswered:
            messages.error(request, "It has been answered by somebody else, or is not asked any more. Nothing was changed.")
        else:
            messages.success(request, "Your answer is with whoever asked.")
        return redirect("enquiries")
    _disclosed(who, enquiry_id, 1)
    record = arrived.arrival(found.arrival_id)
    context = {
        "heading": ENQUIRIES[Kind(found.broken.kind)],
        "summary": SummaryList(_asked(found, record)),
        "form": form,
        "button": Button("Answer"),
        "cancel": Link("Cancel", reverse("enquiries")),
    }
    return render(request, "base/confirm.html", context)


def _own(enquiry_id: int, who: Who) -> Enquiry:
    """Give an enquiry that is asked at one of the reader's own prisons; any other does not exist for them."""
    try:
        found = read.enquiry(enquiry_id)
    except Enquiry.DoesNotExist as missing:
        raise Http404 from missing
    if found.prison not in who.standing.prisons or found.state != "open":
        raise Http404
    return found


def _asked(found: Enquiry, record: arrived.ArrivalView) -> list[Fact]:
    return [
        Fact("Prison number", record.prison_number),
        Fact("Name, as you supplied it", record.name),
        Fact(
            "Your record says",
            of_their_record(Kind(found.broken.kind), record),
            source=f"Supplied on {day_in_words(record.observed_at.date())}",
        ),
    ]


def _disclosed(who: Who, enquiry_id: int | None, rows: int) -> None:
    """Record what the other agency saw, and the legal gateway by which it may."""
    gateway = arrived.legal_gateway(read.their_source(today=who.today), today=who.today)
    told = {"gateway": gateway, "agency": who.staff.agency, "prisons": sorted(who.standing.prisons)}
    record_reading(what="disclosed", by=who.id, at=who.at, subject_kind="enquiry", subject_id=enquiry_id, rows=rows, details=told)
