"""Words and small predicates of intake: pure, no ORM, no clock."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from longstop.audit.contents import quick_spelling
from longstop.kernel.states import Steps

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,59}", re.ASCII)
_MOST_NAMES = 100
OTHER = "(other)"


RECEIPT = Steps(
    name="receipt",
    begins=("begun",),
    next={
        "begun": ("finished", "abandoned", "held"),
        "held": ("released", "rejected"),
        "released": ("begun",),
        "finished": (),
        "abandoned": (),
        "rejected": (),
    },
    acts={"begun": "longstop", "held": "data_steward", "released": "longstop"},
)
ARRIVAL = Steps(
    name="arrival",
    begins=("waiting",),
    next={"waiting": ("opened", "set_aside"), "set_aside": ("waiting", "opened"), "opened": ()},
    acts={"waiting": "duty_officer", "set_aside": "duty_officer"},
)
REFUSAL = Steps(
    name="refusal",
    begins=("open",),
    next={"open": ("mended", "closed"), "mended": (), "closed": ()},
    acts={"open": "data_steward"},
)


CODE = Steps(
    name="unmapped code",
    begins=("open",),
    next={
        "open": ("mapped", "accepted", "closed"),
        "mapped": ("open",),
        "accepted": ("open",),
        "closed": ("open",),
    },
    acts=dict.fromkeys(("open", "mapped", "accepted", "closed"), "data_steward"),
)


class _Worded(StrEnum):
    """Values that stand in columns, each with what it is called on screen."""

    _value_: str
    words: str

    def __new__(cls, value: str, words: str = "") -> Self:  # without words it is a look-up by value
        made = str.__new__(cls, value)
        made._value_, made.words = value, words
        return made


class HeldFor(_Worded):
    """Why a file waits for a person."""

    SHORTER = "shorter", "It has fewer rows than the last file, by more than policy allows"
    EARLIER = "earlier", "It was observed earlier than the last file that was taken in"
    LATE = "late", "It came late: what it says is older than this source's files may be on the day that they come"
    STALE = "stale", "It was observed longer ago than policy allows"


class CodeKind(_Worded):
    """What a code stands for; sources name the same thing in different fields."""

    PRISON = "prison", "Prison"
    STATUS = "status", "Status in prison"
    MOVEMENT = "movement", "Reason for a movement"
    ALERT = "alert", "Alert"
    ADDRESS = "address", "Kind of address"
    NATIONALITY = "nationality", "Nationality, in words"
    CUSTODY = "custody", "Where a person is, in a casework system"
    STAGE = "stage", "Stage, in a casework system"
    OUTCOME = "outcome", "Outcome, in a casework system"
    BARRIER = "barrier", "Barrier, in a casework system"
    EVENT = "event", "Kind of event, in a casework system"


class Custody(_Worded):
    """Where a source says that somebody is."""

    IN_PRISON = "in_prison", "In prison"
    OUT_FOR_NOW = "out_for_now", "Out for now (court, hospital, temporary release)"
    MOVING = "moving", "Moving between prisons"
    HOSPITAL = "hospital", "In hospital as a restricted patient"
    RELEASED = "released", "Released"
    NOT_KNOWN = "not_known", "Not known"


HELD_WORDS: Mapping[HeldFor, str] = {each: each.words for each in HeldFor}
CODE_WORDS: Mapping[CodeKind, str] = {each: each.words for each in CodeKind}
CUSTODY_WORDS: Mapping[Custody, str] = {each: each.words for each in Custody}


def key_digest(*, source: str, key: str) -> bytes:
    """Give the 32 bytes under which a source's key is kept and found."""
    return hashlib.sha256(f"{source}\n{key}".encode()).digest()


def code_digest(*, source: str, kind: str, code: str) -> bytes:
    """Give the 32 bytes under which a code of a source is known, whatever its case."""
    return hashlib.sha256(f"{source}\ncode\n{kind}\n{' '.join(code.split()).casefold()}".encode(errors="replace")).digest()


def booking_digest(*, source: str, booking: str) -> bytes:
    """Give the 32 bytes under which a booking is kept, to know a refused row when it comes again mended."""
    return hashlib.sha256(f"{source}\nbooking\n{booking}".encode(errors="replace")).digest()


def content_digest(content: Mapping[str, Any], spelling: bytes | None = None) -> bytes:
    """Give the digest of a record, the same whatever the order of its fields. `spelling` is the record's own, where it is known already."""
    if spelling is None:
        spelling = (quick_spelling(content) or (b"\x7f",))[0]
    if not spelling.isascii() or b"\x7f" in spelling:  # other letters are escaped here, and were from the first
        spelling = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(spelling).digest()


def fingerprint(*, text: str, fault: str, field: str) -> bytes:
    """Give the 32 bytes by which a refused row is known when it comes again."""
    return hashlib.sha256(f"{fault}\n{field}\n{text.strip()}".encode(errors="surrogatepass")).digest()


def add_names(into: Mapping[str, int], names: Mapping[str, int]) -> dict[str, int]:
    """Add up counts of unknown fields. What does not look like a field's name is counted as "(other)", since it may be somebody's."""
    total: Counter[str] = Counter(into)
    for name, count in names.items():
        known = _PLAIN_NAME.fullmatch(name) and (name in total or len(total) < _MOST_NAMES)
        total[name if known else OTHER] += count
    return dict(total)
