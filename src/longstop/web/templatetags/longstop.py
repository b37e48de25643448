"""Template tags that show parts, and wrap what a template writes in GOV.UK components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import template
from django.contrib.messages.storage.base import Message
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from longstop.kernel.counts import AtLeast
from longstop.web.parts import Badge, Button, Cell, Column, Link, Tag, show

register = template.Library()


@register.simple_tag(takes_context=True)
def part(context: Context, value: Cell) -> SafeString:
    """Show a part, or a plain value: text, number, date, moment, nothing."""
    return show(value, cast("dict[str, Any]", context))


@register.simple_tag
def tag(text: str, colour: str = "grey") -> SafeString:
    """Show a status in words."""
    return Tag(text, colour).render({})  # type: ignore[arg-type]  # a template cannot be typed


@register.simple_tag
def badge(text: str, colour: str = "red") -> SafeString:
    """Show a mark for risk or restriction."""
    return Badge(text, colour).render({})  # type: ignore[arg-type]  # a template cannot be typed


@register.simple_tag
def button(text: str, variant: str = "primary", *, href: str = "", name: str = "", value: str = "") -> SafeString:
    """Show a button, or with `href` a link that looks like one."""
    return Button(text, variant, href, name, value).render({})  # type: ignore[arg-type]  # a template cannot be typed


@register.simple_tag
def link(text: str, href: str, hidden: str = "") -> SafeString:
    """Show a link; `hidden` is read out after its text."""
    return Link(text, href, hidden).render({})


@register.filter
def beside(cells: Sequence[Cell], columns: Sequence[Column]) -> list[tuple[Column, Cell]]:
    """Return each cell with its column. Raises ValueError where a row has too few cells or too many."""
    return list(zip(columns, cells, strict=True))


@register.simple_block_tag
def details(content: SafeString, summary: str, *, open: bool = False) -> SafeString:  # HTML's word
    """Hide what the block holds behind a summary that opens it."""
    return format_html(
        '<details class="govuk-details"{}><summary class="govuk-details__summary">'
        '<span class="govuk-details__summary-text">{}</span></summary>'
        '<div class="govuk-details__text">{}</div></details>',
        " open" if open else "", summary, content,
    )  # fmt: skip


@register.simple_block_tag
def inset(content: SafeString) -> SafeString:
    """Set the block apart from the text around it."""
    return format_html('<div class="govuk-inset-text">{}</div>', content)


@register.simple_block_tag
def warning(content: SafeString) -> SafeString:
    """Warn of what follows if something is done, or not done."""
    return format_html(
        '<div class="govuk-warning-text"><span class="govuk-warning-text__icon" aria-hidden="true">!</span>'
        '<strong class="govuk-warning-text__text"><span class="govuk-visually-hidden">Warning</span>{}</strong></div>',
        content,
    )


@register.simple_block_tag
def ticket(content: SafeString, title: str, *, colour: str = "blue", level: int = 2) -> SafeString:
    """Show the block in a panel with a heading and a coloured edge, such as the next task or what blocks the case."""
    return format_html(
        '<section class="moj-ticket-panel"><div class="moj-ticket-panel__content moj-ticket-panel__content--{}">'
        '<h{} class="govuk-heading-m">{}</h{}>{}</div></section>',
        colour, level, title, level, content,
    )  # fmt: skip


@register.simple_block_tag
def nothing(content: SafeString) -> SafeString:
    """Say in plain words that there is nothing here, and what that means."""
    return format_html('<div class="ls-empty govuk-body">{}</div>', content)


@register.filter
def number(value: int) -> str:
    """Return a number with commas between thousands, and a plus where there are more."""
    return f"{value:,}+" if isinstance(value, AtLeast) else f"{value:,}"


TITLES = {"success": "Done", "error": "There is a problem", "important": "Important"}


@register.inclusion_tag("components/notification.html")
def notification(content: SafeString | str, tone: str = "important", *, key: str = "notification") -> dict[str, object]:
    """Show a banner: success, error or important. `key` must be unique on the page."""
    return {"content": content, "tone": tone, "id": f"{key}-title", "title": TITLES[tone]}


@register.filter
def tone(message: Message) -> str:
    """Return which banner a message of Django's messages framework gets."""
    level = message.level_tag
    return level if level in ("success", "error") else "important"
