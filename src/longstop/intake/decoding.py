"""One record's text into plain values that can be stored: JSON as other systems write it, faults and all. Pure."""

import json
import math
from dataclasses import dataclass
from typing import Any

import orjson

from longstop.audit.contents import has_delicate_numbers
from longstop.intake.findings import Finding

DEEPEST = 40  # levels of nesting; the deepest record known to us has four

NOT_JSON = Finding(
    fault="not_json",
    sentence="The row is not a JSON record.",
    remedy="Send one complete JSON object for each person, in UTF-8.",
)
CUT_OFF = Finding(
    fault="cut_off",
    sentence="The row ends before its record does, so the file may have been cut off.",
    remedy="Send the whole file again.",
)
TOO_DEEP = Finding(
    fault="too_deep",
    sentence=f"The row holds lists within lists more than {DEEPEST} deep.",
    remedy="Send the record as the contract describes it.",
)
NOT_AN_OBJECT = Finding(
    fault="not_an_object",
    sentence="The row is not a record with named fields.",
    remedy="Send one JSON object for each person.",
)
WRONG_ENCODING = Finding(
    fault="wrong_encoding",
    sentence="The row is not UTF-8; it was read as Windows-1252, so accented letters may be wrong.",
    remedy="Send the file in UTF-8.",
)
DOUBLE_FIELD = Finding(
    fault="double_field",
    sentence="A field stands twice in the record; the later one was taken.",
    remedy="Send each field once.",
)
NOT_A_NUMBER = Finding(
    fault="not_a_number",
    sentence="The record holds NaN or Infinity, which is no value; it was left empty.",
    remedy="Send null, or leave the field out.",
)
UNREADABLE = Finding(
    fault="unreadable_character",
    sentence="The record holds characters that cannot be stored; each was replaced by a mark.",
    remedy="Send text without null characters and half characters.",
)


class CannotUse(ValueError):
    """The text is no record that can be stored; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.fault)
        self.finding = finding


@dataclass(slots=True)  # not frozen, which takes thrice as long: made for every row
class Decoded:
    """A record, what had to be forgiven of it, and its spelling: JSON with sorted keys and no spaces, the same for the same content.

    `canonical` says that a payload with this record holds that very spelling.
    """

    value: dict[str, Any]
    forgiven: tuple[Finding, ...]
    spelling: bytes
    canonical: bool = False


class Decoder:
    """Decodes one record after another. Not for several threads at once."""

    def __init__(self) -> None:
        self._noticed: dict[str, Finding] = {}
        self._json = json.JSONDecoder(
            strict=False, object_pairs_hook=self._pairs, parse_int=_whole, parse_float=_number, parse_constant=self._constant
        )

    def decode(self, text: str) -> tuple[dict[str, Any], tuple[Finding, ...]]:
        """Give the record and what had to be forgiven. Raises CannotUse."""
        found = self.spell(text)
        return found.value, found.forgiven

    def spell(self, text: str) -> Decoded:
        """Give the record with its spelling. Raises CannotUse."""
        self._noticed = {}
        if not text.isascii():
            text = self._readable(text)
        text = text.strip().strip("\ufeff").rstrip(",").strip()
        if (quick := _quick(text)) is not None:
            return Decoded(quick[0], tuple(self._noticed.values()), quick[1], canonical=True)
        value = self._checked(text)
        spelling = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
        return Decoded(value, tuple(self._noticed.values()), spelling)

    def _checked(self, text: str) -> dict[str, Any]:
        value = self._parse(text)
        if not isinstance(value, dict):
            raise CannotUse(NOT_AN_OBJECT)
        if text.count("{") + text.count("[") > DEEPEST and _depth(value) > DEEPEST:
            raise CannotUse(TOO_DEEP)
        if "\\u" in text or not text.isprintable():
            stored: dict[str, Any] = self._storable(value)
            return stored
        return value

    def _parse(self, text: str) -> Any:
        try:
            return self._json.decode(text)
        except json.JSONDecodeError as error:
            cut = text[:1] == "{" and (error.pos >= len(text) or error.msg.startswith("Unterminated"))
            raise CannotUse(CUT_OFF if cut else NOT_JSON) from None
        except RecursionError:
            raise CannotUse(TOO_DEEP) from None

    def _readable(self, text: str) -> str:
        """Give the text with the bytes that were not UTF-8 (kept as half surrogates by the reader) read as Windows-1252."""
        try:
            text.encode()
        except UnicodeEncodeError:
            self._note(WRONG_ENCODING)
            return text.encode(errors="surrogateescape").decode("cp1252", errors="replace")
        return text

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self._note(DOUBLE_FIELD)
        return made

    def _constant(self, _: str) -> None:
        self._note(NOT_A_NUMBER)

    def _storable(self, value: Any) -> Any:
        """Give the value without the characters that a database cannot store."""
        if isinstance(value, str):
            if "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value):
                return value
            self._note(UNREADABLE)
            return "".join("\N{REPLACEMENT CHARACTER}" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in value)
        if isinstance(value, list):
            return [self._storable(each) for each in value]
        if isinstance(value, dict):
            return {self._storable(name): self._storable(each) for name, each in value.items()}
        return value

    def _note(self, finding: Finding) -> None:
        self._noticed[finding.fault] = finding


def _quick(text: str) -> tuple[dict[str, Any], bytes] | None:
    """Decode by the fast library what both read alike and nothing has to be forgiven of: the value and its spelling, otherwise None.

    A field that stands twice loses a colon on the way there and back, since none is written as an escape.
    """
    if text[:1] != "{" or "\\u" in text:
        return None
    try:
        value = orjson.loads(text)
        spelling = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (ValueError, TypeError):
        return None
    if (
        spelling.count(b":") != text.count(":")
        or has_delicate_numbers(spelling)
        or (text.count("{") + text.count("[") > DEEPEST and _depth(value) > DEEPEST)
    ):
        return None
    return value, spelling


def _whole(digits: str) -> int | str:
    """Give the number, or its digits where it is too long to be one that anybody counted."""
    return int(digits) if len(digits) <= 18 else digits


def _number(digits: str) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else digits


def _depth(value: Any) -> int:
    """Count the levels of nesting without nesting calls."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        each, level = waiting.pop()
        deepest = max(deepest, level)
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        waiting.extend((one, level + 1) for one in inner if isinstance(one, dict | list))
    return deepest
