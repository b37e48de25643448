"""The known answers of a file, as those who made it wrote them down: a column of persons' numbers, a file of them, or a file of pairs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from longstop.linkage.fields import BadMapping, Field, map_columns
from longstop.linkage.reading import read_table

# Names of records of which the number in the middle is the person's, as the Febrl generator writes them.
GENERATED = re.compile(r"(rec-\d+)-(org|dup-?\d*)")
CLUSTER = re.compile(r"(cluster|entity|person|truth|group)(_?id)?", re.IGNORECASE)
_LEFT, _RIGHT = (
    re.compile(r"(.*id.*|idl|ltable)_?(l|a|1|left)", re.IGNORECASE),
    re.compile(r"(.*id.*|idr|rtable)_?(r|b|2|right)", re.IGNORECASE),
)


@dataclass(frozen=True)
class Truth:
    """Whose each record is, by side and id; or, where only pairs are told, those that are one person's."""

    person: Mapping[tuple[str, str], str]
    pairs: frozenset[tuple[str, str]] = frozenset()


def of_column(tables: Mapping[str, tuple[pl.DataFrame, Sequence[str]]], column: str) -> Truth:
    """Take the answers from a column of the files themselves: the tables by side, each with the ids of its rows. Raises BadMapping."""
    person = {}
    for side, (table, ids) in tables.items():
        if column not in table.columns:
            raise BadMapping(f"There is no column “{column}” that tells whose a record is. Columns are: {', '.join(table.columns)}.")
        for each, value in zip(ids, table[column], strict=True):
            if value is not None:
                said = GENERATED.fullmatch(str(value))
                person[side, each] = said[1] if said else str(value)
    return Truth(person)


def of_file(path: Path, *, sides: Sequence[str]) -> Truth:
    """Take the answers from a file: pairs of ids, or ids with whose they are. Raises BadMapping where it is neither."""
    table = read_table(path)
    left = next((column for column in table.columns if _LEFT.fullmatch(column)), None)
    right = next((column for column in table.columns if _RIGHT.fullmatch(column)), None)
    if left and right:
        return Truth({}, frozenset((str(one), str(other)) for one, other in table.select(left, right).iter_rows()))
    key = map_columns(table.columns).one(Field.ID)
    whose = next((column for column in table.columns if CLUSTER.fullmatch(column) and column != key), None)
    if key is None or whose is None:
        raise BadMapping(
            f"{path} tells neither pairs (id_l, id_r) nor whose each record is (id, cluster). Columns: {', '.join(table.columns)}."
        )
    return Truth({(side, str(one)): str(person) for one, person in table.select(key, whose).iter_rows() for side in sides})
