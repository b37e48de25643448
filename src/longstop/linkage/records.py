"""Records made comparable: one cleaned row for each record, and the keys by which two of them may meet."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any, cast

import polars as pl
import pyarrow as pa

from longstop.linkage.cleaning.dates import birth_date, without_order
from longstop.linkage.cleaning.names import name_words, script_of
from longstop.linkage.cleaning.nicknames import full_forms
from longstop.linkage.cleaning.numbers import number
from longstop.linkage.cleaning.places import area, place_words, postcode
from longstop.linkage.fields import Columns, Field
from longstop.linkage.sounds import skeleton

IDENTIFIERS = (Field.PRISON_NUMBER, Field.PNC, Field.CRO, Field.HOME_OFFICE, Field.NUMBER)
TEXT, WORDS = pa.string(), pa.list_(pa.string())
SCHEMA = pa.schema(
    {
        "id": TEXT,
        "side": TEXT,
        "name": TEXT,  # the words, sorted
        "first": TEXT,
        "last": TEXT,
        "words": WORDS,
        "forms": WORDS,  # the words with short forms of forenames put in full
        "sounds": WORDS,
        "skeleton": TEXT,  # of all words, sorted
        "script": TEXT,
        "origin": TEXT,  # where names like it are from, to tell groups apart: never compared
        "aliases": WORDS,
        "born": TEXT,
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
        "keys": WORDS,
    }
)


def clean(table: pl.DataFrame, columns: Columns, *, side: str = "a") -> pl.DataFrame:
    """Give the cleaned record of each row, in the order given, with the columns of SCHEMA. Without an id column rows count from 1."""
    held: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
    for line, each in enumerate(table.iter_rows(named=True), start=1):
        for name, value in _row(each, columns, line, side).items():
            held[name].append(value)
    cleaned = pa.table({name: pa.array(values, SCHEMA.field(name).type) for name, values in held.items()})
    return cast(pl.DataFrame, pl.from_arrow(cleaned))


def _row(row: Mapping[str, Any], columns: Columns, line: int, side: str) -> dict[str, Any]:
    said = {field: [_text(row[column]) for column in columns.all(field)] for field in columns.held}

    def one(field: Field) -> str | None:
        return next(iter(said.get(field, ())), None)

    parts = [one(Field.FORENAME), one(Field.MIDDLE), one(Field.SURNAME)]
    given = parts if any(parts) else [one(Field.NAME)]
    words = name_words(given)
    others = [each for each in said.get(Field.OTHER_NAME, []) if each]
    born, code = birth_date(one(Field.DOB)), postcode(one(Field.POSTCODE))
    numbers = [(field, found) for field in IDENTIFIERS for each in said.get(field, []) if (found := number(field, each))]
    places = sorted({word for field in (Field.PLACE, Field.ADDRESS) for each in said.get(field, []) for word in place_words(each)})
    town = " ".join(sorted({word for each in said.get(Field.PLACE, []) for word in place_words(each)})) or None
    cleaned = {
        "id": one(Field.ID) or str(line),
        "side": side,
        **_name(words, "".join(filter(None, given))),
        "aliases": sorted({" ".join(sorted(name_words([each]))) for each in others} - {""}),
        "born": born,
        "sex": (one(Field.SEX) or "").strip().casefold()[:1] or None,
        "postcode": code,
        "area": area(code) if code else None,
        "place": town,
        "places": places,
        "located": " ".join(places) or None,
        "origin": (one(Field.ORIGIN) or "").strip().casefold() or None,
        "nationality": (one(Field.NATIONALITY) or "").strip().casefold() or None,
        "occupation": (one(Field.OCCUPATION) or "").strip().casefold() or None,
        "numbers": sorted({f"{field}:{found}" for field, found in numbers}),
        "kinds": sorted({str(field) for field, _ in numbers}),
        "contacts": sorted({found for each in said.get(Field.CONTACT, []) if (found := number(Field.CONTACT, each))}),
    }
    return cleaned | {"keys": sorted(_keys(cleaned, [name_words([each]) for each in others]))}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _name(words: list[str], written: str) -> dict[str, Any]:
    skeletons = sorted({skeleton(word) for word in words} - {""})
    return {
        "name": " ".join(sorted(words)) or None,
        "first": words[0] if words else None,
        "last": words[-1] if words else None,
        "words": words,
        "forms": sorted({form for word in words for form in full_forms(word)}),
        "sounds": skeletons,
        "skeleton": "".join(sorted(skeleton(word) for word in words)) or None,
        "script": script_of(written),
    }


def _keys(cleaned: Mapping[str, Any], others: Iterable[list[str]]) -> Iterator[str]:
    """Give the keys by which a record may meet another: whatever two records of one person are likely to have in common, errors and all.

    Each begins with the letter of its kind. Those that too many share are dropped later: others are narrower.
    """
    born: str | None = cleaned["born"]
    day = without_order(born) if born else None
    code, town = cleaned["postcode"], cleaned["place"]
    for value in (*cleaned["numbers"], *cleaned["contacts"]):
        yield f"I{value}"
    if day and code:
        yield f"Z{day}{code}"
    if day and town:
        yield f"L{day}{town}"
    if day:
        yield f"D{day}"
    names = [(cleaned["words"], cleaned["sounds"], cleaned["forms"])]
    names += [(words, sorted({skeleton(word) for word in words} - {""}), []) for words in others if words]
    for words, sounds, full in names:
        for left, right in combinations(sounds, 2):
            yield f"N{left}|{right}"
        for sound in sounds:
            yield from _beside(sound, day, code, town, cleaned["area"])
        for word in {*words, *full}:
            yield f"W{word}"
            if born:
                yield f"X{word}{born[:4]}"


def _beside(sound: str, day: str | None, code: str | None, town: str | None, district: str | None) -> Iterator[str]:
    """Give the keys of one word's sound beside something else that is known."""
    yield f"S{sound}"
    if day:
        yield f"B{day}{sound}"
        yield f"E{day}{sound[:1]}"
        yield f"Y{day[:4]}{sound}"
        yield f"M{day[4:]}{sound}"
    if code:
        yield f"P{code}{sound}"
    if district:
        yield f"A{district}{sound}"
    if town:
        yield f"T{town}|{sound}"
