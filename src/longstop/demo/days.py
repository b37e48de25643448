"""The demonstration's calendar: days counted back from the day of loading, on which people were at work."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from longstop.clocks.working_days import Nation, is_working

NATION = Nation.ENGLAND_AND_WALES


@dataclass(frozen=True)
class Days:
    """`today` and `at` are the day and moment of loading; nothing happens after them."""

    today: date
    at: datetime

    def ago(self, days: int) -> date:
        """Give the last working day that lies so many calendar days back, or earlier."""
        day = self.today - timedelta(days=days)
        while days and not is_working(day=day, nation=NATION):
            day -= timedelta(days=1)
        return day

    def ahead(self, days: int) -> date:
        """Give the first working day that lies so many calendar days ahead, or later."""
        day = self.today + timedelta(days=days)
        while not is_working(day=day, nation=NATION):
            day += timedelta(days=1)
        return day

    def on_or_after(self, day: date) -> date:
        """Give the first working day from this one on, but not one after today."""
        while day < self.today and not is_working(day=day, nation=NATION):
            day += timedelta(days=1)
        return day

    def moment(self, day: date, minute: int = 0) -> datetime:
        """Give a moment of that day, so many minutes after half past nine; never one after the loading."""
        return min(datetime.combine(day, time(9, 30), UTC) + timedelta(minutes=minute), self.at)
