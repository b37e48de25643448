"""The forms of casework. A form holds what a person typed and its shape; what may be done is decided by the actions."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from longstop.cases.actions import Authorised
from longstop.cases.models import AuthorityKind, Custody
from longstop.cases.rules import NOTE_KINDS, OUTCOMES, PLAIN_NOTES
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

    def __init__(self, *args: Any, plain: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if plain:  # somebody who does not work the case says what they noticed or were told; what binds the case is not theirs
            choices_of(self, "kind", [(kind, NOTE_KINDS[kind]) for kind in PLAIN_NOTES])
            self.fields["key_note"].disabled = True
            self.fields["key_note"].widget = forms.HiddenInput()


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


class AuthorityFields(forms.Form):
    """By what somebody is held, and why removal is realistic within a reasonable time: no reason is left out in silence."""

    kind = forms.ChoiceField(
        label="What the authority is",
        choices=list(AuthorityKind.choices),
        widget=Radios(),
        error_messages={"required": "Select what the authority is"},
    )
    reference = forms.CharField(label="Its reference", required=False, max_length=100)
    given_by = forms.CharField(
        label="Who gave it",
        max_length=200,
        help_text="A name or a role. For example, chief immigration officer",
        error_messages={"required": "Enter who gave it"},
    )
    given_on = DateField(
        label="Given on", help_text="For example, 27 11 2026", error_messages={"required": "Enter the day on which it was given"}
    )
    effective_from = DateField(label="Takes effect on", required=False, help_text="Leave empty if on the day on which it was given")
    until = DateField(label="Last day on which it has effect", required=False, help_text="Leave empty if it has no end")
    reason = words_field("Why removal is realistic within a reasonable time", required=False, hint="In the words of whoever decided")
    reasoned_on = DateField(label="Reason given on", required=False, help_text="Leave empty if today")
    no_reason = forms.BooleanField(
        label="No such reason can be given",
        required=False,
        help_text="The certificate then names the case until somebody has dealt with it",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason, or that somebody says that there is none."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(said.get("reason")) == bool(said.get("no_reason")) and "reason" not in self.errors:
            self.add_error("reason", "Enter the reason, or say below that none can be given")
        return said

    def authorised(self) -> Authorised:
        """Give what was said."""
        said = self.cleaned_data
        names = ("kind", "reference", "given_by", "given_on", "effective_from", "until", "reason", "reasoned_on")
        return Authorised(**{name: said[name] for name in names})


class AuthorityForm(AuthorityFields):
    """The authority to detain, by itself."""


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


def choices_of(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Set the choices of one field of a form."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
