"""What a seal is made of: leaves, parts, header, chain, head. Pure; the shared design, section 3, says why."""

import hashlib
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from longstop.kernel.digests import canonical_json

LEAF_PREFIX = 8
GENESIS = bytes(32)
SEAL_CONTEXT = b"longstop.seal.1\x00"


class Key(Protocol):
    """A private key that lies outside the database."""

    @property
    def public(self) -> bytes:
        """32 bytes, Ed25519."""

    def sign(self, message: bytes) -> bytes:
        """Give 64 bytes."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What leaves the database of a seal: enough to find out a chain that was computed anew or cut short."""

    number: int
    lo: int
    hi: int
    rows: int
    sealed_at: datetime
    chain: bytes
    signature: bytes
    public_key: bytes

    def is_genuine(self) -> bool:
        """Say whether the signature is that of the key that the head names."""
        signed = message(number=self.number, lo=self.lo, hi=self.hi, rows=self.rows, sealed_at=self.sealed_at, chain=self.chain)
        return is_signed(signed, signature=self.signature, public_key=self.public_key)


class Anchor(Protocol):
    """Where heads are kept outside the database."""

    @property
    def highest(self) -> int:
        """The highest number ever given to a seal, 0 where there is none."""

    @property
    def standing(self) -> tuple[int, bytes] | None:
        """Number and chain of the last head that stands: heads after a backup that was restored do not."""

    def publish(self, heads: Callable[[int], Iterable[Head]]) -> None:
        """Append every head that the database has and the anchor has not; `heads` gives those above a number, in order."""


@dataclass(frozen=True)
class Part:
    """One table's share of a seal."""

    table: str
    form: int
    form_digest: bytes
    rows: int
    digest: bytes
    leaves: bytes
    keys: bytes

    def summary(self) -> list[Any]:
        """Give what the header says of the part."""
        return [
            self.table,
            self.form,
            self.form_digest.hex(),
            self.rows,
            self.digest.hex(),
            hashlib.sha256(self.leaves).hexdigest(),
            hashlib.sha256(self.keys).hexdigest(),
        ]


def measure(lines: Iterable[bytes], *, table: str, form: int, form_digest: bytes) -> Part:
    """Compute a part from a table's rows, each as its line of COPY: sequence, number, other columns."""
    whole, leaves, keys = hashlib.sha256(), bytearray(), array("q")
    sha256, update, extend, append = hashlib.sha256, whole.update, leaves.extend, keys.append
    for line in lines:
        leaf = sha256(line).digest()
        update(leaf)
        extend(leaf[:LEAF_PREFIX])
        append(int(line.split(b"\t", 2)[1]))
    return Part(table, form, form_digest, len(keys), whole.digest(), bytes(leaves), pack_keys(keys))


def pack_keys(keys: "array[int]") -> bytes:
    """Pack the rows' numbers as differences of eight bytes, little end first, compressed: about a byte a row."""
    steps = array("q", [b - a for a, b in zip([0, *keys], keys, strict=False)])
    if sys.byteorder == "big":
        steps.byteswap()
    return zlib.compress(steps.tobytes(), 1)


def unpack_keys(packed: bytes) -> list[int]:
    """Give back the rows' numbers. Raises ValueError where the bytes are not those of `pack_keys`."""
    steps = array("q")
    try:
        steps.frombytes(zlib.decompress(packed))
    except zlib.error as error:
        raise ValueError("not packed by this program") from error
    if sys.byteorder == "big":
        steps.byteswap()
    return list(accumulate(steps))


def header(*, number: int, lo: int, hi: int, sealed_at: datetime, sealed_by: int, parts: Sequence[Sequence[Any]]) -> bytes:
    """Give the bytes that the chain covers for a seal; `parts` are the parts' summaries, by table."""
    return canonical_json(
        {
            "version": 1,
            "number": number,
            "lo": lo,
            "hi": hi,
            "sealed_at": sealed_at,
            "sealed_by": sealed_by,
            "rows": sum(int(part[3]) for part in parts),
            "parts": sorted(list(part) for part in parts),
        }
    )


def link(previous: bytes, header: bytes) -> bytes:
    """Give the chain's next link, 32 bytes."""
    return hashlib.sha256(previous + header).digest()


def message(*, number: int, lo: int, hi: int, rows: int, sealed_at: datetime, chain: bytes) -> bytes:
    """Give the bytes that are signed: the whole head, so that a copy of it proves itself."""
    return SEAL_CONTEXT + canonical_json([number, lo, hi, rows, sealed_at, chain.hex()])


def is_signed(message: bytes, *, signature: bytes, public_key: bytes) -> bool:
    """Say whether this Ed25519 signature is that key's over the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
