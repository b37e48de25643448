"""The files: the truth first, closed and made read-only; then, from it alone, the lists and what is wrong in them."""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.faults.faulty_names import Record, put, whole
from bench.faults.kinds import LISTS, SPLIT, rates, spoil
from bench.faults.population import Sizes, population
from bench.faults.tables import read

BATCH = 20_000
OTHERS = 200  # persons from whom a record may have something by mistake
TEXT, NAMES = pa.string(), pa.list_(pa.list_(pa.string()))
TRUTH = pa.schema(
    {
        "person": pa.int64(), "ours": pa.list_(TEXT), "theirs": pa.list_(TEXT), "origin": TEXT, "script": TEXT, "relation": TEXT,
        "of": pa.int64(), "sex": TEXT, "born": TEXT, "nationality": TEXT, "town": TEXT, "postcode": TEXT, "names": NAMES,
        "native": NAMES, "aliases": NAMES, "prison_number": TEXT, "pnc": TEXT, "cro": TEXT, "home_office_reference": TEXT,
    }
)  # fmt: skip
COLUMNS = (
    "record_id", "forename", "middle_names", "surname", "alias", "date_of_birth", "sex", "nationality", "place_of_birth", "postcode",
    "prison_number", "pnc", "cro", "home_office_reference", "name_origin", "person",
)  # fmt: skip
LIST = pa.schema(dict.fromkeys(COLUMNS, TEXT))
FAULTS = pa.schema(dict.fromkeys(("list", "record_id", "person", "fault", "columns", "was", "became"), TEXT))


class NotAsWritten(ValueError):
    """A truth is not the one that was written, or was written before."""


def make(folder: Path, sizes: Sizes, *, seed: int) -> Mapping[str, Any]:
    """Write truth, lists and faults into a folder, and give what made.json says. Raises NotAsWritten where a truth is there already."""
    digest = write_truth(folder, sizes, seed=seed)
    struck = write_lists(folder, seed=seed, digest=digest)
    said = {"seed": seed, "theirs": sizes.theirs, "ours": sizes.ours, "shared": sizes.shared, "truth_sha256": digest, "faults": struck}
    (folder / "made.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return said


def write_truth(folder: Path, sizes: Sizes, *, seed: int) -> str:
    """Write who there is, and give the file's digest. It is never written again. Raises NotAsWritten."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "truth.parquet"
    if file.exists():
        raise NotAsWritten(f"{file} is there already. Name another folder: a truth is never altered.")
    _write(file, TRUTH, population(sizes, seed=seed))
    file.chmod(0o444)
    return _digest(file)


def write_lists(folder: Path, *, seed: int, digest: str) -> dict[str, dict[str, dict[str, int]]]:
    """Write both lists and their faults from the truth alone, and give by list and fault how often it could strike and did.

    Raises NotAsWritten where the truth has another digest, before or afterwards.
    """
    file = folder / "truth.parquet"
    _same(file, digest)
    chances = {side: Random(f"{seed}:{side}") for side in LISTS}
    struck: dict[str, dict[str, dict[str, int]]] = {}
    with ExitStack() as stack:
        add = {name: _adder(stack, folder / f"{name}.parquet", schema) for name, schema in _files()}
        counts = {side: (dict.fromkeys(rates(side), 0), dict.fromkeys([SPLIT, *rates(side)], 0)) for side in LISTS}
        others: deque[Any] = deque(maxlen=OTHERS)
        for person in _persons(file):
            for side in LISTS:
                for place, record_id in enumerate(person[side]):
                    record = _plain(person, side, record_id, chances[side])
                    could, did = counts[side]
                    found = spoil(record, person, rates=rates(side), chance=chances[side], others=others, could=could)
                    add[side](record)
                    told = [(SPLIT, "", "", "")] if place else []
                    for fault in (*told, *found):
                        did[fault[0]] += 1
                        add["faults"](dict(zip(FAULTS.names, (side, record_id, record["person"], *fault), strict=True)))
            others.append(person)
        for side, (could, did) in counts.items():
            struck[side] = {name: {"could": could.get(name, 0), "did": did[name]} for name in did}
    _same(file, digest)
    return struck


def _files() -> Iterable[tuple[str, pa.Schema]]:
    return [*((side, LIST) for side in LISTS), ("faults", FAULTS)]


def _plain(person: Mapping[str, Any], side: str, record_id: str, chance: Random) -> Record:
    """Give a record without a fault, of what the list holds."""
    holds = read("rates")["holds"][side]
    alias = whole(chance.choice(person["aliases"])) if person["aliases"] else None
    said = {column: person[column] for column in ("prison_number", "pnc", "cro", "home_office_reference", "postcode")}
    said |= {"place_of_birth": person["town"], "alias": alias}
    record: Record = {"list": side, "record_id": record_id, "date_of_birth": person["born"], "sex": person["sex"]}
    record |= {"nationality": person["nationality"], "name_origin": person["origin"], "person": str(person["person"])}
    record |= {column: value if chance.random() < holds[column] else None for column, value in said.items()}
    put(record, person["names"][0])
    return record


def _persons(file: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(file) as told:
        for batch in told.iter_batches(batch_size=BATCH // 4):
            yield from batch.to_pylist()


def _adder(stack: ExitStack, path: Path, schema: pa.Schema) -> Callable[[Mapping[str, Any]], None]:
    """Give what adds a row to a file; rows are written by the batch."""
    writer = stack.enter_context(pq.ParquetWriter(path, schema, compression="zstd"))
    held: dict[str, list[Any]] = {name: [] for name in schema.names}

    def flush() -> None:
        if held[schema.names[0]]:
            writer.write_table(pa.table({name: pa.array(values, schema.field(name).type) for name, values in held.items()}))
            for values in held.values():
                values.clear()

    def add(row: Mapping[str, Any]) -> None:
        for name, values in held.items():
            values.append(row[name])
        if len(held[schema.names[0]]) >= BATCH:
            flush()

    stack.callback(flush)
    return add


def _write(path: Path, schema: pa.Schema, rows: Iterable[Mapping[str, Any]]) -> None:
    with ExitStack() as stack:
        add = _adder(stack, path, schema)
        for row in rows:
            add(row)


def _digest(file: Path) -> str:
    with file.open("rb") as held:
        return hashlib.file_digest(held, "sha256").hexdigest()


def _same(file: Path, digest: str) -> None:
    if _digest(file) != digest:
        raise NotAsWritten(f"{file} is not as it was written: its digest is not {digest}. Make both lists anew in another folder.")
