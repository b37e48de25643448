"""Which keys are used: those that bring few enough records together. What a common key would have found, a narrower one finds."""

import polars as pl


def cap_keys(records: pl.DataFrame, *, most: int, between: bool) -> tuple[pl.DataFrame, int]:
    """Keep of each record the keys that at least two records share and that make at most `most` pairs.

    `between` says that only records of different sides are compared. Keys become whole numbers: they are compared, never read. Gives the
    records, and how many pairs all keys make, those that share several counted more than once.
    """
    every = records.select("id", "side", "keys").explode("keys").drop_nulls("keys")
    sides = records["side"].unique().sort().to_list()
    counts = every.group_by("keys").agg(
        [(pl.col("side") == side).sum().cast(pl.Int64).alias(f"n{place}") for place, side in enumerate(sides)]
    )
    whole = pl.sum_horizontal([pl.col(f"n{place}") for place in range(len(sides))])
    pairs = pl.col("n0") * pl.col("n1") if between and len(sides) == 2 else whole * (whole - 1) // 2
    fit = counts.with_columns(pairs=pairs).filter((pl.col("pairs") > 0) & (pl.col("pairs") <= most))
    kept = fit.select("keys").with_row_index("number")
    chosen = every.join(kept, on="keys").group_by("side", "id").agg(pl.col("number").cast(pl.Int64).alias("keys"))
    return records.drop("keys").join(chosen, on=["side", "id"], how="left"), int(fit["pairs"].sum())
