"""What goes wrong with dates, identifiers, addresses and whole records. As `faulty_names`."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

from bench.faults.faulty_names import Record, whole
from bench.faults.names import origins
from bench.faults.population import postcode

BORROWED = {"ours": ("prison_number", "pnc", "cro"), "theirs": ("pnc", "cro", "home_office_reference")}
"""The numbers that a list has from others. Its own it does not get wrong."""
NOTHING = {
    "cro": ("000000/00Z",),
    "pnc": ("0", "UNKNOWN"),
    "prison_number": ("NOT ENTERED", "A0000AA"),
    "home_office_reference": ("0000000", "NONE"),
}
"""What stands where no number was known (domain.md 5.4, and what clerks write)."""


def can_date(record: Record, person: Any) -> bool:
    """Say whether a date is still as it was, so that another fault may strike it."""
    return bool(record["date_of_birth"] == person["born"])


def date_missing(record: Record, person: Any, chance: Random) -> None:
    record["date_of_birth"] = None


def date_placeholder(record: Record, person: Any, chance: Random) -> None:
    record["date_of_birth"] = "1970-01-01" if chance.random() < 0.7 else "1900-01-01"


def can_date_year_only(record: Record, person: Any) -> bool:
    return can_date(record, person) and not person["born"].endswith("-01-01")


def date_year_only(record: Record, person: Any, chance: Random) -> None:
    """Only the year was known: 1 January."""
    record["date_of_birth"] = f"{person['born'][:4]}-01-01"


def can_day_month_swapped(record: Record, person: Any) -> bool:
    _, month, day = person["born"].split("-")
    return can_date(record, person) and day != month and int(day) <= 12


def day_month_swapped(record: Record, person: Any, chance: Random) -> None:
    year, month, day = person["born"].split("-")
    record["date_of_birth"] = f"{year}-{day}-{month}"


def date_mistyped(record: Record, person: Any, chance: Random) -> None:
    """One digit is another, and the day is still in the calendar."""
    while record["date_of_birth"] == person["born"]:
        place = chance.choice((2, 3, 3, 5, 6, 8, 9, 9))
        tried = person["born"][:place] + chance.choice("0123456789") + person["born"][place + 1 :]
        if _in_calendar(tried):
            record["date_of_birth"] = tried


def _in_calendar(text: str) -> bool:
    try:
        return date.fromisoformat(text).year <= 2010
    except ValueError:
        return False


def date_years_off(record: Record, person: Any, chance: Random) -> None:
    """The age is disputed: the same day of another year."""
    year, rest = int(person["born"][:4]), person["born"][4:]
    year += chance.choice((-10, -5, -3, -2, -1, 1, 2, 3, 5, 10))
    record["date_of_birth"] = f"{year}{rest if rest != '-02-29' else '-02-28'}"


def can_date_form(record: Record, person: Any) -> bool:
    return len(record["date_of_birth"] or "") == len("2000-01-31")


def date_form(record: Record, person: Any, chance: Random) -> None:
    """The date is written as others write it."""
    year, month, day = (record["date_of_birth"] or "").split("-")
    record["date_of_birth"] = chance.choice((f"{day}/{month}/{year}", f"{day}.{month}.{year}", f"{year}{month}{day}"))


def _held(record: Record) -> list[str]:
    return [kind for kind in BORROWED[str(record["list"])] if record[kind]]


def can_identifiers(record: Record, person: Any) -> bool:
    return bool(_held(record))


def identifiers_absent(record: Record, person: Any, chance: Random) -> None:
    """No number by which the other list might know the person, but its own."""
    record.update(dict.fromkeys(_held(record)))


def identifier_of_another(record: Record, person: Any, chance: Random, others: Sequence[Any]) -> None:
    """A true number, but somebody else's."""
    kind = chance.choice(_held(record))
    record[kind] = chance.choice(others)[kind]


def identifier_mistyped(record: Record, person: Any, chance: Random) -> None:
    """One digit is another."""
    kind = chance.choice(_held(record))
    text = record[kind] or ""
    place = chance.choice([place for place, sign in enumerate(text) if sign.isdigit()])
    record[kind] = text[:place] + str((int(text[place]) + chance.randrange(1, 10)) % 10) + text[place + 1 :]


def identifier_placeholder(record: Record, person: Any, chance: Random) -> None:
    kind = chance.choice(_held(record))
    record[kind] = chance.choice(NOTHING[kind])


def can_identifier_form(record: Record, person: Any) -> bool:
    return any(record[kind] == person[kind] for kind in _held(record))


def identifier_form(record: Record, person: Any, chance: Random) -> None:
    """The same numbers, as other systems write them."""
    for kind in _held(record):
        text = record[kind] or ""
        if text != person[kind]:
            continue
        year, slash, rest = text.partition("/")
        if kind == "pnc":
            record[kind] = chance.choice((f"{year[2:]}/{rest.lstrip('0')}", f"{year}{rest}", text.lower()))
        elif kind == "cro":
            record[kind] = year.lstrip("0") + slash + rest.lower()
        else:
            record[kind] = chance.choice((text.lower(), f"{text[:4]} {text[4:]}"))


def can_home(record: Record, person: Any) -> bool:
    return bool(record["postcode"] == person["postcode"])


def no_fixed_abode(record: Record, person: Any, chance: Random) -> None:
    record["postcode"] = "NF1 1NF"


def moved_home(record: Record, person: Any, chance: Random) -> None:
    """An address from before or after."""
    while record["postcode"] == person["postcode"]:
        record["postcode"] = postcode(chance)


def always(record: Record, person: Any) -> bool:
    """Say that a fault can strike any record."""
    return True


def sex_wrong(record: Record, person: Any, chance: Random) -> None:
    record["sex"] = "F" if person["sex"] == "M" else "M"


def nationality_wrong(record: Record, person: Any, chance: Random) -> None:
    """Another nationality, or none."""
    if chance.random() < 0.4:
        record["nationality"] = None
        return
    while record["nationality"] == person["nationality"]:
        record["nationality"] = chance.choice(chance.choice(origins()).nationalities)


def merged(record: Record, person: Any, chance: Random, others: Sequence[Any]) -> None:
    """What is somebody else's was taken into the record: a name among the aliases, and a number."""
    other = chance.choice(others)
    record["alias"] = whole(other["names"][0])
    kind = chance.choice(BORROWED[str(record["list"])])
    record[kind] = other[kind]
