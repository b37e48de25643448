"""Many cases opened at once are what each would be alone: the same rows in every table, and the same refusals."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from longstop.access.models import Staff
from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions
from longstop.cases.actions import opening
from longstop.cases.models import Case
from longstop.work import queries as tasks
from longstop.work.rules import NewTask
from tests import given
from tests.given import NOW, TODAY

DAY = timedelta(days=1)
# What differs from one opening to the next: numbers of rows, of transactions and operations, and what is drawn at random.
NUMBERED = {"id", "known_seq", "operation_id", "recorded_at", "salt", "digest", "payload_digest"}
NUMBERED |= {"pgh_id", "pgh_obj_id", "pgh_created_at", "pgh_context", "pgh_context_id"}


def told(**said: Any) -> dict[str, Any]:
    return {"source": "prison", "observed_at": NOW, **said}


def task(kind: str, days: int, **more: Any) -> NewTask:
    return NewTask(kind=kind, due=TODAY + days * DAY, **more)


def one_of_each() -> list[dict[str, Any]]:
    """Cases of every custody, with and without tasks, notes, reviews and dates, enough of them to be written by COPY."""
    dated = {"conditional_release_date": date(2028, 12, 1), "sentence_start_date": date(2024, 6, 1), "last_contact": None}
    kinds = [
        told(),
        told(custody="serving", key_dates=dated, first=task("case.review", 3, details="Ask the embassy.")),
        told(custody="serving", key_dates={"conditional_release_date": TODAY + 2 * DAY}),
        told(custody="detained", custody_since=TODAY - 40 * DAY, detention_reviews=[TODAY - 12 * DAY, TODAY - 33 * DAY]),
        told(custody="time_served", detention_reviews=[TODAY], notes=["Carried over.", "And again."], monitored=True),
        told(
            custody="community", custody_since=TODAY - 9 * DAY, monitored=True, tasks=[task("case.barrier", 1), task("case.put_right", 0)]
        ),
        told(first=task("case.hold", 8, wake=TODAY + 8 * DAY, waiting_for="court", details="Until the hearing."), notes=["Held."]),
    ]
    return kinds * 4


class World:
    """A command, and as many persons as there are cases wanted."""

    def __init__(self, wanted: list[dict[str, Any]]) -> None:
        self.command = given.command()
        self.owners = [given.caseworker(name, self.command.team) for name in ("Amy Tran", "Bo Lind")]
        self.wanted = [
            actions.Opened(person_id=given.person(f"Person {number}").pk, owner_id=self.owners[number % 2].pk, **said)
            for number, said in enumerate(wanted)
        ]
        self.dated = {"reason": "In remit", "by": self.command.leader.pk, "at": NOW, "today": TODAY}

    def in_bulk(self, wanted: list[actions.Opened] | None = None) -> list[Any]:
        """What became of each, opened at once."""
        results = actions.open_cases(wanted=self.wanted if wanted is None else wanted, **self.dated)
        return [result.explanation or "opened" for result in results]

    def one_by_one(self) -> None:
        for each in self.wanted:
            actions.open_case(opened=each, **self.dated)


@pytest.fixture
def world(db: None) -> World:
    return World(one_of_each())


def newly(write: Callable[[], object]) -> dict[str, list[str]]:
    """Give every row of every table that the writing made, without what numbers it, and take the writing back."""
    with transaction.atomic():
        before = {model: set(model._default_manager.values_list("pk", flat=True)) for model in tables()}
        write()
        persons = dict(Case.objects.values_list("pk", "person_id"))
        found = {model._meta.db_table: sorted(rows(model, before[model], persons)) for model in tables()}
        transaction.set_rollback(True)
    return {table: made for table, made in found.items() if made}


def tables() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ("cases", "work", "audit", "people")]


def rows(model: type[models.Model], before: set[Any], persons: dict[int, int]) -> list[str]:
    said = []
    for row in model._default_manager.exclude(pk__in=before).order_by().values():
        if row.get("kind") == "bulk.acted":
            continue  # beside the event of each case, a bulk opening tells how many there were
        said.append(repr(sorted((name, plain(name, value, persons)) for name, value in row.items() if name not in NUMBERED)))
    return said


def plain(name: str, value: Any, persons: dict[int, int]) -> str:
    """Give a value with the person in place of a case's number, and without the numbers of other rows."""
    if name == "data":
        return repr({key: "" if key in ("task_id", "note_id", "reference") else said for key, said in value.items()})
    if name in ("subject_id", "case_id") and value in persons:
        return f"the case of {persons[value]}"
    if name in ("reference", "next_task_id") or name.endswith("payload_id"):
        return "" if value is None else "some"
    return repr(value)


