"""Intake's speed beside parsing and COPY of the same file: `python -m bench.intake ROWS`, with LONGSTOP_SERVICE_URL set; prints JSON.

Each size has a database of its own: the first load of a file is all new, the second, with a blank line more, all unchanged.
"""

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import psycopg
from django.utils import timezone

GIVEN = ("Ana", "Boris", "Carla", "Dmitri", "Elif", "Farid", "Goran", "Hana", "Ivan", "Jelena")
MOST_TIMES = 3
FAMILY = ("Oakapple", "Bramble", "Thornfield", "Quill", "Marsh", "Vane", "Okell", "Pell")


def main() -> None:
    """Load a file of so many invented prisoners twice, and parse and COPY it, and print what each took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstop.config.settings")
    django.setup()
    rows = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="longstop-bench-") as folder:
        file = write(Path(folder) / "prisoners.jsonl", rows)
        peer = min(parse_and_copy(file) for _ in range(3))
        new, receipt = load(file)
        file.write_bytes(file.read_bytes() + b"\n")
        unchanged, again = load(file)
    assert (receipt.new, again.unchanged) == (rows, rows)
    told = {"rows": rows, "new_seconds": new, "unchanged_seconds": unchanged, "peer_seconds": peer}
    times = {"new_times_peer": new / peer, "unchanged_times_peer": unchanged / peer}
    print(json.dumps({**told, **times, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}))


def section(found: Sequence[Mapping[str, float]]) -> str:
    """Give the part of the report on intake, from what `main` printed for each size."""
    lines = [
        "",
        "## Intake",
        "",
        "A file of invented prisoners through the front door, beside parsing each record and COPYing it, in the same",
    ]
    lines += [f"process and run. Goal: at most {MOST_TIMES} times.", ""]
    lines += ["| Rows | What | Rows a second | Parse and COPY | Times | Largest memory | Goal |", "|---:|---|---:|---:|---:|---:|---|"]
    for each in found:
        for what in ("new", "unchanged"):
            times, rate = each[f"{what}_times_peer"], each["rows"] / each[f"{what}_seconds"]
            peer, verdict = each["rows"] / each["peer_seconds"], "met" if times <= MOST_TIMES else "**not met**"
            lines.append(f"| {each['rows']:,} | {what} | {rate:,.0f} | {peer:,.0f} | {times:.1f} | {each['mb']:.0f} MB | {verdict} |")
    return "\n".join(lines) + "\n"


def load(file: Path) -> tuple[float, Any]:
    """Take the file in through the front door, and give the seconds and its receipt."""
    at, began = timezone.now(), time.perf_counter()
    outcome = import_module("longstop.intake.loading").load_prisoners(path=file, observed_at=None, by=1, at=at)
    return time.perf_counter() - began, outcome.receipt


def parse_and_copy(file: Path) -> float:
    """Parse each record and COPY its key and text into a table without keys: what no intake can be faster than."""
    began = time.perf_counter()
    with psycopg.connect(os.environ["LONGSTOP_SERVICE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE peer (key text, record jsonb)")
        with file.open(encoding="utf-8") as lines, cursor.copy("COPY peer FROM STDIN") as copy:
            for line in lines:
                record = json.loads(line)
                copy.write_row((record["prisonerNumber"], json.dumps(record)))
    return time.perf_counter() - began


def write(path: Path, rows: int) -> Path:
    """Write invented records of about the size of real ones."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            file.write(json.dumps(record(number, chance)) + "\n")
    return path


def record(number: int, chance: random.Random) -> dict[str, Any]:
    """Give one invented record; every number gives another prison number."""
    letters = [chr(65 + number // 10_000 // 26**place % 26) for place in range(3)]
    return {
        "prisonerNumber": f"{letters[2]}{number % 10_000:04}{letters[1]}{letters[0]}",
        "bookingId": str(700_000 + number),
        "bookNumber": f"{number % 99_999:05}A",
        "firstName": chance.choice(GIVEN),
        "middleNames": None,
        "lastName": chance.choice(FAMILY),
        "dateOfBirth": f"19{chance.randrange(60, 99)}-0{chance.randrange(1, 9)}-1{chance.randrange(9)}",
        "nationality": "Albanian",
        "status": "ACTIVE IN",
        "inOutStatus": "IN",
        "prisonId": "MDI",
        "prisonName": "Moorland (HMP & YOI)",
        "cellLocation": "A-1-002",
        "lastMovementTypeCode": "ADM",
        "lastMovementReasonCode": "I",
        "receptionDate": "2024-06-01",
        "legalStatus": "SENTENCED",
        "imprisonmentStatus": "SENT03",
        "imprisonmentStatusDescription": "Adult Imprisonment Without Option",
        "convictedStatus": "Convicted",
        "mostSeriousOffence": "Theft from a shop",
        "sentenceStartDate": "2024-06-01",
        "sentenceExpiryDate": "2031-06-01",
        "conditionalReleaseDate": f"2027-1{chance.randrange(3)}-01",
        "releaseDate": None,
        "aliases": [{"firstName": chance.choice(GIVEN), "lastName": chance.choice(FAMILY), "dateOfBirth": "1980-02-03"}],
        "identifiers": [{"type": "PNC", "value": "12/394773H"}],
        "alerts": [{"alertType": "X", "alertCode": "XLDEPORT", "active": True, "expired": False}] * 3,
        "addresses": [{"fullAddress": "1 Invented Row", "postalCode": "ZZ1 1ZZ", "startDate": "2020-01-01", "primaryAddress": True}],
        "allConvictedOffences": [{"statuteCode": "TH68", "offenceCode": "TH68010", "offenceDate": "2018-05-24", "latestBooking": True}] * 4,
        "languages": [],
    }


if __name__ == "__main__":
    main()
