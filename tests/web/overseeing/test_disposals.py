"""Two people destroy what is held about a person, on screen; each step commits, as a proposal must before it is approved."""

import pytest
from django.urls import reverse

from longstop.access.models import Staff
from longstop.audit.models import Disposal, Payload
from longstop.cases import actions as cases
from longstop.cases.models import Case
from longstop.work.rules import NewTask
from tests import given
from tests.conftest import Committed
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in


@pytest.fixture
def command(committed: Committed) -> given.Command:
    return given.command()


@pytest.fixture
def closed(command: given.Command, amy: Staff) -> Case:
    case_id = given.case(amy)
    cases.write_note(case_id=case_id, kind="progress", text="Spoke to his sister.", by=amy.pk, at=NOW)
    cases.close(case_id=case_id, outcome="british", evidence="Passport seen.", reason="Done", by=command.leader.pk, at=NOW)
    return Case.objects.get(pk=case_id)


def test_one_proposes_another_approves_and_the_words_are_gone(command: given.Command, closed: Case) -> None:
    steward, head = signed_in(given.staff("Stellan Brook", "data_steward")), signed_in(command.head)
    begun = steward.get(reverse("disposals"), {"reference": closed.reference}, follow=True)
    assert "Ilir Krasniq" in begun.content.decode()
    propose = reverse("propose-disposal", args=[closed.person_id])
    assert "Say why" in steward.post(propose, {"reason": "", "authority": "R7"}).content.decode()
    steward.post(propose, {"reason": "Retention ended", "authority": "R7"})
    disposal = Disposal.objects.get()
    approve = reverse("approve-disposal", args=[disposal.pk])
    assert approve not in steward.get(reverse("disposals")).content.decode()
    assert "another person must approve" in steward.post(approve, follow=True).content.decode()
    asked = head.get(approve).content.decode()
    assert f"{Payload.objects.filter(person_id=closed.person_id).count()} texts and records" in asked
    assert "cannot be brought back" in asked
    assert Payload.objects.filter(person_id=closed.person_id, content__isnull=True).count() == 0, "asking destroys nothing"
    assert "are destroyed" in head.post(approve, follow=True).content.decode()
    assert not Payload.objects.filter(person_id=closed.person_id, content__isnull=False).exists()
    assert "Spoke to his sister." not in signed_in(command.leader).get(reverse("record-of-case", args=[closed.pk])).content.decode()


def test_nothing_is_proposed_while_a_case_is_open(command: given.Command, amy: Staff) -> None:
    case = Case.objects.get(pk=given.case(amy))
    steward = signed_in(given.staff("Stellan Brook", "data_steward"))
    for answer in (
        steward.get(reverse("disposals"), {"reference": case.reference}, follow=True),
        steward.post(reverse("propose-disposal", args=[case.person_id]), {"reason": "Retention ended", "authority": "R7"}, follow=True),
    ):
        assert "A case about this person is open" in answer.content.decode()
    assert not Disposal.objects.exists()


def test_a_case_reopened_after_the_proposal_stops_the_destruction(command: given.Command, closed: Case) -> None:
    steward = given.staff("Stellan Brook", "data_steward")
    number = cases.propose_disposal(person_id=closed.person_id, reason="Retention ended", authority="R7", by=steward.pk, at=NOW)
    payloads = Payload.objects.filter(person_id=closed.person_id, content__isnull=False).count()
    then = NewTask(kind="case.review", due=TODAY)
    cases.reopen(case_id=closed.pk, owner_id=command.leader.pk, then=then, reason="Appeal", by=command.leader.pk, at=NOW, today=TODAY)
    answer = signed_in(command.head).post(reverse("approve-disposal", args=[number]), follow=True)
    assert "A case about this person is open" in answer.content.decode()
    assert Payload.objects.filter(person_id=closed.person_id, content__isnull=False).count() >= payloads