def test_opened_at_once_or_one_by_one_leaves_the_same_rows_in_every_table(world: World) -> None:
    alone, together = newly(world.one_by_one), newly(world.in_bulk)
    assert {"cases_case", "cases_clock", "cases_keydate", "cases_note", "work_task", "audit_event", "audit_payload"} <= together.keys()
    told = [row for row in together["audit_payload"] if "{'reason': 'In remit'}" in row and "'person_id', 'None'" in row]
    assert len(told) == 1, "the reason of the bulk act itself"
    together["audit_payload"].remove(told[0])
    assert together == alone


def test_each_case_is_written_once_and_comes_with_all_that_it_was_opened_with(world: World) -> None:
    world.in_bulk()
    held = Case.objects.get(person_id=world.wanted[3].person_id)
    assert (Case.objects.count(), held.version) == (28, 1)
    reviewed = held.key_dates.filter(name="last_detention_review").values_list("value", "source")
    assert sorted(reviewed) == [(day, f"review {day}") for day in (TODAY - 33 * DAY, TODAY - 12 * DAY)]
    (due,) = held.clocks.filter(kind="detention_review").values_list("due", flat=True)
    (asked,) = [each.due for each in tasks.of_subjects(subject_ids=[held.pk]) if each.kind == "case.detention_review"]
    assert asked == max(due, TODAY), "counted from the last review, known from the beginning"


def test_what_is_refused_spoils_no_other_and_says_why(world: World) -> None:
    amy, bo = world.owners
    Staff.objects.filter(pk=bo.pk).update(last_day=TODAY + 5 * DAY)
    good = [replace(each, owner_id=amy.pk) for each in world.wanted]
    wanted = [
        *good[:22],
        good[0],
        replace(good[22], owner_id=bo.pk),
        replace(good[23], owner_id=10**9),
        replace(good[24], needs_competence="countersign"),
        replace(good[25], tasks=[task("case.review", -1)]),
        replace(good[26], detention_reviews=[TODAY + DAY]),
        replace(good[27], notes=[" "]),
        good[22],
    ]
    assert world.in_bulk(wanted) == [
        *["opened"] * 22,
        "This person has an open case already.",
        "The chosen owner is about to leave.",
        "The chosen owner may not own cases.",
        "The chosen owner lacks the competence that the case needs.",
        "The dates of its first task cannot be used.",
        "A review that has been made cannot lie ahead.",
        "A note of it has no words.",
        "opened",
    ]
    assert Case.objects.count() == 23


@pytest.mark.parametrize("bad", [[0], [27], [3, 4, 20]])
def test_what_the_database_refuses_is_found_and_the_rest_is_opened(world: World, bad: list[int]) -> None:
    Staff.objects.filter(pk=world.owners[1].pk).update(active=False)
    new = replace(task("case.review", 1), owner_id=world.owners[1].pk)  # a task's owner is active: only the database looks
    amy = world.owners[0].pk
    wanted = [replace(each, owner_id=amy, first=new if n in bad else None) for n, each in enumerate(world.wanted)]
    became = world.in_bulk(wanted)
    assert became == ["The database refused it (task_owner_is_active)." if n in bad else "opened" for n in range(28)]
    assert Case.objects.count() == 28 - len(bad)


def test_a_person_whose_case_is_opened_in_the_meantime_is_refused_by_the_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.open_case(opened=world.wanted[5], **world.dated)
    with monkeypatch.context() as patched:
        patched.setattr(opening, "_busy", lambda _asked: set())
        with pytest.raises(GuaranteeBroken, match="one_open_case_a_person"):
            actions.open_case(opened=world.wanted[5], **world.dated)
        became = world.in_bulk()
    assert became == ["The database refused it (one_open_case_a_person)." if n == 5 else "opened" for n in range(28)]
