"""The form by which a prison team answers for papers."""

from typing import Any

from django import forms

from longstop.cases.actions.serving import Served
from longstop.web.casework.forms import words_field
from longstop.web.fields import DateField, Radios


class PapersForm(forms.Form):
    """Whether papers were served: on which day, or why not."""

    served = forms.ChoiceField(
        label="Were the papers served?",
        choices=[("yes", "Served"), ("no", "Not served")],
        widget=Radios(),
        error_messages={"required": "Select whether the papers were served"},
    )
    on = DateField(label="Served on", required=False, help_text="Only if they were served. For example, 27 11 2026")
    words = words_field(
        "How, or why not", required=False, hint="Who served them and who interpreted; or why they were not served. Needed if they were not"
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the day of what was served, and for the reason of what was not."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("served") == "yes" and not said.get("on") and "on" not in self.errors:
            self.add_error("on", "Enter the day on which the papers were served")
        if said.get("served") == "no" and not said.get("words"):
            self.add_error("words", "Enter why the papers were not served")
        if said.get("served") == "no" and said.get("on"):
            self.add_error("on", "Leave the day empty if the papers were not served")
        return said

    def answer(self) -> Served:
        """Give what was said."""
        return Served(on=self.cleaned_data["on"], words=self.cleaned_data["words"])
