"""A legacy system's cases taken over: an owner and dated tasks for each open one, nothing back-dated or dropped, counts that add up."""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.cases import queries as caseload
from longstop.cases.models import Case
from longstop.commands import taking_over
from longstop.intake.casework_loading import load_casework
from longstop.people import queries as people
from longstop.proof.certification import certify
from longstop.referral import queries
from longstop.referral.actions import NobodyToOwn, NotTakenIn, carrying, consider_receipt, take_over
from longstop.referral.actions import legacy as acting
from longstop.referral.legacy import read
from longstop.referral.models import LegacyCase, Question, Takeover
from longstop.referral.owners import Owners
from longstop.work import queries as tasks
from tests import given
from tests.given import NOW, TODAY
from tests.referral.world import arrive, command, prisoner, tomorrow

DAY = timedelta(days=1)
DELIVERY = count()
PERSON = {"person_id": "P1", "first_name": "Tamsin", "last_name": "Oakapple", "date_of_birth": "1990-05-17", "nationality": "Albanian"}
CASE = {
    "case_reference": "CID/77001",
    "person_id": "P1",
    "opened_on": "2020-03-02",
    "custody": "prison",
    "prison": "BXI",
    "sentence_start_date": "2024-06-01",
    "conditional_release_date": "2028-12-01",
    "owner_staff_number": "",
}
COUNTS = ("opened", "asked", "kept", "in_hand", "not_taken")
Row = dict[str, Any]


