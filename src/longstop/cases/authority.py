"""By what somebody is held under immigration powers, and why removal is realistic: what is missing, and nothing else.

Whether to detain, and whether the reason is a good one, people decide (domain.md 1.5). Pure: no ORM, no clock of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The dates of a recorded authority: from when it has effect, the last day on which it has, when its reason was given.

    `until` is None where it has no end, `reasoned_on` where no reason was given.
    """

    effective_from: date
    until: date | None
    reasoned_on: date | None


def is_live(authority: Authority | None, *, detained_since: date | None, day: date) -> bool:
    """Say whether an authority has effect on the day, and is one of this detention.

    Where nobody knows since when the person is held it is judged by its own dates: that the day is missing is said elsewhere.
    """
    if authority is None or not _of_this_detention(authority, detained_since):
        return False
    return authority.effective_from <= day and (authority.until is None or day <= authority.until)


def is_reasoned(authority: Authority | None, *, detained_since: date | None, reviews: Sequence[date]) -> bool:
    """Say whether a reason why removal is realistic stands: given for this detention, and again at the last review of it."""
    if authority is None or authority.reasoned_on is None or not _of_this_detention(authority, detained_since):
        return False
    last = max((day for day in reviews if detained_since is None or day >= detained_since), default=None)
    return last is None or authority.reasoned_on >= last


def _of_this_detention(authority: Authority, detained_since: date | None) -> bool:
    return detained_since is None or authority.effective_from >= detained_since
