"""Recording that this database came out of a backup."""

from dataclasses import dataclass
from datetime import datetime

from longstop.audit.actions.recording import record
from longstop.audit.events import Event, event
from longstop.audit.operations import action


@event("database.restored", about="database")
@dataclass(frozen=True, kw_only=True)
class DatabaseRestored(Event):
    """The database was restored from a backup, whose file has this sha256; the record goes on above `shift`."""

    backup: str
    shift: int
    last_seal: int | None


@action
def record_restore(*, backup: str, shift: int, last_seal: int | None, by: int, at: datetime) -> None:
    """Record a restore as the first event of the restored database."""
    record(DatabaseRestored(subject_id=None, backup=backup, shift=shift, last_seal=last_seal), by=by, at=at)
