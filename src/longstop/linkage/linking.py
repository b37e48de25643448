"""Two files linked, or one deduplicated: cleaned, a model trained, pairs weighed, answered, gathered, and measured by known answers."""

import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longstop.linkage import evaluation, groups, levels, spark, sparking, splinking, truths
from longstop.linkage.clusters import gather
from longstop.linkage.comparisons import Comparison, known_in
from longstop.linkage.deciding import Answer, clearest, decide
from longstop.linkage.fields import Columns, map_each
from longstop.linkage.keys import candidate_pairs
from longstop.linkage.model import Model
from longstop.linkage.reading import read_table
from longstop.linkage.records import clean
from longstop.linkage.scoring import score
from longstop.linkage.training import NothingToCompare, possible_pairs, train

SIDES = ("a", "b")
SPARK = "spark"
ENGINES = {"duckdb": levels.compare, "splink": splinking.compare, SPARK: levels.compare}
"""What may find the levels of pairs. All find the same; the first is fastest on one machine. By Spark a model is used, not trained."""
SURE = 0.99  # of pairs said to be so sure, ninety-nine in a hundred must be right


@dataclass(frozen=True)
class Linked:
    """What came of it: the cleaned records, the model, the answered pairs, the persons found, and how long it took."""

    tables: Sequence[pl.DataFrame]
    columns: Sequence[Columns]
    records: pl.DataFrame
    model: Model
    pairs: pl.DataFrame
    links: pl.DataFrame
    threshold: float
    seconds: float

    @property
    def between(self) -> bool:
        """Say whether two files were linked, and not one deduplicated."""
        return len(self.tables) > 1


def link(
    files: Sequence[Path],
    *,
    said: Mapping[str, str] | None = None,
    seed: int = 1,
    model: Model | None = None,
    engine: str = "duckdb",
    cluster: spark.Cluster | None = None,
) -> Linked:
    """Link two files, or deduplicate one. `said` maps fields to columns; what it does not say is guessed from the headings.

    `engine` is one of ENGINES, and `cluster` where Spark works, if it does. Raises Unreadable, BadMapping, NothingToCompare, NoSpark.
    """
    began = time.perf_counter()
    tables = [read_table(path) for path in files]
    name = " and ".join(map(str, files))
    return link_tables(tables, said=said, seed=seed, model=model, engine=engine, cluster=cluster, name=name, began=began)


def link_tables(
    tables: Sequence[pl.DataFrame],
    *,
    said: Mapping[str, str] | None = None,
    seed: int = 1,
    model: Model | None = None,
    engine: str = "duckdb",
    cluster: spark.Cluster | None = None,
    name: str = "the table",
    began: float | None = None,
) -> Linked:
    """Link two tables, or deduplicate one, as `link` does. Raises BadMapping, NothingToCompare, NoSpark."""
    began = time.perf_counter() if began is None else began
    between = len(tables) > 1
    columns = map_each([table.columns for table in tables], said=said or {}, name=name)
    parts = [clean(table, each, side=side) for table, each, side in zip(tables, columns, SIDES, strict=False)]
    records = pl.concat(parts)
    trained, scored = _score(records, model, between=between, seed=seed, engine=engine, cluster=cluster or spark.Cluster())
    pairs = decide(scored, trained.thresholds, not_by_software=trained.withheld)
    threshold = evaluation.best_expected(pairs["probability"].to_numpy(), float(pairs["probability"].sum()))
    links = _links(pairs, threshold, between=between)
    return Linked(tables, columns, records, trained, pairs, links, threshold, time.perf_counter() - began)


def _score(
    records: pl.DataFrame, model: Model | None, *, between: bool, seed: int, engine: str, cluster: spark.Cluster
) -> tuple[Model, pl.DataFrame]:
    """Give the model, trained on these records where none is given, and the weighed pairs. Without a model Spark's pairs are made twice."""
    comparisons = comparisons_to_make(records, model)
    trained, compared = model, None
    if trained is None or engine != SPARK:
        compare, most = ENGINES[engine], trained.most_pairs_a_key if trained else Model.most_pairs_a_key
        compared = compare(records, candidate_pairs(records, most=most, between=between), comparisons)
        trained = trained or train(records, compared, comparisons, compare, between=between, seed=seed, most=most)
    if engine != SPARK and compared is not None:
        return trained, score(records, compared, trained, between=between)
    with spark.open_session(cluster) as session:
        return trained, sparking.score(session, records, comparisons, trained, between=between, folder=cluster.folder)


