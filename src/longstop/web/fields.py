"""Form fields and widgets in the GOV.UK manner that Django does not have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

PARTS = ("day", "month", "year")


class DateParts(forms.MultiWidget):
    """Three text inputs for day, month and year, which send `NAME_0`, `NAME_1` and `NAME_2`."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([forms.TextInput(), forms.TextInput(), forms.TextInput()], attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Return day, month and year of a date, or of what the user typed."""
        if isinstance(value, dt.date):
            return [value.day, value.month, value.year]
        return list(value) if isinstance(value, tuple) else [None, None, None]


class DateField(forms.Field):
    """A date typed as day, month and year. Its errors say which part is missing, or that there is no such date."""

    widget = DateParts

    def to_python(self, value: Any) -> dt.date | None:
        """Return the date; None where all parts are empty. Raises ValidationError."""
        if value is None or isinstance(value, dt.date):
            return value
        typed = [str(part or "").strip() for part in value]
        if not any(typed):
            return None
        missing = [name for name, part in zip(PARTS, typed, strict=True) if not part]
        label = self.label or "Date"
        if missing:
            raise ValidationError(f"{label} must include a {' and '.join(missing)}", code="incomplete")
        try:
            day, month, year = (int(part) for part in typed)
            found = dt.date(year, month, day)
        except ValueError as error:
            raise ValidationError(f"{label} must be a real date", code="invalid") from error
        if year < 1000:
            raise ValidationError(f"{label} must have a year of 4 digits", code="invalid")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Say whether what was typed differs from the initial date."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class Radios(forms.RadioSelect):
    """Radio buttons of which each can have a hint, by its value."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the option with its hint."""
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "hint": self.hints.get(str(value), "")}


class Checkboxes(forms.CheckboxSelectMultiple):
    """Checkboxes of which each can have a hint, by its value."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the option with its hint."""
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "hint": self.hints.get(str(value), "")}
