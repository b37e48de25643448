"""Detention reviews: fixed days after detention began, then at a steady interval.

A late review does not make good a missed one, so what was missed stays in the account.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from longstop.clocks.results import Clock, Kind, alarm, clock, iso, no_rule, year_doubt
from longstop.kernel.dates import NamedDate, in_words
from longstop.kernel.policy import BadPolicy, NotInForce, Version, load


@dataclass(frozen=True, slots=True)
class ReviewPoint:
    """One review that detention asked for: its number, its day, the day it was done.

    `done` is None for one that was missed, because a later point had come before any
    review was made.
    """

    number: int
    due: date
    done: date | None

    @property
    def days_late(self) -> int | None:
        """By how many days it was done late, 0 when in time; None when missed."""
        return None if self.done is None else max(0, (self.done - self.due).days)


def detention_review(*, detained_on: date | None, reviews: Sequence[date], today: date) -> Clock:
    """Return when detention must next be reviewed, under the rule in force today.

    `reviews` are the days on which reviews were made, in any order. A review answers
    the latest point that has come; points passed over are missed (see review_points). A
    review no more than a few days early answers the point ahead; an earlier one is
    extra and answers nothing. The first point, 24 hours, is the day after detention
    began. Days 1, 7, 14, 21, 28, then each 28: domain.md 1.5, general knowledge.
    """
    done = sorted(reviews)
    inputs = {"detained": iso(detained_on), "reviews": " ".join(map(date.isoformat, done)) or None}
    try:
        version = load("clocks").at("detention_review", today)
    except NotInForce as error:
        return no_rule(
            kind=Kind.DETENTION_REVIEW,
            rule="clocks/detention_review",
            text=str(error),
            inputs=inputs,
            basis=None,
        )
    if detained_on is None:
        text = "the day on which detention began is missing."
        return _alarm(version, "missing", text, inputs)
    if doubt := _doubt(detained_on, done, version):
        return _alarm(version, "implausible", doubt, inputs)
    return _next(version, detained_on, done, inputs)


def review_points(*, detained_on: date, reviews: Sequence[date], today: date) -> tuple[ReviewPoint, ...]:
    """Return the points answered or missed so far, oldest first, without the next.

    Raises NotInForce where no rule is in force today.
    """
    version = load("clocks").at("detention_review", today)
    return _account(version, detained_on, sorted(reviews))[0]


def _doubt(detained_on: date, done: Sequence[date], version: Version) -> str | None:
    """Return what is wrong with the dates, as a sentence, or None."""
    if done and done[0] < detained_on:
        return f"a review is dated {in_words(done[0])}, before detention began."
    named = [NamedDate("start of detention", detained_on), *(NamedDate("review", day) for day in done)]
    return next((doubt for date_ in named if (doubt := year_doubt(date_, version))), None)


def _next(
    version: Version,
    detained_on: date,
    done: Sequence[date],
    inputs: Mapping[str, str | None],
) -> Clock:
    points, due = _account(version, detained_on, done)
    number = len(points) + 1
    lines = [
        f"Detention began on {in_words(detained_on)}.",
        f"Review {number} is asked for {(due - detained_on).days} days after that.",
    ]
    missed = [in_words(point.due) for point in points if point.done is None]
    if missed:
        lines.append(f"Missed, and not made good by a later review: {', '.join(missed)}.")
    return clock(
        kind=Kind.DETENTION_REVIEW,
        version=version,
        due=due,
        reason=f"review_{number}",
        basis=NamedDate("start of detention", detained_on),
        inputs=inputs,
        lines=tuple(lines),
    )


def _account(version: Version, detained_on: date, done: Sequence[date]) -> tuple[tuple[ReviewPoint, ...], date]:
    """Return the points behind, and the day of the next one."""
    early = timedelta(days=version.integer("early_days"))
    days = _days(version, detained_on)
    points: list[ReviewPoint] = []
    due, following = next(days), next(days)
    for review in done:
        while following <= review:
            points.append(ReviewPoint(len(points) + 1, due, None))
            due, following = following, next(days)
        if due - early <= review:
            points.append(ReviewPoint(len(points) + 1, due, review))
            due, following = following, next(days)
    return tuple(points), due


def _days(version: Version, detained_on: date) -> Iterator[date]:
    """Yield the days of all points, without end."""
    fixed, each = version.integers("days"), version.integer("then_each")
    if not fixed or each < 1 or list(fixed) != sorted(set(fixed)) or fixed[0] < 1:
        raise BadPolicy(f"{version.version}: “days” must climb, and “then_each” be 1 or more.")
    yield from (detained_on + timedelta(days=day) for day in fixed)
    yield from (detained_on + timedelta(days=day) for day in count(fixed[-1] + each, each))


def _alarm(version: Version, reason: str, text: str, inputs: Mapping[str, str | None]) -> Clock:
    return alarm(kind=Kind.DETENTION_REVIEW, version=version, reason=reason, text=text, inputs=inputs)
