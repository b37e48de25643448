"""The forms on which cases change hands."""

from typing import Any

from django import forms

from longstop.access.rules import OWNING_ROLES
from longstop.web.casework.forms import words_field
from longstop.web.casework.task_forms import StaffForm

SIGNED = "I have read the handover pack"


class OfferForm(StaffForm):
    """To whom a case is offered, and why. `expected` is who the person at the screen thinks owns it."""

    roles = frozenset(OWNING_ROLES)
    reason = words_field("Why you offer the case", rows=3, limit=500, ask="Enter why you offer the case")
    expected = forms.IntegerField(widget=forms.HiddenInput())
    field_order = ["owner", "owner_number", "reason", "expected"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].label = "To whom"


class SignForm(forms.Form):
    """The signature that a handover pack was read."""

    pack_read = forms.BooleanField(label=SIGNED, error_messages={"required": "Read the handover pack, then tick that you have read it"})


class DeclineForm(forms.Form):
    """Why an offered case is declined."""

    reason = words_field("Why you decline", rows=3, limit=500, ask="Enter why you decline")


class WithdrawForm(forms.Form):
    """Why an offer is taken back."""

    reason = words_field("Why the offer is taken back", rows=3, limit=500, ask="Enter why the offer is taken back")
