"""What an earlier start left behind when it was killed.

Called only under the home's lock, so whatever still runs in the data folder has no launcher.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PROC = Path("/proc")
SECONDS_TO_STOP = 20.0
SECONDS_TO_DIE = 5.0


def clear_remains(data: Path) -> None:
    """Will stop every PostgreSQL process that works in `data`, and remove a stale pid file.

    A postmaster gets a fast shutdown first. Backends whose postmaster is dead are told to end, then
    killed: each is a session of its own, and as long as one lives PostgreSQL refuses to start. A
    pid file that names a living stranger is removed: PostgreSQL would respect it for ever.
    """
    if not (PROC / "self" / "exe").exists():
        return  # not Linux: PostgreSQL's own check of its pid file must do
    postmaster = read_pid(data)
    if postmaster is not None and works_in(postmaster, data):
        _signal(postmaster, signal.SIGINT)
        if not _wait(lambda: not works_in(postmaster, data), SECONDS_TO_STOP):
            _signal(postmaster, signal.SIGKILL)
            _wait(lambda: not works_in(postmaster, data), SECONDS_TO_DIE)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in processes_in(data):
            _signal(pid, number)
        if _wait(lambda: not list(processes_in(data)), 1.0):
            break
    _wait(lambda: not list(processes_in(data)), SECONDS_TO_DIE)
    (data / "postmaster.pid").unlink(missing_ok=True)


def read_pid(data: Path) -> int | None:
    """Will give the pid on the first line of the pid file, None where there is none."""
    try:
        return abs(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def read_state(data: Path) -> tuple[int | None, str]:
    """Will give the pid and the state ("starting", "ready", …) that the pid file tells."""
    try:
        lines = (data / "postmaster.pid").read_text().split("\n")
    except FileNotFoundError:
        return None, ""
    pid = int(lines[0]) if lines[0].isdigit() else None
    return pid, lines[7].strip() if len(lines) > 7 else ""


def works_in(pid: int, data: Path) -> bool:
    """Will say whether a living process is PostgreSQL's and has `data` as its working folder."""
    process = PROC / str(pid)
    try:
        program = (process / "exe").readlink().name.removesuffix(" (deleted)")
        return program == "postgres" and (process / "cwd").readlink() == data.resolve()
    except OSError:
        return False  # gone, a zombie, or a stranger whom we may not look at


def processes_in(data: Path) -> Iterator[int]:
    """Will give the pid of every PostgreSQL process that works in `data`."""
    for process in PROC.iterdir():
        if process.name.isdigit() and works_in(int(process.name), data):
            yield int(process.name)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait(done: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() >= until:
            return False
        time.sleep(0.01)
    return True
