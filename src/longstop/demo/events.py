"""What can be recorded about the demonstration."""

from dataclasses import dataclass
from datetime import date

from longstop.audit.events import Event, event


@event("demo.loaded", about="demo")
@dataclass(frozen=True, kw_only=True)
class DemoLoaded(Event):
    staff: int
    records: int
    cases: int


@event("demo.begun", about="demo")
@dataclass(frozen=True, kw_only=True)
class DemoBegun(Event):
    """The database is marked as a demonstration: from now on, and in no other, moments in the past are replayed."""

    scale: float
    seed: int
    days: int
    last_day: date


@event("demo.step_taken", about="demo")
@dataclass(frozen=True, kw_only=True)
class DemoStepTaken(Event):
    """A step of the replay is done and is not taken again."""

    step: str
