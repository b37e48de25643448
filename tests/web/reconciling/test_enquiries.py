"""The other agency is asked about its own record and answers: it sees that record's field, and nothing of the case."""

import pytest
from django.test import Client
from django.urls import reverse

from longstop.access import actions as access
from longstop.access.models import Staff
from longstop.audit.models import Payload, Reading
from longstop.cases.models import Case
from longstop.reconciliation.actions import settle
from longstop.reconciliation.models import Break, Enquiry
from tests import given
from tests.reconciliation.world import Made
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT
from tests.web.considering.test_referrals import read, words
from tests.web.reconciling.test_statement import made, owner

__all__ = ["made", "owner"]
pytestmark = pytest.mark.django_db
HOME = "ZZI"


def liaison(*prisons: str, name: str = "Paul Wexcombe") -> Staff:
    found = given.staff(name, "prison_liaison")
    access.post(staff_id=found.pk, prisons=prisons, from_date=AT.date(), by=given.staff("Ad Min", "administrator").pk, at=AT)
    return found


@pytest.fixture
def asked(made: Made, owner: Client) -> Enquiry:
    assert owner.post(reverse("break-ask", args=[Break.objects.get().pk])).status_code == 302
    return Enquiry.objects.get()


def test_the_liaison_sees_their_own_field_and_nothing_of_the_case(asked: Enquiry, made: Made) -> None:
    there = signed_in(liaison(HOME))
    listed, page = read(there, "enquiries"), read(there, "enquiry", asked.pk)
    for shown in (listed, page):
        assert "A1001AA" in shown
        assert "Is this release date right?" in shown
        assert Case.objects.get().reference not in shown
        assert made.owner.name not in shown
        assert "1 December 2028" not in shown, "what the case says is not theirs to see"
    assert there.get(reverse("break", args=[asked.broken_id])).status_code == 403
    assert there.get(reverse("statement")).status_code == 403


def test_each_disclosure_is_recorded_with_its_legal_gateway(asked: Enquiry) -> None:
    there = liaison(HOME)
    read(signed_in(there), "enquiry", asked.pk)
    seen = Reading.objects.get(what="disclosed", read_by=there.pk)
    told = Payload.objects.get(pk=seen.payload_id).content
    assert (seen.subject_id, seen.rows) == (asked.pk, 1)
    assert isinstance(told, dict)
    assert told["gateway"]
    assert told["prisons"] == [HOME]


def test_the_answer_is_shown_to_the_owner_who_settles(asked: Enquiry, owner: Client) -> None:
    there = signed_in(liaison(HOME))
    where = reverse("enquiry", args=[asked.pk])
    assert "Write what is right" in words(there.post(where, {"answer": "wrong", "words": " "}).content.decode())
    assert there.post(where, {"answer": "wrong", "words": "Recalculated on 3 March: 9 June 2027"}).status_code == 302
    page = read(owner, "break", asked.broken_id)
    assert "Recalculated on 3 March" in page
    assert "Our record is wrong" in page
    assert Break.objects.get().state == "open"
    assert "Nothing is asked of you" in read(there, "enquiries")
    assert there.post(where, {"answer": "right"}).status_code == 404, "it is not asked any more"


def test_another_prisons_liaison_sees_nothing_of_it(asked: Enquiry) -> None:
    there = signed_in(liaison("LEI", name="Lee Ds"))
    assert "Nothing is asked of you" in read(there, "enquiries")
    assert there.get(reverse("enquiry", args=[asked.pk])).status_code == 404
    assert there.post(reverse("enquiry", args=[asked.pk]), {"answer": "right"}).status_code == 404


def test_a_break_that_is_settled_meanwhile_overtakes_it(asked: Enquiry, made: Made, owner: Client) -> None:
    page = read(owner, "break", asked.broken_id)
    assert "Waits for an answer" in page
    assert "Ask the prison service" not in page.replace("Asked of the prison service", "")
    settle(break_id=asked.broken_id, outcome="ours", reason="Varied", by=made.owner.pk, at=AT, today=AT.date())
    asked.refresh_from_db()
    assert asked.state == "overtaken"
    assert "Nothing is asked of you" in read(signed_in(liaison(HOME)), "enquiries")


def test_nobody_is_asked_twice(asked: Enquiry, owner: Client) -> None:
    owner.post(reverse("break-ask", args=[asked.broken_id]))
    assert Enquiry.objects.count() == 1
