"""Named pairs of records weighed by a definition: each with its levels, what each level says, and the probability.

`scoring` fits its prior and counts what is common among the records at hand; here both are given, so that a pair of records has the same
weight whatever else is weighed with it. The levels and the weights are the same.
"""

import math
from collections.abc import Mapping, Sequence

import polars as pl

from longstop.linkage.comparisons import BY_NAME, Comparison
from longstop.linkage.levels import compare
from longstop.linkage.model import Model
from longstop.linkage.scoring import described, weigh_levels

COMMON = tuple(dict.fromkeys(level.common for each in BY_NAME.values() for level in each.levels if level.common))
"""The columns whose commonness weighs an agreement."""

Shares = Mapping[str, Mapping[str, float]]
"""How large a share of all records has a value, by column and value; what is not named counts as the rarest."""


def weigh(pairs: pl.DataFrame, records: pl.DataFrame, model: Model, *, prior: float, shares: Shares) -> pl.DataFrame:
    """Give the pairs (id_l, id_r) with level_*, plain_* and told_* of each comparison, unadjusted, weight and probability, in their order.

    Weights are in bits; plain_* is what a level says, told_* with commonness counted; `start` is what is known before anything is compared,
    and unadjusted and weight are its sums with both. `records` are cleaned.
    """
    compared = compare_named(pairs, records, [each for each in BY_NAME.values() if each.name in model.odds])
    plain, more = weigh_levels(compared, model, {column: _shares(records[column], shares.get(column, {})) for column in COMMON})
    said = {f"plain_{name}": each for name, each in plain.items()} | {f"told_{name}": each + more[name] for name, each in plain.items()}
    found = described(records, compared, list(plain)).drop("side_l", "side_r")
    found = found.with_columns(pl.lit(math.log2(prior / (1 - prior))).alias("start"), **{name: pl.Series(said[name]) for name in said})
    sums = {"unadjusted": "plain", "weight": "told"}
    found = found.with_columns(
        (pl.col("start") + pl.sum_horizontal(f"{prefix}_{name}" for name in plain)).alias(total) for total, prefix in sums.items()
    )
    return found.with_columns(probability=1 / (1 + 2 ** (-pl.col("weight").clip(-60, 60))))


def compare_named(pairs: pl.DataFrame, records: pl.DataFrame, compared: Sequence[Comparison]) -> pl.DataFrame:
    """Give the pairs (id_l, id_r) as `levels.compare` does: by the places of their rows, with the number of their levels."""
    rows = records.select("id", row=pl.int_range(pl.len()))
    found = pairs.select("id_l", "id_r")
    for end in "lr":
        found = found.join(rows.rename({"id": f"id_{end}", "row": end}), on=f"id_{end}", how="left", maintain_order="left")
    return compare(records, found.select("l", "r"), compared)


def _shares(values: pl.Series, shares: Mapping[str, float]) -> pl.Series:
    return values.replace_strict(dict(shares), default=0.0, return_dtype=pl.Float64) if shares else values.is_null().cast(pl.Float64) * 0.0
