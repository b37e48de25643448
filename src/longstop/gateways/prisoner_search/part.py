"""What has been fetched so far: records in a part file, rolls in a journal beside it, both private, so that a fetch can go on.

The part file alone says who has been fetched and the journal who must be: a process that was killed leaves at most a line without its
end, which is dropped.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Self

import orjson

from longstop.gateways.prisoner_search.service import NUMBER, Record

FORM = 1
STALE = timedelta(hours=6)  # a list that was begun longer ago is begun anew: it would mix two days


class PartUnusable(Exception):
    """What was fetched before cannot be gone on with; the text says why and what to do."""


class Part:
    """An open part file with its journal, held by this process alone until the block ends; see `opened`."""

    def __init__(self, path: Path, journal: IO[bytes], records: IO[bytes], *, began: datetime) -> None:
        self.path, self.began = path, began
        self._journal, self._records = journal, records
        self.rolls: dict[str, Sequence[str]] = {}
        self.wanted: set[str] = set()
        self.fetched: set[str] = set()
        self.goes_on = False
        self.too_old = False

    @classmethod
    @contextmanager
    def opened(cls, path: Path, *, asked: str, at: datetime) -> Iterator[Self]:
        """Go on with a fetch of the same (`asked` says of what), or begin one. Raises PartUnusable, OSError."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as stack:
            journal = stack.enter_context(_private(_journal(path)))
            _lock(journal, path)
            part = cls(path, journal, stack.enter_context(_private(path)), began=at)
            if not part._take_up(asked, at):
                part._begin(asked, at)
            yield part

    def add_roll(self, prison: str, numbers: Sequence[str]) -> None:
        """Write down who is in a prison."""
        _append(self._journal, [{"prison": prison, "numbers": list(numbers)}])
        self._know(prison, numbers)

    def add_records(self, records: Sequence[Record]) -> None:
        """Write records down, a line each."""
        _append(self._records, records)
        self.fetched.update(each[NUMBER] for each in records)

    def lacking(self) -> list[str]:
        """Give the numbers of those who were on a roll and have not been fetched."""
        return sorted(self.wanted - self.fetched)

    def finish(self, file: Path) -> None:
        """Make the part the file that was asked for, which must not be there. Raises PartUnusable."""
        if file.exists():
            raise PartUnusable(f"{file} is there already, and is not overwritten.")
        self._journal.truncate(0)  # killed from here on, the next fetch begins anew: it must not go on with what is finished
        self.path.replace(file)
        _journal(self.path).unlink()

    def _take_up(self, asked: str, at: datetime) -> bool:
        """Read what an earlier run left; False where it left nothing, or nothing fresh enough."""
        try:
            lines = _whole_lines(self._journal)
            if not lines:
                return False
            if lines[0]["form"] == FORM:
                return self._follow(lines, asked, at)
        except (ValueError, KeyError, TypeError):
            pass  # as one of another version
        journal = _journal(self.path)
        raise PartUnusable(f"{journal} was not written by this version of Longstop. Remove it and {self.path.name}, and run this again.")

    def _follow(self, lines: Sequence[Any], asked: str, at: datetime) -> bool:
        self.began = datetime.fromisoformat(lines[0]["began"])
        self.too_old = not timedelta() <= at - self.began <= STALE
        if self.too_old:
            return False
        if lines[0]["asked"] != asked:
            raise PartUnusable(
                f"{self.path} was interrupted, and is of other prisons or from another address. Ask for the same to go on with it, or"
                f" remove it and {_journal(self.path).name} to begin anew."
            )
        for line in lines[1:]:
            self._know(line["prison"], line["numbers"])
        self.fetched = {line[NUMBER] for line in _whole_lines(self._records)}
        self.goes_on = True
        return True

    def _begin(self, asked: str, at: datetime) -> None:
        self._records.truncate(0)
        self._journal.truncate(0)
        self.began = at
        _append(self._journal, [{"form": FORM, "began": at.isoformat(), "asked": asked}])

    def _know(self, prison: str, numbers: Sequence[str]) -> None:
        self.rolls[prison] = numbers
        self.wanted.update(numbers)


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}.journal")


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b")


def _lock(journal: IO[bytes], path: Path) -> None:
    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PartUnusable(f"Another process is fetching into {path}. Wait until it has finished, then run this again.") from None
    if os.fstat(journal.fileno()).st_nlink == 0:
        raise PartUnusable(f"Another process has just finished fetching into {path}. Run this again if it should be fetched once more.")


def _append(file: IO[bytes], values: Iterable[Any]) -> None:
    file.write(b"".join(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE) for value in values))
    file.flush()
    os.fsync(file.fileno())


def _whole_lines(file: IO[bytes]) -> list[Any]:
    """Read every line that has its end, and cut off what follows the last of them."""
    file.seek(0)
    found, end = [], 0
    for line in file:
        if not line.endswith(b"\n"):
            break
        found.append(orjson.loads(line))
        end += len(line)
    file.truncate(end)
    file.seek(end)
    return found
