"""`longstop process`: the map of the process, what another day's map would change, and cases off a map moved back onto it."""

from typing import Annotated

import typer

from longstop.commands.reaching import run_in_reach

WORKER = "longstop.commands.mapping"

Compare = Annotated[
    str, typer.Option("--compare", metavar="DATE", help="Say what is other on the map of this day, and whose cases that touches.")
]
Move = Annotated[
    str, typer.Option("--move", metavar="TRACK:STATE:TO", help="Move the cases that stand in a vanished state. Needs --reason.")
]
Record = Annotated[bool, typer.Option("--record", help="Move them. Without it they are counted, and nothing is written.")]
Reason = Annotated[str, typer.Option("--reason", help="Why they are moved.")]
By = Annotated[str, typer.Option("--by", help="The staff number of whoever answers for it; Longstop itself where nobody is named.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the account for programs.")]


def process(
    compare: Compare = "", move: Move = "", record: Record = False, reason: Reason = "", by: By = "", as_json: AsJson = False
) -> None:
    """Show the map of the process with how many cases stand where, and rehearse a change of it.

    Ends with 0 where every case stands on the map, 1 where some do not, or would not, 2 where something cannot be done.
    """
    options = {"--compare": compare, "--move": move, "--reason": reason, "--by": by}
    words = [part for name, value in options.items() if value for part in (name, value)]
    run_in_reach(WORKER, [*words, *(["--record"] if record else []), *(["--json"] if as_json else [])])


def register(app: typer.Typer) -> None:
    """Will add `longstop process` to the command line."""
    app.command("process")(process)
