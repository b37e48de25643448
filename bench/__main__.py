"""`make bench`: fill two databases, measure, and write docs/measurements.md. ARGS="--large 10000" for a quicker look."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench import intake, report
from bench.filling import fill
from longstop.gateways.postgres import EmbeddedServer, ServerAddress

ROOT = Path(__file__).resolve().parents[1]
RUNS = 3
INTAKE_ROWS = (2_000, 20_000)
PREPARE = (
    "import django; django.setup(); from longstop.config.database import prepare; from longstop.commands.preparation import collect_static;"
    " prepare(); collect_static()"
)


def main() -> None:
    """Run every measurement."""
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("--small", type=int, default=1_000, metavar="CASES")
    asked.add_argument("--large", type=int, default=100_000, metavar="CASES")
    given = asked.parse_args()
    home = Path(tempfile.mkdtemp(prefix="longstop-bench-"))
    server = EmbeddedServer(home, fsync=False)
    try:
        address = server.start()
        run_python(["-c", PREPARE], address.for_owner(), home)
        made = [make(address, cases) for cases in (given.small, given.large)]
        sizes = measure(made, home)
        text = report.write(sizes, server=version(address), day=datetime.now(UTC).date())
        text += measure_intake(address, home)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
    print(text)


def measure_intake(address: ServerAddress, home: Path) -> str:
    """Measure intake in an empty database for each size, add it to the report, and give what was added."""
    found = []
    for rows in INTAKE_ROWS:
        say(f"Measuring intake of {rows:,} rows …")
        service = make_database(address, f"bench_intake_{rows}")
        found.append(json.loads(run_python(["-m", "bench.intake", str(rows)], {"LONGSTOP_SERVICE_URL": service}, home)))
    text = intake.section(found)
    with report.FILE.open("a", encoding="utf-8") as file:
        file.write(text)
    return text


@dataclass(frozen=True)
class Made:
    """A filled database."""

    cases: int
    service_url: str
    rows: int
    seconds: float


def make(address: ServerAddress, cases: int) -> Made:
    """Make a database with so many cases."""
    name = f"bench_{cases}"
    say(f"Filling a database with {cases:,} cases …")
    service = make_database(address, name)
    at, began = datetime.now(UTC), time.perf_counter()
    with psycopg.connect(service, autocommit=True) as connection:
        filled = fill(connection, cases=cases, at=at, today=at.date())
    seconds = time.perf_counter() - began
    with psycopg.connect(elsewhere(superuser(address), name), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return Made(cases, service, filled.rows, seconds)


def measure(made: Sequence[Made], home: Path) -> list[dict[str, Any]]:
    """Measure each database several times in turn, so that what else runs on the machine disturbs all alike."""
    runs: dict[int, list[dict[str, Any]]] = {each.cases: [] for each in made}
    for number in range(RUNS):
        for each in made:
            say(f"Measuring pages over {each.cases:,} cases, run {number + 1} of {RUNS} …")
            told = run_python(["-m", "bench.pages", str(each.cases)], {"LONGSTOP_SERVICE_URL": each.service_url}, home)
            runs[each.cases].append(json.loads(told))
    found = []
    for each in made:
        say(f"Measuring the certificate over {each.cases:,} cases …")
        proof = run_python(["-m", "bench.proving", str(each.cases)], {"LONGSTOP_SERVICE_URL": each.service_url}, home)
        pages = [least_disturbed(page) for page in zip(*(run["pages"] for run in runs[each.cases]), strict=True)]
        found.append({"cases": each.cases, "rows": each.rows, "seconds": each.seconds, "pages": pages, "proof": json.loads(proof)})
    return found


def least_disturbed(page: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Give of several runs of one page the one whose median was least, with the least of the bare statements."""
    best = min(page, key=lambda run: float(run["median_ms"]))
    return {**best, "bare_ms": min(float(run["bare_ms"]) for run in page)}


def superuser(address: ServerAddress) -> str:
    """Give the address of the embedded server's superuser."""
    assert address.superuser_url is not None
    return address.superuser_url


def make_database(address: ServerAddress, name: str) -> str:
    """Copy the empty, migrated database under another name, and give the service's address of it."""
    with psycopg.connect(elsewhere(superuser(address), "postgres"), autocommit=True) as connection:
        owner, service = (str(urlsplit(url).username) for url in (address.owner_url, address.service_url))
        template = urlsplit(address.owner_url).path.lstrip("/")
        made, named = sql.Identifier(name), sql.Identifier(template)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(made, named, sql.Identifier(owner)))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(made, sql.Identifier(service)))
    return elsewhere(address.service_url, name)


def elsewhere(url: str, name: str) -> str:
    """Give the same address with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def version(address: ServerAddress) -> str:
    """Say which server it is."""
    with psycopg.connect(address.service_url) as connection:
        number = connection.info.server_version
    return f"PostgreSQL {number // 10_000}.{number % 10_000}, embedded, without fsync"


def run_python(words: list[str], more: dict[str, str], home: Path) -> str:
    """Run Python with these words in the project, and give what it printed. Ends the measurements where it fails."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "longstop.config.settings", "LONGSTOP_HOME": str(home), **more}
    done = subprocess.run([sys.executable, "-W", "ignore", *words], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words[:2])} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def say(text: str) -> None:
    """Tell the person at the terminal what takes the time."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
