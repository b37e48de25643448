"""What can be recorded about the demonstration."""

from dataclasses import dataclass

from longstop.audit.events import Event, event


@event("demo.loaded", about="demo")
@dataclass(frozen=True, kw_only=True)
class DemoLoaded(Event):
    staff: int
    records: int
    cases: int
