"""Pairs weighed by a model: each with its levels, the weight before and after commonness is counted, and the probability."""

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longstop.linkage.comparisons import BY_NAME
from longstop.linkage.groups import COLUMNS
from longstop.linkage.keys import cap_keys
from longstop.linkage.model import Model
from longstop.linkage.splinking import comparisons_for, level_numbers, make_linker

FLOOR = -12.0  # bits: pairs below are not given
ROUNDS = 200


def score(records: pl.DataFrame, model: Model, *, between: bool) -> pl.DataFrame:
    """Give the pairs that keys bring together, as id_l, id_r, side_l, side_r, level_*, unadjusted, weight, probability; strongest first.

    Weights are in bits and hold the prior, which is fitted to these records: how many pairs of one person the pairs themselves speak for.
    """
    comparisons = [each for each in comparisons_for(records) if each.name in model.odds]
    capped, _ = cap_keys(records, most=model.most_pairs_a_key, between=between)
    linker = make_linker(capped, comparisons, model, between=between)
    found = linker.inference.predict(threshold_match_weight=FLOOR - 20, warning_mode="never").as_duckdbpyrelation().pl()
    if not between:
        found = found.with_columns(pl.lit(records["side"][0]).alias(f"side_{end}") for end in "lr")
    pairs = _weigh(found, model, [each.name for each in comparisons])
    prior = fit_prior(pairs["evidence"].to_numpy(), start=model.prior, possible=possible_pairs(records, between=between))
    start = math.log2(prior / (1 - prior))
    weighed = pairs.with_columns(unadjusted=pl.col("plain") + start, weight=pl.col("evidence") + start).drop("plain", "evidence")
    kept = weighed.filter(pl.col("weight") >= FLOOR).with_columns(probability=1 / (1 + 2 ** (-pl.col("weight").clip(-60, 60))))
    return _described(kept, records).sort(["weight", "id_l", "id_r"], descending=[True, False, False])


def _described(pairs: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Add to each pair what groups of pairs are told apart by: see `groups`."""
    told = records.select("side", "id", "script", "origin", january=pl.col("born").str.ends_with("-01-01").fill_null(False))
    for end in "lr":
        names = {column: f"{column}_{end}" for column in ("side", "id", *COLUMNS)}
        pairs = pairs.join(told.rename(names), on=[f"side_{end}", f"id_{end}"], how="left")
    return pairs


def _weigh(found: pl.DataFrame, model: Model, names: list[str]) -> pl.DataFrame:
    """Give levels by name, the evidence without the prior, and the same without what commonness adds or takes."""
    plain, common = pl.lit(0.0), pl.lit(0.0)
    shown = []
    for name in names:
        levels = level_numbers(BY_NAME[name])
        weights = {number: model.weigh(name, level) for number, level in levels.items()} | {-1: 0.0}
        plain = plain + pl.col(f"gamma_{name}").cast(pl.Int64).replace_strict(weights, return_dtype=pl.Float64)
        if f"mw_tf_adj_{name}" in found.columns:
            common = common + pl.col(f"mw_tf_adj_{name}")
        shown.append(pl.col(f"gamma_{name}").cast(pl.Int64).replace_strict(levels | {-1: "unknown"}).alias(f"level_{name}"))
    sides = [pl.col(f"{column}_{end}") for column in ("side", "id") for end in "lr"]
    return found.select(*sides, *shown, plain.alias("plain"), (plain + common).alias("evidence"))


def possible_pairs(records: pl.DataFrame, *, between: bool) -> float:
    """Count all pairs that there could be."""
    counts = records.group_by("side").len()["len"].to_list()
    if between and len(counts) == 2:
        return float(counts[0] * counts[1])
    whole = float(sum(counts))
    return whole * (whole - 1) / 2


def fit_prior(evidence: NDArray[np.float64], *, start: float, possible: float) -> float:
    """Give the share of pairs of one person for which the evidence of the pairs speaks, in bits each; the rest are taken not to be."""
    ratios = 2.0 ** np.clip(evidence, -60, 60)
    prior = start
    for _ in range(ROUNDS):
        odds = ratios * prior / (1 - prior)
        was, prior = prior, float(np.clip((odds / (1 + odds)).sum() / possible, 1e-12, 0.5))
        if abs(prior - was) < 1e-9 * was:
            break
    return prior
