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


@event("person.record_joined", about="person")
@dataclass(frozen=True, kw_only=True)
class RecordJoined(Event):
    """A record became one about a person who has others. `number` is the person's number that its own values carry."""

    source: str
    record_id: int
    number: int
    reason: str = personal(default="")


@event("person.record_unlinked", about="person")
@dataclass(frozen=True, kw_only=True)
class RecordUnlinked(Event):
    """A record is about somebody else after all: `to_person`, under whom it is `now_record_id`."""

    source: str
    record_id: int
    to_person: int
    now_record_id: int
    reason: str = personal(default="")


@event("person.forgotten", about="person")
@dataclass(frozen=True, kw_only=True)
class PersonForgotten(Event):
    disposal_id: int
    keys: int


@event("search.keyed_again", about="search")
@dataclass(frozen=True, kw_only=True)
class KeyedAgain(Event):
    """What persons are found by was written anew under the present rules of the search."""

    persons: int
    version: str
