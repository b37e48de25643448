"""A command with duty officers, and lists of the prison service that come one after another."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.intake.actions import release_held
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Receipt
from longstop.people.actions import unlink
from longstop.referral.actions import consider_receipt
from longstop.referral.models import Consideration, Remit
from tests import given
from tests.given import NOW, TODAY

BASIC: dict[str, Any] = {
    "firstName": "Tamsin",
    "lastName": "Oakapple",
    "dateOfBirth": "1990-05-17",
    "nationality": "Albanian",
    "status": "ACTIVE IN",
    "prisonId": "ZZI",
    "legalStatus": "SENTENCED",
    "sentenceStartDate": "2024-06-01",
    "sentenceExpiryDate": "2031-06-01",
    "conditionalReleaseDate": "2028-12-01",
}
_NAMES = ("Ada", "Bela", "Cato", "Dunja", "Emil", "Fenn", "Gerda", "Hal", "Ines", "Jaro")


def prisoner(number: str, **said: Any) -> dict[str, Any]:
    """An invented prisoner whose name follows from the number, so that no two are alike unless a test says so."""
    letters = "".join(chr(97 + int(digit)) for digit in number[1:5])
    name = {"firstName": _NAMES[int(number[4])], "lastName": f"Probe{letters}{number[5:].lower()}"}
    return {"prisonerNumber": number, **BASIC, **name, **said}


def command(officers: int = 2) -> tuple[given.Command, list[Staff]]:
    """A command with so many duty officers in its first team."""
    made = given.command()
    return made, [given.staff(f"Officer {number}", "duty_officer", team=made.team) for number in range(1, officers + 1)]


def arrive(folder: Path, rows: Sequence[dict[str, Any]], *, at: datetime = NOW) -> Receipt:
    """Take a list in, and give its receipt. Lists come in the order of their moments."""
    path = folder / f"list-{at:%Y%m%d%H%M}-{len(rows)}.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    receipt = load_prisoners(path=path, observed_at=at - timedelta(hours=1), by=SYSTEM, at=at).receipt
    if receipt.state == "held":  # small lists are soon a twentieth shorter than the last
        release_held(receipt_id=receipt.pk, reason="Meant to be so, by this test.", by=SYSTEM, at=at)
        receipt = load_prisoners(path=path, observed_at=at - timedelta(hours=1), by=SYSTEM, at=at).receipt
    return receipt


def consider(receipt: Receipt, *, at: datetime = NOW, seed: str = "fixed") -> Consideration:
    """Consider a receipt on the day of the moment."""
    return consider_receipt(receipt_id=receipt.pk, by=SYSTEM, at=at, today=at.date(), seed=seed)


def unlinked(record_id: int, *, by: int, at: datetime = NOW) -> int:
    """Unlink a record without seeing to whom it is about: somebody in remit is left whom nobody considers."""
    number = unlink(record_id=record_id, reason="Another date of birth on the warrant", by=by, at=at)
    Remit.objects.filter(arrival__person_id=number).update(person_id=number)
    return number


def tomorrow(days: int = 1) -> datetime:
    """The same moment so many days later."""
    return NOW + timedelta(days=days)


__all__ = ["NOW", "TODAY", "UTC", "arrive", "command", "consider", "date", "prisoner", "tomorrow", "unlinked"]
