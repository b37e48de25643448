"""`longstop link`: whether two records are one person's, in any two files or within one, and how well it was found where that is known."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

WORKER = "longstop.commands.linking"
BENCH = "bench"

Files = Annotated[list[Path] | None, typer.Argument(help="Two files, CSV or Parquet; or “bench” and a folder, to score every set in it.")]
Dedupe = Annotated[Path | None, typer.Option("--dedupe", help="One file, whose records are compared with each other.")]
Truth = Annotated[
    str,
    typer.Option("--truth", help="The known answers: a file of pairs or of persons by record, or a column that says whose a record is."),
]
Map = Annotated[str, typer.Option("--map", help="Which column holds which field, as in name=full_name,dob=birth_date. Guessed without it.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same model and the same answers.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write every pair with its answer and the reasons into this CSV file.")]
ModelFile = Annotated[Path | None, typer.Option("--model", help="Use the model that --keep-model wrote, in place of training one.")]
KeepModel = Annotated[
    Path | None, typer.Option("--keep-model", help="Write the trained model here; with --truth, with the groups in which it joins nobody.")
]
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        help="What compares the pairs; each finds the same. duckdb; splink: a slower check; spark: a cluster (Java 17 and “make spark”).",
    ),
]
Write = Annotated[Path | None, typer.Option("--write", help="With bench: write the account into this Markdown file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures for programs.")]


def link(
    files: Files = None,
    dedupe: Dedupe = None,
    truth: Truth = "",
    columns: Map = "",
    seed: Seed = 1,
    out: Out = None,
    model: ModelFile = None,
    keep_model: KeepModel = None,
    engine: Engine = "duckdb",
    write: Write = None,
    as_json: AsJson = False,
) -> None:
    """Find the records that are one person's: longstop link A B, longstop link --dedupe FILE, or longstop link bench FOLDER.

    Nothing is written into the database. Ends with 0 where it is done, 2 where a file, a mapping, the answers or the engine cannot be used.
    """
    options: dict[str, object] = {
        "--dedupe": dedupe,
        "--truth": truth,
        "--map": columns,
        "--out": out,
        "--model": model,
        "--keep-model": keep_model,
    }
    options |= {"--write": write, "--seed": seed, "--engine": engine}
    said = [part for name, value in options.items() if value not in (None, "") for part in (name, str(value))]
    words = [*map(str, files or ()), *said, *(["--json"] if as_json else [])]
    # Splink and its engine take seconds to be read in: only whoever links waits for them.
    raise typer.Exit(subprocess.run([sys.executable, "-m", WORKER, *words], check=False).returncode)


def register(app: typer.Typer) -> None:
    """Will add `longstop link` to the command line."""
    app.command("link")(link)
