"""The page of one person: who says what, since when, side by side where they differ; protection first; within permissions; recorded."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstop.access.models import Staff, Team
from longstop.audit.actions import SYSTEM
from longstop.audit.models import Payload, Reading
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Arrival
from longstop.people import actions as people
from longstop.people.facts import Fact
from longstop.people.versions import Version
from longstop.reconciliation.models import Break
from longstop.reconciliation.queries import BreakSaid
from longstop.referral.models import Question
from longstop.web.finding import sayings
from longstop.web.finding.conflicts import Concerns, concerns
from longstop.web.finding.sayings import Track
from longstop.work.models import Task
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
    assert "An alert says so: Prison record, HMPPS, since 17 November 2026" in words(page)
    assert not re.search(r"(points|score)", words(page), re.IGNORECASE)


@pytest.mark.django_db
def test_what_protection_is_for_is_shown_for_a_reason_that_is_recorded(command: given.Command, amy: Staff, hoxhaj: Case) -> None:
    client, where = signed_in(amy), reverse("person-protection", args=[hoxhaj.person_id])
    page = page_of(client, hoxhaj)
    assert where in page
    assert "Adult at risk" not in page
    assert "AAR" not in page
    assert "1 alert: shown to whoever says why they need to know" in words(page)
    for answer in (client.get(where), client.post(where, {"reason": " "})):
        assert "Adult at risk" not in answer.content.decode()
    assert "Enter why you need to know now" in words(answer.content.decode())
    assert not Reading.objects.filter(what="protection").exists()
    shown = words(client.post(where, {"reason": "Interview tomorrow at nine"}).content.decode())
    assert "Adult at risk (AAR) Prison record, HMPPS, since 17 November 2026" in shown
    seen = Reading.objects.get(what="protection")
    assert (seen.read_by, seen.subject_kind, seen.subject_id) == (amy.pk, "person", hoxhaj.person_id)
    assert seen.payload_id is not None
    assert Payload.objects.get(pk=seen.payload_id).person_id == hoxhaj.person_id
    record = signed_in(command.head).get(reverse("record-of-case", args=[hoxhaj.pk]) + "?show=looked").content.decode()
    assert "Shown what they need protection for, after saying why Interview tomorrow at nine" in words(record)
    assert "Adult at risk" not in client.get(where).content.decode()  # asked again


@pytest.mark.django_db
def test_what_protection_is_for_stays_behind_the_closed_door(command: given.Command, hoxhaj: Case) -> None:
    actions.restrict(case_id=hoxhaj.pk, reason="Family member works here", by=command.leader.pk, at=NOW)
    other, where = signed_in(given.caseworker("Ben Osei", command.other_team)), reverse("person-protection", args=[hoxhaj.person_id])
    for answer in (other.get(where), other.post(where, {"reason": "I want to know"})):
        assert answer.status_code == 403
        assert "Adult at risk" not in answer.content.decode()
    assert not Reading.objects.filter(what="protection").exists()
    assert other.get(reverse("person-protection", args=[999_999])).status_code == 404


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
    assert "Kosovan Prison record, HMPPS, since 20 November 2026; last confirmed 21 November 2026 Said before of: Nationality (1)" in page
    assert "Albanian, until 20 November 2026: Prison record, HMPPS" in page
    spells = page[page.index("Custody spells (2)") : page.index("Records")]
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
    assert "Conditional release date Conflict Sources differ" in dates
    assert "Nobody has been asked yet." in dates
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
    assert who.count("Conflict Sources differ") == who.count("Nobody has been asked yet.") == 3  # name, date of birth, nationality
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
    assert "3 facts on which sources differ Name : Nobody has been asked yet." in page.replace("Name:", "Name :")
    assert "No fixed abode No fixed abode (A05): The police, since" in page[: page.index("Who it is about")]


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
    for day in range(4):
        with CaptureQueriesContext(connection) as seen:
            page_of(client, hoxhaj)
        assert len(seen) <= 15, [each["sql"][:120] for each in seen]
        old = {"name": {"display": "A. Hoxhaj"}, "nationalities": [f"Nation {day}"], "identifiers": []}
        other = people.take_on(
            source="casework", key=f"P{day}", content=old, receipt_id=None, observed_at=NOW, reason="Old", by=SYSTEM, at=NOW
        )
        people.join_person(person_id=hoxhaj.person_id, other_id=other, reason="One person", by=amy.pk, at=NOW)
        again(tmp_path / f"{day}.jsonl", NOW + timedelta(days=2 + day), nationality=f"Nation {day}")


def track(source: str, *said: dict[str, Any]) -> Track:
    versions = tuple((DAY + timedelta(days=place), each) for place, each in enumerate(said))
    return Track(source=source, versions=versions, seen_at=DAY + timedelta(days=30))


def pnc(number: str) -> dict[str, Any]:
    return {"identifiers": [{"kind": "pnc", "value": "x", "canonical": number}]}


def place(kind: str = "", **more: Any) -> dict[str, Any]:
    return {"addresses": [{"address": "3 Ferry Road", **({"type": kind} if kind else {}), **more}]}


ALBANIAN, BRITISH = {"nationality": "Albanian"}, {"nationality": "British"}
INSIDE, OUTSIDE = ({"custody": {"status": status, "prison_name": name}} for status, name in (("in_prison", "Leeds"), ("released", "")))
LICENCE, LATER = ({"release_dates": {"licence_expiry_date": f"2028-0{month}-01"}} for month in (3, 4))
FACTS = [
    # the records of two agencies: a fact of the page, what is said of it and by whom, whether they disagree
    ({"name": {"display": "Ana Osei"}}, {"name": {"display": "Ana Osei"}}, "Name", {"Ana Osei": "prison, court"}, False),
    ({"name": {"display": "Ana Osei"}}, {"name": {"display": "OSEI Ana"}}, "Name", {"Ana Osei": "prison", "OSEI Ana": "court"}, False),
    ({"name": {"display": "Ana Osei"}}, {"name": {"display": "Ana Osey"}}, "Name", {"Ana Osei": "prison", "Ana Osey": "court"}, True),
    ({"date_of_birth": "1988-02-01"}, {"date_of_birth": None}, "Date of birth", {"1 February 1988": "prison"}, False),
    (
        {"date_of_birth": "1988-02-01"},
        {"date_of_birth": "1988-01-02"},
        "Date of birth",
        {"1 February 1988": "prison", "2 January 1988": "court"},
        True,
    ),
    (ALBANIAN, {"nationality": ""}, "Nationality", {"Albanian": "prison"}, False),
    (ALBANIAN, BRITISH, "Nationality", {"Albanian": "prison", "British": "court"}, True),
    (ALBANIAN, {"nationalities": ["Kosovan", "Albanian"]}, "Nationality", {"Albanian": "prison, court", "Kosovan": "court"}, False),
    ({"aliases": [{"display": "A B"}]}, {"aliases": [{"display": "C D"}]}, "Other names", {"A B": "prison", "C D": "court"}, False),
    (pnc("2002/0073319Z"), pnc("2012/0394773H"), "PNC number", {"2002/0073319Z": "prison", "2012/0394773H": "court"}, True),
    ({"prison_number": "A1"}, {"prison_number": "A2"}, "Prison number", {"A1": "prison", "A2": "court"}, True),
    (INSIDE, OUTSIDE, "Custody", {"In prison": "prison", "Released": "court"}, True),
    (INSIDE, {"custody": {"status": "not_known"}}, "Custody", {"In prison": "prison", "Not known": "court"}, False),
    (INSIDE, OUTSIDE, "Prison", {"Leeds": "prison"}, False),
    (LICENCE, LATER, "Licence expiry date", {"1 March 2028": "prison", "1 April 2028": "court"}, True),
    (place(), place("DNF"), "Addresses", {"3 Ferry Road": "prison", "3 Ferry Road. No fixed abode on discharge (DNF)": "court"}, False),
    (place(no_fixed_address=True), place("A15"), "No fixed abode", {"No fixed address": "prison"}, False),
    (place("A05"), place("DNF"), "No fixed abode", {"No fixed abode (A05)": "prison", "No fixed abode on discharge (DNF)": "court"}, False),
    ({"alerts": [{"code": "XNR"}]}, {"alerts": [{"code": "AAR"}]}, "Alerts", {"Not for release (XNR)": "prison"}, False),
    ({"alerts": [{"code": "XNR"}]}, {"alerts": [{"code": "AAR"}]}, "Protection", {"Adult at risk (AAR)": "court"}, False),
]


@pytest.mark.parametrize(("prison", "court", "name", "said", "differs"), FACTS)
def test_given_the_records_of_two_agencies_the_facts_are(
    prison: dict[str, Any], court: dict[str, Any], name: str, said: dict[str, str], differs: bool
) -> None:
    found = [track("prison", prison), track("court", court)]
    some = [sayings.alerts(found), sayings.protection(found), sayings.addresses(found), sayings.no_fixed_abode(found)]
    facts = [*sayings.who(found), *sayings.held(found), *sayings.sentence(found), *sayings.dates(found, []), *some]
    (fact,) = [each for each in facts if each is not None and each.name == name]
    assert {each.words: ", ".join(sayer.source for sayer in each.by) for each in fact.said} == said
    assert fact.differs is differs


def test_a_value_said_again_counts_from_when_it_was_said_again() -> None:
    said = [{"nationality": words} for words in ("Albanian", "Kosovan", "Albanian", "Albanian")]
    (found,) = sayings.who([track("The prison", *said)])
    (sayer,) = found.said[0].by
    assert (found.said[0].words, sayer.since, sayer.confirmed) == ("Albanian", DAY + timedelta(days=2), DAY + timedelta(days=30))
    assert [(each.words, each.until) for each in found.before] == [("Kosovan", DAY + timedelta(days=2))]


def test_a_cell_that_is_no_day_stands_as_it_was_sent() -> None:
    (found,) = sayings.held([track("The prison", {"custody": {"cell": "2026-13-45"}})])
    assert found.said[0].words == "2026-13-45"


def test_what_arrived_of_a_record_that_is_not_linked_is_left_out() -> None:
    version = Version(source="s", number=1, observed_at=DAY, receipt_id=None, content={})
    assert len(sayings.tracks([version], [], words=str)) == 1
    assert sayings.tracks([], [], words=str) == []


def test_a_record_is_confirmed_when_its_source_last_told_it() -> None:
    version = Version(source="casework", number=1, observed_at=DAY, receipt_id=None, content={})
    later = DAY + timedelta(days=9)
    (found,) = sayings.tracks([version], [], words=str, confirmed={("casework", 1): later})
    assert found.seen_at == later


TEAM = Team(name="Team North")
WITH_DEE = Task(owner=Staff(name="Dee Ansah"), team=TEAM, due=date(2026, 12, 3))
DATES = {"ours": "2027-09-01", "theirs": "2027-10-01", "basis": "conditional_release_date"}
CONCERNED = [
    # what is open: the fact that it concerns, and the line that the fact's row shows
    (
        BreakSaid(row=Break(pk=7, kind="release_date", task=WITH_DEE), says=DATES),
        "Conditional release date",
        "Release date: the case says “1 September 2027”, the prison service “1 October 2027”",
    ),
    (
        BreakSaid(row=Break(pk=7, kind="released", task=WITH_DEE), says={"ours": "serving", "theirs": "community"}),
        "Custody",
        "Released or gone, and the case says in custody: the case says “Serving a sentence”, the prison service “In the community”",
    ),
    (BreakSaid(row=Break(pk=7, kind="custody", task=WITH_DEE), says={}), "Custody", "Where the person is held: disposed of"),
    (Question(pk=7, kind="conflicting_nationality", task=WITH_DEE), "Nationality", "Which of the nationalities is right?"),
    (
        Question(pk=7, kind="unknown_status", task=WITH_DEE),
        "Legal status",
        "Has the person been convicted, or are they held under immigration powers?",
    ),
]


@pytest.mark.parametrize(("thing", "name", "line"), CONCERNED)
def test_a_fact_names_what_is_open_about_it_and_whose_it_is(thing: BreakSaid | Question, name: str, line: str) -> None:
    found = concerns([thing], []) if isinstance(thing, BreakSaid) else concerns([], [thing])
    (concern,) = found.about(Fact(name=name, said=(), before=(), differs=False))
    assert (concern.words, concern.who) == (line, "Owner: Dee Ansah, Team North, due 3 December 2026")
    assert concern.link.href.endswith("/7")


DEE = Staff(name="Dee Ansah")
SETTLED = {"state": "settled", "outcome": "ours", "ended_by": DEE, "ended_at": NOW}
ANSWERED = {"state": "answered", "answer": "british", "ended_by": DEE, "ended_at": NOW}
ENDED = [
    # breaks about custody and questions about nationality, as they come: what stands about each fact
    ([Break(pk=7, kind="custody", **SETTLED)], [], "Custody", ["Settled by Dee Ansah on 18 November 2026: The case is right"]),
    ([Break(pk=8, kind="custody", task=WITH_DEE), Break(pk=7, kind="custody", **SETTLED)], [], "Custody", ["Owner: Dee Ansah"]),
    (
        [],
        [Question(pk=7, kind="conflicting_nationality", **ANSWERED)],
        "Nationality",
        ["Answered by Dee Ansah on 18 November 2026: British"],
    ),
    (
        [],
        [Question(pk=7, kind="conflicting_nationality", **ANSWERED), Question(pk=8, kind="conflicting_nationality", task=WITH_DEE)],
        "Nationality",
        ["Owner: Dee Ansah"],
    ),
    ([], [Question(pk=7, kind="conflicting_nationality", state="overtaken")], "Nationality", []),
]


@pytest.mark.parametrize(("breaks", "questions", "name", "expected"), ENDED)
def test_what_somebody_settled_is_said_and_not_that_nobody_was_asked(
    breaks: list[Break], questions: list[Question], name: str, expected: list[str]
) -> None:
    found = concerns([BreakSaid(row=row, says={}) for row in breaks], questions)
    fact = Fact(name=name, said=(), before=(), differs=True)
    assert len(found.about(fact)) == len(expected)
    assert all(each.who.startswith(words) for each, words in zip(found.about(fact), expected, strict=True))
    waits = any(words.startswith("Owner") for words in expected)
    assert found.unasked(fact) == ("" if waits else "Nobody has been asked since." if expected else "Nobody has been asked yet.")
    if not waits:
        assert found.about(replace(fact, differs=False)) == [], "what has ended is said only where sources still differ"


def test_a_question_about_another_person_is_no_answer_to_a_conflict() -> None:
    found = concerns([], [Question(pk=7, kind="possibly_same_person", task=WITH_DEE)])
    assert found.unasked(Fact(name="Name", said=(), before=(), differs=True)) == "Nobody has been asked yet."


def test_whoever_may_not_see_who_is_asked_is_not_told_that_nobody_was() -> None:
    differs = Fact(name="Name", said=(), before=(), differs=True)
    assert "Nobody" not in Concerns(shown=False).unasked(differs)
    assert "not shown to you" in Concerns(shown=False).unasked(differs)
    assert Concerns(shown=True).unasked(replace(differs, differs=False)) == ""
