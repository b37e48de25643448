"""Small files, and the moment at which they come."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from longstop.audit.actions import SYSTEM
from longstop.intake.actions import release_held
from longstop.intake.loading import Outcome, load_prisoners

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)

GOOD: dict[str, Any] = {
    "prisonerNumber": "A1234ZZ",
    "bookingId": "700001",
    "firstName": "Tamsin",
    "lastName": "Oakapple",
    "dateOfBirth": "1990-05-17",
    "nationality": "Ruritanian",
    "status": "ACTIVE IN",
    "prisonId": "ZZI",
    "legalStatus": "SENTENCED",
    "sentenceStartDate": "2024-06-01",
    "sentenceExpiryDate": "2031-06-01",
    "conditionalReleaseDate": "2027-12-01",
}


def person(number: str = "A1234ZZ", **given: Any) -> dict[str, Any]:
    """A good record of somebody invented, with some fields otherwise."""
    return GOOD | {"prisonerNumber": number} | given


def write(path: Path, *records: Any) -> Path:
    """Write records as JSON Lines."""
    path.write_text("".join(json.dumps(each) + "\n" for each in records))
    return path


def load(path: Path, *, at: datetime = AT, observed_at: datetime | None = None, let_in: bool = True) -> Outcome:
    """Take a file of prisoners in, as Longstop itself. One that is held, being shorter or older than the last, is let in at once."""
    outcome = load_prisoners(path=path, observed_at=observed_at, by=SYSTEM, at=at)
    if let_in and outcome.receipt.state == "held":
        release_held(receipt_id=outcome.receipt.pk, reason="Meant to be so, by this test.", by=SYSTEM, at=at)
        return load_prisoners(path=path, observed_at=observed_at, by=SYSTEM, at=at)
    return outcome


def counts(outcome: Outcome) -> tuple[int, int, int, int, int]:
    """(received, new, changed, unchanged, refused)."""
    receipt = outcome.receipt
    return receipt.received, receipt.new, receipt.changed, receipt.unchanged, receipt.refused
