"""The replay of an invented command: through the front door, day by day, leaving the planted faults open and nothing else."""

import json
import os
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from longstop.access import queries as access
from longstop.cases import queries as caseload
from longstop.cases.models import Case
from longstop.commands.lending import HandFailed, helper
from longstop.demo.invention.extracts import file_of
from longstop.demo.invention.plan import Plan
from longstop.demo.invention.writing import TRUTH, write
from longstop.demo.marking import NotADemonstration, OtherDemonstration, refuse_unmarked, steps_taken
from longstop.demo.progress import Progress, Told
from longstop.demo.replay import loading
from longstop.demo.replay.day import Day
from longstop.demo.replay.loading import replay
from longstop.demo.replay.working import work
from longstop.gateways.keys import signing_key
from longstop.intake import queries as arrived
from longstop.people import queries as people
from longstop.proof.actions import prove
from longstop.proof.certification import certify
from longstop.referral import queries as considered
from tests import server
from tests.conftest import _point_django_at
from tests.web.browsing import signed_in

LAST = date(2026, 11, 20)
PLAN = Plan(0.003, 1, LAST, 5)
AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Replayed:
    folder: Path
    truth: list[dict[str, Any]]
    steps: list[int]


@pytest.fixture(scope="module")
def replayed(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    """A database of its own in which the smallest demonstration was replayed by two processes, killed twice, and gone on with."""
    folder = tmp_path_factory.mktemp("replay") / "out"
    write(folder, PLAN)
    truth = json.loads((folder / TRUTH).read_text(encoding="utf-8"))["faults"]
    name = f"longstop_own_{uuid.uuid4().hex[:12]}"
    before = connections["default"].settings_dict["NAME"]
    server.clone(name)
    url = server.with_parts(os.environ["LONGSTOP_TEST_SERVER"], name=name, user="longstop_test_service")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("LONGSTOP_SERVICE_URL", url)
        _point_django_at(name)
        try:
            yield Replayed(folder, truth, [0, *_killed_twice(folder, patch), _replay(folder)])
        finally:
            _point_django_at(before)
            server.drop(name)


def _killed_twice(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[int]:
    """Kill it in the middle of the second day's work, and again before the last day's list; gives what was done by then."""

    def die(day: Day, *, told: object = None) -> int:
        if day.day == PLAN.day(3):
            raise KeyboardInterrupt
        return work(day)

    def stop(told: Told) -> None:
        if told.step == f"list {LAST}":
            raise KeyboardInterrupt

    with patch.context() as inner:
        inner.setattr(loading, "work", die)
        with pytest.raises(KeyboardInterrupt):
            _replay(folder)
    yield len(steps_taken())
    with pytest.raises(KeyboardInterrupt):
        _replay(folder, stop)
    yield len(steps_taken())


def _replay(folder: Path, progress: Progress | None = None) -> int:
    with helper("longstop.commands.demonstrating", folder) as hand:
        replay(folder, PLAN, at=AT, progress=progress, hand=hand)
    return len(steps_taken())


def test_it_is_replayed_once_however_often_it_was_killed(replayed: Replayed) -> None:
    assert replayed.steps == [0, 1 + 7 + 1 + 3 + 2, 1 + 7 + 1 + 3 * 2 + 4, 1 + 7 + 1 + 4 * 2 + 5 + 1]
    assert replay(replayed.folder, PLAN, at=AT + timedelta(days=1)) == 0
    came = Counter(each.file_name for each in arrived.receipts(source="hmpps-prisoners", limit=100))
    assert came == {file_of(PLAN.day(before)): 1 for before in (4, 3, 1, 0)}
    assert considered.unconsidered_receipts(today=LAST) == []


def of_kind(replayed: Replayed, kind: str) -> list[dict[str, Any]]:
    found = [fault for fault in replayed.truth if fault["kind"] == kind]
    assert found, kind
    return found


def numbers(replayed: Replayed, kind: str) -> set[str]:
    return {fault["found_by"]["prison_number"] for fault in of_kind(replayed, kind)}


def person(number: str) -> int:
    """The one person whom a search for the number finds, as anybody would look for them."""
    (hit,) = people.search(number)
    return hit.card.id


def number_of(person_id: int) -> str:
    return people.names([person_id])[person_id].prison_number


def remainder() -> dict[str, set[int]]:
    """What the certificate lists, as the numbers of cases and tasks by reason."""
    found = certify(at=AT, today=LAST, as_at=None, since=None)
    listed: dict[str, set[int]] = {}
    for item in found.items:
        if item.list == "remainder":
            listed.setdefault(str(item.reason), set()).add(item.subject_id)
    return listed


def test_the_certificate_lists_the_planted_faults_and_nothing_else(replayed: Replayed) -> None:
    found = remainder()
    referrals = {each.task_id: number_of(each.person_id) for each in considered.referrals(today=LAST)}
    departures = {each.task_id: number_of(each.person_id) for each in considered.departures(today=LAST)}
    assert {departures[task] for task in found.pop("custody_departure_unexplained")} == numbers(replayed, "dropped_off_the_list")
    assert {referrals[task] for task in found.pop("released_without_decision")} == numbers(replayed, "released_without_decision")
    unowned = numbers(replayed, "owner_has_left") | numbers(replayed, "case_without_owner")
    ownerless = caseload.of_persons([person(number) for number in unowned])
    assert {case.pk for held in ownerless.values() for case in held} == found.pop("late_unacknowledged")
    for kind, reason in (("contact_review_overdue", "contact_review_late"), ("monitoring_review_overdue", "monitoring_review_late")):
        cases = caseload.of_persons([person(number) for number in numbers(replayed, kind)])
        assert {case.pk for held in cases.values() for case in held} == found.pop(reason)
    assert found == {}


def test_what_is_listed_at_the_door_is_what_was_planted(replayed: Replayed) -> None:
    gone = {number_of(each.person_id) for each in considered.departures(today=LAST)}
    waiting = {number_of(each.person_id) for each in considered.referrals(today=LAST)}
    assert gone == numbers(replayed, "dropped_off_the_list")
    assert waiting == numbers(replayed, "released_without_decision")


def test_the_planted_rows_are_refused_and_the_mended_one_is_mended(replayed: Replayed) -> None:
    kinds = ("bad_prison_number", "no_prison_number", "no_name", "cut_off", "not_a_record")
    assert arrived.refusal_count() == sum(len(of_kind(replayed, kind)) for kind in kinds)
    mended = of_kind(replayed, "mended_row")
    assert arrived.refusal_count(state="mended") == len(mended)


def test_each_code_that_no_list_knows_is_asked_about_once(replayed: Replayed) -> None:
    planted = {fault["found_by"]["code"] for fault in of_kind(replayed, "unmapped_code")}
    assert {each.code for each in arrived.codes()} == planted


def test_the_short_file_was_held_and_given_up_and_the_late_one_came_late(replayed: Replayed) -> None:
    (short,), (late,), (missing,) = (of_kind(replayed, kind) for kind in ("short_file", "late_file", "missing_file"))
    (held,) = arrived.held_files(state="rejected")
    assert held.file_name == short["file"]
    receipts = {each.file_name: each for each in arrived.receipts(source="hmpps-prisoners", limit=100)}
    assert missing["file"] not in receipts
    assert (receipts[late["file"]].received_at - receipts[late["file"]].observed_at) > timedelta(days=1)
    on_time = [each for name, each in receipts.items() if name != late["file"]]
    assert all(each.received_at - each.observed_at < timedelta(hours=12) for each in on_time)


def test_one_person_under_two_numbers_is_one_person_with_both_records(replayed: Replayed) -> None:
    for fault in of_kind(replayed, "one_person_two_numbers"):
        first, second = fault["found_by"]["prison_number"], fault["found_by"]["second_prison_number"]
        assert person(first) == person(second) == person(fault["found_by"]["pnc"])


def in_own_script(number: str) -> list[str]:
    """The names of somebody's records that are in another script than the main one."""
    records = people.person_view(person(number)).records
    names = [f"{each['given']} {each['family']}" for told in records for each in told.content.get("aliases", ())]
    return [name for name in names if not name.isascii()]


def test_names_are_found_in_their_own_script(replayed: Replayed) -> None:
    for number in numbers(replayed, "alias_in_own_script"):
        found = person(number)
        assert any(hit.card.id == found for name in in_own_script(number) for hit in people.search(name, limit=200)), number


def test_everybody_on_the_last_list_is_placed(replayed: Replayed) -> None:
    last = considered.considerations(limit=1)[0]
    assert last.finished_at is not None
    parts = (last.referred, last.questioned, last.in_hand, last.decided, last.out_of_remit)
    assert sum(parts) == last.considered >= 30


def test_moments_of_the_past_are_replayed_in_no_other_database(replayed: Replayed) -> None:
    with pytest.raises(OtherDemonstration):
        replay(replayed.folder, Plan(0.005, 2, LAST, 20), at=AT)
    with pytest.raises(NotADemonstration):
        refuse_unmarked(Plan(0.005, 2, LAST, 20))


def test_a_hand_that_dies_is_told_of(replayed: Replayed) -> None:
    with helper("longstop.commands.no_such_module", replayed.folder) as hand:
        hand.begin("step", "staff")
        with pytest.raises(HandFailed):
            hand.wait()


REFUSED = {
    "bad_prison_number": "12-000 Prison number is not one letter, four digits and two letters",
    "no_prison_number": "Prison number is missing",
    "no_name": "The record gives no name that can be read",
    "cut_off": "The row ends before its record does",
    "not_a_record": "The row is not a record with named fields",
}


def page(number: str, name: str, *args: object, **wanted: str) -> str:
    """The words of a screen, as somebody sees it."""
    answer = signed_in(access.staff_by_number(number)).get(reverse(name, args=args), wanted)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def case_of(number: str) -> Case:
    (case,) = caseload.of_persons([person(number)])[person(number)]
    return case


def test_faults_of_rows_codes_and_files_are_on_the_stewards_screens(replayed: Replayed) -> None:
    refused, mended = page("DATA-STEWARD", "refusals"), page("DATA-STEWARD", "refusals", state="mended")
    codes, files = page("DATA-STEWARD", "codes"), page("DATA-STEWARD", "receipts")
    assert [kind for kind, words in REFUSED.items() if of_kind(replayed, kind) and words not in refused] == []
    for fault in of_kind(replayed, "mended_row"):
        assert f"prisonerNumber {fault['found_by']['prison_number'][:4]} " in mended
    assert all(fault["found_by"]["code"] in codes for fault in of_kind(replayed, "unmapped_code"))
    (short,), (late,), (missing,) = (of_kind(replayed, kind) for kind in ("short_file", "late_file", "missing_file"))
    assert re.search(rf"{short['file']} hmpps-prisoners .{{0,80}} 0 0 0 0 0 Nothing yet Given up by a data steward", files)
    assert f"{late['file']} hmpps-prisoners {PLAN.late_day.day + 1} November 2026" in files
    assert missing["file"] not in files


def test_faults_of_people_are_on_the_duty_officers_screens(replayed: Replayed) -> None:
    shown = {name: page("DUTY-OFFICER", name) for name in ("departures", "referrals", "questions")}
    assert all(number in shown["departures"] for number in numbers(replayed, "dropped_off_the_list"))
    assert all(number in shown["referrals"] for number in numbers(replayed, "released_without_decision"))
    for number in numbers(replayed, "two_cases_one_person"):
        # Which of the two records came first, and so by which name and number the person is shown, is nobody's to say.
        held = person(number)
        assert people.names([held])[held].name in shown["questions"], number
    for fault in of_kind(replayed, "one_person_two_numbers"):
        found = page("DUTY-OFFICER", "person", person(fault["found_by"]["prison_number"]))
        assert fault["found_by"]["second_prison_number"] in found
    for number in numbers(replayed, "two_people_one_number"):
        found = page("DUTY-OFFICER", "person", person(number))
        assert re.search(r"Date of birth Conflict Sources differ .{0,400} Said before of: Date of birth ", found)
    for number in numbers(replayed, "alias_in_own_script"):
        found = page("DUTY-OFFICER", "person", person(number))
        assert any(name in found for name in in_own_script(number)), number
    for fault in of_kind(replayed, "two_cases_one_person"):
        found = page("DUTY-OFFICER", "person", person(fault["found_by"]["prison_number"]))
        assert fault["found_by"]["case_reference"] in found
        assert fault["found_by"]["second_case_reference"] in found


def test_faults_of_cases_are_on_their_pages_and_on_the_certificate(replayed: Replayed, tmp_path: Path) -> None:
    for number in numbers(replayed, "owner_has_left") | numbers(replayed, "case_without_owner"):
        assert "Give the case an owner: the old system" in page("HEAD", "case", case_of(number).pk)
    prove(by=access.staff_by_number("HEAD").pk, at=AT, today=LAST, key=signing_key(tmp_path))
    certificate = page("HEAD", "certificate")
    assert re.search(r"departure \d+ The person is in custody, as their case says, and gone from the prison", certificate)
    assert re.search(r"referral \d+ The person was released, or their release date has passed, before anybody considered them", certificate)
    for kind, words in (
        ("monitoring_review_overdue", "The electronic monitoring review"),
        ("contact_review_overdue", "The contact review"),
    ):
        assert all(f"{case_of(number).reference} {words} is late" in certificate for number in numbers(replayed, kind))
