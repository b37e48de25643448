"""By what a row is known to say what is held, before it is checked: its spelling, under one way of reading records. Pure."""

import functools
import hashlib
import json
import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import ModuleType

from longstop.intake import checking, codes, decoding, findings, prisoners, rules
from longstop.intake.codes import Codes, Lexicon
from longstop.intake.contracts import declaring
from longstop.intake.contracts import prisoners as contract
from longstop.intake.decoding import Decoded
from longstop.intake.findings import Finding
from longstop.kernel import identifiers, text

_READERS: tuple[ModuleType, ...] = (checking, codes, contract, declaring, decoding, findings, identifiers, prisoners, rules, text)


def reading_version(*, lexicon: Lexicon | None, observed_on: date) -> bytes:
    """Give the 32 bytes that stand for everything by which a record is read: contract, code, what is known of codes, and the year.

    Whatever changes there, every record is checked again once. The year is there because a date of birth is judged by it.
    """
    known = {kind.value: sorted(found) for kind, found in lexicon.known.items()} if lexicon else {}
    mappings = sorted([kind.value, code, meant] for (kind, code), meant in lexicon.mappings.items()) if lexicon else []
    told = json.dumps([observed_on.year, unicodedata.unidata_version, known, mappings], sort_keys=True)
    return hashlib.sha256(_readers() + told.encode()).digest()


@functools.cache
def _readers() -> bytes:
    """Give a digest of the modules that read a record: no number that somebody could forget to raise."""
    whole = hashlib.sha256()
    for module in _READERS:
        whole.update(Path(str(module.__file__)).read_bytes())
    return whole.digest()


def mark(version: bytes, decoded: Decoded) -> bytes:
    """Give the mark of a record: the same only for the same content, with the same things forgiven, under one version."""
    forgiven = "\n".join(each.fault for each in decoded.forgiven)
    return hashlib.sha256(version + forgiven.encode() + b"\n\n" + decoded.spelling).digest()


def is_settled(problems: Sequence[Finding], found: Codes) -> bool:
    """Say whether reading such a record again tells nothing new: not where a code is a question, or a date of birth lay ahead."""
    return not found.unknown and not any(each.fault == "unlikely_date" and each.field == "dateOfBirth" for each in problems)
