"""What can be recorded about proof."""

from dataclasses import dataclass

from longstop.audit.events import Event, event


@event("proof.certified", about="certificate")
@dataclass(frozen=True, kw_only=True)
class Certified(Event):
    """The whole caseload was judged, and the certificate signed. `digest` is in hexadecimal."""

    verdict: str
    open_cases: int
    remainder: int
    clocks_differ: int
    faults: int
    live: bool
    seal_number: int | None
    digest: str
