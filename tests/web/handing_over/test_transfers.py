"""Cases that change hands by offer and acceptance, with a handover pack that is read and signed for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from longstop.access import actions as access
from longstop.cases import actions
from longstop.cases.models import Case, Offer, Ownership
from tests import given
from tests.given import NOW, TODAY, Command
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_given_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the doors read the clock of the tests."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def command() -> Command:
    return given.command()


def offered(command: Command) -> tuple[Offer, int]:
    """A case of Amy's on offer to Ben of the other team."""
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.other_team)
    case_id = given.case(amy)
    actions.write_note(case_id=case_id, kind="risk", text="Has threatened self-harm.", by=amy.pk, at=NOW)
    actions.write_note(case_id=case_id, kind="promise", text="A call every Monday.", by=amy.pk, at=NOW)
    made = actions.offer(case_id=case_id, to=ben.pk, from_=amy.pk, reason="Moved prison", by=amy.pk, at=NOW, today=TODAY)
    return made, case_id


def test_a_case_is_offered_to_somebody_by_name_and_stays_with_its_owner(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.other_team)
    case_id = given.case(amy)
    client = signed_in(amy)
    assert "Handover pack" in client.get(f"/cases/{case_id}/offer").content.decode()
    said = {"owner_number": ben.staff_number, "reason": "Moved prison", "expected": amy.pk}
    page = client.post(f"/cases/{case_id}/offer", said, follow=True).content.decode()
    assert "The case is offered to Ben Osei" in page
    assert Case.objects.get(pk=case_id).owner == amy
    reference = Case.objects.get(pk=case_id).reference
    assert reference in client.get("/transfers?view=from").content.decode()
    assert reference in signed_in(ben).get("/transfers").content.decode()
    assert reference in signed_in(command.other_leader).get("/transfers?view=teams").content.decode()


