"""What can be recorded about persons and the records about them."""

from dataclasses import dataclass
from datetime import datetime

from longstop.audit.events import Event, event, personal


@event("person.taken_on", about="person")
@dataclass(frozen=True, kw_only=True)
class PersonTakenOn(Event):
    source: str
    record_id: int
    reason: str = personal(default="")


@event("person.record_updated", about="person")
@dataclass(frozen=True, kw_only=True)
class RecordUpdated(Event):
    source: str
    record_id: int
    observed_at: datetime


@event("person.forgotten", about="person")
@dataclass(frozen=True, kw_only=True)
class PersonForgotten(Event):
    disposal_id: int
    keys: int
