"""DATABASE_URL: a server of the user's own, on which an embedded one stands in here."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from longstop.gateways.postgres import DatabaseUnavailable, EmbeddedServer, ExternalServer, ServerAddress, resolve_database
from longstop.gateways.postgres.address import with_role

Running = tuple[EmbeddedServer, ServerAddress]


@pytest.fixture(params=["CREATEROLE", "NOCREATEROLE"])
def rights(request: pytest.FixtureRequest) -> str:
    """Whether the owner of the database may create roles."""
    return str(request.param)


@pytest.fixture
def owner_url(running: Running, rights: str) -> Iterator[str]:
    """The address of a database and its owner, as an administrator would hand it out."""
    _, address = running
    name = f"casework_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(address.superuser_url or "", autocommit=True) as connection:
        role = sql.Identifier(name)
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'given' {}").format(role, sql.SQL("") + sql.SQL(rights)))  # type: ignore[arg-type]
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
        yield with_role(address.owner_url, role=name, password="given").rpartition("/")[0] + f"/{name}"
        connection.execute(sql.SQL("DROP DATABASE {}").format(role))


@pytest.mark.parametrize("rights", ["CREATEROLE"], indirect=True)
def test_the_services_role_is_made_and_owns_nothing(tmp_path: Path, owner_url: str) -> None:
    for _ in range(2):
        database = resolve_database(tmp_path, {"DATABASE_URL": owner_url})
        assert isinstance(database, ExternalServer)
        with database as address:
            assert address.superuser_url is None
            with psycopg.connect(address.service_url) as service:
                assert service.info.user == f"{service.info.dbname}_service"
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    service.execute("CREATE TABLE mine (n int)")


@pytest.mark.parametrize("rights", ["NOCREATEROLE"], indirect=True)
def test_an_owner_who_may_not_make_roles_is_told_what_to_ask_for(tmp_path: Path, owner_url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="DATABASE_SERVICE_URL"):
        resolve_database(tmp_path, {"DATABASE_URL": owner_url}).start()


@pytest.mark.parametrize("rights", ["NOCREATEROLE"], indirect=True)
def test_a_service_that_owns_the_database_or_is_a_superuser_is_refused(running: Running, tmp_path: Path, owner_url: str) -> None:
    _, address = running
    superuser_url = (address.superuser_url or "").rpartition("/")[0] + "/" + owner_url.rpartition("/")[2]
    for service_url in (owner_url, superuser_url):
        environ = {"DATABASE_URL": owner_url, "DATABASE_SERVICE_URL": service_url}
        with pytest.raises(DatabaseUnavailable, match="superuser or owns the database"):
            resolve_database(tmp_path, environ).start()


@pytest.mark.parametrize("rights", ["NOCREATEROLE"], indirect=True)
def test_a_service_role_that_was_given_is_used(running: Running, tmp_path: Path, owner_url: str) -> None:
    _, address = running
    given = address.service_url.rpartition("/")[0] + "/" + owner_url.rpartition("/")[2]
    with resolve_database(tmp_path, {"DATABASE_URL": owner_url, "DATABASE_SERVICE_URL": given}) as found:
        assert found.service_url == given


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="DATABASE_URL does not answer"):
        resolve_database(tmp_path, {"DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/none"}).start()
