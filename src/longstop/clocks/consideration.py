"""Consideration at so many months before release, counted back from the release date."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from longstop.clocks.results import Clock, Kind, alarm, clock, iso, no_rule
from longstop.clocks.working_days import Nation, add, calendar_version
from longstop.kernel.dates import NamedDate, add_months, earliest, in_words
from longstop.kernel.policy import NotInForce, Version, load


def consideration(
    *,
    kind: Literal[Kind.CONSIDERATION_12, Kind.CONSIDERATION_8],
    release: Clock,
    opened_on: date | None,
    today: date,
    earliest_possible: NamedDate | None = None,
    nation: Nation = Nation.ENGLAND_AND_WALES,
) -> Clock:
    """Return when the case must be considered, under the rule in force today.

    `release` is the release clock; its alarm is passed on, never counted back from.
    `earliest_possible` is a date, such as parole eligibility, that counts instead when
    it is earlier and not yet past on the day the case opened. A case opened after the
    day counted back is at short notice: due some working days after it opened, no later
    than the day before release, no earlier than the day it opened. The aim of 12 and 8
    months: domain.md 7, item 10; short notice is our own rule.
    """
    inputs = _inputs(release, opened_on, earliest_possible, nation)
    try:
        version = load("clocks").at(kind.value, today)
    except NotInForce as error:
        return no_rule(kind=kind, rule=f"clocks/{kind}", text=str(error), inputs=inputs, basis=None)
    if release.due is None or release.basis is None:
        text = f"it is counted back from release, and {release.alarm or 'that has no date.'}"
        return alarm(kind=kind, version=version, reason=release.reason, text=text, inputs=inputs)
    basis = _basis(release.basis, earliest_possible, opened_on)
    back = add_months(basis.value, -version.integer("months"))
    due, reason = back, "counted_back"
    if opened_on is not None and back < opened_on:
        due, reason = _short_notice(basis.value, opened_on, version, nation), "short_notice"
    return clock(
        kind=kind,
        version=version,
        due=due,
        reason=reason,
        basis=basis,
        inputs=inputs,
        lines=_lines(basis, back, opened_on, version, reason),
    )


def _basis(release: NamedDate, possible: NamedDate | None, opened_on: date | None) -> NamedDate:
    # A parole date that had passed when the case opened released nobody.
    if possible is not None and opened_on is not None and possible.value < opened_on:
        possible = None
    return earliest([release, possible]) or release


def _short_notice(release: date, opened_on: date, version: Version, nation: Nation) -> date:
    due = add(day=opened_on, days=version.integer("short_notice_working_days"), nation=nation)
    return max(opened_on, min(due, date.fromordinal(release.toordinal() - 1)))


def _lines(basis: NamedDate, back: date, opened_on: date | None, version: Version, reason: str) -> tuple[str, ...]:
    months = version.integer("months")
    counted = f"{months} months before the {basis.name}, {in_words(basis.value)}, is {in_words(back)}."
    if reason != "short_notice" or opened_on is None:
        return (counted,)
    days = version.integer("short_notice_working_days")
    return (
        counted,
        f"The case opened after that, on {in_words(opened_on)}, so it is due {days} working "
        "days after it opened, or the day before release if that is sooner.",
    )


def _inputs(release: Clock, opened_on: date | None, possible: NamedDate | None, nation: Nation) -> Mapping[str, str | None]:
    return {
        "release": iso(release.due),
        "release name": release.basis.name if release.basis else None,
        "release reason": release.reason,
        "case opened": iso(opened_on),
        "earliest possible release": iso(possible.value) if possible else None,
        "earliest possible release name": possible.name if possible else None,
        "calendar": calendar_version(nation),
    }
