"""What long work on the demonstration tells of how far it has got. Knows neither the database nor the screen."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Told:
    """How far it is: in which step, which of how many, and where the step can say so, how much of what is done, of how much."""

    step: str
    number: int
    of: int
    what: str = ""
    done: int = 0
    wanted: int = 0


Progress = Callable[[Told], None]
