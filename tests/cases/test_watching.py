"""Whoever is at liberty and was not in contact, or whose address nobody knows, becomes somebody's task: once, and only while it is so."""

from datetime import date, datetime, timedelta

import pytest

from longstop.audit.actions import SYSTEM
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.work.models import Task
from tests import given
from tests.given import NOW, TODAY

pytestmark = pytest.mark.django_db
CONTACT, ADDRESS = "case.contact_missed", "case.address_unknown"


def ask(today: date = TODAY, at: datetime = NOW) -> int:
    return actions.ask_after_contact(by=SYSTEM, at=at, today=today)


def asked(case_id: int) -> set[str]:
    return set(Task.objects.filter(subject_id=case_id, state="open", kind__in=(CONTACT, ADDRESS)).values_list("kind", flat=True))


def at_liberty(**days: int | None) -> int:
    """Open the case of somebody at liberty since 60 days, with these key dates, in days from today."""
    owner = given.caseworker("Amy Tran", given.command().team)
    case_id = given.case(owner, custody="community")
    dates = {"contact_conditions_since": -60, **days}
    for name, offset in dates.items():
        if offset is not None:
            told(case_id, name, TODAY + timedelta(days=offset), by=owner.pk)
    return case_id


def told(case_id: int, name: str, value: date, *, by: int = SYSTEM, today: date = TODAY) -> None:
    actions.record_key_date(
        case_id=case_id, name=name, value=value, source="command", observed_at=NOW, reason="", by=by, at=NOW, today=today
    )


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ({"next_reporting": 3, "address_known": -50}, set()),
        ({"next_reporting": 0, "address_known": -50}, set()),  # today is not over
        ({"next_reporting": -1, "address_known": -50}, {CONTACT}),
        ({"next_reporting": -1, "last_contact": -1, "address_known": -50}, set()),  # they came
        ({"address_known": -50}, {CONTACT}),  # no date at all: already out of sight
        ({"next_reporting": 3, "first_reporting": 1}, set()),
        ({"next_reporting": 3, "first_reporting": -1}, {ADDRESS}),
        ({"next_reporting": 3}, {ADDRESS}),
        ({}, {CONTACT, ADDRESS}),
    ],
)
def test_what_is_asked_follows_from_what_is_known(known: dict[str, int], wanted: set[str]) -> None:
    case_id = at_liberty(**known)
    assert ask() == len(wanted)
    assert asked(case_id) == wanted


def test_it_is_the_owners_due_soon_and_asked_once_until_it_is_done_without_an_answer() -> None:
    case_id = at_liberty(next_reporting=-1, address_known=-50)
    assert (ask(), ask()) == (1, 0)
    case = Case.objects.get(pk=case_id)
    task = Task.objects.get(subject_id=case_id, kind=CONTACT)
    assert (task.owner_id, task.team_id, task.origin) == (case.owner_id, case.team_id, "software")
    assert TODAY < task.due <= TODAY + timedelta(days=5)
    actions.complete_task(task_id=task.pk, result="Rang; no answer.", by=case.owner_id, at=NOW, today=TODAY)
    assert ask() == 1  # nobody has been in contact still
    told(case_id, "last_contact", TODAY)
    again = Task.objects.get(subject_id=case_id, kind=CONTACT, state="open")
    actions.complete_task(task_id=again.pk, result="They reported.", by=case.owner_id, at=NOW, today=TODAY)
    assert ask() == 0


def test_nobody_is_asked_after_in_prison_or_when_the_case_has_ended() -> None:
    owner = given.caseworker("Amy Tran", given.command().team)
    given.case(owner)
    closed = given.case(owner, custody="community")
    actions.close(case_id=closed, outcome="removed", evidence="Flight XX 12 on 3 June.", reason="", by=owner.pk, at=NOW)
    assert ask() == 0
