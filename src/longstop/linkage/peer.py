"""Splink as its own guide would have it called by hand on the same columns: what our linkage is measured against, and nothing else.

Its comparisons are the library's for each kind of column, its rules the pairs of columns that its examples use, its training the customary
sessions. Its best threshold is chosen with the answers in hand, which a user could not do: it is given every advantage.
"""

import logging
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import polars as pl
import splink.comparison_library as library
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from longstop.linkage.fields import Columns, Field

MOST_RULES = 7
_NAMES = (Field.FORENAME, Field.SURNAME)


def link_by_hand(tables: Mapping[str, pl.DataFrame], columns: Columns, *, seed: int) -> pl.DataFrame:
    """Give Splink's pairs as side_l, id_l, side_r, id_r and probability. The tables, by side, have the same columns and one called id."""
    between = len(tables) > 1
    used = [column for field in columns.held if field not in (Field.ID, Field.TRUTH) for column in columns.all(field)]
    rules: list[Any] = [block_on(*pair) for pair in _pairs(columns)][:MOST_RULES]
    settings = SettingsCreator(
        link_type="link_only" if between else "dedupe_only",
        comparisons=list(_comparisons(columns)),
        blocking_rules_to_generate_predictions=rules,
        unique_id_column_name="id",
    )
    database = DuckDBAPI()
    frames = [database.register(_plain(table, used, columns), dataset_display_name=side) for side, table in tables.items()]
    linker = Linker(frames if between else frames[0], settings, log_level=logging.ERROR, validate_settings=False)
    linker.training.estimate_probability_two_random_records_match(rules[:2], recall=0.7)
    linker.training.estimate_u_using_random_sampling(1_000_000, seed=seed)
    for rule in rules[:2]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.001, warning_mode="never").as_duckdbpyrelation().pl()
    (first, *others) = tables
    sides = (pl.col("source_dataset_l"), pl.col("source_dataset_r")) if others else (pl.lit(first), pl.lit(first))
    return found.select(
        sides[0].alias("side_l"), "id_l", sides[1].alias("side_r"), "id_r", pl.col("match_probability").alias("probability"), "match_weight"
    ).sort("match_weight", descending=True)


def _plain(table: pl.DataFrame, used: list[str], columns: Columns) -> Any:
    kept = table.select("id", *used)
    name = columns.one(Field.NAME)
    if name and not columns.one(Field.SURNAME):
        words = pl.col(name).str.to_lowercase().str.split(" ")
        kept = kept.with_columns(forename=words.list.first(), surname=words.list.last())
    return kept.with_columns(pl.exclude("id").str.to_lowercase()).to_arrow()


def _named(columns: Columns) -> tuple[str, str] | None:
    forename, surname = (columns.one(each) for each in _NAMES)
    if forename and surname:
        return forename, surname
    return ("forename", "surname") if columns.one(Field.NAME) else None


def _comparisons(columns: Columns) -> Iterator[Any]:
    if names := _named(columns):
        yield library.ForenameSurnameComparison(*names)
    if dob := columns.one(Field.DOB):
        yield library.LevenshteinAtThresholds(dob, [1, 2])
    if postcode := columns.one(Field.POSTCODE):
        yield library.LevenshteinAtThresholds(postcode, [1, 2])
    for field in (Field.PLACE, Field.ADDRESS):
        for column in columns.all(field):
            yield library.JaroWinklerAtThresholds(column, [0.9])
    for field in (Field.NUMBER, Field.PRISON_NUMBER, Field.PNC, Field.CRO, Field.HOME_OFFICE, Field.CONTACT):
        for column in columns.all(field):
            yield library.LevenshteinAtThresholds(column, [1])
    for field in (Field.SEX, Field.OCCUPATION):
        for column in columns.all(field):
            yield library.ExactMatch(column)


def _pairs(columns: Columns) -> Iterator[tuple[str, ...]]:
    """Give the pairs of columns to block on, names and dates of birth first, then numbers alone."""
    names = _named(columns) or ()
    others = [column for field in (Field.DOB, Field.POSTCODE, Field.PLACE) for column in columns.all(field)[:1]]
    yield from combinations([*names, *others], 2)
    for field in (Field.NUMBER, Field.CONTACT, Field.PNC, Field.CRO, Field.PRISON_NUMBER):
        for column in columns.all(field):
            yield (column,)
