"""Which database this process is to use."""

import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol

from longstop.gateways.postgres.address import SUPERUSER, ServerAddress, loopback_url
from longstop.gateways.postgres.binaries import find_binaries
from longstop.gateways.postgres.external import ExternalServer
from longstop.gateways.postgres.home import DatabaseUnavailable, Home, is_locked
from longstop.gateways.postgres.server import (
    EmbeddedServer,
    address_of,
    answers_for,
    read_port,
)


class Database(Protocol):
    """A database that can be entered: `with resolve_database(home, environ) as address:`."""

    def start(self) -> ServerAddress:
        """Will give the address of a database that answers. Raises DatabaseUnavailable."""

    def stop(self) -> None:
        """Will stop what `start` started, and nothing else."""

    def is_alive(self) -> bool:
        """Will say whether what `start` started still runs."""

    def __enter__(self) -> ServerAddress: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class RunningServer:
    """The embedded server of this home that another process has started; only joined."""

    def __init__(self, home: Path, *, environ: Mapping[str, str], within: float = 60.0) -> None:
        self.home = Home(Path(home).absolute())
        self._environ = environ
        self._within = within

    def start(self) -> ServerAddress:
        """Will wait until that server is ready and give its address. Raises DatabaseUnavailable."""
        until = time.monotonic() + self._within
        while True:
            port = read_port(self.home)
            if port is not None and self._answers(port):
                bin_dir = find_binaries(self._environ).folder
                return address_of(self.home, port=port, bin_dir=bin_dir)
            if time.monotonic() >= until or not is_locked(self.home.lock):
                raise DatabaseUnavailable(
                    f"Another process holds {self.home.folder}, but its database did not become "
                    "ready. Try again, or `longstop stop` and start anew."
                )
            time.sleep(0.05)

    def stop(self) -> None:
        """Will do nothing: the process that started the server stops it."""

    def is_alive(self) -> bool:
        """Will say whether some process still holds the home folder."""
        return is_locked(self.home.lock)

    def __enter__(self) -> ServerAddress:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _answers(self, port: int) -> bool:
        elsewhere = self.home.elsewhere
        data = Path(elsewhere.read_text().strip()) if elsewhere.exists() else self.home.data
        password = self.home.secret("superuser")
        url = loopback_url(role=SUPERUSER, password=password, port=port, database="postgres")
        return answers_for(url, data)


def resolve_database(home: Path, environ: Mapping[str, str]) -> Database:
    """Will choose the database for `home`; nothing is started before it is entered.

    DATABASE_URL wins. Otherwise it is the embedded server: joined where another process runs it
    for this home, started for the time of the `with` where none does.
    """
    if owner_url := environ.get("DATABASE_URL"):
        return ExternalServer(home, owner_url=owner_url, environ=environ)
    if is_locked(Home(Path(home).absolute()).lock):
        return RunningServer(home, environ=environ)
    return EmbeddedServer(home, environ=environ)
