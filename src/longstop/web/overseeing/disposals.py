"""Destroying what is held about a person: one proposes, another approves."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access import queries as access
from longstop.audit import queries as audit
from longstop.audit.actions.disposing import AlreadyApproved, SamePerson
from longstop.audit.models import Disposal
from longstop.cases import actions
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.reconciliation import actions as reconciliation
from longstop.referral.actions import StillConsidered
from longstop.web.doors import Who, who_is
from longstop.web.overseeing import paging
from longstop.web.overseeing.forms import CaseForm, ProposalForm
from longstop.web.parts import Address, Button, Cell, Column, Fact, Link, Pages, Row, Stack, SummaryList, Table, Tag

SHOWN = 50
OPEN = "A case about this person is open. Nothing about them can be destroyed until it is closed."
CONSIDERED = "A referral, question, departure or break about this person is open: see to it first."
JOINED = "A record was joined to this person after the disposal was proposed. Propose it again, so that its values go too."
COLUMNS = [Column("Certificate"), Column("Cases"), Column("Reason"), Column("Rule"), Column("Proposed by"), Column("Approved by")]


def listed(request: HttpRequest) -> HttpResponse:
    """List what waits for a second person, and what was destroyed; ask for the case of a person to propose."""
    who, here = who_is(request), Address.of(request)
    form = CaseForm(request.GET if "reference" in request.GET else None)
    if form.is_bound and form.is_valid():
        case = cases.case_by_reference(form.cleaned_data["reference"])
        if case is not None:
            return redirect("propose-disposal", case.person_id)
        form.add_error("reference", "No case has this reference: check each letter and number")
    waiting = audit.disposals_waiting()
    done = audit.disposals(limit=SHOWN + 1, before=paging.number_in(here.get("after")))
    shown = [*waiting, *done[:SHOWN]]
    about = cases.of_persons(each.person_id for each in shown)
    names = access.staff_names(pk for each in shown for pk in (each.proposed_by, each.approved_by) if pk)
    rows = {each.pk: _row(each, about.get(each.person_id, []), names, who) for each in shown}
    more = here.with_param("after", str(done[SHOWN - 1].pk)).href if len(done) > SHOWN else ""
    context = {
        "form": form,
        "links": paging.links(who, "disposals"),
        "waiting": Table("Waiting for a second person", COLUMNS, [rows[each.pk] for each in waiting], "waiting", empty="Nothing waits."),
        "done": Table("Destroyed", COLUMNS, [rows[each.pk] for each in done[:SHOWN]], "done", empty="Nothing has been destroyed."),
        "pages": Pages(1 if done else 0, len(done[:SHOWN]), None, "certificates", "", more),
    }
    return render(request, "overseeing/disposals.html", context)


def _row(each: Disposal, held: list[Case], names: dict[int, str], who: Who) -> Row:
    number = f"Certificate {each.pk}"
    first: Cell = number
    if each.approved_at is None and each.proposed_by != who.id:
        first = Link(number, reverse("approve-disposal", args=[each.pk]))
    by = Stack(names.get(each.approved_by or 0, ""), (each.approved_at,)) if each.approved_at else Tag("Not yet", "orange")
    references = ", ".join(case.reference for case in held) or "None"
    return Row([first, references, each.reason, each.authority, Stack(names.get(each.proposed_by, ""), (each.proposed_at,)), by])


def propose(request: HttpRequest, person_id: int) -> HttpResponse:
    """Propose that what is held about a person be destroyed. Refused while a case of theirs is open."""
    who, held = who_is(request), _held(person_id)
    if any(case.closed_at is None for case in held):
        messages.error(request, OPEN)
        return redirect("disposals")
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reconciliation.propose_disposal(person_id=person_id, **form.cleaned_data, by=who.id, at=who.at)
        except actions.PersonHasOpenCase:
            messages.error(request, OPEN)
        except (StillConsidered, reconciliation.StillBroken):
            messages.error(request, CONSIDERED)
        else:
            messages.success(request, "The disposal is proposed. Nothing is destroyed until a second person approves it.")
        return redirect("disposals")
    context = {
        "heading": "Propose a disposal",
        "lead": "A second person must approve it. Then it cannot be undone.",
        "summary": _what_goes(held, person_id, who),
        "form": form,
        "button": Button("Propose the disposal"),
        "cancel": Link("Cancel", reverse("disposals")),
    }
    return render(request, "base/confirm.html", context)


def _held(person_id: int) -> list[Case]:
    """Give the cases about a person. There is nobody to dispose of without one."""
    held = cases.of_persons([person_id]).get(person_id, [])
    if not held:
        raise Http404
    return held


def _what_goes(held: list[Case], person_id: int, who: Who) -> SummaryList:
    shown = cases.card_names(held, who.standing)
    references = tuple(f"{case.reference}, {'open' if case.closed_at is None else 'closed'}" for case in held)
    return SummaryList(
        [
            Fact("Who", shown[held[0].pk]),
            Fact("Cases", Stack(references[0], references[1:])),
            Fact("Destroyed", Stack(f"{audit.payloads_standing(person_id)} texts and records", WHAT)),
            Fact("Kept", "What was done, when and by whom, without the words; it still verifies"),
        ]
    )


WHAT = (
    "Names, dates of birth and identifiers",
    "What each agency supplied",
    "The words of notes, tasks, reasons and outcomes",
    "Every way to find the person by a search, and searches that named them",
)


def approve(request: HttpRequest, disposal_id: int) -> HttpResponse:
    """Show what a colleague's proposal would destroy, and destroy it when it is approved."""
    who, disposal = who_is(request), _proposal(disposal_id)
    if disposal.proposed_by == who.id or disposal.approved_at is not None:
        messages.error(request, "You proposed this: another person must approve it." if disposal.approved_at is None else "This was done.")
        return redirect("disposals")
    if request.method == "POST":
        _destroy(request, disposal_id, who)
        return redirect("disposals")
    context = {
        "heading": f"Approve disposal {disposal_id}",
        "summary": _proposed(disposal, who),
        "warning": "What is destroyed cannot be brought back.",
        "button": Button("Approve and destroy", "warning"),
        "cancel": Link("Cancel", reverse("disposals")),
    }
    return render(request, "base/confirm.html", context)


