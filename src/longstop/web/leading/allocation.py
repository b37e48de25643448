"""Giving cases to owners: compare candidates, choose, look at what would happen, confirm. Longstop ranks nobody and chooses nobody."""

from collections import Counter
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from longstop.access import queries as access
from longstop.access.models import Team, TeamKind
from longstop.access.relations import Act
from longstop.access.rules import Role
from longstop.cases import queries as cases
from longstop.cases.actions import Move, allocate_many
from longstop.cases.models import Case
from longstop.cases.queries import Candidate
from longstop.web.casework.standing_in import in_place_of, on_record
from longstop.web.doors import Who, who_is
from longstop.web.leading import candidates, plans, scope
from longstop.web.leading.filters import TeamCasesForm
from longstop.web.leading.forms import COMPARE, SPREAD, AllocateForm, Expected
from longstop.web.leading.lists import CAP, owners
from longstop.web.parts import Link


def allocate(request: HttpRequest) -> HttpResponse:
    """Begin with the cases that were ticked in a list, or with all that match it."""
    if request.method != "POST":
        return redirect("team-board")
    who = who_is(request)
    expected = _ticked(request, who)
    if not expected:
        return redirect(_with_error(_back(request)))
    if len(expected) > CAP:
        messages.error(request, f"At most {CAP} cases can be allocated at once. Filter the list further.")
        return redirect(_back(request))
    return _choose(request, who, expected)


def allocate_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Begin with one case, from its page."""
    who = who_is(request)
    case = cases.of_subjects([case_id]).get(case_id)
    if case is None:
        raise Http404
    if not scope.may_allocate(who, case.team_id):
        raise PermissionDenied
    if case.closed_at is not None:
        messages.error(request, f"{case.reference} is closed: reopen it to give it an owner.")
        return redirect("case", case_id)
    return _choose(request, who, [Expected(case_id, case.owner_id)])


def _ticked(request: HttpRequest, who: Who) -> list[Expected]:
    if request.POST.get("scope") != "matching":
        return Expected.read_all(request.POST.getlist("selected"))
    team_id = next(iter(scope.numbers([request.POST.get("list")])), 0)
    if not scope.may_allocate(who, team_id):
        raise PermissionDenied
    ids = access.teams_under(team_id)
    wanted = TeamCasesForm(request.POST, owners=owners(ids)).wanted(ids)
    found = cases.filtered(cases.open_cases(), wanted, today=who.today, at=who.at)
    return [Expected(case.pk, case.owner_id) for case in found[: CAP + 1]]


def _back(request: HttpRequest) -> str:
    """The list from which the cases came: only ever an address of this service."""
    wanted = request.POST.get("back", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("team-board")


def _with_error(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}selected=none"


def _choose(request: HttpRequest, who: Who, expected: Sequence[Expected], *, check: bool = False) -> HttpResponse:
    """Show the cases, the candidates and the choice; with `check`, what is missing in it."""
    found, left_out = _in_hand(who, expected)
    if not found:
        messages.error(request, "None of these cases is in a team that you answer for now. Somebody may have moved them.")
        return redirect(_back(request))
    teams = _teams(who)
    team = _team_shown(request.POST, teams, found)
    people = cases.candidates(team_ids=[team.pk] if team else [], today=who.today)
    data = request.POST if "reason" in request.POST else None
    form = AllocateForm(data if check else None, cases=found, people=people, teams=teams, initial=_typed(request.POST, team))
    problem = _too_many_to_compare(request.POST)
    compared = [] if problem else [one for one in people if str(one.staff.pk) in request.POST.getlist("compare")]
    return render(
        request, "leading/allocate.html", _page(who, form, found, expected, left_out, compared, problem, _back(request), len(teams) > 1)
    )


def _too_many_to_compare(said: QueryDict) -> str:
    return f"Select at most {COMPARE} people to compare" if len(said.getlist("compare")) > COMPARE else ""


def _page(
    who: Who,
    form: AllocateForm,
    found: Sequence[Case],
    expected: Sequence[Expected],
    left_out: int,
    compared: Sequence[Candidate],
    problem: str,
    back: str,
    several_teams: bool,
) -> dict[str, object]:
    shown = {case.pk for case in found}
    return {
        "form": form,
        "cases": plans.cases_table(found, form, who),
        "number": len(found),
        "left_out": left_out,
        "people": candidates.table(form, ticked=[str(one.staff.pk) for one in compared]),
        "compared": candidates.side_by_side(compared) if compared else None,
        "compare_problem": problem,
        "expected": ",".join(str(each) for each in expected if each.case_id in shown),
        "several_teams": several_teams,
        "spread_limit": SPREAD,
        "back_to": back,
        "back": Link("Back to the list", back),
    }


def _in_hand(who: Who, expected: Sequence[Expected]) -> tuple[list[Case], int]:
    """Give the cases that this person may allocate now, and how many had to be left out."""
    found = cases.of_subjects(each.case_id for each in expected)
    open_here = [case for case in found.values() if case.closed_at is None and scope.may_allocate(who, case.team_id)]
    return sorted(open_here, key=lambda case: (case.next_due, case.pk)), len(expected) - len(open_here)


def _teams(who: Who) -> list[Team]:
    """Give the teams to whose people this person may give cases."""
    found = access.teams()
    if Role.DUTY_OFFICER in who.standing.roles:
        return list(found.exclude(kind=TeamKind.DIRECTORATE))
    return list(found.filter(pk__in=who.standing.answers_for | who.standing.stands_in_for))


def _team_shown(said: QueryDict, teams: Sequence[Team], found: Sequence[Case]) -> Team | None:
    """The team asked for, else the one that has most of the cases, else the first."""
    (most, _), *_ = Counter(case.team_id for case in found).most_common(1)
    asked = next(iter(scope.numbers([said.get("team")])), most)
    known = {team.pk: team for team in teams}
    return known.get(asked) or known.get(most) or next(iter(teams), None)


def _typed(said: QueryDict, team: Team | None) -> dict[str, object]:
    """What was typed so far, kept while somebody compares or looks at another team."""
    kept: dict[str, object] = {name: said[name] for name in said if name in ("reason", "everyone") or name.startswith("to_")}
    return kept | {"team": str(team.pk) if team else ""}


def preview(request: HttpRequest) -> HttpResponse:
    """Show what would happen, or the choice again with what is missing, another team's people, or some side by side."""
    who = who_is(request)
    expected = Expected.read_all(request.POST.get("expected", "").split(","))[:CAP]
    if request.POST.get("do") in ("show", "compare"):
        return _choose(request, who, expected)
    found, _ = _in_hand(who, expected)
    if not found:
        return _choose(request, who, expected)
    teams = _teams(who)
    team = _team_shown(request.POST, teams, found)
    people = cases.candidates(team_ids=[team.pk] if team else [], today=who.today)
    form = AllocateForm(request.POST, cases=found, people=people, teams=teams)
    if not form.is_valid():
        return _choose(request, who, expected, check=True)
    moves = plans.moves(expected, form.chosen())
    context = plans.preview(who, found, moves, people, form.cleaned_data["reason"]) | {"back_to": _back(request)}
    return render(request, "leading/allocate_preview.html", context)


