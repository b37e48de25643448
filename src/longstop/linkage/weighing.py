"""Named pairs of records weighed by a definition: each with its levels, what each level says, and the probability.

`scoring` fits its prior and counts what is common among the records at hand; here both are given, so that a pair of records has the same
weight whatever else is weighed with it. The conditions and the weights are the same.
"""

import math
from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from longstop.linkage.comparisons import BY_NAME, ELSE, Comparison, Level
from longstop.linkage.model import Model

UNKNOWN = "unknown"
RAREST = 1e-5
"""No value counts as rarer than one in so many; `splinking` says the same."""
COMMON = tuple(dict.fromkeys(level.common for each in BY_NAME.values() for level in each.levels if level.common))
"""The columns whose commonness weighs an agreement."""
TOLD = ("script", "origin", "january")

Shares = Mapping[str, Mapping[str, float]]
"""How large a share of all records has a value, by column and value; what is not named counts as the rarest."""


def weigh(pairs: pl.DataFrame, records: pl.DataFrame, model: Model, *, prior: float, shares: Shares) -> pl.DataFrame:
    """Give the pairs (id_l, id_r) with level_*, plain_* and told_* of each comparison, unadjusted, weight and probability, in their order.

    Weights are in bits; plain_* is what a level says, told_* with commonness counted; `start` is what is known before anything is compared,
    and unadjusted and weight are its sums with both. `records` are cleaned.
    """
    compared = [each for each in BY_NAME.values() if each.name in model.odds]
    found = levels(pairs, records, compared, shares=shares)
    start = math.log2(prior / (1 - prior))
    for each in compared:
        plain = _plain(each, model)
        found = found.with_columns(plain.alias(f"plain_{each.name}"))
        found = found.with_columns((pl.col(f"plain_{each.name}") + _common(each, model)).alias(f"told_{each.name}"))
    sums = {"unadjusted": "plain", "weight": "told"}
    found = found.with_columns(pl.lit(start).alias("start"))
    found = found.with_columns(
        (pl.col("start") + pl.sum_horizontal(f"{prefix}_{each.name}" for each in compared)).alias(name) for name, prefix in sums.items()
    )
    found = found.with_columns(probability=1 / (1 + 2 ** (-pl.col("weight").clip(-60, 60))))
    return found.drop([f"share_{column}" for column in COMMON])


def levels(pairs: pl.DataFrame, records: pl.DataFrame, compared: Sequence[Comparison], *, shares: Shares | None = None) -> pl.DataFrame:
    """Give the pairs (id_l, id_r) with level_* of each comparison, share_* of what counts as common, and what tells groups apart."""
    known = records.with_columns(
        pl.col("born").str.ends_with("-01-01").fill_null(False).alias("january"),
        *(_share(records, column, (shares or {}).get(column, {})).alias(f"share_{column}") for column in COMMON),
    )
    wanted = [f"{_case(each)} AS level_{each.name}" for each in compared]
    common = [f"greatest(share_{column}_l, share_{column}_r, {RAREST!r}) AS share_{column}" for column in COMMON]
    told = [f"{column}_{end}" for column in TOLD for end in "lr"]
    ends = {end: ", ".join(f'"{column}" AS {column}_{end}' for column in known.columns) for end in "lr"}
    statement = (
        f"SELECT p.id_l, p.id_r, {', '.join([*wanted, *common, *told])} FROM pairs p"
        f" JOIN (SELECT {ends['l']} FROM records) l ON l.id_l = p.id_l JOIN (SELECT {ends['r']} FROM records) r ON r.id_r = p.id_r"
        " ORDER BY p.place"
    )
    with duckdb.connect() as database:
        database.register("pairs", pairs.select("id_l", "id_r").with_row_index("place").to_arrow())
        database.register("records", known.to_arrow())
        return database.execute(statement).pl()


def _share(records: pl.DataFrame, column: str, shares: Mapping[str, float]) -> pl.Expr:
    if not shares:
        return pl.lit(0.0)
    return pl.col(column).replace_strict(dict(shares), default=0.0, return_dtype=pl.Float64)


def _case(each: Comparison) -> str:
    whens = " ".join(f"WHEN {level.sql} THEN '{level.name}'" for level in each.levels)
    return f"CASE WHEN {each.unknown} THEN '{UNKNOWN}' {whens} ELSE '{ELSE}' END"


def _plain(each: Comparison, model: Model) -> pl.Expr:
    weights = {level: model.weigh(each.name, level) for level in model.odds[each.name]} | {UNKNOWN: 0.0}
    return pl.col(f"level_{each.name}").replace_strict(weights, return_dtype=pl.Float64)


def _common(each: Comparison, model: Model) -> pl.Expr:
    """Give what the commonness of what is equal adds or takes."""
    more = pl.lit(0.0)
    for level in each.levels:
        if level.common:
            usual = math.log2(model.odds[each.name][_exact(each, level.common).name].u)
            here = usual - pl.col(f"share_{level.common}").log(2)
            more = pl.when(pl.col(f"level_{each.name}") == level.name).then(here).otherwise(more)
    return more


def _exact(each: Comparison, column: str) -> Level:
    """Give the level at which a column is equal and nothing else is asked: its chance is that of two records having the same."""
    return next(level for level in each.levels if level.sql == f"{column}_l = {column}_r")
