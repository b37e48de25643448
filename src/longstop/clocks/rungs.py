"""How far lateness has climbed: to the owner, the leader, the head, the director."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from itertools import pairwise

from longstop.clocks.pauses import Unit
from longstop.clocks.working_days import Nation, count, subtract
from longstop.kernel.policy import BadPolicy, Version, load


class Rung(IntEnum):
    """Who has to acknowledge a late task, by how late it is."""

    OWNER = 0
    LEADER = 1
    HEAD = 2
    DIRECTOR = 3


@dataclass(frozen=True, slots=True)
class Step:
    """How late a task is when it reaches this rung: at least so many days."""

    rung: Rung
    late: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Ladder:
    """The four steps in force, lowest first, and the nation whose days are counted."""

    steps: tuple[Step, ...]
    nation: Nation
    version: Version

    def rung(self, *, due: date, today: date) -> Rung | None:
        """Return the highest rung that a task due on that day has reached, or None."""
        reached = (s.rung for s in self.steps if self._days_late(s, due, today) >= s.late)
        return max(reached, default=None)

    def cutoffs(self, *, today: date) -> tuple[date, ...]:
        """Return for each rung the day before which a due date has reached it.

        `due < cutoffs[rung]` is the same as having reached it, so that a whole caseload
        can be judged in one statement. Each is no later than the one below it.
        """
        return tuple(self._cutoff(step, today) for step in self.steps)

    def _days_late(self, step: Step, due: date, today: date) -> int:
        if step.unit is Unit.CALENDAR:
            return (today - due).days
        return count(after=due, until=today, nation=self.nation)

    def _cutoff(self, step: Step, today: date) -> date:
        tomorrow = today + timedelta(days=1)
        if step.unit is Unit.CALENDAR:
            return tomorrow - timedelta(days=step.late)
        return subtract(day=tomorrow, days=step.late, nation=self.nation)


def ladder(*, today: date) -> Ladder:
    """Return the rungs in force today. Raises BadPolicy and NotInForce."""
    return read_ladder(load("escalation").at("rungs", today))


def rung(*, due: date, today: date) -> Rung | None:
    """Return the rung that lateness has reached under today's policy, or None."""
    return ladder(today=today).rung(due=due, today=today)


def cutoffs(*, today: date) -> tuple[date, ...]:
    """Return today's cut-off due dates, one for each rung; see Ladder.cutoffs."""
    return ladder(today=today).cutoffs(today=today)


def read_ladder(version: Version) -> Ladder:
    """Return the ladder in a version of policy.

    Raises BadPolicy unless it names the four roles in order, each at least as late as
    the one below it and calendar days before working days: a rung must not be skipped.
    """
    rows = version.tables("steps")
    steps = tuple(_step(version, row) for row in rows)
    if [s.rung for s in steps] != list(Rung):
        raise BadPolicy(f"{version.version}: “steps” must be owner, leader, head, director.")
    for lower, upper in pairwise(steps):
        back = upper.unit is Unit.CALENDAR and lower.unit is Unit.WORKING
        if upper.late < lower.late or back:
            raise BadPolicy(f"{version.version}: the rung “{upper.rung.name.lower()}” comes first.")
    try:
        nation = Nation(version.text("nation"))
    except ValueError as error:
        raise BadPolicy(f"{version.version}: “nation” is not one that has a calendar.") from error
    return Ladder(steps, nation, version)


def _step(version: Version, row: Mapping[str, object]) -> Step:
    role, late, unit = row.get("role"), row.get("late"), row.get("unit")
    try:
        found = Step(Rung[str(role).upper()], int(str(late)), Unit(str(unit)))
    except (KeyError, ValueError) as error:
        raise BadPolicy(f"{version.version}: “steps” holds {dict(row)}; write a role, whole days, and calendar or working.") from error
    if found.late < 1:
        raise BadPolicy(f"{version.version}: the rung “{role}” begins at 1 day late or more.")
    return found
