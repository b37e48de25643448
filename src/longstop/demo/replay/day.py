"""One day at work, or one person's share of it where several processes do it at the same time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from django.db.models import QuerySet

from longstop.clocks.working_days import Nation, is_working
from longstop.demo.replay.scenery import AT_WORK, Scenery, by_the_hundred, moment, until_next_working_day
from longstop.people import queries as people
from longstop.referral.models import Departure, Look, Question, Referral

A = TypeVar("A", Referral, Question, Departure, Look)


@dataclass(frozen=True)
class Share:
    """Whose work it is, where `of` processes do a day's work at the same time: everything about a person is one process's."""

    number: int = 0
    of: int = 1

    def holds(self, person_id: int) -> bool:
        """Say whether what is about this person is done here."""
        return person_id % self.of == self.number


@dataclass(frozen=True)
class Day:
    """One day at work. What is due by the next working day is done today, but what is due after the last day is left for it."""

    scenery: Scenery
    day: date
    share: Share = Share()

    @property
    def at(self) -> datetime:
        """The moment at which things are done."""
        return moment(self.day, AT_WORK, 30)

    @cached_property
    def horizon(self) -> date:
        """The day by which what is due is done today."""
        return min(until_next_working_day(self.day), self.scenery.plan.last_day)

    @cached_property
    def is_working(self) -> bool:
        """Say whether caseworkers are in; duty officers always are."""
        return is_working(day=self.day, nation=Nation.ENGLAND_AND_WALES)

    def mine(self, found: "QuerySet[A]") -> Iterator[tuple[A, str]]:
        """Give what of this is in the share, with the prison number of whom it is about, in its order.

        Read by the hundred: of a large command's referrals no more is held at once. What has ended by then is left out.
        """
        numbers = [number for number, person in found.values_list("pk", "person_id") if self.share.holds(person)]
        for some in by_the_hundred(numbers):
            rows = found.in_bulk(some)
            cards = people.names(each.person_id for each in rows.values())
            for each in (rows[number] for number in some if number in rows):
                card = cards.get(each.person_id)
                yield each, card.prison_number if card else ""
