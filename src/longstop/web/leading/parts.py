"""Small parts of the screens of a team: how full somebody's plate is, and the inputs inside the table of candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from longstop.cases.queries import Candidate
from longstop.web.parts import Part

WIDTH = 120


@dataclass(frozen=True, slots=True)
class Workload(Part):
    """Points carried against capacity: the share in words, the numbers under it, and a bar that only repeats them."""

    points: int
    capacity: str
    percent: int | None
    over: bool

    @classmethod
    def of(cls, one: Candidate) -> Workload:
        """Return what somebody carries."""
        return cls(one.load.points, f"{one.capacity.normalize():f}", one.percent, one.over_capacity)

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the share, bar and numbers as HTML. The bar is a picture without a name: the words say all."""
        share = "No capacity recorded" if self.percent is None else f"{self.percent}%"
        filled = WIDTH if self.percent is None else min(WIDTH * self.percent // 100, WIDTH)
        return format_html(
            '<span class="ls-stack"><strong>{}{}</strong><span class="ls-stack__below">'
            '<svg width="{}" height="10" viewBox="0 0 {} 10" aria-hidden="true" focusable="false">'
            '<rect width="{}" height="10" fill="#cecece"/><rect width="{}" height="10" fill="{}"/></svg></span>'
            '<span class="ls-stack__below">{} of {} points</span></span>',
            share, ", over capacity" if self.over else "", WIDTH, WIDTH, WIDTH, filled, "#ca3535" if self.over else "#1d70b8",
            self.points, self.capacity,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pick(Part):
    """A radio button in a cell, with its words. None of a group is picked beforehand."""

    name: str
    value: str
    text: str
    id: str
    picked: bool = False

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the radio button as HTML."""
        return format_html(
            '<div class="govuk-radios govuk-radios--small"><div class="govuk-radios__item">'
            '<input class="govuk-radios__input" type="radio" name="{}" value="{}" id="{}"{}>'
            '<label class="govuk-label govuk-radios__label" for="{}">{}</label></div></div>',
            self.name, self.value, self.id, SafeString(" checked") if self.picked else "", self.id, self.text,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tick(Part):
    """A checkbox in a cell, with words that are only read out."""

    name: str
    value: str
    text: str
    ticked: bool = False

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the checkbox as HTML."""
        key = f"id_{self.name}_{self.value}"
        return format_html(
            '<div class="govuk-checkboxes govuk-checkboxes--small"><div class="govuk-checkboxes__item">'
            '<input class="govuk-checkboxes__input" type="checkbox" name="{}" value="{}" id="{}"{}>'
            '<label class="govuk-label govuk-checkboxes__label" for="{}"><span class="govuk-visually-hidden">{}</span></label></div></div>',
            self.name, self.value, key, SafeString(" checked") if self.ticked else "", key, self.text,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dropdown(Part):
    """A select in a cell, with a label that is only read out and the error, if any, above it."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""
    error: str = ""

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the select as HTML."""
        key = f"id_{self.name}"
        marked = ((value, SafeString(" selected") if value == self.chosen else "", text) for value, text in self.options)
        options = format_html_join("", '<option value="{}"{}>{}</option>', marked)
        error = format_html('<p class="govuk-error-message" id="{}_error">{}</p>', key, self.error) if self.error else ""
        described = format_html(' aria-describedby="{}_error"', key) if self.error else ""
        return format_html(
            '<label class="govuk-visually-hidden" for="{}">{}</label>{}<select class="govuk-select{}" name="{}" id="{}"{}>{}</select>',
            key, self.label, error, " govuk-select--error" if self.error else "", self.name, key, described, options,
        )  # fmt: skip
