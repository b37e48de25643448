"""Who opened a restricted case in an emergency, why, and which manager has looked at it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from longstop.access import actions, queries
from longstop.access.models import Clearance
from longstop.access.rules import Permission, Role
from longstop.audit.queries import contents
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.cases.queries.lists import of_teams
from longstop.web.doors import Who, who_is
from longstop.web.overseeing import paging
from longstop.web.overseeing.forms import FindingForm
from longstop.web.parts import Address, Button, Cell, Choice, Column, Fact, Link, Row, Stack, SummaryList, Table, Tabs, Tag


def _seen_by(who: Who) -> QuerySet[Clearance]:
    """What this person is shown: the acts of the teams they answer for and on those teams' cases; all of them to an inspector."""
    found = queries.broken_glass()
    if Role.INSPECTOR in who.standing.roles:
        return found
    teams = who.standing.answers_for
    return found.filter(Q(staff__team_id__in=teams) | Q(subject_id__in=of_teams(teams)))


def listed(request: HttpRequest) -> HttpResponse:
    """List each time that the glass was broken, newest first: those that no manager has looked at, or all."""
    who, here = who_is(request), Address.of(request)
    everything = here.get("show") == "all"
    found = _seen_by(who)
    number = found.order_by().aggregate(all=Count("pk"), waiting=Count("pk", filter=Q(seen_at=None)))
    shown = found if everything else found.filter(seen_at=None)
    page = paging.page_of(shown, here, total=number["all" if everything else "waiting"])
    about = cases.of_subjects(each.subject_id for each in page)
    why = contents(each.reason_payload_id for each in page)
    rows = [_row(each, about.get(each.subject_id), _words(why.get(each.reason_payload_id)), who) for each in page]
    columns = [Column("Case"), Column("Opened by"), Column("Reason given"), Column("When"), Column("Looked at by", narrow=True)]
    bare = here.only()
    tabs = [
        Choice("Not yet looked at", bare.href, number["waiting"], current=not everything),
        Choice("All", bare.with_param("show", "all").href, number["all"], current=everything),
    ]
    context = {
        "heading": "Broken glass",
        "lead": "Restricted cases that somebody opened in an emergency. A manager looks at each.",
        "links": paging.links(who, "broken-glass"),
        "tabs": Tabs(tabs),
        "table": Table("Broken glass", columns, rows, "glass", caption_hidden=True, empty="Nobody has broken the glass here."),
        "pages": paging.pages(here, page, "openings"),
    }
    return render(request, "overseeing/list.html", context)


def _words(content: dict[str, object] | None) -> str:
    return str(content.get("reason", "")) if content else "Disposed of"


def _row(taken: Clearance, case: Case | None, reason: str, who: Who) -> Row:
    reference = case.reference if case else "Not known"
    mine = who.may(Permission.ANSWER_BREAK_GLASS) and taken.seen_at is None and taken.staff_id != who.id
    first: Cell = Link(reference, reverse("answer-broken-glass", args=[taken.pk])) if mine else reference
    until = f"Until {timezone.localtime(taken.until):%-d %B %Y at %H:%M}" if taken.until else "No end"
    seen: Cell = Tag("Not yet", "orange") if taken.seen_by is None else Stack(taken.seen_by.name, (taken.seen_at,))
    return Row([first, taken.staff.name, reason, Stack(taken.given_at, (until,)), seen])


def answer(request: HttpRequest, clearance_id: int) -> HttpResponse:
    """Look at one breaking of the glass, and say what you found."""
    who, taken = who_is(request), _found(who_is(request), clearance_id)
    form = FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.see_broken_glass(clearance_id=clearance_id, finding=form.cleaned_data["finding"], by=who.id, at=who.at)
        except actions.AlreadySeen:
            messages.error(request, "Another manager looked at this in the meantime.")
        else:
            messages.success(request, "It is recorded that you looked, and what you found.")
        return redirect("broken-glass")
    if taken.seen_at is not None and taken.seen_by is not None:
        messages.error(request, f"{taken.seen_by.name} looked at this in the meantime.")
        return redirect("broken-glass")
    context = {
        "heading": "An emergency opening",
        "summary": _summary(taken),
        "form": form,
        "button": Button("Record that you looked"),
        "cancel": Link("Cancel", reverse("broken-glass")),
    }
    return render(request, "base/confirm.html", context)


def _found(who: Who, clearance_id: int) -> Clearance:
    taken = queries.breaking(clearance_id)
    if taken is None:
        raise Http404
    if taken.staff_id == who.id or not _seen_by(who).filter(pk=clearance_id).exists():
        raise PermissionDenied  # one's own, or of a team for which somebody else answers
    return taken


def _summary(taken: Clearance) -> SummaryList:
    case = cases.of_subjects([taken.subject_id]).get(taken.subject_id)
    facts = [
        Fact("Case", Link(case.reference, reverse("case", args=[case.pk])) if case else "Not known"),
        Fact("Owned by", f"{case.owner.name}, {case.team.name}" if case else ""),
        Fact("Opened by", f"{taken.staff.name}, {taken.staff.team.name}" if taken.staff.team else taken.staff.name),
        Fact("When", taken.given_at),
        Fact("Until", taken.until),
        Fact("Reason given", _words(contents([taken.reason_payload_id]).get(taken.reason_payload_id))),
    ]
    return SummaryList(facts)
