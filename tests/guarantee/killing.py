"""Killing the service and its database with `kill -9`, at random moments, and asking each time whether anything acknowledged was lost.

One home folder, Longstop's own server with fsync on, and `service.py` as the service.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from longstop.gateways.postgres import EmbeddedServer, ServerAddress

ROOT = Path(__file__).resolve().parents[2]
PREPARE = "import django; django.setup(); from longstop.config.database import prepare; prepare()"
WHOM = ("everything", "everything", "service", "database")
FIRST_WORDS = 60.0  # seconds in which the service must have begun to work


@dataclass
class Told:
    """What the service has said of its writes."""

    begun: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def hear(self, line: bytes) -> None:
        """Note one whole line; one cut short by the kill was never out."""
        word, _, nonce = line.decode().strip().partition(" ")
        if line.endswith(b"\n") and word in ("begun", "done", "refused"):
            getattr(self, word).add(nonce)


class Ground:
    """A home folder with a server, a caseload, and a service at work on it."""

    def __init__(self, home: Path, *, seed: int, longest: float = 0.6) -> None:
        self.home, self.chance, self.told = home, random.Random(seed), Told()
        self.server = EmbeddedServer(home, fsync=True)
        self.considered = 0  # records of lists, as the last look found them
        self.longest = longest  # seconds of work between a first write and the kill

    def __enter__(self) -> "Ground":
        self.address = self.server.start()
        self._run("-W", "ignore", "-c", PREPARE, owner=True)
        self._run("-m", "tests.guarantee.service", "begin")
        self._start_service()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.service.kill()
        self.service.wait()
        self.server.stop()

    def kill_once(self) -> str:
        """Let it work for a while, kill somebody, bring them back, and say who it was."""
        whom = self.chance.choice(WHOM)
        time.sleep(self.chance.uniform(0.05, self.longest))
        if whom != "database":
            self.service.send_signal(signal.SIGKILL)
        if whom != "service":
            kill_tree(self.server.pid)
        if whom != "service":
            self.server.stop()
            self.address: ServerAddress = self.server.start(wait=10)
        if whom != "database":
            self._start_service()
        self._wait_for_work()
        return whom

    def pause(self) -> None:
        """Kill the service and leave it dead, so that what it said is compared with what stands."""
        self.service.kill()
        self.service.wait()
        self.ears.join()

    def resume(self) -> None:
        """Start the service again."""
        self._start_service()
        self._wait_for_work()

    def faults(self) -> list[str]:
        """Say what is lost, what is broken, and what was refused and yet is there. The service must not be at work."""
        result = json.loads(self._run("-m", "tests.guarantee.service", "check").splitlines()[-1])
        written, self.considered = set(result["written"]), int(result["considered"])
        lost = [f"acknowledged and lost: {nonce}" for nonce in sorted(self.told.done - written)]
        kept = [f"refused, and yet written: {nonce}" for nonce in sorted(self.told.refused & written)]
        unknown = [f"written, and never begun: {nonce}" for nonce in written - self.told.begun if len(nonce) == 32]
        return lost + kept + unknown + list(result["broken"])

    def _environ(self, *, owner: bool = False) -> dict[str, str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("LONGSTOP_", "DATABASE_URL"))}
        environ |= {"DJANGO_SETTINGS_MODULE": "longstop.config.settings", "LONGSTOP_HOME": str(self.home)}
        environ["LONGSTOP_SERVICE_URL"] = self.address.service_url
        return environ | ({"LONGSTOP_OWNER_URL": self.address.owner_url} if owner else {})

    def _run(self, *arguments: str, owner: bool = False) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=self._environ(owner=owner), cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stderr[-3000:]}")
        return done.stdout

    def _start_service(self) -> None:
        command = [sys.executable, "-m", "tests.guarantee.service", "work", str(self.chance.randrange(1 << 30))]
        with (self.home / "logs" / "service.log").open("ab") as log:
            self.service = subprocess.Popen(command, env=self._environ(), cwd=ROOT, stdout=subprocess.PIPE, stderr=log)
        self.ears = threading.Thread(target=self._listen, args=(self.service,), daemon=True)
        self.ears.start()

    def _listen(self, service: "subprocess.Popen[bytes]") -> None:
        assert service.stdout is not None
        for line in service.stdout:
            self.told.hear(line)

    def _wait_for_work(self) -> None:
        """A kill means something only while there is work: wait for a write that was acknowledged since."""
        before, until = len(self.told.done), time.monotonic() + FIRST_WORDS
        while len(self.told.done) == before:
            if self.service.poll() is not None or time.monotonic() > until:
                said = (self.home / "logs" / "service.log").read_text()[-3000:]
                raise RuntimeError(f"The service did not come back to work: {said}")
            time.sleep(0.01)


def kill_tree(root: int | None) -> None:
    """Kill -9 a process and all its children, the parent first, so that it cannot tidy up."""
    assert root is not None
    children = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and _parent(each) == root]
    for pid in (root, *children):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it ended with its parent


def _parent(process: Path) -> int:
    try:
        return int(process.joinpath("stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return -1
