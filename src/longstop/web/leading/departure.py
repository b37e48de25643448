"""Departure and the loss of a role: who takes over each case and task, all in one act, refused while anything is uncovered."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access import queries as access
from longstop.access.actions import CannotLead, LeadsATeam
from longstop.access.models import RoleGrant, Staff, Team
from longstop.access.rules import LEADING_ROLES
from longstop.cases import actions
from longstop.cases import queries as cases
from longstop.cases.actions.leaving import LastDayHasPassed
from longstop.cases.models import Case
from longstop.cases.queries import Candidate
from longstop.kernel.dates import in_words
from longstop.web.doors import Who, who_is
from longstop.web.leading import scope, uncovered, words
from longstop.web.leading.forms import DepartureForm, RoleForm, SuccessorsForm
from longstop.web.parts import Button, Column, Link, Row, Table, Tag
from longstop.work import queries as work
from longstop.work.models import Task
from longstop.work.rules import title

WIDE = 12  # a manager of at most so many teams may hand over to any of them; of more, only within the leaver's team


def departure(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Plan somebody's departure, or show the plan that there is."""
    who = who_is(request)
    person = scope.managed(who, staff_id)
    if not person.active:
        return _gone(request, person)
    if person.last_day is not None and request.method == "GET" and "change" not in request.GET:
        return _planned(request, who, person)
    live, loose = cases.live_cases_of(staff_id=staff_id), _other_tasks(person)
    people = _successors(who, person)
    teams = access.led_or_coming(staff_id)
    form = DepartureForm(
        request.POST or None,
        cases=live,
        tasks=loose,
        people=people,
        teams=teams,
        leaders=_leaders(who, person) if teams else [],
        initial={"last_day": person.last_day} | _as_planned(live, loose) | {f"team_{team.pk}": team.next_leader_id for team in teams},
    )
    if request.method == "POST" and form.is_valid() and _plan(form, person, who, people):
        messages.success(request, f"The departure of {person.name} is planned. Everything they carry has somebody from the day after.")
        return redirect("departure", staff_id)
    context = {
        "heading": f"Plan the departure of {person.name}",
        "lead": "Until the last day everything stays theirs. The day after, each case and task belongs to whom you choose here.",
        "button": Button("Plan the departure"),
    }
    return render(request, "leading/successors.html", context | _choices(form, live, loose, person, who))


def _gone(request: HttpRequest, person: Staff) -> HttpResponse:
    """Say that there is nothing left to plan, nor a plan to forget."""
    last = f"The last day was {in_words(person.last_day)}. " if person.last_day else ""
    words = [f"{last}What they carried belongs to those who took it over, and nothing of theirs is left to plan."]
    links = [Link(f"Back to {person.name}", reverse("staff-page", args=[person.pk]))]
    context = {"heading": f"{person.name} has left already", "paragraphs": words, "links": links}
    return render(request, "base/problem.html", context, status=409 if request.method == "POST" else 200)


def _other_tasks(person: Staff) -> list[Task]:
    """Their tasks, and those that come to them by another's departure, that do not go with one of their cases.

    An offer to them falls away, so its answer is nobody's to give.
    """
    own = {case.pk for case in cases.live_cases_of(staff_id=person.pk)}
    found = work.held_or_coming(staff_id=person.pk).exclude(kind="transfer.answer").order_by("due", "pk")
    return [task for task in found if task.subject_id not in own]


def _successors(who: Who, person: Staff) -> list[Candidate]:
    mine = who.standing.answers_for
    teams = list(mine) if len(mine) <= WIDE else [person.team_id or 0]
    return [one for one in cases.candidates(team_ids=teams, today=who.today) if one.staff.pk != person.pk]


def _leaders(who: Who, person: Staff) -> list[Staff]:
    """Those who may answer for the leaver's teams: whoever answers for one now or could, and stays."""
    found = access.holders_of(roles=LEADING_ROLES, today=who.today).filter(last_day__isnull=True)
    return [each for each in found if each.pk != person.pk]


def _as_planned(live: Sequence[Case], loose: Sequence[Task]) -> dict[str, object]:
    """The choices of the plan that there is, so that it can be changed in part."""
    found: dict[str, object] = {f"case_{pk}": spell.staff_id for pk, spell in cases.planned_spells(case_ids=[c.pk for c in live]).items()}
    return found | {f"task_{task.pk}": task.successor_id for task in loose if task.successor_id}


