"""The page of one person."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from longstop.audit.actions import record_reading
from longstop.cases import queries as cases
from longstop.people import queries as people
from longstop.reconciliation.queries import BreakSaid, breaks_of_person
from longstop.referral.queries.pairs import Blind
from longstop.web.considering import of_person, old_cases
from longstop.web.considering.blind import blind_of
from longstop.web.considering.of_person import Considered
from longstop.web.doors import who_is
from longstop.web.finding import personpage
from longstop.web.finding.conflicts import Concerns, concerns
from longstop.web.finding.gathering import closed_door, tracks_of


def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person: what protects them, their cases, and who says what of them, since when. It is recorded that somebody looked.

    Breaks, and who has a disagreement, are for those who see who is considered, and not where a case of the person is closed to them.
    """
    who = who_is(request)
    try:
        view = people.person_view(person_id)
    except people.NoSuchPerson as missing:
        raise Http404 from missing
    about = cases.told_of_person(person_id)
    seen = [each for each in about if cases.may_see(each.case, who.standing)]
    if about and not seen:
        return closed_door(request, [each.case for each in about])
    record_reading(what="viewed", by=who.id, at=who.at, subject_kind="person", subject_id=person_id)
    considered = of_person.considered(person_id, who)
    whole = len(seen) == len(about)
    breaks = breaks_of_person(person_id) if considered is not None and whole else None
    unseen = blind_of(who)
    page = personpage.About(
        view=view,
        tracks=tracks_of(person_id),
        told=seen,
        dates=cases.key_dates_of_cases(each.case.pk for each in seen) if seen else [],
        breaks=breaks,
        concerns=_concerns(breaks, considered, unseen),
        unseen=unseen,
    )
    context = personpage.context(page, who)
    context |= of_person.tables(considered, person_id, who, unseen, busy=any(each.case.closed_at is None for each in about))
    context["old_cases"] = old_cases.of_person(person_id, who) if whole else None
    return render(request, "finding/person.html", context)


def _concerns(breaks: Sequence[BreakSaid] | None, considered: Considered | None, unseen: Blind) -> Concerns:
    if breaks is None or considered is None:
        return Concerns(shown=False)
    return concerns(breaks, [each for each in considered.questions if not unseen.hides(each)])
