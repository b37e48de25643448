"""What `longstop link` does: the files are linked, and the figures told."""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from longstop.linkage.answers import write_pairs
from longstop.linkage.benchmark import Score, as_plain, score_sets, write_account
from longstop.linkage.fields import BadMapping, parse_mapping
from longstop.linkage.linking import ENGINES, SPARK, Linked, link, measure, truth_of, worse_groups
from longstop.linkage.model import Model, WrongVersion
from longstop.linkage.reading import Unreadable
from longstop.linkage.spark import HERE, Cluster, NoSpark, require
from longstop.linkage.training import NothingToCompare

DONE, UNUSABLE = 0, 2
BENCH = "bench"
SHOWN = ("precision", "recall", "f1", "threshold", "false_merges", "to_look_at", "blocking_recall", "seconds", "peak_mb")


def main(arguments: Sequence[str]) -> int:
    """Will link what the words name, tell what came of it, and give the exit code."""
    asked = _parse(arguments)
    try:
        if asked.files[:1] == [Path(BENCH)]:
            return _bench(asked)
        return _link(asked)
    except (BadMapping, Unreadable, WrongVersion, NothingToCompare, NoSpark, OSError) as error:
        print(error, file=sys.stderr)
        return UNUSABLE


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="longstop link")
    parser.add_argument("files", nargs="*", type=Path)
    for name in ("--dedupe", "--out", "--model", "--keep-model", "--write"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--truth", default="")
    parser.add_argument("--map", default="", dest="columns")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=ENGINES, default="duckdb")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _link(asked: argparse.Namespace) -> int:
    files = [asked.dedupe] if asked.dedupe else asked.files
    if len(files) != (1 if asked.dedupe else 2) or (asked.dedupe and asked.files):
        raise BadMapping("Name two files to link, or one with --dedupe FILE, or “bench” and a folder.")
    if asked.engine == SPARK:
        require()  # before a large file is read
    model = Model.read(asked.model) if asked.model else None
    linked = link(files, said=parse_mapping(asked.columns), seed=asked.seed, model=model, engine=asked.engine, cluster=_cluster())
    truth = truth_of(linked, asked.truth) if asked.truth else None
    if asked.keep_model:
        kept = linked.model.withholding(worse_groups(linked, truth)) if truth else linked.model
        kept.write(asked.keep_model)
    if asked.out:
        write_pairs(linked.pairs, asked.out)
    told = measure(linked, truth) if truth else _counts(linked)
    if asked.json:
        print(json.dumps(told))
    else:
        _tell(told, linked, files)
    return DONE


def _cluster() -> Cluster:
    """Give where Spark works, as the environment says it."""
    folder = os.environ.get("LONGSTOP_SPARK_FOLDER")
    return Cluster(master=os.environ.get("LONGSTOP_SPARK_MASTER") or HERE, folder=Path(folder) if folder else None)


def _counts(linked: Linked) -> dict[str, Any]:
    """Give what can be told where no answers are known."""
    answers = dict(linked.pairs["answer"].value_counts().iter_rows())
    counts = {name: int(answers.get(name, 0)) for name in ("join", "look", "do_not_join")}
    return {"records": len(linked.records), **counts, "threshold": linked.threshold, "seconds": round(linked.seconds, 2)}


def _tell(told: Mapping[str, Any], linked: Linked, files: Sequence[Path]) -> None:
    console = Console()
    for file, columns in zip(files, linked.columns, strict=True):
        fields = ", ".join(f"{field}={'+'.join(names)}" for field, names in columns.held.items())
        console.print(f"{file.name}: {fields}", highlight=False)
    table = Table(show_header=False, box=None)
    for name, value in told.items():
        if name in SHOWN or not isinstance(value, dict):
            table.add_row(name.replace("_", " "), f"{value:,.4f}" if isinstance(value, float) else f"{value:,}")
    console.print(table)


def _bench(asked: argparse.Namespace) -> int:
    if len(asked.files) != 2:
        raise BadMapping("Name one folder: longstop link bench FOLDER.")
    scores = score_sets(asked.files[1], seed=asked.seed, tell=lambda said: print(said, file=sys.stderr))
    if asked.write:
        write_account(scores, asked.write)
    if asked.json:
        print(json.dumps(as_plain(scores)))
    else:
        _tell_scores(scores)
    return DONE


def _tell_scores(scores: Sequence[Score]) -> None:
    table = Table("set", "F1", "plain", "false merges", "plain", "blocking", "seconds", "plain", box=None)
    for each in scores:
        figures = (
            each.f1,
            each.plain_f1,
            each.false_merges,
            each.plain_false_merges,
            each.blocking_recall,
            each.seconds,
            each.plain_seconds,
        )
        table.add_row(each.name, *(f"{value:.4f}" if isinstance(value, float) else str(value) for value in figures))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
