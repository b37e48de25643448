"""Lists of an invented prison, considered for the journeys: people to decide about, to ask about, gone, and to look at again."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from longstop.audit.actions import SYSTEM
from longstop.intake.actions import release_held
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Arrival, Receipt
from longstop.referral.actions import consider_receipt, join
from longstop.referral.actions.judging import is_drawn
from longstop.referral.models import Remit

FIRST = ("Ada", "Bela", "Cato", "Dunja", "Emil", "Fenn", "Gerda", "Hal")
LAST = ("Quillfeather", "Sandholm", "Tarnbeck", "Underhay", "Vossbury", "Wexcombe")


def person(number: int, day: datetime, **said: Any) -> dict[str, Any]:
    """Somebody invented, by number."""
    return {
        "prisonerNumber": f"A{3000 + number}ZZ",
        "firstName": FIRST[number % len(FIRST)],
        "lastName": f"{LAST[number % len(LAST)]}{'abcdefghijklmnopqrstuvwxyz'[number % 26]}",
        "dateOfBirth": f"19{70 + number % 30}-0{1 + number % 9}-1{number % 10}",
        "nationality": "Albanian",
        "status": "ACTIVE IN",
        "prisonId": "ZZA" if number % 3 else "ZZB",
        "receptionDate": (day - timedelta(days=number % 12)).date().isoformat(),
        "legalStatus": "SENTENCED",
        "sentenceStartDate": "2025-06-01",
        "conditionalReleaseDate": (day + timedelta(days=5 + 9 * number)).date().isoformat(),
    } | said


def considered(at: datetime, today: Any) -> None:
    """Take two lists in and consider them, then one that is held."""
    twin = {"firstName": "Orla", "lastName": "Penhallow", "dateOfBirth": "1988-02-03"}
    protected = {"alerts": [{"alertType": "H", "alertCode": "HA", "active": True, "expired": False}]}
    known = everybody()
    rows = [person(number, at) for number in range(14)]
    rows[2] |= protected
    rows += [person(20 + number, at, nationality="") for number in range(3)]
    rows += [person(30, at, **twin), person(31, at, **twin, prisonId="QQQ")]
    rows += [person(40, at, nationality="British", prisonId="ZZC")]
    rows += [person(50 + number, at, nationality="British", prisonId="ZZD") for number in range(6)]
    with TemporaryDirectory() as folder:
        whole = arrive(Path(folder), [*known, *rows], at)
        drawn = Arrival.objects.get(prison="ZZC").pk
        seed = next(str(number) for number in range(10_000) if is_drawn(seed=str(number), arrival_id=drawn, per_thousand=10))
        consider_receipt(receipt_id=whole.pk, by=SYSTEM, at=at, today=today, seed=seed)
        later = at + timedelta(seconds=1)
        second = arrive(Path(folder), [*known, *rows[:10], *rows[14:], {"firstName": "Nobody"}], later)
        consider_receipt(receipt_id=second.pk, by=SYSTEM, at=later, today=today, seed=seed)
        _load(Path(folder), rows[:3], later + timedelta(seconds=1))
    found = list(Remit.objects.filter(arrival__prison="ZZD").order_by("person_id").values_list("person_id", flat=True))
    for one, other in ((found[0], found[1]), (found[2], found[3])):
        join(person_id=one, other_id=other, reason="The same fingerprints.", by=SYSTEM, at=later, today=today)


def everybody() -> list[dict[str, Any]]:
    """Give what the last list that was taken in said, as it came: nobody on it is to be missing from the next."""
    last = Receipt.objects.filter(source="hmpps-prisoners", state="finished").order_by("-pk")[0]
    found = Arrival.objects.filter(sighting__receipt=last).select_related("payload").order_by("pk")
    return [each.payload.content["raw"] for each in found if each.payload.content]


def arrive(folder: Path, rows: Sequence[dict[str, Any]], at: datetime) -> Receipt:
    """Take a list in as it is at this moment, letting it in where it is held, and give its receipt."""
    receipt = _load(folder, rows, at)
    if receipt.state == "held":
        release_held(receipt_id=receipt.pk, reason="An invented list for the journeys.", by=SYSTEM, at=at)
        receipt = _load(folder, rows, at)
    return receipt


def _load(folder: Path, rows: Sequence[dict[str, Any]], at: datetime) -> Receipt:
    path = folder / f"list-{len(rows)}.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return load_prisoners(path=path, observed_at=at, by=SYSTEM, at=at).receipt
