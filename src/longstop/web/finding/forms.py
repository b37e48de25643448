"""The forms of finding people."""

from django import forms

MOST_LINES, MOST_LETTERS = 500, 60_000


class SearchForm(forms.Form):
    """What somebody looks for."""

    text = forms.CharField(
        label="Case reference, name or number",
        max_length=200,
        help_text="A case reference however you type it, any part of any name in any script, with a date of birth if you like, "
        "or a prison, police or Home Office number",
        error_messages={"required": "Enter a case reference, a name or a number"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PastedForm(forms.Form):
    """A list of references, one a line, as they were copied."""

    lines = forms.CharField(
        label="References, one on each line",
        max_length=MOST_LETTERS,
        strip=False,
        help_text="Paste a column or whole rows from a spreadsheet: case references, prison, PNC and CRO numbers and Home Office "
        f"references may be mixed. Up to {MOST_LINES} lines.",
        error_messages={"required": "Paste at least one reference"},
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_lines(self) -> list[str]:
        """Give the lines that are not empty, in their order."""
        lines = [line.strip() for line in self.cleaned_data["lines"].splitlines()]
        found = [line for line in lines if line]
        if not found:
            raise forms.ValidationError("Paste at least one reference")
        if len(found) > MOST_LINES:
            raise forms.ValidationError(f"The list has {len(found):,} lines. Paste at most {MOST_LINES} at a time.")
        return found
