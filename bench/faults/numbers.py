"""Numbers by which agencies know a person, each person's own: formats and check letters as published (domain.md 5.2)."""

LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Each is prime to what it is taken modulo, so that no two persons have one number, and neighbours are not alike.
_SPREAD, _SERIALS = 6_180_339, 10_000_000


def record_number(letter: str, place: int) -> str:
    """Give the number of a list's record."""
    return f"{letter}{place * _SPREAD % _SERIALS:07}"


def prison_number(person: int) -> str:
    """Give a prison number, A1234BC."""
    spread = person * _SPREAD % (_SERIALS * 17)
    last, digits = divmod(spread, 10_000)
    return f"{CAPITALS[last // 676 % 26]}{digits:04}{CAPITALS[last // 26 % 26]}{CAPITALS[last % 26]}"


def pnc(person: int, born: str) -> str:
    """Give a PNC number, 2012/0394773H, of a year when the person was grown up."""
    year, serial = int(born[:4]) + 16 + person % 25, person * _SPREAD % _SERIALS
    return f"{min(year, 2026):04}/{serial:07}{LETTERS[int(f'{min(year, 2026) % 100:02}{serial:07}') % 23]}"


def cro(person: int) -> str:
    """Give a CRO number, 029906/12J."""
    serial, year = person * 618_031 % 999_999 + 1, (95 + person // 999_999 + person % 30) % 100
    return f"{serial:06}/{year:02}{LETTERS[int(f'{year:02}{serial:06}') % 23]}"


def home_office_reference(person: int, family: str) -> str:
    """Give a Home Office reference: a letter and seven digits."""
    first = family[:1].upper()
    return f"{first if first in CAPITALS else 'X'}{(person * 3_819_661 + 17) % _SERIALS:07}"
