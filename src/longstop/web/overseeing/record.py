"""The record of one case in full: what was done, and who looked."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access import queries as access
from longstop.audit import queries as audit
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.web import presenters
from longstop.web.casework.standing_in import readers, record_view
from longstop.web.doors import Who, who_is
from longstop.web.overseeing import paging
from longstop.web.overseeing.forms import CaseForm
from longstop.web.parts import Address, Choice, Column, Link, Row, Stack, Table, Tabs, Timeline

SHOWN = 50
MOST_NOTES = 2_000
LOOKED = {
    "viewed": "Opened",
    "searched": "Found by a search",
    "exported": "Taken away in an export",
    "listed": "Seen in a list",
    "protection": "Shown what they need protection for, after saying why",
}
AT = {"case": "The case", "person": "The person"}


def find(request: HttpRequest) -> HttpResponse:
    """Ask whose record is wanted, by the reference of the case."""
    form = CaseForm(request.GET or None)
    if form.is_bound and form.is_valid():
        case = cases.case_by_reference(form.cleaned_data["reference"])
        if case is not None:
            return redirect("record-of-case", case.pk)
        form.add_error("reference", "No case has this reference: check each letter and number")
    return render(request, "overseeing/find.html", {"form": form, "links": paging.links(who_is(request), "record-of")})


def of_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show what was done to a case, or who looked at it and its person. That this page was read is recorded too."""
    who, here, case = who_is(request), Address.of(request), cases.case(case_id)
    if case is None:
        raise Http404
    if not cases.may_see(case, who.standing):
        return _closed(request, case)
    record_view(case, who)
    show, before = here.get("show"), paging.number_in(here.get("before"))
    part, oldest = _looks(case, before) if show == "looked" else _events(case, before, who)
    bare = here.only()
    context = {
        "heading": f"Record of {case.reference}",
        "name": cases.card_names([case], who.standing)[case.pk],
        "case_href": reverse("case", args=[case_id]),
        "tabs": Tabs(
            [
                Choice("What was done", bare.href, current=show != "looked"),
                Choice("Who looked", bare.with_param("show", "looked").href, current=show == "looked"),
            ]
        ),
        "part": part,
        "older": here.with_param("before", str(oldest)).href if oldest else "",
        "back": Link("Record of a case", reverse("record-of")),
    }
    return render(request, "overseeing/record.html", context)


def _closed(request: HttpRequest, case: Case) -> HttpResponse:
    words = [f"{case.reference} is restricted, and so is its record.", f"{case.owner.name}, {case.team.name}, owns it."]
    return render(request, "base/problem.html", {"heading": "This record is restricted", "paragraphs": words}, status=403)


def _events(case: Case, before: int | None, who: Who) -> tuple[Timeline | Table, int | None]:
    found = audit.timeline(subject_kind="case", subject_ids=[case.pk], limit=SHOWN + 1, before=before)
    shown = found[:SHOWN]
    names = access.staff_names(presenters.staff_named_in(shown))
    written = cases.notes_of(case_id=case.pk, limit=MOST_NOTES)
    notes = {each.note.pk: presenters.Said(each.text, each.note.key_note, each.corrected_by) for each in written}
    around = presenters.Around(today=who.today, names=names, notes=notes)
    return Timeline([presenters.show(entry, around) for entry in shown], heading_level=2), _oldest(found)


def _looks(case: Case, before: int | None) -> tuple[Timeline | Table, int | None]:
    found = audit.looks(subjects=[("case", case.pk), ("person", case.person_id)], limit=SHOWN + 1, before=before)
    shown = found[:SHOWN]
    names, why = readers(shown), _reasons(shown)
    rows = [
        Row(
            [
                names[each.by_id, each.read_at],
                Stack(LOOKED.get(each.what, each.what), why.get(each.id, ())),
                AT.get(each.subject_kind, each.subject_kind),
                each.read_at,
            ]
        )
        for each in shown
    ]
    columns = [Column("Who"), Column("How"), Column("What"), Column("When")]
    return Table("Who looked", columns, rows, "looked", caption_hidden=True, empty="Nobody has looked at this case."), _oldest(found)


def _reasons(shown: Sequence[audit.Look]) -> dict[int, tuple[str, ...]]:
    """Give the reasons that people gave for what is only shown for one, by look. One query where there are any."""
    asked = {each.id: each.payload_id for each in shown if each.what == "protection" and each.payload_id}
    kept = audit.contents(asked.values()) if asked else {}
    return {number: (str((kept.get(payload) or {}).get("reason") or "The reason was disposed of"),) for number, payload in asked.items()}


def _oldest(found: list[audit.Entry] | list[audit.Look]) -> int | None:
    """Give the number of the last one shown, where there are more."""
    return found[SHOWN - 1].id if len(found) > SHOWN else None
