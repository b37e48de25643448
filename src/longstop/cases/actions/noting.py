"""Notes: append-only, with corrections that stay visible beside what they correct."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from longstop.audit.actions import keep_plainly, record_many
from longstop.audit.bulk import insert_rows
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.moving import touch
from longstop.cases.models import Case, Note
from longstop.cases.rules import NOTE_KINDS


class EmptyNote(ValueError):
    """A note has words."""


@dataclass(frozen=True, kw_only=True)
class NewNote:
    """A note to be written. `corrects` names the note that this one puts right."""

    kind: str
    text: str
    key_note: bool = False
    corrects: int | None = None


def check_note(new: NewNote) -> None:
    """Refuse what is no note. Raises EmptyNote, KeyError for an unknown kind."""
    if not new.text.strip():
        raise EmptyNote
    if new.kind not in NOTE_KINDS:
        raise KeyError(new.kind)


@action
def write_note(*, case_id: int, kind: str, text: str, by: int, at: datetime, key_note: bool = False, corrects: int | None = None) -> Note:
    """Write a note on a case, open or closed; `corrects` names a note of the same case that this one puts right.

    Raises EmptyNote, KeyError for an unknown kind, Note.DoesNotExist.
    """
    new = NewNote(kind=kind, text=text, key_note=key_note, corrects=corrects)
    check_note(new)
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    if corrects is not None:
        Note.objects.get(pk=corrects, case_id=case_id)
    touch(case, by=by, at=at)
    case.save(update_fields=["version", "last_worked_at", "last_worked_by"])
    (number,) = store_notes([(case, new)], by=by, at=at)
    return Note.objects.get(pk=number)


def store_notes(wanted: Sequence[tuple[Case, NewNote]], *, by: int, at: datetime) -> list[int]:
    """Write notes that were checked, each on its case, in a fixed number of statements; gives their numbers."""
    words = keep_plainly(({"text": new.text}, case.person_id) for case, new in wanted)
    rows = [
        {
            "case_id": case.pk,
            "kind": new.kind,
            "payload_id": kept.pk,
            "payload_digest": kept.digest,
            "key_note": new.key_note,
            "corrects_id": new.corrects,
            "written_at": at,
            "written_by_id": by,
        }
        for (case, new), kept in zip(wanted, words, strict=True)
    ]
    numbers = insert_rows(Note, rows)
    happened = [
        events.NoteWritten(subject_id=case.pk, person_id=case.person_id, note_id=number, note_kind=new.kind, corrects_id=new.corrects)
        for (case, new), number in zip(wanted, numbers, strict=True)
    ]
    record_many(happened, by=by, at=at)
    return numbers
