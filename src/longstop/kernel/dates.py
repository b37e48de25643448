"""Dates that keep their names, and whole months counted the way people count them."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NamedDate:
    """A date with the name of the fact that it is ("conditional release date")."""

    name: str
    value: date

    def __str__(self) -> str:
        return f"{self.name} {self.value.isoformat()}"


def named(name: str, value: date | None) -> NamedDate | None:
    """Return the date under its name, or nothing when there is no date."""
    return None if value is None else NamedDate(name, value)


def earliest(dates: Iterable[NamedDate | None]) -> NamedDate | None:
    """Return the earliest of the dates there are, with its name.

    Of equal dates the one given first is kept. None when there is no date at all.
    """
    return min((d for d in dates if d is not None), key=lambda d: d.value, default=None)


def latest(dates: Iterable[NamedDate | None]) -> NamedDate | None:
    """Return the latest of the dates there are, with its name.

    Of equal dates the one given first is kept. None when there is no date at all.
    """
    return max((d for d in dates if d is not None), key=lambda d: d.value, default=None)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later (or earlier, if negative).

    Where that month is too short, its last day: 31 August less six months is
    28 or 29 February. Raises OverflowError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"{day.isoformat()} and {months} months is no date.")
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 28 where needed."""
    return add_months(day, years * 12)


def in_words(day: date) -> str:
    """Return the date as it is written on screen: 3 March 2024."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
