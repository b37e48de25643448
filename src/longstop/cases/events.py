"""What can be recorded about a case."""

from dataclasses import dataclass
from datetime import date

from longstop.audit.events import Event, event, personal


@event("case.opened", about="case")
@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    reference: str
    owner_id: int
    team_id: int
    flow: str
    custody: str
    reason: str = personal(default="")


@event("case.owner_changed", about="case")
@dataclass(frozen=True, kw_only=True)
class OwnerChanged(Event):
    from_owner_id: int
    to_owner_id: int
    from_team_id: int
    to_team_id: int
    why: str
    bulk_act_id: int | None = None
    reason: str = personal(default="")


@event("case.closed", about="case")
@dataclass(frozen=True, kw_only=True)
class CaseClosed(Event):
    outcome: str
    evidence: str = personal()
    reason: str = personal(default="")


@event("case.reopened", about="case")
@dataclass(frozen=True, kw_only=True)
class CaseReopened(Event):
    owner_id: int
    from_outcome: str
    reason: str = personal()


@event("case.next_task_changed", about="case")
@dataclass(frozen=True, kw_only=True)
class NextTaskChanged(Event):
    from_task_id: int | None
    to_task_id: int
    due: date


@event("case.transfer_offered", about="case")
@dataclass(frozen=True, kw_only=True)
class TransferOffered(Event):
    offer_id: int
    from_staff_id: int
    to_staff_id: int
    reason: str = personal()


@event("case.transfer_accepted", about="case")
@dataclass(frozen=True, kw_only=True)
class TransferAccepted(Event):
    offer_id: int
    pack_digest: str


@event("case.transfer_declined", about="case")
@dataclass(frozen=True, kw_only=True)
class TransferDeclined(Event):
    offer_id: int
    reason: str = personal()


@event("case.transfer_withdrawn", about="case")
@dataclass(frozen=True, kw_only=True)
class TransferWithdrawn(Event):
    offer_id: int
    reason: str = personal(default="")


@event("case.handover_planned", about="case")
@dataclass(frozen=True, kw_only=True)
class HandoverPlanned(Event):
    from_staff_id: int
    to_staff_id: int
    from_date: date


@event("case.handover_forgotten", about="case")
@dataclass(frozen=True, kw_only=True)
class HandoverForgotten(Event):
    to_staff_id: int


@event("case.handover_read", about="case")
@dataclass(frozen=True, kw_only=True)
class HandoverRead(Event):
    ownership_id: int


@event("case.note_written", about="case")
@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event):
    note_id: int
    note_kind: str
    corrects_id: int | None = None


@event("case.key_date_recorded", about="case")
@dataclass(frozen=True, kw_only=True)
class KeyDateRecorded(Event):
    name: str
    from_value: date | None
    to_value: date | None
    source: str
    reason: str = personal(default="")


@event("case.custody_changed", about="case")
@dataclass(frozen=True, kw_only=True)
class CustodyChanged(Event):
    from_custody: str
    to_custody: str
    since: date | None
    monitored: bool
    reason: str = personal(default="")


@event("case.detention_authorised", about="case")
@dataclass(frozen=True, kw_only=True)
class DetentionAuthorised(Event):
    """The authority to detain was recorded, or renewed; `reasoned_on` is None where no reason why removal is realistic was given."""

    authority_id: int
    authority_kind: str
    given_on: date
    effective_from: date
    until: date | None
    reasoned_on: date | None
    reference: str = personal(default="")
    given_by: str = personal(default="")
    reason: str = personal(default="")


@event("case.detention_authority_ended", about="case")
@dataclass(frozen=True, kw_only=True)
class DetentionAuthorityEnded(Event):
    authority_id: int


@event("case.papers_answered", about="case")
@dataclass(frozen=True, kw_only=True)
class PapersAnswered(Event):
    """The prison said that papers were served, on a day, or that they were not, and why."""

    task_id: int
    served: bool
    on_day: date | None
    words: str = personal(default="")


@event("case.step_taken", about="case")
@dataclass(frozen=True, kw_only=True)
class StepTaken(Event):
    """A step was taken on one track. `words` are what it rests on; `considered` why it goes on without fresh safeguarding."""

    track: str
    step: str
    from_state: str
    to_state: str
    round: int
    on_day: date
    map_version: str
    words: str = personal()
    considered: str = personal(default="")


@event("case.clocks_wound", about="case")
@dataclass(frozen=True, kw_only=True)
class ClocksWound(Event):
    changed: dict[str, str | None]


@event("case.restricted", about="case")
@dataclass(frozen=True, kw_only=True)
class CaseRestricted(Event):
    reason: str = personal()


@event("case.unrestricted", about="case")
@dataclass(frozen=True, kw_only=True)
class CaseUnrestricted(Event):
    reason: str = personal()


@event("bulk.acted", about="bulk")
@dataclass(frozen=True, kw_only=True)
class BulkActed(Event):
    act_kind: str
    done: int
    skipped: int
    refused: int
    reason: str = personal(default="")


@event("bulk.undone", about="bulk")
@dataclass(frozen=True, kw_only=True)
class BulkUndone(Event):
    done: int
    skipped: int
    refused: int
