"""docs/measurements.md: what was measured, on what, and whether it is what was aimed at."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[1] / "docs" / "measurements.md"
MOST_GROWTH = 1.25
Size = Mapping[str, Any]


def write(sizes: Sequence[Size], *, server: str, day: date, file: Path = FILE) -> str:
    """Write the file, and give its text. `sizes` are what was found, the small caseload first."""
    text = "\n".join(lines(sizes, server=server, day=day)) + "\n"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return text


def lines(sizes: Sequence[Size], *, server: str, day: date) -> Iterator[str]:
    """Give the lines of the file."""
    small, large = sizes[0], sizes[-1]
    yield "# Measurements"
    yield ""
    yield f"Written by `make bench` on {day.isoformat()}; run it again and the file is written anew. Figures are told met or not."
    yield ""
    yield f"Machine: {machine()}, {os.cpu_count()} processors. {server}. Load average at the end: {load()}; where that is above"
    yield "the number of processors, something else ran at the same time and the milliseconds are too high."
    yield ""
    yield "## Pages as served"
    yield ""
    yield f"Caseloads of {small['cases']:,} and {large['cases']:,} open cases, with what the front door holds beside them as the published"
    yield "figures suggest: records, persons, referrals, questions, departures, 120 prisons; staff and teams in proportion: 50 cases a"
    yield "caseworker, 10 caseworkers a team, a duty officer for each thousand cases. Each page is asked for up to 40 times after a warm-up"
    yield "(a slow one for four seconds), by up to eight people in turn, through the service in one process: session, permissions, queries,"
    yield "templates. Small and large are measured in turn, three times; the run with the least median stands, since other work on the"
    yield "machine only ever adds. “Bare SQL” is the same statements run one by one, and fetched, by the database driver alone. Goals:"
    yield "lists at most 10 queries, pages and boards 15, files 20 (ours: none was set); growth from small to large at most"
    yield f"{MOST_GROWTH}. Pages as at a seal read one that was written by hand."
    yield ""
    yield from pages(small, large)
    yield ""
    yield from certificates(sizes)
    yield ""
    yield from fillings(sizes)


def certificates(sizes: Sequence[Size]) -> Iterator[str]:
    """Give the section on the certificate."""
    yield "## The certificate"
    yield ""
    yield "The whole caseload read again and every clock recomputed, in one process, nothing stored; beside it a bare scan of the same"
    yield "tables in the same run, in one process of the server: every row counted and every column of it hashed, the better of two."
    yield ""
    yield "| Open cases | Seconds | Microseconds a case | Bare scan | Times bare scan | Largest memory | Verdict |"
    yield "|---:|---:|---:|---:|---:|---:|---|"
    for size in sizes:
        proof = size["proof"]
        each, times = 1_000_000 * proof["seconds"] / size["cases"], proof["seconds"] / proof["scan_seconds"]
        yield (
            f"| {size['cases']:,} | {proof['seconds']:.2f} | {each:.0f} | {proof['scan_seconds']:.2f} | {times:.1f} "
            f"| {proof['mb']:.0f} MB | {proof['verdict']} |"
        )


def fillings(sizes: Sequence[Size]) -> Iterator[str]:
    """Give the section on how fast the caseloads were written."""
    yield "## Filling"
    yield ""
    yield "Not the service's way in: COPY in batches through two connections as the service's role, every key, history trigger and deferred"
    yield "check at work."
    yield ""
    yield "| Open cases | Rows, history apart | Seconds | Rows a second |"
    yield "|---:|---:|---:|---:|"
    for size in sizes:
        yield f"| {size['cases']:,} | {size['rows']:,} | {size['seconds']:.1f} | {size['rows'] / size['seconds']:,.0f} |"


def pages(small: Size, large: Size) -> Iterator[str]:
    """Give the table of pages: both sizes side by side."""
    yield "| Page | Queries | Goal | Small | Large | 95 of 100 | Growth | Bare SQL | Times bare SQL | Goals |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|"
    for before, after in zip(small["pages"], large["pages"], strict=True):
        if after["status"] != 200:
            yield f"| {after['name']} | | | | | | | | | not measured: it answered {after['status']} |"
            continue
        growth = after["median_ms"] / before["median_ms"]
        most = max(before["queries"], after["queries"])
        verdict = "met" if most <= after["most_queries"] and growth <= MOST_GROWTH else "**not met**"
        bare, times = after["bare_ms"], after["median_ms"] / after["bare_ms"]
        yield (
            f"| {after['name']} | {most} | {after['most_queries']} | {before['median_ms']:.1f} ms | {after['median_ms']:.1f} ms "
            f"| {after['slow_ms']:.1f} ms | {growth:.2f} | {bare:.1f} ms | {times:.1f} | {verdict} |"
        )


def machine() -> str:
    """Describe the machine without its name."""
    model = next((line.partition(":")[2].strip() for line in _read("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    memory = next((int(line.split()[1]) for line in _read("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return f"{model}, {memory / 1_000_000:.0f} GB of memory, {platform.system()}, Python {platform.python_version()}"


def load() -> str:
    """Give how busy the machine is."""
    return f"{os.getloadavg()[0]:.1f}"


def _read(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
