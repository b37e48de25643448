"""Clocks that stop and go on: the due date follows from the dates of the pauses.

Nothing is counted up overnight. A due date is the n-th day after the start that counts;
a day inside a pause does not count, nor, in working days, a weekend or a holiday.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from longstop.clocks.working_days import Nation, is_working
from longstop.kernel.periods import Period, merge

_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What is counted."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch of days in which a clock does not run, and why.

    It ends on the first day that counts again; without an end it is still open.
    """

    period: Period[date]
    reason: str


def due_after(*, start: date, days: int, unit: Unit, nation: Nation, pauses: Sequence[Pause] = ()) -> date | None:
    """Return the day on which so many counting days after the start have passed.

    None when an open pause is reached first. A pause after the due date changes
    nothing; one that holds the due date itself moves it. No days is the start itself.
    Raises ValueError for a negative number.
    """
    if days < 0:
        raise ValueError(f"Days are counted from 0 up, not {days}.")
    stopped = merge(pause.period for pause in pauses)
    day = start
    while days:
        day += _DAY
        while stopped and stopped[0].start <= day:
            end = stopped.pop(0).end
            if end is None:
                return None
            day = max(day, end)
        days -= unit is Unit.CALENDAR or is_working(day=day, nation=nation)
    return day


def days_paused(*, start: date, until: date, pauses: Sequence[Pause]) -> int:
    """Return on how many days after the start, up to and with `until`, it stood still.

    Calendar days, whatever the clock counts; an open pause counts as far as `until`.
    """
    if until <= start:
        return 0
    span = Period(start + _DAY, until + _DAY)
    shared = (period.meet(span) for period in merge(pause.period for pause in pauses))
    return sum((part.end - part.start).days for part in shared if part and part.end)


def open_pause(*, pauses: Sequence[Pause]) -> Pause | None:
    """Return the pause that has no end yet, the earliest if there are several."""
    still = [pause for pause in pauses if pause.period.end is None]
    return min(still, key=lambda pause: pause.period.start, default=None)


def as_input(pauses: Sequence[Pause]) -> str | None:
    """Return the dates of the pauses as one text, for a clock's inputs."""
    spans = sorted(f"{p.period.start.isoformat()}/{p.period.end.isoformat() if p.period.end else '..'}" for p in pauses)
    return " ".join(spans) or None
