"""The answered pairs as a file that a person can read: who, how sure, what the answer is and why."""

from pathlib import Path

import polars as pl


def write_pairs(pairs: pl.DataFrame, path: Path) -> None:
    """Write the pairs as CSV, strongest first: answer, what settled it, probability, weight before and after commonness, levels."""
    levels = sorted(column for column in pairs.columns if column.startswith("level_"))
    ends = [f"{column}_{end}" for end in "lr" for column in ("side", "id")]
    rounded = [pl.col(name).round(6) for name in ("probability", "unadjusted", "weight")]
    shown = pairs.select(*ends, "answer", "because", *rounded, *levels)
    # What stands first in a cell is never read as a formula: ids come from files of others.
    shown.with_columns(_plain(column) for column in ends).write_csv(path)


def _plain(column: str) -> pl.Expr:
    text = pl.col(column)
    return pl.when(text.str.contains(r"^[=+\-@\t\r]")).then(pl.lit("'") + text).otherwise(text).alias(column)
