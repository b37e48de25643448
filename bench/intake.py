"""Intake's speed beside parsing and COPY of the same file: `python -m bench.intake ROWS`, with LONGSTOP_SERVICE_URL set; prints JSON.

Each size has a database of its own: the first load of a file is all new, the second, with a blank line more, all unchanged. Each load is
in a process of its own, so that its largest memory is its own. The peer is what a loader that keeps nothing else would do: parse each
record with Python's own library, spell what was parsed, and COPY key and whole record into one bare table without a key or an index.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import psycopg
from django.db import connection
from django.utils import timezone

GIVEN = ("Ana", "Boris", "Carla", "Dmitri", "Elif", "Farid", "Goran", "Hana", "Ivan", "Jelena")
MOST_TIMES = 3
FAMILY = ("Oakapple", "Bramble", "Thornfield", "Quill", "Marsh", "Vane", "Okell", "Pell")
MANY = 100_000  # rows: from here on the peer is measured once before and once after
COST = """
What the server does for a new row, in a hundred parts of its processor time (22 November 2026, by statement and by sampling, embedded):

- 44: its payload. The record and what was made of it are 3.0 kB where the bare record is 1.7; two fifths go to compressing (`pglz`), since
  they are above the two kilobytes from which PostgreSQL compresses and the bare record is not. Payloads are kept as text (`json`): as
  `jsonb` the same rows took 117 instead of 61 microseconds, and half as much disk again.
- 24: five foreign keys, each asked row by row at the end of the chunk.
- 22: the record that waits, its eight indexes and checks, and its first version in history with three indexes more.
- 10: where it was last seen, lookups, numbers, counts, events.

What our own process does: a half is the check against the contract and the shaping of the record, field by field (a frame is no way
round it: `docs/adr/0012`); a quarter reading, decoding, and the digests by which the row is known again; the rest spelling what is kept
and writing lines for COPY.

The server's part alone is about twice all that the peer takes, so that {most} times cannot be had by a faster check. What would still
help, each with its price: rows without compression (37 instead of 61 microseconds; three times the disk), fewer foreign keys, fewer
indexes of the lists of what waits, and reading in a second process (no less work, but both processors).
"""


def main() -> None:
    """Measure a file of so many invented prisoners and print what each part took; or, with --load, take one file in and print that."""
    if sys.argv[1] == "--load":
        print(json.dumps(load(Path(sys.argv[2]))))
        return
    print(json.dumps(measure(int(sys.argv[1]), service_url=os.environ["LONGSTOP_SERVICE_URL"])))


def measure(rows: int, *, service_url: str) -> dict[str, float]:
    """Load a file of so many rows twice, in processes of their own, with parsing and COPY before, between and after."""
    with tempfile.TemporaryDirectory(prefix="longstop-bench-") as folder:
        file = write(Path(folder) / "prisoners.jsonl", rows)
        peers = [parse_and_copy(file, service_url) for _ in range(1 if rows >= MANY else 2)]
        new = _load_apart(file, service_url)
        with file.open("ab") as more:
            more.write(b"\n")
        unchanged = _load_apart(file, service_url)
        peers.append(parse_and_copy(file, service_url))
    if (new["new"], unchanged["unchanged"]) != (rows, rows):
        raise RuntimeError(f"Of {rows} rows {new['new']} were new, and then {unchanged['unchanged']} unchanged.")
    told: dict[str, float] = {"rows": rows}
    for what, parts in (("peer", min(peers, key=lambda each: each["seconds"])), ("new", new), ("unchanged", unchanged)):
        told |= {f"{what}_{part}": parts[part] for part in ("seconds", "own", "server", "mb")}
    return told


def section(found: Sequence[Mapping[str, float]]) -> str:
    """Give the part of the report on intake, from what `measure` gave for each size."""
    lines = [
        "",
        "## Intake",
        "",
        "A file of invented prisoners through the front door, beside parsing each record and COPYing it whole into one bare table, in the",
        f"same run. Goal: at most {MOST_TIMES} times. “By processor” compares the processor time of both processes, ours and the server's,",
        "which other work on the machine hardly disturbs. Memory is the most that the loading process ever held: it must not grow.",
        "",
        "| Rows | What | Rows a second | Parse and COPY | Times | By processor | Microseconds a row: own, server | Largest memory | Goal |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    lines += [_line(each, what) for each in found for what in ("new", "unchanged")]
    growth = found[-1]["new_mb"] / found[0]["new_mb"]
    lines += ["", f"From {found[0]['rows']:,} to {found[-1]['rows']:,} new rows the largest memory grew {growth:.2f} times."]
    return "\n".join(lines) + "\n" + COST.format(most=MOST_TIMES)


def _line(found: Mapping[str, float], what: str) -> str:
    rows, seconds, peer = found["rows"], found[f"{what}_seconds"], found["peer_seconds"]
    times, verdict = seconds / peer, "met" if seconds <= MOST_TIMES * peer else "**not met**"
    own, server = found[f"{what}_own"], found[f"{what}_server"]
    by_processor = (own + server) / (found["peer_own"] + found["peer_server"])
    return (
        f"| {rows:,} | {what} | {rows / seconds:,.0f} | {rows / peer:,.0f} | {times:.1f} | {by_processor:.1f} "
        f"| {1e6 * own / rows:.0f}, {1e6 * server / rows:.0f} | {found[f'{what}_mb']:.0f} MB | {verdict} |"
    )


def load(file: Path) -> dict[str, float]:
    """Take the file in through the front door, and give what it took and what became of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstop.config.settings")
    django.setup()
    door, at = import_module("longstop.intake.loading"), timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone() or (0,)
    outcome, took = timed(lambda: door.load_prisoners(path=file, observed_at=None, by=1, at=at), server)
    return {**took, "new": outcome.receipt.new, "unchanged": outcome.receipt.unchanged}


