"""Our definition as Splink reads it, and Splink's pairs as we read them."""

import logging
from collections.abc import Sequence
from typing import Any

import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator

from longstop.linkage.comparisons import ALL, LISTS, Comparison, Level
from longstop.linkage.model import ELSE, Model, Odds

logging.getLogger("splink").setLevel(logging.ERROR)
KEPT = ("id", "side", "script", "born", "first", "last", "name", "words", "forms", "numbers", "kinds")
COMMONEST = 1e-5  # nothing counts as rarer than one in so many


def comparisons_for(records: pl.DataFrame) -> list[Comparison]:
    """Give the comparisons of which anything is known in these records."""
    return [each for each in ALL if all(_known(records, column) for column in each.needs)]


def _known(records: pl.DataFrame, column: str) -> bool:
    values = records[column]
    return bool((values.list.len() > 0).any()) if column in LISTS else values.null_count() < len(values)


def make_linker(
    records: pl.DataFrame, comparisons: Sequence[Comparison], model: Model | None, *, between: bool, picked: bool = False
) -> Linker:
    """Give Splink's linker over cleaned records whose keys are capped.

    `between` compares only records of different sides; `picked` only pairs of which one record is marked in a column of that name.
    """
    rule = "l.keys = r.keys and (l.picked or r.picked)" if picked else "l.keys = r.keys"
    settings = SettingsCreator(
        link_type="link_only" if between else "dedupe_only",
        comparisons=[_comparison(each, model) for each in comparisons],
        blocking_rules_to_generate_predictions=[{"blocking_rule": rule, "arrays_to_explode": ["keys"]}],
        unique_id_column_name="id",
        source_dataset_column_name="side",
        probability_two_random_records_match=model.prior if model else 1e-4,
        retain_intermediate_calculation_columns=True,
    )
    database = DuckDBAPI()
    if not between:
        return Linker(database.register(records.to_arrow()), settings, log_level=logging.ERROR, validate_settings=False)
    sides = [records.filter(pl.col("side") == side) for side in records["side"].unique().sort()]
    return Linker(
        [database.register(each.to_arrow(), dataset_display_name=each["side"][0]) for each in sides],
        settings,
        log_level=logging.ERROR,
        validate_settings=False,
    )


def _comparison(each: Comparison, model: Model | None) -> dict[str, Any]:
    odds = model.odds.get(each.name) if model else None
    levels = [{"sql_condition": each.unknown, "label_for_charts": "unknown", "is_null_level": True}]
    levels += [_level(level, odds[level.name] if odds else None) for level in each.levels]
    other: dict[str, Any] = {"sql_condition": "ELSE", "label_for_charts": ELSE}
    return {"output_column_name": each.name, "comparison_levels": [*levels, other | _odds(odds[ELSE] if odds else None)]}


def _level(level: Level, odds: Odds | None) -> dict[str, Any]:
    said: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.name}
    if level.common:
        said |= {"tf_adjustment_column": level.common, "tf_adjustment_weight": 1.0, "tf_minimum_u_value": COMMONEST}
    return said | _odds(odds)


def _odds(odds: Odds | None) -> dict[str, Any]:
    return {"m_probability": odds.m, "u_probability": odds.u} if odds else {}


def read_chances(linker: Linker) -> dict[str, dict[str, float | None]]:
    """Give how likely each level is by chance, as Splink estimated it: by comparison and level."""
    said = linker.misc.save_model_to_json()
    found: dict[str, dict[str, float | None]] = {}
    for each in said["comparisons"]:
        levels = [level for level in each["comparison_levels"] if not level.get("is_null_level")]
        found[each["output_column_name"]] = {level["label_for_charts"]: level.get("u_probability") for level in levels}
    return found


def level_numbers(each: Comparison) -> dict[int, str]:
    """Give the name of each level by the number that Splink gives it: the strongest has the greatest, 0 is none, and -1 unknown."""
    names = [level.name for level in each.levels]
    return {len(names) - place: name for place, name in enumerate(names)} | {0: ELSE}
