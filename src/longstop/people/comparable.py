"""Records made comparable: what an agency says of a person, as `linkage` cleans and keys it. Nothing is read or written here."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Any

import polars as pl

from longstop.linkage.fields import Columns, Field
from longstop.linkage.keys import keys_of
from longstop.linkage.records import clean
from longstop.linkage.weighing import COMMON

Content = Mapping[str, Any]
_SEVERAL = {Field.OTHER_NAME: 6, Field.ADDRESS: 3, Field.PNC: 3, Field.CRO: 3, Field.HOME_OFFICE: 3}
_ONE = (Field.ID, Field.NAME, Field.FORENAME, Field.MIDDLE, Field.SURNAME, Field.DOB, Field.POSTCODE, Field.NATIONALITY)
COLUMNS = Columns(
    {field: (str(field),) for field in (*_ONE, Field.PRISON_NUMBER)}
    | {field: tuple(f"{field}_{place}" for place in range(most)) for field, most in _SEVERAL.items()}
)
_KINDS = {"pnc": Field.PNC, "cro": Field.CRO, "home_office": Field.HOME_OFFICE}
SCHEMA = {column: pl.String for columns in COLUMNS.held.values() for column in columns}


def comparable(records: Iterable[tuple[int, Content]]) -> pl.DataFrame:
    """Give the cleaned row of each record, (number, content), in the order given: `id` is its number as text."""
    return clean(pl.DataFrame([_row(number, content) for number, content in records], schema=SCHEMA, orient="row"), COLUMNS)


def _row(number: int, content: Content) -> dict[str, str | None]:
    name, said = content.get("name") or {}, dict.fromkeys(SCHEMA)
    said |= {
        "id": str(number),
        "name": name.get("as_written") or name.get("display"),
        "forename": name.get("given") or None,
        "middle": name.get("middle") or None,
        "surname": name.get("family") or None,
        "dob": content.get("date_of_birth"),
        "nationality": content.get("nationality") or None,
        "prison_number": content.get("prison_number") or None,
    }
    addresses = [each for each in content.get("addresses") or () if not each.get("no_fixed_address")]
    addresses.sort(key=lambda each: not each.get("main"))
    said["postcode"] = next((each["postcode"] for each in addresses if each.get("postcode")), None)
    for field, values in _several(content, addresses).items():
        for column, value in zip(COLUMNS.all(field), values, strict=False):
            said[column] = value
    return said


def _several(content: Content, addresses: list[Content]) -> dict[Field, list[str]]:
    """Give what there may be several of, the first so many."""
    found: dict[Field, Iterator[str | None]] = {
        Field.OTHER_NAME: (each.get("as_written") or each.get("display") for each in content.get("aliases") or ()),
        Field.ADDRESS: (each.get("address") for each in addresses),
    }
    for kind, field in _KINDS.items():
        found[field] = (each.get("canonical") or each.get("value") for each in content.get("identifiers") or () if each.get("kind") == kind)
    return {field: list(islice(filter(None, values), _SEVERAL[field])) for field, values in found.items()}


def meeting_keys(rows: pl.DataFrame) -> dict[int, set[int]]:
    """Give what cleaned records may meet others by, as numbers of 64 bits, by the records' numbers."""
    return {int(number): {as_number(key) for key in keys} for number, keys in zip(rows["id"], keys_of(rows), strict=True)}


def keys_of_rows(rows: pl.DataFrame) -> dict[int, set[int]]:
    """Give what cleaned records may meet others by, and what counts how common their values are."""
    found = meeting_keys(rows)
    for row in rows.select("id", *COMMON).iter_rows(named=True):
        for column in COMMON:
            if row[column]:
                found[int(row["id"])] |= {value_key(column), value_key(column, row[column])}
    return found


def value_key(column: str, value: str | None = None) -> int:
    """Give the key that counts the records which have this value in a column, or any."""
    return as_number(f"={column}" if value is None else f"={column}:{value}")


def as_number(key: str) -> int:
    """Give a key as a number that says nothing by itself."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)
