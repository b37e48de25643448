"""A PostgreSQL server of the user's own, named by DATABASE_URL."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg.conninfo import conninfo_to_dict

from longstop.gateways.postgres.address import ServerAddress, with_role
from longstop.gateways.postgres.binaries import OLDEST
from longstop.gateways.postgres.home import DatabaseUnavailable, Home
from longstop.gateways.postgres.roles import set_role

LONGEST_NAME = 63


class ServerNotReached(DatabaseUnavailable):
    """DATABASE_URL names a server that does not answer, or is too old."""


class ServiceRoleRefused(DatabaseUnavailable):
    """The service's own role cannot be had, or has rights that it must not have."""


class ExternalServer:
    """The server of DATABASE_URL, whose role owns the database and runs the migrations.

    The service's role is DATABASE_SERVICE_URL where that is given; otherwise it is
    `<database>_service`, made here if the owner may create roles.
    """

    def __init__(self, home: Path, *, owner_url: str, environ: Mapping[str, str]) -> None:
        self.home = Home(Path(home).absolute())
        self._owner_url = owner_url
        self._service_url = environ.get("DATABASE_SERVICE_URL")
        self._pg_bin = environ.get("PG_BIN")

    def start(self) -> ServerAddress:
        """Will check that both roles can connect and give the address; nothing is started.

        Raises ServerNotReached, ServiceRoleRefused.
        """
        self.home.make()
        try:
            with psycopg.connect(self._owner_url, autocommit=True, connect_timeout=10) as owner:
                _refuse_old_server(owner)
                service_url = self._service_url or self._make_service(owner)
        except psycopg.OperationalError as error:
            raise ServerNotReached(f"The server of DATABASE_URL does not answer: {str(error).strip()}") from error
        _refuse_strong_service(service_url, owner_url=self._owner_url)
        return ServerAddress(
            owner_url=self._owner_url,
            service_url=service_url,
            superuser_url=None,
            bin_dir=self._client_programs(),
        )

    def stop(self) -> None:
        """Will do nothing: the server is not ours."""

    def is_alive(self) -> bool:
        """Will say yes: whoever runs the server watches it."""
        return True

    def __enter__(self) -> ServerAddress:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _make_service(self, owner: psycopg.Connection) -> str:
        database = owner.info.dbname
        role = f"{database[: LONGEST_NAME - len('_service')]}_service"
        password = self.home.secret(role)
        try:
            set_role(owner, name=role, password=password)
        except psycopg.errors.InsufficientPrivilege as error:
            raise ServiceRoleRefused(
                f"The role {owner.info.user} of DATABASE_URL may not create or alter the role "
                f"{role}, as which Longstop serves. Ask for a role that can log in and owns "
                "nothing, and put its URL into DATABASE_SERVICE_URL."
            ) from error
        return with_role(self._owner_url, role=role, password=password)

    def _client_programs(self) -> Path | None:
        if self._pg_bin:
            return Path(self._pg_bin)
        found = shutil.which("pg_dump")
        return Path(found).resolve().parent if found else None


def _refuse_old_server(connection: psycopg.Connection) -> None:
    version = connection.info.server_version // 10000
    if version < OLDEST:
        raise ServerNotReached(f"The server of DATABASE_URL is PostgreSQL {version}; Longstop needs {OLDEST} to 18.")


def _refuse_strong_service(service_url: str, *, owner_url: str) -> None:
    """Will refuse a service that could take the guarantee apart: a superuser or the owner."""
    owner = conninfo_to_dict(owner_url).get("user")
    try:
        with psycopg.connect(service_url, autocommit=True, connect_timeout=10) as service:
            row = service.execute(
                "SELECT rolsuper, EXISTS (SELECT FROM pg_database WHERE datname ="
                " current_database() AND pg_has_role(current_user, datdba, 'MEMBER'))"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            user = service.info.user
    except psycopg.OperationalError as error:
        raise ServiceRoleRefused(
            f"The service's role cannot connect: {str(error).strip()}. Let it connect to the database, or set DATABASE_SERVICE_URL."
        ) from error
    if row is None or any(row) or user == owner:
        raise ServiceRoleRefused(
            f"The service's role {user} is a superuser or owns the database, so nothing would "
            "hold it to the guarantee. Set DATABASE_SERVICE_URL to a role that owns nothing."
        )
