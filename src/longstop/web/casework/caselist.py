"""My cases: the open cases that a person owns, as rows and filters."""

from collections.abc import Sequence
from datetime import date, datetime

from django import forms
from django.db.models import F, QuerySet
from django.urls import reverse

from longstop.cases import queries as cases
from longstop.cases.models import Case, Custody
from longstop.cases.queries import CaseFilter
from longstop.web.casework.lists import ListFilter
from longstop.web.casework.words import custody_tag, waiting_for
from longstop.web.doors import Who
from longstop.web.parts import Address, Column, Link, Row, Stack, Table, Tag, When
from longstop.work.rules import WAITING_FOR, title

COLUMNS = [
    Column.case(sort="reference"),
    Column.due("Next date", sort="due"),
    Column("Next task"),
    Column("Waiting for"),
    Column.due("Release date", sort="release"),
    Column("Status", narrow=True),
]
ORDERS = {"due": ("next_due",), "reference": ("pk",), "release": ("release_date",)}
STATES = {"held": "On hold", "idle": "No entry for 28 days", "offered": "Offered to somebody", "unanchored": "No release date"}


class CaseListFilter(ListFilter):
    """The filters of My cases. None is about who the person is."""

    due = forms.ChoiceField(
        label="Next date",
        required=False,
        choices=[("", "Any day"), ("overdue", "Overdue"), ("7", "In 7 days"), ("28", "In 28 days"), ("90", "In 90 days")],
    )
    custody = forms.ChoiceField(label="Status", required=False, choices=[("", "Any"), *Custody.choices])
    waiting_for = forms.ChoiceField(label="Waiting for", required=False, choices=[("", "Anybody"), *WAITING_FOR.items()])
    release = forms.ChoiceField(
        label="Released in", required=False, choices=[("", "Any time"), ("28", "28 days"), ("90", "90 days"), ("365", "A year")]
    )
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *STATES.items()])

    def narrow(self, found: QuerySet[Case], *, owner_id: int, today: date, at: datetime) -> QuerySet[Case]:
        """Give the cases of an owner that match."""
        said = self.chosen()
        state = said.get("state", "")
        wanted = CaseFilter(
            owner_id=owner_id,
            due=said.get("due", ""),
            custody=said.get("custody", ""),
            waiting_for=said.get("waiting_for", ""),
            release_within=int(said["release"]) if "release" in said else None,
            held=True if state == "held" else None,
            idle=state == "idle",
            offered=state == "offered",
            unanchored=state == "unanchored",
        )
        return cases.filtered(found, wanted, today=today, at=at)


def in_order(found: QuerySet[Case], order: str) -> QuerySet[Case]:
    """Sort a list of cases: by the next date unless another order is asked for; cases without a date come first of all."""
    fields = ORDERS.get(order.removeprefix("-"), ORDERS["due"])
    if order.startswith("-"):
        return found.order_by(*(F(name).desc(nulls_last=True) for name in fields), "-pk")
    return found.order_by(*(F(name).asc(nulls_first=True) for name in fields), "pk")


def table(rows: Sequence[Case], who: Who, here: Address, *, order: str) -> Table:
    """Show cases as rows."""
    names = cases.card_names(rows, who.standing)
    return Table("Your cases", COLUMNS, [_row(case, names, who) for case in rows], "cases", order or "due", here, caption_hidden=True)


def _row(case: Case, names: dict[int, str], who: Who) -> Row:
    today = who.today
    below = (case.reference, Tag("Restricted")) if case.restricted else (case.reference,)
    if case.custody == Custody.COMMUNITY:
        release: When | str = "In the community"
    elif case.release_date is None:
        release = When(None, "No date: needs one", "unknown")
    else:
        release = When.event(case.release_date, today=today)
        release = When(release.date, release.label.replace("Due ", "").replace("Overdue by", "Passed").capitalize(), release.tone)
    return Row(
        [
            Stack(Link(names[case.pk], reverse("case", args=[case.pk])), below),
            When.due(case.next_due, today=today),
            Link(title(kind=case.next_task.kind, today=today), reverse("task", args=[case.next_task_id])),
            waiting_for(case.next_task.waiting_for),
            release,
            custody_tag(case),
        ]
    )
