"""Numbers by which agencies know a person, and our own case reference.

Each is parsed from text as people and systems write it, its check letter is verified
where it has one, and its canonical form is the one to store and compare. Dirty input
raises BadIdentifier with a sentence for the person who has to put it right, and
nothing else. Formats and letters: domain.md, section 5.2.
"""

import re
from dataclasses import dataclass
from datetime import date

from longstop.kernel.text import tidy

# 23 letters, a prime: any one wrong digit, and any two neighbours exchanged, change
# the remainder. I, O and S are left out because they are read as 1, 0 and 5.
CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"

# Two-digit years from here up belong to the last century (prisoner search).
_FIXED_PIVOT = 39

_PRISON_NUMBER = re.compile(r"[A-Z][0-9]{4}[A-Z]{2}")
_PNC = re.compile(r"([0-9]{4}|[0-9]{2})/([0-9]{1,7})([A-Z])")
_PNC_UNDIVIDED = re.compile(r"([0-9]{3,11})([A-Z])")
_CRO = re.compile(r"([0-9]{1,6})/([0-9]{2})([A-Z])")
_CRO_FILE = re.compile(r"SF([0-9]{2})/([0-9]{1,6})([A-Z])")
_HOME_OFFICE = re.compile(r"[A-Z0-9/]{5,16}")
_DASHES = re.compile("[\u2010-\u2015\u2212]")  # as word processors write a hyphen
_CASE = re.compile(r"(?:LS)?([0-9]{1,12})([A-Z])")


class BadIdentifier(ValueError):
    """The text is not an identifier of its kind; the message is a plain sentence."""


@dataclass(frozen=True, slots=True)
class Pnc:
    """A Police National Computer number: the year, the serial and its check letter."""

    year: int
    serial: int
    check: str

    @property
    def canonical(self) -> str:
        """The long form with the serial padded: 2012/0394773H. Store this one."""
        return f"{self.year:04}/{self.serial:07}{self.check}"

    @property
    def short(self) -> str:
        """The short form, serial not padded: 12/394773H. For show, not for comparing."""
        return f"{self.year % 100:02}/{self.serial}{self.check}"


@dataclass(frozen=True, slots=True)
class Cro:
    """A Criminal Records Office number; `file` marks the older SF form."""

    serial: str
    year: str
    check: str
    file: bool = False

    @property
    def canonical(self) -> str:
        """029906/12J, or SF80/655108V for the file form, whose serial is not padded."""
        if self.file:
            return f"SF{self.year}/{self.serial}{self.check}"
        return f"{self.serial}/{self.year}{self.check}"


def parse_prison_number(text: str) -> str:
    """Return the prison number in its canonical form, A1234BC. It has no check letter.

    Raises BadIdentifier.
    """
    compact = _compact(text, "prison number")
    if not _PRISON_NUMBER.fullmatch(compact):
        raise BadIdentifier(f"{_quote(text)} is not a prison number: one letter, four digits, two letters.")
    return compact


def parse_pnc(text: str, *, today: date | None = None) -> Pnc:
    """Return the PNC number, its check letter verified.

    A year of two digits is read by one of the two conventions in use. Without `today`,
    that of prisoner search: 39 to 99 are 1939 to 1999 and the rest 2000 to 2038, which
    never changes what a stored number means. With `today`, that of the person record:
    this century up to the current year, otherwise the last. They differ for years after
    the current one up to 38. Four digits before the slash are taken as they stand.
    Raises BadIdentifier.
    """
    year, serial, check = _pnc_parts(text)
    number = int(serial)
    _verify(text, f"{year[-2:]}{number:07}", check, "PNC number")
    full = int(year) if len(year) == 4 else _century(int(year), today)
    return Pnc(year=full, serial=number, check=check)


def parse_cro(text: str) -> Cro:
    """Return the CRO number, its check letter verified.

    The standard serial is padded to six digits; the serial of the file form (SF) is
    kept as it is written, because there leading zeros are part of the number. The
    known placeholder 000000/00Z is refused. Raises BadIdentifier.
    """
    compact = _compact(text, "CRO number")
    if found := _CRO_FILE.fullmatch(compact):
        year, serial, check = found.groups()
    elif found := _CRO.fullmatch(compact):
        serial, year, check = found.groups()
        serial = serial.zfill(6)
    else:
        raise BadIdentifier(
            f"{_quote(text)} is not a CRO number: up to six digits, a slash, "
            "two digits of the year and a letter, or SF, the year, a slash and the rest."
        )
    if int(serial) == 0:
        raise BadIdentifier(f"{_quote(text)} is a placeholder, not a CRO number.")
    _verify(text, f"{year}{serial}", check, "CRO number")
    return Cro(serial=serial, year=year, check=check, file=compact.startswith("SF"))


