"""The level of likeness of pairs in every comparison, worked out on DuckDB: once for each two values, however many records hold them.

The conditions are those of `comparisons`, but that the words which two lists share are counted beforehand, over whole numbers: a query
would count them anew in each condition that asks.
"""

import re
from collections.abc import Sequence

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from longstop.linkage.comparisons import LISTS, Comparison

AT_ONCE = 2_000_000  # pairs: more would take memory, and be no faster
LOOKED_UP = 200_000_000  # bytes: of so many pairs of values the levels lie in one table
_SHARED, _COUNTED = re.compile(r"len\(list_intersect\((\w+)_l, \1_r\)\)"), re.compile(r"\blen\((\w+)_([lr])\)")
_ENDS = re.compile(r"\b(\w+)_[lr]\b")
Numbers = NDArray[np.int64]
Levels = NDArray[np.int8]


def open_engine() -> duckdb.DuckDBPyConnection:
    """Give a database of its own in memory, which fetches nothing from anywhere."""
    return duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})


def compare(records: pl.DataFrame, pairs: pl.DataFrame, comparisons: Sequence[Comparison]) -> pl.DataFrame:
    """Give the pairs, which name two rows of the records each as `l` and `r`, with the number of their level in each comparison.

    The columns are called gamma_ and the comparison's name: the strongest level has the greatest number, 0 is none, and -1 unknown.
    """
    left, right = (pairs[end].to_numpy().astype(np.int64) for end in "lr")
    with open_engine() as engine:
        return pairs.with_columns(pl.Series(f"gamma_{each.name}", _Asked(each, records, engine).of(left, right)) for each in comparisons)


def columns_of(comparisons: Sequence[Comparison]) -> list[str]:
    """Give the columns of records that these comparisons read."""
    return sorted({name for each in comparisons for name in _ENDS.findall(_as_case(each))})


class _Asked:
    """One comparison, ready to be asked about pairs of rows."""

    def __init__(self, each: Comparison, records: pl.DataFrame, engine: duckdb.DuckDBPyConnection) -> None:
        said = _as_case(each)
        self._case = _COUNTED.sub(r"count_\1_\2", _SHARED.sub(r"shared_\1", said))
        self._ends = sorted(set(_ENDS.findall(self._case)))
        shared = sorted(set(_SHARED.findall(said)))
        values, self._code = _values(records, sorted({*shared, *(name.removeprefix("count_") for name in self._ends)}))
        self._shared = {name: _numbered(values[name]) for name in shared}
        self._many = len(values)
        self._repeated = len(values) * 2 < len(records)
        counts = [pl.col(name).list.len().alias(f"count_{name}") for name in values.columns if name in LISTS]
        self._engine = engine
        engine.register("worth_said", values.with_columns(counts).select("code", *self._ends).to_arrow())
        engine.execute("create or replace table worth as select * from worth_said")

    def of(self, left: Numbers, right: Numbers) -> Levels:
        """Give the level of each pair of rows."""
        found = np.empty(len(left), dtype=np.int8)
        for start in range(0, len(left), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            found[part] = self._of_values(self._code[left[part]], self._code[right[part]])
        return found

    def _of_values(self, left: Numbers, right: Numbers) -> Levels:
        if not self._repeated:
            return self._ask(left, right)
        both = left * self._many + right
        each = pl.Series(both).unique().sort().to_numpy()
        said = self._ask(*np.divmod(each, self._many))
        if self._many**2 > LOOKED_UP:
            return np.asarray(said[np.searchsorted(each, both)], dtype=np.int8)
        found = np.empty(self._many**2, dtype=np.int8)
        found[each] = said
        return np.asarray(found[both], dtype=np.int8)

    def _ask(self, left: Numbers, right: Numbers) -> Levels:
        shared = {f"shared_{name}": _count_shared(numbers, left, right) for name, numbers in self._shared.items()}
        asked = pl.DataFrame({"pair": np.arange(len(left)), "l": left, "r": right, **shared})
        self._engine.register("asked", asked.to_arrow())
        held = ", ".join([*shared, *(f"{end}.{name} as {name}_{end}" for name in self._ends for end in "lr")])
        pairs = f"select pair, {held} from asked join worth l on l.code = asked.l join worth r on r.code = asked.r"
        said = self._engine.execute(f"select pair, cast({self._case} as tinyint) as level from ({pairs})").fetchnumpy()
        found = np.empty(len(left), dtype=np.int8)
        found[said["pair"]] = said["level"]
        return found


def _as_case(each: Comparison) -> str:
    levels = [f"when {level.sql} then {len(each.levels) - place}" for place, level in enumerate(each.levels)]
    return f"case when {each.unknown} then -1 {' '.join(levels)} else 0 end"


def _values(records: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.DataFrame, Numbers]:
    """Give the different values that records have in these columns together, numbered as `code`, and the number of each record's."""
    flat = records.select(pl.col(name).list.join("\x1f") if name in LISTS else pl.col(name) for name in columns).with_row_index("row")
    first = flat.unique(subset=columns, keep="first", maintain_order=True).with_row_index("code")
    codes = flat.join(first, on=columns, how="left", nulls_equal=True, maintain_order="left")["code"].to_numpy().astype(np.int64)
    return records.select(columns)[first["row"]].with_columns(code=first["code"].cast(pl.Int64)), codes


def _numbered(lists: pl.Series) -> NDArray[np.int32]:
    """Give a row for each place in the lists: the numbers of the words that stand there, 0 where the list has ended."""
    words = pl.DataFrame({"row": np.arange(len(lists)), "word": lists}).explode("word").drop_nulls("word")
    rows = words["row"].to_numpy()
    many = np.bincount(rows, minlength=len(lists))
    table = np.zeros((int(many.max(initial=0)), len(lists)), dtype=np.int32)
    table[np.arange(len(rows)) - (np.cumsum(many) - many)[rows], rows] = words["word"].rank("dense").to_numpy()
    return table


def _count_shared(numbers: NDArray[np.int32], left: Numbers, right: Numbers) -> Levels:
    """Count the words that both lists of each pair have. No list has a word twice."""
    found = np.zeros(len(left), dtype=np.int8)
    where = np.arange(len(left))
    for mine in numbers:
        where = where[mine[left[where]] > 0]  # the others' lists have ended
        if not len(where):
            break
        word, rights = mine[left[where]], right[where]
        equal = np.zeros(len(where), dtype=np.bool_)
        for other in numbers:
            theirs = other[rights]
            if not theirs.any():
                break
            equal |= word == theirs
        found[where] += equal
    return found
