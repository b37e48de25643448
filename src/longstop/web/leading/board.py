"""The team board: figures that open their lists, who is in today, what waits for the viewer, who is leaving, who answers for it all."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstop.access import queries as access
from longstop.access.models import Team
from longstop.access.queries import Below
from longstop.cases import queries as cases
from longstop.cases.queries import Board
from longstop.clocks.rungs import rung
from longstop.kernel.policy import load
from longstop.web.doors import Who, who_is
from longstop.web.exporting.listing import dated, of_query, show_list
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.leading import people, scope
from longstop.web.leading.words import case_cell, day
from longstop.web.parts import Cell, Column, Link, Row, Slot, Stack, Table, Tile, Tiles, When
from longstop.web.presenters.vocabulary import RUNGS
from longstop.work.models import Task
from longstop.work.rules import title

MOST = 500
SHOWN = 10  # late tasks on the board itself; the rest are one click away


def home(request: HttpRequest) -> HttpResponse:
    """Show the viewer's own board."""
    team_id = scope.home_team(who_is(request))
    if team_id is None:
        words = ["You belong to no team and lead none. If that is wrong, ask the administrator to put it right."]
        return render(request, "base/problem.html", {"heading": "You have no team", "paragraphs": words})
    return board(request, team_id)


@also_in_the_past
def board(request: HttpRequest, team_id: int) -> HttpResponse:
    """Show the board of a team, or of a unit with a row for each team below it."""
    who = who_is(request)
    scope.check_may_look(who, team_id)
    family = access.family(team_id)
    if not family:
        raise Http404
    ids = [each.team_id for each in family]
    figures = cases.boards(team_ids=ids, today=who.today, at=who.at)
    context: dict[str, object] = {
        "team": family[0],
        "idle_days": load("targets").at("idle", who.today).integer("days"),
        "people_url": reverse("team-people", args=[team_id]),
        "late_url": reverse("team-late", args=[team_id]),
        "absence_url": f"{reverse('absence')}?team={team_id}",
        "departures": _departures(ids),
        "line": access.accountability(team_id),
        "covered": _covered(who) if scope.in_own_right(who, team_id) else [],
        **_who_is_here(family, figures, who),
        **_late(ids, who),
    }
    return render(request, "leading/board.html", dated(request, context))


def _covered(who: Who) -> list[Team]:
    """The teams whose leader is away and covered by the viewer: their boards are the viewer's to look at meanwhile."""
    covering = who.standing.covering
    return list(access.teams().filter(leader_id__in=covering)) if covering else []


def _who_is_here(family: Sequence[Below], figures: Mapping[int, Board], who: Who) -> dict[str, object]:
    """The people of a team, or the teams of a unit; and the tiles, one of which counts people."""
    top, total = family[0].team_id, sum(figures.values(), cases.NOTHING)
    if len(family) > 1:
        over = cases.overloaded(team_ids=[each.team_id for each in family], today=who.today)
        return {"tiles": _tiles(top, total, len(over)), "teams": _teams_table(family, figures, over)}
    here = cases.colleagues(people=list(access.members([top])), today=who.today)
    strained = sum(one.over_capacity for one in here)
    uncovered = [one for one in here if one.away is not None and one.away.cover is None]
    shown = people.table(here, caption="Who is in today")
    return {"tiles": _tiles(top, total, strained), "people": shown, "uncovered": uncovered}


def _late(ids: Sequence[int], who: Who) -> dict[str, object]:
    answers = bool(who.standing.answers_for & set(ids)) or bool(who.standing.covering)
    if not answers:
        return {}
    shown = list(late_for(who, ids)[: SHOWN + 1])
    return {"late": late_table(shown[:SHOWN], who), "late_more": len(shown) > SHOWN}


def _tiles(team_id: int, figures: Board, over: int) -> Tiles:
    """Each figure opens the list that it counts."""
    listed = reverse("team-cases", args=[team_id])
    found = [
        Tile(figures.offered, "Offered", f"{listed}?offered=yes"),
        Tile(figures.overdue, "Overdue", f"{listed}?due=overdue", "late"),
        Tile(figures.due_7, "Due in 7 days", f"{listed}?due=7", "soon"),
        Tile(figures.due_28, "Due in 28 days", f"{listed}?due=28"),
        Tile(figures.due_90, "Due in 90 days", f"{listed}?due=90"),
        Tile(figures.idle, "Idle", f"{listed}?idle=yes", "soon"),
        Tile(figures.on_hold, "On hold", f"{listed}?held=yes"),
        Tile(figures.all, "All open cases", listed),
        Tile(over, "Staff over capacity", f"{reverse('team-people', args=[team_id])}?show=over", "late"),
    ]
    return Tiles(found, label="Figures of the team. Each opens its list.")


