"""How far a long demonstration has got: a bar where somebody watches, else a line for each step and one a minute within it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from longstop.demo.progress import Progress as Tell
from longstop.demo.progress import Told

EACH = 60.0  # seconds between two lines about one step


@dataclass
class Pace:
    """How fast a step goes, and when it was last told. Seconds are those of a clock that never jumps."""

    step: str = ""
    began: float = 0.0
    first: int = 0
    told: float = field(default=0.0)

    def words(self, told: Told, now: float) -> str:
        """Say how far a step is: what is done of how much, how many a second, and about how long the rest takes at that pace."""
        if told.step != self.step:
            self.step, self.began, self.first = told.step, now, told.done
        if not told.wanted:
            return told.step
        passed, more = now - self.began, told.done - self.first
        said = f"{told.step}: {told.done:,} of {told.wanted:,} {told.what}"
        if passed < 1 or more <= 0:
            return said
        left = max(0, told.wanted - told.done) * passed / more
        return f"{said}, {more / passed:,.0f} a second, about {_minutes(left)} left"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:,.0f} min" if seconds >= 90 else f"{seconds:,.0f} s"


@contextmanager
def steps_told(*, quiet: bool) -> Iterator[Tell | None]:
    """Give what a replay tells its progress to. Nothing is said where `quiet`."""
    console = Console(stderr=True)
    if quiet:
        yield None
    elif console.is_terminal:
        with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as progress:
            task, pace = progress.add_task("…", total=None), Pace()
            yield lambda told: progress.update(task, description=pace.words(told, time.monotonic()), completed=told.number, total=told.of)
    else:
        yield _lines(console)


def _lines(console: Console) -> Tell:
    pace, began = Pace(), time.monotonic()

    def tell(told: Told) -> None:
        now, new = time.monotonic(), told.step != pace.step
        words = pace.words(told, now)
        if new or now - pace.told >= EACH:
            pace.told = now
            console.print(f"{_minutes(now - began)}, step {told.number + 1} of {told.of}, {words}", highlight=False, soft_wrap=True)

    return tell
