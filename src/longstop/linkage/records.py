"""Records made comparable: one cleaned row for each record. Each different value is cleaned once, however many records hold it."""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, product
from typing import Any, cast

import polars as pl
import pyarrow as pa

from longstop.linkage.cleaning.dates import birth_date
from longstop.linkage.cleaning.names import name_words, script_of
from longstop.linkage.cleaning.nicknames import full_forms
from longstop.linkage.cleaning.numbers import number
from longstop.linkage.cleaning.places import area, place_words, postcode
from longstop.linkage.fields import Columns, Field
from longstop.linkage.sounds import skeleton

IDENTIFIERS = (Field.PRISON_NUMBER, Field.PNC, Field.CRO, Field.HOME_OFFICE, Field.NUMBER)
TEXT, WORDS = pl.String(), pl.List(pl.String)
NAME = {
    "name": TEXT,  # the words, sorted
    "first": TEXT,
    "last": TEXT,
    "words": WORDS,
    "forms": WORDS,  # the words with short forms of forenames put in full
    "couples": WORDS,  # every two different words, short forms in full
    "sounds": WORDS,
    "skeleton": TEXT,  # of all words, sorted
    "script": TEXT,
}
SCHEMA = {
    "id": TEXT,
    "side": TEXT,
    **NAME,
    "origin": TEXT,  # where names like it are from, to tell groups apart: never compared
    "aliases": WORDS,
    "born": TEXT,
    "year": TEXT,
    "day": TEXT,  # of the year: month and day
    "turned": TEXT,  # the same with day and month exchanged
    "sex": TEXT,
    "postcode": TEXT,
    "area": TEXT,
    "place": TEXT,
    "places": WORDS,
    "located": TEXT,  # the words of places and addresses, sorted
    "nationality": TEXT,
    "occupation": TEXT,
    "numbers": WORDS,
    "kinds": WORDS,
    "contacts": WORDS,
}
_PART = "\x1f"
_ARROW = {TEXT: pa.string(), WORDS: pa.list_(pa.string())}
_NAME = pa.struct({name: _ARROW[kind] for name, kind in NAME.items()})


def clean(table: pl.DataFrame, columns: Columns, *, side: str = "a") -> pl.DataFrame:
    """Give the cleaned record of each row, in the order given, with the columns of SCHEMA. Without an id column rows count from 1."""
    said = _Said(table, columns)
    lines = pl.Series(range(1, len(table) + 1), dtype=pl.Int64).cast(pl.String)
    places, towns = said.words((Field.PLACE, Field.ADDRESS)), said.words((Field.PLACE,))
    found = {
        "id": said.one(Field.ID).replace("", None).fill_null(lines),
        "side": pl.Series([side]).new_from_index(0, len(table)),
        **_names(said),
        "origin": said.each(Field.ORIGIN, _plain),
        "aliases": said.lists([(Field.OTHER_NAME, lambda text: " ".join(sorted(name_words([text]))) or None)]),
        "born": said.each(Field.DOB, birth_date),
        "sex": said.each(Field.SEX, lambda text: (_plain(text) or "")[:1] or None),
        "postcode": said.each(Field.POSTCODE, postcode),
        "place": _joined(towns),
        "places": places,
        "located": _joined(places),
        "nationality": said.each(Field.NATIONALITY, _plain),
        "occupation": said.each(Field.OCCUPATION, _plain),
        "numbers": said.lists([(field, _numbered(field)) for field in IDENTIFIERS]),
        "contacts": said.lists([(Field.CONTACT, lambda text: number(Field.CONTACT, text))]),
    }
    year, month, day = (found["born"].str.slice(*part) for part in ((0, 4), (5, 2), (8, 2)))
    found |= {"year": year, "day": month + "-" + day, "turned": day + "-" + month}
    found["area"] = _each(found["postcode"], lambda code: area(code) if code else None, _ARROW[TEXT])
    found["kinds"] = _each(_joined(found["numbers"]), _kinds, _ARROW[WORDS])
    return pl.DataFrame({name: found[name].cast(kind) for name, kind in SCHEMA.items()})


