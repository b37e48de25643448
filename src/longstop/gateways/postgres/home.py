"""The home folder: what lies where, who holds it, and its secrets."""

import fcntl
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LONGEST_PATH = 900
"""Bytes. PostgreSQL's own limit is MAXPGPATH, 1,024, and it adds names below the data folder."""

WRITABLE_BY_OWNER = 0o600


class DatabaseUnavailable(Exception):
    """The database cannot be had; the text says why and what to do, for a person to read."""


class HomeIsBusy(DatabaseUnavailable):
    """Another process holds this home folder."""


class PathIsTooLong(DatabaseUnavailable):
    """The home folder lies too deep for PostgreSQL."""


@dataclass(frozen=True)
class Home:
    """The places below LONGSTOP_HOME."""

    folder: Path

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def serving(self) -> Path:
        """Locked while a service runs; tells its pid and address."""
        return self.folder / "serving"

    @property
    def data(self) -> Path:
        return self.folder / "pg"

    @property
    def elsewhere(self) -> Path:
        """Names the data folder when it could not lie here."""
        return self.folder / "pg.elsewhere"

    @property
    def port(self) -> Path:
        return self.folder / "port"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def make(self) -> None:
        """Will make the folder and its parts, private to this user, and refuse a path too long.

        Raises PathIsTooLong; DatabaseUnavailable when the folder cannot be made or written.
        """
        length = len(os.fsencode(self.folder))
        if length > LONGEST_PATH:
            raise PathIsTooLong(
                f"The path of LONGSTOP_HOME is {length} bytes long and PostgreSQL takes at most "
                f"{LONGEST_PATH}. Set LONGSTOP_HOME to a shorter path."
            )
        try:
            for folder in (self.folder, self.logs, self.folder / "secrets"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnavailable(
                f"The folder {error.filename} cannot be made: {error.strerror}. Set LONGSTOP_HOME to a folder in which this user may write."
            ) from error
        if not os.access(self.folder, os.R_OK | os.W_OK | os.X_OK):
            raise DatabaseUnavailable(
                f"This user may not write in {self.folder}. Start Longstop as the user who owns "
                "it, or set LONGSTOP_HOME to a folder of your own."
            )

    def secret(self, name: str) -> str:
        """Will give the named password, made at the first call and kept in a file of mode 0600."""
        path = self.folder / "secrets" / f"{name}.password"
        if path.exists():
            return path.read_text().strip()
        value = secrets.token_urlsafe(32)
        write_privately(path, value)
        return value


def find_home(environ: Mapping[str, str]) -> Path:
    """Will give LONGSTOP_HOME as an absolute path, or `.longstop` in the project's folder.

    An installed package that lies in no project takes `.longstop` in the working folder.
    """
    if given := environ.get("LONGSTOP_HOME"):
        return Path(given).expanduser().absolute()
    for folder in Path(__file__).resolve().parents:
        if (folder / "pyproject.toml").exists():
            return folder / ".longstop"
    return Path.cwd() / ".longstop"


def write_privately(path: Path, text: str) -> None:
    """Will write a file that only this user can read, whole or not at all."""
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, WRITABLE_BY_OWNER)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def take_lock(path: Path, *, wait: float = 0.0) -> IO[str]:
    """Will take the lock at `path` and give the open file; closing it, or dying, gives it back.

    `wait` is in seconds. Raises HomeIsBusy when another process still holds it after that.
    """
    until = time.monotonic() + wait
    file = path.open("a+")
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                file.close()
                raise HomeIsBusy(f"Another Longstop process holds {path.parent}. Use that one, or stop it with `longstop stop`.") from None
            time.sleep(0.05)
        else:
            return file


def is_locked(path: Path) -> bool:
    """Will say whether a living process holds the lock at `path`."""
    if not path.exists():
        return False
    try:
        take_lock(path).close()
    except HomeIsBusy:
        return True
    return False
