"""`make bench`: fill two databases, measure, and write docs/measurements.md.

10,000 and 1,000,000 open cases by default; ARGS="--quick" for 1,000 and 20,000, ARGS="--small 2000 --large 100000" for any other two, or
the same in LONGSTOP_BENCH. The million needs some 40 GB of disk. --write FILE writes elsewhere, so that a short look replaces no figures.
"""

import argparse
import json
import os
import shlex
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
from bench.filling.lists import seal
from bench.linkage.section import put
from bench.linkage.sizes import add
from longstop.gateways.postgres import EmbeddedServer, ServerAddress

ROOT = Path(__file__).resolve().parents[1]
RUNS = 3
QUICK, DEFAULT = (1_000, 20_000), (10_000, 1_000_000)
FILLERS = 2  # connections
PREPARE = (
    "import django; django.setup(); from longstop.config.database import prepare; from longstop.commands.preparation import collect_static;"
    " prepare(); collect_static()"
)


def main() -> None:
    """Run every measurement."""
    given = _parse([*shlex.split(os.environ.get("LONGSTOP_BENCH", "")), *sys.argv[1:]])
    home = Path(tempfile.mkdtemp(prefix="longstop-bench-"))
    server = EmbeddedServer(home, fsync=False)
    try:
        address = server.start()
        run_python(["-c", PREPARE], address.for_owner(), home)
        made = [make(address, cases) for cases in (given.small, given.large)]
        sizes = measure(made, home)
        text = report.write(sizes, server=version(address), day=datetime.now(UTC).date(), file=given.write)
        text += measure_intake(address, home, given.write, sizes=(given.small, given.large))
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
    text += measure_linkage(given.write, sizes=(given.small, given.large))
    print(text)


def _parse(words: Sequence[str]) -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("--quick", action="store_true", help=f"{QUICK[0]:,} and {QUICK[1]:,} cases")
    asked.add_argument("--small", type=int, metavar="CASES", help=f"{DEFAULT[0]:,} where it is not given")
    asked.add_argument("--large", type=int, metavar="CASES", help=f"{DEFAULT[1]:,} where it is not given")
    asked.add_argument("--write", type=Path, metavar="FILE", default=report.FILE, help="docs/measurements.md where it is not given")
    given = asked.parse_args(words)
    small, large = QUICK if given.quick else DEFAULT
    given.small, given.large = given.small or small, given.large or large
    return given


def measure_intake(address: ServerAddress, home: Path, report_file: Path, *, sizes: Sequence[int]) -> str:
    """Measure intake of so many rows in an empty database for each size, add it to the report, and give what was added."""
    found = []
    for rows in sizes:
        say(f"Measuring intake of {rows:,} rows …")
        service = make_database(address, f"bench_intake_{rows}")
        found.append(json.loads(run_python(["-m", "bench.intake", str(rows)], {"LONGSTOP_SERVICE_URL": service}, home)))
    text = intake.section(found)
    with report_file.open("a", encoding="utf-8") as file:
        file.write(text)
    return text


def measure_linkage(report_file: Path, *, sizes: Sequence[int]) -> str:
    """Measure linkage of so many known people with a tenth as many prisoners, add it to the report, and give what was added."""
    text = add([(people // 10, people) for people in sizes])
    put(text, report_file)
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
        filled = fill(connection, cases=cases, at=at, today=at.date(), workers=FILLERS, url=service)
        seal(connection)
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
