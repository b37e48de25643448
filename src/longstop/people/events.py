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


@event("linkage.keyed", about="linkage")
@dataclass(frozen=True, kw_only=True)
class RecordsKeyed(Event):
    """What records may meet others by was written, under a version of cleaning."""

    records: int
    cleaning: str


@event("linkage.compared", about="linkage")
@dataclass(frozen=True, kw_only=True)
class RecordsCompared(Event):
    """New or changed records were compared with all others under a version: how many, and how many pairs were kept."""

    records: int
    pairs: int
    version: str


@event("linkage.version_kept", about="linkage")
@dataclass(frozen=True, kw_only=True)
class LinkageVersionKept(Event):
    version: str
    digest: str


@event("linkage.put_in_force", about="linkage")
@dataclass(frozen=True, kw_only=True)
class LinkagePutInForce(Event):
    """A version was put in force, or back: `former` was until then."""

    version: str
    former: str
    rolled_back: bool
    reason: str = personal(default="")


@event("linkage.finished", about="linkage")
@dataclass(frozen=True, kw_only=True)
class LinkageFinished(Event):
    """All records were compared under a version, and what came of it was seen to: questions asked, records joined, joins doubted."""

    version: str
    compared: int
    asked: int
    joined: int
    doubted: int
