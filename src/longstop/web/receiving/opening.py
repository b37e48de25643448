"""Opening cases from records: who is to own them, and what became of each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access import queries as access
from longstop.cases import actions as cases
from longstop.cases import queries as cases_read
from longstop.intake import queries as arrived
from longstop.referral import actions as referral
from longstop.web.doors import Who, who_is
from longstop.web.parts import Button, Column, Link, Row, Table, Tag
from longstop.web.parts.address import whole_number
from longstop.web.receiving.changed import hidden
from longstop.web.receiving.forms import OpenForm

CAP = 200


def choose(request: HttpRequest) -> HttpResponse:
    """Ask who is to own the chosen records' cases, then open them. Nothing is opened before an owner and a reason are given."""
    who = who_is(request)
    asked = {number for each in request.POST.getlist("selected") if (number := whole_number(each)) is not None}
    views = _views(asked, who) if len(asked) <= CAP else []
    chosen = [view.id for view in views]
    if not views:
        messages.error(request, "Select a record to open a case from." if len(asked) <= CAP else f"Select at most {CAP} records at once.")
        return redirect("records")
    form = OpenForm(request.POST if "owner" in request.POST else None, candidates=_candidates(who))
    if form.is_bound and form.is_valid():
        return _open(request, who, chosen, form.cleaned_data)
    context = {
        "heading": f"Open {len(chosen)} cases" if len(chosen) > 1 else f"Open a case for {views[0].name}",
        "form": form,
        "chosen": chosen,
        "table": _chosen_table(views),
        "button": Button("Open the cases" if len(chosen) > 1 else "Open the case"),
        "cancel": Link("Cancel", reverse("records")),
    }
    return render(request, "receiving/open.html", context)


def _views(asked: set[int], who: Who) -> list[arrived.ArrivalView]:
    """Give the records asked for, save those of a restricted case that is not for this reader: it is open already.

    None of them where one does not exist, which no page of ours asks for.
    """
    try:
        found = arrived.arrival_views(sorted(asked))
    except arrived.NoSuchRecord:
        return []
    closed = hidden(found, who)
    return [view for view in found if view.person_id not in closed]


def _candidates(who: Who) -> list[cases_read.Candidate]:
    teams = list(access.teams().values_list("pk", flat=True))
    return cases_read.candidates(team_ids=teams, today=who.today)


def _chosen_table(views: list[arrived.ArrivalView]) -> Table:
    rows = [Row([Link(view.name, reverse("record", args=[view.id])), view.prison_number, view.prison, view.release_date]) for view in views]
    columns = [Column("Person"), Column("Prison number"), Column("Prison"), Column("Release date")]
    return Table("Records chosen", columns, rows, "chosen", caption_hidden=len(views) == 1)


def _open(request: HttpRequest, who: Who, chosen: list[int], asked: dict[str, Any]) -> HttpResponse:
    placements = [cases.Placement(arrival_id=number, owner_id=int(asked["owner"])) for number in chosen]
    placed = referral.open_from_records(placements=placements, reason=asked["reason"], by=who.id, at=who.at, today=who.today)
    if len(placed) == 1 and placed[0].case_id is not None:
        messages.success(request, "The case is open.")
        return redirect("case", placed[0].case_id)
    request.session["opened"] = [[each.arrival_id, each.case_id, each.explanation] for each in placed]
    return redirect("opened-cases")


def opened(request: HttpRequest) -> HttpResponse:
    """Show what became of each record of the last opening."""
    results = request.session.get("opened", [])
    if not results:
        return _nothing_opened(request)
    views = {view.id: view for view in arrived.arrival_views([row[0] for row in results])}
    references = {pk: case.reference for pk, case in cases_read.of_subjects([row[1] for row in results if row[1]]).items()}
    rows = [_result(views[arrival], case, explanation, references) for arrival, case, explanation in results]
    done = sum(1 for row in results if row[1])
    columns = [Column("Person"), Column("Result"), Column("Case or reason")]
    context = {
        "heading": f"{done} of {len(results)} cases opened",
        "table": Table("What became of each record", columns, rows, "opened", caption_hidden=True, empty="Nothing was opened."),
    }
    return render(request, "base/list.html", context)


def _nothing_opened(request: HttpRequest) -> HttpResponse:
    words = ["The result of an opening is kept until you sign out. You have opened no cases from several records since you signed in."]
    links = [Link("Records received, from which cases are opened", reverse("records"))]
    return render(request, "base/problem.html", {"heading": "No cases opened yet", "paragraphs": words, "links": links})


def _result(view: arrived.ArrivalView, case_id: int | None, explanation: str, references: dict[int, str]) -> Row:
    person = Link(view.name, reverse("record", args=[view.id]))
    if case_id is None:
        return Row([person, Tag("Not opened", "orange"), explanation])
    return Row([person, Tag("Opened", "green"), Link(references[case_id], reverse("case", args=[case_id]))])
