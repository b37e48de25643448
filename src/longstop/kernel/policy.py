"""Dated policy: numbers and lists that change on a day, kept as data with a source.

A file `src/longstop/policy/NAME.toml` holds entries; each entry is a list of versions:

    [[contact_review]]
    from = 2024-03-18
    source = "immigration bail guidance v19"
    confirmed = false
    months = 4

`from` is the first day on which a version applies, and `to` the first day on which it
no longer does; without `to` it lasts until the next version begins. `source` says who
laid it down, `confirmed` is false where it is an assumption. All the rest are values.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TypeVar

from longstop.kernel.digests import sha256

_OURS = ("from", "to", "source", "confirmed")
_FOLDER = files("longstop") / "policy"

Wanted = TypeVar("Wanted")


class BadPolicy(ValueError):
    """A policy file cannot be used; the message names file, entry, field and remedy."""


class NotInForce(LookupError):
    """No version of the entry applies on that day."""


@dataclass(frozen=True, slots=True)
class Version:
    """One dated version of one entry.

    `version` names exactly this text: file/entry@first-day#digest of its values. The
    digest makes a corrected value a new version, even on the same first day.
    """

    file: str
    name: str
    starts: date
    ends: date | None
    source: str
    confirmed: bool
    values: Mapping[str, object]
    version: str

    def contains(self, day: date) -> bool:
        """Say whether this version applies on the day."""
        return self.starts <= day and (self.ends is None or day < self.ends)

    def integer(self, field: str) -> int:
        """Return a whole number. Raises BadPolicy when it is missing or another kind."""
        return self._value(field, int, "a whole number")

    def text(self, field: str) -> str:
        """Return text. Raises BadPolicy when it is missing or of another kind."""
        return self._value(field, str, "text")

    def flag(self, field: str) -> bool:
        """Return true or false. Raises BadPolicy when it is missing or another kind."""
        return self._value(field, bool, "true or false")

    def day(self, field: str) -> date:
        """Return a date. Raises BadPolicy when it is missing or of another kind."""
        return self._value(field, date, "a date")

    def integers(self, field: str) -> tuple[int, ...]:
        """Return a list of whole numbers. Raises BadPolicy."""
        return self._items(field, int, "whole numbers")

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of texts. Raises BadPolicy."""
        return self._items(field, str, "texts")

    def tables(self, field: str) -> tuple[Mapping[str, object], ...]:
        """Return a list of tables. Raises BadPolicy."""
        return self._items(field, dict, "tables")

    def lists(self, field: str) -> tuple[tuple[str, ...], ...]:
        """Return a list of lists of texts. Raises BadPolicy."""
        inner = self._items(field, list, "lists")
        if not all(isinstance(item, str) for items in inner for item in items):
            where = _where(self.file, self.name, self.starts)
            raise BadPolicy(f"{where}: “{field}” holds more than texts; write lists of texts.")
        return tuple(tuple(items) for items in inner)

    def has(self, field: str) -> bool:
        """Say whether the version carries this value."""
        return field in self.values

    def _value(self, field: str, kind: type[Wanted], words: str) -> Wanted:
        where = _where(self.file, self.name, self.starts)
        if field not in self.values:
            raise BadPolicy(f"{where}: the field “{field}” is missing; add {words}.")
        value = self.values[field]
        if not _is_a(value, kind):
            raise BadPolicy(f"{where}: “{field}” is {value!r}; write {words}.")
        assert isinstance(value, kind)  # for the type checker: _is_a is stricter
        return value

    def _items(self, field: str, kind: type[Wanted], words: str) -> tuple[Wanted, ...]:
        items: list[Wanted] = []
        for item in self._value(field, list, f"a list of {words}"):
            if not _is_a(item, kind):
                where = _where(self.file, self.name, self.starts)
                raise BadPolicy(f"{where}: “{field}” holds {item!r}; write {words}.")
            items.append(item)
        return tuple(items)


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy file, read and checked."""

    file: str
    entries: Mapping[str, tuple[Version, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """The entries, in the order of the file."""
        return tuple(self.entries)

    def versions(self, name: str) -> tuple[Version, ...]:
        """Return every version of the entry, oldest first. Raises BadPolicy."""
        if name not in self.entries:
            known = ", ".join(self.entries)
            raise BadPolicy(f"{self.file}.toml has no entry “{name}”; it has {known}.")
        return self.entries[name]

    def at(self, name: str, day: date) -> Version:
        """Return the version of the entry in force on the day.

        Raises BadPolicy when there is no such entry, NotInForce when none of its
        versions applies on that day.
        """
        for version in reversed(self.versions(name)):
            if version.contains(day):
                return version
        raise NotInForce(f"{self.file}.toml, entry “{name}”: no version is in force on {day.isoformat()}.")

    def changes(self, *, after: date, until: date) -> tuple[date, ...]:
        """Return the days, after one and up to the other, on which any entry changes.

        On these days due dates that follow from this file have to be written again.
        """
        days = {
            day
            for versions in self.entries.values()
            for version in versions
            for day in (version.starts, version.ends)
            if day is not None and after < day <= until
        }
        return tuple(sorted(days))


@cache
def load(file: str) -> Policy:
    """Return the policy file of this name (without .toml), read once and kept.

    Raises BadPolicy.
    """
    path = _FOLDER / f"{file}.toml"
    if not path.is_file():
        raise BadPolicy(f"There is no policy file {file}.toml; there are: {_listed()}.")
    return parse(path.read_text(encoding="utf-8"), file=file)


def available() -> tuple[str, ...]:
    """Return the names of the policy files there are, without .toml, sorted."""
    names = (item.name for item in _FOLDER.iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))


def parse(text: str, *, file: str) -> Policy:
    """Return the policy in the text. `file` names it in messages. Raises BadPolicy."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPolicy(f"{file}.toml cannot be read: {error}.") from error
    entries = {name: _versions(file, name, raw) for name, raw in document.items()}
    return Policy(file=file, entries=entries)


