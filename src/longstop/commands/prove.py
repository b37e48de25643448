"""`longstop prove`: the certificate, from the shell and the schedule."""

from typing import Annotated

import typer

from longstop.commands.reaching import run_in_reach

WORKER = "longstop.commands.proving"

AsAt = Annotated[
    str,
    typer.Option(
        "--as-at",
        help="Prove what was known at this moment: 2026-11-18, or 2026-11-18T09:30, London time where no zone is given."
        " It resolves to the last seal by then; a day is its last moment.",
    ),
]
Since = Annotated[
    str, typer.Option("--since", help="The day from which opening + in + reopened − out = closing runs. A week ago if not given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print everything that is listed, for programs.")]


def prove(as_at: AsAt = "", since: Since = "", as_json: AsJson = False) -> None:
    """Prove that every open case and task is covered, and store the signed certificate.

    Ends with 0 where it is clean, 1 where something is not covered or differs, 2 where the question cannot be answered.
    """
    asked = [("--as-at", as_at), ("--since", since)]
    given = [part for name, value in asked if value for part in (name, value)]
    run_in_reach(WORKER, [*given, *(["--json"] if as_json else [])])


def register(app: typer.Typer) -> None:
    """Will add `longstop prove` to the command line."""
    app.command("prove")(prove)
