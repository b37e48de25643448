"""`longstop reconcile`: the statement between the caseload and the prison service's newest list."""

from typing import Annotated

import typer

from longstop.commands.reaching import run_in_reach

WORKER = "longstop.commands.reconciling"

Record = Annotated[
    bool,
    typer.Option("--record", help="Keep the statement, and give each break an owner and a date. Without it nothing is written."),
]
By = Annotated[str, typer.Option("--by", help="The staff number of whoever answers for it; Longstop itself where nobody is named.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the statement and every break, for programs.")]
Of = Annotated[
    str,
    typer.Option(
        "--cohort", help="Count another cohort than the command's caseload, by its definition in policy. Nothing is written of it."
    ),
]
Nationality = Annotated[str, typer.Option("--nationality", help="Narrow the cohort to this nationality. --purpose and --by are recorded.")]
Purpose = Annotated[str, typer.Option("--purpose", help="What it is narrowed to a nationality for, in words.")]


def reconcile(
    record: Record = False, by: By = "", as_json: AsJson = False, cohort: Of = "", nationality: Nationality = "", purpose: Purpose = ""
) -> None:
    """Close the statement between our open cases and the prison service's newest list, to the last person.

    Ends with 0 where nobody is in prison and in remit without referral or case and nobody is released or gone while a case says held, 1
    where somebody is, 2 where there is no list that could be reconciled, or no such cohort. A cohort's statement ends with 0.
    """
    words = [*(["--record"] if record else []), *(["--by", by] if by else []), *(["--json"] if as_json else [])]
    for name, value in (("--cohort", cohort), ("--nationality", nationality), ("--purpose", purpose)):
        words += [f"{name}={value}"] if value else []
    run_in_reach(WORKER, words)


def register(app: typer.Typer) -> None:
    """Will add `longstop reconcile` to the command line."""
    app.command("reconcile")(reconcile)
