"""A table on its way to a file, with what is stamped on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

Value = str | int | date | datetime | None  # a moment is without its zone: that of the command, as the stamp says
NOTHING = "[x]"  # nothing is recorded
NOT_APPLICABLE = "[z]"
SHORTHAND = f"{NOTHING} means that nothing is recorded. {NOT_APPLICABLE} means that the column does not apply."


@dataclass(frozen=True)
class Field:
    """A column: its heading, unique in the table, and what it means, empty where the heading says it."""

    heading: str
    meaning: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table. `stamp` are pairs of what and which: list, filter, moment, who, rows. `name` is the sheet's own, of at most 31 letters.

    `rows` can be read once. `empty` are the words for a table without rows.
    """

    name: str
    title: str
    fields: Sequence[Field]
    rows: Iterable[Sequence[Value]]
    stamp: Sequence[tuple[str, str]]
    empty: str = "There is nothing in this list."

    @property
    def definitions(self) -> list[tuple[str, str]]:
        """Give what each column that needs words means."""
        return [(field.heading, field.meaning) for field in self.fields if field.meaning]

    def filled(self) -> Iterable[Sequence[Value]]:
        """Give the rows, or one that says that there is none: a table marked up as one has to have a row."""
        rows = iter(self.rows)
        first = next(rows, None)
        if first is None:
            return [[self.empty, *[NOT_APPLICABLE] * (len(self.fields) - 1)]]
        return chain([first], rows)
