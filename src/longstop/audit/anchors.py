"""What an anchor says: heads of seals and restores, one JSON object a line, kept where the database's owner cannot write. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longstop.audit.seals import Head, Key, is_signed
from longstop.kernel.digests import canonical_json

RESTORE_CONTEXT = b"longstop.restore.1\x00"


class AnchorUnusable(Exception):
    """The anchor cannot be read, or is not genuine; the text names the line and the remedy."""


@dataclass(frozen=True, kw_only=True)
class Restore:
    """The database went back to a backup: heads above `standing` and up to `highest` were of rows that the backup did not have."""

    restored_at: datetime
    standing: int
    chain: bytes
    highest: int
    backup: str
    signature: bytes
    public_key: bytes

    def message(self) -> bytes:
        """Give the bytes that are signed."""
        return RESTORE_CONTEXT + canonical_json(
            [self.restored_at, self.standing, self.chain.hex(), self.highest, self.backup, self.public_key.hex()]
        )

    def is_genuine(self) -> bool:
        """Say whether the key that the entry names signed it."""
        return is_signed(self.message(), signature=self.signature, public_key=self.public_key)


@dataclass(frozen=True)
class Contents:
    """An anchor, read: heads that stand, numbers of those that a restore put aside, restores, and every key named."""

    heads: list[Head]
    put_aside: list[int]
    restores: list[Restore]
    keys: set[bytes]


def restore_entry(*, at: datetime, standing: int, chain: bytes, highest: int, backup: str, key: Key) -> Restore:
    """Make the entry of a restore and sign it."""
    unsigned = Restore(restored_at=at, standing=standing, chain=chain, highest=highest, backup=backup, signature=b"", public_key=key.public)
    return Restore(**{**vars(unsigned), "signature": key.sign(unsigned.message())})


def write(entry: Head | Restore) -> str:
    """Give an entry as one line without its newline."""
    kind = "seal" if isinstance(entry, Head) else "restore"
    values = {name: _spell(value) for name, value in vars(entry).items()}
    return json.dumps({"kind": kind, **values}, separators=(",", ":"))


def read_entry(line: str) -> Head | Restore:
    """Read one line. Raises AnchorUnusable."""
    try:
        values = json.loads(line)
        kind = values.pop("kind")
        whole = {name: _unspell(name, value) for name, value in values.items()}
        entry: Head | Restore = Head(**whole) if kind == "seal" else Restore(**whole)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnchorUnusable("is not a head of a seal as Longstop writes it") from error
    return entry


def read(lines: Iterable[str], *, name: str) -> Contents:
    """Read a whole anchor: many lines, or one head. Raises AnchorUnusable with the line's number where an entry is not genuine."""
    heads: dict[int, Head] = {}
    aside: list[int] = []
    restores: list[Restore] = []
    keys: set[bytes] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = read_entry(line)
        except AnchorUnusable as error:
            raise AnchorUnusable(f"{name}, line {number}: {error}. Use an undamaged copy of the anchor.") from error
        if not entry.is_genuine():
            raise AnchorUnusable(f"{name}, line {number}: the signature is not that of the key beside it. Use an undamaged copy.")
        keys.add(entry.public_key)
        if isinstance(entry, Restore):
            restores.append(entry)
            aside += [each for each in heads if each > entry.standing]
            heads = {each: head for each, head in heads.items() if each <= entry.standing}
        else:
            heads.setdefault(entry.number, entry)  # of two with one number the first was published first
    if not heads and not restores:
        raise AnchorUnusable(f"{name} holds no head of a seal. Give LONGSTOP_HOME/anchors/heads.jsonl or a copy of one of its lines.")
    return Contents(sorted(heads.values(), key=lambda head: head.number), sorted(aside), restores, keys)


def _spell(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else value


def _unspell(name: str, value: Any) -> Any:
    if name in ("chain", "signature", "public_key"):
        return bytes.fromhex(value)
    return datetime.fromisoformat(value) if name in ("sealed_at", "restored_at") else value
