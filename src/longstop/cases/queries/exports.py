"""What is held about a person in cases, for the person's own request."""

from typing import Any

from longstop.cases.models import Case, DetentionAuthority, Stay
from longstop.cases.queries.pages import authorities_of, key_dates_of, notes_of, ownership_of
from longstop.cases.queries.tracks import stays_of
from longstop.work import queries as tasks

ALL = 1_000_000


def export_person(person_id: int) -> list[dict[str, Any]]:
    """Give what this room and `work` hold about a person, as plain values: cases with their dates, tasks, notes and owners."""
    return [_exported(case) for case in Case.objects.filter(person_id=person_id).order_by("pk")]


def _exported(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "opened": case.first_opened_at.isoformat(),
        "closed": case.closed_at.isoformat() if case.closed_at else None,
        "outcome": case.outcome,
        "key_dates": [[row.name, row.value.isoformat() if row.value else None, row.source] for row in key_dates_of(case.pk)],
        "authorities_to_detain": [_authority(each, words) for each, words in authorities_of(case.pk)],
        "steps_taken": [_step(each, words) for each, words in stays_of(case.pk)],
        "tasks": tasks.export_subjects(subject_ids=[case.pk]),
        "notes": [[note.note.kind, note.text, note.note.written_at.isoformat()] for note in notes_of(case_id=case.pk, limit=ALL)],
        "owners": [[spell.staff.name, spell.state] for spell in ownership_of(case.pk)],
    }


def _authority(each: DetentionAuthority, words: dict[str, Any]) -> dict[str, Any]:
    dates = {name: getattr(each, name) for name in ("given_on", "effective_from", "until", "reasoned_on")}
    return {"kind": each.kind, **{name: day.isoformat() if day else None for name, day in dates.items()}, "words": words}


def _step(each: Stay, words: dict[str, Any]) -> dict[str, Any]:
    days = {"on": each.began_on.isoformat(), "until": each.ended_on.isoformat() if each.ended_on else None}
    return {"track": each.track, "step": each.step, "state": each.state, "round": each.round, **days, "words": words}