def comparisons_to_make(records: pl.DataFrame, model: Model | None) -> list[Comparison]:
    """Give the comparisons of which these records tell anything, and which the model knows if there is one. Raises NothingToCompare."""
    found = [each for each in known_in(records) if model is None or each.name in model.odds]
    if not found:
        raise NothingToCompare(
            "The records have neither name, date of birth nor identifier that could be compared. Say with --map which column is which."
        )
    return found


def _links(pairs: pl.DataFrame, threshold: float, *, between: bool) -> pl.DataFrame:
    """Give the pairs taken to be one person's: between two files the clearest of each record, within one those gathered together."""
    if between:
        return clearest(pairs.filter(pl.col("probability") >= threshold)).select("side_l", "id_l", "side_r", "id_r", "probability")
    start = np.log2(threshold / (1 - threshold)) if 0 < threshold < 1 else 0.0
    persons = gather(pairs.select("id_l", "id_r", odds=pl.col("weight") - start))
    # Who stands with whom: every two of a person, whether or not they were compared.
    both = persons.join(persons, on="person", suffix="_r").filter(pl.col("id") < pl.col("id_r")).rename({"id": "id_l"})
    told = both.join(pairs.select("id_l", "id_r", "probability"), on=["id_l", "id_r"], how="left")
    side = pl.lit(pairs["side_l"][0] if len(pairs) else SIDES[0])
    return told.select(side.alias("side_l"), "id_l", side.alias("side_r"), "id_r", pl.col("probability").fill_null(threshold))


def truth_of(linked: Linked, said: str) -> truths.Truth:
    """Take the known answers from a column of the files, or from a file of that name. Raises BadMapping, Unreadable."""
    path = Path(said)
    sides = SIDES[: len(linked.tables)]
    if path.is_file():
        return truths.of_file(path, sides=sides)
    ids = {side: linked.records.filter(pl.col("side") == side)["id"].to_list() for side in sides}
    return truths.of_column({side: (table, ids[side]) for side, table in zip(sides, linked.tables, strict=True)}, said)


def worse_groups(linked: Linked, truth: truths.Truth) -> groups.Groups:
    """Give the groups in which the model of a linkage whose answers are known did worse than its limit, by what it was sure of."""
    return groups.worse(linked.pairs, right=evaluation.mark(linked.pairs, truth), joined=_sure(linked))


def _sure(linked: Linked) -> NDArray[np.bool_]:
    return np.asarray((linked.pairs["probability"] >= linked.model.thresholds.join).to_numpy(), dtype=np.bool_)


def measure(linked: Linked, truth: truths.Truth) -> dict[str, Any]:
    """Give what `--json` prints of a linkage whose answers are known."""
    known = evaluation.count_known(linked.records, truth, between=linked.between)
    right, probability = evaluation.mark(linked.pairs, truth), linked.pairs["probability"].to_numpy()
    joined = (linked.pairs["answer"] == Answer.JOIN).to_numpy()
    links = evaluation.mark(linked.links, truth)
    found = evaluation.figures(links, np.ones(len(links), dtype=bool), known)
    sure, wrong = evaluation.sure_and_wrong(probability, right, sure=SURE)
    apart = groups.tell_apart(linked.pairs, right=right, joined=_sure(linked))
    scripts = ["-".join(sorted(pair)) for pair in linked.pairs.select("script_l", "script_r").iter_rows()]
    return {
        "precision": found.precision,
        "recall": found.recall,
        "f1": found.f1,
        "threshold": linked.threshold,
        "false_merges": int((joined & ~right).sum()),
        "joined": int(joined.sum()),
        "to_look_at": int((linked.pairs["answer"] == Answer.LOOK).sum()),
        "blocking_recall": float(right.sum()) / known if known else 1.0,
        "known_pairs": known,
        "calibration": {
            "bands": evaluation.plain(evaluation.calibration(probability, right)),
            "said_99_or_more": sure,
            "of_those_wrong": wrong,
            "groups": groups.as_plain(apart),
            "by_script": evaluation.by_group(scripts, right, probability, sure=SURE),
        },
        "withheld": groups.named(groups.worse(linked.pairs, right=right, joined=_sure(linked))),
        "records": len(linked.records),
        "possible_pairs": possible_pairs(linked.records, between=linked.between),
        "candidate_pairs": len(linked.pairs),
        "seconds": round(linked.seconds, 2),
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """Give the most memory that this process has had so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
