"""Small parts that stand in a line or a cell: links, tags, badges, dates with what they mean, buttons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from longstop.web.parts.base import Cell, Part, show

Colour = Literal["grey", "blue", "green", "teal", "purple", "magenta", "red", "orange", "yellow"]
Tone = Literal["late", "soon", "calm", "unknown"]


@dataclass(frozen=True, slots=True)
class Link(Part):
    """A link. `hidden` is read out after the text, so that "Change" says what it changes."""

    text: str
    href: str
    hidden: str = ""

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the link as HTML."""
        hidden = format_html('<span class="govuk-visually-hidden"> {}</span>', self.hidden) if self.hidden else ""
        return format_html('<a class="govuk-link" href="{}">{}{}</a>', self.href, self.text, hidden)


@dataclass(frozen=True, slots=True)
class Tag(Part):
    """A status in words; the colour only helps."""

    text: str
    colour: Colour = "grey"

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the tag as HTML."""
        return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', self.colour, self.text)


@dataclass(frozen=True, slots=True)
class Badge(Part):
    """A mark for risk or restriction, to be used sparingly."""

    text: str
    colour: Literal["red", "purple", "black", "grey", "blue", "green"] = "red"

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the badge as HTML."""
        return format_html('<strong class="moj-badge moj-badge--{}">{}</strong>', self.colour, self.text)


@dataclass(frozen=True, slots=True)
class Stack(Part):
    """A main line with smaller lines beneath it, such as a name above its references."""

    main: Cell
    below: tuple[Cell, ...] = ()

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the lines as HTML."""
        rest = format_html_join("", '<span class="ls-stack__below">{}</span>', ((show(x, context),) for x in self.below))
        return format_html('<span class="ls-stack">{}{}</span>', show(self.main, context), rest)


@dataclass(frozen=True, slots=True)
class When(Part):
    """A date in bold with what it means now, such as "Overdue by 3 days", and a bar: never the colour alone.

    `date` None is a date that is missing, which is itself a matter of concern and is shown as one.
    `name` says which date it is, where no column heading does.
    """

    date: dt.date | None
    label: str
    tone: Tone = "calm"
    name: str = ""
    why_href: str = ""

    @classmethod
    def due(cls, date: dt.date | None, *, today: dt.date, soon: int = 7, name: str = "", why_href: str = "") -> When:
        """Return a due date as seen from `today`: late, due within `soon` days, later, or missing."""
        if date is None:
            return cls(None, "No date: needs one", "unknown", name, why_href)
        days = (date - today).days
        tone: Tone = "late" if days < 0 else "soon" if days <= soon else "calm"
        return cls(date, describe_distance(days), tone, name, why_href)

    @classmethod
    def event(cls, date: dt.date | None, *, today: dt.date, soon: int = 28, name: str = "", why_href: str = "") -> When:
        """Return the day of something that happens by itself, such as a release: ahead, today or past, but never "due"."""
        if date is None:
            return cls(None, "No date: needs one", "unknown", name, why_href)
        days = (date - today).days
        past = "Yesterday" if days == -1 else f"{-days} days ago"
        label = {0: "Today", 1: "Tomorrow"}.get(days, f"In {days} days" if days > 0 else past)
        return cls(date, label, "late" if days < 0 else "soon" if days <= soon else "calm", name, why_href)

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the date, its label and bar as HTML."""
        name = format_html('<span class="ls-when__name">{}</span>', self.name) if self.name else ""
        why = ""
        if self.why_href:
            about = f" {self.name}" if self.name else ""
            why = format_html(
                '<a class="govuk-link ls-when__why" href="{}">Why this date?'
                '<span class="govuk-visually-hidden">{}</span></a>', self.why_href, about
            )  # fmt: skip
        return format_html(
            '<span class="ls-when ls-when--{}">{}{}<span class="ls-when__label">{}</span>{}</span>',
            self.tone, name, self._shown_date(), self.label, why,
        )  # fmt: skip

    def _shown_date(self) -> SafeString:
        if self.date is None:
            return mark_safe('<strong class="ls-when__date">Not known</strong>')
        shown = date_format(self.date, "j M Y")
        return format_html('<strong class="ls-when__date"><time datetime="{}">{}</time></strong>', self.date.isoformat(), shown)


def describe_distance(days: int) -> str:
    """Return the number of days to a due date in words; negative days have passed."""
    if days == 0:
        return "Due today"
    if days == 1:
        return "Due tomorrow"
    if days > 1:
        return f"Due in {days} days"
    return "Overdue by 1 day" if days == -1 else f"Overdue by {-days} days"


@dataclass(frozen=True, slots=True)
class Button(Part):
    """A button, or with `href` a link that looks like one.

    `name` and `value` say which button of a form was pressed; `formaction` sends the form elsewhere.
    """

    text: str
    variant: Literal["primary", "secondary", "warning"] = "primary"
    href: str = ""
    name: str = ""
    value: str = ""
    formaction: str = ""
    template_name: ClassVar[str] = "components/button.html"