def test_an_offer_is_refused_on_the_form_with_the_reason(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    officer = given.staff("Pia Gate", "prison_team", team=command.other_team)
    case_id = given.case(amy)
    client, address = signed_in(amy), f"/cases/{case_id}/offer"
    said = {"reason": "Moved prison", "expected": amy.pk}
    assert "may not own cases" in client.post(address, said | {"owner_number": officer.staff_number}).content.decode()
    assert "owns the case already" in client.post(address, said | {"owner": amy.pk}).content.decode()
    assert "Enter why you offer the case" in client.post(address, {"owner": ben.pk, "expected": amy.pk}).content.decode()
    actions.assign(case_id=case_id, to=ben.pk, from_=amy.pk, reason="Sooner", by=command.leader.pk, at=NOW, today=TODAY)
    page = signed_in(command.leader).post(address, said | {"owner": command.leader.pk}).content.decode()
    assert "was Amy Tran&#x27;s when you opened this page, and is Ben Osei&#x27;s now" in page
    assert not Offer.objects.exists()


def test_the_receiver_reads_the_pack_signs_and_owns(command: Command) -> None:
    offer, case_id = offered(command)
    client = signed_in(offer.to_staff)
    page = client.get(f"/transfers/{offer.pk}").content.decode()
    for words in ("Has threatened self-harm.", "A call every Monday.", "No reasons are on record.", "Consider the case for the first time"):
        assert words in page
    unsigned = client.post(f"/transfers/{offer.pk}", {"do": "accept"}).content.decode()
    assert "Read the handover pack, then tick" in unsigned
    assert Case.objects.get(pk=case_id).owner == offer.from_staff
    client.post(f"/transfers/{offer.pk}", {"do": "accept", "pack_read": "on"})
    assert Case.objects.get(pk=case_id).owner == offer.to_staff
    assert Ownership.objects.get(case_id=case_id, state="current").read_by == offer.to_staff


def test_declining_asks_for_a_reason_and_leaves_the_case_where_it_is(command: Command) -> None:
    offer, case_id = offered(command)
    client = signed_in(offer.to_staff)
    assert "Enter why you decline" in client.post(f"/transfers/{offer.pk}", {"do": "decline"}).content.decode()
    client.post(f"/transfers/{offer.pk}", {"do": "decline", "reason": "On leave"})
    offer.refresh_from_db()
    assert offer.state == "declined"
    assert Case.objects.get(pk=case_id).owner == offer.from_staff
    late = client.post(f"/transfers/{offer.pk}", {"do": "accept", "pack_read": "on"}, follow=True).content.decode()
    assert "was answered, or taken back, in the meantime" in late


def test_the_sender_or_a_manager_takes_an_offer_back_and_nobody_else(command: Command) -> None:
    offer, _ = offered(command)
    said = {"do": "withdraw", "reason": "No longer needed"}
    for other in (offer.to_staff, command.other_leader):
        assert signed_in(other).post(f"/transfers/{offer.pk}", said).status_code == 403
    signed_in(command.leader).post(f"/transfers/{offer.pk}", said)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"


def test_only_the_two_and_those_who_answer_for_them_see_an_offer(command: Command) -> None:
    offer, case_id = offered(command)
    stranger = given.caseworker("Sid Stranger", command.team)
    assert signed_in(stranger).get(f"/transfers/{offer.pk}").status_code == 403
    assert signed_in(stranger).get(f"/cases/{case_id}/offer").status_code == 403
    assert signed_in(offer.from_staff).post(f"/transfers/{offer.pk}", {"do": "accept", "pack_read": "on"}).status_code == 403
    for allowed in (offer.from_staff, offer.to_staff, command.leader, command.other_leader, command.head):
        assert signed_in(allowed).get(f"/transfers/{offer.pk}").status_code == 200
    for role in ("inspector", "administrator", "prison_team"):
        assert signed_in(given.staff("Una Visitor", role)).get("/transfers").status_code == 403


def test_a_restricted_case_is_offered_without_its_pack_until_there_is_leave(command: Command) -> None:
    offer, case_id = offered(command)
    actions.restrict(case_id=case_id, reason="Known to staff", by=command.leader.pk, at=NOW)
    client = signed_in(offer.to_staff)
    assert "Krasniq" not in client.get("/transfers").content.decode()
    page = client.get(f"/transfers/{offer.pk}").content.decode()
    for hidden in ("Krasniq", "self-harm", "Moved prison", "Accept the case"):
        assert hidden not in page
    assert client.post(f"/transfers/{offer.pk}", {"do": "accept", "pack_read": "on"}).status_code == 403
    until = NOW + timedelta(days=1)
    access.give_clearance(staff_id=offer.to_staff_id, subject_id=case_id, until=until, reason="Transfer", by=command.leader.pk, at=NOW)
    assert "self-harm" in client.get(f"/transfers/{offer.pk}").content.decode()


def test_a_case_on_offer_is_not_offered_twice(command: Command) -> None:
    offer, case_id = offered(command)
    page = signed_in(offer.from_staff).get(f"/cases/{case_id}/offer", follow=True).content.decode()
    assert "is on offer to Ben Osei already" in page


def test_whoever_takes_over_from_a_leaver_signs_that_the_pack_was_read(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    actions.plan_departure(staff_id=amy.pk, last_day=TODAY, cases={case_id: ben.pk}, tasks_to={}, by=command.leader.pk, at=NOW, today=TODAY)
    actions.take_effect(today=TODAY + timedelta(days=1), at=NOW)
    client = signed_in(ben)
    assert Case.objects.get(pk=case_id).reference in client.get("/transfers?view=sign").content.decode()
    page = client.get(f"/cases/{case_id}/handover").content.decode()
    assert "Amy Tran owned the case before Ben Osei" in page
    assert "then tick that you have read it" in client.post(f"/cases/{case_id}/handover").content.decode()
    client.post(f"/cases/{case_id}/handover", {"pack_read": "on"})
    assert Ownership.objects.get(case_id=case_id, state="current").read_by == ben
    again = client.post(f"/cases/{case_id}/handover", {"pack_read": "on"}, follow=True).content.decode()
    assert "There is nothing for you to sign" in again
    assert Case.objects.get(pk=case_id).reference not in client.get("/transfers?view=sign").content.decode()


def test_transfers_ask_no_more_for_many_offers(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    client = signed_in(ben)
    counted = []
    for number in (1, 6):
        for _ in range(number):
            actions.offer(case_id=given.case(amy), to=ben.pk, from_=amy.pk, reason="Balance", by=amy.pk, at=NOW, today=TODAY)
        client.get("/transfers")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/transfers").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 10, counted
    offer = Offer.objects.latest("pk")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/transfers/{offer.pk}").status_code == 200
    assert len(asked) <= 15
