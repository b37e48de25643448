"""Kinds of case, by the mixture of the published figures (domain.md 3.7): their dates relative to the day, their clocks by the rules.

Of 26,000 cases 7,000 in custody and 19,000 in the community, 4,500 of them monitored. The patterns repeat, so that a caseload of a
million has the same mixture as one of ten thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from longstop.cases.winding import Facts, wind
from longstop.clocks.results import Clock

PATTERNS = 499
CUSTODY = ["serving"] * 5 + ["detained"] + ["community"] * 13 + ["unknown"]


@dataclass(frozen=True)
class Pattern:
    """One kind of case. `old`: it came from the old casework system; otherwise from the prison's list."""

    custody: str
    monitored: bool
    old: bool
    opened_on: date
    dates: Mapping[str, date | None]
    reviews: tuple[date, ...]
    due: date
    other_due: date | None
    held: bool
    idle_days: int
    clocks: Mapping[str, Clock] = field(default_factory=dict)

    @property
    def at_liberty(self) -> bool:
        """Say whether the person is in the community."""
        return self.custody == "community"


def pattern(number: int, today: date) -> Pattern:
    """Give the pattern of this number, 0 to 498, on the day."""
    place = number % len(CUSTODY)
    custody = CUSTODY[place]
    opened_on = today - timedelta(days=30 + number * 7 % 900)
    monitored = custody == "community" and number % 4 == 1
    dates: dict[str, date | None] = {
        "sentence_start_date": opened_on - timedelta(days=100),
        "sentence_expiry_date": today + timedelta(days=2_000),
        "conditional_release_date": today + timedelta(days=30 + number * 13 % 900),
    }
    reviews: tuple[date, ...] = ()
    if custody == "detained":
        dates["detained_since"], reviews = today - timedelta(days=3), (today - timedelta(days=2),)
    if custody == "community":
        dates = dates | _at_liberty(number, opened_on, today)
    if monitored:
        dates["monitoring_since"] = today - timedelta(days=30)
    facts = Facts(custody=custody, monitored=monitored, opened_on=opened_on, dates=dates, detention_reviews=reviews)
    late, held = number % 17 == 3, number % 8 == 5
    return Pattern(
        custody=custody,
        monitored=monitored,
        old=custody == "community" and place % 3 > 0,
        opened_on=opened_on,
        dates=dates,
        reviews=reviews,
        due=today - timedelta(days=1) if late else today + timedelta(days=1 + number * 3 % 80),
        other_due=today + timedelta(days=2 + number * 5 % 60) if number % 2 else None,
        held=held and not late,
        idle_days=number * 11 % 40,
        clocks=wind(facts=facts, today=today),
    )


def _at_liberty(number: int, opened_on: date, today: date) -> dict[str, date | None]:
    """Dates of somebody in the community: considered, released, in contact, their address known; one in ten past the day of contact."""
    since = today - timedelta(days=30)
    return {
        "conditional_release_date": since,
        "considered_on": opened_on + timedelta(days=20),
        "contact_conditions_since": since,
        "last_contact": today - timedelta(days=1 + number % 20),
        "next_reporting": today + timedelta(days=number * 3 % 28 - (3 if number % 10 == 0 else 0)),
        "address_known": since,
    }
