"""The register of data assets: each source, who answers for it, under which power, and when that is looked at again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access.rules import Permission
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.kernel.dates import add_months
from longstop.web.doors import Who, who_is
from longstop.web.exporting.listing import of_table, show_list
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.fields import DateField
from longstop.web.parts import Address, Button, Cell, Column, Link, Row, Slot, Stack, Table, Tag, When
from longstop.web.receiving.ways import ways

COLUMNS = [
    Column("Data asset", slots=(Slot("Data asset"), Slot("Source"))),
    Column("Owner", slots=(Slot("Owner"), Slot("Steward"))),
    Column("Purpose and legal gateway", slots=(Slot("Purpose"), Slot("Legal gateway"))),
    Column("Agreement"),
    Column.due("Next review"),
    Column("Retires"),
    Column("Status", narrow=True),
]


class AssetForm(forms.Form):
    """What the register says of one source."""

    name = forms.CharField(label="Name", max_length=120)
    owner = forms.CharField(label="Owner", help_text="Who answers for it.", max_length=120)
    steward = forms.CharField(label="Steward", help_text="Who looks after it day by day.", max_length=120)
    purpose = forms.CharField(label="Purpose", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    legal_gateway = forms.CharField(label="Legal gateway", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    agreement = forms.CharField(label="Agreement (if any)", max_length=120, required=False)
    next_review = DateField(label="Next review")
    retires_on = DateField(label="Retires on (if known)", required=False)


@also_in_the_past
def assets(request: HttpRequest) -> HttpResponse:
    """List the register; what is overdue for review is marked."""
    who, here = who_is(request), Address.of(request)
    table = _table(arrived.assets(today=who.today), who)
    context = {
        "heading": "Register of data assets",
        "lead": "Every source from which Longstop takes records: who answers for it, and why it may be used.",
        "ways": ways("assets", here),
        "table": table,
    }
    return show_list(request, "receiving/files.html", context, of_table("asset", table))


def _table(found: Sequence[arrived.Asset], who: Who) -> Table:
    return Table("Register of data assets", COLUMNS, [_row(each, who) for each in found], "assets", caption_hidden=True)


def _row(each: arrived.Asset, who: Who) -> Row:
    may = who.may(Permission.MEND_RECORDS)
    name: Cell = Link(each.name, reverse("asset", args=[each.source])) if may else each.name
    purpose = Stack(each.purpose, (each.legal_gateway,))
    owner = Stack(each.owner, (f"Steward: {each.steward}",))
    review = When.due(each.next_review, today=who.today, soon=28)
    return Row([Stack(name, (each.source,)), owner, purpose, each.agreement, review, each.retires_on or "Not planned", _status(each, who)])


def _status(each: arrived.Asset, who: Who) -> Tag:
    if not each.written:
        return Tag("Nobody has looked", "red")
    if each.retires_on is not None and each.retires_on <= who.today:
        return Tag("To be retired", "orange")
    if each.next_review is None or each.next_review <= who.today:
        return Tag("Review overdue", "red")
    return Tag("In order", "green")


def edit(request: HttpRequest, source: str) -> HttpResponse:
    """Write what the register says of a source."""
    who = who_is(request)
    asset = next((each for each in arrived.assets(today=who.today) if each.source == source), None)
    if asset is None:
        raise Http404
    form = AssetForm(request.POST or None, initial=_initial(asset))
    if request.method == "POST" and form.is_valid():
        intake.edit_asset(source=source, entry=intake.AssetEntry(**form.cleaned_data), by=who.id, at=who.at)
        messages.success(request, f"The register is changed: {form.cleaned_data['name']}.")
        return redirect("assets")
    suggested = add_months(who.today, asset.review_months)
    context = {
        "heading": asset.name,
        "lead": f"Policy asks for a review every {asset.review_months} months: by {suggested:%-d %B %Y} if it is looked at today.",
        "form": form,
        "button": Button("Save"),
        "cancel": Link("Cancel", reverse("assets")),
    }
    return render(request, "base/form.html", context)


def _initial(asset: arrived.Asset) -> dict[str, Any]:
    return {name: getattr(asset, name) for name in AssetForm.base_fields}