def parse_home_office_reference(text: str) -> str:
    """Return a Home Office reference in capitals, without spaces or hyphens.

    Several kinds share the field (a letter and seven digits, a port reference, a
    sixteen-digit number), so only the shape is checked: 5 to 16 letters, digits or
    slashes, at least one digit. Raises BadIdentifier.
    """
    compact = _compact(text, "Home Office reference").replace("-", "")
    if not _HOME_OFFICE.fullmatch(compact):
        raise BadIdentifier(f"{_quote(text)} is not a Home Office reference: 5 to 16 letters, digits or slashes.")
    if not any(c.isdigit() for c in compact):
        raise BadIdentifier(f"{_quote(text)} has no digit, so it is no reference.")
    return compact


def case_reference(number: int) -> str:
    """Return our reference for the case with this sequence number: LS-000042-V.

    Six digits at least, then a check letter over the number. Raises ValueError for a
    number below 1 or of more than twelve digits.
    """
    if not 1 <= number < 10**12:
        raise ValueError(f"A case number lies between 1 and 10^12, not at {number}.")
    return f"LS-{number:06}-{check_letter(number)}"


def parse_case_reference(text: str) -> int:
    """Return the sequence number in a case reference, its check letter verified.

    Case, spaces, hyphens, the letters LS and leading zeros may all be missing or
    doubled: "ls 42v" is LS-000042-V. Raises BadIdentifier.
    """
    compact = _compact(text, "case reference").replace("-", "")
    found = _CASE.fullmatch(compact)
    if found is None:
        raise BadIdentifier(f"{_quote(text)} is not a case reference: write it as LS-123456-{check_letter(123456)}.")
    digits, letter = found.groups()
    _verify(text, digits, letter, "case reference")
    if int(digits) == 0:
        raise BadIdentifier(f"{_quote(text)} is not a case reference: cases start at 1.")
    return int(digits)


def check_letter(number: int) -> str:
    """Return the letter that guards a number against mistyping."""
    return CHECK_LETTERS[number % len(CHECK_LETTERS)]


def _pnc_parts(text: str) -> tuple[str, str, str]:
    """Return year (two or four digits), serial and letter as they were written."""
    compact = _compact(text, "PNC number")
    if found := _PNC.fullmatch(compact):
        return found[1], found[2], found[3]
    if found := _PNC_UNDIVIDED.fullmatch(compact):
        digits, letter = found.groups()
        # Two digits of year leave at most seven of serial; more can only be four.
        split = 4 if len(digits) > 9 else 2
        return digits[:split], digits[split:], letter
    raise BadIdentifier(f"{_quote(text)} is not a PNC number: two or four digits of the year, a slash, up to seven digits and a letter.")


def _century(year: int, today: date | None) -> int:
    """Return the four-digit year; see parse_pnc for the two conventions."""
    if today is None:
        return 1900 + year if year >= _FIXED_PIVOT else 2000 + year
    century = today.year - today.year % 100
    return century + year if year <= today.year % 100 else 1900 + year


def _verify(text: str, digits: str, letter: str, kind: str) -> None:
    if letter != check_letter(int(digits)):
        raise BadIdentifier(f"{_quote(text)} is not a {kind}: its last letter does not fit its digits, so something is mistyped.")


def _compact(text: str, kind: str) -> str:
    """Return the text in capitals without spaces or invisible characters."""
    if not isinstance(text, str):
        raise BadIdentifier(f"A {kind} is text, not {type(text).__name__}.")
    compact = _DASHES.sub("-", tidy(text)).replace(" ", "").upper()
    if not compact:
        raise BadIdentifier(f"The {kind} is empty.")
    return compact


def _quote(text: str) -> str:
    """Return the text between quotation marks, tidy and short enough for a sentence."""
    clean = tidy(text)
    return f"“{clean[:40]}…”" if len(clean) > 40 else f"“{clean}”"
