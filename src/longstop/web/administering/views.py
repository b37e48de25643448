"""Staff, roles and teams. An administrator sees no case here, nor anywhere else."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access import actions, queries
from longstop.access.models import Staff
from longstop.access.rules import Role
from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions as cases
from longstop.kernel.dates import in_words
from longstop.web.administering import postings
from longstop.web.administering.forms import ROLES, AmendForm, BringBackForm, CompetenceForm, EnrolForm, LeaderForm, PasswordForm, RoleForm
from longstop.web.doors import who_is
from longstop.web.parts import Address, Button, Cell, Column, Fact, Link, Pages, Row, Stack, SummaryList, Table, Tag

PER_PAGE = 50


def listed(request: HttpRequest) -> HttpResponse:
    """List staff by name, narrowed by what is typed."""
    here = Address.of(request)
    typed = here.get("q")
    found = queries.everybody()
    if typed:
        found = found.filter(Q(name__icontains=typed) | Q(staff_number__icontains=typed))
    page = Paginator(found, PER_PAGE).get_page(here.get("page") or 1)
    rows = [
        Row(
            [
                Link(each.name, reverse("staff-member", args=[each.pk])),
                each.staff_number,
                each.team.name if each.team else "No team",
                Tag("Active", "green") if each.active else Tag("Not active", "grey"),
            ]
        )
        for each in page
    ]
    before = here.with_param("page", str(page.previous_page_number())).href if page.has_previous() else ""
    after = here.with_param("page", str(page.next_page_number())).href if page.has_next() else ""
    columns = [Column("Name"), Column("Staff number"), Column("Team"), Column("State", narrow=True)]
    context = {
        "heading": "Staff",
        "typed": typed,
        "table": Table("Staff", columns, rows, "staff", caption_hidden=True, empty="Nobody fits that."),
        "pages": Pages(page.start_index(), page.end_index(), page.paginator.count, "people", before, after),
    }
    return render(request, "administering/staff.html", context)


def _found(staff_id: int) -> Staff:
    try:
        return queries.staff(staff_id)
    except queries.NoSuchStaff as error:
        raise Http404 from error


def shown(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Show a person with their roles and competences."""
    staff = _found(staff_id)
    facts = [
        Fact("Staff number", staff.staff_number),
        Fact("E-mail address", staff.email),
        Fact("Team", staff.team.name if staff.team else "No team"),
        Fact("Works for", staff.agency.capitalize()),
        Fact("Working pattern", staff.works_on),
        Fact("Capacity", f"{float(staff.capacity_points):g} points"),
        Fact("Last day", staff.last_day or "None known"),
        Fact("Sign-in", "Has a password" if staff.has_usable_password() else "No password yet"),
    ]
    roles = [
        Row([ROLES[Role(grant.role)], grant.from_date, grant.to_date or "No last day", _held(grant.ended_at is None)])
        for grant in queries.grants_of(staff_id)
    ]
    held = [Row([each.code, each.from_date, each.to_date or "Does not expire"]) for each in queries.competences_held(staff_id)]
    context = {
        "staff": staff,
        "facts": SummaryList(facts),
        "roles": Table("Roles", [Column("Role"), Column("From"), Column("Until"), Column("State")], roles, "roles", empty="No role yet."),
        "competences": Table(
            "Competences", [Column("Competence"), Column("From"), Column("Expires")], held, "competences", empty="None yet."
        ),
        "prisons": postings.table(staff, who_is(request)),
        "back": Link("Staff", reverse("staff")),
    }
    return render(request, "administering/staff_member.html", context)


def _held(current: bool) -> Tag:
    return Tag("Held", "green") if current else Tag("Ended", "grey")


def enrol(request: HttpRequest) -> HttpResponse:
    """Take somebody on, without a password or a role."""
    who, form = who_is(request), EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            staff = actions.enrol(**_details(asked), staff_number=asked["staff_number"], agency=asked["agency"], by=who.id, at=who.at)
        except GuaranteeBroken:
            form.add_error("staff_number", "Somebody has this staff number already")
        else:
            messages.success(request, f"{staff.name} is enrolled. Now give a role and a password.")
            return redirect("staff-member", staff.pk)
    return _ask(request, form, "Enrol somebody", "Enrol", reverse("staff"))


def _details(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": asked["name"],
        "email": asked["email"],
        "team_id": asked["team"],
        "works_on": asked["works_on"],
        "capacity_points": asked["capacity_points"],
    }