def confirm(request: HttpRequest) -> HttpResponse:
    """Do what the preview showed, and lead to what became of each case."""
    who = who_is(request)
    moves = plans.read(request.POST.get("moves", ""))[:CAP]
    reason = request.POST.get("reason", "").strip()[:500]
    if not moves or not reason:
        messages.error(request, "Nothing was allocated: choose the cases, the people and the reason again.")
        return redirect(_back(request))
    found = _check(who, moves)
    # One act has one authority: that of whoever is stood in for, where any of it needs it.
    with on_record(next((case for case in found if in_place_of(case, who, Act.ALLOCATE)), None), who, Act.ALLOCATE):
        act = allocate_many(moves=moves, reason=reason, by=who.id, at=who.at, today=who.today)
    return redirect("allocation", act.pk)


def _check(who: Who, moves: Sequence[Move]) -> list[Case]:
    """Give the cases, and refuse what the pages do not offer: cases and people outside the teams that this person answers for.

    A case that has changed hands since goes on to the action, which skips it and says so.
    """
    found = cases.of_subjects(move.case_id for move in moves)
    if len(found) != len(moves) or not {move.to for move in moves} <= plans.people_within(moves, {team.pk for team in _teams(who)}):
        raise PermissionDenied
    for move in moves:
        case = found[move.case_id]
        if case.owner_id == move.from_ and not scope.may_allocate(who, case.team_id):
            raise PermissionDenied
    return list(found.values())
