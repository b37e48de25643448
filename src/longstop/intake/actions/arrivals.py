"""What people do with records that wait."""

from collections.abc import Sequence
from datetime import datetime

from longstop.audit.actions import keep, record, record_many
from longstop.audit.operations import action
from longstop.intake import events
from longstop.intake.models import Arrival, ArrivalState


class NotWaiting(Exception):
    """A record was opened, set aside or taken up by somebody else in the meantime. `arrival_ids` says which."""

    def __init__(self, arrival_ids: Sequence[int]) -> None:
        super().__init__(", ".join(map(str, arrival_ids)))
        self.arrival_ids = list(arrival_ids)


def _lock(arrival_ids: Sequence[int], *states: ArrivalState) -> list[Arrival]:
    found = list(Arrival.objects.select_for_update(no_key=True).filter(pk__in=arrival_ids).order_by("pk"))
    ready = {each.pk for each in found if each.state in states}
    if missing := sorted(set(arrival_ids) - ready):
        raise NotWaiting(missing)
    return found


@action
def mark_opened(*, arrival_ids: Sequence[int], by: int, at: datetime) -> None:
    """Say that cases were opened from these records, in the transaction that opens them. A record set aside may be opened too.

    Raises NotWaiting, naming those that cannot be.
    """
    opened = _lock(arrival_ids, ArrivalState.WAITING, ArrivalState.SET_ASIDE)
    for each in opened:
        each.state, each.opened_at, each.opened_by_id, each.opened_digest = ArrivalState.OPENED, at, by, each.content_digest
        each.set_aside_at = each.set_aside_by_id = each.set_aside_reason_payload_id = None
    fields = ["state", "opened_at", "opened_by", "opened_digest", "set_aside_at", "set_aside_by", "set_aside_reason_payload_id"]
    Arrival.objects.bulk_update(opened, fields, batch_size=500)
    record_many([events.RecordOpened(subject_id=each.pk, person_id=each.person_id) for each in opened], by=by, at=at)


@action
def set_aside(*, arrival_id: int, reason: str, by: int, at: datetime) -> None:
    """Say that a record needs no case now, and why. It waits again when what tells about it changes.

    Raises NotWaiting; ValueError where no reason is given.
    """
    if not reason.strip():
        raise ValueError("Say why the record is set aside.")
    (arrival,) = _lock([arrival_id], ArrivalState.WAITING)
    arrival.state, arrival.set_aside_at, arrival.set_aside_by_id = ArrivalState.SET_ASIDE, at, by
    arrival.set_aside_reason_payload_id = keep({"reason": reason}, person_id=arrival.person_id).pk
    arrival.save(update_fields=["state", "set_aside_at", "set_aside_by", "set_aside_reason_payload_id"])
    record(events.RecordSetAside(subject_id=arrival.pk, person_id=arrival.person_id, reason=reason), by=by, at=at)


@action
def take_up(*, arrival_id: int, reason: str, by: int, at: datetime) -> None:
    """Let a record that was set aside wait again, saying why. Raises NotWaiting where it was not set aside."""
    (arrival,) = _lock([arrival_id], ArrivalState.SET_ASIDE)
    arrival.state, arrival.set_aside_at, arrival.set_aside_by_id = ArrivalState.WAITING, None, None
    arrival.set_aside_reason_payload_id = None
    arrival.save(update_fields=["state", "set_aside_at", "set_aside_by", "set_aside_reason_payload_id"])
    record(events.RecordTakenUp(subject_id=arrival.pk, person_id=arrival.person_id, reason=reason), by=by, at=at)
