"""What can be recorded about statements and breaks."""

from dataclasses import dataclass
from datetime import date

from longstop.audit.events import Event, event, personal


@event("statement.made", about="statement")
@dataclass(frozen=True, kw_only=True)
class StatementMade(Event):
    """The two sides were reckoned: each person on one line. `lines` are persons by line."""

    receipt_id: int
    policy: str
    their_persons: int
    our_persons: int
    matched: int
    lines: dict[str, int]


@event("statement.breaks_dealt_with", about="statement")
@dataclass(frozen=True, kw_only=True)
class BreaksDealtWith(Event):
    """One chunk of what was found, or of what was not found any more."""

    fresh: int
    changed: int
    gone: int


@event("statement.finished", about="statement")
@dataclass(frozen=True, kw_only=True)
class StatementFinished(Event):
    """Each break of a statement has its owned, dated task."""

    found: int
    fresh: int
    settled: int
    gone: int


@event("statement.filtered_by_nationality", about="statement")
@dataclass(frozen=True, kw_only=True)
class FilteredByNationality(Event):
    """Somebody narrowed a cohort to a nationality, and said what for. The result is recorded nowhere."""

    cohort: str
    policy: str
    nationality: str
    purpose: str = personal()


@event("break.found", about="break")
@dataclass(frozen=True, kw_only=True)
class BreakFound(Event):
    break_kind: str
    statement_id: int
    wins: str
    due: date
    owner_id: int
    ours: str = personal(default="")
    theirs: str = personal(default="")


@event("break.changed", about="break")
@dataclass(frozen=True, kw_only=True)
class BreakChanged(Event):
    """The two sides still differ, and a side says something else than before."""

    statement_id: int
    ours: str = personal(default="")
    theirs: str = personal(default="")


@event("break.gone", about="break")
@dataclass(frozen=True, kw_only=True)
class BreakGone(Event):
    """A statement did not find it any more."""

    statement_id: int


@event("break.settled", about="break")
@dataclass(frozen=True, kw_only=True)
class BreakSettled(Event):
    """A named person settled it, and how."""

    break_kind: str
    outcome: str
    referral_id: int | None
    reason: str = personal()


@event("break.asked_about", about="break")
@dataclass(frozen=True, kw_only=True)
class AskedAbout(Event):
    """The other agency is asked about its own record."""

    enquiry_id: int
    prison: str


@event("break.told_about", about="break")
@dataclass(frozen=True, kw_only=True)
class ToldAbout(Event):
    """Somebody of the other agency answered."""

    enquiry_id: int
    prison: str
    answer: str
    words: str = personal(default="")


@event("break.person_disposed", about="person")
@dataclass(frozen=True, kw_only=True)
class PersonDisposed(Event):
    disposal_id: int
