"""Search by case reference, name or number."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from longstop.audit.actions import record_reading
from longstop.cases import queries as cases
from longstop.people import queries as people
from longstop.web.casework import results
from longstop.web.casework.forms import SearchForm
from longstop.web.doors import who_is

KEPT = "searched_for"


def search(request: HttpRequest) -> HttpResponse:
    """Find a case. What was typed may name a person, so it is sent as a form and kept in the session, never in an address or a log."""
    who = who_is(request)
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            request.session[KEPT] = form.cleaned_data["text"]
            return redirect("search")
        return render(request, "casework/search.html", {"form": form})
    text = request.session.get(KEPT, "")
    if not text:
        return render(request, "casework/search.html", {"form": SearchForm()})
    found, typed = cases.case_by_reference(text), {"text": text}
    if found is not None:
        record_reading(what="searched", by=who.id, at=who.at, subject_kind="case", rows=1, details=typed)
        del request.session[KEPT]
        return redirect("case", case_id=found.pk)
    persons = people.search(text, limit=results.MOST)
    table = results.table(persons, cases.of_persons(each.id for each in persons), who, numbered=people.identified(text))
    record_reading(what="searched", by=who.id, at=who.at, subject_kind="person", rows=len(persons), details=typed)
    return render(
        request, "casework/search.html", {"form": SearchForm(initial=typed), "table": table, "full": len(persons) == results.MOST}
    )
