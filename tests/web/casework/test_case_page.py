"""The case page: what it says, to whom, and what it records of who looked."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.audit import queries as audit
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.work import queries as tasks
from longstop.work.rules import NewTask
from tests import given
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db

SECTIONS = ["case", "case-notes", "case-ownership", "case-viewed", "case-records"]


def words(client: Client, case_id: int, section: str = "case", query: str = "") -> str:
    """The page without its markup."""
    page = client.get(reverse(section, args=[case_id]) + query).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_says_who_whose_when_and_who_answers_for_it(command: given.Command, amy: Staff) -> None:
    case = Case.objects.get(pk=given.case(amy))
    page = words(signed_in(amy), case.pk)
    for said in (
        case.reference,
        "Ilir Krasniq",
        "7 March 1985",
        "Serving a sentence",
        "Amy Tran, Team A",
        "Team leader: Lena Marsh, Team A",
        "Head: Hana Lindqvist, North unit",
        "Director: Dara Okonjo, Returns directorate",
        "Next task: Consider the case for the first time",
        "Release date 1 Sep 2027",
        "Waiting for: Us",
    ):
        assert said in page


def test_every_date_answers_why_with_rule_version_source_and_inputs(amy: Staff) -> None:
    page = words(signed_in(amy), given.case(amy))
    assert "Consideration 8 months before release" in page
    assert "clocks/consideration_8@2000-01-01#" in page
    assert "Border and Immigration Agency, action plan on foreign national prisoners (2007), Annex B" in page
    assert "1 September 2027" in page
    assert "Nobody has confirmed this rule yet" in page


def test_a_missing_release_date_is_an_alarm_at_the_top_of_the_dates(amy: Staff) -> None:
    page = words(signed_in(amy), given.case(amy, release=None))
    dates = page[page.index("Key dates") :]
    assert dates.index("No date: needs one") < dates.index("Consideration 8 months")
    assert "Find out the release date" in page


def test_sources_that_differ_are_shown_differing_and_the_newest_counts(amy: Staff) -> None:
    case_id = given.case(amy)
    actions.record_key_date(
        case_id=case_id, name="conditional_release_date", value=date(2027, 8, 20), source="court", observed_at=NOW + timedelta(hours=1),
        reason="Order of the court", by=amy.pk, at=NOW, today=TODAY,
    )  # fmt: skip
    page = words(signed_in(amy), case_id)
    supplied = page[page.index("Dates supplied") :]
    assert re.search(r"20 August 2027 Counts: the newest A court", supplied)
    assert re.search(r"1 September 2027 Sources differ The prison", supplied)
    assert "Release date 20 Aug 2027" in page


def test_the_timeline_is_newest_first_with_who_and_when_and_can_be_narrowed(amy: Staff) -> None:
    case_id = given.case(amy)
    later = NOW + timedelta(hours=2)
    actions.write_note(case_id=case_id, kind="progress", text="Rang the prison.", by=amy.pk, at=later)
    page = words(signed_in(amy), case_id)
    happened = page[page.index("What has happened") :]
    assert happened.index("Note: Progress") < happened.index("Case opened")
    assert "Rang the prison." in happened
    assert "18 November 2026 at 11:30" in happened
    only_notes = words(signed_in(amy), case_id, query="?kind=notes")
    assert "Rang the prison." in only_notes
    assert "Referred by the prison." not in only_notes


def test_a_long_timeline_goes_on(amy: Staff) -> None:
    case_id = given.case(amy)
    for number in range(20):
        actions.write_note(case_id=case_id, kind="progress", text=f"Entry {number:02}", by=amy.pk, at=NOW)
    client = signed_in(amy)
    page = client.get(reverse("case", args=[case_id])).content.decode()
    assert "Entry 19" in page
    assert "Entry 04" not in page
    older = re.search(r'href="(/cases/\d+\?before=\d+)#timeline"', page)
    assert older
    assert "Entry 04" in client.get(older.group(1)).content.decode()


def test_an_event_of_which_the_time_is_not_known_has_no_time(amy: Staff) -> None:
    """Recorded after the fact, a day is all that is known: no midnight is made up for it."""
    case_id = given.case(amy, at=datetime(2026, 11, 2, tzinfo=UTC))
    with connection.cursor() as cursor:  # the record is append-only: another event is written as a backfill would write it
        cursor.execute(
            "INSERT INTO audit_event (kind, happened_at, by_id, subject_kind, subject_id, data, authority, guidance_version, backfilled,"
            " operation_id) SELECT kind, happened_at, by_id, subject_kind, subject_id, data, '', '', true, operation_id FROM audit_event"
            " WHERE subject_id = %s AND kind = 'case.opened'",
            [case_id],
        )
    page = words(signed_in(amy), case_id)
    newest = page[page.index("What has happened") :].split("Case opened")[1]
    assert "2 November 2026" in newest
    assert "00:00" not in newest


def test_notes_show_what_was_corrected_and_key_notes_first(amy: Staff) -> None:
    case_id = given.case(amy)
    first = actions.write_note(case_id=case_id, kind="risk", text="Lives at number 4.", key_note=True, by=amy.pk, at=NOW)
    actions.write_note(case_id=case_id, kind="risk", text="Lives at number 5.", key_note=True, corrects=first.pk, by=amy.pk, at=NOW)
    page = words(signed_in(amy), case_id, "case-notes")
    key, everything = page.split("All notes", 1)
    assert "Lives at number 5." in key
    assert "Lives at number 4." not in key
    assert "Lives at number 4." in everything
    assert f"Puts right Note {first.pk}" in everything
    assert everything.count("Corrected") == 1


def test_each_page_of_a_case_is_recorded_and_who_looked_is_shown(command: given.Command, amy: Staff) -> None:
    case_id = given.case(amy)
    for section in SECTIONS:
        assert signed_in(command.leader).get(reverse(section, args=[case_id])).status_code == 200
    seen = audit.viewings(subject_kind="case", subject_id=case_id)
    assert [(each.by_id, each.what) for each in seen] == [(command.leader.pk, "viewed")] * len(SECTIONS)
    assert "Lena Marsh Looked at the case" in words(signed_in(amy), case_id, "case-viewed")


def test_who_owned_it_is_shown_with_how_it_came_to_them(command: given.Command, amy: Staff) -> None:
    case_id = given.case(amy)
    actions.assign(case_id=case_id, to=command.leader.pk, from_=amy.pk, reason="Amy is full", by=command.leader.pk, at=NOW, today=TODAY)
    page = words(signed_in(amy), case_id, "case-ownership")
    assert re.search(r"Lena Marsh Team A 18 November 2026 at 09:30 Now Allocated by a manager", page)
    assert re.search(r"Amy Tran Team A 18 November 2026 at 09:30 18 November 2026 at 09:30 Opened", page)


def test_an_offer_and_a_planned_handover_say_who_owns_it_until_when(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    actions.plan_departure(
        staff_id=amy.pk, last_day=date(2026, 11, 30), cases={case_id: ben.pk}, tasks_to={}, by=command.leader.pk, at=NOW, today=TODAY
    )
    assert "Goes to Ben Osei (Team A) on 1 December 2026, when Amy Tran has left." in words(signed_in(amy), case_id)


def test_a_reader_without_casework_sees_no_buttons(command: given.Command, amy: Staff) -> None:
    inspector = given.staff("Ines Cole", "inspector", team=command.team)
    page = words(signed_in(inspector), given.case(amy))
    assert "Ilir Krasniq" in page
    for offered in ("Write a note", "Add a task", "Close the case", "Move the due date"):
        assert offered not in page


@pytest.mark.parametrize("role", ["administrator", "guidance_owner", "analyst", "prison_liaison"])
def test_roles_that_see_no_cases_are_not_let_in(command: given.Command, amy: Staff, role: str) -> None:
    case_id = given.case(amy)
    client = signed_in(given.staff("Nobody Here", role, team=command.team))
    for section in SECTIONS:
        assert client.get(reverse(section, args=[case_id])).status_code == 403


def test_a_number_that_no_case_has_is_not_found(amy: Staff) -> None:
    assert signed_in(amy).get(reverse("case", args=[999999999])).status_code == 404


# Restricted cases


@pytest.fixture
def restricted(command: given.Command, amy: Staff) -> Case:
    case_id = given.case(amy)
    actions.write_note(case_id=case_id, kind="risk", text="Ilir told us.", by=amy.pk, at=NOW)
    actions.restrict(case_id=case_id, reason="Family member works here", by=command.leader.pk, at=NOW)
    return Case.objects.get(pk=case_id)


def test_a_restricted_case_shows_that_it_exists_and_who_answers_for_it_and_nothing_more(command: given.Command, restricted: Case) -> None:
    client = signed_in(given.caseworker("Ben Osei", command.other_team))
    for section in SECTIONS:
        answer = client.get(reverse(section, args=[restricted.pk]))
        page = answer.content.decode()
        assert answer.status_code == 403
        assert restricted.reference in page
        assert "Amy Tran" in page
        assert "Director: Dara Okonjo" in page
        assert "Ilir" not in page
        assert "1985" not in page


def test_its_owner_and_the_line_above_still_see_a_restricted_case(command: given.Command, amy: Staff, restricted: Case) -> None:
    for person in (amy, command.leader, command.head, command.director):
        assert "Ilir Krasniq" in words(signed_in(person), restricted.pk)
    assert signed_in(command.other_leader).get(reverse("case", args=[restricted.pk])).status_code == 403


def test_no_screen_about_a_restricted_case_or_its_tasks_lets_a_stranger_through(command: given.Command, restricted: Case) -> None:
    client = signed_in(given.staff("Omar Two", "team_leader", team=command.other_team))
    of_case = ["note-write", "task-add", "case-hold", "key-date", "custody", "case-close", "case-reopen", "restrict"]
    of_task = ["task", "task-complete", "task-move", "task-withdraw", "acknowledge", "task-reassign"]
    for name in of_case:
        for answer in (client.get(reverse(name, args=[restricted.pk])), client.post(reverse(name, args=[restricted.pk]), {"reason": "x"})):
            assert (answer.status_code, "Ilir" in answer.content.decode()) == (403, False), name
    for name in of_task:
        answer = client.get(reverse(name, args=[restricted.next_task_id]))
        assert (answer.status_code, "Ilir" in answer.content.decode()) == (403, False), name


def test_breaking_the_glass_asks_for_a_reason_opens_the_case_for_hours_and_is_recorded(command: given.Command, restricted: Case) -> None:
    ben = given.caseworker("Ben Osei", command.other_team)
    client, door = signed_in(ben), reverse("break-glass", args=[restricted.pk])
    answer = client.post(door, {"reason": " "})
    assert (answer.status_code, "Enter why you need to see this case now" in answer.content.decode()) == (403, True)
    assert client.post(door, {"reason": "Threat made by telephone"}).status_code == 302
    page = words(client, restricted.pk)
    assert "Ilir Krasniq" in page
    assert "for 8 hours" in page
    (taken,) = access.broken_glass(unseen_only=True)
    assert (taken.staff_id, taken.until) == (ben.pk, NOW + timedelta(hours=8))
    timeline = words(signed_in(command.leader), restricted.pk, query="?kind=access")
    assert "Opened in an emergency Ben Osei" in timeline
    assert "Threat made by telephone" in timeline


def test_an_inspector_may_not_break_the_glass(command: given.Command, restricted: Case) -> None:
    client = signed_in(given.staff("Ines Cole", "inspector", team=command.team))
    assert "emergency" not in words(client, restricted.pk)
    assert client.post(reverse("break-glass", args=[restricted.pk]), {"reason": "x"}).status_code == 403


# Queries


@pytest.mark.parametrize("much", [1, 12])
def test_every_page_of_a_case_asks_at_most_fifteen_queries_however_much_has_happened(command: given.Command, amy: Staff, much: int) -> None:
    ben = given.caseworker("Ben Osei", command.other_team)
    case_id = given.case(amy, custody="detained")
    given.authorised(case_id, amy, since=TODAY)
    for number in range(much):
        new = NewTask(kind="case.other", due=TODAY + timedelta(days=number), details="Words", owner_id=ben.pk)
        actions.add_task(case_id=case_id, new=new, by=ben.pk, at=NOW, today=TODAY)
        actions.write_note(case_id=case_id, kind="progress", text="Words", by=command.head.pk, at=NOW)
    if much > 1:
        actions.offer(case_id=case_id, to=ben.pk, from_=amy.pk, reason="Moved", by=amy.pk, at=NOW, today=TODAY)
    client = signed_in(amy)
    task_id = tasks.of_subjects(subject_ids=[case_id])[0].pk
    for href in [*(reverse(section, args=[case_id]) for section in SECTIONS), reverse("task", args=[task_id])]:
        client.get(href)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(href).status_code == 200
        assert len(asked) <= 15, (href, [query["sql"][:90] for query in asked])


def test_key_notes_that_stand_are_above_all_that_has_happened(amy: Staff) -> None:
    case_id = given.case(amy)
    first = actions.write_note(case_id=case_id, kind="risk", text="Lives at number 4.", key_note=True, by=amy.pk, at=NOW)
    actions.write_note(case_id=case_id, kind="risk", text="Lives at number 5.", key_note=True, corrects=first.pk, by=amy.pk, at=NOW)
    above = words(signed_in(amy), case_id, query="?kind=tasks").split("What has happened")[0]
    assert "Lives at number 5." in above
    assert "Lives at number 4." not in above


def test_an_offer_leads_the_one_to_whom_it_was_made_to_its_answer(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    offer = actions.offer(case_id=case_id, to=ben.pk, from_=amy.pk, reason="Moved", by=amy.pk, at=NOW, today=TODAY)
    page = signed_in(ben).get(reverse("case", args=[case_id])).content.decode()
    assert "Amy Tran owns the case until the offer is accepted" in page
    assert f'href="{reverse("transfer", args=[offer.pk])}"' in page
    assert "Offered to" in words(signed_in(amy), case_id)
    work = " ".join(re.sub(r"<[^>]+>", " ", signed_in(ben).get(reverse("my-work")).content.decode()).split())
    assert "1 case is offered to you . The sender owns it until you accept." in work


def test_a_case_that_came_by_a_departure_asks_its_new_owner_to_sign(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    last = TODAY - timedelta(days=1)
    actions.plan_departure(
        staff_id=amy.pk, last_day=last, cases={case_id: ben.pk}, tasks_to={}, by=command.leader.pk, at=NOW - timedelta(days=1), today=last
    )
    actions.take_effect(today=TODAY, at=NOW)
    page = signed_in(ben).get(reverse("case", args=[case_id])).content.decode()
    assert "Read its handover pack and sign that you did" in page
    assert f'href="{reverse("handover", args=[case_id])}"' in page
    assert "1 handover pack to read and sign" in " ".join(
        re.sub(r"<[^>]+>", " ", signed_in(ben).get(reverse("my-work")).content.decode()).split()
    )
