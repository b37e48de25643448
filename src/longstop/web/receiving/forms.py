"""The forms of records received."""

from collections.abc import Sequence

from django import forms

from longstop.cases.queries import Candidate
from longstop.intake.rules import CUSTODY_WORDS

WITHIN = [("", "Any"), ("7", "Within 7 days"), ("28", "Within 28 days"), ("90", "Within 90 days")]


class RecordFilterForm(forms.Form):
    """What the list of records is narrowed to. Nationality is not among it, nor what names a person: it would stand in the address."""

    prison = forms.ChoiceField(label="Prison", required=False)
    custody = forms.ChoiceField(
        label="Where the prison says the person is",
        required=False,
        choices=[("", "Anywhere"), *((c.value, w) for c, w in CUSTODY_WORDS.items())],
    )
    within = forms.ChoiceField(label="Release", required=False, choices=WITHIN)
    undated = forms.BooleanField(label="Without a release date", required=False)
    problems = forms.BooleanField(label="With problems in the record", required=False)
    altered = forms.BooleanField(label="Changed since a case was opened", required=False)

    def __init__(self, *args: object, prisons: Sequence[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["prison"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "All prisons"), *((code, code) for code in prisons)]


class FindForm(forms.Form):
    """The number of one person, sent so that it stands in no address and no log."""

    prison_number = forms.CharField(
        label="Find one record by prison number", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ReasonForm(forms.Form):
    """A reason in the person's own words."""

    reason = forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": "Say why"}
    )


class OpenForm(ReasonForm):
    """Who is to own the cases, and why they are opened. Nobody is chosen beforehand."""

    owner = forms.ChoiceField(label="Owner", error_messages={"required": "Choose who is to own the cases"})
    field_order = ("owner", "reason")

    def __init__(self, *args: object, candidates: Sequence[Candidate], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a person"), *((str(each.staff.pk), words(each)) for each in candidates)]


def words(candidate: Candidate) -> str:
    """Say of a candidate what somebody who places a case needs to know."""
    team = candidate.staff.team.name if candidate.staff.team else "no team"
    load = f"{candidate.load.points} of {float(candidate.capacity):g} points, {candidate.load.cases} cases"
    away = "" if candidate.in_today else ", not in today"
    return f"{candidate.staff.name} ({team}): {load}{away}"
