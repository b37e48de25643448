"""Notes written and put right. Nothing written is ever changed: a correction is another note."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from longstop.access.relations import Act
from longstop.cases import actions
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.web.casework.forms import NoteForm
from longstop.web.casework.guards import may_work, not_yours, of_case
from longstop.web.casework.pages import about, done, form_page
from longstop.web.doors import Who
from longstop.web.parts import Button


@of_case(act=Act.NOTE)
def write(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Write a note on a case, open or closed."""
    return _note(request, who, case, corrects=None)


@of_case(act=Act.NOTE)
def correct(request: HttpRequest, who: Who, case: Case, note_id: int) -> HttpResponse:
    """Put a note right by another one, which starts from its words. Both stay to be read."""
    before = cases.note(case_id=case.pk, note_id=note_id)
    if before is None:
        raise Http404
    if before.note.written_by_id != who.id and not may_work(case, who):
        return not_yours(request, who, case, Act.WORK)
    return _note(request, who, case, corrects=before)


def _note(request: HttpRequest, who: Who, case: Case, *, corrects: cases.Written | None) -> HttpResponse:
    number = corrects.note.pk if corrects else None
    initial = {"kind": corrects.note.kind, "text": corrects.text, "key_note": corrects.note.key_note} if corrects else {}
    form = NoteForm(request.POST or None, initial=initial, plain=not may_work(case, who))

    def act() -> object:
        said = form.cleaned_data
        kind, text, key = said["kind"], said["text"], said["key_note"]
        return actions.write_note(case_id=case.pk, kind=kind, text=text, key_note=key, corrects=number, by=who.id, at=who.at)

    back = reverse("case-notes" if corrects else "case", args=[case.pk])
    heading = "Correct a note" if corrects else "Write a note"
    lead = f"{about(case, who)}. The note that you correct stays, marked as corrected." if corrects else about(case, who)
    return done(request, form, act, said="The note was written.", to=back) or form_page(
        request, form, heading=heading, lead=lead, button=Button("Save the note"), back=back
    )
