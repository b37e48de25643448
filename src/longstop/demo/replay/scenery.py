"""What the replay goes by: who the invented people will turn out to be, who is left alone, and when in a day things happen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import Role
from longstop.clocks.working_days import Nation, is_working
from longstop.demo.invention.people import prison_number
from longstop.demo.invention.plan import Plan
from longstop.demo.invention.records import prisoner

ARRIVES, AT_WORK = time(5, 0), time(8, 30)


@dataclass(frozen=True)
class Leaving:
    """How and when somebody left a prison."""

    on: date
    how: str


@dataclass(frozen=True)
class Scenery:
    """The plan, and what follows from it that people act on. None of it is about a fault but whom nobody is to help."""

    plan: Plan

    @cached_property
    def leavings(self) -> Mapping[str, Leaving]:
        """How people left, by prison number."""
        found = {}
        for index in range(self.plan.prisoners):
            who = prisoner(self.plan, index)
            if who.life.left:
                found[who.person.prison_number] = Leaving(who.life.left, who.life.way_out)
        return found

    @cached_property
    def left_alone(self) -> Mapping[str, frozenset[str]]:
        """Whose planted fault stays open, as prison numbers by its kind: nobody acts on it."""
        found: dict[str, set[str]] = {}
        for planted in (self.plan.on_prisoners, self.plan.on_cases):
            for index, kind in planted.items():
                found.setdefault(kind, set()).add(prison_number(self.plan, index))
        return {kind: frozenset(numbers) for kind, numbers in found.items()}

    @cached_property
    def caseworkers(self) -> list[Staff]:
        """Who may own cases, in the order in which they were enrolled."""
        return sorted(access.holders_of(roles=[Role.CASEWORKER], today=self.plan.last_day), key=lambda each: each.pk)

    @cached_property
    def by_number(self) -> Mapping[str, Staff]:
        """Everybody, by staff number."""
        return {each.staff_number: each for each in access.enrolled()}

    def caseworker(self, number: int) -> int:
        """Give the caseworker whose turn it is."""
        return self.caseworkers[number % len(self.caseworkers)].pk


def moment(day: date, at: time, minutes: int = 0) -> datetime:
    """Give a moment of a day, so many minutes after a time of it."""
    return datetime.combine(day, at, UTC) + timedelta(minutes=minutes)


def until_next_working_day(day: date) -> date:
    """Give the next working day after this one: what is due by then is done today."""
    found = day + timedelta(days=1)
    while not is_working(day=found, nation=Nation.ENGLAND_AND_WALES):
        found += timedelta(days=1)
    return found