class World:
    """A command with a duty officer, a leader and a caseworker, and an old system that sends its tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.command, self.officers = command(1)
        self.amy = given.staff("Amy", "caseworker", team=self.command.team)

    def receive(self, *, persons: Sequence[Row] = (PERSON,), cases: Sequence[Row] = (), at: Any = NOW, **more: Sequence[Row]) -> list[int]:
        """Take tables in, and give their receipts."""
        paths = [self._table(name, rows) for name, rows in {"persons": persons, "cases": cases, **more}.items() if rows]
        return [each.receipt.pk for each in load_casework(paths=paths, observed_at=None, by=SYSTEM, at=at)]

    def _table(self, name: str, rows: Sequence[Row]) -> Path:
        path = self.folder / f"{name}-{next(DELIVERY)}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(column for row in rows for column in row)))
            writer.writeheader()
            writer.writerows(rows)
        return path

    def take_over(self, receipts: Sequence[int], *, at: Any = NOW) -> Takeover:
        """Take over what receipts said, as Longstop itself."""
        return take_over(receipt_ids=receipts, by=SYSTEM, at=at, today=at.date())

    def of(self, staff: Staff, **said: Any) -> Row:
        """An open case of this owner."""
        return {**CASE, "owner_staff_number": staff.staff_number, **said}


@pytest.fixture
def world(db: None, tmp_path: Path) -> World:
    return World(tmp_path)


def only_case() -> Case:
    return Case.objects.select_related("owner").get()


def placed(made: Takeover) -> dict[str, int]:
    assert made.cases == sum(getattr(made, name) for name in COUNTS)
    assert made.persons == made.taken_on + made.joined + made.known
    return {name: getattr(made, name) for name in COUNTS if getattr(made, name)}


def open_tasks(case: Case) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for task in tasks.of_subjects(subject_ids=[case.pk]):
        found.setdefault(task.kind, []).append(task.due)
    return found


def not_considered() -> list[str]:
    return [f"{each.reference}: {each.reason}" for each in certify(at=NOW, today=TODAY).items if each.list == "lists_not_considered"]


def dates(case: Case) -> dict[str, tuple[date | None, str]]:
    return {each.name: (each.value, each.source) for each in caseload.key_dates_of(case.pk)}


def test_an_open_case_comes_with_its_owner_its_dates_its_tasks_and_its_notes(world: World) -> None:
    row = world.of(world.amy, next_action="Ask the embassy", next_action_due="2026-12-01", barriers="asylum claim; no travel document")
    note = {"note_id": "N1", "case_reference": "CID/77001", "text": "Papers read.", "written_on": "2021-05-07", "author": "J. Old"}
    made = world.take_over(world.receive(cases=[row], notes=[note]))
    assert (placed(made), made.taken_on, made.notes, made.tasks, made.owner_gone) == ({"opened": 1}, 1, 1, 3, 0)
    case = only_case()
    assert (case.owner_id, case.flow, case.custody) == (world.amy.pk, "legacy", "serving")
    assert case.first_opened_at == NOW, "Longstop knew of it only now"
    assert dates(case) == {
        "opened_in_old_system": (date(2020, 3, 2), "casework"),
        "sentence_start_date": (date(2024, 6, 1), "casework"),
        "conditional_release_date": (date(2028, 12, 1), "casework"),
    }
    found = open_tasks(case)
    assert (found["case.review"], len(found["case.barrier"])) == ([date(2026, 12, 1)], 2)
    (written,) = caseload.notes_of(case_id=case.pk)
    assert written.text == "Carried over from the old casework system; written there by J. Old on 7 May 2021.\n\nPapers read."
    assert certify(at=NOW, today=TODAY).verdict == "clean"


@pytest.mark.parametrize("typed", ["CID/77001", "cid/77001", " CID/77001 "])
def test_the_old_reference_finds_the_person(world: World, typed: str) -> None:
    world.take_over(world.receive(cases=[world.of(world.amy)]))
    assert [hit.card.id for hit in people.search(typed)] == [only_case().person_id]


OWNERS = [
    # in words, whom the case names, whom the table of owners names without an end; then who owns it, and whether the former has gone
    ("the owner is here", "amy", "", "amy", False),
    ("their number is typed otherwise", "AMY", "", "amy", False),
    ("the case names nobody, the table of owners does", "", "amy", "amy", False),
    ("nobody is named", "", "", "leader", True),
    ("nobody knows the number", "CW-GONE-3", "", "leader", True),
    ("the owner is no longer active", "inactive", "", "leader", True),
    ("the owner is about to leave", "leaving", "", "leader", True),
    ("a duty officer may not own cases", "officer", "", "leader", True),
]


@pytest.mark.parametrize(("names", "listed", "owner", "gone"), [row[1:] for row in OWNERS], ids=[row[0] for row in OWNERS])
def test_who_owns_a_case_that_was_taken_over(world: World, names: str, listed: str, owner: str, gone: bool) -> None:
    inactive, leaving = (given.staff(name, "caseworker", team=world.command.team) for name in ("Ina", "Lea"))
    Staff.objects.filter(pk=inactive.pk).update(active=False)
    Staff.objects.filter(pk=leaving.pk).update(last_day=TODAY + 5 * DAY)
    number = {
        "amy": world.amy.staff_number,
        "AMY": world.amy.staff_number.swapcase(),
        "inactive": inactive.staff_number,
        "leaving": leaving.staff_number,
        "officer": world.officers[0].staff_number,
    }
    owners = [{"case_reference": "CID/77001", "staff_number": number.get(listed, listed), "from_date": "2020-03-02", "to_date": ""}]
    row = {**CASE, "owner_staff_number": number.get(names, names)}
    made = world.take_over(world.receive(cases=[row], owners=owners if listed else ()))
    case = only_case()
    leaders = {world.command.leader.pk, world.command.other_leader.pk}
    assert case.owner_id in ({world.amy.pk} if owner == "amy" else leaders)
    assert (made.owner_gone, "case.owner_gone" in open_tasks(case)) == (int(gone), gone)


def test_cases_whose_owners_have_gone_are_shared_out_evenly(world: World) -> None:
    persons = [{**PERSON, "person_id": f"P{n}", "last_name": f"Probe{n}", "date_of_birth": f"198{n}-02-03"} for n in range(4)]
    rows = [{**CASE, "case_reference": f"C{n}", "person_id": f"P{n}"} for n in range(4)]
    world.take_over(world.receive(persons=persons, cases=rows))
    owned = [case.owner_id for case in Case.objects.all()]
    assert sorted(owned.count(owner) for owner in set(owned)) == [2, 2]


NEXT_ACTIONS = [
    # in words, what is to be done, by when; then when the task is due, and what it says of the day
    ("due today", "Ask", TODAY, TODAY, ""),
    ("due yesterday", "Ask", TODAY - DAY, TODAY, "It was due on 17 November 2026: late when it was taken over."),
    ("due years ago", "Ask", date(2019, 1, 2), TODAY, "It was due on 2 January 2019: late when it was taken over."),
    ("due tomorrow", "Ask", TODAY + DAY, TODAY + DAY, ""),
    ("without a day", "Ask", None, date(2026, 12, 16), "It had no due date there."),
    ("a day without an action", "", TODAY + DAY, TODAY + DAY, "not named"),
]


@pytest.mark.parametrize(("words", "said", "due", "told"), [row[1:] for row in NEXT_ACTIONS], ids=[row[0] for row in NEXT_ACTIONS])
def test_when_a_next_action_is_due(words: str, said: date | None, due: date, told: str) -> None:
    case = {"next_action": words, "next_action_due": said.isoformat() if said else None}
    first = read(case=case, events=[], addresses=[], today=TODAY).first
    assert first is not None
    assert first.due == due
    assert told in first.details


def test_a_late_next_action_is_a_task_of_today(world: World) -> None:
    world.take_over(world.receive(cases=[world.of(world.amy, next_action="Ask", next_action_due="2019-01-02")]))
    assert open_tasks(only_case())["case.review"] == [TODAY]


READ = [
    # in words, the case, events (kind, day), addresses (type, from); then the custody, and the key dates beside
    ("nothing is said", {}, [], [], "unknown", {}),
    ("a word that nobody knows", {"custody": "moon"}, [], [], "unknown", {}),
    ("detained with a prison beside it", {"custody": "detained", "prison": "BXI"}, [], [], "time_served", {}),
    ("detained without one", {"custody": "Detained"}, [("detained", "2026-10-01")], [], "detained", {"detained_since": "2026-10-01"}),
    (
        "at liberty: the last contact is the newest that anything tells of",
        {"custody": "bail", "last_contact_on": "2026-10-05", "next_reporting_on": "2026-12-01"},
        [("bail granted", "2026-01-02"), ("reported", "2026-02-03"), ("reported", "2026-11-03"), ("reported", "2025-12-24")],
        [("A01", "2026-01-02")],
        "community",
        {
            "contact_conditions_since": "2026-01-02",
            "last_contact": "2026-11-03",
            "first_reporting": "2026-02-03",
            "next_reporting": "2026-12-01",
            "address_known": "2026-01-02",
        },
    ),
    ("no fixed abode is no address", {"custody": "community"}, [], [("DNF", "2026-01-02"), ("A05", "2026-01-02")], "community", {}),
    ("an address that begins tomorrow", {"custody": "community"}, [], [("A01", "2026-11-19")], "community", {}),
    ("an event that lies ahead", {"custody": "community"}, [("reported", "2026-11-19")], [], "community", {}),
    ("a contact that lies ahead", {"custody": "community", "last_contact_on": "2026-11-19"}, [], [], "community", {}),
    ("an opening that lies ahead", {"opened_on": "2026-11-19"}, [], [], "unknown", {}),
]


@pytest.mark.parametrize(("case", "events", "addresses", "custody", "expected"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_what_the_old_system_says_is_read_without_guessing(
    case: Row, events: list[tuple[str, str]], addresses: list[tuple[str, str]], custody: str, expected: dict[str, str]
) -> None:
    told = read(
        case=case,
        events=[{"kind": kind, "happened_on": day} for kind, day in events],
        addresses=[{"address": "1 Invented Row", "type": kind, "from": day} for kind, day in addresses],
        today=TODAY,
    )
    assert (told.custody, {name: day.isoformat() for name, day in told.dates.items()}) == (custody, expected)
    ahead = any(str(case.get(name, "")) > TODAY.isoformat() for name in ("last_contact_on", "opened_on"))
    assert ("case.put_right" in [task.kind for task in told.tasks]) == (ahead or case.get("custody") == "moon")


ENDED = [
    ("an outcome, and a day that has come", {"outcome": "removed", "closed_on": "2025-03-01"}, "kept"),
    ("it ended today", {"outcome": "removed", "closed_on": TODAY.isoformat()}, "kept"),
    ("the day lies ahead", {"outcome": "removed", "closed_on": (TODAY + DAY).isoformat()}, "opened"),
    ("a day and no outcome", {"outcome": "", "closed_on": "2025-03-01"}, "opened"),
    ("an outcome and no day", {"outcome": "removed", "closed_on": ""}, "opened"),
]


@pytest.mark.parametrize(("said", "expected"), [row[1:] for row in ENDED], ids=[row[0] for row in ENDED])
def test_only_what_surely_ended_stays_a_record(world: World, said: Row, expected: str) -> None:
    made = world.take_over(world.receive(cases=[world.of(world.amy, **said)]))
    assert placed(made) == {expected: 1}
    assert Case.objects.count() == (expected == "opened")
    (became,) = queries.legacy_cases_of(LegacyCase.objects.get().person_id)
    assert became.result == expected
    (exported,) = queries.export_person(became.person_id)["taken_over"]
    assert (exported["became"], exported["case"]) == (expected, became.case.reference if became.case else None)


def test_a_person_has_one_case_and_the_other_is_asked_about_once(world: World) -> None:
    rows = [world.of(world.amy, case_reference=reference) for reference in ("C1", "C2", "C3")]
    made = world.take_over(world.receive(cases=rows))
    assert placed(made) == {"opened": 1, "asked": 2}
    question = Question.objects.select_related("task").get(kind="second_case")
    assert question.task is not None
    assert (question.person_id, question.task.owner_id) == (only_case().person_id, world.officers[0].pk)


def test_a_case_of_the_prisons_person_is_joined_on_an_equal_number_and_asked_about(world: World, tmp_path: Path) -> None:
    arrived = arrive(tmp_path, [prisoner("A1234ZZ")])
    consider_receipt(receipt_id=arrived.pk, by=SYSTEM, at=NOW, today=TODAY, seed="fixed")
    (referral,) = queries.referrals(today=TODAY)
    opened = cases.Opened(person_id=referral.person_id, owner_id=world.amy.pk, source="prison", observed_at=NOW)
    cases.open_case(opened=opened, reason="", by=world.amy.pk, at=NOW, today=TODAY)
    made = world.take_over(world.receive(persons=[{**PERSON, "prison_number": "a1234zz"}], cases=[world.of(world.amy)]))
    assert (placed(made), made.joined) == ({"asked": 1}, 1)
    assert only_case().person_id == referral.person_id


def test_the_same_name_and_birth_join_nobody_and_are_asked_about(world: World) -> None:
    persons = [{**PERSON, "person_id": key} for key in ("P1", "P2")]
    rows = [world.of(world.amy, case_reference=f"C{key}", person_id=key) for key in ("P1", "P2")]
    made = world.take_over(world.receive(persons=persons, cases=rows))
    assert (placed(made), made.joined, made.alike) == ({"opened": 2}, 0, 1)


def test_taken_over_twice_changes_nothing(world: World) -> None:
    receipts = world.receive(cases=[world.of(world.amy)])
    first = world.take_over(receipts)
    before = list(LegacyCase.objects.values())
    assert world.take_over(receipts) == first
    again = world.take_over(world.receive(cases=[world.of(world.amy)], at=tomorrow()), at=tomorrow())
    assert (again.persons, again.cases) == (0, 0), "nothing in the second delivery was new"
    assert list(LegacyCase.objects.values()) == before
    assert queries.receipts_to_take_over() == []


def test_what_the_old_system_says_later_is_the_owners_to_look_at(world: World) -> None:
    world.take_over(world.receive(cases=[world.of(world.amy)]))
    later = world.receive(cases=[world.of(world.amy, conditional_release_date="2027-01-04")], at=tomorrow())
    made = world.take_over(later, at=tomorrow())
    assert placed(made) == {"in_hand": 1}
    assert len(open_tasks(only_case())["case.put_right"]) == 1
    assert dates(only_case())["conditional_release_date"] == (date(2028, 12, 1), "casework")


def forget_to_look(patched: pytest.MonkeyPatch, world: World) -> None:
    """Let whoever takes cases over believe of Amy's number that it is somebody's who was made inactive in the meantime."""
    gone = given.staff("Ina", "caseworker", team=world.command.team)
    Staff.objects.filter(pk=gone.pk).update(active=False)
    patched.setattr(carrying, "_able", lambda _numbers, _today: {world.amy.staff_number.upper(): gone.pk})


def test_a_case_that_cannot_be_opened_is_listed_and_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        forget_to_look(patched, world)
        made = world.take_over(world.receive(cases=[world.of(world.amy)]))
    assert placed(made) == {"not_taken": 1}
    (left,) = queries.not_taken()
    assert (left.reference, left.reason) == ("CID/77001", "The chosen owner may not own cases.")
    waiting = [each for each in certify(at=NOW, today=TODAY).items if each.list == "records_waiting"]
    assert [(each.subject_id, each.reason, each.details) for each in waiting] == [(left.row_id, "not_taken_over", left.reason)]
    again = world.take_over(world.receive(cases=[world.of(world.amy, stage="appeal")], at=tomorrow()), at=tomorrow())
    assert (placed(again), list(queries.not_taken())) == ({"opened": 1}, [])


def test_interrupted_it_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    persons = [{**PERSON, "person_id": f"P{n}", "last_name": f"Probe{n}", "date_of_birth": f"198{n}-02-03"} for n in range(5)]
    rows = [world.of(world.amy, case_reference=f"C{n}", person_id=f"P{n}") for n in range(5)]
    receipts = world.receive(persons=persons, cases=rows)
    assert not_considered() == [f"receipt {number}: not_taken_over" for number in receipts]
    monkeypatch.setattr(acting, "CHUNK", 2)
    begun = acting.begin(receipt_ids=receipts, by=SYSTEM, at=NOW)
    acting.go_on(takeover_id=begun.pk, owners=Owners(today=TODAY), by=SYSTEM, at=NOW, today=TODAY)
    assert Case.objects.count() == 2
    assert queries.receipts_to_take_over() == receipts
    made = world.take_over(receipts)
    assert (made.pk, placed(made), Case.objects.count()) == (begun.pk, {"opened": 5}, 5)
    assert not_considered() == []


def test_nothing_is_written_where_nobody_could_own_it_or_the_receipt_is_another(db: None, tmp_path: Path) -> None:
    world = World(tmp_path)
    prisons = arrive(tmp_path, [prisoner("A1234ZZ")])
    with pytest.raises(NotTakenIn):
        world.take_over([prisons.pk])
    Staff.objects.exclude(pk=SYSTEM).update(active=False)
    with pytest.raises(NobodyToOwn):
        world.take_over(world.receive(cases=[CASE]))
    assert Takeover.objects.count() == 0


def test_the_account_of_the_command_adds_up_and_names_what_was_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [world.of(world.amy), world.of(world.amy, case_reference="C2", outcome="removed", closed_on="2025-03-01")]
    world.receive(cases=rows)
    forget_to_look(monkeypatch, world)
    account = taking_over.take_over(quiet=True, by=SYSTEM, at=NOW, today=TODAY)
    plain = taking_over.as_plain(account)
    assert plain["taken_over"]["cases"] == sum(plain["taken_over"][name] for name in COUNTS) == 2
    assert plain["not_taken_over"] == [
        {
            "case_reference": "CID/77001",
            "person": LegacyCase.objects.all()[0].person_id,
            "reason": "The chosen owner may not own cases.",
        }
    ]
    words = "\n".join(taking_over.in_words(account))
    assert "2 cases = 0 opened + 0 asked about, for the person has an open case + 1 ended and kept as records" in words
    assert "CID/77001: The chosen owner may not own cases." in words
    assert taking_over.take_over(quiet=True, by=SYSTEM, at=NOW, today=TODAY).done is None


def test_with_nobody_to_own_anything_the_tables_wait(db: None, tmp_path: Path) -> None:
    world = World(tmp_path)
    receipts = world.receive(cases=[CASE])
    Staff.objects.exclude(pk=SYSTEM).update(active=False)
    account = taking_over.take_over(quiet=True, by=SYSTEM, at=NOW, today=TODAY)
    assert account.trouble.startswith("The tables were taken in, and no case was taken over yet.")
    assert queries.receipts_to_take_over() == receipts
