"""The forms about tasks, and those that name a colleague."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import GRANTS, OWNING_ROLES, Permission, permitted
from longstop.cases.rules import AUTHORITY_TASK, NEXT_STEP, PAPERS, PAPERS_ANSWERED, REVIEWS
from longstop.clocks.forward import task_kind, task_kinds
from longstop.kernel.dates import in_words
from longstop.process.maps import Step
from longstop.web.casework.forms import AuthorityFields, choices_of, words_field
from longstop.web.fields import DateField, Radios
from longstop.web.presenters.vocabulary import RUNGS
from longstop.work.rules import WAITING_FOR, NewTask, latest_due

# A clock or an action of its own makes these; a person does not add them by hand.
NOT_BY_HAND = {*REVIEWS, AUTHORITY_TASK, NEXT_STEP, PAPERS_ANSWERED, "case.hold"}


def kinds_by_hand(*, today: date) -> list[tuple[str, str]]:
    """Give the kinds of task that a person may add to a case."""
    return [(kind.name, kind.title) for kind in task_kinds(today=today) if kind.name.startswith("case.") and kind.name not in NOT_BY_HAND]


class TaskForm(forms.Form):
    """A task to be added: what, by when, waiting for whom."""

    kind = forms.ChoiceField(label="What is to be done", error_messages={"required": "Select what is to be done"})
    details = words_field("Details", required=False, hint="What exactly, so that a colleague who covers for you can do it")
    due = DateField(label="Due date", help_text="For example, 27 11 2026", error_messages={"required": "Enter the due date"})
    waiting_for = forms.ChoiceField(label="Waiting for", choices=list(WAITING_FOR.items()), initial="us")
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, today: date, prison: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prison = prison
        choices_of(self, "kind", [("", "Choose a kind of task"), *kinds_by_hand(today=today)])
        where = f"the prison team of {prison}" if prison else "nobody, since no prison’s list names this person"
        self.fields["kind"].help_text = f"Papers to serve are served by {where}: the due date is the day by which they must be served"

    def clean(self) -> dict[str, Any]:
        """Refuse papers that no prison could serve, and papers that nobody could tell from others."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("kind") == PAPERS and not self.prison:
            self.add_error("kind", "No prison’s list names this person, so no prison team would see this. Choose other work on the case")
        if said.get("kind") == PAPERS and not said.get("details"):
            self.add_error("details", "Enter which papers are to be served")
        return said

    def new_task(self) -> NewTask:
        """Give the task that was asked for."""
        said = self.cleaned_data
        return NewTask(kind=said["kind"], due=said["due"], details=said["details"], waiting_for=said["waiting_for"])


