"""What a case page is made of: who it is about, what is known, what has happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from longstop.web.parts.base import Cell, Part
from longstop.web.parts.lists import Choice
from longstop.web.parts.words import Badge, Link, Tag, When


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value. `source` says who says so and since when; two facts may share a name where agencies differ."""

    name: str
    value: Cell
    source: str = ""
    actions: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class SummaryList(Part):
    """Facts in a list; with a `title`, in a card with its own actions."""

    facts: Sequence[Fact]
    title: str = ""
    actions: Sequence[Link] = ()
    heading_level: int = 2
    template_name: ClassVar[str] = "components/summary_list.html"

    @property
    def has_actions(self) -> bool:
        """Whether any fact has an action, so that the others leave room for it."""
        return any(fact.actions for fact in self.facts)


@dataclass(frozen=True, slots=True)
class IdentityBar(Part):
    """Who the case is about, always in sight: name, references, custody, owner, next clock, line of accountability.

    `references` are pairs of what and which; `line` are the names of those accountable, nearest first.
    A restricted case shows `name` as given: the caller decides what may be seen.
    """

    name: str
    references: Sequence[tuple[str, str]]
    owner: str
    next_clock: When
    line: Sequence[str]
    custody: Tag | None = None
    badges: Sequence[Badge] = ()
    restricted: bool = False
    actions: Sequence[Link] = ()
    template_name: ClassVar[str] = "components/identity_bar.html"

    @property
    def clock(self) -> When:
        """The next clock without its name, which the bar shows as a heading."""
        return replace(self.next_clock, name="")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened. `at` is a date where the time is not known, never a midnight made up for it."""

    title: str
    by: str
    at: dt.date | dt.datetime
    text: str = ""
    kind: str = ""
    details: Sequence[Fact] = ()
    links: Sequence[Link] = ()
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Timeline(Part):
    """What happened, newest first as given; `kinds` are the ways to see fewer of them."""

    entries: Sequence[Entry]
    kinds: Sequence[Choice] = ()
    heading_level: int = 3
    empty: str = "Nothing has been recorded yet."
    older_href: str = ""
    template_name: ClassVar[str] = "components/timeline.html"
