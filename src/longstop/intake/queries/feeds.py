"""Files that are expected, late or held, and the register of data assets."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db.models import Max

from longstop.access import queries as access
from longstop.audit.queries import contents
from longstop.intake.feeds import AssetWords, Counted, due, expectation, feed_of, first_words, review_months, sources, what_to_compare
from longstop.intake.models import DataAsset, Receipt, ReceiptState
from longstop.intake.rules import HELD_WORDS, HeldFor


@dataclass(frozen=True, kw_only=True)
class LateFeed:
    """A source whose file should have come by `due_at`, and did not."""

    source: str
    last_received_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class HeldFile:
    """A file that waits for a person, or that somebody decided about: why, what was counted in it, and what it was compared with.

    `compare` says by how much it falls short, and what to lay beside it.
    """

    receipt_id: int
    source: str
    file_name: str
    state: str
    why: str
    why_in_words: str
    compare: str
    rows: int
    refused: int
    observed_at: datetime
    received_at: datetime
    received_by: str
    beside_id: int | None
    beside_rows: int
    beside_observed_at: datetime | None
    task_id: int | None
    decided_at: datetime | None
    decided_by: str
    reason: str


def last_finished(source: str) -> Receipt | None:
    """Give the newest receipt of this source whose file was taken in to its end, or None."""
    return Receipt.objects.filter(source=source, state=ReceiptState.FINISHED).order_by("-pk").first()


def late_feeds(*, at: datetime) -> list[LateFeed]:
    """Give the sources of which no file came by the time that policy names, the latest first. One query.

    A source of which nothing ever came is not late: nobody has begun to send it. Files that are held have come.
    """
    newest: dict[str, datetime] = {}
    for source, moment in Receipt.objects.exclude(state=ReceiptState.ABANDONED).values_list("source").annotate(Max("received_at")):
        newest[feed_of(source)] = max(newest.get(feed_of(source), moment), moment)
    late = []
    for source in sources():
        moment = due(expectation(source, on=at.date()), last_received=newest.get(source))
        if moment is not None and moment < at:
            late.append(LateFeed(source=source, last_received_at=newest[source], due_at=moment))
    return sorted(late, key=lambda feed: feed.due_at)


def held_files(*, state: str = ReceiptState.HELD.value, limit: int = 50) -> list[HeldFile]:
    """Give the files that wait for a person ("held"), or that were "released" or "rejected", newest first. At most three queries."""
    found = Receipt.objects.exclude(held_for="").select_related("held_beside", "received_by")
    rows = list((found.filter(state=state) if state else found).order_by("-pk")[:limit])
    kept = contents(each.decision_payload_id or 0 for each in rows)
    names = access.staff_names(each.decided_by_id for each in rows if each.decided_by_id)
    return [_held(each, (kept.get(each.decision_payload_id or 0) or {}).get("reason", ""), names) for each in rows]


def held_count() -> int:
    """Count the files that wait for a person. One query."""
    return Receipt.objects.filter(state=ReceiptState.HELD).count()


def held_file_of_task(task_id: int) -> int | None:
    """Give the receipt that a task of kind intake.held is about, or None."""
    return Receipt.objects.filter(held_task_id=task_id).values_list("pk", flat=True).first()


def what_falls_short(each: Receipt) -> str:
    """Say of a held file by how much it falls short, and what to lay beside it."""
    beside, file = each.held_beside, Counted(rows=each.held_rows or 0, observed_at=each.observed_at)
    before = Counted(rows=beside.received, observed_at=beside.observed_at) if beside else None
    expected = expectation(each.source, on=each.received_at.date())
    return what_to_compare(HeldFor(each.held_for), expected, file, before=before, at=each.received_at)


def _held(each: Receipt, reason: str, names: dict[int, str]) -> HeldFile:
    return HeldFile(
        receipt_id=each.pk,
        source=each.source,
        file_name=each.file_name,
        state=each.state,
        why=each.held_for,
        why_in_words=HELD_WORDS[HeldFor(each.held_for)],
        compare=what_falls_short(each),
        rows=each.held_rows or 0,
        refused=each.held_refused or 0,
        observed_at=each.observed_at,
        received_at=each.received_at,
        received_by=each.received_by.name,
        beside_id=each.held_beside_id,
        beside_rows=each.held_beside.received if each.held_beside else 0,
        beside_observed_at=each.held_beside.observed_at if each.held_beside else None,
        task_id=each.held_task_id,
        decided_at=each.decided_at,
        decided_by=names.get(each.decided_by_id or 0, ""),
        reason=reason,
    )


@dataclass(frozen=True, kw_only=True)
class Asset(AssetWords):
    """A source as the register has it. `written` is false where only policy has spoken, and its review is then due: nobody has looked."""

    source: str
    next_review: date | None
    retires_on: date | None
    written: bool
    changed_at: datetime | None
    changed_by: str
    last_received_at: datetime | None
    review_months: int


def assets(*, today: date) -> list[Asset]:
    """Give the register of data assets: every source that policy knows, by name. Two queries."""
    written = {each.source: each for each in DataAsset.objects.select_related("changed_by")}
    came: dict[str, datetime] = {}
    for source, moment in Receipt.objects.values_list("source").annotate(Max("received_at")):
        came[feed_of(source)] = max(came.get(feed_of(source), moment), moment)
    return [_asset(source, written.get(source), came.get(source), today) for source in sources()]


def legal_gateway(source: str, *, today: date) -> str:
    """Give the legal gateway by which a source may be used, as the register has it. One query."""
    row = DataAsset.objects.filter(source=source).first()
    return str((row or first_words(source, on=today)).legal_gateway)


def assets_to_review(*, today: date) -> list[Asset]:
    """Give the entries whose review is due or was never planned, or whose retirement has come."""
    found = assets(today=today)
    return [
        each
        for each in found
        if each.next_review is None or each.next_review <= today or (each.retires_on is not None and each.retires_on <= today)
    ]


def _asset(source: str, row: DataAsset | None, came: datetime | None, today: date) -> Asset:
    words = first_words(source, on=today)
    return Asset(
        source=source,
        **{each.name: getattr(row or words, each.name) for each in fields(AssetWords)},
        next_review=row.next_review if row else None,
        retires_on=row.retires_on if row else None,
        written=row is not None,
        changed_at=row.changed_at if row else None,
        changed_by=row.changed_by.name if row else "",
        last_received_at=came,
        review_months=review_months(source, on=today),
    )
