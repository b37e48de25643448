"""A file's receipt: begun, gone on with, given up, finished."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.intake import events
from longstop.intake.actions.refusals import mend
from longstop.intake.models import Receipt, ReceiptState
from longstop.intake.rules import add_names


class LoadTakenOver(Exception):
    """Another process is loading a file of this source, or this very file."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What became of some rows. `unknown` counts unknown fields by name."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)

    @property
    def received(self) -> int:
        return self.new + self.changed + self.unchanged + self.refused


@action
def begin(
    *,
    source: str,
    file_name: str,
    sha256: bytes,
    size: int,
    form: str,
    observed_at: datetime,
    may_repeat: bool,
    by: int,
    at: datetime,
) -> Receipt:
    """Write down that a file has come, or go on with its interrupted load.

    An interrupted load of another file of the source is given up: its rows stay as they were taken in. The bytes of the file received just
    before are a repeat where `may_repeat`. A file that is held is given back as it is; one that was let in is gone on with.

    Raises GuaranteeBroken("one_file_of_a_source_at_a_time") when another process begins at once.
    """
    underway = Receipt.objects.select_for_update(no_key=True).filter(source=source, state=ReceiptState.BEGUN).first()
    if underway is not None and bytes(underway.sha256) == sha256:
        record(events.LoadResumed(subject_id=underway.pk, after_row=underway.received), by=by, at=at)
        return underway
    if underway is not None:
        _end(underway, ReceiptState.ABANDONED, by=by, at=at)
        record(events.LoadGivenUp(subject_id=underway.pk, received=underway.received), by=by, at=at)
    if (decided := _decided(source, sha256)) is not None:
        return _go_on(decided, by=by, at=at)
    receipt = Receipt.objects.create(
        source=source,
        file_name=file_name[:200],
        sha256=sha256,
        size=size,
        form=form,
        observed_at=observed_at,
        repeats=_repeated(source, sha256) if may_repeat else None,
        received_at=at,
        received_by_id=by,
    )
    begun = events.LoadBegun(
        subject_id=receipt.pk,
        source=source,
        file_name=receipt.file_name,
        sha256=sha256.hex(),
        observed_at=observed_at,
        repeats=receipt.repeats_id,
    )
    record(begun, by=by, at=at)
    return receipt


def _decided(source: str, sha256: bytes) -> Receipt | None:
    """Give the latest receipt of these bytes, where it is held or was let in."""
    last = Receipt.objects.select_for_update(no_key=True).filter(source=source, sha256=sha256).order_by("-pk").first()
    return last if last is not None and last.state in (ReceiptState.HELD, ReceiptState.RELEASED) else None


def _go_on(receipt: Receipt, *, by: int, at: datetime) -> Receipt:
    if receipt.state == ReceiptState.RELEASED:
        receipt.state = ReceiptState.BEGUN
        receipt.save(update_fields=["state"])
    record(events.LoadResumed(subject_id=receipt.pk, after_row=0), by=by, at=at)
    return receipt


def _repeated(source: str, sha256: bytes) -> Receipt | None:
    """Give the latest receipt of the source if it was of these bytes and was finished."""
    waits = Q(state__in=[ReceiptState.HELD, ReceiptState.REJECTED, ReceiptState.RELEASED])
    not_taken_in = waits | Q(state=ReceiptState.ABANDONED, received=0)
    last = Receipt.objects.filter(source=source).exclude(not_taken_in).order_by("-pk").first()
    repeated = last is not None and last.state == ReceiptState.FINISHED and bytes(last.sha256) == sha256
    return last if repeated else None


def lock(*, receipt_id: int, after: int) -> Receipt:
    """Lock a receipt that is being loaded and has dealt with so many rows. Raises LoadTakenOver where it is not, or has not."""
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt_id)
    if receipt.state != ReceiptState.BEGUN or receipt.received != after:
        raise LoadTakenOver
    return receipt


def count(receipt: Receipt, counts: Counts, *, by: int, at: datetime) -> None:
    """Add a chunk's counts to its receipt, and record them."""
    receipt.received += counts.received
    receipt.new += counts.new
    receipt.changed += counts.changed
    receipt.unchanged += counts.unchanged
    receipt.refused += counts.refused
    receipt.problems += counts.problems
    receipt.unknown_fields = add_names(receipt.unknown_fields, counts.unknown)
    receipt.save(update_fields=["received", "new", "changed", "unchanged", "refused", "problems", "unknown_fields"])
    happened = events.RowsTakenIn(
        subject_id=receipt.pk,
        received=counts.received,
        new=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        refused=counts.refused,
    )
    record(happened, by=by, at=at)


@action
def finish(*, receipt_id: int, after: int, by: int, at: datetime) -> Receipt:
    """Finish a receipt all of whose rows were dealt with, and mend the refusals that its good rows answer. Raises LoadTakenOver."""
    receipt = lock(receipt_id=receipt_id, after=after)
    mend(receipt, by=by, at=at)
    return _finished(receipt, by=by, at=at)


@action
def finish_repeat(*, receipt_id: int, counts: Counts, by: int, at: datetime) -> Receipt:
    """Finish the receipt of a file that came twice: its rows are counted, and nothing else is touched. Raises LoadTakenOver."""
    receipt = lock(receipt_id=receipt_id, after=0)
    count(receipt, counts, by=by, at=at)
    return _finished(receipt, by=by, at=at)


def _finished(receipt: Receipt, *, by: int, at: datetime) -> Receipt:
    _end(receipt, ReceiptState.FINISHED, by=by, at=at)
    received = events.Received(
        subject_id=receipt.pk,
        source=receipt.source,
        received=receipt.received,
        new=receipt.new,
        changed=receipt.changed,
        unchanged=receipt.unchanged,
        refused=receipt.refused,
    )
    record(received, by=by, at=at)
    return receipt


def _end(receipt: Receipt, state: ReceiptState, *, by: int, at: datetime) -> None:
    receipt.state, receipt.finished_at, receipt.finished_by_id = state, at, by
    receipt.save(update_fields=["state", "finished_at", "finished_by"])
