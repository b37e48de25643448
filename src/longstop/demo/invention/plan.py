"""How big the invented command is, which days its files are of, and who bears a planted fault: it follows from seed, size and day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from random import Random

from longstop.demo.invention.calibration import share

DAYS, FEW_DAYS = 90, 5
PUBLISHED = 1.0

# Faults that single people bear, and how many at the published size; one at least at any. Our assumption: rare, and never absent.
ON_PRISONERS: Mapping[str, int] = {
    "dropped_off_the_list": 40,
    "released_without_decision": 20,
    "two_people_one_number": 20,
    "one_person_two_numbers": 40,
    "unmapped_code": 30,
    "mended_row": 20,
}
ON_CASES: Mapping[str, int] = {
    "owner_has_left": 40,
    "case_without_owner": 20,
    "monitoring_review_overdue": 60,
    "contact_review_overdue": 60,
    "two_cases_one_person": 20,
}


def usual_days(scale: float) -> int:
    """Give how many days are replayed unless somebody says otherwise: above the published size as few as show every fault.

    In so few days no first consideration of a case that was taken over falls due, and each day's work is a bounded share of the caseload.
    """
    return DAYS if scale <= PUBLISHED else FEW_DAYS


@dataclass(frozen=True)
class Plan:
    """One invented command. `scale` 1 is the published size; the last extract is of `last_day`, and there is one for each of `days`.

    Which day has which fault follows from how many days there are: each has a day of its own, however few they are.
    """

    scale: float
    seed: int
    last_day: date
    days: int = field(default=DAYS)

    def __post_init__(self) -> None:
        if not 0 < self.scale <= 100:
            raise ValueError(f"The scale lies above 0 and at most at 100, not at {self.scale}: 1 is the published size.")
        if self.days < FEW_DAYS:
            raise ValueError(f"The extracts are of at least {FEW_DAYS} days, not of {self.days}: faults need days to show.")

    @property
    def first_day(self) -> date:
        """The day of the first extract."""
        return self.last_day - timedelta(days=self.days - 1)

    def day(self, before_last: int) -> date:
        """Give the day so many days before the last."""
        return self.last_day - timedelta(days=before_last)

    def count(self, published: float) -> int:
        """Give the number at this scale of what is so many at the published size; one at least."""
        return max(1, round(published * self.scale))

    @cached_property
    def stock(self) -> int:
        """How many people the first extract holds."""
        people = share("prison", "foreign_nationals") * (1 + share("prison", "british_rows"))
        return max(40, self.count(people))

    @cached_property
    def arrivals(self) -> int:
        """How many people are received while the extracts are written."""
        return max(2 if self.is_short else 10, self.count(share("prison", "receptions_in_90_days") * self.days / DAYS))

    @cached_property
    def outside(self) -> int:
        """How many people the old casework system holds who are in no prison."""
        return max(20, self.count(share("caseload", "non_detained")))

    @property
    def prisoners(self) -> int:
        """How many people appear in any extract under a number of their own."""
        return self.stock + self.arrivals

    @cached_property
    def on_prisoners(self) -> Mapping[int, str]:
        """Who of those in prison on the first day bears which fault, by index."""
        return self._plant(ON_PRISONERS, range(self.stock), "prisoners")

    @cached_property
    def on_cases(self) -> Mapping[int, str]:
        """Who of those in no prison has a case with which fault, by index."""
        return self._plant(ON_CASES, range(self.prisoners, self.prisoners + self.outside), "cases")

    def _plant(self, kinds: Mapping[str, int], indexes: range, what: str) -> Mapping[int, str]:
        wanted = [kind for kind, published in kinds.items() for _ in range(self.count(published))]
        chosen = Random(f"{self.seed}/{what}").sample(indexes, len(wanted))
        return dict(zip(chosen, wanted, strict=True))

    @property
    def is_short(self) -> bool:
        """Say whether so few days are replayed that what falls due in them must be kept small."""
        return self.days < 20

    # Files that are not as they should be. None falls on another's day, nor on the first or the last, whose faults must be seen.
    @property
    def short_day(self) -> date:
        """The day whose extract lacks every twelfth person: 8 per cent, and nobody has left."""
        return self.day(max(3, self.days * 4 // 9))

    @property
    def missing_day(self) -> date:
        """The day of which no extract came at all."""
        return self.day(max(2, self.days * 5 // 18))

    @property
    def late_day(self) -> date:
        """The day whose extract came a day late, together with the next one."""
        return self.day(max(1, self.days // 6))

    @property
    def marked_day(self) -> date:
        """The day whose extract begins with a byte-order mark."""
        return self.day(max(4, self.days * 2 // 3))

    # Days on which the faults of single people begin.
    @property
    def broken_day(self) -> date:
        """The day on which a row cannot be used that comes whole again on the next."""
        return self.late_day

    @property
    def changed_day(self) -> date:
        """The day from which a number stands for somebody else."""
        return self.day(min(12, self.days // 2))

    @property
    def twin_day(self) -> date:
        """The day from which somebody is in the list under a second number too."""
        return self.day(min(15, self.days // 2))

    @property
    def last_to_vanish(self) -> int:
        """How many days before the last somebody may drop off the list, at most."""
        return 1 if self.is_short else 2
