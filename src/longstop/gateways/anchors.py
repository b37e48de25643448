"""The file of heads: appended to after each seal, synced to the disc, never rewritten.

Copy it, as it grows, to where the database's owner cannot write.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from longstop.audit.anchors import Restore, read_entry, write
from longstop.audit.seals import Head

TAIL = 64 * 1024


class AnchorFile:
    """anchors/heads.jsonl of a home folder; an `audit.seals.Anchor`."""

    def __init__(self, home: Path) -> None:
        self.path = home / "anchors" / "heads.jsonl"

    @property
    def highest(self) -> int:
        """The highest number ever given to a seal."""
        last = self.last()
        if last is None:
            return 0
        return last.highest if isinstance(last, Restore) else last.number

    @property
    def standing(self) -> tuple[int, bytes] | None:
        """Number and chain of the last head that stands."""
        last = self.last()
        if last is None or (isinstance(last, Restore) and not last.standing):
            return None
        return (last.standing if isinstance(last, Restore) else last.number), last.chain

    def last(self) -> Head | Restore | None:
        """Read the last whole line. Raises AnchorUnusable."""
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL))
            whole = file.read().rpartition(b"\n")[0]  # a line without its end was cut short by a crash, and is written again
        return read_entry(whole.rpartition(b"\n")[2].decode()) if whole else None

    def publish(self, heads: Callable[[int], Iterable[Head]]) -> None:
        """Append every head that the database has and the file has not; `heads` gives those above a number, in order."""
        with self._locked() as file:
            standing = self.standing
            self._append(file, heads(standing[0] if standing else 0))

    def append(self, entry: Head | Restore) -> None:
        """Append one entry."""
        with self._locked() as file:
            self._append(file, [entry])

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _drop_torn_line(file)
            yield file

    def _append(self, file: IO[bytes], entries: Iterable[Head | Restore]) -> None:
        file.seek(0, os.SEEK_END)
        for entry in entries:
            file.write(write(entry).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _drop_torn_line(file: IO[bytes]) -> None:
    size = os.fstat(file.fileno()).st_size
    start = max(0, size - TAIL)
    file.seek(start)
    tail = file.read()
    if tail and not tail.endswith(b"\n"):
        file.truncate(start + tail.rfind(b"\n") + 1)
