"""My work and My cases."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from longstop.access.rules import Permission
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.web.casework import caselist, worklist
from longstop.web.casework.lists import Slice, filters
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import Compared
from longstop.web.exporting.kinds import CASES, TASKS
from longstop.web.exporting.listing import of_query, show_list
from longstop.web.exporting.moments import also_in_the_past, covering, moment_of
from longstop.web.parts import Address
from longstop.work import queries as work
from longstop.work.models import Task
from longstop.work.queries import TaskFilter


@also_in_the_past
def my_work(request: HttpRequest) -> HttpResponse:
    """Show everything that a person has to do: their own tasks, those that come to them, and those of whom they cover."""
    who, here = who_is(request), Address.of(request)
    form = worklist.WorkFilter(request.GET, today=who.today)
    said = form.chosen()
    view = here.get("view") if here.get("view") in worklist.VIEWS else ""
    wanted = TaskFilter(due=said.get("due", ""), kind=said.get("kind", ""), waiting_for=said.get("waiting_for", ""))

    def found(each: Who) -> QuerySet[Task]:
        return work.narrowed(work.my_work(staff_id=each.id, covering=covering(each), today=each.today), wanted, today=each.today)

    mine = found(who)
    counts = work.counts(mine, today=who.today, covering=covering(who))
    order, place = here.get("sort"), Slice.of(here)
    ordered = worklist.in_order(worklist.of_view(mine, view, who), order, today=who.today)
    rows = place.cut(ordered)
    listing = of_query(
        "task",
        ordered,
        lambda some: worklist.table(some, who, here, order=order),
        compared=Compared(lambda each: worklist.of_view(found(each), view, each), TASKS),
    )
    context = {
        "heading": "My work",
        "shows_cases": who.may(Permission.SEE_CASES),
        # What is to be answered is answered today: a list of the past does not ask for it.
        "offers": 0 if moment_of(request) else cases.offers_to(staff_id=who.id).count(),
        "packs": 0 if moment_of(request) else cases.packs_to_sign(staff_id=who.id).count(),
        "tabs": worklist.tabs(counts, here, view),
        "filters": filters(form, here),
        "table": worklist.table(rows, who, here, order=order),
        "pages": place.pages(here, shown=len(rows), total=worklist.total(counts, view), noun="tasks"),
    }
    return show_list(request, "casework/my_work.html", context, listing)


@also_in_the_past
def my_cases(request: HttpRequest) -> HttpResponse:
    """Show the open cases that a person owns."""
    who, here = who_is(request), Address.of(request)
    form = caselist.CaseListFilter(request.GET)

    def narrowed(each: Who) -> QuerySet[Case]:
        return form.narrow(cases.open_cases(), owner_id=each.id, today=each.today, at=each.at)

    order, place = here.get("sort"), Slice.of(here)
    ordered = caselist.in_order(narrowed(who), order)
    shown = place.piece(ordered, whole=True)
    listing = of_query("case", ordered, lambda some: caselist.table(some, who, here, order=order), compared=Compared(narrowed, CASES))
    context = {
        "heading": "My cases",
        "filters": filters(form, here),
        "table": caselist.table(shown.rows, who, here, order=order),
        "pages": place.pages(here, shown=len(shown.rows), total=shown.total, noun="cases"),
    }
    return show_list(request, "casework/my_cases.html", context, listing)
