"""`longstop fetch`: another system is asked for its list, which then comes in as a file of it does."""

from pathlib import Path
from typing import Annotated

import typer

from longstop.commands.reaching import run_in_reach

WORKER = "longstop.commands.fetching"
fetch = typer.Typer(no_args_is_help=True, help="Ask another system for its list, and take it in.")

Prison = Annotated[
    list[str] | None,
    typer.Option("--prison", help="The code of a prison, as MDI; may be given again. Those that are set where it is not given."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="The file to write, JSON Lines. In the folder `fetched` of LONGSTOP_HOME where it is not given."),
]
By = Annotated[str, typer.Option("--by", help="The staff number of whoever takes the list in. Longstop itself where it is not given.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the account for programs.")]


@fetch.command("hmpps-prisoners")
def hmpps_prisoners(prison: Prison = None, out: Out = None, by: By = "", as_json: AsJson = False) -> None:
    """Ask the prison service's Prisoner Search for everybody in these prisons, and take the list in.

    Interrupted, the same command goes on where it stopped. Exit 0 done, 1 the list is held, 2 it could not be fetched or used. Who we are
    to that service is set by LONGSTOP_PRISONER_SEARCH_… or in secrets/prisoner-search.toml of LONGSTOP_HOME: see docs/prisoner-search.md.
    """
    words = [word for code in prison or [] for word in ("--prison", code)]
    words += [*(["--out", str(out.absolute())] if out else []), *(["--by", by] if by else []), *(["--json"] if as_json else [])]
    run_in_reach(WORKER, words)


def register(app: typer.Typer) -> None:
    """Will add `longstop fetch` to the command line."""
    app.add_typer(fetch, name="fetch")
