"""Those who work in a team: who is in, what they carry, and one person's page."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import Permission
from longstop.cases import queries as cases
from longstop.cases.queries import Candidate
from longstop.web.doors import Who, who_is
from longstop.web.leading import scope, words
from longstop.web.leading.parts import Workload
from longstop.web.parts import Address, Cell, Choice, Column, Fact, Link, Pages, Row, Stack, SummaryList, Table, Tabs
from longstop.work import queries as tasks

PAGE = 50


def table(people: Sequence[Candidate], *, caption: str, teams: bool = False, caption_hidden: bool = False) -> Table:
    """Show people with whether they are in, their pattern, what is to come, and what they carry."""
    columns = [Column("Name"), Column("Today"), Column("Works"), Column("Next away"), Column("Cases", numeric=True)]
    columns += [Column("Overdue", numeric=True), Column("Workload")]
    rows = [Row(_cells(one, teams=teams)) for one in people]
    return Table(caption, columns, rows, id="people", caption_hidden=caption_hidden, empty="Nobody is in this list.")


def _cells(one: Candidate, *, teams: bool) -> list[Cell]:
    link = Link(one.staff.name, reverse("staff-page", args=[one.staff.pk]))
    team = one.staff.team.name if teams and one.staff.team else ""
    last = f"Leaves after {words.day(one.staff.last_day)}" if one.staff.last_day else ""
    below = tuple(text for text in (team, last) if text)
    listed = reverse("team-cases", args=[one.staff.team_id])
    return [
        Stack(link, below) if below else link,
        words.today_of(one),
        words.pattern(one.staff.works_on),
        words.next_absence(one),
        Link(f"{one.load.cases:,}", f"{listed}?owner={one.staff.pk}", f"cases of {one.staff.name}"),
        Link(f"{one.load.overdue:,}", f"{listed}?owner={one.staff.pk}&due=overdue", f"overdue cases of {one.staff.name}"),
        Workload.of(one),
    ]


def people_page(request: HttpRequest, team_id: int) -> HttpResponse:
    """List the members of a team and of those below it: all, or those over capacity."""
    who, here = who_is(request), Address.of(request)
    scope.check_may_look(who, team_id)
    ids = access.teams_under(team_id)
    if not ids:
        raise Http404
    over = cases.overloaded(team_ids=ids, today=who.today)
    everybody = access.members(ids)
    only_over = here.get("show") == "over"
    wanted = everybody.filter(pk__in=over) if only_over else everybody
    start = next(iter(scope.numbers([here.get("after")])), 0)
    found = list(wanted[start : start + PAGE])
    all_of_them = everybody.count()
    total = len(over) if only_over else all_of_them
    tabs = Tabs(
        [
            Choice("All", here.only().href, all_of_them, current=not only_over),
            Choice("Over capacity", here.only().with_param("show", "over").href, len(over), current=only_over),
        ]
    )
    shown = table(cases.colleagues(people=found, today=who.today), caption="People", teams=len(ids) > 1, caption_hidden=True)
    context = {
        "heading": "People over capacity" if only_over else "People",
        "lead": "Workload is the points of a person's open cases against the points they can carry. It looks at the case only.",
        "tabs": tabs,
        "table": shown,
        "pages": _pages(here, start, len(found), total),
        "back": Link("Back to the board", reverse("team", args=[team_id])),
    }
    return render(request, "base/list.html", context)


def _pages(here: Address, start: int, shown: int, total: int) -> Pages:
    following = here.with_param("after", str(start + PAGE)).href if start + shown < total else ""
    before = here.with_param("after", str(max(start - PAGE, 0))).href if start else ""
    return Pages(start + 1 if shown else 0, start + shown, total, "people", previous_href=before, next_href=following)


def staff_page(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Show one member of staff: what they carry, absences, competences, roles, and what a manager may do."""
    who = who_is(request)
    person = scope.colleague(who, staff_id)
    (one,) = cases.colleagues(people=[person], today=who.today)
    team = access.team(person.team_id) if person.team_id else None
    manages = person.pk != who.id and scope.may_act(who, person.team_id)
    context = {
        "person": person,
        "carries": _carries(one, tasks.owned_by(staff_id=staff_id).count()),
        "about": _about(person, team.name if team else "", one),
        "absences": _absences(person, who),
        "held": _roles(person, who),
        "able": _competences(person, who),
        "roles": person.active,
        "absence_url": reverse("absence-record", args=[staff_id]),
        "departure_url": reverse("departure", args=[staff_id]),
        "role_url": reverse("staff-role", args=[staff_id]),
        "may_record_absence": who.may(Permission.RECORD_ABSENCE) and (manages or person.pk == who.id),
        "may_plan": who.may(Permission.PLAN_DEPARTURE) and manages,
        "back": Link("Back to the board", reverse("team", args=[person.team_id])) if person.team_id else None,
    }
    return render(request, "leading/staff.html", context)


def _carries(one: Candidate, open_tasks: int) -> SummaryList:
    listed = reverse("team-cases", args=[one.staff.team_id]) if one.staff.team_id else ""
    cases_link: Cell = Link(f"{one.load.cases:,}", f"{listed}?owner={one.staff.pk}") if listed else one.load.cases
    late: Cell = Link(f"{one.load.overdue:,}", f"{listed}?owner={one.staff.pk}&due=overdue") if listed else one.load.overdue
    facts = [
        Fact("Open cases", cases_link),
        Fact("Overdue", late),
        Fact("Open tasks of every kind", open_tasks),
        Fact("Workload", Workload.of(one)),
        Fact("Last given a case", one.load.last_given or "Never"),
    ]
    return SummaryList(facts, title="What they carry")


def _about(person: Staff, team: str, one: Candidate) -> SummaryList:
    facts = [
        Fact("Team", Link(team, reverse("team", args=[person.team_id])) if team else "None"),
        Fact("Today", words.today_of(one) if person.active else "No longer works here"),
        Fact("Works", words.pattern(person.works_on)),
        Fact("Staff number", person.staff_number),
        Fact("Last day", person.last_day or "Not leaving"),
    ]
    return SummaryList(facts, title="About")


def _absences(person: Staff, who: Who) -> Table:
    """Why somebody is away is for them and those who answer for them."""
    private = person.pk == who.id or scope.may_act(who, person.team_id)
    rows = [
        Row(
            [
                words.days_away(each),
                words.kind_of(each) if private else "Away",
                each.cover.name if each.cover else "Nobody yet",
            ]
        )
        for each in access.absences(staff_ids=[person.pk], from_date=who.today)
    ]
    columns = [Column("Days"), Column("Kind"), Column("Cover")]
    return Table("Absences, now and to come", columns, rows, id="absences", empty="None recorded.")


def _roles(person: Staff, who: Who) -> Table:
    held = access.grants_in_force(today=who.today).filter(staff_id=person.pk).order_by("role")
    rows = [Row([words.role(each.role), words.day(each.from_date), words.day(each.to_date) if each.to_date else "No end"]) for each in held]
    return Table("Roles", [Column("Role"), Column("From"), Column("Until")], rows, id="roles", empty="None today.")


def _competences(person: Staff, who: Who) -> Table:
    rows = [
        Row([words.competence(each.code), words.day(each.to_date) if each.to_date else "Does not expire"])
        for each in access.competences(staff_id=person.pk, today=who.today)
    ]
    return Table("Competences", [Column("Competence"), Column("Until")], rows, id="competences", empty="None recorded.")
