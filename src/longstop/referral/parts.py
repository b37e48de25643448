"""Work on a whole delivery shared by several processes: each has its part of the persons, or of the records."""

from typing import NamedTuple


class Part(NamedTuple):
    """Whose part it is, where so many processes share one delivery."""

    number: int
    of: int


WHOLE = Part(0, 1)
