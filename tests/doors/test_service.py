"""`longstop serve` and `longstop stop`: one thing that starts, is alone, recovers and leaves nothing behind."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from longstop.gateways.postgres import Home, is_locked
from tests.doors.conftest import ROOT

LONGSTOP = [sys.executable, "-W", "ignore", "-c", "from longstop.commands.main import main; main()"]
SECONDS_TO_SERVE = 90


class Service:
    """One home folder and port, and the processes started for it."""

    def __init__(self, home: Path, environ: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home = Home(home)
        self.address = f"http://127.0.0.1:{self.port}"
        self.environ = {**environ, "LONGSTOP_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        self.started: list[subprocess.Popen[str]] = []
        self.said: list[str] = []

    def start(self, *words: str, ready: str = "is ready at") -> "subprocess.Popen[str]":
        """Start it and wait until it says that it is ready. What it said is in `said`."""
        process = subprocess.Popen(
            [*LONGSTOP, "serve", "--port", str(self.port), *words],
            env=self.environ,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        assert process.stdout is not None
        self.said = []
        for line in process.stdout:
            self.said.append(line)
            if ready in line:
                return process
        raise AssertionError("".join(self.said))

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the command line to its end."""
        return subprocess.run([*LONGSTOP, *words], env=self.environ, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    def processes(self) -> dict[int, str]:
        """Give every living process of this home: the service's children by their mark, the database by its folder."""
        found = {}
        for process in Path("/proc").iterdir():
            try:
                environ, command = (process / "environ").read_bytes(), (process / "cmdline").read_bytes()
                at = os.readlink(process / "cwd")
            except OSError:
                continue
            if command and (f"LONGSTOP_HOME={self.home.folder}".encode() in environ.split(b"\0") or at == str(self.home.data)):
                found[int(process.name)] = command.replace(b"\0", b" ").decode()
        return found

    def answers(self) -> bool:
        """Say whether the address answers at all."""
        try:
            urllib.request.urlopen(self.address, timeout=10).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the tests of this file use one after another, so that its tables are made once."""
    return tmp_path_factory.mktemp("service") / "a home"


@pytest.fixture
def service(lived_in: Path, plain_environ: dict[str, str]) -> Iterator[Service]:
    """A service that is gone when the test is."""
    yield from hold_service(Service(lived_in, plain_environ))


@pytest.fixture
def fresh_service(tmp_path: Path, plain_environ: dict[str, str]) -> Iterator[Service]:
    """The same with a home that does not exist yet."""
    yield from hold_service(Service(tmp_path / "a home", plain_environ))


def hold_service(service: Service) -> Iterator[Service]:
    """Lend the service, and end what was started for it."""
    yield service
    for process in service.started:
        process.terminate()
        process.wait(60)


def wait_until_gone(service: Service) -> None:
    """Wait until no process of the home is left; fail naming those that are."""
    until = time.monotonic() + 20
    while left := service.processes():
        assert time.monotonic() < until, left
        time.sleep(0.05)


def test_a_service_is_alone_recovers_from_a_kill_and_stops_whole(service: Service) -> None:
    service.start()
    assert service.answers()

    second = service.run("serve", "--port", str(service.port))
    assert (second.returncode, second.stdout) == (0, f"Longstop is already running at {service.address}.\n")
    assert service.answers()

    for pid in service.processes():
        with contextlib.suppress(ProcessLookupError):  # it fell with one that was killed before it
            os.kill(pid, signal.SIGKILL)
    service.started[0].wait()
    first_again = service.start("--json", ready='"ready": true')
    assert [json.loads(line) for line in service.said] == [{"ready": True, "address": service.address, "sign_ins": []}]
    assert service.answers()
    told = json.loads(service.run("serve", "--json", "--port", str(service.port)).stdout)
    assert told == {"ready": False, "running": True, "address": service.address}

    stopped = service.run("stop")
    assert (stopped.returncode, stopped.stdout) == (0, f"Longstop at {service.address} has stopped.\n")
    assert first_again.wait(30) == 0
    wait_until_gone(service)
    assert not is_locked(service.home.lock)
    assert service.run("stop", "--json").stdout == '{"stopped": false, "address": null}\n'


def test_parts_that_die_are_started_again_and_none_outlives_the_service(service: Service) -> None:
    supervisor = service.start()
    environs = {pid: Path(f"/proc/{pid}/environ").read_text() for pid, command in service.processes().items() if "granian" in command}
    assert environs
    assert not [environ for environ in environs.values() if "longstop_owner" in environ or "longstop_superuser" in environ]

    for victim in ("granian", "worker", "bin/postgres"):
        before = {pid for pid, command in service.processes().items() if victim in command}
        os.kill(min(before), signal.SIGKILL)
        until = time.monotonic() + 60
        while not {pid for pid, command in service.processes().items() if victim in command} - before or not service.answers():
            assert time.monotonic() < until, (victim, service.processes())
            time.sleep(0.1)

    supervisor.kill()
    supervisor.wait()
    wait_until_gone(service)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_while_it_starts_leaves_nothing_behind(fresh_service: Service, number: signal.Signals) -> None:
    command = [*LONGSTOP, "serve", "--port", str(fresh_service.port)]
    process = subprocess.Popen(command, env=fresh_service.environ, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "Starting the database" in process.stdout.readline()
    time.sleep(0.4)
    process.send_signal(number)
    assert "Longstop has stopped." in process.stdout.read()
    assert process.wait(30) == 0
    wait_until_gone(fresh_service)


def test_a_taken_port_is_told_with_the_remedy(fresh_service: Service) -> None:
    with socket.create_server(("127.0.0.1", fresh_service.port)):
        refused = fresh_service.run("serve", "--port", str(fresh_service.port))
    assert refused.returncode == 2
    assert f"Port {fresh_service.port} of 127.0.0.1 is taken" in refused.stderr
    assert "--port" in refused.stderr
    assert not fresh_service.home.data.exists()
