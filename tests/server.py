"""A pytest plugin, loaded before Django's settings are: gives each worker a database of its own on a real server.

The server is `LONGSTOP_TEST_SERVER` (a superuser's or owner's address, kept between runs by a developer), else `DATABASE_URL`,
else an embedded one in a folder of its own that ends with the run. Databases are cloned from a template, which is made once
for each state of the migrations. Tests run as the service's role, as the product does.
"""

import atexit
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from longstop.gateways.postgres import EmbeddedServer

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "for-tests-on-loopback-only"


def with_parts(url: str, *, name: str | None = None, user: str | None = None) -> str:
    """Give the address with another database, or another of the test's own roles."""
    parts = urlsplit(url)
    netloc = parts.netloc
    if user is not None:
        netloc = f"{user}:{PASSWORD}@{netloc.rpartition('@')[2]}"
    return urlunsplit((parts.scheme, netloc, f"/{name}" if name is not None else parts.path, parts.query, ""))


def admin() -> "psycopg.Connection[tuple[object, ...]]":
    """Connect to the server as the role that may create databases."""
    return psycopg.connect(os.environ["LONGSTOP_TEST_SERVER"], autocommit=True)


def start_server() -> None:
    """See to it that LONGSTOP_TEST_SERVER names a running server; start one for this run where nobody gave one."""
    if os.environ.get("LONGSTOP_TEST_SERVER"):
        return
    if os.environ.get("DATABASE_URL"):
        os.environ["LONGSTOP_TEST_SERVER"] = os.environ["DATABASE_URL"]
        return
    home = Path(tempfile.mkdtemp(prefix="longstop-tests-"))
    server = EmbeddedServer(home, fsync=False)
    os.environ["LONGSTOP_TEST_SERVER"] = server.start().superuser_url

    def stop() -> None:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)


def state_of_migrations() -> str:
    """Name the state of everything that shapes a fresh database."""
    source = ROOT / "src" / "longstop"
    files = sorted([*source.glob("*/migrations/*.py"), source / "audit" / "hardening.py", ROOT / "requirements" / "runtime.txt"])
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()[:12]


def make_template(template: str) -> None:
    """Create and prepare the template database unless it is there. Several runs may ask at once: an advisory lock lets one do it."""
    with admin() as connection:
        connection.execute("SELECT pg_advisory_lock(7420)")
        for role in ("longstop_test_owner", "longstop_test_service"):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(PASSWORD)))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            return
        raw = f"{template}_raw"
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(raw)))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER longstop_test_owner").format(sql.Identifier(raw)))
        server = os.environ["LONGSTOP_TEST_SERVER"]
        environ = os.environ | {
            "LONGSTOP_OWNER_URL": with_parts(server, name=raw, user="longstop_test_owner"),
            "LONGSTOP_SERVICE_URL": with_parts(server, name=raw, user="longstop_test_service"),
            "DJANGO_SETTINGS_MODULE": "longstop.config.settings",
        }
        code = "import django; django.setup(); from longstop.config.database import prepare; prepare()"
        subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, env=environ, cwd=ROOT)
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(raw), sql.Identifier(template)))


def clone(name: str, *, template: str = "") -> None:
    """Make a fresh database of this name, in place of any older one, from a template: the prepared empty one unless another is named."""
    drop(name)
    template = template or os.environ["LONGSTOP_TEST_TEMPLATE"]
    with admin() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER longstop_test_owner").format(sql.Identifier(name), sql.Identifier(template))
        )


def drop(name: str) -> None:
    """Remove a test's database with whatever is still connected to it."""
    with admin() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def begin() -> None:
    """Point the environment at this worker's own database before Django reads it."""
    start_server()
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["LONGSTOP_TEST_TEMPLATE"] = f"longstop_template_{state_of_migrations()}"
        os.environ["LONGSTOP_TEST_RUN"] = str(os.getpid())
        make_template(os.environ["LONGSTOP_TEST_TEMPLATE"])
    name = f"longstop_test_{os.environ['LONGSTOP_TEST_RUN']}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    clone(name)
    atexit.register(drop, name)
    server = os.environ["LONGSTOP_TEST_SERVER"]
    os.environ["LONGSTOP_OWNER_URL"] = with_parts(server, name=name, user="longstop_test_owner")
    os.environ["LONGSTOP_SERVICE_URL"] = with_parts(server, name=name, user="longstop_test_service")
    os.environ.setdefault("LONGSTOP_HOME", tempfile.mkdtemp(prefix="longstop-home-"))
    os.environ["LONGSTOP_STATIC"] = "sources"


begin()
