"""My work: what a person finds there, in which order, and who may see names."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstop.access.models import Staff
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.work import queries as tasks
from longstop.work.rules import NewTask
from tests import given
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db

FAR = date(2029, 6, 1)
LATE = NOW - timedelta(days=60)


def a_case(owner: Staff, *, days: int, kind: str = "case.other", details: str = "", waiting_for: str = "us") -> Case:
    """A case with exactly one open task, due so many days from the day of the test."""
    first = NewTask(kind=kind, due=TODAY + timedelta(days=days), details=details, waiting_for=waiting_for)
    case_id = given.case(owner, first=first, release=FAR, at=LATE, today=LATE.date())
    for task in tasks.of_subjects(subject_ids=[case_id]).exclude(kind=kind):
        actions.withdraw_task(task_id=task.pk, reason="Not in this test", by=owner.pk, at=LATE)
    return Case.objects.get(pk=case_id)


def text(client: Client, query: str = "") -> str:
    return client.get(reverse("my-work") + query).content.decode()


def references(page: str) -> list[str]:
    """The references in the rows, in order."""
    body = page.split("<tbody", 1)[1].split("</tbody", 1)[0]
    return re.findall(r"LS-\d{6}-[A-Z]", body)


def tab(page: str, label: str) -> int:
    found = re.search(rf">{re.escape(label)} <span class=\"ls-count\">([\d,]+)</span>", page)
    assert found, label
    return int(found.group(1))


@pytest.mark.parametrize(
    ("view", "label", "days"),
    [
        ("", "All", {-1, 0, 6, 7, 27, 28}),
        ("overdue", "Overdue", {-1}),
        ("7", "Due in 7 days", {0, 6}),
        ("28", "Due in 28 days", {0, 6, 7, 27}),
    ],
)
def test_each_tab_shows_its_count_and_opens_that_list(amy: Staff, view: str, label: str, days: set[int]) -> None:
    made = {day: a_case(amy, days=day).reference for day in (-1, 0, 6, 7, 27, 28)}
    page = text(signed_in(amy), f"?view={view}")
    assert tab(page, label) == len(days)
    assert set(references(page)) == {made[day] for day in days}


def test_a_row_says_who_what_when_and_how_late(amy: Staff) -> None:
    case = a_case(amy, days=-12, details="Ring the prison", waiting_for="prison")
    page = text(signed_in(amy))
    for words in ("Ilir Krasniq", case.reference, "Other work on the case", "Ring the prison", "The prison", "Overdue by 12 days"):
        assert words in page
    assert "Team leader: not acknowledged" in page


def test_an_acknowledged_rung_is_told_from_one_that_is_not(amy: Staff) -> None:
    case = a_case(amy, days=-1)
    actions.acknowledge(task_id=case.next_task_id, rung=0, reason="Ill", by=amy.pk, at=NOW, today=TODAY)
    assert "Owner: acknowledged" in text(signed_in(amy))


def test_a_date_that_a_clock_set_leads_to_its_reason_and_one_that_a_person_set_does_not(amy: Staff) -> None:
    case_id = given.case(amy, custody="detained", release=FAR)
    review = tasks.of_subjects(subject_ids=[case_id]).get(kind="case.detention_review")
    href = f'href="{reverse("case", args=[case_id])}#clock-detention_review"'
    assert text(signed_in(amy)).count(href) == 1
    actions.move_due(task_id=review.pk, due=TODAY + timedelta(days=3), reason="Agreed", by=amy.pk, at=NOW, today=TODAY)
    assert href not in text(signed_in(amy))


def test_filters_narrow_the_list_and_each_can_be_removed(amy: Staff) -> None:
    ours, theirs = a_case(amy, days=3), a_case(amy, days=4, waiting_for="prison")
    page = text(signed_in(amy), "?waiting_for=prison&kind=case.other")
    assert references(page) == [theirs.reference]
    assert f'href="{reverse("my-work")}?kind=case.other"' in page
    assert ours.reference not in page
    assert "Showing" in page


def test_a_filter_that_means_nothing_is_left_out(amy: Staff) -> None:
    a_case(amy, days=3)
    page = text(signed_in(amy), "?waiting_for=nobody&due=yesterday&view=odd&sort=odd&after=odd")
    assert len(references(page)) == 1


@pytest.mark.parametrize(
    ("order", "expected"), [("due", [1, 0, 2]), ("-due", [2, 0, 1]), ("reference", [0, 1, 2]), ("-reference", [2, 1, 0])]
)
def test_the_list_is_sorted_on_the_server(amy: Staff, order: str, expected: list[int]) -> None:
    made = [a_case(amy, days=days).reference for days in (5, 2, 9)]
    assert references(text(signed_in(amy), f"?sort={order}")) == [made[place] for place in expected]


def test_kinds_are_sorted_by_their_words(amy: Staff) -> None:
    """Consider (first_consideration) < Other work (other) < Review (review)."""
    review, other = a_case(amy, days=1, kind="case.review"), a_case(amy, days=2, kind="case.other")
    assert references(text(signed_in(amy), "?sort=kind")) == [other.reference, review.reference]


def test_work_of_those_whom_one_covers_is_marked_and_has_its_own_tab(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    mine, his = a_case(amy, days=3), a_case(ben, days=4)
    actions.record_absence(
        staff_id=ben.pk, kind="leave", from_date=TODAY, to_date=TODAY + timedelta(days=9), cover_id=amy.pk, by=ben.pk, at=NOW, today=TODAY
    )
    page = text(signed_in(amy))
    assert set(references(page)) == {mine.reference, his.reference}
    assert page.count("Covering for Ben Osei") == 1
    page = text(signed_in(amy), "?view=cover")
    assert (references(page), tab(page, "Covering for others")) == ([his.reference], 1)


def test_a_role_that_sees_no_cases_sees_a_reference_and_no_name(command: given.Command, amy: Staff) -> None:
    owner = given.staff("Gia Lind", "guidance_owner", team=command.team)
    case = a_case(amy, days=3, details="About Ilir's letter")
    actions.reassign_task(task_id=case.next_task_id, to=owner.pk, reason="Guidance asked", by=amy.pk, at=NOW)
    page = text(signed_in(owner))
    assert case.reference in page
    assert "Ilir" not in page
    assert reverse("case", args=[case.pk]) not in page


def test_a_restricted_case_shows_its_reference_and_nothing_of_the_person(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    case = a_case(amy, days=3, details="About Ilir's letter")
    actions.restrict(case_id=case.pk, reason="Family member works here", by=command.leader.pk, at=NOW)
    actions.reassign_task(task_id=case.next_task_id, to=ben.pk, reason="Help", by=amy.pk, at=NOW)
    page = text(signed_in(ben))
    assert "Restricted" in page
    assert case.reference in page
    assert "Ilir" not in page


def test_the_list_is_in_pages(amy: Staff) -> None:
    for number in range(27):
        a_case(amy, days=number)
    first, second = text(signed_in(amy)), text(signed_in(amy), "?after=25")
    assert len(references(first)) == 25
    assert len(references(second)) == 2
    assert not set(references(first)) & set(references(second))


def test_an_inspector_has_no_work_and_is_not_let_in(command: given.Command) -> None:
    assert signed_in(given.staff("Ines Cole", "inspector", team=command.team)).get(reverse("my-work")).status_code == 403


@pytest.mark.parametrize("many", [2, 25])
def test_the_list_asks_at_most_ten_queries_however_long_it_is(amy: Staff, many: int) -> None:
    for number in range(many):
        a_case(amy, days=number - 1, details="Words")
    client = signed_in(amy)
    text(client)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        text(client)
    assert len(asked) <= 10, [query["sql"][:90] for query in asked]
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("my-cases"))
    assert len(asked) <= 10, [query["sql"][:90] for query in asked]


def test_my_cases_are_those_i_own_soonest_first(command: given.Command, amy: Staff) -> None:
    later, sooner = a_case(amy, days=9), a_case(amy, days=2, waiting_for="court")
    other = a_case(given.caseworker("Ben Osei", command.team), days=1)
    page = signed_in(amy).get(reverse("my-cases")).content.decode()
    assert references(page) == [sooner.reference, later.reference]
    assert other.reference not in page
    page = signed_in(amy).get(reverse("my-cases") + "?waiting_for=court&sort=-release").content.decode()
    assert references(page) == [sooner.reference]
