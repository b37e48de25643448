"""The forms of casework. A form holds what a person typed and its shape; what may be done is decided by the actions."""

from datetime import date, datetime, timedelta

from django import forms

from longstop.cases.models import Custody
from longstop.cases.rules import NOTE_KINDS, OUTCOMES
from longstop.cases.winding import NAMES
from longstop.kernel.policy import load
from longstop.web.fields import DateField, Radios
from longstop.web.presenters.vocabulary import SOURCES

LONG = 4000
NOTE = 20000


def words_field(label: str, *, rows: int = 4, limit: int = LONG, required: bool = True, hint: str = "", ask: str = "") -> forms.CharField:
    """Make a field of several lines."""
    messages = {"required": ask} if ask else None
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=area, max_length=limit, required=required, help_text=hint, error_messages=messages)


class ReasonForm(forms.Form):
    """Nothing but a reason."""

    reason = words_field("Reason")


class NoteForm(forms.Form):
    """A note of one kind."""

    kind = forms.ChoiceField(label="Kind of note", choices=list(NOTE_KINDS.items()), initial="progress")
    text = words_field("Note", rows=8, limit=NOTE, ask="Enter the note")
    key_note = forms.BooleanField(label="Key note", required=False, help_text="Shown above all others to whoever opens the case")


class KeyDateForm(forms.Form):
    """What a source says that a date is."""

    name = forms.ChoiceField(label="Which date", choices=[("", "Choose a date"), *NAMES.items()])
    value = DateField(label="Date", required=False, help_text="Leave empty to say that this source no longer gives a date")
    source = forms.ChoiceField(label="Who says so", choices=list(SOURCES.items()), widget=Radios())
    reason = words_field("How you know", hint="For example the letter, call or message, and its date", ask="Enter how you know")


class CustodyForm(forms.Form):
    """Where the person is, and under what."""

    custody = forms.ChoiceField(label="Status", choices=list(Custody.choices), widget=Radios())
    since = DateField(label="Since", required=False, help_text="For example, 27 11 2026. Leave empty if it is not known.")
    monitored = forms.BooleanField(label="Electronic monitoring", required=False)
    monitored_since = DateField(
        label="Monitored since",
        required=False,
        help_text="For example, 27 11 2026. Leave empty if monitoring began together with the status, or if nothing about it has changed.",
    )
    reason = words_field("How you know", ask="Enter how you know")


class CloseForm(forms.Form):
    """The outcome and its evidence."""

    outcome = forms.ChoiceField(
        label="Outcome",
        choices=[(code, words) for code, (words, _) in OUTCOMES.items()],
        widget=Radios(hints={code: hint for code, (_, hint) in OUTCOMES.items()}),
        help_text="Beneath each outcome stands the evidence that it asks for",
        error_messages={"required": "Select the outcome"},
    )
    evidence = words_field(
        "Evidence of the outcome", hint="What the outcome that you selected asks for", ask="Enter the evidence of the outcome"
    )
    reason = words_field("Anything else that explains the closing", required=False, rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput())


class BreakGlassForm(forms.Form):
    """Why a restricted case has to be seen now."""

    reason = words_field("Why you need to see this case now", ask="Enter why you need to see this case now")

    @staticmethod
    def hours(*, today: date) -> int:
        """Give for how long the case then stays open to the person."""
        return load("targets").at("break_glass", today).integer("hours")

    @staticmethod
    def until(*, at: datetime, hours: int) -> datetime:
        """Give the moment at which the leave taken ends."""
        return at + timedelta(hours=hours)


class SearchForm(forms.Form):
    """What somebody looks for."""

    text = forms.CharField(
        label="Case reference, name or number",
        max_length=200,
        help_text="A case reference however you type it, any part of a name, or a prison, police or Home Office number",
        error_messages={"required": "Enter a case reference, a name or a number"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def choices_of(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Set the choices of one field of a form."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
