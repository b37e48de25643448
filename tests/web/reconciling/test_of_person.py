"""On the page of a person: who has a disagreement, for those who may see it, and nothing for the others."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.cases.models import Case
from longstop.people import actions as people
from longstop.reconciliation.actions import settle
from longstop.reconciliation.models import Break
from longstop.referral.models import Question
from tests import given
from tests.reconciliation.world import Made
from tests.referral.world import prisoner
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive
from tests.web.considering.test_referrals import read
from tests.web.reconciling.test_statement import REST, made, owner

__all__ = ["made", "owner"]
pytestmark = pytest.mark.django_db
LINE = "Release date: the case says “1 December 2028”"


def whose(found: Break) -> str:
    assert found.task is not None
    return f"Owner: {found.task.owner.name}, {found.task.team.name}, due {found.task.due.day} "


def test_a_conflict_names_the_break_that_concerns_it_and_its_owner(owner: Client) -> None:
    found, case = Break.objects.get(), Case.objects.get()
    page = read(owner, "person", case.person_id)
    dates = page[page.index("Key dates") :]
    assert "Conditional release date Conflict Sources differ" in dates
    assert f"Break {found.pk} . {LINE}" in dates.replace(f"Break {found.pk}.", f"Break {found.pk} .")
    assert whose(found) in dates
    assert "Nobody has been asked" not in dates
    assert "Serving a sentence Our case " in page
    head = page[: page.index("Who it is about")]
    assert "1 fact on which sources differ Conditional release date : Owner: Cora Weald" in head.replace("date:", "date :")
    assert "Breaks 1 open" in head
    assert f"Breaks Break What differs Due or ended Owner Status Break {found.pk} Release date" in page
    answer = owner.get(reverse("person", args=[case.person_id])).content.decode()
    assert answer.count(f'href="{reverse("break", args=[found.pk])}"') == 2
    assert 'href="#fact-conditional-release-date"' in answer
    assert 'id="fact-conditional-release-date"' in answer


def test_a_break_that_was_settled_says_by_whom(owner: Client, made: Made) -> None:
    found, case = Break.objects.get(), Case.objects.get()
    seen, at = bytes(found.says_digest), timezone.now()
    settle(break_id=found.pk, outcome="ours", reason="Told them", seen=seen, by=made.owner.pk, at=at, today=timezone.localdate(at))
    page = read(owner, "person", case.person_id)
    dates = page[page.index("Key dates") :]
    assert "Conflict Sources differ" in dates
    assert "Settled by Cora Weald on" in dates
    assert ": The case is right; the prison service has been told" in dates
    assert "Nobody has been asked since." in dates
    assert "Nobody has been asked yet." not in dates
    assert "Breaks 1 open" not in page


def test_an_inspector_sees_who_has_it_and_whoever_sees_no_referrals_does_not(made: Made) -> None:
    found, case = Break.objects.get(), Case.objects.get()
    inspector = read(signed_in(given.staff("Ina Spect", "inspector", team=made.owner.team)), "person", case.person_id)
    assert f"Break {found.pk}" in inspector
    unit = read(signed_in(given.staff("Una Nit", "barrier_unit", team=made.owner.team)), "person", case.person_id)
    assert f"Break {found.pk}" not in unit
    assert "Due or ended" not in unit
    assert "Nobody has been asked" not in unit
    assert "Conflict Sources differ" in unit
    assert "not shown to you" in unit
    liaison = signed_in(given.staff("Lia Ison", "prison_liaison"))
    assert liaison.get(reverse("person", args=[case.person_id])).status_code == 403


def test_where_another_case_of_the_person_is_closed_to_the_reader_nothing_is_said_of_breaks(made: Made) -> None:
    found, case = Break.objects.get(), Case.objects.get()
    hidden = Case.objects.get(pk=given.case(made.owner))
    cases.close(case_id=hidden.pk, outcome="removed", evidence="Flight XX 12", reason="", by=made.owner.pk, at=timezone.now())
    Case.objects.filter(pk=hidden.pk).update(person_id=case.person_id)  # an earlier case of the same person
    leader = given.staff("Lea Der", "head")
    cases.restrict(case_id=hidden.pk, reason="A colleague's brother", by=leader.pk, at=timezone.now())
    other = signed_in(given.caseworker("Ben Osei", given.command().other_team))
    page = read(other, "person", case.person_id)
    assert f"Break {found.pk}" not in page
    assert "not shown to you" in page


def test_a_fact_that_somebody_was_asked_about_names_the_question(made: Made, tmp_path: Path) -> None:
    officer, at = made.officers[0], timezone.now()
    arrive(tmp_path, [prisoner("A1001AA"), prisoner("A1002AA"), prisoner("A1003AA", nationality=""), *REST], at=AT)
    question = Question.objects.get()
    said = {"name": {"display": "Anton Vrba"}, "nationalities": ["Ruritanian"], "identifiers": []}
    other = people.take_on(source="police", key="P1", content=said, receipt_id=None, observed_at=at, reason="Letter", by=SYSTEM, at=at)
    people.join_person(person_id=question.person_id, other_id=other, reason="The same fingerprints", by=officer.pk, at=at)
    page = read(signed_in(officer), "person", question.person_id)
    row = page[
        page.index("Nationality Ruritanian The police") : page.index("Prison number", page.index("Nationality Ruritanian The police"))
    ]
    assert question.task is not None
    assert f"Question {question.pk} . What is the person" in row.replace(f"{question.pk}.", f"{question.pk} .")
    assert f"Owner: {question.task.owner.name}" in row
    assert "Conflict" not in row
