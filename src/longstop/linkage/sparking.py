"""The same pairs by Spark, past one machine: our keys, our levels and our weights, worked out by its workers on parts of the records.

Cleaned records and what is common among them come from one machine, which must hold them; so must it hold the pairs that are worth an
answer. What outgrows it is between: the keys, the pairs that they bring together and their levels. Of these Spark counts the keys, drops
what too many share, brings the rest together, and has each pair compared and weighed; nothing of it passes through this process.

Its workers ask the same functions as one machine does, so with DuckDB inside. Spark's own SQL would not do: its similarity of Jaro and
Winkler, as Splink brings it along, counts half a transposition where DuckDB counts none, and puts one pair of names in eighty on
the other side of a threshold. What is trained is trained on DuckDB; its m and u come here in the model.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
import polars as pl
import pyarrow as pa

from longstop.linkage.comparisons import Comparison
from longstop.linkage.keys import held_keys, places
from longstop.linkage.levels import columns_of, compare
from longstop.linkage.model import Model
from longstop.linkage.scoring import FLOOR, bits, describe, prior_of, shares_in, sum_levels

A_FILE = 100_000  # records
A_TASK = 20_000  # records
BATCH = 20_000  # pairs that a worker weighs at once: each brings the values of both records
NEAR = 1e-6  # bits: what lies so near the floor is decided here, not by Spark
_SHARE = "share_"
_KEYS = pa.schema([("key", pa.string()), ("row", pa.int64()), ("place", pa.int64()), ("side", pa.string())])
# The keys that bring records together, and not too many; and the pairs that share one, each once. See `keys`.
_TWO_SIDES = "sum(case when side = 'a' then 1 else 0 end) * sum(case when side = 'a' then 0 else 1 end)"
_ONE_SIDE = "count(*) * (count(*) - 1) div 2"
_MET = """
with fit as (select key from {{held}} group by key having {pairs} between 1 and {most}),
kept as (select held.key, held.row, held.place from {{held}} as held left semi join fit on held.key = fit.key)
select distinct one.row as l, other.row as r from kept as one join kept as other on one.key = other.key and one.place < other.place
"""
_ENDS = """
select met.l, met.r, {ends} from {{met}} as met
join {{records}} as left_end on left_end.row = met.l join {{records}} as right_end on right_end.row = met.r
"""
Batches = Iterator[pa.RecordBatch]


def score(
    session: Any, records: pl.DataFrame, comparisons: Sequence[Comparison], model: Model, *, between: bool, folder: Path | None
) -> pl.DataFrame:
    """Give the pairs of cleaned records as `scoring.score` does of those that `keys` and `levels` find, worked out in a Spark session.

    What is passed on lies in `folder` meanwhile, readable to this user only, and is removed at the end.
    """
    session.conf.set("spark.sql.shuffle.partitions", max(session.sparkContext.defaultParallelism, len(records) // A_TASK))
    session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH)
    with TemporaryDirectory(prefix="longstop-link-", dir=folder) as made:
        work = Path(made)
        told = _kept(session, records.with_columns(**_given(records, model, between=between)), work / "records")
        held = _kept(session, told.mapInArrow(_hold_keys, _as_ddl(_KEYS)), work / "held")
        met = session.sql(_MET.format(pairs=_TWO_SIDES if between else _ONE_SIDE, most=model.most_pairs_a_key), held=held)
        read = [*columns_of(comparisons), *(name for name in told.columns if name.startswith(_SHARE))]
        ends = ", ".join(f"{end}.{name} as {name}_{end[0]}" for end in ("left_end", "right_end") for name in read)
        both = session.sql(_ENDS.format(ends=ends), met=met, records=told)
        kind = _weighed(comparisons)
        weigh = partial(_weigh, read=read, comparisons=comparisons, model=model, kind=kind)
        weighed = _kept(session, both.mapInArrow(weigh, _as_ddl(kind)), work / "weighed")
        return _describe(session, records, weighed, model, between=between)


def _given(records: pl.DataFrame, model: Model, *, between: bool) -> dict[str, pl.Series]:
    """Give what Spark is told of each record besides what it says: its row, its place in a pair, and how common its values are."""
    shares = {f"{_SHARE}{column}": values for column, values in shares_in(records, model).items()}
    return {"row": pl.Series(np.arange(len(records))), "at": places(records, between=between), **shares}


def _kept(session: Any, table: Any, path: Path) -> Any:
    """Write a table down and read it again: Spark would work it out anew each time that it is asked for, or keep it in memory."""
    if isinstance(table, pl.DataFrame):
        path.mkdir()
        for start in range(0, len(table), A_FILE):
            table[start : start + A_FILE].write_parquet(path / f"{start}.parquet")
    else:
        table.write.parquet(str(path))
    return session.read.parquet(str(path))


def _as_ddl(schema: pa.Schema) -> str:
    kinds = {pa.string(): "string", pa.int64(): "bigint", pa.int8(): "tinyint", pa.float64(): "double"}
    return ", ".join(f"{field.name} {kinds[field.type]}" for field in schema)


def _hold_keys(batches: Batches) -> Batches:
    """Give the keys of records, in a worker."""
    for batch in batches:
        records = cast(pl.DataFrame, pl.from_arrow(batch))
        held = held_keys(records)
        of = records.select("row", pl.col("at").alias("place"), "side")[held["row"]]
        yield from of.with_columns(held["key"]).select(_KEYS.names).to_arrow().cast(_KEYS).to_batches()


def _weighed(comparisons: Sequence[Comparison]) -> pa.Schema:
    levels = [(f"gamma_{each.name}", pa.int8()) for each in comparisons]
    return pa.schema([("l", pa.int64()), ("r", pa.int64()), *levels, ("plain", pa.float64()), ("more", pa.float64())])


def _weigh(batches: Batches, *, read: Sequence[str], comparisons: Sequence[Comparison], model: Model, kind: pa.Schema) -> Batches:
    """Give the levels of pairs, what they say and what commonness adds, in a worker."""
    for batch in batches:
        pairs = cast(pl.DataFrame, pl.from_arrow(batch))
        ends = [pairs.select(pl.col(end).alias("row"), *(pl.col(f"{name}_{end}").alias(name) for name in read)) for end in "lr"]
        records = pl.concat(ends).unique("row", maintain_order=True)
        rows = records.select("row", at=pl.int_range(pl.len(), dtype=pl.Int64))
        here = {end: pairs.join(rows, left_on=end, right_on="row", how="left", maintain_order="left")["at"] for end in "lr"}
        compared = compare(records, pl.DataFrame(here), comparisons)
        shares = {name.removeprefix(_SHARE): records[name] for name in read if name.startswith(_SHARE)}
        plain, more = sum_levels(compared, model, shares)
        found = compared.with_columns(pairs["l"], pairs["r"], plain=plain, more=more)
        yield from found.select(kind.names).to_arrow().cast(kind).to_batches()


def _describe(session: Any, records: pl.DataFrame, weighed: Any, model: Model, *, between: bool) -> pl.DataFrame:
    """Fit the prior to what the pairs say, and give those that are worth an answer."""
    # Pairs of the same levels that agree in equally common values say the same: there are far fewer of these than pairs.
    told = _fetch(session.sql("select plain + more as evidence, count(*) as many from {weighed} group by 1 order by 1", weighed=weighed))
    evidence, many = (told[name].to_numpy().astype(np.float64) for name in ("evidence", "many"))
    prior = prior_of(records, evidence, model, between=between, many=many)
    least = FLOOR - bits(prior) - NEAR
    kept = _fetch(session.sql(f"select * from {{weighed}} where plain + more >= {least!r}D", weighed=weighed)).sort("l", "r")
    plain, more = (kept[name].to_numpy() for name in ("plain", "more"))
    return describe(records, kept, model, plain=plain, more=more, prior=prior)


def _fetch(table: Any) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table.toArrow()))
