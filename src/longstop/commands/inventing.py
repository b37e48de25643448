"""What `longstop demo --scale` writes before anything is loaded: no database is needed for it."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from longstop.commands.telling import steps_told
from longstop.demo.invention.plan import Plan
from longstop.demo.invention.truth import counts_in
from longstop.demo.invention.writing import PLAN, TRUTH, FolderInUse, read_plan, write

UNUSABLE = 2


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to write, and where. With `keep`, a folder that holds the same command of another last day is kept as it is."""

    folder: Path
    scale: float
    seed: int
    days: int
    last_day: date
    keep: bool


def write_wanted(wanted: Wanted, *, quiet: bool, tell: bool) -> None:
    """Write the extracts, or find them written; says so where `tell`. Ends the command with 2 where that cannot be done."""
    try:
        plan = _plan(wanted)
        with steps_told(quiet=quiet) as progress:
            written = write(wanted.folder, plan, progress=progress)
    except (ValueError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(UNUSABLE) from error
    if not tell:
        return
    counts = Counter(counts_in(wanted.folder / TRUTH))
    if quiet:
        told = {"folder": str(wanted.folder), "written": written, "last_day": plan.last_day.isoformat(), "faults": dict(counts)}
        typer.echo(json.dumps(told))
        return
    typer.echo(f"{'Wrote' if written else 'Found'} the extracts up to {plan.last_day.isoformat()} in {wanted.folder}.")
    typer.echo(f"{counts.total():,} planted faults of {len(counts)} kinds are told in {TRUTH}.")


def _plan(wanted: Wanted) -> Plan:
    plan = Plan(wanted.scale, wanted.seed, wanted.last_day, wanted.days)
    if not wanted.keep or not (wanted.folder / PLAN).is_file():
        return plan
    held = read_plan(wanted.folder)
    if (held.scale, held.seed, held.days) != (plan.scale, plan.seed, plan.days):
        raise FolderInUse(f"{wanted.folder} holds another demonstration. Name another folder with --out.")
    return held
