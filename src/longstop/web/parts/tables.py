"""Tables of casework: sorted on the server, with rows that can be chosen in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from longstop.web.parts.address import Address
from longstop.web.parts.base import Cell, Part
from longstop.web.parts.words import Button


@dataclass(frozen=True)
class Slot:
    """A column of a file. `kind` is what it takes: "text", a "date" or moment, or the "reference" of a case."""

    heading: str
    kind: Literal["text", "date", "reference"] = "text"


@dataclass(frozen=True)
class Column:
    """A column. `sort` is the name by which the list can be ordered, empty if it cannot.

    `slots` are the columns of a file that it makes, where its cells hold more than one thing; see `web.exporting`.
    """

    heading: str
    sort: str = ""
    numeric: bool = False
    narrow: bool = False
    slots: tuple[Slot, ...] = ()

    @classmethod
    def due(cls, heading: str, sort: str = "", *, narrow: bool = True) -> Column:
        """Return a column of dates with what they mean: in a file the date, and its words beside it."""
        return cls(heading, sort, narrow=narrow, slots=(Slot(heading, "date"), Slot(f"{heading}, in words")))

    @classmethod
    def case(cls, heading: str = "Case", sort: str = "", *, also: str = "Notes") -> Column:
        """Return a column of cases by name and reference: in a file two columns, and one for what else is said there."""
        return cls(heading, sort, slots=(Slot(heading), Slot("Case reference", "reference"), Slot(also)))


@dataclass(frozen=True, slots=True)
class Row:
    """A row; its first cell is its heading, usually the link to what it is about.

    `key` is the value of its checkbox and `label` what the checkbox selects in words ("Daniel Okoro, LS-0042"), in a
    table inside `Bulk`; a row with no key cannot be selected.
    """

    cells: Sequence[Cell]
    key: str = ""
    label: str = ""
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A column heading as shown: where its link leads, and what aria-sort says."""

    column: Column
    href: str = ""
    aria_sort: Literal["", "none", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Table(Part):
    """A table that scrolls sideways inside itself on a small screen.

    `order` is the column's `sort` name, with a minus in front when descending; `address` is where the list is now,
    and is needed where a column can be sorted. `id` must be unique on its page.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    id: str = "table"
    order: str = ""
    address: Address | None = None
    caption_hidden: bool = False
    empty: str = "There is nothing in this list."
    template_name: ClassVar[str] = "components/table.html"

    @property
    def headings(self) -> list[Heading]:
        """The headings with their links."""
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: Column) -> Heading:
        if not column.sort or self.address is None:
            return Heading(column)
        if self.order == column.sort:
            return Heading(column, self.address.with_param("sort", f"-{column.sort}").href, "ascending")
        ascending = self.address.with_param("sort", column.sort).href
        return Heading(column, ascending, "descending" if self.order == f"-{column.sort}" else "none")


@dataclass(frozen=True, slots=True)
class Bulk(Part):
    """A table inside a form, with a checkbox for each row that has a key.

    The form sends the ticked keys as `name`, the pressed button, and `scope` = "matching" when the user asked for all
    `matching` rows and not only those ticked. That offer is made only up to `cap`, which the offer states.
    `select_page_href` shows the same page with every row ticked, for those without JavaScript.
    """

    table: Table
    action: str
    buttons: Sequence[Button]
    name: str = "selected"
    noun: str = "cases"
    method: Literal["post", "get"] = "post"
    select_page_href: str = ""
    matching: int = 0
    cap: int = 500
    error: str = ""
    hidden: Sequence[tuple[str, str]] = field(default=())
    template_name: ClassVar[str] = "components/bulk.html"

    @property
    def selected(self) -> int:
        """The number of rows ticked as the page is served."""
        return sum(row.selected for row in self.table.rows)

    @property
    def offers_matching(self) -> bool:
        """Whether to offer all that match: there are more than are shown, and not more than the cap."""
        return len(self.table.rows) < self.matching <= self.cap
