"""Who may see a restricted case: restricting it and lifting that, leave to see it, and breaking the glass."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from longstop.access import actions as access
from longstop.access import queries
from longstop.access.queries import standing
from longstop.access.relations import Act
from longstop.cases import actions
from longstop.cases import queries as cases
from longstop.cases.models import Case, Offer, Ownership
from longstop.kernel.dates import in_words
from longstop.web.casework.forms import BreakGlassForm, ReasonForm
from longstop.web.casework.guards import closed_door, of_case
from longstop.web.casework.pages import about, done, form_page
from longstop.web.casework.task_forms import LeaveForm
from longstop.web.doors import Who, who_is
from longstop.web.overseeing import leave as leave_held
from longstop.web.parts import Button


def _back(case: Case) -> str:
    return reverse("case", args=[case.pk])


@of_case(act=Act.RESTRICT)
def restrict(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Restrict a case, or lift its restriction. Only for whoever answers for its team."""
    form = ReasonForm(request.POST or None)
    lifting = case.restricted

    def act() -> object:
        reason = form.cleaned_data["reason"]
        change = actions.unrestrict if lifting else actions.restrict
        return change(case_id=case.pk, reason=reason, by=who.id, at=who.at)

    rest = (
        "Everybody who may see cases will see it."
        if lifting
        else "Only its owner and their cover, those who answer for its team, and those with leave will see it."
    )
    heading = "Lift the restriction" if lifting else "Restrict the case"
    said = "The restriction was lifted." if lifting else "The case is restricted."
    return done(request, form, act, said=said, to=_back(case)) or form_page(
        request, form, heading=heading, lead=f"{about(case, who)}. {rest}", button=Button(heading, "warning"), back=_back(case)
    )


@of_case(act=Act.RESTRICT)
def leave(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Give somebody leave to see a restricted case, for good or up to a last day. Only for whoever answers for its team."""
    if not case.restricted:
        messages.error(request, f"{case.reference} is not restricted: nobody needs leave to see it.")
        return redirect(_back(case))
    coming = cases.planned_spells(case_ids=[case.pk]).get(case.pk)
    form = LeaveForm(request.POST or None, day=who.today, team_ids=[case.team_id], initial=_until_theirs(coming, case, who))
    offered = cases.offer_of(case.pk)

    def act() -> object:
        reason = form.cleaned_data["reason"]
        return access.give_clearance(staff_id=form.staff.pk, subject_id=case.pk, until=form.until(), reason=reason, by=who.id, at=who.at)

    lead = f"{about(case, who)}. Whoever has leave sees all that is in it, and each look is recorded. {_asked(offered, case, who)}".strip()
    if form.initial and coming is not None and coming.starts_on is not None:
        lead += f" {coming.staff.name} takes the case over on {in_words(coming.starts_on)}, and sees it from that day on."
    held = list(queries.clearances_in_force(at=who.at).filter(subject_id=case.pk))
    return done(request, form, act, said="The leave was given.", to=_back(case)) or form_page(
        request,
        form,
        heading="Give leave to see the case",
        lead=lead,
        button=Button("Give leave"),
        back=_back(case),
        template="casework/leave.html",
        table=leave_held.table(held, {case.pk: case}, who, caption_hidden=False),
    )


def _until_theirs(coming: Ownership | None, case: Case, who: Who) -> dict[str, object]:
    """Fill the form in for whoever takes the case over by a plan, up to the day before, where they cannot see it yet."""
    if coming is None or coming.starts_on is None or coming.starts_on <= who.today:
        return {}
    if cases.may_see(case, standing(staff_id=coming.staff_id, today=who.today, at=who.at)):
        return {}
    last = coming.starts_on - timedelta(days=1)
    return {"owner_number": coming.staff.staff_number, "last_day": last, "reason": "Takes the case over by a planned departure."}


def _asked(offered: Offer | None, case: Case, who: Who) -> str:
    """Name whom the case is offered to: they can accept it only once they have read its pack."""
    if offered is None or cases.may_see(case, standing(staff_id=offered.to_staff_id, today=who.today, at=who.at)):
        return ""
    to = offered.to_staff
    return f"{to.name} (staff number {to.staff_number}) asks for leave: the case is offered to them, and they cannot accept it unread."


def break_glass(request: HttpRequest, case_id: int) -> HttpResponse:
    """Open a restricted case in an emergency, for the hours that policy gives. A manager will look at it."""
    who, case = who_is(request), cases.case(case_id)
    if case is None:
        raise Http404
    form = BreakGlassForm(request.POST)
    if not cases.may_see(case, who.standing):
        if not form.is_valid():
            return closed_door(request, who, case, form)
        hours = BreakGlassForm.hours(today=who.today)
        access.break_glass(
            subject_id=case_id, until=BreakGlassForm.until(at=who.at, hours=hours), reason=form.cleaned_data["reason"], by=who.id, at=who.at
        )
        messages.warning(request, f"You opened this case in an emergency, for {hours} hours. A manager will look at your reason.")
    return redirect(_back(case))
