"""Template tags that show Django forms in the GOV.UK manner."""

from __future__ import annotations

from typing import Any, TypedDict

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe

from longstop.web.fields import DateParts

register = template.Library()

# Subclasses before the classes that they are made from.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DateParts, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
)
CLASSES = {
    "checkbox": "govuk-checkboxes__input",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file": "govuk-file-upload",
    "input": "govuk-input",
}
SELECTED = frozenset({"select", "radios", "checkboxes", "checkbox", "file"})
NOT_ANSWERED = forms.Field.default_error_messages["required"]
DATE_PARTS = (("Day", 2), ("Month", 2), ("Year", 4))


class Problem(TypedDict):
    """A line of the error summary."""

    text: str
    href: str


def kind_of(bound: BoundField) -> str:
    """Return which GOV.UK component shows a field."""
    widget = bound.field.widget
    return next((kind for widget_class, kind in KINDS if isinstance(widget, widget_class)), "input")


def described_by(bound: BoundField, *, limited: bool = False) -> str:
    """Return the ids of a field's hint, error and count message, as far as it has them."""
    ids = [f"{bound.auto_id}_hint"] if bound.help_text else []
    ids += [f"{bound.auto_id}_error"] if bound.errors else []
    ids += [f"{bound.auto_id}-info"] if limited else []
    return " ".join(ids)


def first_input(bound: BoundField) -> str:
    """Return the id of the input that an error should lead to."""
    grouped = kind_of(bound) in ("date", "radios", "checkboxes")
    return f"{bound.auto_id}_0" if grouped else str(bound.auto_id)


def errors_of(bound: BoundField) -> list[str]:
    """Return a field's errors; Django's own words for a missing answer become words that name the field."""
    return [
        ask_for(bound) if error.code == "required" and error.message == NOT_ANSWERED else str(text)
        for error, text in zip(bound.errors.as_data(), bound.errors, strict=True)
    ]


def ask_for(bound: BoundField) -> str:
    """Return "Enter reason" or "Select team", as the GOV.UK style for error messages has it."""
    label = str(bound.label)
    # "GP" and "Prison A" keep their capitals; "First day" does not.
    lowered = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    return f"{'Select' if kind_of(bound) in SELECTED else 'Enter'} {lowered}"


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, list[Problem]]:
    """Show all errors of a form, each leading to its field; nothing when there is none."""
    problems: list[Problem] = [{"text": str(text), "href": ""} for text in form.non_field_errors()]
    problems += [{"text": text, "href": f"#{first_input(bound)}"} for bound in form for text in errors_of(bound)]
    return {"problems": problems}


@register.simple_tag
def hidden_fields(form: forms.BaseForm) -> SafeString:
    """Return the hidden inputs of a form."""
    return mark_safe("".join(str(bound) for bound in form.hidden_fields()))  # rendered by Django


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, size: str = "s", width: str = "", heading: bool = False, small: bool = False) -> dict[str, Any]:
    """Show a form field with its label, hint and error.

    `size` is that of the label (s, m, l), `width` that of a text input in characters ("10") or as a fraction
    ("one-half"); `heading` makes the label the page's h1; `small` gives small radios or checkboxes.
    """
    kind = kind_of(bound)
    limit = character_limit(bound) if kind == "textarea" else None
    shown = {"bound": bound, "kind": kind, "size": size, "heading": heading, "small": small, "limit": limit}
    shown |= {"described_by": described_by(bound), "errors": errors_of(bound)}
    if kind == "date":
        return {**shown, "date_parts": date_parts(bound)}
    if kind in ("radios", "checkboxes"):
        return {**shown, "options": options(bound)}
    return {**shown, "widget": widget(bound, kind=kind, width=width, limited=limit is not None)}


def character_limit(bound: BoundField) -> int | None:
    """Return the field's own limit, which the count message states."""
    limit: int | None = getattr(bound.field, "max_length", None)
    return limit


def widget(bound: BoundField, *, kind: str, width: str, limited: bool) -> SafeString:
    """Return the field's own input with GOV.UK classes."""
    names = [CLASSES[kind]]
    if bound.errors and kind != "checkbox":
        names.append(f"{CLASSES[kind]}--error")
    if width:
        names.append(f"govuk-input--width-{width}" if width.isdigit() else f"govuk-!-width-{width}")
    if limited:
        names.append("govuk-js-character-count")
    attributes: dict[str, Any] = {"class": " ".join(names)}
    if kind == "textarea":
        # The count message states the limit; the attribute would cut pasted text silently.
        attributes |= {"maxlength": False, "rows": bound.field.widget.attrs.get("rows", "5")}
    described = described_by(bound, limited=limited)
    if described:
        attributes["aria-describedby"] = described
    return bound.as_widget(attrs=attributes)


def date_parts(bound: BoundField) -> list[dict[str, object]]:
    """Return day, month and year of a date field, with what was typed."""
    value = bound.value()
    values = value if isinstance(value, (list, tuple)) else DateParts().decompress(value)
    return [
        {
            "id": f"{bound.auto_id}_{number}",
            "name": f"{bound.html_name}_{number}",
            "label": label,
            "width": width,
            "value": "" if values[number] is None else values[number],
        }
        for number, (label, width) in enumerate(DATE_PARTS)
    ]


def options(bound: BoundField) -> list[dict[str, object]]:
    """Return the options of radios or checkboxes; the empty choice of a model or optional field is left out."""
    found = [subwidget for subwidget in bound.subwidgets if subwidget.data["value"] not in ("", None)]
    return [
        {
            "id": f"{bound.auto_id}_{number}",
            "value": option.data["value"],
            "label": option.choice_label,
            "checked": option.data["selected"],
            "hint": option.data.get("hint", ""),
        }
        for number, option in enumerate(found)
    ]
