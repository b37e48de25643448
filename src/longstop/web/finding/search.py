"""Search by case reference, name or number."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from longstop.audit.actions import record_reading
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.people import queries as people
from longstop.people.queries import Hit
from longstop.web.doors import who_is
from longstop.web.exporting.listing import of_table, show_list
from longstop.web.finding import pasted, results
from longstop.web.finding.forms import PastedForm, SearchForm

KEPT, KEPT_LIST = "searched_for", "searched_list"


def search(request: HttpRequest) -> HttpResponse:
    """Find a case. What was typed may name a person, so it is sent as a form and kept in the session, never in an address or a log."""
    who = who_is(request)
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            request.session[KEPT] = form.cleaned_data["text"]
            return redirect("search")
        return render(request, "finding/search.html", {"form": form})
    text = request.session.get(KEPT, "")
    if not text:
        return render(request, "finding/search.html", {"form": SearchForm()})
    found, typed = cases.case_by_reference(text), {"text": text}
    if found is not None:
        record_reading(what="searched", by=who.id, at=who.at, subject_kind="case", rows=1, details=typed)
        del request.session[KEPT]
        return redirect("case", case_id=found.pk)
    hits = people.search(text, limit=results.MOST)
    table = results.table(hits, _cases_of(hits), who)
    record_reading(what="searched", by=who.id, at=who.at, subject_kind="person", rows=len(hits), details=typed)
    context = {"form": SearchForm(initial=typed), "table": table, "full": len(hits) == results.MOST}
    listing = of_table("person", table)
    return show_list(request, "finding/search.html", context | {"heading": "Search results"}, listing, dated=False)


def _cases_of(hits: Sequence[Hit]) -> dict[int, list[Case]]:
    """Give the cases about those found, among them what stands under the number of somebody who was joined to them."""
    persons = {number: hit.card.id for hit in hits for number in (*hit.joined, hit.card.id)}
    found: dict[int, list[Case]] = {}
    for number, about in cases.of_persons(persons).items():
        found.setdefault(persons[number], []).extend(about)
    return found


def search_list(request: HttpRequest) -> HttpResponse:
    """Answer a pasted list of references line by line, in the order of the paste. It is kept as the words of a search are."""
    who = who_is(request)
    if request.method == "POST":
        form = PastedForm(request.POST)
        if form.is_valid():
            request.session[KEPT_LIST] = form.cleaned_data["lines"]
            return redirect("search-list")
        return render(request, "finding/list.html", {"form": form})
    lines = request.session.get(KEPT_LIST) or []
    if not lines:
        return render(request, "finding/list.html", {"form": PastedForm()})
    answers = pasted.answer(lines, who)
    known = sum(each.state in pasted.ANSWERED for each in answers)
    record_reading(what="searched", by=who.id, at=who.at, subject_kind="person", rows=known, details={"lines": lines})
    context = {
        "form": PastedForm(initial={"lines": "\n".join(lines)}),
        "table": pasted.table(answers, who),
        "counts": pasted.counts(answers),
    }
    return render(request, "finding/list.html", context)
