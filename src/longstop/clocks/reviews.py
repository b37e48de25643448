"""Reviews of restrictions: each is due so many months after the one before.

These clocks cannot be paused: a person is restricted on every day of the interval.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from longstop.clocks.results import Clock, Kind, alarm, clock, iso, no_rule, year_doubt
from longstop.kernel.dates import NamedDate, add_months, in_words, named
from longstop.kernel.policy import NotInForce, Version, load


def contact_review(*, started_on: date | None, last_review: date | None) -> Clock:
    """Return when the contact conditions must next be reviewed.

    Counted from the last review, or from the day the conditions began. The length is
    that of the rule in force on the day the interval began: one that began by 17 March
    2024 stays three months even where it ends later, because a longer interval is
    against the person, and a rule should not reach back. Domain.md 1.5 gives the
    lengths for electronic monitoring; reading them across to contact is ours.
    """
    return _interval(Kind.CONTACT_REVIEW, started_on, last_review)


def monitoring_review(*, started_on: date | None, last_review: date | None) -> Clock:
    """Return when electronic monitoring must next be reviewed.

    Three months until 17 March 2024, four from 18 March 2024 (domain.md 1.5), by the
    rule in force on the day the interval began, as for contact_review. Reviews on
    representations, a breach or a request come on top and have no interval.
    """
    return _interval(Kind.MONITORING_REVIEW, started_on, last_review)


def _interval(
    kind: Literal[Kind.CONTACT_REVIEW, Kind.MONITORING_REVIEW],
    started_on: date | None,
    last_review: date | None,
) -> Clock:
    inputs: Mapping[str, str | None] = {
        "started": iso(started_on),
        "last review": iso(last_review),
    }
    begun = named("last review", last_review) or named("start of the condition", started_on)
    policy = load("clocks")
    if begun is None:
        latest_version = policy.versions(kind.value)[-1]
        text = "neither the start of the condition nor a last review is recorded."
        return alarm(kind=kind, version=latest_version, reason="missing", text=text, inputs=inputs)
    try:
        version = policy.at(kind.value, begun.value)
    except NotInForce as error:
        return no_rule(kind=kind, rule=f"clocks/{kind}", text=str(error), inputs=inputs, basis=begun)
    if doubt := _doubt(begun, started_on, version):
        return alarm(kind=kind, version=version, reason="implausible", text=doubt, inputs=inputs, basis=begun)
    return _due(kind, version, begun, inputs)


def _doubt(begun: NamedDate, started_on: date | None, version: Version) -> str | None:
    """Return what is wrong with the date the interval began, as a sentence, or None."""
    if started_on is not None and begun.value < started_on:
        return f"the {begun.name}, {in_words(begun.value)}, is before the condition started, {in_words(started_on)}."
    return year_doubt(begun, version)


def _due(kind: str, version: Version, begun: NamedDate, inputs: Mapping[str, str | None]) -> Clock:
    months = version.integer("months")
    return clock(
        kind=kind,
        version=version,
        due=add_months(begun.value, months),
        reason="interval",
        basis=begun,
        inputs=inputs,
        lines=(
            f"The {begun.name} was on {in_words(begun.value)}.",
            f"The rule in force on that day asks for a review after {months} months.",
        ),
    )
