"""Codes that nobody knows: written down once a code when they come, and decided by a data steward."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from longstop.audit.actions import keep, keep_many, record, record_many
from longstop.audit.operations import action
from longstop.intake import events
from longstop.intake.codes import LONGEST, Code, Codes
from longstop.intake.feeds import feed_of
from longstop.intake.models import CodeMapping, CodeState, Receipt, UnmappedCode
from longstop.intake.rules import CODE, CodeKind, code_digest


class CodeIsDecided(Exception):
    """Somebody else decided about the code in the meantime, or nobody has yet."""


def note_codes(receipt: Receipt, codes: Sequence[Codes], *, by: int, at: datetime) -> None:
    """Write down the codes of a chunk that nobody knows: new ones as questions, others as seen again."""
    counted = Counter(code for each in codes for code in each.unknown)
    if not counted:
        return
    source = feed_of(receipt.source)
    marks: dict[bytes, tuple[Code, int]] = {}
    for code, rows in counted.items():
        mark = code_digest(source=source, kind=code[0], code=code[1])
        marks[mark] = (code, rows + (marks[mark][1] if mark in marks else 0))
    held = list(UnmappedCode.objects.select_for_update(no_key=True).filter(source=source, mark__in=list(marks)).order_by("pk"))
    for each in held:
        rows = marks.pop(bytes(each.mark))[1]
        each.rows = rows + (each.rows if each.last_receipt_id == receipt.pk else 0)
        each.last_receipt = receipt
    UnmappedCode.objects.bulk_update(held, ["rows", "last_receipt"])
    payloads = keep_many(({"code": code[1]}, None) for code, _ in marks.values())
    made = UnmappedCode.objects.bulk_create(
        UnmappedCode(source=source, kind=code[0].value, mark=mark, payload=payload, first_receipt=receipt, last_receipt=receipt, rows=rows)
        for (mark, (code, rows)), payload in zip(marks.items(), payloads, strict=True)
    )
    record_many(
        [events.CodeUnknown(subject_id=each.pk, source=source, code_kind=each.kind, receipt_id=receipt.pk) for each in made], by=by, at=at
    )


def _open(code_id: int, to: CodeState) -> UnmappedCode:
    code = UnmappedCode.objects.select_for_update(no_key=True).get(pk=code_id)
    if to.value not in CODE.next[code.state]:
        raise CodeIsDecided
    return code


def _decide(code: UnmappedCode, to: CodeState, reason: str, *, by: int, at: datetime) -> None:
    if not reason.strip():
        raise ValueError("Say why the code is decided so.")
    code.state, code.decided_at, code.decided_by_id = to, at, by
    code.reason_payload_id = keep({"reason": reason}, person_id=None).pk
    code.save(update_fields=["state", "decided_at", "decided_by", "reason_payload_id"])


@action
def map_code(*, code_id: int, means: str, reason: str, by: int, at: datetime, today: date) -> None:
    """Say what a source means by a code: from today its records are read so, each when a file brings it next.

    Raises CodeIsDecided; ValueError where no meaning or reason is given.
    """
    meant = " ".join(means.split())
    if not meant or len(meant) > LONGEST:
        raise ValueError(f"Say what the code means, in at most {LONGEST} characters.")
    code = _open(code_id, CodeState.MAPPED)
    _decide(code, CodeState.MAPPED, reason, by=by, at=at)
    written = code.payload.content or {}
    payload = keep({"code": written.get("code", ""), "means": meant}, person_id=None)
    CodeMapping.objects.create(
        source=code.source, kind=code.kind, mark=code.mark, payload=payload, from_date=today, made_at=at, made_by_id=by
    )
    record(events.CodeMapped(subject_id=code.pk, source=code.source, code_kind=code.kind, means=meant, reason=reason), by=by, at=at)


@action
def accept_code(*, code_id: int, reason: str, by: int, at: datetime) -> None:
    """Say that a code is right as it is, and need not be asked about again. Raises CodeIsDecided; ValueError without a reason."""
    code = _open(code_id, CodeState.ACCEPTED)
    _decide(code, CodeState.ACCEPTED, reason, by=by, at=at)
    record(events.CodeAccepted(subject_id=code.pk, source=code.source, code_kind=code.kind, reason=reason), by=by, at=at)


@action
def close_code(*, code_id: int, reason: str, by: int, at: datetime) -> None:
    """Say that a code means nothing that can be used, and why. Raises CodeIsDecided; ValueError without a reason."""
    code = _open(code_id, CodeState.CLOSED)
    _decide(code, CodeState.CLOSED, reason, by=by, at=at)
    record(events.CodeClosed(subject_id=code.pk, source=code.source, code_kind=code.kind, reason=reason), by=by, at=at)


@action
def reopen_code(*, code_id: int, reason: str, by: int, at: datetime, today: date) -> None:
    """Ask about a code again, ending the mapping that there was. Raises CodeIsDecided; ValueError without a reason."""
    if not reason.strip():
        raise ValueError("Say why the code is asked about again.")
    code = _open(code_id, CodeState.OPEN)
    mappings = CodeMapping.objects.filter(source=code.source, kind=code.kind, mark=code.mark, to_date__isnull=True)
    mappings.update(to_date=today, ended_at=at, ended_by_id=by)
    code.state, code.decided_at, code.decided_by_id, code.reason_payload_id = CodeState.OPEN, None, None, None
    code.save(update_fields=["state", "decided_at", "decided_by", "reason_payload_id"])
    record(events.CodeReopened(subject_id=code.pk, source=code.source, code_kind=code.kind, reason=reason), by=by, at=at)


__all__ = ["CodeIsDecided", "CodeKind", "accept_code", "close_code", "map_code", "note_codes", "reopen_code"]
