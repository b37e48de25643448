"""What one record says of protection, for those who see the records of an agency and not the person, such as that agency's liaison."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from longstop.people.queries import person_about
from longstop.web.doors import who_is
from longstop.web.finding.protection import alerts_told, ask_why
from longstop.web.finding.sayings import Track
from longstop.web.parts import Link
from longstop.web.presenters.cases import source_of
from longstop.web.receiving.records import closed_record, found_record


def protection(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Ask why somebody needs to know what a record says of protection, and then show it, once: the next time asks again."""
    who, view = who_is(request), found_record(arrival_id)
    if refused := closed_record(request, view, who):
        return refused
    if view.person_id is None:
        raise Http404
    said = Track(source=source_of(view.source), versions=((view.observed_at, view.content),), seen_at=view.last_seen_at)
    return ask_why(
        request,
        who,
        person_id=person_about(view.person_id),
        heading="Protection of the person of a record",
        back=Link("The record", reverse("record", args=[arrival_id])),
        told=lambda: [alerts_told([said])],
    )
