"""The spelling of a payload's content, and its digest. Pure: written once, recomputed by `verify` for ever."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def canonical(content: Mapping[str, Any]) -> bytes:
    """Give the bytes that a payload's digest covers: JSON with sorted keys, no spaces, UTF-8.

    Raises ValueError for numbers that are not finite, and for text with half of a surrogate pair.
    """
    return json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"), cls=DjangoJSONEncoder).encode()


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give the content as it will come back from the database, so that its digest never changes on the way.

    PostgreSQL spells out numbers that Python writes with an exponent; they are kept as text instead.
    """
    result: dict[str, Any] = json.loads(canonical(content), parse_float=_number)
    return result


def _number(text: str) -> float | str:
    value = float(text)
    return text if "e" in repr(value) else value + 0.0  # no negative zero: the database knows none


class Spelt(dict[str, Any]):
    """Plain content that remembers its canonical bytes, so that whoever stores it need not spell it again. Not to be changed."""

    text: bytes


def spelt(content: Mapping[str, Any]) -> Spelt:
    """Give the content as `plain` does, with its canonical bytes. Raises as `canonical`."""
    text = canonical(content)
    floats: list[str] = []

    def number(found: str) -> float | str:
        floats.append(found)
        return _number(found)

    made = Spelt(json.loads(text, parse_float=number))
    # Only numbers with a point can be spelt otherwise the second time.
    made.text = canonical(made) if floats else text
    return made


def digest(salt: bytes, content: Mapping[str, Any]) -> bytes:
    """Give the salted sha256 of a payload's content, 32 bytes."""
    text = content.text if isinstance(content, Spelt) else canonical(content)
    return hashlib.sha256(salt + text).digest()
