"""Digests that come out the same on every machine, for what must be provable later."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

_SALT_BYTES = 16


class NotDigestible(TypeError):
    """The value has no single canonical form; the message names where it lies."""


def canonical_json(value: object) -> bytes:
    """Return the value as UTF-8 JSON with one possible spelling.

    Keys sorted, no spaces, no escapes beyond what JSON asks for. Dates are ISO text,
    moments ISO text in UTC with microseconds, UUIDs and decimals text, enums their
    value, tuples lists. Raises NotDigestible for anything else: sets (no order),
    moments without a zone, numbers that are not finite, keys that are not text.
    """
    plain = _plain(value, "the value")
    try:
        text = json.dumps(
            plain,
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
            allow_nan=False,
        )
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotDigestible("Text with half of a surrogate pair has no bytes.") from error
    except ValueError as error:
        raise NotDigestible("A number that is not finite has no canonical form.") from error


def sha256(value: object) -> str:
    """Return the SHA-256 of the value's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def salted_sha256(value: object, *, salt: bytes) -> str:
    """Return a digest from which a guessed value cannot be confirmed without the salt.

    HMAC-SHA-256 keyed with the salt, 64 hexadecimal digits. A name or a date of birth
    is easily guessed, so the salt must be at least 16 random bytes, kept beside the
    payload and destroyed with it. Raises ValueError when it is shorter.
    """
    if len(salt) < _SALT_BYTES:
        raise ValueError(f"A salt has at least {_SALT_BYTES} bytes, not {len(salt)}.")
    return hmac.new(salt, canonical_json(value), hashlib.sha256).hexdigest()


def _plain(value: object, where: str) -> object:
    """Return the value in JSON's own types; `where` is its path, for the message."""
    if isinstance(value, Enum):
        return _plain(value.value, where)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime | date | UUID | Decimal):
        return _scalar(value, where)
    if isinstance(value, Mapping):
        return {_key(k, where): _plain(v, f"{where}[{k!r}]") for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(item, f"{where}[{i}]") for i, item in enumerate(value)]
    raise NotDigestible(f"{where} is a {type(value).__name__}, which has no one spelling.")


def _scalar(value: datetime | date | UUID | Decimal, where: str) -> str:
    if not isinstance(value, datetime):
        return value.isoformat() if isinstance(value, date) else str(value)
    if value.tzinfo is None:
        raise NotDigestible(f"{where} is a moment without a time zone.")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _key(key: object, where: str) -> str:
    if isinstance(key, str) and not isinstance(key, Enum):
        return key
    raise NotDigestible(f"{where} has the key {key!r}; keys are text.")
