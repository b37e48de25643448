"""Contracts of flat tables, declared as dataframely schemas: what refuses a row is a rule, the rest is in the columns' words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import dataframely as dy
import polars as pl

from longstop.intake.contracts.declaring import Contract, Field, Kind, Need

LONGEST_KEY = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What is told of a row that breaks a rule between columns; the rule bears the same name in the schema."""

    field: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A flat table of a source: its schema, the contract that follows from it, its key and the words of its rules."""

    name: str
    schema: type[dy.Schema]
    contract: Contract
    key: tuple[str, ...]
    rules: Mapping[str, Broken] = field(default_factory=dict)

    @property
    def required(self) -> frozenset[str]:
        """The columns without which a file is not this table."""
        return frozenset(each.name for each in self.contract.needing(Need.REQUIRED))


def number() -> dy.Int64:
    """Declare the column that numbers the rows of a batch, so that a refused row is known again. It is ours, not the sender's."""
    return dy.Int64(nullable=False, metadata={"ours": True})


def column(label: str, kind: Kind = Kind.TEXT, meaning: str = "", *, need: Need = Need.OPTIONAL) -> dy.String:
    """Declare a column. Every column arrives as text; `kind` says what is made of it."""
    return dy.String(nullable=True, metadata={"label": label, "kind": kind, "meaning": meaning, "need": need})


def required(label: str, kind: Kind = Kind.TEXT, meaning: str = "", *, longest: int = LONGEST_KEY) -> dy.String:
    """Declare a column without which the row is refused."""
    words = {"label": label, "kind": kind, "meaning": meaning, "need": Need.REQUIRED}
    return dy.String(nullable=False, min_length=1, max_length=longest, metadata=words)


def fields_of(schema: type[dy.Schema]) -> tuple[Field, ...]:
    """Give the columns of a schema as the checks and the documentation read them."""
    named = schema.columns().items()
    return tuple(Field(name=name, **each.metadata) for name, each in named if each.metadata and "ours" not in each.metadata)


def in_order(first: str, second: str) -> pl.Expr:
    """Say that one day does not lie after another. Where either is missing, or no day, nothing is said against the row."""
    return (day(first) <= day(second)).fill_null(True)


def day(name: str) -> pl.Expr:
    """Give a column of text as days: 2024-03-31, with or without a time, or 31/03/2024."""
    text = pl.col(name).str.strip_chars()
    return pl.coalesce(
        text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        text.str.slice(0, 10).str.to_date("%d/%m/%Y", strict=False),
    )
