"""Notes: append-only, with corrections that stay visible beside what they correct."""

from datetime import datetime

from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.moving import touch
from longstop.cases.models import Case, Note
from longstop.cases.rules import NOTE_KINDS


class EmptyNote(ValueError):
    """A note has words."""


@action
def write_note(*, case_id: int, kind: str, text: str, by: int, at: datetime, key_note: bool = False, corrects: int | None = None) -> Note:
    """Write a note on a case, open or closed; `corrects` names a note of the same case that this one puts right.

    Raises EmptyNote, KeyError for an unknown kind, Note.DoesNotExist.
    """
    if not text.strip():
        raise EmptyNote
    if kind not in NOTE_KINDS:
        raise KeyError(kind)
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    if corrects is not None:
        Note.objects.get(pk=corrects, case_id=case_id)
    words = keep({"text": text}, person_id=case.person_id)
    note = Note.objects.create(
        case=case,
        kind=kind,
        payload_id=words.pk,
        payload_digest=words.digest,
        key_note=key_note,
        corrects_id=corrects,
        written_at=at,
        written_by_id=by,
    )
    touch(case, by=by, at=at)
    case.save(update_fields=["version", "last_worked_at", "last_worked_by"])
    happened = events.NoteWritten(subject_id=case_id, person_id=case.person_id, note_id=note.pk, note_kind=kind, corrects_id=corrects)
    record(happened, by=by, at=at)
    return note
