"""What a backup holds, told beside it: rows and digest of each table in the backup's own snapshot, signed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from longstop.audit.seals import Key, is_signed
from longstop.audit.streams import pin
from longstop.kernel.digests import canonical_json

LEFT_OUT = ("django_session",)  # whoever was signed in then is not signed in after a restore
CONTEXT = b"longstop.backup.1\x00"
WHOLE = 1 << 256


class ManifestUnusable(Exception):
    """The description of a backup is missing, damaged or not genuine; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Tables by name: how many rows, and the sum of the rows' sha256 modulo 2^256 in hexadecimal, so that their order does not matter."""

    made_at: str
    server: int
    file_sha256: str
    tables: dict[str, tuple[int, str]]
    last_seal: int | None
    last_chain: str | None

    def message(self) -> bytes:
        return CONTEXT + canonical_json(asdict(self))

    def differences(self, found: dict[str, tuple[int, str]]) -> list[str]:
        """Say in words how tables differ from those of the backup."""
        names = sorted(set(self.tables) | set(found))
        return [
            f"{name}: the backup had {_words(self.tables.get(name))}, here are {_words(found.get(name))}"
            for name in names
            if self.tables.get(name) != found.get(name)
        ]


def _words(told: tuple[int, str] | None) -> str:
    return "no such table" if told is None else f"{told[0]} rows ({told[1][:12]})"


def path_of(file: Path) -> Path:
    """Give the manifest's place beside the backup's."""
    return file.with_name(file.name + ".json")


def measure_tables(connection: psycopg.Connection[Any]) -> dict[str, tuple[int, str]]:
    """Read every table once, in the running transaction's snapshot."""
    with connection.cursor() as cursor:
        pin(cursor)
        cursor.execute("SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname")
        names = [name for (name,) in cursor.fetchall() if name not in LEFT_OUT]
        return {name: _measure(cursor, name) for name in names}


def _measure(cursor: psycopg.Cursor[Any], table: str) -> tuple[int, str]:
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('public.' || quote_ident(%s)) AND attnum > 0 AND NOT attisdropped"
        " ORDER BY attname",
        [table],
    )
    columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
    total, rows, sha256 = 0, 0, hashlib.sha256
    with cursor.copy(sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(columns, sql.Identifier("public", table))) as lines:
        for line in lines:
            total += int.from_bytes(sha256(line).digest(), "big")
            rows += 1
    return rows, f"{total % WHOLE:064x}"


def last_seal(connection: psycopg.Connection[Any]) -> tuple[int | None, str | None]:
    """Give number and chain of the last seal in the running transaction's snapshot."""
    row = connection.execute("SELECT number, encode(chain, 'hex') FROM public.audit_seal ORDER BY number DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (None, None)


def describe(*, at: datetime, server: int, file: Path, tables: dict[str, tuple[int, str]], seal: tuple[int | None, str | None]) -> Manifest:
    """Make the manifest of a backup's file."""
    return Manifest(
        made_at=at.isoformat(), server=server, file_sha256=hash_file(file), tables=tables, last_seal=seal[0], last_chain=seal[1]
    )


def write(manifest: Manifest, file: Path, *, key: Key) -> Path:
    """Write the manifest beside the backup, signed."""
    path = path_of(file)
    whole = {**asdict(manifest), "public_key": key.public.hex(), "signature": key.sign(manifest.message()).hex()}
    path.write_text(json.dumps(whole, indent=1) + "\n")
    return path


def read(file: Path) -> Manifest:
    """Read the manifest beside a backup, and check that the file is the one that it tells of. Raises ManifestUnusable."""
    path = path_of(file)
    try:
        whole: dict[str, Any] = json.loads(path.read_text())
        public_key, signature = bytes.fromhex(whole.pop("public_key")), bytes.fromhex(whole.pop("signature"))
        whole["tables"] = {name: (int(rows), str(digest)) for name, (rows, digest) in whole["tables"].items()}
        manifest = Manifest(**whole)
    except FileNotFoundError as error:
        raise ManifestUnusable(f"{path} is missing. Put back both files that `longstop backup` wrote.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestUnusable(f"{path} is not as `longstop backup` wrote it. Use an undamaged copy.") from error
    if not is_signed(manifest.message(), signature=signature, public_key=public_key):
        raise ManifestUnusable(f"{path} was altered: its signature does not fit. Use an undamaged copy.")
    if hash_file(file) != manifest.file_sha256:
        raise ManifestUnusable(f"{file} is not the file that {path.name} tells of, or was damaged. Use an undamaged copy of both.")
    return manifest


def hash_file(file: Path) -> str:
    """Give a file's sha256 in hexadecimal."""
    whole = hashlib.sha256()
    with file.open("rb") as stream:
        for block in _blocks(stream):
            whole.update(block)
    return whole.hexdigest()


def _blocks(stream: Any) -> Iterable[bytes]:
    return iter(lambda: stream.read(1 << 20), b"")
