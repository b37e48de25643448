"""What a certificate's signature covers. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from longstop.kernel.digests import canonical_json

CONTEXT = b"longstop.certificate.1\x00"
ITEM = ("list", "position", "subject_kind", "subject_id", "reference", "reason", "also", "details")
HEAD = ("moment", "live", "day", "seal_number", "period_from", "made_at", "made_by", "totals", "remainder", "verdict")


@dataclass
class _Digest:
    whole: Any = field(default_factory=hashlib.sha256)
    items: int = 0


def digest(head: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> bytes:
    """Give 32 bytes over a certificate's values (`HEAD`) and those of each of its items (`ITEM`), in the order of lists and positions."""
    lines = _Digest()
    for item in items:
        lines.whole.update(canonical_json([item[name] for name in ITEM]) + b"\n")
        lines.items += 1
    covered = {name: head[name] for name in HEAD} | {"version": 1, "items": lines.items, "items_digest": lines.whole.hexdigest()}
    return hashlib.sha256(canonical_json(covered)).digest()


def message(digest_: bytes) -> bytes:
    """Give the bytes that are signed: no other thing that the key signs begins like this."""
    return CONTEXT + digest_
