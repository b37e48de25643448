"""`longstop assets`: the register of data assets, and which feeds are late."""

from typing import Annotated

import typer

from longstop.commands.reaching import run_in_reach

WORKER = "longstop.commands.registering"

AsJson = Annotated[bool, typer.Option("--json", help="Print the register for programs.")]


def assets(as_json: AsJson = False) -> None:
    """List the register of data assets: who answers for each source, why it may be used, when that is looked at again.

    Ends with 0 where nothing is due, 1 where a review is overdue or a feed is late.
    """
    run_in_reach(WORKER, ["--json"] if as_json else [])


def register(app: typer.Typer) -> None:
    """Will add `longstop assets` to the command line."""
    app.command("assets")(assets)
