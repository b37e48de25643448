"""What protects somebody is told on no page before a reason is given, and there after: every screen is asked for."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from longstop.access.models import Staff
from longstop.access.rules import Role
from longstop.audit.actions import SYSTEM
from longstop.audit.models import Payload, Reading
from longstop.cases.models import Case
from longstop.intake.models import Arrival
from longstop.people.queries import export_person
from longstop.reconciliation import queries
from longstop.reconciliation.actions import enquire, reconcile
from longstop.reconciliation.models import Break, Enquiry
from longstop.referral.actions import accept
from longstop.referral.models import Departure, Question, Referral
from longstop.web.screens import SCREENS
from tests import given
from tests.referral import world
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive
from tests.web.considering.test_referrals import words

pytestmark = pytest.mark.django_db
ALERTS = [
    {"alertType": "H", "alertCode": "HA", "active": True, "expired": False},
    {"alertType": "V", "alertCode": "XVL", "active": True, "expired": False},
    {"alertType": "H", "alertCode": "HA1", "active": False, "expired": True},
    {"alertType": "X", "alertCode": "XLDEPORT", "active": True, "expired": False},
]
DETAIL = re.compile(r"suicide|self-harm|ACCT|\bHA1?\b|\bXVL\b")
OPEN_TO_ALL = "Notified of liability to deportation (XLDEPORT)"
# What leaves the session, or is somebody else's to be given: none of them shows a person's record.
NOT_ASKED = {
    "sign-out",
    "sign-in",
    "stay",
    "help",
    "accessibility",
    "staff",
    "prove",
    "certificates",
    "teams",
    "enrol",
    "disposals",
    "seals",
}


def prisoner(number: str, **said: object) -> dict[str, object]:
    return world.prisoner(number, alerts=ALERTS, **said)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """One with a case and a break, one gone from the list, one asked about: each with the same alerts."""
    made, officers = world.command()
    owner = given.caseworker("Cora Weald", made.team)
    later = (timezone.localdate() + timedelta(days=400)).isoformat()
    here = [prisoner("A1001AA"), prisoner("A1003AC", nationality="")]
    arrive(tmp_path, [*here, prisoner("A1002AB")], at=AT - timedelta(minutes=2))
    first = Referral.objects.order_by("pk")[0]
    accept(referral_id=first.pk, owner_id=owner.pk, reason="In remit", by=officers[0].pk, at=timezone.now(), today=AT.date())
    arrive(tmp_path, [{**row, "conditionalReleaseDate": later} for row in here], at=AT - timedelta(minutes=1))
    at = timezone.now()
    reconcile(both=queries.read_both(today=timezone.localdate()), by=SYSTEM, at=at, today=timezone.localdate())
    enquire(break_id=Break.objects.filter(arrival_id__isnull=False)[0].pk, by=owner.pk, at=at)
    return Case.objects.get()


@pytest.fixture
def everybody(case: Case) -> Staff:
    """Somebody in every role but that of the other agency."""
    return given.staff("Eve Allbright", *(role.value for role in Role if role != Role.PRISON_LIAISON), team=case.team)


@pytest.fixture
def liaison(case: Case) -> Staff:
    return given.posted(given.staff("Paul Wexcombe", "prison_liaison"), "ZZI")


def addresses(case: Case) -> Iterator[str]:
    """Every screen that can be looked at; where it is about one, about one of these."""
    known: dict[str, int] = {
        "case_id": case.pk,
        "person_id": case.person_id,
        "arrival_id": Arrival.objects.get(person_id=case.person_id).pk,
        "referral_id": Referral.objects.filter(state="open")[0].pk,
        "question_id": Question.objects.get().pk,
        "departure_id": Departure.objects.get().pk,
        "break_id": Break.objects.filter(arrival_id__isnull=False)[0].pk,
        "enquiry_id": Enquiry.objects.get().pk,
    }
    for screen in SCREENS:
        asked = re.findall(r"<\w+:(\w+)>", screen.path)
        if "GET" in screen.methods and screen.name not in NOT_ASKED and set(asked) <= set(known):
            yield reverse(screen.name, args=[known[each] for each in asked])


def test_no_page_tells_before_a_reason_what_protects_somebody_and_the_door_tells_after_one(
    case: Case, everybody: Staff, liaison: Staff
) -> None:
    here, there = signed_in(everybody), signed_in(liaison)
    pages = {address: here.get(address).content.decode(errors="replace") for address in addresses(case)}
    theirs = {address: there.get(address).content.decode() for address in pages if address.startswith(("/records", "/prisons", "/enquir"))}
    assert [each for each, page in [*pages.items(), *theirs.items()] if DETAIL.search(words(page))] == []
    showing = {address: page for address, page in pages.items() if "Protection required" in page and OPEN_TO_ALL in page}
    assert {address.split("/")[1] for address in showing} >= {"people", "cases", "records", "referrals", "statement"}
    doors = {address: set(re.findall(r'href="([^"]+/protection)"', page)) for address, page in showing.items()}
    assert all(len(each) == 1 for each in doors.values()), doors
    for (door,) in {frozenset(each) for each in doors.values()}:
        assert DETAIL.search(words(here.post(door, {"reason": "An interview tomorrow"}).content.decode())), door
    for name in ("records", "referrals", "questions", "departures", "refusals"):
        answer = here.get(reverse(name), {"file": "csv"})
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert "csv" in answer.headers["Content-Type"]
        assert not DETAIL.search(content.decode("utf-8-sig")), f"{name} taken away"
    again = reverse("case-records", args=[case.pk])
    assert not DETAIL.search(words(here.get(again).content.decode())), "shown once, behind its door"


def test_the_other_agencys_liaison_is_asked_for_a_reason_too(case: Case, liaison: Staff) -> None:
    there = signed_in(liaison)
    arrival = Arrival.objects.get(person_id=case.person_id)
    page = there.get(reverse("record", args=[arrival.pk])).content.decode()
    door = reverse("record-protection", args=[arrival.pk])
    assert door in page
    assert reverse("person-protection", args=[case.person_id]) not in page, "a person is not theirs to see"
    assert "2 alerts: shown to whoever says why they need to know" in words(page)
    assert not DETAIL.search(words(there.post(door, {"reason": " "}).content.decode()))
    assert "XVL" in words(there.post(door, {"reason": "He is to be moved tonight"}).content.decode())
    seen = Reading.objects.get(what="protection")
    assert (seen.read_by, seen.subject_kind, seen.subject_id) == (liaison.pk, "person", case.person_id)
    assert (Payload.objects.get(pk=seen.payload_id).content or {})["reason"] == "He is to be moved tonight"
    elsewhere = given.posted(given.staff("Otto Lind", "prison_liaison"), "ZZB")
    assert signed_in(elsewhere).post(door, {"reason": "I want to know"}).status_code == 404
    assert "XVL" in str(export_person(case.person_id)), "what is the person's own is told to the person whole"
