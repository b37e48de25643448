"""One record against its contract: what can be used of it, what is wrong with it, and whether it can be used at all. Pure.

Which faults refuse a row and which are only problems is the contract's `Need`; everything else about a field is dropped and said.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from longstop.intake.contracts import Contract, Field, Kind, Need
from longstop.intake.findings import Finding, shown
from longstop.kernel.identifiers import BadIdentifier, parse_cro, parse_home_office_reference, parse_pnc, parse_prison_number
from longstop.kernel.text import tidy

LONGEST_TEXT = 2_000
LONGEST_NOTE = 100_000
LONGEST_NAME = 200
LONGEST_CODE = 60
LONGEST_LIST = 1_000
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}.*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: .*)?", re.ASCII)
_TURNED = re.compile(
    r"\d{4}-(1[3-9]|2\d|3[01])-(0[1-9]|1[0-2])(?:[T ].*)?|(?:0?[1-9]|1[0-2])[/.](1[3-9]|2\d|3[01])[/.]\d{4}(?: .*)?", re.ASCII
)
_YES = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}
# What these come to depends on the text alone, and is never changed after.
_REPEATED = frozenset({Kind.CODE, Kind.DATE, Kind.DAY, Kind.FLAG, Kind.NAME, Kind.TEXT})
_MOST_REMEMBERED = 4_000  # texts of one field
_LONGEST_PART = 120  # bytes of a record within a list, as JSON
_PLACEHOLDER_NAMES = frozenset({"not entered", "unknown", "not known", "no name", "none", "null", "n/a", "na"})


@dataclass(slots=True)  # not frozen, which takes thrice as long: made for every row
class Checked:
    """A record's usable values by field name, its problems, the fields that the contract does not know, and what refuses it."""

    values: dict[str, Any]
    problems: list[Finding]
    unknown: list[str]
    refusal: Finding | None


def check(contract: Contract, record: Mapping[str, Any]) -> Checked:
    """Check one record. Raises nothing, whatever the record holds."""
    problems: list[Finding] = []
    unknown: list[str] = []
    values = _values(contract.by_name, record, problems, unknown)
    refusal = _refusal(contract, record, values, problems)
    known = {problem.field for problem in problems}
    problems.extend(_missing(each) for each in contract.needing(Need.EXPECTED) if each.name not in values and each.name not in known)
    return Checked(values=values, problems=problems, unknown=unknown, refusal=refusal)


