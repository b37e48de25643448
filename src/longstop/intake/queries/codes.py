"""Codes that nobody knows, and what stewards said that others mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from longstop.access import queries as access
from longstop.audit.queries import contents
from longstop.intake.codes import Code, Lexicon, fold, lexicon
from longstop.intake.feeds import feed_of
from longstop.intake.models import CodeMapping, CodeState, UnmappedCode
from longstop.intake.rules import CODE_WORDS, CodeKind


@dataclass(frozen=True, kw_only=True)
class CodeRow:
    """A code in a list: what it is of, how many rows of the last receipt that held it did, and what was decided."""

    id: int
    source: str
    kind: str
    kind_in_words: str
    code: str
    rows: int
    first_receipt_id: int
    first_seen_at: datetime
    last_receipt_id: int
    last_seen_at: datetime
    state: str
    means: str
    decided_at: datetime | None
    decided_by: str
    reason: str


def lexicon_of(source: str, *, on: date) -> Lexicon:
    """Give what is known of a source's codes on a day, by policy and by what stewards said. Two queries."""
    found = CodeMapping.objects.filter(Q(to_date__isnull=True) | Q(to_date__gt=on), source=feed_of(source), from_date__lte=on)
    rows = list(found.order_by("from_date", "pk"))
    kept = contents(row.payload_id for row in rows)
    mappings: dict[Code, str] = {}
    for row in rows:
        if content := kept.get(row.payload_id):
            mappings[CodeKind(row.kind), fold(content["code"])] = content["means"]
    return lexicon(on=on, mappings=mappings)


def codes(*, state: str = CodeState.OPEN.value, source: str = "", kind: str = "", after: int = 0, limit: int = 50) -> list[CodeRow]:
    """Give codes that no mapping knew, oldest first; those whose number is above `after`. At most four queries."""
    found = found_codes(state=state, source=source, kind=kind).filter(pk__gt=after).select_related("first_receipt", "last_receipt")
    return _rows(list(found.order_by("pk")[:limit]))


def code(code_id: int) -> CodeRow | None:
    """Give one code, or None."""
    found = UnmappedCode.objects.filter(pk=code_id).select_related("first_receipt", "last_receipt")
    return next(iter(_rows(list(found))), None)


def code_count(*, state: str = CodeState.OPEN.value, source: str = "", kind: str = "") -> int:
    """Count the codes that `codes` lists. One query."""
    return found_codes(state=state, source=source, kind=kind).count()


def code_rows(code_ids: Iterable[int]) -> dict[int, CodeRow]:
    """Give these codes, whatever was decided, by number. At most four queries."""
    found = UnmappedCode.objects.filter(pk__in=set(code_ids)).select_related("first_receipt", "last_receipt")
    return {row.id: row for row in _rows(list(found))}


def found_codes(*, state: str = CodeState.OPEN.value, source: str = "", kind: str = "") -> QuerySet[UnmappedCode]:
    """Give the codes of a state ("" for all), a source and a kind, in no order."""
    wanted = {"state": state, "source": source, "kind": kind}
    return UnmappedCode.objects.filter(**{name: value for name, value in wanted.items() if value})


def _rows(found: Sequence[UnmappedCode]) -> list[CodeRow]:
    marks = [bytes(each.mark) for each in found if each.state == CodeState.MAPPED]
    mapped = {(m.source, m.kind, bytes(m.mark)): m.payload_id for m in CodeMapping.objects.filter(mark__in=marks, to_date__isnull=True)}
    kept = contents([*(each.payload_id for each in found), *(each.reason_payload_id or 0 for each in found), *mapped.values()])
    names = access.staff_names(each.decided_by_id for each in found if each.decided_by_id)
    return [_row(each, kept, names, mapped.get((each.source, each.kind, bytes(each.mark)), 0)) for each in found]


def _row(each: UnmappedCode, kept: dict[int, dict[str, Any] | None], names: dict[int, str], mapping: int) -> CodeRow:
    return CodeRow(
        id=each.pk,
        source=each.source,
        kind=each.kind,
        kind_in_words=CODE_WORDS[CodeKind(each.kind)],
        code=(kept.get(each.payload_id) or {}).get("code", ""),
        rows=each.rows,
        first_receipt_id=each.first_receipt_id,
        first_seen_at=each.first_receipt.received_at,
        last_receipt_id=each.last_receipt_id,
        last_seen_at=each.last_receipt.received_at,
        state=each.state,
        means=(kept.get(mapping) or {}).get("means", ""),
        decided_at=each.decided_at,
        decided_by=names.get(each.decided_by_id or 0, ""),
        reason=(kept.get(each.reason_payload_id or 0) or {}).get("reason", ""),
    )
