"""What the replay goes by: who the invented people will turn out to be, who is left alone, and when in a day things happen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TypeVar

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import Role
from longstop.cases import queries as caseload
from longstop.clocks.working_days import Nation, is_working
from longstop.demo.invention.people import prison_number
from longstop.demo.invention.plan import Plan
from longstop.demo.invention.records import prisoner
from longstop.kernel.batches import batched
from longstop.people import queries as people

NIGHT, ARRIVES, AT_WORK = time(0, 30), time(5, 0), time(8, 30)
# Of which task of a case nobody does anything, by the fault that is planted in it.
ALONE_IN_CASES: Mapping[str, str] = {
    "contact_review_overdue": "case.contact_review",
    "monitoring_review_overdue": "case.monitoring_review",
    "owner_has_left": "case.owner_gone",
    "case_without_owner": "case.owner_gone",
}
AT_ONCE = 500  # things that are read together
T = TypeVar("T")


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
    def leaving_on(self) -> Mapping[date, Sequence[str]]:
        """Who leaves a prison on which day, as prison numbers."""
        found: dict[date, list[str]] = {}
        for number, left in self.leavings.items():
            found.setdefault(left.on, []).append(number)
        return found

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
    def alone_in_cases(self) -> frozenset[tuple[int, str]]:
        """The case and kind of every task that nobody does. Asked once the old system's cases are taken over: they stay as they are."""
        return frozenset(self._alone_in_cases())

    def _alone_in_cases(self) -> Iterator[tuple[int, str]]:
        for fault, kind in ALONE_IN_CASES.items():
            for numbers in by_the_hundred(sorted(self.left_alone.get(fault, frozenset()))):
                persons = {person for held in people.holders(numbers).values() for person in held}
                for held in caseload.of_persons(persons).values():
                    yield from ((case.pk, kind) for case in held if case.closed_at is None)

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


def by_the_hundred(found: Iterable[T]) -> Iterator[Sequence[T]]:
    """Part what was found, so that much of it is read together and not all at once."""
    return batched(found, AT_ONCE)


def moment(day: date, at: time, minutes: int = 0) -> datetime:
    """Give a moment of a day, so many minutes after a time of it."""
    return datetime.combine(day, at, UTC) + timedelta(minutes=minutes)


def until_next_working_day(day: date) -> date:
    """Give the next working day after this one: what is due by then is done today."""
    found = day + timedelta(days=1)
    while not is_working(day=found, nation=Nation.ENGLAND_AND_WALES):
        found += timedelta(days=1)
    return found
