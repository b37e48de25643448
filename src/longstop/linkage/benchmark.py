"""Every set of a folder, linked by us and by Splink called plainly by hand, in the same run."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from longstop.linkage import evaluation
from longstop.linkage.fields import Field, map_columns
from longstop.linkage.linking import link_tables, measure, peak_mb
from longstop.linkage.model import VERSION, Thresholds
from longstop.linkage.peer import link_by_hand
from longstop.linkage.sets import Known, ids_of, sets_in

LIMIT = 1.3  # our time beside the peer's
SURE = Thresholds().join  # both are held to the same: what each would join by itself


@dataclass(frozen=True)
class Score:
    """One set: what we found without looking at the answers, and what the peer found, whose threshold was chosen with them in hand."""

    name: str
    records: int
    known_pairs: int
    f1: float
    precision: float
    recall: float
    false_merges: int
    joined: int
    blocking_recall: float
    said_sure: int
    sure_and_wrong: int
    seconds: float
    plain_f1: float
    plain_false_merges: int
    plain_joined: int
    plain_blocking_recall: float
    plain_seconds: float
    peak_mb: float
    by_script: Sequence[Mapping[str, Any]]

    @property
    def holds(self) -> bool:
        """Say whether ours is better by F1, joins fewer wrongly where either joins any, and takes no longer than the limit."""
        fewer = self.false_merges < self.plain_false_merges or self.false_merges == self.plain_false_merges == 0
        return self.f1 > self.plain_f1 and fewer and self.seconds <= LIMIT * self.plain_seconds


def score_sets(folder: Path, *, seed: int, tell: Callable[[str], None]) -> list[Score]:
    """Score every set in a folder. Raises Unreadable, BadMapping, NothingToCompare, OSError."""
    found = []
    for known in sets_in(folder):
        tell(f"{known.name}: {sum(map(len, known.tables.values())):,} records …")
        found.append(score_set(known, seed=seed))
    return found


def score_set(known: Known, *, seed: int) -> Score:
    """Score one set."""
    linked = link_tables(list(known.tables.values()), seed=seed, name=known.name)
    told = measure(linked, known.truth)
    plain = _by_hand(known, seed=seed, pairs_known=told["known_pairs"])
    calibration = told["calibration"]
    return Score(
        name=known.name,
        records=told["records"],
        known_pairs=told["known_pairs"],
        **{name: told[name] for name in ("f1", "precision", "recall", "false_merges", "joined", "blocking_recall", "seconds")},
        said_sure=calibration["said_99_or_more"],
        sure_and_wrong=calibration["of_those_wrong"],
        peak_mb=peak_mb(),
        by_script=calibration["by_script"],
        **plain,
    )


def _by_hand(known: Known, *, seed: int, pairs_known: int) -> dict[str, Any]:
    began = time.perf_counter()
    column = map_columns(next(iter(known.tables.values())).columns).one(Field.ID)
    tables = {side: table.drop(column or []).with_columns(pl.Series("id", ids_of(table))) for side, table in known.tables.items()}
    columns = map_columns(next(iter(tables.values())).columns)
    pairs = link_by_hand(tables, columns, seed=seed)
    seconds = time.perf_counter() - began
    right = evaluation.mark(pairs, known.truth)
    sure = pairs["probability"].to_numpy() >= SURE
    return {
        "plain_f1": evaluation.best_f1(right, pairs_known),
        "plain_false_merges": int((sure & ~right).sum()),
        "plain_joined": int(sure.sum()),
        "plain_blocking_recall": float(np.count_nonzero(right)) / pairs_known if pairs_known else 1.0,
        "plain_seconds": round(seconds, 2),
    }


def as_plain(scores: Sequence[Score]) -> dict[str, Any]:
    """Give the scores for programs."""
    return {"version": VERSION, "sets": [asdict(each) | {"holds": each.holds} for each in scores]}


HEAD = "| set | records | F1 | plain | false merges | plain | blocking recall | plain | seconds | plain |\n|---|" + "--:|" * 9 + "\n"


def write_account(scores: Sequence[Score], path: Path) -> None:
    """Write the scores as a page. The words about how linkage works are written by hand above the line that this puts its table under."""
    before = path.read_text(encoding="utf-8").partition(MARK)[0] if path.is_file() else "# Linkage\n\n"
    rows = "".join(_row(each) for each in scores)
    scripts = "".join(_scripts(each) for each in scores)
    path.write_text(f"{before}{MARK}\n\n{HEAD}{rows}\n## By script\n\n{SCRIPTS}{scripts}", encoding="utf-8")


MARK = "<!-- What follows is written by `longstop link bench`. -->"
SCRIPTS = "| set | scripts of the two names | joined | of those wrong | missed |\n|---|---|--:|--:|--:|\n"


def _row(each: Score) -> str:
    return (
        f"| {each.name} | {each.records:,} | {each.f1:.4f} | {each.plain_f1:.4f} | {each.false_merges:,} of {each.joined:,}"
        f" | {each.plain_false_merges:,} of {each.plain_joined:,} | {each.blocking_recall:.4f} | {each.plain_blocking_recall:.4f}"
        f" | {each.seconds:.1f} | {each.plain_seconds:.1f} |\n"
    )


def _scripts(each: Score) -> str:
    told = [row for row in each.by_script if row["joined"] or row["missed"]]
    return "".join(f"| {each.name} | {row['group']} | {row['joined']:,} | {row['false_merges']:,} | {row['missed']:,} |\n" for row in told)
