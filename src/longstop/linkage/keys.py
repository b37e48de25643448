"""Which records are compared: those that share a key which brings few enough together. What a common key would have found, narrower ones
find.

A key is whatever two records of one person are likely to have in common, errors and all. Each begins with the letter of its kind.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from longstop.linkage.cleaning.dates import without_order
from longstop.linkage.levels import open_engine
from longstop.linkage.sounds import skeleton

_KNOWN = ("born", "day", "code", "town", "district")


def candidate_pairs(records: pl.DataFrame, *, most: int, between: bool) -> pl.DataFrame:
    """Give the pairs of records that share a key which makes at most `most` pairs, as `l` and `r`: rows of the records, in order.

    `between` says that only records of different sides are compared, the left of the side that comes first; else the left has the lesser
    id.
    """
    of = pl.DataFrame({"row": np.arange(len(records)), "place": places(records, between=between), "side": records["side"]})
    held = held_keys(records).join(of, on="row")
    kept = _few(held, records["side"].unique().sort().to_list(), most=most, between=between)
    with open_engine() as engine:
        engine.register("held", held.join(kept, on="key").select("row", "place", key="number").to_arrow())
        met = f"select l.row * {len(records)} + r.row as pair from held l join held r on l.key = r.key and l.place < r.place"
        # One number for each pair: as fast again to tell apart and to sort as two.
        pairs = pl.Series(engine.execute(met).fetchnumpy()["pair"]).unique().sort()
    return pl.DataFrame({"l": pairs // len(records), "r": pairs % len(records)})


def places(records: pl.DataFrame, *, between: bool) -> pl.Series:
    """Give a number for each record: of a pair, the left has the lesser, and records of one number are not compared."""
    return records["side" if between else "id"].rank("dense").cast(pl.Int64)


def held_keys(records: pl.DataFrame) -> pl.DataFrame:
    """Give every key of every record, as its place among these as `row`, and `key`. A record may hold a key more than once."""
    return pl.concat(_keys(records))


def keys_of(records: pl.DataFrame) -> list[list[str]]:
    """Give the keys of each of these records, in their order, each key once."""
    held = held_keys(records).unique().sort("row", "key").group_by("row", maintain_order=True).agg("key")
    found = dict(held.select("row", "key").iter_rows())
    return [found.get(row, []) for row in range(len(records))]


def _few(held: pl.DataFrame, sides: list[str], *, most: int, between: bool) -> pl.DataFrame:
    """Give the keys that bring records together, and not too many, each with a number: they are compared, never read."""
    counts = held.group_by("key").agg(
        [(pl.col("side") == side).sum().cast(pl.Int64).alias(f"n{place}") for place, side in enumerate(sides)]
    )
    whole = pl.sum_horizontal([pl.col(f"n{place}") for place in range(len(sides))])
    pairs = pl.col("n0") * pl.col("n1") if between and len(sides) == 2 else whole * (whole - 1) // 2
    fit = counts.filter((pairs > 0) & (pairs <= most))
    return fit.select("key").with_row_index("number")


def _keys(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Give every key of every record, as `row` and `key`."""
    born = records["born"].unique().drop_nulls()
    days = {each: without_order(each) for each in born}
    day = pl.col("born").replace_strict(days, default=None, return_dtype=pl.String)
    every = records.with_columns(row=np.arange(len(records)), day=day, code="postcode", town="place", district="area")

    def key(table: pl.DataFrame, *parts: str | pl.Expr) -> pl.DataFrame:
        # A key of which a part is not known is none.
        return table.select("row", key=pl.concat_str(pl.lit(parts[0]), *parts[1:])).drop_nulls("key")

    for column in ("numbers", "contacts"):
        yield key(every.select("row", column).explode(column), "I", pl.col(column))
    yield key(every, "Z", pl.col("day"), pl.col("code"))
    yield key(every, "L", pl.col("day"), pl.col("town"))
    yield key(every, "D", pl.col("day"))
    names = _names(every)
    sounds = names.select("name", "row", "sounds", *_KNOWN).explode("sounds").drop_nulls("sounds").rename({"sounds": "sound"})
    both = sounds.join(sounds.select("name", other="sound"), on="name").filter(pl.col("sound") < pl.col("other"))
    yield key(both, "N", pl.col("sound"), pl.lit("|"), pl.col("other"))
    yield from (key(sounds, *parts) for parts in _beside())
    words = names.select("row", "born", word=pl.concat_list("words", "forms").list.unique()).explode("word")
    yield key(words, "W", pl.col("word"))
    yield key(words, "X", pl.col("word"), pl.col("born").str.slice(0, 4))


def _names(every: pl.DataFrame) -> pl.DataFrame:
    """Give every name of every record, its own and its aliases: of these the short forms are not known."""
    own = every.select("row", "words", "sounds", "forms", *_KNOWN)
    others = every.select("row", "aliases", *_KNOWN).explode("aliases").drop_nulls("aliases")
    others = others.with_columns(words=pl.col("aliases").str.split(" "), forms=pl.lit([], dtype=pl.List(pl.String)))
    sounds = {word: skeleton(word) for word in others["words"].explode().unique().drop_nulls()}
    said = pl.element().replace_strict(sounds, default=None, return_dtype=pl.String)
    heard = pl.col("words").list.eval(said.filter(said != "")).list.unique().list.sort()
    return pl.concat([own, others.with_columns(sounds=heard).select(own.columns)]).with_row_index("name")


def _beside() -> Iterator[tuple[str | pl.Expr, ...]]:
    """Give the keys of one word's sound: alone, and beside something else that is known."""
    sound, day = pl.col("sound"), pl.col("day")
    yield "S", sound
    yield "B", day, sound
    yield "E", day, sound.str.slice(0, 1)
    yield "Y", day.str.slice(0, 4), sound
    yield "M", day.str.slice(4), sound
    yield "P", pl.col("code"), sound
    yield "A", pl.col("district"), sound
    yield "T", pl.col("town"), pl.lit("|"), sound
