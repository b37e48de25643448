"""Postcodes, addresses and places."""

import re
from functools import lru_cache

from longstop.linkage.cleaning.names import NAME_STEPS
from longstop.linkage.cleaning.steps import carry_out

NO_FIXED_ABODE = frozenset({"NF11NF", "NF11FA"})  # domain.md 5.4
_BRITISH = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")


@lru_cache(maxsize=200_000)
def postcode(text: str | None) -> str | None:
    """Give a postcode without spaces, in capitals; None for none and for those that stand for no fixed abode."""
    plain = re.sub(r"[^A-Z0-9]", "", (text or "").upper())
    return None if not plain or plain in NO_FIXED_ABODE or not any(letter.isdigit() for letter in plain) else plain


def area(code: str) -> str:
    """Give the part of a postcode that names the district; of a foreign one, all but its last digit."""
    return code[:-3] if _BRITISH.fullmatch(code) else code[:-1]


@lru_cache(maxsize=200_000)
def place_words(text: str | None) -> tuple[str, ...]:
    """Give the words of a place or an address: in small Latin letters, numbers kept."""
    if not text:
        return ()
    numbers = re.findall(r"\d+", text)
    return (*carry_out(NAME_STEPS, re.sub(r"\d+", " ", text)).split(), *numbers)
