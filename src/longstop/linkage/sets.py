"""Sets of records with known answers, as they lie in a folder: which files belong together, and where the answers are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from longstop.linkage.fields import Field, map_columns
from longstop.linkage.reading import read_table
from longstop.linkage.truths import CLUSTER, GENERATED, Truth, of_column, of_file

_SUFFIXES = (".csv", ".parquet", ".pq")
_ANSWERS = re.compile(r"(?P<stem>.+?)_(labels|truth|key|gold|pairs|actual_truthset_key)")
_FIRST, _SECOND = re.compile(r"(?P<stem>.+?)(_?a|_?left|_?1)"), "{}b {}_b {}_right {}right {}_2 {}2"
SIDES = ("a", "b")


@dataclass(frozen=True)
class Known:
    """One set: its name, one table or two, by side, and the known answers."""

    name: str
    tables: Mapping[str, pl.DataFrame]
    truth: Truth


def sets_in(folder: Path) -> Iterator[Known]:
    """Give every set in a folder, by name.

    Two files whose names end in a and b are linked; any other is deduplicated. The answers stand in a file beside (X_truth, X_labels),
    in a column such as `cluster`, or in the record's own id as generators write it. A file without answers is no set.
    """
    files = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in _SUFFIXES}
    answers = {stem: found["stem"] for stem in files if (found := _ANSWERS.fullmatch(stem))}
    records = {stem: path for stem, path in files.items() if stem not in answers}
    keys = {of: files[stem] for stem, of in answers.items()}
    seen: set[str] = set()
    for of, key in keys.items():
        several = [stem for stem in records if stem.startswith(of) and stem != of]
        if len(several) > 1 and (known := _several(of, key, [read_table(records[stem]) for stem in several])):
            seen |= {*several}
            yield known
    for stem, path in records.items():
        other = _second(stem, records)
        if stem in seen:
            continue
        seen |= {stem, *([other] if other else [])}
        tables = {"a": read_table(path)} | ({"b": read_table(records[other])} if other else {})
        name = _FIRST.fullmatch(stem)["stem"].rstrip("_") if other else stem  # type: ignore[index]
        truth = _truth(tables, keys.get(name))
        if truth:
            yield Known(name, tables, truth)


def _second(stem: str, records: Mapping[str, Path]) -> str | None:
    """Give the file that goes with this one, if it is the first of two."""
    found = _FIRST.fullmatch(stem)
    wanted = _SECOND.format(*[found["stem"]] * 6).split() if found else []
    return next((name for name in wanted if name in records and name != stem), None)


def _truth(tables: Mapping[str, pl.DataFrame], key: Path | None) -> Truth | None:
    whose = next((column for column in tables["a"].columns if CLUSTER.fullmatch(column)), None)
    if whose and all(whose in table.columns for table in tables.values()):
        return of_column({side: (table, ids_of(table)) for side, table in tables.items()}, whose)
    if key:
        return of_file(key, sides=list(tables))
    column = map_columns(tables["a"].columns).one(Field.ID)
    if column and GENERATED.fullmatch(str(tables["a"][column][0])):
        return of_column({side: (table, ids_of(table)) for side, table in tables.items()}, column)
    return None


def ids_of(table: pl.DataFrame) -> list[str]:
    """Give the id of each record as cleaning will: the id column's, or the number of the row."""
    column = map_columns(table.columns).one(Field.ID)
    values: Sequence[object] = table[column].to_list() if column else [None] * len(table)
    return [str(value) if value is not None else str(line) for line, value in enumerate(values, start=1)]


def _several(name: str, key: Path, tables: Sequence[pl.DataFrame]) -> Known | None:
    """Put several files together whose records one key file names by columns that they all have."""
    told = read_table(key)
    whose = next((column for column in told.columns if CLUSTER.fullmatch(column)), None)
    shared = [column for column in told.columns if column != whose and all(column in table.columns for table in tables)]
    if whose is None or not shared:
        return None
    whole = pl.concat(tables, how="diagonal").join(told.select(*shared, whose), on=shared, how="left")
    number = pl.concat_str(shared, separator=":").alias("record_id")
    plain = whole.select(number, pl.exclude(whose, *shared, "record_id"))
    return Known(name, {"a": plain}, of_column({"a": (whole, plain["record_id"].to_list())}, whose))
