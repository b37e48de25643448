"""`longstop relink`: what comparing the records of the casework system would come to, and the versions by which they are compared."""

from typing import Annotated

import typer

from longstop.commands.reaching import run_in_reach

WORKER = "longstop.commands.relinking"

Record = Annotated[
    bool, typer.Option("--record", help="Compare, keep the answers, and ask or join what follows. Without it nothing is written.")
]
Version = Annotated[str, typer.Option("--version", help="Rehearse under this version, by its name or its file, not the one in force.")]
Versions = Annotated[bool, typer.Option("--versions", help="List the versions that are known.")]
PutInForce = Annotated[str, typer.Option("--put-in-force", help="Put a version in force, by its name or its file. Needs --reason.")]
RollBack = Annotated[bool, typer.Option("--roll-back", help="Put the version back in force that was before this one. Needs --reason.")]
Reason = Annotated[str, typer.Option("--reason", help="Why a version is put in force or back.")]
By = Annotated[str, typer.Option("--by", help="The staff number of whoever answers for it; Longstop itself where nobody is named.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the account for programs.")]


def relink(
    record: Record = False,
    version: Version = "",
    versions: Versions = False,
    put_in_force: PutInForce = "",
    roll_back: RollBack = False,
    reason: Reason = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Say which records would join, which joins would be doubted, what a person must look at, and whose cases that touches.

    Ends with 0 where it is done, 2 where a version cannot be used, or nobody is there to be asked.
    """
    words = [*(["--record"] if record else []), *(["--versions"] if versions else []), *(["--roll-back"] if roll_back else [])]
    options = {"--version": version, "--put-in-force": put_in_force, "--reason": reason, "--by": by}
    words += [part for name, value in options.items() if value for part in (name, value)]
    run_in_reach(WORKER, [*words, *(["--json"] if as_json else [])])


def register(app: typer.Typer) -> None:
    """Will add `longstop relink` to the command line."""
    app.command("relink")(relink)
