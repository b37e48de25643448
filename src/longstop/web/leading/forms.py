"""The forms of whoever leads a team. A form holds what was chosen and its shape; what may be done is decided by the actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms

from longstop.access.models import AbsenceKind, Staff, Team
from longstop.access.rules import Role
from longstop.cases.models import Case
from longstop.cases.queries import Candidate
from longstop.web.casework.forms import choices_of, words_field
from longstop.web.fields import DateField, Radios
from longstop.work.models import Task

SPREAD = 50  # up to so many cases, each can be given to somebody of its own
COMPARE = 3


@dataclass(frozen=True)
class Expected:
    """A case, and who the person at the screen thinks owns it."""

    case_id: int
    owner_id: int

    def __str__(self) -> str:
        return f"{self.case_id}-{self.owner_id}"

    @classmethod
    def read(cls, text: str) -> "Expected | None":
        """Read "case-owner"; None for anything else, which our pages do not send."""
        case_id, _, owner_id = text.partition("-")
        whole = case_id.isascii() and case_id.isdigit() and owner_id.isascii() and owner_id.isdigit()
        return cls(int(case_id), int(owner_id)) if whole else None

    @classmethod
    def read_all(cls, texts: Sequence[str]) -> "list[Expected]":
        """Read many, each case once."""
        found = {each.case_id: each for each in map(cls.read, texts) if each is not None}
        return list(found.values())


def spoken_for(one: Candidate) -> str:
    """Give a candidate in one line: name, and what they carry."""
    share = f", {one.percent}% of capacity" if one.percent is not None else ""
    away = ", away today" if one.away else ""
    return f"{one.staff.name} ({one.load.cases} cases{share}{away})"


class AllocateForm(forms.Form):
    """Who takes which case, and why. Nobody is chosen beforehand."""

    team = forms.ChoiceField(label="Show people of", required=False)
    everyone = forms.ChoiceField(label="Who takes them", required=False, widget=Radios())
    reason = words_field("Reason for the allocation", rows=3, limit=500, ask="Enter the reason for the allocation")

    def __init__(self, *args: Any, cases: Sequence[Case], people: Sequence[Candidate], teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases, self.people = cases, people
        self.names = {str(one.staff.pk): one.staff.name for one in people}
        choices_of(self, "team", [(str(team.pk), team.name) for team in teams])
        choices_of(self, "everyone", list(self.names.items()))
        for case in self.spread_over:
            self.fields[f"to_{case.pk}"] = forms.ChoiceField(choices=[("", "As chosen below"), *self.names.items()], required=False)

    @property
    def spread_over(self) -> Sequence[Case]:
        """Give the cases that can each be given to somebody of their own."""
        return self.cases if 1 < len(self.cases) <= SPREAD else ()

    def clean(self) -> dict[str, Any]:
        """See to it that each case has somebody."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("everyone") or "everyone" in self.errors:
            return said
        left = [case for case in self.cases if not said.get(f"to_{case.pk}")]
        if len(left) == len(self.cases):
            self.add_error("everyone", "Select who takes the case" if len(left) == 1 else "Select who takes the cases")
        else:
            for case in left:
                self.add_error(f"to_{case.pk}", f"Select who takes {case.reference}, or one person for all the others")
        return said

    def chosen(self) -> dict[int, int]:
        """Give who takes each case, once the form is valid."""
        said = self.cleaned_data
        return {case.pk: int(said.get(f"to_{case.pk}") or said["everyone"]) for case in self.cases}