def _choices(form: SuccessorsForm, live: Sequence[Case], loose: Sequence[Task], person: Staff, who: Who) -> dict[str, object]:
    return {
        "form": form,
        "cases": uncovered.cases_to_hand_over(live, form, who),
        "tasks": uncovered.tasks_to_hand_over(loose, form, who),
        "cancel": Link("Cancel", reverse("staff-page", args=[person.pk])),
        "back": Link(f"Back to {person.name}", reverse("staff-page", args=[person.pk])),
    }


def _plan(form: DepartureForm, person: Staff, who: Who, people: Sequence[Candidate]) -> bool:
    """Make the one call; say whether it was done, and on the form why it was not."""
    if not _able(form, people):
        return False
    try:
        actions.plan_departure(
            staff_id=person.pk,
            last_day=form.cleaned_data["last_day"],
            cases=form.cases_to(),
            tasks_to=form.tasks_to(),
            leaders=form.leaders_to(),
            by=who.id,
            at=who.at,
            today=who.today,
        )
    except actions.LeavesUncovered as refused:
        form.add_error(None, f"Nothing was planned: {_how_many(refused)} would be left without anybody")
        uncovered.mark(form, case_ids=refused.cases, task_ids=refused.tasks)
    except (LeadsATeam, CannotLead):
        form.add_error(None, f"Say who answers next for each team of {person.name}: somebody who stays, and may lead a team.")
    except LastDayHasPassed:
        form.add_error("last_day", "Last day must be today or later")
    except (actions.MayNotOwn, actions.OwnerIsLeaving, actions.LacksCompetence):
        form.add_error(None, "Somebody you chose may not take a case: leaving themselves, without the role, or without the competence.")
    else:
        return True
    return False


def _how_many(refused: actions.LeavesUncovered) -> str:
    cases, loose, covers = len(refused.cases), len(refused.tasks), len(refused.absences)
    said = [
        _counted(cases, "case", "cases"),
        _counted(loose, "task", "tasks"),
        _counted(covers, "absence they cover", "absences they cover"),
    ]
    return " and ".join(words for words in said if words)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def _able(form: SuccessorsForm, people: Sequence[Candidate]) -> bool:
    """Say at the case itself that the person chosen lacks the competence it needs."""
    able = {one.staff.pk: one for one in people}
    chosen = form.cases_to()
    for case in form.cases:
        to = able.get(chosen.get(case.pk, 0))
        if to is not None and case.needs_competence and case.needs_competence not in to.competences:
            needs = words.competence(case.needs_competence)
            form.add_error(f"case_{case.pk}", f"{to.staff.name} lacks the competence “{needs}” for {case.reference}")
    return form.is_valid()


def _planned(request: HttpRequest, who: Who, person: Staff) -> HttpResponse:
    """Show who takes over what, and what has come since the plan."""
    assert person.last_day is not None
    live, loose = cases.live_cases_of(staff_id=person.pk), _other_tasks(person)
    spells = cases.planned_spells(case_ids=[case.pk for case in live])
    missing = Tag("Nobody yet", "red")
    rows = [Row([words.case_cell(case, who), spells[case.pk].staff.name if case.pk in spells else missing]) for case in live]
    covered = {task.pk: task.successor_id for task in loose if task.successor_id not in (None, person.pk)}
    names = access.staff_names(pk for pk in covered.values() if pk)
    task_rows = [
        Row([Link(title(kind=task.kind, today=who.today), reverse("task", args=[task.pk])), names.get(covered.get(task.pk) or 0, missing)])
        for task in loose
    ]
    here = reverse("departure", args=[person.pk])
    context = {
        "person": person,
        "cases": Table("Cases", [Column("Case"), Column("Who takes it over")], rows, id="cases", empty="None."),
        "tasks": Table("Other tasks", [Column("Task"), Column("Who takes it over")], task_rows, id="tasks", empty="None."),
        "teams": _teams(access.led_or_coming(person.pk)),
        "uncovered": sum(case.pk not in spells for case in live) + len(loose) - len(covered),
        "change_url": f"{here}?change=yes",
        "forget_url": reverse("departure-forget", args=[person.pk]),
        "back": Link(f"Back to {person.name}", reverse("staff-page", args=[person.pk])),
    }
    return render(request, "leading/departure.html", context)


