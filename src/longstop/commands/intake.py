"""`longstop intake`: other systems' files come in."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from longstop.commands.reaching import run_in_reach

WORKER = "longstop.commands.intaking"
DECIDER = "longstop.commands.holding"
intake = typer.Typer(no_args_is_help=True, help="Take in a file that another system sends.")

File = Annotated[Path, typer.Argument(help="The file as it was sent. Rows that cannot be used are listed beside it, in FILE.refused.csv.")]
Files = Annotated[
    list[Path],
    typer.Argument(help="The tables as they were sent, one a file; which it is, is told by its columns. All of a delivery at once."),
]
Receipt = Annotated[int, typer.Argument(help="The number of the receipt, as the load that was held told it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why. It is recorded.")]
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
    """Take in prisoner records: JSON Lines, or one JSON array. Exit 0 done, 1 the file is held, 2 it cannot be used."""
    more = ["--observed-at", observed_at.isoformat()] if observed_at else []
    _run("hmpps-prisoners", [file], by, as_json, more)


@intake.command("casework")
def casework(files: Files, observed_at: ObservedAt = None, by: By = "", as_json: AsJson = False) -> None:
    """Take in a legacy casework system's tables: CSV or Parquet. Exit 0 done, 1 a file is held, 2 a file cannot be used."""
    more = ["--observed-at", observed_at.isoformat()] if observed_at else []
    _run("casework", files, by, as_json, more)


@intake.command("let-in")
def let_in(receipt: Receipt, reason: Reason, by: By = "", as_json: AsJson = False) -> None:
    """Let a held file in, with a reason. It is taken in when the same file is given to `longstop intake` again."""
    _decide("let-in", receipt, reason, by, as_json)


@intake.command("give-up")
def give_up(receipt: Receipt, reason: Reason, by: By = "", as_json: AsJson = False) -> None:
    """Give a held file up, with a reason: nothing of it will be taken in."""
    _decide("give-up", receipt, reason, by, as_json)


@intake.command("staff")
def staff(file: File, by: By = "", as_json: AsJson = False) -> None:
    """Take in the staff list: CSV, JSON Lines, or one JSON array. Exit 0 done, 2 the file cannot be used."""
    _run("staff", [file], by, as_json, [])


def _run(source: str, files: Sequence[Path], by: str, as_json: bool, more: Sequence[str]) -> None:
    run_in_reach(WORKER, [source, *(str(file.absolute()) for file in files), *_common(by, as_json), *more])


def _decide(what: str, receipt: int, reason: str, by: str, as_json: bool) -> None:
    run_in_reach(DECIDER, [what, str(receipt), "--reason", reason, *_common(by, as_json)])


def _common(by: str, as_json: bool) -> list[str]:
    return [*(["--by", by] if by else []), *(["--json"] if as_json else [])]


def register(app: typer.Typer) -> None:
    """Will add `longstop intake` to the command line."""
    app.add_typer(intake, name="intake")