def amend(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Amend what is recorded about a person."""
    who, staff = who_is(request), _found(staff_id)
    held = {"name": staff.name, "email": staff.email, "team": staff.team_id, "works_on": staff.works_on}
    form = AmendForm(request.POST or None, initial=held | {"capacity_points": staff.capacity_points})
    if request.method == "POST" and form.is_valid():
        along = form.cleaned_data["take_along"]
        try:
            cases.amend_staff(staff_id=staff_id, **_details(form.cleaned_data), take_along=along, by=who.id, at=who.at)
        except actions.HasWork as refused:
            form.add_error("team", f"{staff.name} has open work ({refused}): let it go along to another team, or see it handed over first")
        else:
            messages.success(request, "The changes are saved.")
            return redirect("staff-member", staff_id)
    return _ask(request, form, f"Amend {staff.name}", "Save", reverse("staff-member", args=[staff_id]))


def grant(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Give a person a role. Ending one is the manager's, who must first see their cases covered."""
    who, staff = who_is(request), _found(staff_id)
    form = RoleForm(request.POST or None, initial={"from_date": who.today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant_role(staff_id=staff_id, **form.cleaned_data, by=who.id, at=who.at)
        except actions.InspectorNeedsEndDate:
            form.add_error("to_date", "An inspector reads for a time: enter the last day")
        except actions.RoleAlreadyHeld:
            form.add_error("role", f"{staff.name} holds this role already")
        except GuaranteeBroken:
            form.add_error("to_date", "The last day must not be before the first")
        else:
            messages.success(request, "The role is granted.")
            return redirect("staff-member", staff_id)
    return _ask(request, form, f"Give {staff.name} a role", "Give the role", reverse("staff-member", args=[staff_id]))


def competence(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Record what a person is competent to do."""
    who, staff = who_is(request), _found(staff_id)
    form = CompetenceForm(request.POST or None, initial={"from_date": who.today})
    if request.method == "POST" and form.is_valid():
        actions.grant_competence(staff_id=staff_id, **form.cleaned_data, by=who.id, at=who.at)
        messages.success(request, "The competence is recorded.")
        return redirect("staff-member", staff_id)
    return _ask(request, form, f"What {staff.name} is competent to do", "Save", reverse("staff-member", args=[staff_id]))


def password(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Set a person's password."""
    who, staff = who_is(request), _found(staff_id)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_password(staff_id=staff_id, password=form.cleaned_data["password"], by=who.id, at=who.at)
        messages.success(request, "The password is set. It is not shown again.")
        return redirect("staff-member", staff_id)
    return _ask(request, form, f"Set a password for {staff.name}", "Set the password", reverse("staff-member", args=[staff_id]))


def teams(request: HttpRequest) -> HttpResponse:
    """List teams with who answers for each."""
    found = list(queries.teams())
    ends = queries.leading_until([team.leader_id for team in found if team.leader_id], today=who_is(request).today)
    rows = [
        Row([team.name, team.code, team.get_kind_display(), team.parent.name if team.parent else "None", cell])
        for team in found
        for cell in [_leader_cell(team, ends.get(team.leader_id or 0))]
    ]
    columns = [Column("Team"), Column("Code"), Column("Kind"), Column("Part of"), Column("Who answers for it")]
    table = Table("Teams", columns, rows, "teams", caption_hidden=True, empty="There is no team yet: take in a staff file.")
    return render(request, "base/list.html", {"heading": "Teams", "table": table})


def _leader_cell(team: Any, ends: date | None) -> Cell:
    name = team.leader.name if team.leader else "Nobody yet"
    link = Link(name, reverse("team-leader", args=[team.pk]), f"answers for {team.name}; change")
    return Stack(link, (f"Until {in_words(ends)}, when the role ends",)) if ends else link


def leader(request: HttpRequest, team_id: int) -> HttpResponse:
    """Say who answers for a team."""
    who, team = who_is(request), queries.team(team_id)
    if team is None:
        raise Http404
    people = queries.holders_of(roles=[Role.TEAM_LEADER, Role.HEAD, Role.DIRECTOR], today=who.today)
    form = LeaderForm(request.POST or None, choices=[(each.pk, each.name) for each in people], initial={"leader": team.leader_id})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_team_leader(team_id=team_id, leader_id=form.cleaned_data["leader"], by=who.id, at=who.at)
        except actions.CannotLead as refused:
            form.add_error("leader", f"{refused} is about to leave, or has left: choose somebody else")
        else:
            ends = queries.leading_until([form.cleaned_data["leader"]], today=who.today).get(form.cleaned_data["leader"])
            until = f" Only until {in_words(ends)}, when the role ends: name somebody else by then." if ends else ""
            messages.success(request, f"It is recorded who answers for the team.{until}")
            return redirect("teams")
    return _ask(request, form, f"Who answers for {team.name}", "Save", reverse("teams"))


def bring_back(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Make somebody active again who had left. They start anew: without a role, and without a password."""
    who, staff = who_is(request), _found(staff_id)
    form = BringBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reactivate(staff_id=staff_id, reason=form.cleaned_data["reason"], by=who.id, at=who.at)
        except actions.StillActive:
            messages.error(request, f"{staff.name} has not left.")
        else:
            messages.success(request, f"{staff.name} is back. Now give a role and a password.")
        return redirect("staff-member", staff_id)
    return _ask(request, form, f"Bring {staff.name} back", "Bring back", reverse("staff-member", args=[staff_id]))


def _ask(request: HttpRequest, form: Any, heading: str, button: str, back: str) -> HttpResponse:
    context = {"heading": heading, "form": form, "button": Button(button), "cancel": Link("Cancel", back)}
    return render(request, "base/form.html", context)