class NextTaskFields(forms.Form):
    """What happens next. All empty means that nothing is added."""

    then_kind = forms.ChoiceField(label="Next task", required=False)
    then_details = words_field("Details of the next task", required=False, rows=3)
    then_due = DateField(label="Next task due", required=False, help_text="For example, 27 11 2026")
    then_waiting_for = forms.ChoiceField(label="Next task waits for", choices=list(WAITING_FOR.items()), initial="us", required=False)

    def __init__(self, *args: Any, today: date, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = needed
        nothing = "Choose the next task" if needed else "Nothing to add: other tasks are open"
        # Papers are asked for on a page of their own: it says which prison would serve them.
        choices_of(self, "then_kind", [("", nothing), *(kind for kind in kinds_by_hand(today=today) if kind[0] != PAPERS)])

    def clean(self) -> dict[str, Any]:
        """Ask for both halves of a next task, or for none."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        kind, due = said.get("then_kind"), said.get("then_due")
        if kind and not due and "then_due" not in self.errors:
            self.add_error("then_due", "Enter when the next task is due")
        if (due or self.needed) and not kind:
            self.add_error("then_kind", "Select what happens next")
        return said

    def next_task(self) -> NewTask | None:
        """Give the next task that was asked for; None where there is none."""
        said = self.cleaned_data
        if not said["then_kind"]:
            return None
        return NewTask(
            kind=said["then_kind"], due=said["then_due"], details=said["then_details"], waiting_for=said["then_waiting_for"] or "us"
        )


class CompleteForm(NextTaskFields):
    """What came of a task, and what happens next."""

    result = words_field("What came of it", ask="Enter what came of it")
    field_order = ["result", "then_kind", "then_details", "then_due", "then_waiting_for"]


class ReviewForm(AuthorityFields, CompleteForm):
    """What came of a detention review: authority and reason given again, and what happens next."""

    field_order = ["result", *AuthorityFields.base_fields, *NextTaskFields.base_fields]


class ResultForm(forms.Form):
    """What came of a task that is not about a case."""

    result = words_field("What came of it", ask="Enter what came of it")


class StepForm(NextTaskFields):
    """A step of the process: on which day, what it rests on, and what happens next."""

    on = DateField(label="Day on which it was done", error_messages={"required": "Enter the day"})
    considered = words_field(
        "Why it goes on all the same",
        required=False,
        rows=3,
        hint="Only where safeguarding was not considered lately",
    )
    from_state = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, today: date, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, today=today, needed=False, **kwargs)
        self._names = {f"evidence_{place}": name for place, name in enumerate(step.evidence)}
        for field, name in self._names.items():
            self.fields[field] = words_field(name, rows=2, ask=f"Enter: {name[:1].lower()}{name[1:]}")

    @property
    def evidence_fields(self) -> list[forms.BoundField]:
        """The fields of what the step rests on, in the order of the map."""
        return [self[field] for field in self._names]

    def evidence(self) -> dict[str, str]:
        """Give what the step rests on, by the names of the map."""
        return {name: self.cleaned_data[field] for field, name in self._names.items()}


class MoveForm(forms.Form):
    """Another due date, and why."""

    due = DateField(label="New due date", help_text="For example, 27 11 2026", error_messages={"required": "Enter the new due date"})
    reason = words_field("Reason", hint="The first due date stays on record")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].help_text = f"For example, 27 11 2026. No later than {in_words(latest_due(today=today))}"


class HoldForm(forms.Form):
    """A hold: until when, for whom it waits, why."""

    wake = DateField(label="Wake the case on", error_messages={"required": "Enter the day on which the case wakes"})
    waiting_for = forms.ChoiceField(
        label="Waiting for",
        choices=[("", "Choose for whom it waits"), *((code, words) for code, words in WAITING_FOR.items() if code != "us")],
        error_messages={"required": "Select for whom the case waits"},
    )
    reason = words_field("Reason", hint="What you wait for, and how you will know that it has come")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = task_kind(kind="case.hold", today=today).hold_limit_days or 0
        latest = today + timedelta(days=days)
        self.fields["wake"].help_text = f"At most {days} days: {in_words(latest)} at the latest. Then somebody must decide again."


class AcknowledgeForm(forms.Form):
    """At which rung somebody answers for a late task, and why it is late."""

    rung = forms.TypedChoiceField(
        label="You answer as", coerce=int, widget=Radios(), error_messages={"required": "Select as what you answer"}
    )
    reason = words_field("Why it is late, and what happens now", ask="Enter why it is late, and what happens now")

    def __init__(self, *args: Any, rungs: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "rung", [(str(rung), RUNGS[rung]) for rung in rungs])
        if len(rungs) == 1:
            self.fields["rung"].initial = str(rungs[0])


class StaffForm(forms.Form):
    """Somebody: chosen among those near, or by staff number."""

    roles: frozenset[str] = frozenset()
    owner = forms.ChoiceField(label="Who", required=False)
    owner_number = forms.CharField(label="Or somebody in another team, by staff number", required=False, max_length=20)

    def __init__(self, *args: Any, day: date, team_ids: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = access.holders_of(roles=self.roles, today=day, team_ids=team_ids)
        choices_of(self, "owner", [("", "Choose somebody"), *((str(each.pk), each.name) for each in near)])

    def clean(self) -> dict[str, Any]:
        """Find the one person meant."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said["staff"] = None
        number = said.get("owner_number", "")
        if bool(said.get("owner")) == bool(number):
            self.add_error("owner", "Select one person, or enter one staff number")
            return said
        try:
            found = access.staff_by_number(number) if number else access.staff(int(said["owner"]))
        except access.NoSuchStaff:
            self.add_error("owner_number", "Nobody has this staff number. Check it and try again.")
            return said
        if not found.active:
            self.add_error("owner_number" if number else "owner", "This person no longer works here")
        said["staff"] = found
        return said

    @property
    def staff(self) -> Staff:
        """Give who was meant, once the form is valid."""
        found = self.cleaned_data["staff"]
        assert isinstance(found, Staff)
        return found


class ReassignForm(StaffForm):
    """Who takes a task, and why."""

    roles = frozenset(GRANTS[Permission.DO_TASKS])
    reason = words_field("Reason")


class LeaveForm(StaffForm):
    """Who may see a restricted case, up to which day, and why."""

    roles = frozenset(GRANTS[Permission.SEE_CASES])
    last_day = DateField(label="Last day", required=False, help_text="Leave empty if the leave has no end")
    reason = words_field("Reason", ask="Enter why they need to see the case")

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, day=day, **kwargs)
        self.day = day

    def clean(self) -> dict[str, Any]:
        """Find whom the leave is for, and refuse whoever may see no case at all, for whom it would change nothing."""
        said = super().clean()
        who, last_day = said.get("staff"), said.get("last_day")
        if who is not None and not permitted(roles=access.roles_of(staff_id=who.pk, today=self.day), permission=Permission.SEE_CASES):
            self.add_error("owner_number" if said.get("owner_number") else "owner", "This person has no role that sees cases")
        if last_day is not None and last_day < self.day:
            self.add_error("last_day", "Last day must be today or later")
        return said

    def until(self) -> datetime | None:
        """Give the moment at which the last day ends; None for leave without an end."""
        last_day = self.cleaned_data["last_day"]
        return timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min)) if last_day else None


class ReopenForm(NextTaskFields, StaffForm):
    """Who owns the case again, what happens first, and why it is reopened."""

    roles = frozenset(OWNING_ROLES)
    reason = words_field("Why the case is reopened", ask="Enter why the case is reopened")
    field_order = ["reason", "owner", "owner_number", "then_kind", "then_details", "then_due", "then_waiting_for"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, day=today, needed=True, **kwargs)
