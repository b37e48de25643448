"""What can be recorded about who is considered, asked about, gone or looked at again."""

from dataclasses import dataclass
from datetime import date

from longstop.audit.events import Event, event, personal


@event("referral.considering", about="receipt")
@dataclass(frozen=True, kw_only=True)
class Considering(Event):
    """A receipt's records are being considered: the sources of chance and of the rules are laid down."""

    policy: str
    seed: str
    tells_departures: bool


@dataclass(frozen=True, kw_only=True)
class Counted(Event):
    """Common to the events that count: the first is the sum of the next five."""

    considered: int
    referred: int
    questioned: int
    in_hand: int
    decided: int
    out_of_remit: int
    taken_on: int
    joined: int
    alike: int
    looks: int
    departed: int
    returned: int


@event("referral.records_considered", about="receipt")
@dataclass(frozen=True, kw_only=True)
class RecordsConsidered(Counted):
    """One chunk of a receipt's records, or of those that it does not give any more."""


@event("referral.receipt_considered", about="receipt")
@dataclass(frozen=True, kw_only=True)
class ReceiptConsidered(Counted):
    """The whole receipt."""


@event("prison.all_counted", about="prison")
@dataclass(frozen=True, kw_only=True)
class PrisonsCounted(Event):
    """The prisons of a large command were counted, and the counts kept for its list of prisons."""

    prisons: int
    people: int


@event("referral.made", about="referral")
@dataclass(frozen=True, kw_only=True)
class ReferralMade(Event):
    origin: str
    reasons: list[str]
    arrival_id: int | None
    follows: int | None
    due: date
    owner_id: int | None
    words: str = personal(default="")


@event("referral.accepted", about="referral")
@dataclass(frozen=True, kw_only=True)
class ReferralAccepted(Event):
    case_id: int
    case_was_open: bool
    owner_id: int
    reason: str = personal(default="")


@event("referral.refused", about="referral")
@dataclass(frozen=True, kw_only=True)
class ReferralRefused(Event):
    """No interest, or out of remit, found by a named person."""

    outcome: str
    code: str
    reason: str = personal()


@event("referral.handed_on", about="referral")
@dataclass(frozen=True, kw_only=True)
class HandedOn(Event):
    """A referral, question, departure or second look changed hands (`on` says which)."""

    from_owner_id: int
    to_owner_id: int
    reason: str = personal(default="")


@event("question.asked", about="question")
@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Event):
    question: str
    reasons: list[str]
    other_person: int | None
    due: date
    owner_id: int


@event("question.answered", about="question")
@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Event):
    question: str
    answer: str
    referral_id: int | None
    reason: str = personal()


@event("question.overtaken", about="question")
@dataclass(frozen=True, kw_only=True)
class QuestionOvertaken(Event):
    """A list says now what was asked; or, without one, whom it was about was joined to somebody else, of whom it is asked instead."""

    question: str
    receipt_id: int | None


@event("departure.noticed", about="departure")
@dataclass(frozen=True, kw_only=True)
class DepartureNoticed(Event):
    receipt_id: int
    last_seen: int
    due: date
    owner_id: int


@event("departure.explained", about="departure")
@dataclass(frozen=True, kw_only=True)
class DepartureExplained(Event):
    explanation: str
    evidence: str = personal()
    reason: str = personal(default="")


@event("departure.returned", about="departure")
@dataclass(frozen=True, kw_only=True)
class DepartureReturned(Event):
    """Whoever had gone from the list is on it again, before or after somebody had explained it."""

    receipt_id: int
    explained_as: str


@event("look.drawn", about="look")
@dataclass(frozen=True, kw_only=True)
class LookDrawn(Event):
    arrival_id: int
    seed: str
    due: date
    owner_id: int


@event("look.made", about="look")
@dataclass(frozen=True, kw_only=True)
class LookMade(Event):
    agreed: bool
    referral_id: int | None
    reason: str = personal()


@event("referral.person_disposed", about="person")
@dataclass(frozen=True, kw_only=True)
class PersonDisposed(Event):
    disposal_id: int


@event("referral.records_opened", about="command")
@dataclass(frozen=True, kw_only=True)
class RecordsOpened(Event):
    """A bulk act: cases were opened from records, each with its referral."""

    done: int
    refused: int
    reason: str = personal(default="")


@event("legacy.taking_over", about="command")
@dataclass(frozen=True, kw_only=True)
class TakingOver(Event):
    """The cases of a legacy casework system's deliveries are being taken over."""

    receipts: list[int]


@dataclass(frozen=True, kw_only=True)
class TakeoverCounted(Event):
    """Common to the events that count what was taken over; see `models.Takeover`."""

    takeover_id: int
    persons: int
    taken_on: int
    joined: int
    known: int
    cases: int
    opened: int
    asked: int
    kept: int
    in_hand: int
    not_taken: int
    owner_gone: int
    tasks: int
    notes: int
    alike: int


@event("legacy.cases_dealt_with", about="command")
@dataclass(frozen=True, kw_only=True)
class CasesDealtWith(TakeoverCounted):
    """One chunk of the persons of a delivery."""


@event("legacy.taken_over", about="command")
@dataclass(frozen=True, kw_only=True)
class TakenOver(TakeoverCounted):
    """The whole delivery."""


@event("linkage.seen_to", about="linkage")
@dataclass(frozen=True, kw_only=True)
class LikenessSeenTo(Event):
    """Answers about pairs of records were seen to, under a version: pairs asked about, pairs that software joined, joins asked about."""

    version: str
    asked: int
    joined: int
    doubted: int
