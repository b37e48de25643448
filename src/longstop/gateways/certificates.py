"""The file of certificates' heads: appended to when one is stored, synced to the disc, never rewritten.

Copy it, as the file of seals' heads, to where the database's owner cannot write.
"""

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class CertificateFile:
    """anchors/certificates.jsonl of a home folder; a `proof.actions.Anchor`."""

    def __init__(self, home: Path) -> None:
        self.path = home / "anchors" / "certificates.jsonl"

    def append(self, head: Mapping[str, Any], /) -> None:
        """Append one head as a line."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _end_line(file.fileno())
            file.write(json.dumps(head, separators=(",", ":")).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _end_line(descriptor: int) -> None:
    """A line that a crash cut short is ended, so that it spoils no other."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        os.write(descriptor, b"\n")
