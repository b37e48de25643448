"""The base of every part, and how a plain value is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django.template.loader import get_template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe


class Part:
    """Something on a screen that can show itself.

    A part with a `template_name` is shown by that template, which finds it as `part`, and the page's CSRF token as
    `csrf_token`; a small part, of which a page has hundreds, overrides `render` instead.
    """

    template_name: ClassVar[str] = ""

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the part as HTML; `context` is the page's context, from which only the CSRF token is used."""
        shown = get_template(self.template_name).render({"part": self, "csrf_token": context.get("csrf_token", "")})
        return mark_safe(shown)  # rendered, and escaped, by the template

    def __html__(self) -> SafeString:
        """Return the part as HTML, so that `{{ part }}` and `format_html` do not escape it."""
        return self.render({})

    __str__ = __html__


Cell = Part | str | int | dt.date | dt.datetime | None


def show(value: Cell, context: Mapping[str, Any] | None = None) -> SafeString:
    """Return any cell value as HTML: a part by itself, a number with commas, a date in words, nothing as "Not recorded".

    A moment is shown in the current time zone, to the minute; a date never gets a time.
    """
    if isinstance(value, Part):
        return value.render(context or {})
    if value is None or value == "":
        return mark_safe('<span class="ls-nothing">Not recorded</span>')
    if isinstance(value, bool):
        return mark_safe("Yes" if value else "No")
    if isinstance(value, int):
        return SafeString(f"{value:,}")
    if isinstance(value, dt.datetime):
        return show_moment(value)
    if isinstance(value, dt.date):
        return show_date(value)
    return conditional_escape(value)


def show_date(value: dt.date) -> SafeString:
    """Return "3 March 2026" in a time element."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "j F Y"))


def show_moment(value: dt.datetime) -> SafeString:
    """Return "3 March 2026 at 14:05", in the current time zone, in a time element."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), date_format(local, r"j F Y \a\t H:i"))
