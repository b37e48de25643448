"""The forms of oversight."""

from django import forms


class FindingForm(forms.Form):
    """What a manager makes of somebody's having broken the glass."""

    finding = forms.CharField(
        label="What you found",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Was there an emergency? Does anybody have to be told?",
        error_messages={"required": "Say what you found"},
    )


class TakeBackForm(forms.Form):
    """Why leave to see a restricted case is taken back before its time."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why the leave is taken back"},
    )


class CaseForm(forms.Form):
    """A case, by its reference."""

    reference = forms.CharField(
        label="Case reference", max_length=20, help_text="For example, LS-100001-X", error_messages={"required": "Enter a case reference"}
    )


class ProposalForm(forms.Form):
    """Why somebody's values are to be destroyed, and under which rule. Both are kept for ever."""

    reason = forms.CharField(
        label="Reason",
        max_length=200,
        help_text="Kept for ever: do not name or describe the person",
        error_messages={"required": "Say why the values are to be destroyed"},
    )
    authority = forms.CharField(
        label="Rule of the retention schedule", max_length=120, help_text="For example, R7", error_messages={"required": "Enter the rule"}
    )
