"""A case: its overview, notes, ownership, readers and records."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstop.access import queries as access
from longstop.access.relations import Act
from longstop.access.rules import Permission
from longstop.audit import queries as audit
from longstop.cases import queries as cases
from longstop.cases.queries import CasePage
from longstop.people import queries as people
from longstop.web import presenters
from longstop.web.casework import casepage, detention, sections, steps
from longstop.web.casework.guards import closed_door
from longstop.web.casework.standing_in import readers, record_view
from longstop.web.considering.blind import blind_of
from longstop.web.doors import Who, who_is
from longstop.web.overseeing import leave
from longstop.web.parts import Address

PageView = Callable[[HttpRequest, Who, CasePage], HttpResponse]


def _opened(view: PageView) -> Callable[[HttpRequest, int], HttpResponse]:
    """Give a view the case with all that stands around it, record that it was read, and close the door to whoever may not see it."""

    def run(request: HttpRequest, case_id: int) -> HttpResponse:
        who = who_is(request)
        page = cases.case_page(case_id)
        if page is None:
            raise Http404
        if not cases.may_see(page.case, who.standing):
            return closed_door(request, who, page.case)
        record_view(page.case, who)
        return view(request, who, page)

    return run


@_opened
def overview(request: HttpRequest, who: Who, page: CasePage) -> HttpResponse:
    """Show a case: its next task, open tasks, dates and why, and what has happened."""
    here = Address.of(request)
    group, before = here.get("kind"), here.get("before")
    clocks, dates = cases.clocks_and_dates_of(case=page.case, today=who.today)
    entries = audit.timeline(
        subject_kind="case",
        subject_ids=[page.case.pk],
        limit=casepage.TIMELINE + 1,
        kinds=presenters.kinds_in(group) if group in casepage.GROUPS else None,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
    context = casepage.frame(page, who, section="case") | casepage.next_task(page, who)
    notes = casepage.notes_around(page, entries)
    reviews = [row.value for row in dates if row.name == "last_detention_review" and row.value]
    context |= detention.authority(page, clocks, reviews, who)
    context |= {
        "page": page,
        "key_notes": casepage.key_notes(notes),
        "tasks": casepage.open_tasks(page, who),
        "clocks": casepage.whys(clocks, today=who.today) if page.case.closed_at is None else [],
        "dates": casepage.supplied(dates),
        "timeline": casepage.timeline(page, who, here, entries, notes),
        "newest_href": f"{here.without('before').href}#timeline" if before else "",
        "to_sign": page.current is not None and page.current.why == "departure" and page.current.read_at is None,
        "owned_by_me": page.case.owner_id == who.id,
        "offered_to_me": page.offer is not None and page.offer.to_staff_id == who.id,
        "may_transfer": who.may(Permission.TRANSFER),
        "may_offer": who.may(Permission.TRANSFER) and cases.may_do(Act.OFFER, page.case, who.standing),
        "may_restrict": who.may(Permission.RESTRICT) and cases.may_do(Act.RESTRICT, page.case, who.standing),
    }
    return render(request, "casework/case.html", context)


@_opened
def process(request: HttpRequest, who: Who, page: CasePage) -> HttpResponse:
    """Show where each track of a case stands, which steps lead on from there, and every step that was taken."""
    context = casepage.frame(page, who, section="case-process")
    standing = cases.standing_of(page.case, today=who.today)
    open_ = page.case.closed_at is None
    context["tracks"] = steps.tracks(page.case, standing, who, may_work=bool(context["may_work"]) and open_)
    context["history"] = steps.history(cases.stays_of(page.case.pk), standing)
    return render(request, "casework/process.html", context)


@_opened
def notes(request: HttpRequest, who: Who, page: CasePage) -> HttpResponse:
    """Show the notes of a case: key notes first, then the newest first, corrections beside what they put right."""
    here = Address.of(request)
    written = cases.notes_of(case_id=page.case.pk, kind=here.get("kind"))
    context = casepage.frame(page, who, section="case-notes")
    context |= sections.notes(page.case.pk, written, here, may_work=bool(context["may_work"]), reader_id=who.id)
    return render(request, "casework/notes.html", context)


@_opened
def ownership(request: HttpRequest, who: Who, page: CasePage) -> HttpResponse:
    """Show who has owned a case, from when to when and why, and when it was open."""
    context = casepage.frame(page, who, section="case-ownership")
    context |= {
        "spells": sections.ownership(cases.ownership_of(page.case.pk)),
        "openings": sections.openings(cases.openings_of(page.case.pk)),
        "line": page.line,
    }
    return render(request, "casework/ownership.html", context)


@_opened
def viewed(request: HttpRequest, who: Who, page: CasePage) -> HttpResponse:
    """Show who has looked at a case, the newest first."""
    seen = audit.viewings(subject_kind="case", subject_id=page.case.pk, limit=50)
    context = casepage.frame(page, who, section="case-viewed") | {"table": sections.viewings(seen, readers(seen))}
    if page.case.restricted:
        held = list(access.clearances_in_force(at=who.at).filter(subject_id=page.case.pk))
        context["leave"] = leave.table(held, {page.case.pk: page.case}, who, caption_hidden=False)
    return render(request, "casework/viewed.html", context)


@_opened
def records(request: HttpRequest, who: Who, page: CasePage) -> HttpResponse:
    """Show what each agency says of the person, side by side."""
    context = casepage.frame(page, who, section="case-records")
    person = people.person_view(page.case.person_id)
    door = reverse("person-protection", args=[page.case.person_id])
    context["records"], context["protection"] = sections.records(person, door, blind_of(who), today=who.today), sections.protection(person)
    context["protection_url"] = door if context["protection"] else ""
    context["back_href"] = reverse("case", args=[page.case.pk])
    return render(request, "casework/records.html", context)
