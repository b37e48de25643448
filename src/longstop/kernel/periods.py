"""Half-open stretches of time: the start belongs to the period, the end does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

Moment = TypeVar("Moment", date, datetime)


class BadPeriod(ValueError):
    """The two ends do not make a period; the message says why."""


@dataclass(frozen=True, slots=True)
class Period(Generic[Moment]):
    """From `start` up to, and not including, `end`; no end means still running.

    Both ends are dates, or both are moments with a time zone. Raises BadPeriod when
    they are mixed, when a moment has no zone, or when the end is not after the start.
    """

    start: Moment
    end: Moment | None = None

    def __post_init__(self) -> None:
        _check_end(self.start)
        if self.end is None:
            return
        _check_end(self.end)
        # A datetime is also a date to Python, and the two cannot be compared.
        if isinstance(self.start, datetime) != isinstance(self.end, datetime):
            raise BadPeriod("A period runs between two dates or between two moments.")
        if self.end <= self.start:
            raise BadPeriod(f"A period cannot end ({self.end}) by its start ({self.start}).")

    def contains(self, moment: Moment) -> bool:
        """Say whether the moment falls in the period; its end does not."""
        return self.start <= moment and (self.end is None or moment < self.end)

    def overlaps(self, other: "Period[Moment]") -> bool:
        """Say whether the two share any moment; periods that only touch do not."""
        return _before_end(self.start, other.end) and _before_end(other.start, self.end)

    def meet(self, other: "Period[Moment]") -> "Period[Moment] | None":
        """Return what the two have in common, or None."""
        if not self.overlaps(other):
            return None
        return Period(max(self.start, other.start), _sooner(self.end, other.end))


def merge(periods: Iterable[Period[Moment]]) -> list[Period[Moment]]:
    """Return the same time as the fewest periods, in order; touching ones are joined."""
    merged: list[Period[Moment]] = []
    for period in sorted(periods, key=lambda p: p.start):
        if merged and (merged[-1].end is None or period.start <= merged[-1].end):
            before = merged.pop()
            period = Period(before.start, _later(before.end, period.end))
        merged.append(period)
    return merged


def gaps(periods: Iterable[Period[Moment]], *, within: Period[Moment]) -> list[Period[Moment]]:
    """Return the parts of `within` that none of the periods covers, in order."""
    free: list[Period[Moment]] = []
    start = within.start
    for period in merge(periods):
        if not period.overlaps(within):
            continue
        if start < period.start:
            free.append(Period(start, period.start))
        if period.end is None:
            return free
        start = max(start, period.end)
    if within.end is None or start < within.end:
        free.append(Period(start, within.end))
    return free


def _check_end(moment: date | datetime) -> None:
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise BadPeriod(f"The moment {moment.isoformat()} has no time zone.")


def _before_end(moment: Moment, end: Moment | None) -> bool:
    return end is None or moment < end


def _sooner(one: Moment | None, other: Moment | None) -> Moment | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _later(one: Moment | None, other: Moment | None) -> Moment | None:
    return None if one is None or other is None else max(one, other)