def _proposal(disposal_id: int) -> Disposal:
    try:
        return audit.disposal(disposal_id)
    except Disposal.DoesNotExist as missing:
        raise Http404 from missing


def _proposed(disposal: Disposal, who: Who) -> SummaryList:
    names = access.staff_names([disposal.proposed_by])
    facts = [
        Fact("Proposed by", Stack(names.get(disposal.proposed_by, ""), (disposal.proposed_at,))),
        Fact("Reason", disposal.reason),
        Fact("Rule of the retention schedule", disposal.authority),
    ]
    held = cases.of_persons([disposal.person_id]).get(disposal.person_id, [])
    return SummaryList([*facts, *(_what_goes(held, disposal.person_id, who).facts if held else ())])


def _destroy(request: HttpRequest, disposal_id: int, who: Who) -> None:
    try:
        gone = reconciliation.dispose_person(disposal_id=disposal_id, by=who.id, at=who.at)
    except actions.PersonHasOpenCase:
        messages.error(request, OPEN)
    except (StillConsidered, reconciliation.StillBroken):
        messages.error(request, CONSIDERED)
    except actions.RecordsJoinedSince:
        messages.error(request, JOINED)
    except SamePerson:
        messages.error(request, "You proposed this: another person must approve it.")
    except AlreadyApproved:
        messages.error(request, "Somebody else approved this in the meantime.")
    else:
        messages.success(request, f"Certificate {disposal_id}: {gone} texts and records are destroyed.")
