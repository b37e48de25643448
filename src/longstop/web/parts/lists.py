"""What stands around a list: tabs, filters, chips, pages, and the tiles of a board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from django import forms

from longstop.web.parts.base import Part


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several views: a tab, or a kind of timeline entry; `count` None is not shown."""

    text: str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Tabs(Part):
    """Views of one list, as links with counts."""

    choices: Sequence[Choice]
    label: str = "Views of this list"
    template_name: ClassVar[str] = "components/tabs.html"


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address of the list without it."""

    group: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Filters(Part):
    """The filters of a list: a GET form, closed until opened, above the chips of what is in force.

    `keep` are parameters that the form must carry along, such as the order; `clear_href` is the list unfiltered.
    """

    form: forms.Form
    clear_href: str
    chips: Sequence[Chip] = ()
    keep: Sequence[tuple[str, str]] = ()
    open: bool = False
    template_name: ClassVar[str] = "components/filters.html"


@dataclass(frozen=True, slots=True)
class Pages(Part):
    """Where in a list the page stands: "Showing 1 to 25 of 312 cases", previous and next.

    `total` None is a total that was not counted.
    """

    first: int
    last: int
    total: int | None
    noun: str = "cases"
    previous_href: str = ""
    next_href: str = ""
    template_name: ClassVar[str] = "components/pages.html"


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure on a board: the count of a list, and the way to that list. The label has at most 20 characters."""

    count: int
    label: str
    href: str
    tone: Literal["late", "soon", "calm"] = "calm"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tiles(Part):
    """Figures side by side."""

    tiles: Sequence[Tile]
    label: str
    template_name: ClassVar[str] = "components/tiles.html"
