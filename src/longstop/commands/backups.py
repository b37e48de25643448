"""`longstop backup` and `longstop restore`."""

import os
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from longstop.audit import anchors
from longstop.audit.anchors import AnchorUnusable, Contents, restore_entry
from longstop.audit.verification import Report, verify
from longstop.commands import reaching
from longstop.commands.sealing import AsJson, account, values_of
from longstop.gateways import archive
from longstop.gateways.anchors import AnchorFile
from longstop.gateways.archive import ArchiveRefused, Restored
from longstop.gateways.keys import KeyUnusable, signing_key
from longstop.gateways.manifest import ManifestUnusable
from longstop.gateways.postgres import ServerAddress


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("backup")(back_up)
    app.command("restore")(restore_all)


def back_up(
    file: Annotated[Path, typer.Argument(help="A new file; what it holds is told beside it, in FILE.json.")], as_json: AsJson = False
) -> None:
    """Write the whole database to a file. Keys and anchors are not in it: copy them to another place by themselves."""
    with reaching.database() as address:
        try:
            told = archive.backup(address.owner_url, file, bin_dir=address.bin_dir, key=signing_key(reaching.home()), at=reaching.now())
        except (ArchiveRefused, KeyUnusable) as error:
            reaching.stop(str(error))
    rows = sum(rows for rows, _ in told.tables.values())
    words = f"{file}: {len(told.tables)} tables, {rows} rows, {file.stat().st_size} bytes, up to seal {told.last_seal or 'none'}."
    values = {"file": str(file), "tables": len(told.tables), "rows": rows, "last_seal": told.last_seal, "sha256": told.file_sha256}
    reaching.tell(words, values, as_json=as_json)


def restore_all(
    file: Annotated[Path, typer.Argument(help="A file that `longstop backup` wrote, with its FILE.json beside it.")],
    anchor: Annotated[Path | None, typer.Option(help="The file of heads of the service that was lost, to verify against.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup into an empty database, prove it equal, protect it again, and verify it.

    Ends with 0 where all is well, 1 where something is not as it was sealed, 2 where nothing was restored.
    """
    home = reaching.home()
    with reaching.database() as address:
        try:
            known = anchors.read(anchor.read_text().splitlines(), name=str(anchor)) if anchor else None
            done = archive.restore(address.owner_url, file, bin_dir=address.bin_dir)
            _go_on(address, done, home)
            contents = _with_own(known, AnchorFile(home).path)
        except (ArchiveRefused, ManifestUnusable, AnchorUnusable, KeyUnusable, OSError) as error:
            reaching.stop(str(error))
        report = _verify(address, contents)
    rows = sum(rows for rows, _ in done.manifest.tables.values())
    words = f"Restored {len(done.manifest.tables)} tables and {rows} rows, each table equal to the backup's.\n" + account(report)
    reaching.tell(words, {"tables": len(done.manifest.tables), "rows": rows, "shift": done.shift, **values_of(report)}, as_json=as_json)
    raise typer.Exit(reaching.DONE if report.clean else reaching.FAILED)


def _go_on(address: ServerAddress, done: Restored, home: Path) -> None:
    """Tell the anchor where the chain goes on, protect the tables, and record the restore as the first event."""
    file, key, told = AnchorFile(home), signing_key(home), done.manifest
    standing = told.last_seal or 0
    file.append(
        restore_entry(
            at=reaching.now(),
            standing=standing,
            chain=bytes.fromhex(told.last_chain or ""),
            highest=max(standing, file.highest),
            backup=told.file_sha256,
            key=key,
        )
    )
    reaching.set_up(address.for_owner())
    reaching.module("longstop.config.database").prepare()
    os.environ.pop("LONGSTOP_OWNER_URL")
    actions = reaching.module("longstop.audit.actions")
    actions.record_restore(backup=told.file_sha256, shift=done.shift, last_seal=told.last_seal, by=actions.SYSTEM, at=reaching.now())


def _with_own(known: Contents | None, path: Path) -> Contents:
    """Join the anchor that was given to this home's own."""
    own = anchors.read(path.read_text().splitlines(), name=str(path))
    if known is None:
        return own
    standing = own.restores[-1].standing
    heads = [head for head in known.heads if head.number <= standing]
    aside = sorted({*own.put_aside, *(head.number for head in known.heads if head.number > standing)})
    return Contents([*heads, *own.heads], aside, own.restores, own.keys | known.keys)


def _verify(address: ServerAddress, contents: Contents) -> Report:
    with psycopg.connect(address.service_url, autocommit=True) as session:
        return verify(session, contents, service_role=reaching.role_of(address.service_url))
