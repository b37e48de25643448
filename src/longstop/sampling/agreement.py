"""How far two readers of the same things agree, beyond what chance would give."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from longstop.sampling.shares import Share, share


@dataclass(frozen=True)
class Agreement:
    """How many of the things read twice were read alike, with the interval, and Cohen's kappa.

    Kappa is 1 where all agree, 0 where chance would do as well, and None where it cannot be told: nothing read, or one answer alone.
    """

    alike: Share
    kappa: float | None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Give how far the answers of each pair, the first reader's and the second's, agree (Cohen 1960)."""
    alike = share(sum(one == other for one, other in pairs), len(pairs))
    if not pairs:
        return Agreement(alike, None)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[answer] * second[answer] for answer in first) / len(pairs) ** 2
    return Agreement(alike, None if chance == 1 else (alike.count / len(pairs) - chance) / (1 - chance))
