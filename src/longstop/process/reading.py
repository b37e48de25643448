"""Reading the map from `policy/process`: one file for each track, each with its dated versions."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TypeVar

from longstop.kernel.policy import BadPolicy, NotInForce, Policy, Version, load
from longstop.process.checking import faults
from longstop.process.maps import Map, State, Step, Track

TRACKS = ("nationality", "safeguarding", "custody", "decision", "claims", "litigation", "documentation", "removal", "contact")
Kind = TypeVar("Kind")
_STATE = {"code", "title", "role", "days", "rests", "unit"}
_STEP = {"code", "title", "from", "to", "role", "authority", "evidence", "starts", "stops", "towards", "again", "by_another"}


@cache
def map_on(day: date) -> Map:
    """Give the map that is in force on a day. Raises BadPolicy for a file that cannot be used, or a map that is not whole."""
    return Map(on=day, tracks={code: track_of(load(f"process/{code}"), code, day) for code in TRACKS})


def days_of_change() -> tuple[date, ...]:
    """Give the first day of every version of any track, sorted."""
    return tuple(sorted({version.starts for code in TRACKS for version in load(f"process/{code}").versions("track")}))


def track_of(policy: Policy, code: str, day: date) -> Track:
    """Give a track as one file has it on a day. Raises BadPolicy."""
    try:
        version = policy.at("track", day)
    except NotInForce as missing:
        raise BadPolicy(f"{policy.file}.toml: no version of the track is in force on {day.isoformat()}; every day needs one.") from missing
    track = Track(
        code=code,
        title=version.text("title"),
        begins=version.text("begins"),
        states=_by_code(version, "states", {code: _state(version, row) for code, row in _rows(version, "states", _STATE)}),
        steps=_by_code(version, "steps", {code: _step(version, row) for code, row in _rows(version, "steps", _STEP)}),
        kept_by=version.text("kept_by") if version.has("kept_by") else "",
        version=version.version,
        starts_on=version.starts,
        source=version.source,
        confirmed=version.confirmed,
    )
    if found := faults(track):
        raise BadPolicy(f"{policy.file}.toml from {version.starts.isoformat()}: " + " ".join(found))
    return track


def _by_code(version: Version, field: str, found: Mapping[str, Kind]) -> Mapping[str, Kind]:
    if len(found) != len(version.tables(field)):
        raise BadPolicy(f"{version.file}.toml: two {field} have one code; give each its own.")
    return found


def _rows(version: Version, field: str, known: set[str]) -> list[tuple[str, Mapping[str, object]]]:
    rows = []
    for row in version.tables(field):
        if unknown := row.keys() - known:
            raise BadPolicy(
                f"{version.file}.toml, {field}: nobody knows “{', '.join(sorted(unknown))}”; known are {', '.join(sorted(known))}."
            )
        rows.append((_text(version, row, "code"), row))
    return rows


def _state(version: Version, row: Mapping[str, object]) -> State:
    days = row.get("days")
    if days is not None and (not isinstance(days, int) or isinstance(days, bool) or days < 1):
        raise BadPolicy(f"{version.file}.toml, state {row['code']}: “days” is {days!r}; write a whole number from 1, or leave it out.")
    return State(
        code=_text(version, row, "code"),
        title=_text(version, row, "title"),
        role=_text(version, row, "role", or_else=""),
        days=days,
        rests=bool(row.get("rests", False)),
        unit=_text(version, row, "unit", or_else="casework"),
    )


def _step(version: Version, row: Mapping[str, object]) -> Step:
    return Step(
        code=_text(version, row, "code"),
        title=_text(version, row, "title"),
        from_=_texts(version, row, "from"),
        to=_text(version, row, "to"),
        role=_text(version, row, "role", or_else="caseworker"),
        authority=_text(version, row, "authority", or_else=""),
        evidence=_texts(version, row, "evidence"),
        starts=_texts(version, row, "starts"),
        stops=_texts(version, row, "stops"),
        towards=_text(version, row, "towards", or_else=""),
        again=bool(row.get("again", False)),
        by_another=bool(row.get("by_another", False)),
    )


def _text(version: Version, row: Mapping[str, object], field: str, or_else: str | None = None) -> str:
    value = row.get(field, or_else)
    if not isinstance(value, str):
        raise BadPolicy(f"{version.file}.toml, {row.get('code', 'a row without a code')}: “{field}” is {value!r}; write text.")
    return value


def _texts(version: Version, row: Mapping[str, object], field: str) -> tuple[str, ...]:
    value = row.get(field, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadPolicy(f"{version.file}.toml, {row['code']}: “{field}” is {value!r}; write a list of texts.")
    return tuple(value)
