"""Which records are compared: those that share a key which brings few enough together. What a common key would have found, narrower ones
find.
"""

import numpy as np
import polars as pl

from longstop.linkage.levels import open_engine


def candidate_pairs(records: pl.DataFrame, *, most: int, between: bool) -> pl.DataFrame:
    """Give the pairs of records that share a key which makes at most `most` pairs, as `l` and `r`: rows of the records, in order.

    `between` says that only records of different sides are compared, the left of the side that comes first; else the left has the lesser
    id.
    """
    order = records["side" if between else "id"].rank("dense").cast(pl.Int64)
    held = pl.DataFrame({"row": np.arange(len(records)), "place": order, "side": records["side"], "key": records["keys"]})
    held = held.explode("key").drop_nulls("key")
    kept = _few(held, records["side"].unique().sort().to_list(), most=most, between=between)
    with open_engine() as engine:
        engine.register("held", held.join(kept, on="key").select("row", "place", key="number").to_arrow())
        found = engine.execute(
            "select distinct l.row as l, r.row as r from held l join held r on l.key = r.key and l.place < r.place"
        ).fetchnumpy()
    return pl.DataFrame(found).sort("l", "r")


def _few(held: pl.DataFrame, sides: list[str], *, most: int, between: bool) -> pl.DataFrame:
    """Give the keys that bring records together, and not too many, each with a number: they are compared, never read."""
    counts = held.group_by("key").agg(
        [(pl.col("side") == side).sum().cast(pl.Int64).alias(f"n{place}") for place, side in enumerate(sides)]
    )
    whole = pl.sum_horizontal([pl.col(f"n{place}") for place in range(len(sides))])
    pairs = pl.col("n0") * pl.col("n1") if between and len(sides) == 2 else whole * (whole - 1) // 2
    fit = counts.filter((pairs > 0) & (pairs <= most))
    return fit.select("key").with_row_index("number")
