"""What a column of any file says about a person, as mapped by whoever knows the file, or guessed from its heading."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """A field of a record that linkage understands."""

    ID = "id"
    TRUTH = "truth"
    NAME = "name"
    FORENAME = "forename"
    MIDDLE = "middle"
    SURNAME = "surname"
    OTHER_NAME = "other_name"
    DOB = "dob"
    SEX = "sex"
    POSTCODE = "postcode"
    ADDRESS = "address"
    PLACE = "place"
    NATIONALITY = "nationality"
    OCCUPATION = "occupation"
    PRISON_NUMBER = "prison_number"
    PNC = "pnc"
    CRO = "cro"
    HOME_OFFICE = "home_office_reference"
    NUMBER = "number"
    CONTACT = "contact"
    ORIGIN = "name_origin"


SEVERAL = frozenset({Field.OTHER_NAME, Field.ADDRESS, Field.PLACE, Field.NUMBER, Field.CONTACT})
"""Fields that several columns may hold. Of the others each has one."""

# Headings as files have them, after case and separators are levelled. The first that fits names the field.
_GUESSES: tuple[tuple[Field, str], ...] = (
    (Field.PRISON_NUMBER, r"prison(er)?_?(number|no)|nomis(_?id|_?number)?|noms_?(number|id|no)"),
    (Field.PNC, r"pnc(_?(number|id|no))?(_canonical.*)?"),
    (Field.CRO, r"cro(_?(number|no))?"),
    (Field.HOME_OFFICE, r"home_office_ref(erence)?(_number)?|ho_?ref(erence)?"),
    (Field.ID, r"(unique_?|record_?|rec_?|row_?|person_?)?id|record_?(number|no)"),
    (Field.DOB, r"(date_of_birth|birth_?date|dob|born|d_o_b|birthday)(_?(std|string|str))?"),
    (Field.OTHER_NAME, r"alias(es)?|aka|(native|other|former|maiden|previous)_?(full_?)?names?(_full)?|native_name_full"),
    (Field.FORENAME, r"(primary_)?(first|fore|given|christian)_?names?|primary_name_first|firstname|forename_?1"),
    (Field.MIDDLE, r"(primary_)?middle_?names?|primary_name_middle|forename_?2|second_?names?"),
    (Field.SURNAME, r"(primary_)?(sur|last|family)_?names?|primary_name_last"),
    (Field.NAME, r"(primary_)?(full_?)?names?(_full)?|primary_name_full"),
    (Field.SEX, r"sex|gender"),
    (Field.POSTCODE, r"(addr_)?(postal|zip)_?code|post_?code(_fake)?|zip"),
    (Field.ADDRESS, r"addr(ess)?(_?(full|line_?)?_?\d?)?|street(_?(number|name|address))?|addr_full"),
    (Field.PLACE, r"city|town|suburb|locality|birth_?place|place_of_birth|addr_city|county"),
    (Field.ORIGIN, r"name_origin|origin_of_name"),
    (Field.NATIONALITY, r"nationality|citizenship|nationalities"),
    (Field.OCCUPATION, r"occupation|job(_?title)?|profession"),
    (Field.CONTACT, r"e_?mail(_?address)?|(tele)?phone(_?number)?|mobile|msisdn"),
    (
        Field.NUMBER,
        r"passport(_?(number|no))?|(soc_sec|ssn|nino|national_insurance|national_id|tax_id|driv(ers|ing)?_licen[cs]e)(_?(id|number|no))?",
    ),
)
_GUESS = tuple((field, re.compile(pattern)) for field, pattern in _GUESSES)


class BadMapping(ValueError):
    """A mapping names a field or a column that there is not; the message says which, and which there are."""


@dataclass(frozen=True)
class Columns:
    """Which columns of a file hold which field, in the order of the file."""

    held: Mapping[Field, tuple[str, ...]]

    def one(self, field: Field) -> str | None:
        """Give the column that holds a field, if any does."""
        found = self.held.get(field, ())
        return found[0] if found else None

    def all(self, field: Field) -> tuple[str, ...]:
        """Give every column that holds a field."""
        return self.held.get(field, ())


def map_columns(headings: Iterable[str], *, said: Mapping[str, str] | None = None, file: str = "the file") -> Columns:
    """Say which columns hold which field: as `said` ({field: column}, several columns with + between), else as their headings suggest.

    Raises BadMapping for a field that linkage does not know and for a column that the file does not have.
    """
    known = list(headings)
    held: dict[Field, list[str]] = {}
    for name, columns in (said or {}).items():
        held[_field(name)] = _known(columns.split("+"), known, file)
    taken = {column for columns in held.values() for column in columns}
    for column in known:
        field = None if column in taken else guess(column)
        if field is None or (field in held and (field not in SEVERAL or str(field) in (said or {}))):
            continue
        held.setdefault(field, []).append(column)
    return Columns({field: tuple(columns) for field, columns in held.items()})


def map_each(tables: Sequence[Sequence[str]], *, said: Mapping[str, str], name: str) -> list[Columns]:
    """Say which columns of each table hold which field. What is `said` holds for each table that has the column; one must have it.

    Raises BadMapping.
    """
    every = {column for headings in tables for column in headings}
    for columns in said.values():
        _known(columns.split("+"), sorted(every), name)
    found = []
    for headings in tables:
        mine = {field: columns for field, columns in said.items() if set(columns.split("+")) <= set(headings)}
        found.append(map_columns(headings, said=mine, file=name))
    return found


def guess(heading: str) -> Field | None:
    """Give the field that a heading suggests; None where it suggests none."""
    plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", heading.strip()).lower()).strip("_")
    return next((field for field, pattern in _GUESS if pattern.fullmatch(plain)), None)


def parse_mapping(text: str) -> dict[str, str]:
    """Read `name=full_name,dob=birth_date`. Raises BadMapping."""
    found = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        field, equals, column = part.partition("=")
        if not equals or not column.strip():
            raise BadMapping(f"“{part}” is not field=column, as in name=full_name,dob=birth_date.")
        found[field.strip()] = column.strip()
    return found


def _field(name: str) -> Field:
    try:
        return Field(name)
    except ValueError as error:
        raise BadMapping(f"There is no field “{name}”. Fields are: {', '.join(Field)}.") from error


def _known(wanted: list[str], known: list[str], file: str) -> list[str]:
    for column in wanted:
        if column not in known:
            raise BadMapping(f"{file} has no column “{column}”. Its columns are: {', '.join(known)}.")
    return wanted
