"""The words in which a contract is declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a field holds. The value is how the documentation says it."""

    PRISON_NUMBER = "prison number (A1234AA)"
    NAME = "name"
    TEXT = "text"
    CODE = "code"
    LONG_TEXT = "long text"
    DATE = "date (2024-03-31)"
    DAY = "date (2024-03-31 or 31/03/2024)"
    FLAG = "true or false"
    WHOLE = "whole number"
    NUMBER = "number"
    PNC = "PNC number"
    CRO = "CRO number"
    HOME_OFFICE = "Home Office reference"
    LIST = "list of records"
    KEPT = "anything; kept as it came"


class Need(StrEnum):
    """What happens when a field is missing, or holds nothing that can be used."""

    REQUIRED = "the row is refused"
    ONE_NAME = "the row is refused when no name is left"
    EXPECTED = "accepted, with a problem"
    OPTIONAL = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its name in the source, what to call it on screen, and what it means. `remembered` is for whoever reads values of it."""

    name: str
    label: str
    kind: Kind
    meaning: str = ""
    need: Need = Need.OPTIONAL
    codes: frozenset[str] = frozenset()
    parts: tuple["Field", ...] = ()
    by_name: Mapping[str, "Field"] = field(init=False, repr=False, compare=False)
    remembered: dict[str | bytes, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {part.name: part for part in self.parts})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a source sends, row by row."""

    source: str
    title: str
    what: str
    origin: str
    forms: str
    fields: tuple[Field, ...]
    notes: tuple[str, ...] = ()
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    by_need: Mapping[Need, tuple[Field, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.fields})
        object.__setattr__(self, "by_need", {need: tuple(each for each in self.fields if each.need is need) for need in Need})

    def needing(self, need: Need) -> tuple[Field, ...]:
        """Give the fields whose absence has this consequence, in their order."""
        return self.by_need[need]
