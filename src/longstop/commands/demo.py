"""`longstop demo`: an invented command to try things out with, small, or of any size from extracts of ninety days."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from longstop.commands.inventing import Wanted, write_wanted
from longstop.commands.reaching import run_in_reach
from longstop.demo.invention.plan import DAYS, FEW_DAYS, usual_days
from longstop.gateways.postgres import find_home

WORKER = "longstop.commands.demonstrating"

AsJson = Annotated[bool, typer.Option("--json", help="Print the account for programs.")]
Scale = Annotated[float | None, typer.Option("--scale", help="The size: 1 is the published one, about 26,000 cases. Small without it.")]
Seed = Annotated[int, typer.Option("--seed", help="Another number gives another command; the same gives the same bytes.")]
Out = Annotated[Path | None, typer.Option("--out", help="The folder to write into. In the home folder where it is not given.")]
Until = Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="The day of the last extract. Yesterday without it.")]
Days = Annotated[
    int | None,
    typer.Option("--days", help=f"How many daily extracts, at least {FEW_DAYS}; {DAYS} up to the published size, else {FEW_DAYS}."),
]
Load = Annotated[bool, typer.Option(help="Load what was written into the database, which must be empty.")]


def demo(
    scale: Scale = None,
    seed: Seed = 1,
    out: Out = None,
    until: Until = None,
    days: Days = None,
    load: Load = True,
    as_json: AsJson = False,
) -> None:
    """Load an invented command into an empty database, once, and tell its sign-ins.

    With --scale, its agencies' extracts are written first, with every planted fault in truth.json beside them, and loaded through the front
    door day by day. Interrupted, the same command goes on. Ends with 0 where it is there, 2 where the database holds anything else.
    """
    if scale is None:
        run_in_reach(WORKER, ["--json"] if as_json else [])
        return
    last = until.date() if until else date.today() - timedelta(days=1)  # noqa: DTZ011 - the door reads the clock
    folder = out or find_home(os.environ) / f"demonstration-{scale:g}-{seed}"
    wanted = Wanted(folder=folder.absolute(), scale=scale, seed=seed, days=days or usual_days(scale), last_day=last, keep=until is None)
    write_wanted(wanted, quiet=as_json, tell=not load)
    if load:
        run_in_reach(WORKER, ["--folder", str(wanted.folder), *(["--json"] if as_json else [])])


def register(app: typer.Typer) -> None:
    """Will add `longstop demo` to the command line."""
    app.command("demo")(demo)
