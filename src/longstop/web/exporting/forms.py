"""The form that asks for a list as it was known at a past moment."""

from django import forms


class AsAtForm(forms.Form):
    """A date and time, or the number of a seal."""

    as_at = forms.CharField(
        label="Moment or seal",
        required=False,
        max_length=40,
        help_text="A date and time, such as 2026-03-09 14:05, or the number of a seal, such as seal 12",
    )
