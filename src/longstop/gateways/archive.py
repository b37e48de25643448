"""Backup and restore of the whole database, by PostgreSQL's own programs; what a backup holds is proved when it is put back.

Keys and anchors lie in the home folder, outside the database and outside its backups: copy them by themselves, to another place.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from longstop.audit.seals import Key
from longstop.audit.shift import raise_floor
from longstop.gateways import manifest
from longstop.gateways.manifest import Manifest
from longstop.gateways.postgres import BinariesNotFound, find_binaries

ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
}


class ArchiveRefused(Exception):
    """A backup or restore cannot be done; the text says why and what to do."""


@dataclass(frozen=True)
class Restored:
    """What a restore did: rows by table, and by how much the sequence was raised."""

    manifest: Manifest
    shift: int


def backup(owner_url: str, file: Path, *, bin_dir: Path | None, key: Key, at: datetime) -> Manifest:
    """Write the whole database to `file`, and beside it what it holds; both readable by this user alone. Raises ArchiveRefused."""
    _refuse_no_owner(owner_url)
    if file.exists():
        raise ArchiveRefused(f"{file} is there already, and a backup never overwrites another. Name a new file.")
    if not file.parent.is_dir():
        raise ArchiveRefused(f"The folder {file.parent} is not there. Make it, or name a file elsewhere.")
    part = file.with_name(file.name + ".part")
    with psycopg.connect(owner_url) as connection, _private(part):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        program = find_program("pg_dump", server=_major(connection), bin_dir=bin_dir)
        left_out = [f"--exclude-table-data={name}" for name in manifest.LEFT_OUT]
        _run([program, "--format=custom", f"--snapshot={snapshot}", f"--file={part}", *left_out], owner_url)
        told = manifest.describe(
            at=at,
            server=_major(connection),
            file=part,
            tables=manifest.measure_tables(connection),
            seal=manifest.last_seal(connection),
        )
        manifest.path_of(file).unlink(missing_ok=True)
        manifest.write(told, file, key=key).chmod(0o600)
        _sync(part)
        part.replace(file)
    return told


def restore(owner_url: str, file: Path, *, bin_dir: Path | None) -> Restored:
    """Put a backup into an empty database, prove it equal table by table, and raise the floor of the sequence.

    Protections for the service's role come after it (`config.database.prepare`), then `verify`. Raises ArchiveRefused, ManifestUnusable;
    either the whole backup is there afterwards or the database is empty as before, save where equality fails.
    """
    _refuse_no_owner(owner_url)
    if not file.is_file():
        raise ArchiveRefused(f"There is no file {file}.")
    told = manifest.read(file)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        server = _major(connection)
        _refuse_full(connection)
    if server < told.server:
        raise ArchiveRefused(
            f"The backup is of PostgreSQL {told.server}, and this server is {server}: PostgreSQL restores into the same version or a newer"
            f" one. Give a server of version {told.server} or newer."
        )
    program = find_program("pg_restore", server=max(server, told.server), bin_dir=bin_dir)
    name = str(conninfo_to_dict(owner_url).get("dbname", ""))
    _run([program, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={name}", str(file)], owner_url)
    with psycopg.connect(owner_url) as connection:
        _prove_equal(connection, told)
        with connection.cursor() as cursor:
            shift = raise_floor(cursor)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return Restored(told, shift)


def find_program(name: str, *, server: int, bin_dir: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Find a client program of at least the server's version: beside the server, then the wheel's, Debian's, the path's.

    Raises ArchiveRefused.
    """
    seen = []
    for folder in _folders(bin_dir, environ, server):
        program = folder / name
        version = _version(program)
        if version is not None and version >= server:
            return program
        if version is not None:
            seen.append(f"{version} in {folder}")
    raise ArchiveRefused(
        f"{name} of version {server} or newer is not on this machine (found: {'; '.join(seen) or 'none'}). Set PG_BIN to the folder that"
        " holds it, or install PostgreSQL's client programs of that version."
    )


def _folders(bin_dir: Path | None, environ: Mapping[str, str], server: int) -> Iterator[Path]:
    if bin_dir is not None:
        yield bin_dir
    for major in (server, None):
        try:
            yield find_binaries(environ, major=major).folder
        except BinariesNotFound:
            continue
    found = shutil.which("pg_dump", path=environ.get("PATH"))
    if found:
        yield Path(found).resolve().parent


def _version(program: Path) -> int | None:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(found[1]) if found else None


def _run(command: list[Path | str], url: str) -> None:
    """Run a program on a database. The password goes through the environment: other users can read a command's arguments."""
    told = {ENVIRONMENT[name]: str(value) for name, value in conninfo_to_dict(url).items() if name in ENVIRONMENT and value is not None}
    done = subprocess.run(command, env={**os.environ, **told}, capture_output=True, text=True, check=False)
    if done.returncode:
        # Only the first line: what follows (DETAIL, CONTEXT) can hold values of rows.
        lines = [line for line in done.stderr.splitlines() if "error:" in line] or done.stderr.splitlines()
        raise ArchiveRefused(f"{Path(command[0]).name} failed: {lines[0] if lines else 'it gave no reason'}")


def _refuse_no_owner(owner_url: str) -> None:
    if not owner_url:
        raise ArchiveRefused("Only the database's owner may do this. Set LONGSTOP_OWNER_URL, or DATABASE_URL alone.")


def _refuse_full(connection: psycopg.Connection[Any]) -> None:
    found = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT IN"
        " ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1 LIMIT 1"
    ).fetchone()
    if found:
        raise ArchiveRefused(
            f"The database {connection.info.dbname} is not empty: it has {found[0]}. A restore goes into an empty database only: name"
            " another by DATABASE_URL, or give a new LONGSTOP_HOME."
        )


def _prove_equal(connection: psycopg.Connection[Any], told: Manifest) -> None:
    wrong = told.differences(manifest.measure_tables(connection))
    if wrong:
        raise ArchiveRefused(f"The restored database differs from the backup: {'; '.join(wrong[:5])}. Do not use it.")


@contextmanager
def _private(part: Path) -> Iterator[None]:
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield
    finally:
        part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _major(connection: psycopg.Connection[Any]) -> int:
    return connection.info.server_version // 10000


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
