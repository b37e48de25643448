"""The handover pack: what a successor must know, gathered from the record as it stands. Read-only."""

from datetime import date
from typing import Any

from longstop.audit import queries as audit
from longstop.cases.models import Case, Clock, Note
from longstop.cases.rules import NOTE_KINDS, PACK_KINDS
from longstop.work import queries as tasks
from longstop.work.rules import title


def pack(*, case_id: int, today: date) -> dict[str, Any]:
    """Gather a case's open tasks by due date, the dates that raise an alarm, and its notes of risks, promises and reasons."""
    case = Case.objects.get(pk=case_id)
    open_tasks = list(tasks.of_subjects(subject_ids=[case_id]))
    alarms = Clock.objects.filter(case=case).exclude(alarm="").order_by("kind")
    return {
        "reference": case.reference,
        "as_at": today.isoformat(),
        "tasks": [_task(task, today) for task in open_tasks],
        "alarms": [{"clock": clock.kind, "alarm": clock.alarm} for clock in alarms],
        "notes": _notes(case_id),
    }


def _task(task: Any, today: date) -> dict[str, Any]:
    return {
        "title": title(kind=task.kind, today=today),
        "due": task.due.isoformat(),
        "late": task.due < today,
        "waiting_for": task.waiting_for,
        "owner": task.owner.name,
    }


def _notes(case_id: int) -> dict[str, list[dict[str, Any]]]:
    """Notes that must be handed on, by kind, newest first; a corrected note is left out in favour of its correction."""
    rows = Note.objects.filter(case_id=case_id, kind__in=PACK_KINDS, corrections__isnull=True).select_related("written_by").order_by("-pk")
    words = audit.contents(row.payload_id for row in rows)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        content = words.get(row.payload_id) or {}
        entry = {"text": content.get("text", ""), "by": row.written_by.name, "at": row.written_at.isoformat()}
        found.setdefault(NOTE_KINDS[row.kind], []).append(entry)
    return found


def digest_of(payload_id: int) -> str:
    """Give the digest of a stored pack, in hexadecimal: what the successor signed for."""
    return audit.digest_of(payload_id).hex()
