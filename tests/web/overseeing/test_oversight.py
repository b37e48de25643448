"""Those who look at what others did see it, and only what is theirs to see."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from longstop.access import actions as access
from longstop.access.models import Clearance, Staff
from longstop.audit.actions import record_reading
from longstop.audit.models import Reading
from longstop.cases import actions as cases
from longstop.cases.models import Case
from tests import given
from tests.given import NOW
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


def text(client: Client, name: str, *args: object, **parameters: str) -> str:
    return client.get(reverse(name, args=args), parameters).content.decode()


@pytest.fixture
def broken(command: given.Command, amy: Staff) -> Clearance:
    """Somebody of team B opened a restricted case of team A."""
    case = given.case(amy)
    cases.restrict(case_id=case, reason="A colleague's brother", by=command.leader.pk, at=NOW)
    ben = given.caseworker("Ben Ode", command.other_team)
    return access.break_glass(subject_id=case, until=NOW + timedelta(hours=4), reason="Police telephoned", by=ben.pk, at=NOW)


def test_a_manager_sees_who_broke_the_glass_and_says_what_they_found(command: given.Command, broken: Clearance) -> None:
    leader = signed_in(command.other_leader)
    page = text(leader, "broken-glass")
    assert "Ben Ode" in page
    assert "Police telephoned" in page
    address = reverse("answer-broken-glass", args=[broken.pk])
    assert "Say what you found" in leader.post(address, {"finding": ""}).content.decode()
    leader.post(address, {"finding": "It was an emergency."})
    broken.refresh_from_db()
    assert broken.seen_by_id == command.other_leader.pk
    assert "Police telephoned" not in text(leader, "broken-glass")
    assert "Omar Blythe" in text(leader, "broken-glass", show="all")
    assert "looked at this in the meantime" in signed_in(command.head).post(address, {"finding": "Late."}, follow=True).content.decode()


def test_it_is_shown_to_those_who_answer_for_the_case_and_for_whoever_did_it_and_to_no_other_team(
    command: given.Command, broken: Clearance
) -> None:
    elsewhere = given.command()
    told = {
        "of the case's team": command.leader,
        "of the other's team": command.other_leader,
        "of both": command.head,
        "of everything": command.director,
        "an inspector": given.staff("Ines Calloway", "inspector"),
        "of another unit": elsewhere.head,
    }
    shown = {which for which, staff in told.items() if "Police telephoned" in text(signed_in(staff), "broken-glass")}
    assert shown == set(told) - {"of another unit"}
    assert signed_in(elsewhere.head).get(reverse("answer-broken-glass", args=[broken.pk])).status_code == 403


def test_nobody_answers_for_their_own_breaking_of_the_glass(command: given.Command, amy: Staff) -> None:
    until = NOW + timedelta(hours=4)
    taken = access.break_glass(subject_id=given.case(amy), until=until, reason="In a hurry", by=command.leader.pk, at=NOW)
    leader, address = signed_in(command.leader), reverse("answer-broken-glass", args=[taken.pk])
    assert address not in text(leader, "broken-glass")
    assert leader.post(address, {"finding": "Fine."}).status_code == 403


def test_the_record_of_a_case_says_what_was_done_and_who_looked(command: given.Command, amy: Staff) -> None:
    case_id = given.case(amy)
    cases.write_note(case_id=case_id, kind="progress", text="Spoke to the prison.", by=amy.pk, at=NOW)
    record_reading(what="viewed", by=amy.pk, at=NOW, subject_kind="case", subject_id=case_id)
    reader = signed_in(given.staff("Quentin Ashdown", "quality_assessor"))
    case = Case.objects.get(pk=case_id)
    found = reader.get(reverse("record-of"), {"reference": case.reference})
    assert found.headers["Location"] == reverse("record-of-case", args=[case_id])
    done = text(reader, "record-of-case", case_id)
    assert "Spoke to the prison." in done
    assert "Ilir Krasniq" in done
    assert "Amy Tran" in text(reader, "record-of-case", case_id, show="looked")
    assert "Quentin Ashdown" in text(reader, "record-of-case", case_id, show="looked"), "who oversees is seen too"


def test_the_record_of_a_restricted_case_is_as_closed_as_the_case(command: given.Command, broken: Clearance) -> None:
    answer = signed_in(given.staff("Ines Calloway", "inspector")).get(reverse("record-of-case", args=[broken.subject_id]))
    assert answer.status_code == 403
    assert "Krasniq" not in answer.content.decode()
    assert not Reading.objects.filter(subject_id=broken.subject_id).exists()


def test_older_entries_are_a_link_away(command: given.Command, amy: Staff) -> None:
    case_id = given.case(amy)
    for number in range(60):
        cases.write_note(case_id=case_id, kind="progress", text=f"Note number {number}.", by=amy.pk, at=NOW)
    leader = signed_in(command.leader)
    page = leader.get(reverse("record-of-case", args=[case_id])).content.decode()
    assert "Note number 59." in page
    assert "Note number 3." not in page
    oldest = page.rpartition("?before=")[2].partition('"')[0]
    assert "Note number 3." in text(leader, "record-of-case", case_id, before=oldest)


def test_seals_are_listed_and_what_is_not_sealed_is_said(command: given.Command) -> None:
    page = text(signed_in(command.head), "seals")
    assert "Not sealed yet" in page
    assert "Oldest entry not yet sealed" in page


@pytest.mark.parametrize("name", ["broken-glass", "seals", "disposals"])
def test_lists_keep_to_their_budget(
    command: given.Command, broken: Clearance, amy: Staff, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        case = given.case(amy)
        access.break_glass(subject_id=case, until=NOW + timedelta(hours=4), reason=f"Reason {number}", by=amy.pk, at=NOW)
    client = signed_in(command.head)
    client.get(reverse(name))  # the first request of a session also writes the session
    with django_assert_max_num_queries(10):
        assert client.get(reverse(name), {"show": "all"}).status_code == 200
