"""The two roles and the database of an embedded server."""

import psycopg
from psycopg import sql

from longstop.gateways.postgres.address import DATABASE, OWNER, SERVICE


def ensure_roles(superuser_url: str, *, owner_password: str, service_password: str) -> None:
    """Will make, or put right, the owner, the service and the database.

    The owner is no superuser; it may create databases, so that tests can clone one. The service
    owns nothing and may create nothing. Passwords travel as SCRAM verifiers, so that no log or
    activity view can hold them.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        set_role(connection, name=OWNER, password=owner_password, creates_databases=True)
        set_role(connection, name=SERVICE, password=service_password)
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            make_database(connection)
        for database, role in ((DATABASE, OWNER), (DATABASE, SERVICE), ("postgres", OWNER)):
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(role)))


def set_role(connection: psycopg.Connection, *, name: str, password: str, creates_databases: bool = False) -> None:
    """Will create the role if it is missing, and give it the password.

    A right that is not given is not mentioned either: a role that may create roles may not name rights that it lacks.
    """
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
            sql.SQL("ALTER" if found else "CREATE"),
            sql.Identifier(name),
            sql.SQL("CREATEDB" if creates_databases else ""),
            sql.Literal(verifier),
        )
    )


def make_database(connection: psycopg.Connection) -> None:
    """Will make the owner's database, closed to every role that is not named."""
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    for database in (DATABASE, "postgres"):
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
