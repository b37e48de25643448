"""Longstop's own PostgreSQL server: started, proven ready, stopped."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

import psycopg

from longstop.gateways.postgres.address import (
    DATABASE,
    OWNER,
    SERVICE,
    SUPERUSER,
    ServerAddress,
    loopback_url,
)
from longstop.gateways.postgres.cluster import make_cluster
from longstop.gateways.postgres.home import DatabaseUnavailable, Home, take_lock, write_privately
from longstop.gateways.postgres.placement import APART, Choice, Placement, choose_placement
from longstop.gateways.postgres.remains import clear_remains, read_state
from longstop.gateways.postgres.roles import ensure_roles

TRIES = 5
LARGEST_LOG = 10_000_000
"""Bytes. A larger log is set aside at the next start; one earlier log is kept."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # a chunk of records that is taken on holds each of their keys
    # A first delivery writes gigabytes: a checkpoint for each would write the same pages again and again.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # Statements and error messages carry people's names, so the log has neither.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
CACHE = (128, 2048)
"""Megabytes of the server's own cache, at least and at most: a sixteenth of the machine's memory between them."""
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class ServerNotStarted(DatabaseUnavailable):
    """PostgreSQL ended, or did not become ready."""


class PasswordIsWrong(DatabaseUnavailable):
    """The server does not take the password that the home folder keeps."""


class PortIsTaken(ServerNotStarted):
    """Another program listens at the port."""