def _versions(file: str, name: str, raw: object) -> tuple[Version, ...]:
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        raise BadPolicy(f"{file}.toml, “{name}”: write it under [[{name}]], with a date.")
    read = sorted((_version(file, name, item) for item in raw), key=lambda v: v.starts)
    for version, following in pairwise(read):
        if version.starts == following.starts or (version.ends is not None and version.ends > following.starts):
            where = _where(file, name, following.starts)
            raise BadPolicy(f"{where}: it overlaps the version before it; mend “to”.")
    return tuple(read)


def _version(file: str, name: str, raw: dict[str, object]) -> Version:
    starts = raw.get("from")
    if not _is_a(starts, date):
        raise BadPolicy(f"{file}.toml, “{name}”: “from” is {starts!r}; write a date.")
    assert isinstance(starts, date)  # for the type checker: _is_a is stricter
    where = _where(file, name, starts)
    ends, source, confirmed = raw.get("to"), raw.get("source"), raw.get("confirmed")
    if not isinstance(source, str) or not source.strip():
        raise BadPolicy(f"{where}: “source” is missing; say who laid it down.")
    if not isinstance(confirmed, bool):
        raise BadPolicy(f"{where}: “confirmed” is missing; write true or false.")
    if ends is not None and (not _is_a(ends, date) or ends <= starts):  # type: ignore[operator]
        raise BadPolicy(f"{where}: “to” is {ends!r}; write a date after “from”.")
    assert ends is None or isinstance(ends, date)
    values = {key: value for key, value in raw.items() if key not in _OURS}
    digest = sha256({"values": values, "source": source})[:8]
    version = f"{file}/{name}@{starts.isoformat()}#{digest}"
    return Version(file, name, starts, ends, source, confirmed, values, version)


def _is_a(value: object, kind: type) -> bool:
    """Say whether the value is of the kind, keeping apart what Python lets pass.

    To Python true is a whole number and a moment is a date; in a policy file either
    is a slip of the pen.
    """
    if kind is int and isinstance(value, bool):
        return False
    if kind is date and isinstance(value, datetime):
        return False
    return isinstance(value, kind)


def _where(file: str, name: str, starts: date) -> str:
    return f"{file}.toml, entry “{name}” from {starts.isoformat()}"


def _listed() -> str:
    return ", ".join(available()) or "none"
