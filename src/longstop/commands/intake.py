"""`longstop intake`: other systems' files come in."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from longstop.commands.reaching import run_in_reach

WORKER = "longstop.commands.intaking"
intake = typer.Typer(no_args_is_help=True, help="Take in a file that another system sends.")

File = Annotated[Path, typer.Argument(help="The file as it was sent. Rows that cannot be used are listed beside it, in FILE.refused.csv.")]
By = Annotated[str, typer.Option("--by", help="The staff number of whoever takes the file in. Longstop itself where it is not given.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the account for programs.")]
ObservedAt = Annotated[
    datetime | None,
    typer.Option(
        "--observed-at",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"],
        help="When the sender's system knew what the file says; London time where no zone is given. Now where it is not given.",
    ),
]


@intake.command("hmpps-prisoners")
def hmpps_prisoners(file: File, observed_at: ObservedAt = None, by: By = "", as_json: AsJson = False) -> None:
    """Take in prisoner records: JSON Lines, or one JSON array. Exit 0 done, 2 the file cannot be used."""
    more = ["--observed-at", observed_at.isoformat()] if observed_at else []
    _run("hmpps-prisoners", file, by, as_json, more)


@intake.command("staff")
def staff(file: File, by: By = "", as_json: AsJson = False) -> None:
    """Take in the staff list: CSV, JSON Lines, or one JSON array. Exit 0 done, 2 the file cannot be used."""
    _run("staff", file, by, as_json, [])


def _run(source: str, file: Path, by: str, as_json: bool, more: list[str]) -> None:
    run_in_reach(WORKER, [source, str(file.absolute()), *(["--by", by] if by else []), *(["--json"] if as_json else []), *more])


def register(app: typer.Typer) -> None:
    """Will add `longstop intake` to the command line."""
    app.add_typer(intake, name="intake")