class _Said:
    """What the rows of a table say, by field."""

    def __init__(self, table: pl.DataFrame, columns: Columns) -> None:
        self._rows = len(table)
        self._held = {field: [table[name].cast(pl.String) for name in names] for field, names in columns.held.items()}

    def one(self, field: Field) -> pl.Series:
        """Give what the first column of a field says."""
        return next(iter(self._held.get(field, ())), pl.Series([None], dtype=TEXT).new_from_index(0, self._rows))

    def each(self, field: Field, make: Callable[[str | None], str | None]) -> pl.Series:
        """Give what is made of the first column of a field."""
        return _each(self.one(field), make, _ARROW[TEXT])

    def lists(self, made: Iterable[tuple[Field, Callable[[str | None], str | None]]]) -> pl.Series:
        """Give what is made of all columns of some fields, each value once, sorted."""
        return self._together(
            [_each(each, make, _ARROW[TEXT]).reshape((-1, 1)) for field, make in made for each in self._held.get(field, ())]
        )

    def words(self, fields: Iterable[Field]) -> pl.Series:
        """Give the words of places and addresses in all columns of some fields, each once, sorted."""
        return self._together([_each(each, place_words, _ARROW[WORDS]) for field in fields for each in self._held.get(field, ())])

    def _together(self, parts: Sequence[pl.Series]) -> pl.Series:
        if not parts:
            return pl.Series([[]], dtype=WORDS).new_from_index(0, self._rows)
        every = pl.DataFrame([part.cast(WORDS).alias(str(place)) for place, part in enumerate(parts)])
        return every.select(pl.concat_list(pl.all()).list.drop_nulls().list.unique().list.sort()).to_series()


def _each(said: pl.Series, make: Callable[[str | None], Any], kind: pa.DataType) -> pl.Series:
    """Give what is made of each value; of equal ones it is made once."""
    different = said.unique()
    # Arrow makes columns of lists and mappings at once, where Polars would make a column of each list.
    values = different.to_list()
    made = pa.table({"said": pa.array(values, pa.string()), "made": pa.array([make(value) for value in values], kind)})
    told = cast(pl.DataFrame, pl.from_arrow(made))
    return said.alias("said").to_frame().join(told, on="said", how="left", nulls_equal=True, maintain_order="left")["made"]


def _names(said: _Said) -> dict[str, pl.Series]:
    parts = [said.one(field).fill_null("").alias(field) for field in (Field.FORENAME, Field.MIDDLE, Field.SURNAME)]
    whole = pl.DataFrame([*parts, said.one(Field.NAME).fill_null("").alias("whole")])
    apart = pl.any_horizontal(pl.col(part.name) != "" for part in parts)
    written = pl.when(apart).then(pl.concat_str([part.name for part in parts], separator=_PART)).otherwise("whole")
    found = _each(whole.select(written.alias("written")).to_series(), _name, _NAME)
    return {name: found.struct.field(name) for name in NAME}


def _name(written: str | None) -> dict[str, Any]:
    parts = (written or "").split(_PART)
    words = name_words(parts)
    skeletons = sorted(skeleton(word) for word in words)
    full = [full_forms(word) for word in words]
    return {
        "name": " ".join(sorted(words)) or None,
        "first": words[0] if words else None,
        "last": words[-1] if words else None,
        "words": words,
        "forms": sorted({form for forms in full for form in forms}),
        "couples": _couples(full),
        "sounds": sorted({*skeletons} - {""}),
        "skeleton": "".join(skeletons) or None,
        "script": script_of("".join(parts)),
    }


def _couples(words: Iterable[frozenset[str]]) -> list[str]:
    """Give every two different words of a name, in each form for which either may stand."""
    found = {" ".join(sorted(two)) for both in combinations(words, 2) for two in product(*both) if two[0] != two[1]}
    return sorted(found)


def _plain(text: str | None) -> str | None:
    return (text or "").strip().casefold() or None


def _numbered(field: Field) -> Callable[[str | None], str | None]:
    def make(text: str | None) -> str | None:
        found = number(field, text)
        return f"{field}:{found}" if found else None

    return make


def _kinds(numbers: str | None) -> list[str]:
    return sorted({each.partition(":")[0] for each in (numbers or "").split(" ") if each})


def _joined(lists: pl.Series) -> pl.Series:
    return lists.list.join(" ").replace("", None)
