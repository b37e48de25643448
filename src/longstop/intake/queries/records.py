"""Records, receipts and refused rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from longstop.access import queries as access
from longstop.audit.counting import how_many, told
from longstop.audit.queries import contents
from longstop.intake.models import Arrival, ArrivalState, Receipt, Refusal, RefusalState
from longstop.intake.queries.casework import export_casework
from longstop.intake.rules import key_digest
from longstop.kernel.identifiers import BadIdentifier, parse_prison_number

PAGE = 50


class NoSuchRecord(LookupError):
    """No record that arrived has this number."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which records a list shows; what is left out does not narrow it. `prison_number` is as somebody typed it.

    `among` are the prisons whose records alone the reader sees, None for whoever sees those of all.
    """

    state: str = ArrivalState.WAITING.value
    prison: str = ""
    custody: str = ""
    released_from: date | None = None
    released_by: date | None = None
    without_release_date: bool = False
    with_problems: bool = False
    changed_since_opened: bool = False
    prison_number: str = ""
    source: str = ""
    among: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class ArrivalRow:
    """One record in a list. Personal values are empty where they were disposed of."""

    id: int
    person_id: int
    source: str
    prison_number: str
    name: str
    date_of_birth: date | None
    nationality: str
    prison: str
    prison_name: str
    custody: str
    legal_status: str
    release_date: date | None
    release_basis: str
    reception_date: date | None
    problems: int
    state: str
    changed_since_opened: bool
    observed_at: datetime
    receipt_id: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a list; `after` asks for the next one, and is None on the last; `before` asks for the one ahead of it.

    `total` is how many records the whole list has, as far as the page holds any.
    """

    rows: list[ArrivalRow]
    total: int
    after: tuple[str, int] | None
    before: tuple[str, int] | None = None


@dataclass(frozen=True, kw_only=True)
class ArrivalView(ArrivalRow):
    """One record whole: `content` as kept (see `prisoners`), `raw` as supplied, and its problems in words."""

    content: dict[str, Any]
    raw: dict[str, Any]
    problem_list: list[dict[str, str]]
    first_received_at: datetime
    last_received_at: datetime
    last_seen_at: datetime
    opened_at: datetime | None
    opened_by: str
    set_aside_at: datetime | None
    set_aside_by: str
    set_aside_reason: str

    @property
    def key(self) -> str:
        """The source's key of the record, which the people room takes."""
        return self.prison_number

    @property
    def release_dates(self) -> dict[str, date]:
        """The dates of the record by the names that a case's key dates bear."""
        return {name: date.fromisoformat(value) for name, value in self.content.get("release_dates", {}).items()}


def found_arrivals(filters: Filters) -> QuerySet[Arrival]:
    """Give the records that these filters leave, in no order."""
    wanted = Q()
    if filters.state:
        wanted &= Q(state=filters.state)
    if filters.source:
        wanted &= Q(source=filters.source)
    if filters.prison:
        wanted &= Q(prison=filters.prison)
    if filters.custody:
        wanted &= Q(custody=filters.custody)
    if filters.released_from:
        wanted &= Q(release_date__gte=filters.released_from)
    if filters.released_by:
        wanted &= Q(release_date__lte=filters.released_by)
    if filters.without_release_date:
        wanted &= Q(release_date__isnull=True)
    if filters.with_problems:
        wanted &= Q(problems__gt=0)
    if filters.changed_since_opened:
        wanted &= Q(state=ArrivalState.OPENED) & ~Q(opened_digest=F("content_digest"))
    if filters.among is not None:
        wanted &= Q(prison__in=filters.among)
    if filters.prison_number:
        wanted &= _with_number(filters.prison_number)
    return Arrival.objects.filter(wanted)


def _with_number(typed: str) -> Q:
    try:
        number = parse_prison_number(typed)
    except BadIdentifier:
        return Q(pk__in=[])
    return Q(key_digest=key_digest(source="hmpps-prisoners", key=number))