def _values(fields: Mapping[str, Field], record: Mapping[str, Any], problems: list[Finding], unknown: list[str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in record.items():
        field = fields.get(name)
        if field is None:
            if unknown is not None:
                unknown.append(name)
        elif type(value) is str and (known := field.remembered.get(value)) is not None:  # first: most values are such
            found[name] = known
        elif value is None or value == "" or field.kind is Kind.KEPT:
            continue
        elif (usable := _usable(field, value, problems)) is not None:
            found[name] = usable
    return found


def _usable(field: Field, value: Any, problems: list[Finding]) -> Any:
    before = len(problems)
    usable = _READERS[field.kind](field, value, problems)
    if type(value) is str and field.kind in _REPEATED and len(problems) == before and len(value) <= LONGEST_CODE:
        _remember(field.remembered, value, usable)
    return usable


def _remember(known: dict[str | bytes, Any], value: str, usable: object) -> None:
    """Keep what a text came to, where nothing was wrong with it: most are in thousands of records."""
    if usable is not None and len(known) < _MOST_REMEMBERED:
        known[value] = usable


def _refusal(contract: Contract, record: Mapping[str, Any], values: Mapping[str, Any], problems: list[Finding]) -> Finding | None:
    for field in contract.needing(Need.REQUIRED):
        if field.name not in values:
            said = next((problem for problem in problems if problem.field == field.name), None)
            return said or _absent(field, record)
    names = contract.needing(Need.ONE_NAME)
    missing = [field for field in names if field.name not in values]
    if names and len(missing) == len(names):
        said = next((problem for problem in problems if problem.field == names[-1].name), None)
        return Finding(
            fault="no_name",
            field=names[-1].name,
            value=said.value if said else "",
            sentence="The record gives no name that can be read.",
            remedy="Send the person's first name, last name or both.",
        )
    problems.extend(_missing(field) for field in missing if not any(problem.field == field.name for problem in problems))
    return None


def _absent(field: Field, record: Mapping[str, Any]) -> Finding:
    how = "is empty" if field.name in record else "is missing"
    return Finding(fault="missing", field=field.name, sentence=f"{field.label} {how}.", remedy=f"Send {field.name} with every record.")


def _missing(field: Field) -> Finding:
    return Finding(fault="missing", field=field.name, sentence=f"{field.label} is missing.", remedy=f"Send {field.name} where it is known.")


def _fault(fault: str, field: Field, value: object, sentence: str, remedy: str) -> Finding:
    """Say what is wrong with a value. `sentence` goes on from the field's label."""
    return Finding(fault=fault, field=field.name, value=shown(value), sentence=f"{field.label}{sentence}", remedy=remedy)


def _wrong_type(field: Field, value: object, wanted: str) -> Finding:
    return _fault("wrong_type", field, value, f" is not {wanted}, so it was left out.", f"Send {field.name} as {wanted}.")


def plain(text: str) -> str:
    """Give the text without invisible characters, spaces single."""
    return " ".join(text.split()) if text.isascii() and text.isprintable() else tidy(text)


def _as_text(field: Field, value: object, problems: list[Finding], longest: int) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        problems.append(_wrong_type(field, value, "text"))
        return None
    text = plain(value)
    if len(text) > longest:
        problems.append(_too_long(field, text, longest))
        text = text[:longest].rstrip()
    return text or None


def _too_long(field: Field, text: str, longest: int) -> Finding:
    sentence = f" is longer than {longest:,} characters, so the rest was left out."
    return _fault("too_long", field, text, sentence, f"Send {field.name} shorter.")


def _text(field: Field, value: object, problems: list[Finding]) -> str | None:
    return _as_text(field, value, problems, LONGEST_TEXT)


def _name(field: Field, value: object, problems: list[Finding]) -> str | None:
    if not isinstance(value, str):
        problems.append(_wrong_type(field, value, "text"))
        return None
    text = _as_text(field, value, problems, LONGEST_NAME)
    if text is None:
        return None
    if not any(c.isalpha() for c in text) or text.casefold() in _PLACEHOLDER_NAMES:
        remedy = f"Send {field.name} where it is known, and nothing in its place where it is not."
        problems.append(_fault("no_name", field, text, " is not a name, so it was left out.", remedy))
        return None
    return text


def _code(field: Field, value: object, problems: list[Finding]) -> str | None:
    text = _as_text(field, value, problems, LONGEST_CODE)
    if text is None:
        return None
    if field.codes and text not in field.codes:
        folded = {code.casefold(): code for code in field.codes}
        if (meant := folded.get(text.casefold())) is not None:
            return meant
        remedy = f"Send one of {', '.join(sorted(field.codes))}, or tell us of the new code."
        sentence = " holds a code that the contract does not know; it was kept as it came."
        problems.append(_fault("unknown_code", field, text, sentence, remedy))
    return text


def _date(field: Field, value: object, problems: list[Finding]) -> date | None:
    found = _ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if isinstance(value, str) and not plain(value):
        return None
    if day is None:
        sentence = " is not a date of the calendar, written year-month-day, so it was left out."
        problems.append(_fault("impossible_date", field, value, sentence, f"Send {field.name} as 2024-03-31."))
    elif not 1850 <= day.year <= 2200:
        remedy = f"Send the true {field.name}, or leave it out."
        problems.append(_fault("unlikely_date", field, value, " is not between 1850 and 2200, so it was left out.", remedy))
        return None
    return day


def _day(field: Field, value: object, problems: list[Finding]) -> date | None:
    """Read a day as people type it too, day first. Day and month that seem to have changed places are said, and not guessed."""
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and _TURNED.fullmatch(text):
        sentence = ": day and month seem to have changed places, so it was left out."
        problems.append(_fault("swapped_date", field, text, sentence, f"Send {field.name} as 2024-03-31."))
        return None
    if isinstance(text, str) and (found := _DAY_FIRST.fullmatch(text)):
        text = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    return _date(field, text, problems)


def _long_text(field: Field, value: object, problems: list[Finding]) -> str | None:
    """Keep the lines of a long text; within each, spaces are single and invisible characters are gone."""
    if not isinstance(value, str):
        problems.append(_wrong_type(field, value, "text"))
        return None
    text = "\n".join(plain(line) for line in value.splitlines()).strip()
    if len(text) > LONGEST_NOTE:
        problems.append(_too_long(field, text, LONGEST_NOTE))
    return text[:LONGEST_NOTE] or None


def _flag(field: Field, value: object, problems: list[Finding]) -> bool | None:
    if isinstance(value, bool):
        return value
    meant = _YES.get(value.strip().casefold()) if isinstance(value, str) else None
    if meant is None:
        problems.append(_wrong_type(field, value, "true or false"))
    return meant


def _number(field: Field, value: object, problems: list[Finding]) -> float | None:
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or not abs(number) < 1e12:
        problems.append(_wrong_type(field, value, "a number"))
        return None
    return number


def _whole(field: Field, value: object, problems: list[Finding]) -> int | None:
    number = _number(field, value, problems)
    if number is not None and not number.is_integer():
        problems.append(_wrong_type(field, value, "a whole number"))
        return None
    return None if number is None else int(number)


def _prison_number(field: Field, value: object, problems: list[Finding]) -> str | None:
    try:
        return parse_prison_number(value if isinstance(value, str) else "")
    except BadIdentifier:
        sentence = " is not one letter, four digits and two letters."
        problems.append(_fault("bad_prison_number", field, value, sentence, "Send the prison number as A1234AA."))
        return None


def _identifier(parse: Callable[[str], str]) -> Callable[[Field, object, list[Finding]], dict[str, Any] | None]:
    def read(field: Field, value: object, problems: list[Finding]) -> dict[str, Any] | None:
        text = _as_text(field, value, problems, LONGEST_CODE)
        if text is None:
            return None
        try:
            return {"value": text, "canonical": parse(text)}
        except BadIdentifier as error:
            why = "its last letter does not fit its digits" if "last letter" in str(error) else "it does not have the form of one"
            sentence = f" cannot be right: {why}. It was kept as written and will not join records."
            problems.append(_fault("bad_identifier", field, text, sentence, f"Send the true {field.name}."))
            return {"value": text, "canonical": None}

    return read


def _list(field: Field, value: object, problems: list[Finding]) -> list[dict[str, Any]] | None:
    if not isinstance(value, list | tuple):
        problems.append(_wrong_type(field, value, "a list"))
        return None
    rows: list[dict[str, Any]] = []
    inner: list[Finding] = []
    for each in value[:LONGEST_LIST]:
        if not isinstance(each, dict):
            inner.append(_wrong_type(field, each, "a list of records"))
        elif row := _part(field, each, inner):
            rows.append(row)
    if len(value) > LONGEST_LIST:
        inner.append(_wrong_type(field, len(value), f"a list of at most {LONGEST_LIST} records"))
    if inner:
        problems.extend(_nested(field, inner))
    return rows or None


def _part(field: Field, each: Mapping[str, Any], problems: list[Finding]) -> dict[str, Any]:
    """Read one record of a list. Those that are short come again in thousands of records: alerts above all."""
    try:
        written = orjson.dumps(each)
    except (TypeError, ValueError):
        return _values(field.by_name, each, problems, None)
    if (known := field.remembered.get(written)) is not None:
        return known  # type: ignore[no-any-return]
    before = len(problems)
    row = _values(field.by_name, each, problems, None)
    if len(problems) == before and len(written) <= _LONGEST_PART and len(field.remembered) < _MOST_REMEMBERED:
        field.remembered[written] = row
    return row


def _nested(field: Field, inner: list[Finding]) -> list[Finding]:
    """Say each kind of fault in a list once, under the list's own name."""
    seen: dict[tuple[str, str], Finding] = {}
    for each in inner:
        name = field.name if each.field == field.name else f"{field.name}.{each.field}"
        sentence = each.sentence if each.field == field.name else f"In {field.label.lower()}: {each.sentence}"
        seen.setdefault(
            (each.fault, name),
            Finding(fault=each.fault, field=name, value=each.value, sentence=sentence, remedy=each.remedy),
        )
    return list(seen.values())


_READERS: Mapping[Kind, Callable[[Field, Any, list[Finding]], Any]] = {
    Kind.PRISON_NUMBER: _prison_number,
    Kind.NAME: _name,
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.DATE: _date,
    Kind.FLAG: _flag,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DAY: _day,
    Kind.LONG_TEXT: _long_text,
    Kind.PNC: _identifier(lambda text: parse_pnc(text).canonical),
    Kind.CRO: _identifier(lambda text: parse_cro(text).canonical),
    Kind.HOME_OFFICE: _identifier(parse_home_office_reference),
    Kind.LIST: _list,
}
