"""Rows of a legacy casework system into the shape that Longstop keeps. Pure: no ORM, no clock.

What refuses a row is the schema's to say (`contracts.casework`), by dataframely, for many rows at once; what is wrong with a row that can
be used is found cell by cell, as for every other source.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from longstop.intake.checking import check
from longstop.intake.contracts import Field, Kind, Table
from longstop.intake.contracts.casework import YES
from longstop.intake.contracts.tabular import LONGEST_KEY
from longstop.intake.findings import Finding, shown
from longstop.intake.prisoners import OLDEST, PLACEHOLDER_BIRTHS, written_name
from longstop.intake.tables import Row

_NOTHING = frozenset({"NOT ENTERED", "NULL", "N/A", "#N/A", "\\N", "<NA>"})
_LONGEST_NOTHING = max(map(len, _NOTHING))
_MARKED = re.compile(r"^(?:(?:MIG_ERROR|NO_SHOW|DUPLICATE)_+)+", re.IGNORECASE)
_IN_PRISON = frozenset({"prison", "in prison", "custody", "in custody", "serving", "sentenced"})
_MANY = 100  # names, nationalities or barriers in one cell


@dataclass(slots=True, kw_only=True)  # one a row: freezing would cost as much as making it
class Usable:
    """One row that can be used: `key` and `belongs_to` (the key of its person, or of its case) as the system has them."""

    row: Row
    raw: Mapping[str, str]
    key: str
    belongs_to: str | None
    content: dict[str, Any]
    problems: list[Finding]


@dataclass(slots=True, kw_only=True)  # one a row: freezing would cost as much as making it
class Unusable:
    """One row that cannot be used; `key` where it says so much."""

    row: Row
    finding: Finding
    key: str | None


def read(table: Table, rows: Sequence[Row], *, observed_on: date) -> tuple[list[Usable | Unusable], list[str]]:
    """Check and shape rows; gives them in their order, and every column name that the contract does not know, once a row."""
    cleaned = {row.number: _clean(table, row.cells) for row in rows if not isinstance(row.cells, Finding)}
    refused = _refused(table, cleaned)
    done: list[Usable | Unusable] = []
    unknown: list[str] = []
    for row in rows:
        if isinstance(row.cells, Finding):
            done.append(Unusable(row=row, finding=row.cells, key=None))
            continue
        unknown += row.cells.keys() - table.contract.by_name.keys()
        (cells, problems), finding = cleaned[row.number], refused.get(row.number)
        done.append(_unusable(table, row, cells, finding) if finding else _usable(table, row, row.cells, cells, problems, observed_on))
    return done, unknown


def _clean(table: Table, cells: Mapping[str, str]) -> tuple[dict[str, str], list[Finding]]:
    """Give the columns of the table that hold something, without those where the system wrote that it knows nothing."""
    found: dict[str, str] = {}
    problems: list[Finding] = []
    for field in table.contract.fields:
        if not (text := cells.get(field.name)):
            continue
        if bare := _bare(field, text):
            found[field.name] = bare
        if bare != text:
            sentence = f"{field.label} holds what a system writes when it knows nothing; that was left out."
            remedy = f"Send the true {field.name}, or leave it empty."
            problems.append(Finding(fault="placeholder", field=field.name, value=shown(text), sentence=sentence, remedy=remedy))
    return found, problems


def _bare(field: Field, text: str) -> str:
    if len(text) <= _LONGEST_NOTHING and field.kind is not Kind.LONG_TEXT and text.upper() in _NOTHING:
        return ""
    marked = _MARKED.match(text) if field.kind is Kind.NAME else None
    return text[marked.end() :] if marked else text


def _refused(table: Table, cleaned: Mapping[int, tuple[Mapping[str, str], object]]) -> dict[int, Finding]:
    """Say which rows break a rule of the schema, by their number, and which rule."""
    if not cleaned:
        return {}
    names = [field.name for field in table.contract.fields]
    types = {"row_number": pl.Int64, **dict.fromkeys(names, pl.String)}
    columns = {name: [cells.get(name) for cells, _ in cleaned.values()] for name in names}
    frame = pl.DataFrame({"row_number": list(cleaned), **columns}, schema=types)
    _, failed = table.schema.filter(frame)
    if not len(failed):
        return {}
    details = failed.details()
    rules = [name for name in details.columns if name not in types]
    found: dict[int, Finding] = {}
    for told in details.iter_rows(named=True):
        broken = next(rule for rule in rules if told[rule] == "invalid")
        found[told["row_number"]] = _finding(table, broken, told)
    return found


def _finding(table: Table, rule: str, told: Mapping[str, Any]) -> Finding:
    if words := table.rules.get(rule):
        return Finding(fault=rule, field=words.field, value=shown(told[words.field] or ""), sentence=words.sentence, remedy=words.remedy)
    name, _, kind = rule.partition("|")
    label = table.contract.by_name[name].label
    if kind == "max_length":
        sentence, remedy = f"{label} is longer than it can be.", f"Send {name} with at most {LONGEST_KEY} characters."
        return Finding(fault="too_long", field=name, value=shown(told[name]), sentence=sentence, remedy=remedy)
    return Finding(fault="missing", field=name, sentence=f"{label} is missing.", remedy=f"Send {name} with every row.")


def _unusable(table: Table, row: Row, cells: Mapping[str, str], finding: Finding) -> Unusable:
    return Unusable(row=row, finding=finding, key=_key(table, cells))


_PARENTS = {
    "persons": None,
    "cases": "person_id",
    "contacts": "person_id",
    "alerts": "person_id",
}  # the column that names what a row belongs to; a case's, in the other tables


def _key(table: Table, cells: Mapping[str, Any]) -> str | None:
    parts = [cells.get(name) for name in table.key]
    return "\n".join(str(part) for part in parts) if all(parts) else None


def _usable(
    table: Table,
    row: Row,
    raw: Mapping[str, str],
    cells: Mapping[str, str],
    problems: list[Finding],
    observed_on: date,
) -> Usable | Unusable:
    checked = check(table.contract, cells)
    if checked.problems:
        said = {each.field for each in problems}
        problems = problems + [each for each in checked.problems if each.field not in said or each.fault != "missing"]
    if checked.refusal is not None:
        return _unusable(table, row, cells, checked.refusal)
    content = _SHAPES[table.name](checked.values, problems, observed_on)
    key = _key(table, checked.values)
    parent = _PARENTS.get(table.name, "case_reference")
    return Usable(
        row=row,
        raw=raw,
        key=key or "",
        belongs_to=checked.values[parent] if parent else None,
        content=content,
        problems=problems,
    )


def _person(values: Mapping[str, Any], problems: list[Finding], observed_on: date) -> dict[str, Any]:
    """Shape a person as records of prisoners are shaped, so that both are found and shown alike."""
    parts = {"firstName": "first_name", "middleNames": "middle_names", "lastName": "last_name"}
    address = {ours: _iso(values[theirs]) for theirs, ours in _ADDRESS.items() if theirs in values}
    return {
        "legacy_id": values["person_id"],
        "prison_number": values.get("prison_number", ""),
        "name": written_name({theirs: values[ours] for theirs, ours in parts.items() if ours in values}),
        "aliases": [written_name({"lastName": name}) | {"date_of_birth": None} for name in _several(values.get("other_names"))],
        "date_of_birth": _iso(_born(values, problems, observed_on)),
        "nationality": values.get("nationality", ""),
        "nationalities": _several(values.get("nationality")),
        "identifiers": list(_identifiers(values)),
        "addresses": [address] if address else [],
    }


_ADDRESS = {"address": "address", "postcode": "postcode", "address_type": "type", "address_from": "from"}


def _identifiers(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, kind in (("home_office_reference", "home_office"), ("pnc", "pnc"), ("cro", "cro")):
        if name in values:
            yield {"kind": kind, **values[name]}
    yield {"kind": "legacy_id", "value": values["person_id"], "canonical": None}


def _born(values: Mapping[str, Any], problems: list[Finding], observed_on: date) -> date | None:
    born: date | None = values.get("date_of_birth")
    if born is None:
        return None
    remedy = "Send the true date of birth, or leave it out."
    if born >= observed_on or observed_on.year - born.year > OLDEST:
        sentence = f"Date of birth is later than the file or more than {OLDEST} years earlier, so it was left out."
        problems.append(Finding(fault="unlikely_date", field="date_of_birth", value=str(born), sentence=sentence, remedy=remedy))
        return None
    if (born.month, born.day) == (1, 1):
        known = "is" if born in PLACEHOLDER_BIRTHS else "may be"
        sentence = f"Date of birth {known} a day that systems write when they do not know it."
        problems.append(Finding(fault="placeholder", field="date_of_birth", value=str(born), sentence=sentence, remedy=remedy))
    return born


def _case(values: Mapping[str, Any], problems: list[Finding], observed_on: date) -> dict[str, Any]:
    for first, second in (("opened_on", "closed_on"), ("sentence_start_date", "sentence_expiry_date")):
        if first in values and second in values and values[first] > values[second]:
            sentence = "It ends before it begins; the days may have changed places. Both were kept."
            remedy = f"Check {first} and {second}."
            problems.append(Finding(fault="dates_disagree", field=second, value=str(values[second]), sentence=sentence, remedy=remedy))
    if values.get("opened_on", observed_on) > observed_on:
        sentence = "The case was opened later than the file was written."
        remedy = "Check opened_on: day and month may have changed places."
        problems.append(Finding(fault="unlikely_date", field="opened_on", value=str(values["opened_on"]), sentence=sentence, remedy=remedy))
    if str(values.get("custody", "")).casefold() in _IN_PRISON and "sentence_expiry_date" not in values and "closed_on" not in values:
        sentence = "The person is in prison and no end of the sentence was supplied."
        problems.append(
            Finding(fault="no_sentence_end", field="sentence_expiry_date", sentence=sentence, remedy="Send it as soon as it is known.")
        )
    return _plain(values) | {"barriers": _several(values.get("barriers")), "is_open": "closed_on" not in values}


def _contact(values: Mapping[str, Any], problems: list[Finding], observed_on: date) -> dict[str, Any]:
    """Shape a contact: what kind, who, where to be reached, and since when."""
    kept = {name: _iso(value) for name, value in values.items() if name not in ("contact_id", "person_id", "kind")}
    return {"kind": values["kind"].strip().casefold(), **kept}


def _alert(values: Mapping[str, Any], problems: list[Finding], observed_on: date) -> dict[str, Any]:
    """Shape an alert as those of the prison's records are read: whether it stands, and whether it says that somebody is to be protected."""
    ended = values.get("ended_on")
    kept = {name: _iso(values[name]) for name in ("raised_on", "review_by", "ended_on") if name in values}
    protective = values["protective"].strip().casefold() in YES
    return {"kind": values["kind"], "protective": protective, "active": ended is None or ended > observed_on, **kept}


def _plain(values: Mapping[str, Any], *_: object) -> dict[str, Any]:
    return {name: _iso(value) for name, value in values.items()}


def _several(text: str | None) -> list[str]:
    parts = (part.strip() for part in (text or "").split(";"))
    return list(dict.fromkeys(part for part in parts if part))[:_MANY]


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


_SHAPES: Mapping[str, Callable[[Mapping[str, Any], list[Finding], date], dict[str, Any]]] = {
    "persons": _person,
    "cases": _case,
    "owners": _plain,
    "events": _plain,
    "notes": _plain,
    "contacts": _contact,
    "alerts": _alert,
}
