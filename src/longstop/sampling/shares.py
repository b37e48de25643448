"""A share found in a sample, and between which bounds the share of the whole lies."""

from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Share:
    """So many of so many, and the bounds between which the whole's share lies in 95 samples of 100. Shares are from 0 to 1."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """Give the share found; None of nothing."""
        return self.count / self.of if self.of else None


def share(count: int, of: int, *, confidence: float = 0.95) -> Share:
    """Give a share with its interval by Wilson's score (Wilson 1927), which holds for small samples and for none or all of them.

    Of nothing, everything is possible. Raises ValueError where the count is below nought or above its whole.
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share.")
    if of == 0:
        return Share(0, 0, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    found = count / of
    centre = found + z * z / (2 * of)
    spread = z * ((found * (1 - found) + z * z / (4 * of)) / of) ** 0.5
    whole = 1 + z * z / of
    # None or all of them: the bound is exact, and rounding is kept from passing it.
    low = (centre - spread) / whole if count else 0.0
    high = (centre + spread) / whole if count < of else 1.0
    return Share(count, of, low, high)
