"""`longstop demo`: the small invented command, to try things out with."""

from typing import Annotated

import typer

from longstop.commands.reaching import run_in_reach

WORKER = "longstop.commands.demonstrating"


def demo(as_json: Annotated[bool, typer.Option("--json", help="Print the account for programs.")] = False) -> None:
    """Load the small invented command into an empty database, once, and tell its sign-ins.

    Ends with 0 where it is there, 2 where the database holds real staff.
    """
    run_in_reach(WORKER, ["--json"] if as_json else [])


def register(app: typer.Typer) -> None:
    """Will add `longstop demo` to the command line."""
    app.command("demo")(demo)
