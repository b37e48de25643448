"""The processes that a service is made of: started, watched, stopped, and cleared away after a kill."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from longstop.gateways.postgres import die_with_parent

PROC = Path("/proc")
MARK = "LONGSTOP_SERVED_FROM"
"""Set to the home folder in the children of a service and in nothing else, so that a later start knows its orphans from strangers."""

NOT_FOR_CHILDREN = ("DATABASE_URL", "DATABASE_SERVICE_URL", "LONGSTOP_OWNER_URL", "PGPASSWORD", "PGUSER")
SECONDS_TO_STOP = 10.0
DEATHS_TO_GIVE_UP = 5
SECONDS_OF_DEATHS = 60.0


class DiesTooOften(Exception):
    """A child has ended by itself again and again; starting it once more would help nobody."""


@dataclass
class Child:
    """One long-running process with a log of its own.

    `at_our_death` is what the kernel sends it when this process is killed: SIGTERM to one that has children of its own to end.
    """

    name: str
    command: Sequence[str]
    log: Path
    environ: Mapping[str, str] = field(repr=False)
    at_our_death: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Will start the process in a session of its own; it is told to stop when we die."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(self.at_our_death),  # one system call, no locks: safe between fork and exec
            )

    def is_alive(self) -> bool:
        """Will say whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def restart(self) -> None:
        """Will start the process again after it ended by itself. Raises DiesTooOften."""
        now = time.monotonic()
        self.deaths = [moment for moment in self.deaths if now - moment < SECONDS_OF_DEATHS] + [now]
        self.kill_group()
        if len(self.deaths) >= DEATHS_TO_GIVE_UP:
            raise DiesTooOften(f"The {self.name} process ended {len(self.deaths)} times within a minute; {self.log} says why.")
        self.start()

    def stop(self) -> None:
        """Will ask the process to stop, wait for it, and kill what is left of it."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.kill_group()
        self.process = None

    def kill_group(self) -> None:
        """Will kill what the process started and left behind: a web server's own workers keep the port."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def environment_of_children(environ: Mapping[str, str], *, home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Will give the environment of the web and worker processes: the service's role, never the owner's."""
    kept = {name: value for name, value in environ.items() if name not in NOT_FOR_CHILDREN}
    settings = {
        "DJANGO_SETTINGS_MODULE": "longstop.config.settings",
        "LONGSTOP_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
    }
    return {**kept, **settings, **more}


def kill_orphans(home: Path) -> None:
    """Will kill the children of a service of this home that was itself killed. Call only with the service's lock held.

    They have been told to stop already; those that have not are killed after a second.
    """
    until = time.monotonic() + 1.0
    while list(_orphans(home)) and time.monotonic() < until:
        time.sleep(0.05)
    for pid in list(_orphans(home)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    while list(_orphans(home)) and time.monotonic() < until + 5.0:
        time.sleep(0.02)


def _orphans(home: Path) -> Iterator[int]:
    mark = f"{MARK}={home}".encode()
    if not PROC.exists():
        return
    for process in PROC.iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            marked = mark in (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # gone, or another user's
        if marked:
            yield int(process.name)
