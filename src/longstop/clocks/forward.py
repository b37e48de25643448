"""Clocks counted forward in days, calendar or working, with pauses; tasks use them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from longstop.clocks.pauses import Pause, Unit, as_input, due_after, open_pause
from longstop.clocks.results import Clock, alarm, clock, iso
from longstop.clocks.working_days import Nation, calendar_version, known
from longstop.kernel.dates import NamedDate, in_words
from longstop.kernel.policy import Version, load


@dataclass(frozen=True, slots=True)
class TaskKind:
    """What policy says of one kind of task.

    `days` are the working days it gets when nothing else sets its due date.
    `hold_limit_days` are calendar days; None means that it is not a hold.
    `waits_for` is for whom such a task always waits; "" where whoever makes it says so.
    """

    name: str
    title: str
    days: int
    hold_limit_days: int | None
    version: Version
    waits_for: str = ""


def task_kind(*, kind: str, today: date) -> TaskKind:
    """Return what policy says of this kind of task on the day.

    Raises BadPolicy for a kind that policy does not know, NotInForce for one that it
    does not have on that day.
    """
    version = load("task_kinds").at(kind, today)
    limit = version.integer("hold_limit_days") if version.flag("hold") else None
    waits_for = version.text("waits_for") if version.has("waits_for") else ""
    return TaskKind(kind, version.text("title"), version.integer("days"), limit, version, waits_for)


def task_kinds(*, today: date) -> tuple[TaskKind, ...]:
    """Return every kind of task in use on the day, in the order of the policy file."""
    policy = load("task_kinds")
    used = (n for n in policy.names if any(v.contains(today) for v in policy.versions(n)))
    return tuple(task_kind(kind=name, today=today) for name in used)


def task_due(
    *,
    kind: str,
    start: NamedDate | None,
    today: date,
    nation: Nation = Nation.ENGLAND_AND_WALES,
    pauses: Sequence[Pause] = (),
) -> Clock:
    """Return when a task of this kind is due by default, in working days.

    The rule is the one in force today. Raises BadPolicy and NotInForce as task_kind.
    """
    found = task_kind(kind=kind, today=today)
    return forward(
        kind=kind,
        start=start,
        days=found.days,
        unit=Unit.WORKING,
        nation=nation,
        version=found.version,
        pauses=pauses,
    )


def forward(
    *,
    kind: str,
    start: NamedDate | None,
    days: int,
    unit: Unit,
    nation: Nation,
    version: Version,
    pauses: Sequence[Pause] = (),
) -> Clock:
    """Return a clock of so many days after the start, not counting days in a pause.

    An open pause leaves it without a due date, with the reason "paused". No start is
    an alarm. `version` is the policy that lays the days down.
    """
    inputs = _inputs(start=start, days=days, unit=unit, nation=nation, pauses=pauses)
    if start is None:
        text = "the date from which it is counted is missing."
        return alarm(kind=kind, version=version, reason="missing", text=text, inputs=inputs)
    due = due_after(start=start.value, days=days, unit=unit, nation=nation, pauses=pauses)
    return clock(
        kind=kind,
        version=version,
        due=due,
        reason="paused" if due is None else "counted",
        basis=start,
        inputs=inputs,
        lines=(
            f"{days} {unit.value} days are counted from {start.name}, {in_words(start.value)}.",
            *_pause_lines(pauses),
            *_calendar_lines(due, unit, nation),
        ),
    )


def _inputs(*, start: NamedDate | None, days: int, unit: Unit, nation: Nation, pauses: Sequence[Pause]) -> Mapping[str, str | None]:
    return {
        "start": iso(start.value) if start else None,
        "start name": start.name if start else None,
        "days": str(days),
        "unit": unit.value,
        "calendar": calendar_version(nation) if unit is Unit.WORKING else None,
        "pauses": as_input(pauses),
    }


def _pause_lines(pauses: Sequence[Pause]) -> tuple[str, ...]:
    lines = []
    for pause in sorted(pauses, key=lambda p: p.period.start):
        began, end = in_words(pause.period.start), pause.period.end
        if end is not None:
            lines.append(f"It stood still from {began} until {in_words(end)}: {pause.reason}.")
    if still := open_pause(pauses=pauses):
        began = in_words(still.period.start)
        lines.append(f"It has stood still since {began}: {still.reason}.")
    return tuple(lines)


def _calendar_lines(due: date | None, unit: Unit, nation: Nation) -> tuple[str, ...]:
    """Return a caution where the bank holidays are not known, or nothing."""
    if unit is not Unit.WORKING or due is None or known(nation=nation).contains(due):
        return ()
    return ("Bank holidays of that year are not known here, so the date may be early.",)
