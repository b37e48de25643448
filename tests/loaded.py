"""Databases that hold something before a test begins, filled once for each state of the source and cloned for whoever asks.

Both workers of a run share them, and so do the runs of a developer whose server is kept between them.
"""

import hashlib
import os
import subprocess
import sys
from datetime import date

import psycopg
from psycopg import sql

from tests import server

KEPT = (".py", ".toml", ".sql")


def state_of_source(module: str) -> str:
    """Name the state of everything that shapes what is filled in: the migrations, the product, and the module that fills."""
    folder = server.ROOT / "src" / "longstop"
    files = sorted(each for each in folder.rglob("*") if each.suffix in KEPT)
    files += sorted((server.ROOT / module.replace(".", "/")).parent.glob("*.py"))
    whole = hashlib.sha256(server.state_of_migrations().encode())
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()[:12]


def clone(name: str, *, module: str, today: date) -> None:
    """Make a database of this name that holds what the module fills in, as of today. The first to ask fills a template; others wait."""
    prefix = f"longstop_loaded_{module.split('.')[1]}_"
    template = f"{prefix}{today:%m%d}_{state_of_source(module)}"
    for last in (False, True):
        _make(template, prefix, module)
        try:
            server.clone(name, template=template)
        except psycopg.errors.InvalidCatalogName:  # a run of another state of the source has just put its own in its place
            if last:
                raise
        else:
            return


def _make(template: str, prefix: str, module: str) -> None:
    with server.admin() as connection:
        connection.execute("SELECT pg_advisory_lock(7421)")
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]).fetchall()
        if (template,) in found:
            return
        for (old,) in found:
            server.drop(str(old))
        filling = f"{template}_raw"
        server.clone(filling)
        subprocess.run([sys.executable, "-W", "ignore", "-m", module], check=True, env=environ(filling), cwd=server.ROOT)
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(filling), sql.Identifier(template)))


def environ(name: str) -> dict[str, str]:
    """Give the environment of a process that works on this database."""
    base = os.environ["LONGSTOP_TEST_SERVER"]
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "longstop.config.settings",
        "LONGSTOP_OWNER_URL": server.with_parts(base, name=name, user="longstop_test_owner"),
        "LONGSTOP_SERVICE_URL": server.with_parts(base, name=name, user="longstop_test_service"),
    }
