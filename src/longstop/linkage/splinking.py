"""The same levels by Splink: our definition as it reads it.

Slower than `levels`, since it compares every pair anew; it is the check upon it.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator

from longstop.linkage.comparisons import ELSE, Comparison

logging.getLogger("splink").setLevel(logging.ERROR)


def compare(records: pl.DataFrame, pairs: pl.DataFrame, comparisons: Sequence[Comparison]) -> pl.DataFrame:
    """Give the pairs with the number of their level in each comparison, as `levels.compare` does."""
    database = DuckDBAPI()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(each) for each in comparisons],
        blocking_rules_to_generate_predictions=[{"blocking_rule": "l.row = r.row"}],  # never asked: it is told which pairs
        unique_id_column_name="row",
        retain_intermediate_calculation_columns=False,
    )
    numbered = records.with_columns(row=np.arange(len(records)))
    linker = Linker(database.register(numbered.to_arrow()), settings, log_level=logging.ERROR, validate_settings=False)
    told = pairs.select(pl.lit("0").alias("match_key"), pl.col("l").alias("join_key_l"), pl.col("r").alias("join_key_r"))
    linker.table_management.register_blocked_pairs_for_predict(database.register(told.to_arrow()))
    found = linker.inference.predict(warning_mode="never").as_duckdbpyrelation().pl()
    levels = [pl.col(f"gamma_{each.name}").cast(pl.Int8) for each in comparisons]
    return pairs.join(found.select(pl.col("row_l").alias("l"), pl.col("row_r").alias("r"), *levels), on=["l", "r"], maintain_order="left")


def _comparison(each: Comparison) -> dict[str, Any]:
    unknown = {"sql_condition": each.unknown, "label_for_charts": "unknown", "is_null_level": True}
    levels = [{"sql_condition": level.sql, "label_for_charts": level.name} for level in each.levels]
    return {
        "output_column_name": each.name,
        "comparison_levels": [unknown, *levels, {"sql_condition": "ELSE", "label_for_charts": ELSE}],
    }
