"""What the pages of a person have in common: who may look, and what records said over time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from longstop.access.queries import accountability
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.intake.contracts import casework
from longstop.intake.versions import last_told, versions_of
from longstop.people.versions import versions
from longstop.web.casework.words import line_of
from longstop.web.doors import Who
from longstop.web.finding import sayings
from longstop.web.finding.sayings import Track
from longstop.web.presenters.cases import source_of


def tracks_of(person_id: int) -> list[Track]:
    """Give what every record linked to a person said over time, in two queries, three where one is of the old casework system."""
    said = versions(person_id)
    numbers = {person_id, *(each.number for each in said)}
    arrived = versions_of(numbers)
    old = casework.SOURCE
    seen = {(old, number): at for number, at in last_told(numbers).items()} if any(each.source == old for each in said) else {}
    return sayings.tracks(said, arrived, words=source_of, confirmed=seen)


def all_hidden(request: HttpRequest, person_id: int, who: Who) -> HttpResponse | None:
    """Give the closed door where the person has cases and every one is restricted and not for this reader; None where they may look."""
    about = cases.of_persons([person_id]).get(person_id, [])
    return closed_door(request, about) if about and not any(cases.may_see(case, who.standing) for case in about) else None


def closed_door(request: HttpRequest, about: list[Case]) -> HttpResponse:
    """Show that every case about the person is restricted, and who answers for it, and nothing more. The way in is through the case."""
    context = {"cases": [(case, line_of(accountability(case.team_id))) for case in about[:3]]}
    return render(request, "finding/closed_door.html", context, status=403)
