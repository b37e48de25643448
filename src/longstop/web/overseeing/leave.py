"""Who has leave to see which restricted case and until when, and taking it back."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access import actions, queries
from longstop.access.models import Clearance
from longstop.access.relations import Act
from longstop.audit.queries import contents
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.web.casework.standing_in import on_record
from longstop.web.doors import Who, who_is
from longstop.web.overseeing import paging
from longstop.web.overseeing.forms import TakeBackForm
from longstop.web.parts import Address, Button, Cell, Column, Fact, Link, Row, Stack, SummaryList, Table, Tag


def listed(request: HttpRequest) -> HttpResponse:
    """List the leave that holds now to see restricted cases of the teams that a manager answers for, newest first."""
    who, here = who_is(request), Address.of(request)
    teams = who.standing.answers_for | who.standing.stands_in_for
    found = queries.clearances_in_force(at=who.at).filter(subject_id__in=cases.restricted_of(teams))
    page = paging.page_of(found, here, total=found.order_by().count())
    about = cases.of_subjects(each.subject_id for each in page)
    context = {
        "heading": "Leave to see restricted cases",
        "lead": "Besides the owner, their cover and those who answer for the team. Leave taken in an emergency is among these.",
        "links": paging.links(who, "leave"),
        "table": table(list(page), about, who),
        "pages": paging.pages(here, page, "people with leave"),
    }
    return render(request, "overseeing/list.html", context)


def table(found: Sequence[Clearance], about: dict[int, Case], who: Who, *, caption_hidden: bool = True) -> Table:
    """Show who has leave, for which case and until when, why, and the way to take it back, for whoever may."""
    why = contents(each.reason_payload_id for each in found) if found else {}
    rows = [_row(each, about.get(each.subject_id), _words(why.get(each.reason_payload_id)), who) for each in found]
    columns = [
        Column("Who"),
        Column("Case"),
        Column("Until", narrow=True),
        Column("Given by"),
        Column("Why"),
        Column("What to do", narrow=True),
    ]
    empty = "Nobody has leave besides those who see the case anyway."
    return Table("Who has leave to see it", columns, rows, "leave", caption_hidden=caption_hidden, empty=empty)


def _words(content: dict[str, object] | None) -> str:
    return str(content.get("reason", "")) if content else "Disposed of"


def _row(held: Clearance, case: Case | None, reason: str, who: Who) -> Row:
    team = held.staff.team.name if held.staff.team else "No team"
    may = case is not None and cases.may_do(Act.RESTRICT, case, who.standing)
    back: Cell = Link("Take it back", reverse("take-back-leave", args=[held.pk]), f"from {held.staff.name}") if may else "Nothing for you"
    given: Cell = Stack(held.given_by.name, (held.given_at,))
    if held.broke_glass:
        given = Stack(Tag("Taken in an emergency", "orange"), (held.given_at,))
    number = Link(case.reference, reverse("case", args=[case.pk])) if case else "Not known"
    return Row([Stack(held.staff.name, (team,)), number, held.until or "No end", given, reason, back])


def take_back(request: HttpRequest, clearance_id: int) -> HttpResponse:
    """Take leave to see a restricted case back before its time. Only for whoever answers for the case's team."""
    who = who_is(request)
    held, case = _found(who, clearance_id)
    form: forms.Form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with on_record(case, who, Act.RESTRICT):
                actions.take_back_clearance(clearance_id=clearance_id, reason=form.cleaned_data["reason"], by=who.id, at=who.at)
        except actions.NoLongerHeld:
            messages.error(request, "This leave had ended, or was taken back, in the meantime.")
        else:
            messages.success(request, f"{held.staff.name} no longer has leave to see {case.reference}.")
        return redirect("leave")
    facts = [
        Fact("Case", Link(case.reference, reverse("case", args=[case.pk]))),
        Fact("Who has leave", held.staff.name),
        Fact("Until", held.until or "No end"),
        Fact("Given by", "Taken in an emergency" if held.broke_glass else held.given_by.name),
    ]
    context = {
        "heading": f"Take back the leave of {held.staff.name}",
        "summary": SummaryList(facts),
        "form": form,
        "button": Button("Take it back", "warning"),
        "cancel": Link("Cancel", reverse("leave")),
    }
    return render(request, "base/confirm.html", context)


def _found(who: Who, clearance_id: int) -> tuple[Clearance, Case]:
    held = queries.clearance(clearance_id)
    case = cases.case(held.subject_id) if held else None
    if held is None or case is None:
        raise Http404
    if not cases.may_do(Act.RESTRICT, case, who.standing):
        raise PermissionDenied
    return held, case