def _teams_table(family: Sequence[Below], figures: Mapping[int, Board], over: Mapping[int, int]) -> Table:
    """A row for each child, with what is below it added up, and one for what the unit holds itself."""
    columns = [Column("Team"), *(Column(text, numeric=True) for text in ("All", "Overdue", "Due in 7 days", "Idle", "On hold", "Offered"))]
    top = family[0].team_id
    rows = []
    for child in family:
        held_here = child.team_id == top and (top in figures or top in over.values())
        if not (held_here or child.parent_id == top):
            continue
        ids = {each.team_id for each in family if each.branch == child.team_id}
        total = sum((figures[pk] for pk in ids if pk in figures), cases.NOTHING)
        strained = sum(team_id in ids for team_id in over.values())
        rows.append(Row([_team_cell(child, held_here), *_team_figures(total), strained]))
    return Table("Teams", [*columns, Column("Staff over capacity", numeric=True)], rows, id="teams")


def _team_cell(child: Below, held_here: bool) -> Cell:
    leader = child.leader or "Nobody answers for it"
    if held_here:
        return Stack("Held by the unit itself", (leader,))
    return Stack(Link(child.team, reverse("team", args=[child.team_id])), (leader,))


def _team_figures(total: Board) -> list[Cell]:
    return [total.all, total.overdue, total.due_7, total.idle, total.on_hold, total.offered]


def late_for(who: Who, team_ids: Sequence[int]) -> QuerySet[Task]:
    """Give the late tasks in these teams that wait for this person's acknowledgement, or that of whom they cover."""
    wanted = set(team_ids)
    answering = [(rung, team_id) for rung, team_id in access.rungs_answered([who.id, *who.standing.covering]) if team_id in wanted]
    return cases.late_unanswered(answering=answering, today=who.today)


def late_table(tasks: Sequence[Task], who: Who, *, caption_hidden: bool = False) -> Table:
    """Show late tasks with the case, the owner and how far their lateness has climbed."""
    about = cases.of_subjects(task.subject_id for task in tasks if task.subject_kind == "case") if tasks else {}
    rows = []
    for task in tasks:
        case = about.get(task.subject_id)
        reached = rung(due=task.due, today=who.today)
        words = title(kind=task.kind, today=who.today)
        rows.append(
            Row(
                [
                    case_cell(case, who) if case else "Not a case",
                    Link(words, reverse("task", args=[task.pk]), f"about {case.reference}" if case else ""),
                    Stack(task.owner.name, (task.team.name,)),
                    RUNGS[reached] if reached is not None else "",
                    When.due(task.due, today=who.today),
                ]
            )
        )
    columns = [Column.case("About"), Column("Task"), Column("Owner", slots=(Slot("Owner"), Slot("Team")))]
    columns += [Column("Has climbed to"), Column.due("Due", narrow=False)]
    empty = "Nothing late waits for you."
    return Table("Waiting for your acknowledgement", columns, rows, id="late", caption_hidden=caption_hidden, empty=empty)


@also_in_the_past
def late_page(request: HttpRequest, team_id: int) -> HttpResponse:
    """Show every late task of a team that waits for the viewer."""
    who = who_is(request)
    scope.check_may_look(who, team_id)
    found = list(late_for(who, access.teams_under(team_id))[: MOST + 1])
    context = {
        "heading": "Waiting for your acknowledgement",
        "lead": f"The {MOST} most overdue are shown; more wait behind them." if len(found) > MOST else "",
        "table": late_table(found[:MOST], who, caption_hidden=True),
        "back": Link("Back to the board", reverse("team", args=[team_id])),
    }
    listing = of_query("task", late_for(who, access.teams_under(team_id)), lambda some: late_table(some, who, caption_hidden=True))
    return show_list(request, "base/list.html", context, listing)


def _departures(team_ids: Sequence[int]) -> Table | None:
    leaving = list(access.departures().filter(team_id__in=team_ids))
    if not leaving:
        return None
    rows = [
        Row([Link(each.name, reverse("staff-page", args=[each.pk])), each.team.name if each.team else "", day(each.last_day)])
        for each in leaving
        if each.last_day is not None
    ]
    return Table("Leaving", [Column("Name"), Column("Team"), Column("Last day", narrow=True)], rows, id="departures")
