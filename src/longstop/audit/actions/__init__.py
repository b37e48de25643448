"""Writing to the record. `record` is called by actions of every room; nothing else here changes anything but the record itself."""

from longstop.audit.actions.disposing import approve_disposal, dispose_person, propose_disposal
from longstop.audit.actions.recording import (
    SYSTEM,
    build_payload,
    keep,
    keep_all,
    keep_many,
    keep_plainly,
    record,
    record_many,
    record_reading,
)
from longstop.audit.actions.restoring import record_restore
from longstop.audit.actions.sealing import seal
from longstop.audit.contents import canonical, digest

__all__ = [
    "SYSTEM",
    "approve_disposal",
    "build_payload",
    "canonical",
    "digest",
    "dispose_person",
    "keep",
    "keep_all",
    "keep_many",
    "keep_plainly",
    "propose_disposal",
    "record",
    "record_many",
    "record_reading",
    "record_restore",
    "seal",
]