def _teams(teams: Sequence[Team]) -> Table | None:
    """Show who answers next for each team that the leaver leads; None where they lead none."""
    missing = Tag("Nobody yet", "red")
    rows = [Row([team.name, team.next_leader.name if team.next_leader else missing]) for team in teams]
    return Table("Teams", [Column("Team"), Column("Who answers for it next")], rows, id="teams") if teams else None


def forget(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Ask, then take the plan of a departure back."""
    who = who_is(request)
    person = scope.managed(who, staff_id)
    if not person.active:
        return _gone(request, person)
    if person.last_day is None:
        messages.error(request, f"No departure of {person.name} is planned.")
        return redirect("staff-page", staff_id)
    if request.method == "POST":
        try:
            actions.forget_departure(staff_id=staff_id, by=who.id, at=who.at)
        except actions.NoDeparturePlanned:
            messages.error(request, f"{person.name} has left already, or somebody else took the plan back. Nothing was changed.")
        else:
            messages.success(request, f"{person.name} stays, and so does their work.")
        return redirect("staff-page", staff_id)
    context = {
        "heading": f"Does {person.name} stay?",
        "lead": f"The last day, {in_words(person.last_day)}, and the plan for their work are forgotten. Everything stays theirs.",
        "button": Button("Forget the departure", "warning"),
        "cancel": Link("Keep the plan", reverse("departure", args=[staff_id])),
    }
    return render(request, "base/confirm.html", context)


def role(request: HttpRequest, staff_id: int) -> HttpResponse:
    """End a role today. Where it is the last that lets somebody own cases, each case goes to somebody else in the same act."""
    who = who_is(request)
    person = scope.managed(who, staff_id)
    held = sorted(access.roles_of(staff_id=staff_id, today=who.today))
    live = [case for case in cases.live_cases_of(staff_id=staff_id) if case.owner_id == staff_id]
    people = _successors(who, person)
    form = RoleForm(request.POST or None, roles=held, cases=live, tasks=[], people=people)
    if request.method == "POST" and form.is_valid() and _end(form, person, who, people):
        messages.success(request, f"{person.name} is no longer {words.role(form.cleaned_data['role']).lower()}.")
        return redirect("staff-page", staff_id)
    context = {
        "heading": f"End a role of {person.name}",
        "lead": "The role ends today. Where it is the last that lets them own cases, say who takes each case over: it is theirs at once.",
        "button": Button("End the role", "warning"),
    }
    return render(request, "leading/successors.html", context | _choices(form, live, [], person, who) | {"tasks": None})


def _end(form: RoleForm, person: Staff, who: Who, people: Sequence[Candidate]) -> bool:
    """Make the one call; say whether it was done, and on the form why it was not."""
    if not _able(form, people):
        return False
    said = form.cleaned_data
    try:
        actions.end_role(
            staff_id=person.pk, role=said["role"], cases=form.cases_to(), reason=said["reason"], by=who.id, at=who.at, today=who.today
        )
    except actions.LeavesUncovered as refused:
        form.add_error(None, f"The role was not ended: {_how_many(refused)} would be left without anybody. {_first(refused)}")
        uncovered.mark(form, case_ids=[pk for pk in refused.cases if any(case.pk == pk for case in form.cases)], task_ids=[])
    except (actions.MayNotOwn, actions.OwnerIsLeaving, actions.LacksCompetence):
        form.add_error(None, "Somebody you chose may not take a case: leaving, without the role, or without the competence.")
    except LeadsATeam as refused:
        form.add_error(
            "role", f"{person.name} answers for {refused} in this role. An administrator must first name who answers for it next"
        )
    except RoleGrant.DoesNotExist:
        form.add_error("role", "This role was ended by somebody else in the meantime")
    else:
        return True
    return False


def _first(refused: actions.LeavesUncovered) -> str:
    """What to do about it."""
    if refused.absences:
        return "Name another cover for those absences first."
    return "Give those tasks to somebody else first, from each task's page." if refused.tasks else "Choose who takes each case over."
