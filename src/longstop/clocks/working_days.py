"""Working days: Monday to Friday without the bank holidays of one nation.

The holidays are those bundled with the library; nothing is fetched. Outside the years
that it knows only weekends are left out, which makes a due date early, never late.
"""

from bisect import bisect_right
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from longstop.kernel.digests import sha256
from longstop.kernel.periods import Period

_DAY = timedelta(days=1)


class Nation(StrEnum):
    """The nations whose bank holidays differ."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


def is_working(*, day: date, nation: Nation) -> bool:
    """Say whether the day is neither at a weekend nor a bank holiday there."""
    return day.weekday() < 5 and day not in _holidays(nation)


def add(*, day: date, days: int, nation: Nation) -> date:
    """Return the working day that comes so many working days after the day.

    The day itself is not counted; no days added is the day itself, whatever it is.
    Raises ValueError for a negative number.
    """
    return _step(day, days, _DAY, nation)


def subtract(*, day: date, days: int, nation: Nation) -> date:
    """Return the working day that comes so many working days before the day.

    The day itself is not counted; no days taken is the day itself, whatever it is.
    Raises ValueError for a negative number.
    """
    return _step(day, days, -_DAY, nation)


def count(*, after: date, until: date, nation: Nation) -> int:
    """Return how many working days lie after the one day, up to and with the other.

    Negative when `until` comes first: count(after=a, until=b) is minus the reverse.
    """
    return _until(until, nation) - _until(after, nation)


def known(*, nation: Nation) -> Period[date]:
    """Return the whole years for which the bank holidays are known."""
    days = _ordered(nation)
    first, last = date.fromordinal(days[0]), date.fromordinal(days[-1])
    return Period(date(first.year, 1, 1), date(last.year + 1, 1, 1))


@cache
def calendar_version(nation: Nation) -> str:
    """Return a name for exactly this list of holidays: nation#digest.

    An input of every clock in working days, so that a new list is noticed.
    """
    days = [day.isoformat() for day in sorted(_holidays(nation))]
    return f"{nation.value}#{sha256(days)[:8]}"


def _step(day: date, days: int, step: timedelta, nation: Nation) -> date:
    if days < 0:
        raise ValueError(f"Working days are counted from 0 up, not {days}.")
    while days:
        day += step
        days -= is_working(day=day, nation=nation)
    return day


def _until(day: date, nation: Nation) -> int:
    """Return how many working days there are from the first of all days to this one."""
    weeks, rest = divmod(day.toordinal(), 7)  # day 1 of the calendar is a Monday
    return weeks * 5 + min(rest, 5) - bisect_right(_ordered(nation), day.toordinal())


@cache
def _holidays(nation: Nation) -> frozenset[date]:
    """Return the bank holidays, weekends among them left out: nobody works then."""
    # Without the flag the library would ask the network first.
    bundled = BankHolidays(use_cached_holidays=True)
    days = (event["date"] for event in bundled.get_holidays(division=nation.value))
    return frozenset(day for day in days if day.weekday() < 5)


@cache
def _ordered(nation: Nation) -> tuple[int, ...]:
    return tuple(sorted(day.toordinal() for day in _holidays(nation)))
