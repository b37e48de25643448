"""The form that asks for a certificate of a past moment."""

from django import forms


class AsAtForm(forms.Form):
    """The moment to prove; empty is now."""

    as_at = forms.DateTimeField(
        label="As it was known at",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": "Write the moment as a date and a time"},
    )