def arrivals(
    *,
    filters: Filters,
    after: tuple[str, int] | None = None,
    before: tuple[str, int] | None = None,
    limit: int = PAGE,
    counted: bool = True,
) -> Page:
    """Give a page of records by release date, those without one last, and count the list if it is to be `counted`. Two queries.

    `after` is what the page ahead gave; or `before` what the page behind gave, to go back.
    The order is by date and number alone: nothing about who somebody is can move them in it.
    """
    found = found_arrivals(filters)
    if counted:
        found = found.annotate(total=how_many(found))
    if before is not None:
        back = found.filter(_ahead_of(before)).order_by(F("release_date").desc(nulls_first=True), "-id")
        rows = list(back[:limit])[::-1]
        more = bool(rows)  # at least the page that was gone back from
    else:
        found = found.filter(_beyond(after)) if after is not None else found
        rows = list(found.order_by(F("release_date").asc(nulls_last=True), "id")[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
    total = told(getattr(rows[0], "total", 0)) if rows else 0
    return Page(rows=_rows(rows), total=total, after=_mark(rows[-1]) if more else None, before=_mark(rows[0]) if rows else None)


def _mark(arrival: Arrival) -> tuple[str, int]:
    return (arrival.release_date.isoformat() if arrival.release_date else "", arrival.pk)


def _ahead_of(before: tuple[str, int]) -> Q:
    day, number = before
    if not day:
        return Q(release_date__isnull=False) | Q(release_date__isnull=True, pk__lt=number)
    value = date.fromisoformat(day)
    return Q(release_date__lt=value) | Q(release_date=value, pk__lt=number)


def _beyond(after: tuple[str, int]) -> Q:
    day, number = after
    if not day:
        return Q(release_date__isnull=True, pk__gt=number)
    value = date.fromisoformat(day)
    return Q(release_date__gt=value) | Q(release_date=value, pk__gt=number) | Q(release_date__isnull=True)


def arrival_count(*, filters: Filters) -> int:
    """Count the records that the list of these filters shows. One query."""
    return found_arrivals(filters).count()


def _rows(arrivals: Sequence[Arrival]) -> list[ArrivalRow]:
    kept = contents(each.payload_id for each in arrivals)
    return [ArrivalRow(**_columns(each, _record(kept.get(each.payload_id)))) for each in arrivals]


def arrival_rows(arrival_ids: Iterable[int]) -> dict[int, ArrivalRow]:
    """Give these records as a list shows them, by number. Two queries."""
    return {row.id: row for row in _rows(list(Arrival.objects.filter(pk__in=set(arrival_ids))))}


def _record(content: dict[str, Any] | None) -> dict[str, Any]:
    record: dict[str, Any] = (content or {}).get("record", {})
    return record


def _columns(arrival: Arrival, record: dict[str, Any]) -> dict[str, Any]:
    born = record.get("date_of_birth")
    return {
        "id": arrival.pk,
        "person_id": arrival.person_id,
        "source": arrival.source,
        "prison_number": record.get("prison_number", ""),
        "name": record.get("name", {}).get("display", ""),
        "date_of_birth": date.fromisoformat(born) if born else None,
        "nationality": record.get("nationality", ""),
        "prison": arrival.prison,
        "prison_name": record.get("custody", {}).get("prison_name", ""),
        "custody": arrival.custody,
        "legal_status": arrival.legal_status,
        "release_date": arrival.release_date,
        "release_basis": arrival.release_basis,
        "reception_date": arrival.reception_date,
        "problems": arrival.problems,
        "state": arrival.state,
        "changed_since_opened": arrival.opened_digest is not None and bytes(arrival.opened_digest) != bytes(arrival.content_digest),
        "observed_at": arrival.observed_at,
        "receipt_id": arrival.last_receipt_id,
    }


def arrival(arrival_id: int) -> ArrivalView:
    """Give one record whole. Raises NoSuchRecord."""
    return arrival_views([arrival_id])[0]


def arrival_views(arrival_ids: Iterable[int]) -> list[ArrivalView]:
    """Give these records whole, in the given order, in a fixed number of queries. Raises NoSuchRecord."""
    wanted = list(arrival_ids)
    found = Arrival.objects.select_related("first_receipt", "last_receipt", "sighting__receipt").in_bulk(wanted)
    if missing := [number for number in wanted if number not in found]:
        raise NoSuchRecord(missing[0])
    rows = [found[number] for number in wanted]
    payloads = [each.payload_id for each in rows] + [each.set_aside_reason_payload_id or 0 for each in rows]
    kept = contents(payloads)
    names = access.staff_names({number for each in rows for number in (each.opened_by_id, each.set_aside_by_id) if number})
    return [_view(each, kept, names) for each in rows]


def _view(arrival: Arrival, kept: dict[int, dict[str, Any] | None], names: dict[int, str]) -> ArrivalView:
    content = kept.get(arrival.payload_id) or {}
    reason = kept.get(arrival.set_aside_reason_payload_id or 0) or {}
    return ArrivalView(
        **_columns(arrival, _record(content)),
        content=_record(content),
        raw=content.get("raw", {}),
        problem_list=content.get("problems", []),
        first_received_at=arrival.first_receipt.received_at,
        last_received_at=arrival.last_receipt.received_at,
        last_seen_at=arrival.sighting.receipt.received_at,
        opened_at=arrival.opened_at,
        opened_by=names.get(arrival.opened_by_id or 0, ""),
        set_aside_at=arrival.set_aside_at,
        set_aside_by=names.get(arrival.set_aside_by_id or 0, ""),
        set_aside_reason=reason.get("reason", ""),
    )


def receipts(*, source: str = "", limit: int = PAGE, before: int | None = None) -> list[Receipt]:
    """Give the newest receipts, newest first, with who received them; `before` is the last one of the page before. One query."""
    found = found_receipts(source=source)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def found_receipts(*, source: str = "") -> QuerySet[Receipt]:
    """Give the receipts of a source, or all, with who received them, in no order."""
    found = Receipt.objects.select_related("received_by", "finished_by")
    return found.filter(source=source) if source else found


@dataclass(frozen=True, kw_only=True)
class RefusalRow:
    """A row that could not be used, in words; `value` and `text` are empty where they were disposed of."""

    id: int
    source: str
    receipt_id: int
    file_name: str
    row: int
    line: int
    field: str
    value: str
    text: str
    sentence: str
    remedy: str
    state: str
    received_at: datetime
    ended_at: datetime | None
    ended_by: str
    reason: str


def refusals(
    *, state: str = RefusalState.OPEN.value, source: str = "", receipt_id: int | None = None, after: int = 0, limit: int = PAGE
) -> list[RefusalRow]:
    """Give refused rows, oldest first; those whose number is above `after`. Two queries, three where some have ended."""
    found = found_refusals(state=state, source=source).filter(pk__gt=after)
    if receipt_id is not None:
        found = found.filter(Q(receipt_id=receipt_id) | Q(last_receipt_id=receipt_id))
    return _refusals(list(found.select_related("receipt").order_by("pk")[:limit]))


def refusal_rows(refusal_ids: Iterable[int]) -> dict[int, RefusalRow]:
    """Give these refused rows, whatever their state, by number. As many queries as `refusals`."""
    return {row.id: row for row in _refusals(list(Refusal.objects.select_related("receipt").filter(pk__in=set(refusal_ids))))}


def found_refusals(*, state: str = RefusalState.OPEN.value, source: str = "") -> QuerySet[Refusal]:
    """Give the refused rows of a state ("" for all) and of a source, in no order."""
    found = Refusal.objects.filter(state=state) if state else Refusal.objects.all()
    return found.filter(source=source) if source else found


def _refusals(rows: Sequence[Refusal]) -> list[RefusalRow]:
    kept = contents([each.payload_id for each in rows] + [each.reason_payload_id or 0 for each in rows])
    enders = {each.ended_by_id for each in rows if each.ended_by_id}
    names = access.staff_names(enders) if enders else {}
    return [_refusal(each, kept, names) for each in rows]


def refusal_count(*, state: str = RefusalState.OPEN.value, source: str = "") -> int:
    """Count the refused rows that `refusals` lists. One query."""
    return found_refusals(state=state, source=source).count()


def _refusal(refusal: Refusal, kept: dict[int, dict[str, Any] | None], names: dict[int, str]) -> RefusalRow:
    content = kept.get(refusal.payload_id) or {}
    return RefusalRow(
        id=refusal.pk,
        source=refusal.source,
        receipt_id=refusal.receipt_id,
        file_name=refusal.receipt.file_name,
        row=refusal.row,
        line=refusal.line,
        field=refusal.field,
        value=content.get("value", ""),
        text=content.get("row", ""),
        sentence=refusal.sentence,
        remedy=refusal.remedy,
        state=refusal.state,
        received_at=refusal.receipt.received_at,
        ended_at=refusal.ended_at,
        ended_by=names.get(refusal.ended_by_id or 0, ""),
        reason=(kept.get(refusal.reason_payload_id or 0) or {}).get("reason", ""),
    )


def export_person(person_id: int) -> list[dict[str, Any]]:
    """Give everything that intake holds about a person, as plain values, for the person's own request."""
    numbers = Arrival.objects.filter(person_id=person_id).values_list("pk", flat=True)
    records = [
        {
            "source": view.source,
            "observed_at": view.observed_at.isoformat(),
            "state": view.state,
            "supplied": view.raw,
            "kept": view.content,
        }
        for view in arrival_views(numbers)
    ]
    refused = Refusal.objects.filter(person_id=person_id)
    kept = contents(refused.values_list("payload_id", flat=True))
    return [*records, *export_casework(person_id)] + [
        {"source": each.source, "refused": each.sentence, "state": each.state, "supplied": kept.get(each.payload_id)} for each in refused
    ]
