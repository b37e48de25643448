"""What a list of a team's cases can be narrowed to: the form, the filter it stands for, and the chips that take it back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from longstop.access.models import Staff
from longstop.cases.models import Custody, Flow
from longstop.cases.queries import CaseFilter
from longstop.web.parts import Address, Chip
from longstop.web.presenters.vocabulary import RUNGS
from longstop.work.rules import WAITING_FOR

ANY = [("", "Any")]
YES_NO = [*ANY, ("yes", "Yes"), ("no", "No")]
DUE = [*ANY, ("overdue", "Overdue"), ("7", "In 7 days"), ("28", "In 28 days"), ("90", "In 90 days")]
RELEASE = [*ANY, ("7", "Within 7 days"), ("28", "Within 28 days"), ("90", "Within 90 days")]
# The order of the list: the name in the address, and what it orders by. Every one ends with the case's number.
ORDERS = {
    "due": "next_due",
    "release": "release_date",
    "owner": "owner__name",
    "worked": "last_worked_at",
    "reference": "reference",
}
NAMES = ("due", "owner", "custody", "waiting", "flow", "held", "idle", "offered", "release", "rung")


class TeamCasesForm(forms.Form):
    """The filters of a team's list. Nothing about who the person is can be asked for."""

    due = forms.ChoiceField(label="Next task due", choices=DUE, required=False)
    owner = forms.ChoiceField(label="Owner", required=False)
    custody = forms.ChoiceField(label="Custody", choices=[*ANY, *Custody.choices], required=False)
    waiting = forms.ChoiceField(label="Waiting for", choices=[*ANY, *WAITING_FOR.items()], required=False)
    flow = forms.ChoiceField(label="Flow", choices=[*ANY, *Flow.choices], required=False)
    held = forms.ChoiceField(label="On hold", choices=YES_NO, required=False)
    idle = forms.ChoiceField(label="Idle", choices=[*ANY, ("yes", "Yes")], required=False)
    offered = forms.ChoiceField(label="On offer", choices=[*ANY, ("yes", "Yes")], required=False)
    release = forms.ChoiceField(label="Release", choices=RELEASE, required=False)
    rung = forms.ChoiceField(label="Lateness has reached", choices=[*ANY, *((str(n), RUNGS[n]) for n in range(4))], required=False)

    def __init__(self, data: Mapping[str, Any], *, owners: Sequence[Staff]) -> None:
        super().__init__(data)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [*ANY, *((str(each.pk), each.name) for each in owners)]

    def wanted(self, team_ids: Sequence[int]) -> CaseFilter:
        """Give the filter that the answers stand for; an answer that cannot be used narrows nothing, and its error is shown."""
        self.is_valid()
        given = self.cleaned_data
        held = given.get("held")
        return CaseFilter(
            team_ids=tuple(team_ids),
            owner_id=_whole(given.get("owner")),
            due=given.get("due") or "",
            held=None if not held else held == "yes",
            idle=bool(given.get("idle")),
            offered=bool(given.get("offered")),
            custody=given.get("custody") or "",
            waiting_for=given.get("waiting") or "",
            flow=given.get("flow") or "",
            release_within=_whole(given.get("release")),
            rung=_whole(given.get("rung")),
        )

    def chips(self, here: Address) -> list[Chip]:
        """Give each filter in force, with the address of the list without it."""
        found = []
        for name in NAMES:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            if value := self.cleaned_data.get(name):
                choices: Any = field.choices
                found.append(Chip(str(field.label), str(dict(choices)[value]), here.without(name).href))
        return found


def _whole(text: str | None) -> int | None:
    return int(text) if text else None
