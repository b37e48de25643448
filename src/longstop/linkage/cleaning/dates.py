"""Dates of birth: one form, day first where a file writes it so, placeholders dropped, and what a clerk may have changed made comparable.

1 January 1970 and 1900 are what systems write where nothing was known (domain.md 5.4). Other births on 1 January stay: they are common
where only the year was known, and are compared as such.
"""

import re
from functools import lru_cache

PLACEHOLDERS = frozenset({"1970-01-01", "1900-01-01"})
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})(?:[T ].*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


@lru_cache(maxsize=400_000)
def birth_date(text: str | None) -> str | None:
    """Give a date of birth as YYYY-MM-DD, its parts as written even where no calendar has such a day; None where it says nothing.

    Where the year stands last the day stands first, unless the second number can only be a day.
    """
    said = (text or "").strip()
    if found := _YEAR_FIRST.fullmatch(said):
        year, month, day = (int(part) for part in found.groups())
    elif found := _YEAR_LAST.fullmatch(said):
        day, month, year = (int(part) for part in found.groups())
    else:
        return None
    if month > 12 >= day:
        day, month = month, day
    plain = f"{year:04}-{month:02}-{day:02}"
    return None if plain in PLACEHOLDERS or not month or not day else plain


def without_order(born: str) -> str:
    """Give a date so that one with day and month exchanged is the same: the year, then the smaller of both numbers, then the greater."""
    return born[:4] + "".join(sorted((born[5:7], born[8:10])))
