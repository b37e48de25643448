"""What can be recorded about what arrives."""

from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.events import Event, event, personal


@event("intake.begun", about="receipt")
@dataclass(frozen=True, kw_only=True)
class LoadBegun(Event):
    source: str
    file_name: str
    sha256: str
    observed_at: datetime
    repeats: int | None


@event("intake.resumed", about="receipt")
@dataclass(frozen=True, kw_only=True)
class LoadResumed(Event):
    after_row: int


@event("intake.given_up", about="receipt")
@dataclass(frozen=True, kw_only=True)
class LoadGivenUp(Event):
    received: int


@dataclass(frozen=True, kw_only=True)
class Counted(Event):
    """Common to the events that count rows."""

    received: int
    new: int
    changed: int
    unchanged: int
    refused: int


@event("intake.rows_taken_in", about="receipt")
@dataclass(frozen=True, kw_only=True)
class RowsTakenIn(Counted):
    pass


@event("intake.received", about="receipt")
@dataclass(frozen=True, kw_only=True)
class Received(Counted):
    source: str


@event("intake.record_changed", about="arrival")
@dataclass(frozen=True, kw_only=True)
class RecordChanged(Event):
    receipt_id: int
    parts: list[str]
    release_from: date | None
    release_to: date | None
    returned: bool


@event("intake.record_opened", about="arrival")
@dataclass(frozen=True, kw_only=True)
class RecordOpened(Event):
    pass


@event("intake.record_set_aside", about="arrival")
@dataclass(frozen=True, kw_only=True)
class RecordSetAside(Event):
    reason: str = personal()


@event("intake.record_taken_up", about="arrival")
@dataclass(frozen=True, kw_only=True)
class RecordTakenUp(Event):
    reason: str = personal()


@event("intake.refusal_mended", about="refusal")
@dataclass(frozen=True, kw_only=True)
class RefusalMended(Event):
    receipt_id: int


@event("intake.refusal_closed", about="refusal")
@dataclass(frozen=True, kw_only=True)
class RefusalClosed(Event):
    reason: str = personal()


@event("intake.person_disposed", about="person")
@dataclass(frozen=True, kw_only=True)
class PersonDisposed(Event):
    disposal_id: int
    keys: int


@event("intake.staff_missing", about="receipt")
@dataclass(frozen=True, kw_only=True)
class StaffMissing(Event):
    staff_numbers: list[str]


@event("intake.held", about="receipt")
@dataclass(frozen=True, kw_only=True)
class FileHeld(Event):
    source: str
    why: str
    rows: int
    beside: int
    task_id: int | None


@event("intake.released", about="receipt")
@dataclass(frozen=True, kw_only=True)
class FileReleased(Event):
    source: str
    reason: str = personal()


@event("intake.rejected", about="receipt")
@dataclass(frozen=True, kw_only=True)
class FileRejected(Event):
    source: str
    reason: str = personal()


@event("intake.casework_changed", about="casework_row")
@dataclass(frozen=True, kw_only=True)
class CaseworkRowChanged(Event):
    receipt_id: int
    table: str
    moved: bool


@event("intake.code_unknown", about="code")
@dataclass(frozen=True, kw_only=True)
class CodeUnknown(Event):
    source: str
    code_kind: str
    receipt_id: int


@event("intake.code_mapped", about="code")
@dataclass(frozen=True, kw_only=True)
class CodeMapped(Event):
    source: str
    code_kind: str
    means: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class CodeDecided(Event):
    """Common to the other decisions about a code."""

    source: str
    code_kind: str
    reason: str = personal()


@event("intake.code_accepted", about="code")
@dataclass(frozen=True, kw_only=True)
class CodeAccepted(CodeDecided):
    pass


@event("intake.code_closed", about="code")
@dataclass(frozen=True, kw_only=True)
class CodeClosed(CodeDecided):
    pass


@event("intake.code_reopened", about="code")
@dataclass(frozen=True, kw_only=True)
class CodeReopened(CodeDecided):
    pass


@event("intake.asset_edited", about="asset")
@dataclass(frozen=True, kw_only=True)
class AssetEdited(Event):
    source: str
    fields: list[str]
    next_review: date
