"""The forms of the administrator."""

import re
from datetime import date

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from longstop.access import queries as access
from longstop.access.rules import Role
from longstop.intake import queries as arrived
from longstop.web.fields import DateField

ROLES = {
    Role.CASEWORKER: "Caseworker",
    Role.TEAM_LEADER: "Team leader",
    Role.HEAD: "Head",
    Role.DIRECTOR: "Director",
    Role.DUTY_OFFICER: "Duty officer",
    Role.PRISON_TEAM: "Prison team",
    Role.PRISON_LIAISON: "Prison liaison (of the other agency)",
    Role.BARRIER_UNIT: "Barrier-unit officer",
    Role.REPORTING_CENTRE: "Reporting-centre officer",
    Role.MONITORING_HUB: "Monitoring-hub officer",
    Role.DATA_STEWARD: "Data steward",
    Role.QUALITY_ASSESSOR: "Quality assessor",
    Role.ANALYST: "Analyst",
    Role.GUIDANCE_OWNER: "Guidance owner",
    Role.INSPECTOR: "Inspector (read only, with a last day)",
    Role.ADMINISTRATOR: "Administrator (sees no cases)",
}
PATTERN = re.compile(r"^[A-Za-z-]{7}$")


class StaffForm(forms.Form):
    """What is recorded about a person who works here."""

    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="E-mail address")
    team = forms.TypedChoiceField(label="Team", required=False, coerce=int, empty_value=None)
    works_on = forms.CharField(
        label="Working pattern",
        initial="MTWTF--",
        max_length=7,
        help_text="Seven characters, Monday first; - for a day not worked, as in MTWTF--",
    )
    capacity_points = forms.DecimalField(label="Capacity in points", initial=40, min_value=0, max_value=999, decimal_places=1)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "No team"), *((team.pk, team.name) for team in access.teams())]

    def clean_works_on(self) -> str:
        """Give the pattern, or say how one is written."""
        pattern: str = self.cleaned_data["works_on"]
        if not PATTERN.match(pattern):
            raise ValidationError("Working pattern must be seven letters or hyphens, Monday first, as in MTWTF--")
        return pattern.upper()


class AmendForm(StaffForm):
    """The same for somebody who works here already, and what becomes of their work if they change team."""

    take_along = forms.BooleanField(
        label="If the team changes, their open cases and tasks go along",
        required=False,
        help_text="Without this, somebody who has open work stays in their team: its leader answers for it",
    )


class BringBackForm(forms.Form):
    """Why somebody who had left is back."""

    reason = forms.CharField(label="Why they are back", max_length=500, error_messages={"required": "Enter why they are back"})


class EnrolForm(StaffForm):
    """A new person, with the number they will sign in with."""

    staff_number = forms.RegexField(label="Staff number", regex=r"^[A-Za-z0-9-]{2,20}$", max_length=20)
    agency = forms.ChoiceField(
        label="Works for", choices=[("command", "The command"), ("prison", "The prison service"), ("other", "Another agency")]
    )
    field_order = ("staff_number",)


class RoleForm(forms.Form):
    """A role, from a day, until a day if it ends."""

    role = forms.ChoiceField(label="Role", choices=[("", "Choose a role"), *((role.value, words) for role, words in ROLES.items())])
    from_date = DateField(label="First day")
    to_date = DateField(label="Last day, if there is one", required=False)


class CompetenceForm(forms.Form):
    """A competence, from a day, until it expires."""

    code = forms.SlugField(label="Competence", max_length=40, help_text="A short word, such as appeals")
    from_date = DateField(label="First day")
    to_date = DateField(label="Expires on", required=False)


class PrisonsForm(forms.Form):
    """The prisons at which somebody works, or for which they speak, from a day."""

    prisons = forms.CharField(
        label="Prisons",
        max_length=200,
        help_text="The codes of one prison or several, such as MDI, LEI",
        error_messages={"required": "Enter the code of a prison"},
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    from_date = DateField(label="First day")
    to_date = DateField(label="Last day, if there is one", required=False)

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.today = today

    def clean_prisons(self) -> list[str]:
        """Give the codes, or name the first that no prison is known by."""
        codes = [code.upper() for code in re.split(r"[\s,;]+", self.cleaned_data["prisons"]) if code]
        known = set(arrived.known_prisons(today=self.today))
        for code in codes:
            if code not in known:
                words = f"{code} is the code of no prison that policy or any record knows. Check it, or ask the data steward."
                raise ValidationError(words)
        return codes


class PasswordForm(forms.Form):
    """A first password, which the person should change."""

    password = forms.CharField(
        label="New password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
    )


class LeaderForm(forms.Form):
    """Who answers for a team."""

    leader = forms.TypedChoiceField(label="Who answers for it", coerce=int, error_messages={"required": "Choose a person"})

    def __init__(self, *args: object, choices: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["leader"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a person"), *choices]
