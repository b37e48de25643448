"""Identifiers: canonical first, and none at all where they are wrong or stand for nothing. Formats: domain.md 5.2."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from longstop.kernel.identifiers import BadIdentifier, parse_cro, parse_home_office_reference, parse_pnc, parse_prison_number
from longstop.linkage.fields import Field

_NOTHING = re.compile(r"0*|(.)\1*|(not ?entered|unknown|none|null|nan|n/?a)", re.IGNORECASE)
JUNK = frozenset({"000000/00Z"})

_PARSERS: Mapping[Field, Callable[[str], str]] = {
    Field.PRISON_NUMBER: parse_prison_number,
    Field.PNC: lambda text: parse_pnc(text).canonical,
    Field.CRO: lambda text: parse_cro(text).canonical,
    Field.HOME_OFFICE: parse_home_office_reference,
}


@lru_cache(maxsize=400_000)
def number(field: Field, text: str | None) -> str | None:
    """Give an identifier in its canonical form; None where it is none of its kind, or a placeholder."""
    plain = (text or "").strip()
    if not plain or _NOTHING.fullmatch(plain) or plain.upper() in JUNK:
        return None
    parse = _PARSERS.get(field)
    if parse is None:
        compact = re.sub(r"[^A-Za-z0-9@.+]", "", plain).casefold()
        return compact if len(compact) >= 4 else None
    try:
        found = parse(plain)
    except BadIdentifier:
        return None
    return None if found in JUNK else found
