"""Pairs weighed by a model: each with its levels, the weight before and after commonness is counted, and the probability."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longstop.linkage.comparisons import BY_NAME, Comparison, level_numbers
from longstop.linkage.groups import COLUMNS
from longstop.linkage.model import Model
from longstop.linkage.training import most_likely, possible_pairs

FLOOR = -12.0  # bits: pairs below are not given
COMMONEST = 1e-5  # nothing counts as rarer than one in so many
ROUNDS = 200
Weights = NDArray[np.float64]


def score(records: pl.DataFrame, compared: pl.DataFrame, model: Model, *, between: bool) -> pl.DataFrame:
    """Give compared pairs as id_l, id_r, side_l, side_r, level_*, unadjusted, weight, probability; strongest first.

    Weights are in bits and hold the prior, which is fitted to these records: how many pairs of one person the pairs themselves speak for.
    """
    plain, more = sum_levels(compared, model, shares_in(records, model))
    prior = prior_of(records, plain + more, model, between=between)
    return describe(records, compared, model, plain=plain, more=more, prior=prior)


def shares_in(records: pl.DataFrame, model: Model) -> dict[str, pl.Series]:
    """Give by column, of each record, how large a share of these has its value: of the columns whose commonness the model weighs."""
    columns = {level.common for name in model.odds for level in BY_NAME[name].levels if level.common}
    return {column: _shares(records[column]) for column in sorted(columns)}


def prior_of(records: pl.DataFrame, evidence: Weights, model: Model, *, between: bool, many: Weights | None = None) -> float:
    """Give the prior fitted to the evidence of all compared pairs; `many` says for how many pairs each stands, one if it is not given."""
    possible, ceiling = possible_pairs(records, between=between), most_likely(records, between=between)
    return fit_prior(evidence, start=model.prior, possible=possible, ceiling=ceiling, many=many)


def describe(records: pl.DataFrame, compared: pl.DataFrame, model: Model, *, plain: Weights, more: Weights, prior: float) -> pl.DataFrame:
    """Give the compared pairs that are not below FLOOR as `score` does, by what their levels say and what commonness adds, in bits."""
    start = bits(prior)
    weight = plain + more + start
    kept = np.flatnonzero(weight >= FLOOR)
    weighed = {"unadjusted": plain[kept] + start, "weight": weight[kept], "probability": 1 / (1 + 2 ** -weight[kept].clip(-60, 60))}
    found = described(records, compared[kept], _names(compared, model)).with_columns(
        **{name: pl.Series(values) for name, values in weighed.items()}
    )
    return found.sort(["weight", "id_l", "id_r"], descending=[True, False, False])


def bits(chance: float) -> float:
    """Give the odds of a chance, in bits."""
    return math.log2(chance / (1 - chance))


def _names(compared: pl.DataFrame, model: Model) -> list[str]:
    return [name for name in model.odds if f"gamma_{name}" in compared.columns]


def sum_levels(compared: pl.DataFrame, model: Model, shares: Mapping[str, pl.Series]) -> tuple[Weights, Weights]:
    """Give what all levels of each pair say, and what commonness adds, in bits: the sums of what `weigh_levels` gives."""
    said, more = (list(each.values()) for each in weigh_levels(compared, model, shares))
    plain, common = (np.sum(each, axis=0) if each else np.zeros(len(compared)) for each in (said, more))
    return plain, common


def weigh_levels(compared: pl.DataFrame, model: Model, shares: Mapping[str, pl.Series]) -> tuple[dict[str, Weights], dict[str, Weights]]:
    """Give by comparison, in bits, what the level of each pair says, and what the commonness of the value in which the two agree adds.

    `compared` is as `levels.compare` gives it; `shares` says by column, of each row of the records, how large a share has its value.
    """
    plain, more = {}, {}
    for name in _names(compared, model):
        numbers = compared[f"gamma_{name}"].to_numpy()
        weights = [model.weigh(name, level) for _, level in sorted(level_numbers(BY_NAME[name]).items())]
        plain[name] = np.array([*weights, 0.0])[numbers]  # the last, for -1: unknown says nothing
        more[name] = _commonness(compared, BY_NAME[name], model, shares)
    return plain, more


def _commonness(compared: pl.DataFrame, each: Comparison, model: Model, shares: Mapping[str, pl.Series]) -> Weights:
    """Give what the commonness of the value in which the two agree adds to the weight, or takes, in bits."""
    found = np.zeros(len(compared))
    numbers, by_name = compared[f"gamma_{each.name}"].to_numpy(), {level.name: level for level in each.levels}
    for number, name in level_numbers(each).items():
        column = by_name[name].common if name in by_name else None
        if column is None:
            continue
        where = np.flatnonzero(numbers == number)
        held = shares[column].to_numpy()
        share = np.fmax(*(held[compared[end].to_numpy()[where]] for end in "lr"))
        # In place of how likely it is by chance to agree in any value: how likely in this one.
        found[where] = math.log2(model.odds[each.name][name].u) - np.log2(np.fmax(share, COMMONEST))
    return found


def _shares(values: pl.Series) -> pl.Series:
    """Give the share of records that have the value of each; not a number where it has none."""
    known = max(1, len(values) - values.null_count())
    counts = values.alias("value").to_frame().select(pl.when(pl.col("value").is_not_null()).then(pl.len().over("value"))).to_series()
    return counts.cast(pl.Float64).fill_null(np.nan) / known


def described(records: pl.DataFrame, pairs: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Name the records and the levels of each pair, and what groups of pairs are told apart by: see `groups`."""
    told = records.select("side", "id", "script", "origin", january=pl.col("born").str.ends_with("-01-01").fill_null(False))
    ends = {end: told[pairs[end]] for end in "lr"}
    sides = [ends[end][column].alias(f"{column}_{end}") for column in ("side", "id") for end in "lr"]
    groups = [ends[end][column].alias(f"{column}_{end}") for end in "lr" for column in COLUMNS]
    return pl.DataFrame([*sides, *(named_levels(pairs[f"gamma_{name}"], BY_NAME[name]) for name in names), *groups])


def named_levels(numbers: pl.Series, each: Comparison) -> pl.Series:
    """Give the names of these levels, as the column `level_` and the comparison's name."""
    names = level_numbers(each) | {-1: "unknown"}
    return pl.Series([names[number] for number in range(-1, len(names) - 1)])[numbers.cast(pl.Int64) + 1].alias(f"level_{each.name}")


def fit_prior(evidence: Weights, *, start: float, possible: float, ceiling: float = 0.5, many: Weights | None = None) -> float:
    """Give the share of pairs of one person for which the evidence of the pairs speaks, in bits each; the rest are taken not to be.

    `many` says for how many pairs each piece of evidence stands, one if it is not given.
    """
    ratios = 2.0 ** np.clip(evidence, -60, 60)
    prior = min(start, ceiling)
    for _ in range(ROUNDS):
        odds = ratios * prior / (1 - prior)
        likely = odds / (1 + odds)
        found = likely.sum() if many is None else (likely * many).sum()
        was, prior = prior, float(np.clip(found / possible, 1e-12, ceiling))
        if abs(prior - was) < 1e-9 * was:
            break
    return prior