def _load_apart(file: Path, service_url: str) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.intake", "--load", str(file)]
    environ = {**os.environ, "LONGSTOP_SERVICE_URL": service_url}
    done = subprocess.run(command, env=environ, cwd=Path(__file__).resolve().parents[1], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    told: dict[str, float] = json.loads(done.stdout)
    return told


def timed(work: Callable[[], Any], server: int) -> tuple[Any, dict[str, float]]:
    """Do it, and give its outcome, its seconds, the processor seconds of this process and of the server's, and the largest memory."""
    theirs, own, began = processor_seconds(server), time.process_time(), time.perf_counter()
    outcome = work()
    took = {"seconds": time.perf_counter() - began, "own": time.process_time() - own, "server": processor_seconds(server) - theirs}
    return outcome, took | {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}


def processor_seconds(process: int) -> float:
    """Give the processor time of one process of PostgreSQL's; 0 where it cannot be seen, as on another machine."""
    folder = Path(f"/proc/{process}")
    try:
        if not (folder / "comm").read_text().startswith("postgres"):
            return 0.0
        return int((folder / "schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def parse_and_copy(file: Path, service_url: str) -> dict[str, float]:
    """Parse each record and COPY its key and text into a table without keys, and give what it took."""
    with psycopg.connect(service_url) as session:
        return timed(lambda: _copy(file, session), session.info.backend_pid)[1]


def _copy(file: Path, session: "psycopg.Connection[tuple[Any, ...]]") -> None:
    with session.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE peer (key text, record jsonb)")
        with file.open(encoding="utf-8") as lines, cursor.copy("COPY peer FROM STDIN") as copy:
            for line in lines:
                if line.strip():
                    record = json.loads(line)
                    copy.write_row((record["prisonerNumber"], json.dumps(record)))
    session.commit()


def write(path: Path, rows: int) -> Path:
    """Write invented records of about the size of real ones."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            file.write(json.dumps(record(number, chance)) + "\n")
    return path


def record(number: int, chance: random.Random) -> dict[str, Any]:
    """Give one invented record; every number gives another prison number. About 1.7 kB: half of the fields of the contract."""
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
