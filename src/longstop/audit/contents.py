"""The spelling of a payload's content, and its digest. Pure: written once, recomputed by `verify` for ever."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.serializers.json import DjangoJSONEncoder

# Numbers that the fast library may spell or read otherwise: below zero, with a point or an exponent, or longer than a machine's word.
_DELICATE = re.compile(rb"[:\[,](?:-|\d{17}|\d+[.eE])")
# What may stand before a number as a colon, what a number begins with as a nought: most records hold no number, and are told at a glance.
_AT_A_GLANCE = bytes(ord(":") if each in b":[," else ord("0") if each in b"-0123456789" else ord(" ") for each in range(256))
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def has_delicate_numbers(spelling: bytes) -> bool:
    """Say whether JSON without spaces holds a number that libraries may spell or read otherwise; true where a text only looks like it."""
    return b":0" in spelling.translate(_AT_A_GLANCE) and _DELICATE.search(spelling) is not None


def quick_spelling(content: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]] | None:
    """Give what `canonical` gives, and the content as it reads again, by a faster library; None where the two might differ.

    What reads again as it was holds only text, plain numbers, yes and no, lists and records: everything else is left to `canonical`.
    """
    try:
        text = orjson.dumps(content, option=_OPTIONS)
        made: dict[str, Any] = orjson.loads(text)
    except (ValueError, TypeError):
        return None
    return (text, made) if made == content and not has_delicate_numbers(text) else None


def canonical(content: Mapping[str, Any]) -> bytes:
    """Give the bytes that a payload's digest covers: JSON with sorted keys, no spaces, UTF-8.

    Raises ValueError for numbers that are not finite, and for text with half of a surrogate pair.
    """
    if isinstance(content, Spelt):
        return content.text
    quick = quick_spelling(content)
    return quick[0] if quick else _spell(content)


def _spell(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"), cls=DjangoJSONEncoder).encode()


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give the content as it will come back from the database, so that its digest never changes on the way.

    PostgreSQL spells out numbers that Python writes with an exponent; they are kept as text instead.
    """
    result: dict[str, Any] = json.loads(_spell(content), parse_float=_number)
    return result


def _number(text: str) -> float | str:
    value = float(text)
    return text if "e" in repr(value) else value + 0.0  # no negative zero: the database knows none


class Spelt(dict[str, Any]):
    """Plain content that remembers its canonical bytes, so that whoever stores it need not spell it again. Not to be changed."""

    text: bytes


def spelt(content: Mapping[str, Any]) -> Spelt:
    """Give the content as `plain` does, with its canonical bytes. Raises as `canonical`."""
    if isinstance(content, Spelt):
        return content
    quick = quick_spelling(content)
    if quick:
        made = Spelt(quick[1])
        made.text = quick[0]
        return made
    text = _spell(content)
    floats: list[str] = []

    def number(found: str) -> float | str:
        floats.append(found)
        return _number(found)

    made = Spelt(json.loads(text, parse_float=number))
    # Only numbers with a point can be spelt otherwise the second time.
    made.text = _spell(made) if floats else text
    return made


def spelt_as(text: bytes) -> Spelt:
    """Give what these canonical bytes say, to be stored and not read: it remembers the bytes, and no member of what they say."""
    made = Spelt()
    made.text = text
    return made


def spelling(content: Mapping[str, Any]) -> bytes:
    """Give the canonical bytes of the content as it will come back from the database. Raises as `canonical`."""
    return spelt(content).text if isinstance(content, Spelt) or not (quick := quick_spelling(content)) else quick[0]


def spell_certain(value: Any) -> bytes:
    """Give the canonical bytes of a value of which it is certain that it holds only text, whole numbers, yes and no, lists and records.

    Nothing is read again to see whether it is: for what others send there is `canonical`. Raises ValueError as `canonical` does.
    """
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except TypeError:
        return _spell(value)


def joined(members: Mapping[str, bytes]) -> bytes:
    """Give the canonical bytes of a record, whose members' canonical bytes are given by name. The names are our own: plain letters."""
    return b"{" + b",".join([b'"' + name.encode() + b'":' + members[name] for name in sorted(members)]) + b"}"


def digest(salt: bytes, content: Mapping[str, Any]) -> bytes:
    """Give the salted sha256 of a payload's content, 32 bytes."""
    return hashlib.sha256(salt + canonical(content)).digest()
