"""Which records may be about one person: those that have a key in common which few enough share. Read from the keys that were written.

A rehearsal writes none: `Rehearsed` holds the keys of records whose keys are not written yet, beside the database, and is asked with it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Protocol

import duckdb
import polars as pl
from django.db import connection

from longstop.linkage.definitions import FEWEST
from longstop.linkage.model import Model
from longstop.linkage.weighing import COMMON
from longstop.people.comparable import value_key


class Keys(Protocol):
    """Where keys are looked up."""

    def sharing(self, keys: Collection[int], *, most: int) -> dict[int, list[int]]:
        """Give the records that have each of these keys, no more than `most` of each."""
        ...

    def counted(self, keys: Collection[int]) -> dict[int, int]:
        """Count the records that have each of these keys; a key that none has is left out."""
        ...

    def records(self) -> int:
        """Count the records that have keys."""
        ...


class Written:
    """The keys that are written."""

    def sharing(self, keys: Collection[int], *, most: int) -> dict[int, list[int]]:
        """Give the records that have each of these keys, no more than `most` of each. One query, whatever is common."""
        statement = (
            "SELECT wanted.key, array_agg(held.number) FROM unnest(%s::bigint[]) wanted(key), LATERAL ("
            "SELECT number FROM people_linkagekey k WHERE k.key = wanted.key LIMIT %s) held GROUP BY wanted.key"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(keys), most])
            return dict(cursor.fetchall())

    def counted(self, keys: Collection[int]) -> dict[int, int]:
        """Count the records that have each of these keys. One query."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT key, count(*) FROM people_linkagekey WHERE key = ANY (%s::bigint[]) GROUP BY key", [list(keys)])
            return dict(cursor.fetchall())

    def records(self) -> int:
        """Count the records that have keys. One query."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM people_linkagemark WHERE mark LIKE 'keys %%'")
            (number,) = cursor.fetchone() or (0,)
            return int(number)


class Rehearsed:
    """The keys that are written, but for the records that wait to be keyed: theirs are in a file that is gone afterwards."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="longstop-keys-")
        self._database = duckdb.connect(str(Path(self._folder.name) / "keys.duckdb"))
        self._database.execute("CREATE TABLE keys (number BIGINT, key BIGINT); CREATE TABLE stale (number BIGINT)")
        self._written = Written()
        self._fresh = 0

    def __enter__(self) -> "Rehearsed":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()
        self._folder.cleanup()

    def add(self, rows: Mapping[int, Iterable[int]], *, held: int) -> None:
        """Take the keys of these records; `held` of them have other ones that are written."""
        pairs = pl.DataFrame([(number, key) for number, keys in rows.items() for key in keys], schema=_PAIRS, orient="row")
        self._database.register("added", pairs.to_arrow())
        self._database.register("numbers", pl.DataFrame({"number": list(rows)}, schema={"number": pl.Int64}).to_arrow())
        self._database.execute("INSERT INTO keys SELECT number, key FROM added; INSERT INTO stale SELECT number FROM numbers")
        self._fresh += len(rows) - held

    def sharing(self, keys: Collection[int], *, most: int) -> dict[int, list[int]]:
        """Give the records that have each of these keys, more than `most` only of those that too many share."""
        found = defaultdict(list, self._written.sharing(keys, most=most))
        stale = self._stale({number for numbers in found.values() for number in numbers})
        for key, numbers in found.items():
            if len(numbers) < most:
                found[key] = [number for number in numbers if number not in stale]
        for key, number in self._asked("SELECT key, number FROM keys SEMI JOIN asked USING (key)", keys):
            found[key].append(number)
        return dict(found)

    def counted(self, keys: Collection[int]) -> dict[int, int]:
        """Count the records that have each of these keys: one whose keys wait to be written anew may count twice."""
        found = defaultdict(int, self._written.counted(keys))
        for key, number in self._asked("SELECT key, count(*) FROM keys SEMI JOIN asked USING (key) GROUP BY key", keys):
            found[key] += number
        return dict(found)

    def records(self) -> int:
        """Count the records that would have keys."""
        return self._written.records() + self._fresh

    def _stale(self, numbers: Collection[int]) -> set[int]:
        return {number for (number,) in self._asked("SELECT number FROM stale SEMI JOIN asked ON number = asked.key", numbers)}

    def _asked(self, statement: str, values: Collection[int]) -> list[tuple[int, ...]]:
        self._database.register("asked", pl.DataFrame({"key": list(values)}, schema={"key": pl.Int64}).to_arrow())
        return self._database.execute(statement).fetchall()


_PAIRS = {"number": pl.Int64, "key": pl.Int64}


def most_sharing(model: Model) -> int:
    """Give how many records may share a key that brings them together: the pairs that they make are as many as the model allows."""
    return int((1 + (1 + 8 * model.most_pairs_a_key) ** 0.5) / 2)


def candidates(keys_of: Mapping[int, Collection[int]], known: Keys, *, most: int) -> set[tuple[int, int]]:
    """Give the pairs, the smaller number first, of these records with whatever shares one of their keys."""
    wanted = {key for keys in keys_of.values() for key in keys}
    shared = {key: numbers for key, numbers in known.sharing(wanted, most=most + 1).items() if 1 < len(numbers) <= most}
    return {
        (min(number, other), max(number, other))
        for number, keys in keys_of.items()
        for key in keys
        for other in shared.get(key, ())
        if other != number
    }


class Commonness:
    """How large a share of all records has a value. Among few records nobody can say: they count as if they were more."""

    def __init__(self, known: Keys) -> None:
        self._known = known
        whole = known.counted([value_key(column) for column in COMMON])
        self._whole = {column: max(FEWEST, whole.get(value_key(column), 0)) for column in COMMON}

    def shares(self, records: pl.DataFrame) -> dict[str, dict[str, float]]:
        """Give the share of each value that these cleaned records have, by column. One query."""
        values = {column: records[column].drop_nulls().unique().to_list() for column in COMMON}
        counted = self._known.counted([value_key(column, value) for column, found in values.items() for value in found])
        return {
            column: {value: counted.get(value_key(column, value), 0) / self._whole[column] for value in found}
            for column, found in values.items()
        }
