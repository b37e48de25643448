"""Files that are held until a data steward decides, and sources whose files are late."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access.rules import Permission
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.web.doors import Who, who_is
from longstop.web.fields import Radios
from longstop.web.parts import Button, Cell, Column, Fact, Link, Row, Stack, SummaryList, Table, Tag
from longstop.web.receiving.forms import ReasonForm


class HeldForm(ReasonForm):
    """Let a file in, or give it up; neither is chosen beforehand."""

    decision = forms.ChoiceField(
        label="What is to happen to the file?",
        choices=[("release", "Let it in"), ("reject", "Give it up")],
        widget=Radios(
            hints={
                "release": "It is taken in when the same file is brought again.",
                "reject": "Nothing of it will be taken in. Ask the supplier for another.",
            }
        ),
        error_messages={"required": "Choose what is to happen to the file"},
    )
    field_order = ("decision", "reason")


def held_table(who: Who) -> Table | None:
    """Show the files that wait for a person; None where there are none."""
    held = arrived.held_files()
    if not held:
        return None
    columns = [
        Column("File"),
        Column("Why it is held"),
        Column("Rows", numeric=True),
        Column("Last file", numeric=True),
        Column("Received"),
    ]
    return Table("Held until somebody decides", columns, [_held(each, who) for each in held], "held")


def _held(each: arrived.HeldFile, who: Who) -> Row:
    may = who.may(Permission.MEND_RECORDS)
    name: Cell = Link(each.file_name, reverse("held-file", args=[each.receipt_id])) if may else each.file_name
    compared: Cell = each.beside_rows if each.beside_id else "None to compare"
    return Row(
        [
            Stack(name, (each.source,)),
            Stack(each.why_in_words, (each.compare,)),
            each.rows,
            compared,
            Stack(each.received_at, (each.received_by,)),
        ]
    )


def late_words(who: Who) -> list[str]:
    """Say which sources' files should have come and did not, the latest first."""
    return [
        f"{feed.source}: due by {_moment(feed.due_at)}. The last file came on {_moment(feed.last_received_at)}."
        for feed in arrived.late_feeds(at=who.at)
    ]


def _moment(moment: object) -> str:
    return f"{moment:%-d %B %Y at %H:%M}"


def decide(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Let a held file in, or give it up, with a reason."""
    who = who_is(request)
    held = next((each for each in arrived.held_files(state="", limit=500) if each.receipt_id == receipt_id), None)
    if held is None:
        raise Http404
    if held.state != "held":
        return _decided(request, held)
    form = HeldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = intake.release_held if form.cleaned_data["decision"] == "release" else intake.reject_held
        try:
            act(receipt_id=receipt_id, reason=form.cleaned_data["reason"], by=who.id, at=who.at)
        except intake.NotHeld:
            messages.error(request, "Somebody else has decided about this file in the meantime.")
        else:
            let_in = form.cleaned_data["decision"] == "release"
            messages.success(request, "The file is let in: bring it again to take it in." if let_in else "The file is given up.")
        return redirect("receipts")
    context = {
        "heading": f"Decide about {held.file_name}",
        "form": form,
        "summary": SummaryList(_facts(held)),
        "button": Button("Decide"),
        "cancel": Link("Cancel", reverse("receipts")),
    }
    return render(request, "base/confirm.html", context)


def _facts(held: arrived.HeldFile) -> list[Fact]:
    facts = [
        Fact("Source", held.source),
        Fact("Why it is held", Tag(held.why_in_words, "orange")),
        Fact("What to compare", held.compare),
        Fact("Rows in it", held.rows),
        Fact("Of these, not usable", held.refused),
        Fact("As it was on", held.observed_at),
        Fact("Received", held.received_at, source=held.received_by),
    ]
    if held.beside_id:
        facts.append(Fact("Compared with a file of", held.beside_observed_at, source=f"{held.beside_rows:,} rows"))
    return facts


def _decided(request: HttpRequest, held: arrived.HeldFile) -> HttpResponse:
    done = "let in" if held.state in ("released", "finished") else "given up"
    words = [
        f"It was {done} by {held.decided_by}: {held.reason}" if held.decided_by else "It is not held any more.",
        "Nothing was changed.",
    ]
    context = {"heading": "This file is not held any more", "paragraphs": words, "links": [Link("Files received", reverse("receipts"))]}
    return render(request, "base/problem.html", context, status=409)
