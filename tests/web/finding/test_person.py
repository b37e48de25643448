"""The page of one person: who says what, since when, side by side where they differ; protection first; within permissions; recorded."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.audit.models import Reading
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Arrival
from longstop.people import actions as people
from longstop.people.versions import Version
from longstop.web.finding import sayings
from longstop.web.finding.sayings import Track
from tests import given
from tests.cases.test_opening_from_records import load, prisoner
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in

DAY = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


ALERTS = [
    {"alertType": "X", "alertCode": "AAR", "active": True, "expired": False},
    {"alertType": "X", "alertCode": "XLDEPORT", "active": True, "expired": False},
    {"alertType": "H", "alertCode": "HA2", "active": False, "expired": True},
]
ADDRESSES = [{"fullAddress": "12 Mill Lane, Leeds", "postalCode": "LS1 1AA", "startDate": "2024-05-01", "primaryAddress": True}]


def again(path: Path, at: datetime, **more: Any) -> None:
    """Load another extract, observed at that moment."""
    load_prisoners(path=write(path, prisoner("A1234BC", **more)), observed_at=at, by=SYSTEM, at=at)


def write(path: Path, row: dict[str, object]) -> Path:
    path.write_text(json.dumps(row), encoding="utf-8")
    return path


@pytest.fixture
def hoxhaj(tmp_path: Path, command: given.Command, amy: Staff) -> Case:
    """A case opened from a prison record with alerts and an address."""
    load(tmp_path / "first.jsonl", [prisoner("A1234BC", nationality="Albanian", alerts=ALERTS, addresses=ADDRESSES, prisonName="Moorland")])
    duty = signed_in(given.staff("Dee Ansah", "duty_officer", team=command.team))
    duty.post(reverse("open-cases"), {"selected": [Arrival.objects.get().pk], "owner": amy.pk, "reason": "In remit"})
    return Case.objects.get()


def page_of(client: Client, case: Case) -> str:
    return client.get(reverse("person", args=[case.person_id])).content.decode()


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


@pytest.mark.django_db
def test_the_page_says_who_says_what_and_since_when(amy: Staff, hoxhaj: Case) -> None:
    page = words(page_of(signed_in(amy), hoxhaj))
    for expected in (
        "Albanian",
        "since 17 November 2026; last confirmed 17 November 2026",
        hoxhaj.reference,
        "Amy Tran",
        "12 Mill Lane, Leeds, LS1 1AA. Main address. From 1 May 2024",
        "Notified of liability to deportation (XLDEPORT)",
        "Moorland",
        "Conditional release date",
        "1 October 2027",
        "In remit",
    ):
        assert expected in page, expected
    assert "HA2" not in page


@pytest.mark.django_db
def test_protection_stands_first_in_words_and_is_no_number(amy: Staff, hoxhaj: Case) -> None:
    page = page_of(signed_in(amy), hoxhaj)
    main = page[page.index("<main") :]
    assert main.index("Protection required") < main.index("Cases")
    assert "moj-ticket-panel__content--purple" in main
    assert "Adult at risk (AAR)" in words(page)
    assert not re.search(r"(points|score)", words(page), re.IGNORECASE)


@pytest.mark.django_db
def test_the_title_and_the_address_name_nobody(amy: Staff, hoxhaj: Case) -> None:
    page = page_of(signed_in(amy), hoxhaj)
    assert "Hoxhaj" not in page[: page.index("</title>")]


@pytest.mark.django_db
def test_what_changed_is_kept_beside_what_is_said_now(tmp_path: Path, amy: Staff, hoxhaj: Case) -> None:
    more: dict[str, Any] = {"alerts": ALERTS, "addresses": ADDRESSES}
    again(tmp_path / "second.jsonl", NOW + timedelta(days=2), nationality="Kosovan", prisonId="LEI", prisonName="Leeds", **more)
    again(
        tmp_path / "third.jsonl",
        NOW + timedelta(days=3),
        nationality="Kosovan",
        prisonId="LEI",
        prisonName="Leeds",
        cellLocation="B-2",
        **more,
    )
    page = words(page_of(signed_in(amy), hoxhaj))
    assert "Kosovan" in page
    assert "since 20 November 2026; last confirmed 21 November 2026 Before: Albanian, until 20 November 2026" in page
    spells = page[page.index("Custody spells") : page.index("Addresses")]
    assert spells.index("Leeds") < spells.index("Moorland")
    assert "Still there on 21 November 2026" in spells


@pytest.mark.django_db
def test_a_date_on_which_sources_differ_is_shown_twice(amy: Staff, hoxhaj: Case) -> None:
    actions.record_key_date(
        case_id=hoxhaj.pk,
        name="conditional_release_date",
        value=date(2027, 9, 1),
        source="court",
        observed_at=NOW,
        reason="The court's letter.",
        by=amy.pk,
        at=NOW,
        today=TODAY,
    )
    page = words(page_of(signed_in(amy), hoxhaj))
    dates = page[page.index("Key dates") :]
    assert "Sources differ" in dates
    assert "1 October 2027" in dates
    assert "1 September 2027" in dates
    assert "A court" in dates


@pytest.mark.django_db
def test_what_two_agencies_say_stands_side_by_side(amy: Staff, hoxhaj: Case) -> None:
    said = {"name": {"display": "Arbën Hoxha"}, "date_of_birth": "1988-01-02", "nationalities": ["Kosovan", "Serbian"]}
    address = {"addresses": [{"address": "3 Ferry Road, Hull", "type": "A05"}]}
    police = people.take_on(
        source="police", key="P1", content=said | address, receipt_id=None, observed_at=NOW, reason="The police letter.", by=SYSTEM, at=NOW
    )
    people.join_person(person_id=hoxhaj.person_id, other_id=police, reason="The same fingerprints.", by=amy.pk, at=NOW)
    page = words(page_of(signed_in(amy), hoxhaj))
    who = page[page.index("Who it is about") : page.index("Custody now")]
    assert who.count("Sources differ") == 3  # name, date of birth, nationality
    for expected in (
        "Arben Hoxhaj",
        "Arbën Hoxha",
        "1 February 1988",
        "2 January 1988",
        "Albanian",
        "Kosovan",
        "Serbian",
        "The police, since",
    ):
        assert expected in who, expected
    assert "3 Ferry Road, Hull. No fixed abode (A05)" in page
    assert "The same fingerprints." in page
    assert "3 facts on which sources differ" in page


@pytest.mark.django_db
def test_looking_is_recorded(amy: Staff, hoxhaj: Case) -> None:
    page_of(signed_in(amy), hoxhaj)
    seen = Reading.objects.get(subject_kind="person", what="viewed")
    assert (seen.read_by, seen.subject_id) == (amy.pk, hoxhaj.person_id)


@pytest.mark.django_db
def test_a_person_all_of_whose_cases_are_restricted_is_hidden(command: given.Command, hoxhaj: Case) -> None:
    actions.restrict(case_id=hoxhaj.pk, reason="Family member works here", by=command.leader.pk, at=NOW)
    other = signed_in(given.caseworker("Ben Osei", command.other_team))
    answer = other.get(reverse("person", args=[hoxhaj.person_id]))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert hoxhaj.reference in page
    assert not any(word in page for word in ("Hoxhaj", "A1234BC", "Albanian", "Mill Lane"))
    assert not Reading.objects.filter(subject_kind="person").exists()
    assert "Hoxhaj" in page_of(signed_in(command.leader), hoxhaj)


@pytest.mark.django_db
def test_a_restricted_case_among_others_is_left_out(command: given.Command, amy: Staff, hoxhaj: Case) -> None:
    hidden = Case.objects.get(pk=given.case(amy))
    actions.close(case_id=hidden.pk, outcome="removed", evidence="Flight XX 12", reason="", by=amy.pk, at=NOW)
    Case.objects.filter(pk=hidden.pk).update(person_id=hoxhaj.person_id)  # an earlier case of the same person
    actions.restrict(case_id=hidden.pk, reason="Family member works here", by=command.leader.pk, at=NOW)
    other = signed_in(given.caseworker("Ben Osei", command.other_team))
    page = page_of(other, hoxhaj)
    assert hoxhaj.reference in page
    assert hidden.reference not in page
    assert "Cases that you may see" in page


@pytest.mark.django_db
def test_nobody_of_that_number(amy: Staff) -> None:
    assert signed_in(amy).get(reverse("person", args=[999_999])).status_code == 404


@pytest.mark.django_db
def test_a_person_of_whom_nothing_is_known_but_a_name(amy: Staff) -> None:
    person = given.person("Ilir Krasniq")
    page = signed_in(amy).get(reverse("person", args=[person.pk])).content.decode()
    assert "Ilir Krasniq" in page
    assert "Nobody has opened a case about this person." in page


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["administrator", "analyst", "guidance_owner", "prison_liaison"])
def test_roles_that_see_no_cases_see_no_person(command: given.Command, role: str, hoxhaj: Case) -> None:
    nobody = signed_in(given.staff("Nobody Here", role, team=command.team))
    assert nobody.get(reverse("person", args=[hoxhaj.person_id])).status_code == 403


@pytest.mark.django_db
def test_a_page_takes_fifteen_queries_at_most(tmp_path: Path, amy: Staff, hoxhaj: Case) -> None:
    client = signed_in(amy)
    page_of(client, hoxhaj)  # the session is touched once in a while, which takes three more
    for day in range(3):
        with CaptureQueriesContext(connection) as seen:
            page_of(client, hoxhaj)
        assert len(seen) <= 15, [each["sql"][:120] for each in seen]
        again(tmp_path / f"{day}.jsonl", NOW + timedelta(days=2 + day), nationality=f"Nation {day}")


def track(source: str, *said: dict[str, Any]) -> Track:
    versions = tuple((DAY + timedelta(days=place), each) for place, each in enumerate(said))
    return Track(source=source, versions=versions, seen_at=DAY + timedelta(days=30))


DIFFER = [
    # a fact, what two agencies say, whether they differ
    ("Name", {"name": {"display": "Ana Osei"}}, {"name": {"display": "OSEI Ana"}}, False),
    ("Name", {"name": {"display": "Ana Osei"}}, {"name": {"display": "Ana Osey"}}, True),
    ("Date of birth", {"date_of_birth": "1988-02-01"}, {"date_of_birth": "1988-01-02"}, True),
    ("Date of birth", {"date_of_birth": "1988-02-01"}, {"date_of_birth": None}, False),
    ("Nationality", {"nationality": "Albanian"}, {"nationalities": ["Kosovan", "Albanian"]}, False),
    ("Nationality", {"nationality": "Albanian"}, {"nationality": "British"}, True),
    ("Nationality", {"nationality": "Albanian"}, {"nationality": ""}, False),
    ("Other names", {"aliases": [{"display": "A B"}]}, {"aliases": [{"display": "C D"}, {"display": "A B"}]}, False),
    ("Other names", {"aliases": [{"display": "A B"}]}, {"aliases": [{"display": "C D"}]}, False),
    (
        "PNC number",
        {"identifiers": [{"kind": "pnc", "value": "02/73319Z", "canonical": "2002/0073319Z"}]},
        {"identifiers": [{"kind": "pnc", "value": "x", "canonical": "2012/0394773H"}]},
        True,
    ),
]


@pytest.mark.parametrize(("fact", "one", "other", "differ"), DIFFER)
def test_sources_differ_where_no_value_can_be_both_of_theirs(fact: str, one: dict[str, Any], other: dict[str, Any], differ: bool) -> None:
    (found,) = [each for each in sayings.who([track("The prison", one), track("A court", other)]) if each.name == fact]
    assert found.differs is differ


def test_a_value_said_again_counts_from_when_it_was_said_again() -> None:
    said = [{"nationality": words} for words in ("Albanian", "Kosovan", "Albanian", "Albanian")]
    (found,) = sayings.who([track("The prison", *said)])
    (now,) = found.said
    assert (now.value, now.since, now.confirmed) == ("Albanian", DAY + timedelta(days=2), DAY + timedelta(days=30))
    assert now.before == ("Kosovan, until 3 November 2026",)


def test_what_arrived_of_a_record_that_is_not_linked_is_left_out() -> None:
    version = Version(source="s", number=1, observed_at=DAY, receipt_id=None, content={})
    assert len(sayings.tracks([version], [], words=str)) == 1
    assert sayings.tracks([], [], words=str) == []
