"""My work and My cases."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from longstop.access.rules import Permission
from longstop.cases import queries as cases
from longstop.web.casework import caselist, worklist
from longstop.web.casework.lists import Slice, filters
from longstop.web.doors import who_is
from longstop.web.parts import Address
from longstop.work import queries as work
from longstop.work.queries import TaskFilter


def my_work(request: HttpRequest) -> HttpResponse:
    """Show everything that a person has to do: their own tasks, those that come to them, and those of whom they cover."""
    who, here = who_is(request), Address.of(request)
    form = worklist.WorkFilter(request.GET, today=who.today)
    said = form.chosen()
    view = here.get("view") if here.get("view") in worklist.VIEWS else ""
    wanted = TaskFilter(due=said.get("due", ""), kind=said.get("kind", ""), waiting_for=said.get("waiting_for", ""))
    mine = work.narrowed(work.my_work(staff_id=who.id, covering=who.standing.covering, today=who.today), wanted, today=who.today)
    counts = work.counts(mine, today=who.today, covering=who.standing.covering)
    order, place = here.get("sort"), Slice.of(here)
    rows = place.cut(worklist.in_order(worklist.of_view(mine, view, who), order, today=who.today))
    context = {
        "heading": "My work",
        "shows_cases": who.may(Permission.SEE_CASES),
        "offers": cases.offers_to(staff_id=who.id).count(),
        "packs": cases.packs_to_sign(staff_id=who.id).count(),
        "tabs": worklist.tabs(counts, here, view),
        "filters": filters(form, here),
        "table": worklist.table(rows, who, here, order=order),
        "pages": place.pages(here, shown=len(rows), total=worklist.total(counts, view), noun="tasks"),
    }
    return render(request, "casework/my_work.html", context)


def my_cases(request: HttpRequest) -> HttpResponse:
    """Show the open cases that a person owns."""
    who, here = who_is(request), Address.of(request)
    form = caselist.CaseListFilter(request.GET)
    found = form.narrow(cases.open_cases(), owner_id=who.id, today=who.today, at=who.at)
    order, place = here.get("sort"), Slice.of(here)
    rows = place.cut(caselist.in_order(found, order))
    context = {
        "heading": "My cases",
        "filters": filters(form, here),
        "table": caselist.table(rows, who, here, order=order),
        "pages": place.pages(here, shown=len(rows), total=found.count(), noun="cases"),
    }
    return render(request, "casework/my_cases.html", context)