class SuccessorsForm(forms.Form):
    """Who takes over each case and each other task: one person for all, or one for each."""

    everyone = forms.ChoiceField(
        label="Who takes everything over", required=False, help_text="You can choose somebody else for any of them below"
    )

    def __init__(self, *args: Any, cases: Sequence[Case], tasks: Sequence[Task], people: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases, self.tasks = cases, tasks
        choices_of(self, "everyone", [("", "Choose somebody"), *((str(one.staff.pk), spoken_for(one)) for one in people)])
        short = [("", "As chosen for everything"), *((str(one.staff.pk), one.staff.name) for one in people)]
        for name in [f"case_{case.pk}" for case in cases] + [f"task_{task.pk}" for task in tasks]:
            self.fields[name] = forms.ChoiceField(choices=short, required=False)

    def cases_to(self) -> dict[int, int]:
        """Give who takes each case over; cases for whom nobody was chosen are left out."""
        return self._chosen("case", [case.pk for case in self.cases])

    def tasks_to(self) -> dict[int, int]:
        """Give who takes each other task over; those for which nobody was chosen are left out."""
        return self._chosen("task", [task.pk for task in self.tasks])

    def _chosen(self, prefix: str, numbers: Sequence[int]) -> dict[int, int]:
        said: Mapping[str, str] = self.cleaned_data
        found = {number: said.get(f"{prefix}_{number}") or said.get("everyone") for number in numbers}
        return {number: int(to) for number, to in found.items() if to}


class DepartureForm(SuccessorsForm):
    """Somebody's last day, who takes over, and who answers next for each team that they lead."""

    last_day = DateField(label="Last day", help_text="The last day on which they work here. For example, 27 11 2026.")
    field_order = ["last_day", "everyone"]

    def __init__(self, *args: Any, teams: Sequence[Team], leaders: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = teams
        choices = [("", "Choose somebody"), *((str(each.pk), each.name) for each in leaders)]
        for team in teams:
            asked = f"Select who answers for {team.name} next"
            self.fields[f"team_{team.pk}"] = forms.ChoiceField(
                label=f"Who answers for {team.name} next", choices=choices, error_messages={"required": asked}
            )

    @property
    def team_fields(self) -> list[forms.BoundField]:
        """Give the choice of each team's next leader."""
        return [self[f"team_{team.pk}"] for team in self.teams]

    def leaders_to(self) -> dict[int, int]:
        """Give who answers next for each team."""
        return {team.pk: int(self.cleaned_data[f"team_{team.pk}"]) for team in self.teams}


class RoleForm(SuccessorsForm):
    """A role that ends today, why, and who takes the cases."""

    role = forms.ChoiceField(label="Which role ends", widget=Radios())
    reason = words_field("Reason", rows=3, limit=500)
    field_order = ["role", "reason", "everyone"]

    def __init__(self, *args: Any, roles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "role", [(code, Role(code).value.replace("_", " ").capitalize()) for code in roles])


STANDS_IN = (
    "For these days the cover also sees to the cases of the teams that this person answers for, restricted ones too: "
    "choose nobody whom a restriction is against."
)


class AbsenceForm(forms.Form):
    """Days on which somebody is away, and who covers."""

    kind = forms.ChoiceField(
        label="Kind of absence",
        choices=AbsenceKind.choices,
        widget=Radios(hints={"sudden": "Recorded whatever it leaves uncovered. The end and the cover can follow."}),
        error_messages={"required": "Select the kind of absence"},
    )
    from_date = DateField(label="First day away", help_text="For example, 27 11 2026")
    to_date = DateField(label="Last day away", required=False, help_text="May be left empty for a sudden absence only")
    cover = forms.ChoiceField(
        label="Who covers", required=False, help_text="They see the tasks in their own work. The cases stay with their owner."
    )

    def __init__(self, *args: Any, covers: Sequence[Staff], leads: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if leads:
            self.fields["cover"].help_text = f"{self.fields['cover'].help_text} {STANDS_IN}"
        choices_of(self, "cover", [("", "Nobody"), *((str(each.pk), each.name) for each in covers)])

    def clean(self) -> dict[str, Any]:
        """Check the dates against each other."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = said.get("from_date"), said.get("to_date")
        if first and last and last < first:
            self.add_error("to_date", "Last day away must be the same as or after the first day away")
        if not last and "to_date" not in self.errors and said.get("kind") and said["kind"] != AbsenceKind.SUDDEN:
            self.add_error("to_date", "Enter the last day away. Only a sudden absence can have no end yet")
        return said


class CoverForm(forms.Form):
    """Who covers an absence."""

    cover = forms.ChoiceField(label="Who covers", error_messages={"required": "Select who covers"})

    def __init__(self, *args: Any, covers: Sequence[Staff], leads: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cover"].help_text = STANDS_IN if leads else ""
        choices_of(self, "cover", [("", "Choose somebody"), *((str(each.pk), each.name) for each in covers)])


class ReturnForm(forms.Form):
    """When somebody was away for the last time."""

    last_day = DateField(label="Last day away")

    def __init__(self, *args: Any, first: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.today = first, today
        self.fields["last_day"].initial = max(today - timedelta(days=1), first)

    def clean_last_day(self) -> date:
        """Check that the day has come, and is not before the absence began."""
        day: date = self.cleaned_data["last_day"]
        if day > self.today:
            raise forms.ValidationError("Last day away must be today or earlier: record the return when they are back")
        if day < self.first:
            raise forms.ValidationError("Last day away must not be before the first day away")
        return day