def _cache() -> int:
    """Give how much the server may keep in its own cache, in megabytes."""
    least, most = CACHE
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return max(least, min(most, memory // 16))


class EmbeddedServer:
    """One PostgreSQL server for one home folder, alive as long as this process.

    Start it from the main thread: the kernel stops the server when the starting thread ends.
    `fsync=False` is for tests, whose data need not outlive the machine. `placement` and `apart`
    say where root's server lives (`choose_placement`).
    """

    def __init__(
        self,
        home: Path,
        *,
        environ: Mapping[str, str] | None = None,
        fsync: bool = True,
        placement: Choice = "auto",
        apart: Path = APART,
    ) -> None:
        self.home = Home(Path(home).absolute())
        self._environ = os.environ if environ is None else environ
        self._fsync = fsync
        self._choice = placement
        self._apart = apart
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.placement: Placement | None = None

    def start(self, *, wait: float = 0.0, ready_within: float = 300.0) -> ServerAddress:
        """Will start the server, making its data first, and give its address once it answers.

        `wait` is how many seconds to wait for another process to give up the home folder;
        `ready_within` how many for crash recovery. Raises HomeIsBusy and the other kinds of
        DatabaseUnavailable, each with the remedy in its text.
        """
        self.home.make()
        if self._lock is None:
            self._lock = take_lock(self.home.lock, wait=wait)
        try:
            self.placement = choose_placement(self.home, self._environ, choice=self._choice, apart=self._apart)
            make_cluster(self.placement, password=self.home.secret("superuser"), fsync=self._fsync)
            clear_remains(self.placement.data)
            port = self._start_at_some_port(self.placement, ready_within)
            address = self._address(port, self.placement)
            ensure_roles(
                self._superuser_url(port),
                owner_password=self.home.secret("owner"),
                service_password=self.home.secret("service"),
            )
        except BaseException:
            self.stop()
            raise
        return address

    def stop(self) -> None:
        """Will shut the server down (fast, then harder) and give up the home folder."""
        if self._process is not None:
            for number, seconds in (
                (signal.SIGINT, 30),
                (signal.SIGQUIT, 10),
                (signal.SIGKILL, 10),
            ):
                self._process.send_signal(number)
                try:
                    self._process.wait(seconds)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def is_alive(self) -> bool:
        """Will say whether the server's process still runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The postmaster's pid, None when it was not started."""
        return self._process.pid if self._process else None

    def __enter__(self) -> ServerAddress:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start_at_some_port(self, placement: Placement, ready_within: float) -> int:
        """Will start at the port of last time, and at fresh ones for as long as each is taken."""
        port = read_port(self.home)
        for _ in range(TRIES):
            port = port if port is not None and port_is_free(port) else free_port()
            try:
                self._start_at(port, placement, ready_within)
            except PortIsTaken:
                port = None
            else:
                write_privately(self.home.port, str(port))
                return port
        raise ServerNotStarted(f"No free port was found on 127.0.0.1 in {TRIES} tries.")

    def _start_at(self, port: int, placement: Placement, ready_within: float) -> None:
        log_path = self.home.logs / "postgres.log"
        if log_path.exists() and log_path.stat().st_size > LARGEST_LOG:
            log_path.replace(log_path.with_suffix(".log.1"))
        with log_path.open("ab") as log:
            before = log.tell()
            self._process = placement.identity.start([placement.binaries.postgres, "-D", placement.data, *self._settings(port)], log=log)
        until = time.monotonic() + ready_within
        while not self._is_ready(port, placement):
            if self._process.poll() is not None:
                raise _explain_end(log_path, before, port)
            if time.monotonic() >= until:
                raise ServerNotStarted(f"PostgreSQL was not ready within {ready_within:.0f} seconds; see {log_path}.")
            time.sleep(0.01)

    def _settings(self, port: int) -> list[str]:
        settings = {**SETTINGS, "shared_buffers": f"{_cache()}MB", "port": str(port), **({} if self._fsync else NOT_DURABLE)}
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _is_ready(self, port: int, placement: Placement) -> bool:
        """Will say whether it is *our* server that answers: by pid, by state and by its own word.

        A port alone proves nothing: another server may have it.
        """
        pid, state = read_state(placement.data)
        if self._process is None or pid != self._process.pid or state != "ready":
            return False
        return answers_for(self._superuser_url(port), placement.data)

    def _superuser_url(self, port: int) -> str:
        password = self.home.secret("superuser")
        return loopback_url(role=SUPERUSER, password=password, port=port, database="postgres")

    def _address(self, port: int, placement: Placement) -> ServerAddress:
        return address_of(self.home, port=port, bin_dir=placement.binaries.folder)


def address_of(home: Home, *, port: int, bin_dir: Path | None) -> ServerAddress:
    """Will give the address of this home's embedded server at a port."""

    def url(role: str, secret: str) -> str:
        return loopback_url(role=role, password=home.secret(secret), port=port, database=DATABASE)

    return ServerAddress(
        owner_url=url(OWNER, "owner"),
        service_url=url(SERVICE, "service"),
        superuser_url=url(SUPERUSER, "superuser"),
        bin_dir=bin_dir,
    )


def answers_for(url: str, data: Path) -> bool:
    """Will say whether the server at `url` takes the password and serves the folder `data`.

    Raises PasswordIsWrong, so that nobody waits for a server that will never let us in.
    """
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):  # libpq gives no code for it
            raise PasswordIsWrong(
                f"The database in {data} does not take the passwords kept beside it in `secrets`. Put that folder back as it "
                "was, or set LONGSTOP_HOME to a new folder."
            ) from error
        return False
    return row is not None and Path(row[0]).resolve() == data.resolve()


def read_port(home: Home) -> int | None:
    """Will give the port of the last start, None where there was none."""
    try:
        return int(home.port.read_text())
    except (FileNotFoundError, ValueError):
        return None


def port_is_free(port: int) -> bool:
    """Will say whether nothing listens at a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Will give a port at which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _explain_end(log_path: Path, before: int, port: int) -> ServerNotStarted:
    with log_path.open("rb") as log:
        log.seek(before)
        said = log.read().decode(errors="replace").strip()
    if "Address already in use" in said:
        return PortIsTaken(f"Another program listens at port {port} of 127.0.0.1.")
    return ServerNotStarted(f"PostgreSQL ended while it was starting; {log_path} says: {said[-800:]}")
