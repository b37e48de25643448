"""The page of one person."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from longstop.access.queries import accountability
from longstop.audit.actions import record_reading
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.intake.versions import versions_of
from longstop.people import queries as people
from longstop.people.versions import versions
from longstop.web.casework.words import line_of
from longstop.web.considering import of_person, old_cases
from longstop.web.doors import who_is
from longstop.web.finding import personpage, sayings
from longstop.web.presenters.cases import source_of


def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person: what protects them, their cases, and who says what of them, since when. It is recorded that somebody looked."""
    who = who_is(request)
    try:
        view = people.person_view(person_id)
    except people.NoSuchPerson as missing:
        raise Http404 from missing
    about = cases.of_persons([person_id]).get(person_id, [])
    seen = [case for case in about if cases.may_see(case, who.standing)]
    if about and not seen:
        return _closed_door(request, about)
    said = versions(person_id)
    arrived = versions_of({person_id, *(each.number for each in said)})
    tracks = sayings.tracks(said, arrived, words=source_of)
    dates = cases.key_dates_of_cases(case.pk for case in seen) if seen else []
    record_reading(what="viewed", by=who.id, at=who.at, subject_kind="person", subject_id=person_id)
    considered = of_person.tables(person_id, who, busy=any(case.closed_at is None for case in about))
    old = {"old_cases": old_cases.of_person(person_id, who) if len(seen) == len(about) else None}
    return render(request, "finding/person.html", personpage.context(view, tracks, seen, dates, who) | considered | old)


def _closed_door(request: HttpRequest, about: list[Case]) -> HttpResponse:
    """Show that every case about the person is restricted, and who answers for it, and nothing more. The way in is through the case."""
    context = {"cases": [(case, line_of(accountability(case.team_id))) for case in about[:3]]}
    return render(request, "finding/closed_door.html", context, status=403)
