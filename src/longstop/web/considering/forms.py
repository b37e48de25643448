"""The forms of whoever considers. No choice is made beforehand, and each decision asks the same: one choice, and a reason in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from longstop.access.models import Staff
from longstop.cases.queries import Candidate
from longstop.referral.rules import ANSWERS, EXPLANATIONS, ORIGINS, QUESTIONS
from longstop.web.fields import Radios
from longstop.web.finding.forms import SearchForm
from longstop.web.receiving.forms import ReasonForm, words

# Who may be named as saying what somebody's nationality is.
SAYERS: Mapping[str, str] = {
    "person": "The person",
    "document": "A passport or identity document",
    "home_office": "A Home Office record",
    "embassy": "An embassy or consulate",
    "prison": "The prison",
    "police": "The police",
    "court": "A court",
    "other": "Somebody else, named below",
}
FEW, ALIKE = 60, 50  # owners: to be chosen from a list; to be found by one name
WHOSE = "A name, or part of one, or a staff number"
NATIONALITY = ("nationality_unknown", "conflicting_nationality")


class OtherPersonForm(SearchForm):
    """Whom somebody looks for who may be the person whose page is open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "Name or number"
        self.fields["text"].help_text = "Any part of any name, with a date of birth if you like, or a prison, police or Home Office number"
        self.fields["text"].error_messages["required"] = "Enter a name or a number"


class ListForm(forms.Form):
    """What a list is narrowed to: where, whose, and of which kind. What names a person, or says what they are, is not among it.

    The owner is chosen where there are few to choose from; of a large command's many somebody is found by name or staff number.
    """

    prison = forms.RegexField(
        r"^[A-Za-z0-9]{1,12}$", label="Prison", required=False, error_messages={"invalid": "Enter the code of a prison, such as LEI"}
    )
    owner = forms.CharField(label="Owner", required=False)

    def __init__(self, *args: Any, owners: "QuerySet[Staff]", kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owners = owners
        few = list(owners.order_by()[: FEW + 1])
        if len(few) <= FEW:
            named = sorted(few, key=lambda each: (each.name, each.pk))
            self.fields["owner"] = forms.ChoiceField(
                label="Owner", required=False, choices=[("", "Anybody"), *((str(each.pk), each.name) for each in named)]
            )
        else:
            self.fields["owner"] = forms.CharField(label="Owner", required=False, max_length=60, help_text=WHOSE)
        if kind == "referral":
            self.fields["origin"] = forms.ChoiceField(label="Made by", required=False, choices=[("", "Any"), *ORIGINS.items()])
        if kind == "question":
            self.fields["kind"] = forms.ChoiceField(label="Question", required=False, choices=[("", "Any"), *QUESTIONS.items()])

    def clean_owner(self) -> str:
        """Find whom a name or staff number stands for, as `owner_ids`; who was chosen stands for themselves alone."""
        given = str(self.cleaned_data["owner"]).strip()
        self.cleaned_data["owner_ids"] = ()
        if given and isinstance(self.fields["owner"], forms.ChoiceField):
            self.cleaned_data["owner_ids"] = (int(given),)
        elif given:
            fit = self._owners.filter(Q(name__icontains=given) | Q(staff_number__iexact=given)).order_by()
            found = tuple(fit.values_list("pk", flat=True)[: ALIKE + 1])
            if not found:
                raise forms.ValidationError("Nobody who considers has this name or staff number")
            if len(found) > ALIKE:
                raise forms.ValidationError(
                    f"More than {ALIKE} people have this in their name. Enter more of the name, or the staff number"
                )
            self.cleaned_data["owner_ids"] = found
        return given

    def clean_prison(self) -> str:
        """Give the code as records bear it."""
        return str(self.cleaned_data["prison"]).upper()


class OwnerForm(ReasonForm):
    """Who is to own the case. Nobody is chosen beforehand, and nobody ranked."""

    owner = forms.ChoiceField(label="Owner of the case", error_messages={"required": "Choose who is to own the case"})
    field_order = ("owner", "reason")

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a person"), *((str(each.staff.pk), words(each)) for each in candidates)]


class CodeForm(ReasonForm):
    """A code of a vocabulary, and the reason in words."""

    code = forms.ChoiceField(label="Because", widget=Radios, error_messages={"required": "Choose why"})
    field_order = ("code", "reason")

    def __init__(self, *args: Any, codes: Mapping[str, str], label: str = "Because", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices, field.label = list(codes.items()), label


class AnswerForm(CodeForm):
    """An answer to a question; about a nationality, with who says so."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, codes={code: said for code, (said, _) in ANSWERS[kind].items()}, label="Your answer", **kwargs)
        self.fields["code"].error_messages["required"] = "Choose an answer"
        self.fields["reason"].label = "How you know"
        if kind in NATIONALITY:
            says = forms.ChoiceField(
                label="Who says so", choices=list(SAYERS.items()), widget=Radios, error_messages={"required": "Say who says so"}
            )
            self.fields = {"code": self.fields["code"], "says": says, "reason": self.fields["reason"]}

    @property
    def told(self) -> str:
        """Give the reason, under who says so."""
        says = self.cleaned_data.get("says")
        return f"{SAYERS[says]} says so. {self.cleaned_data['reason']}" if says else str(self.cleaned_data["reason"])


class ExplainForm(forms.Form):
    """Why somebody is not on the list any more, and by what evidence."""

    explanation = forms.ChoiceField(
        label="What happened", choices=list(EXPLANATIONS.items()), widget=Radios, error_messages={"required": "Choose what happened"}
    )
    evidence = forms.CharField(
        label="Evidence",
        help_text="Who told you, when, and what you looked at.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say by what evidence"},
    )


class ShortForm(forms.Form):
    """By what evidence a file was short: for many departures at once."""

    evidence = forms.CharField(
        label="How you know that the file was short",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say how you know"},
    )


class LookForm(ReasonForm):
    """Whether a person agrees that there is no remit."""

    agreed = forms.ChoiceField(
        label="Do you agree that there is no remit?",
        choices=[("yes", "Agreed: there is no remit"), ("no", "Not agreed: refer the person")],
        widget=Radios,
        error_messages={"required": "Say whether you agree"},
    )
    field_order = ("agreed", "reason")


class HandOnForm(ReasonForm):
    """Who is to deal with it."""

    to = forms.ChoiceField(label="Hand it to", error_messages={"required": "Choose who is to have it"})
    from_ = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("to", "reason")

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a person"), *((str(each.pk), _who(each)) for each in people)]


def _who(staff: Staff) -> str:
    return f"{staff.name}, {staff.team.name}" if staff.team else staff.name
