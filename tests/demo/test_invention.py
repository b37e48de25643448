"""The invented extracts: the published mixture, the same bytes for the same seed, and faults exactly where the truth says."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from longstop.clocks.forward import task_kind
from longstop.clocks.working_days import Nation, add
from longstop.demo.invention import writing
from longstop.demo.invention.naming import tongues
from longstop.demo.invention.people import invent
from longstop.demo.invention.plan import Plan, usual_days
from longstop.demo.invention.records import Prisoner, prisoner
from longstop.demo.invention.writing import TRUTH, FolderInUse, casework_files, deliveries, read_plan, write
from longstop.intake import prisoners
from longstop.intake.contracts.casework import TABLES
from longstop.intake.decoding import CannotUse, Decoder
from longstop.intake.reading import examine, texts

LAST = date(2026, 11, 20)
SMALL = Plan(0.005, 1, LAST)
TENTH = Plan(0.1, 1, LAST)
UNUSABLE = {"bad_prison_number": "bad_prison_number", "no_prison_number": "missing", "no_name": "no_name"}
UNUSABLE |= {"cut_off": "cut_off", "not_a_record": "not_an_object"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small delivery, written once for the tests that read it."""
    path = tmp_path_factory.mktemp("demonstration") / "out"
    assert write(path, SMALL) is True
    return path


@pytest.fixture(scope="module")
def truth(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / TRUTH).read_text(encoding="utf-8"))["faults"])


@pytest.fixture(scope="module")
def tenth() -> list[Prisoner]:
    return [prisoner(TENTH, index) for index in range(TENTH.prisoners)]


def digests(path: Path) -> dict[str, str]:
    return {str(each.relative_to(path)): hashlib.sha256(each.read_bytes()).hexdigest() for each in path.rglob("*") if each.is_file()}


def of_kind(truth: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [fault for fault in truth if fault["kind"] == kind]


def numbers(truth: list[dict[str, Any]], kind: str, *, until: date = LAST) -> set[str]:
    return {fault["found_by"]["prison_number"] for fault in of_kind(truth, kind) if fault["day"] <= until.isoformat()}


def rows_of(folder: Path, day: date) -> list[dict[str, Any]]:
    """The rows of a day that are records with a prison number of the right form."""
    found = []
    for line in (folder / "prisoners" / f"prisoners-{day}.jsonl").read_text(encoding="utf-8-sig").splitlines():
        if line.endswith("}"):
            found.append(json.loads(line))
    return [row for row in found if len(row.get("prisonerNumber", "")) == 7]


def share(people: list[Prisoner], holds: list[bool]) -> float:
    assert len(people) == len(holds)
    return sum(holds) / len(people)


def test_the_sizes_are_the_published_ones() -> None:
    whole = Plan(1, 1, LAST)
    assert 10_700 <= whole.stock <= 11_200
    assert 3_300 <= whole.arrivals <= 3_500
    assert whole.outside == 19_000
    assert (TENTH.stock, TENTH.outside) == (round(whole.stock / 10), 1_900)


def test_nobody_bears_anothers_number() -> None:
    """Equal numbers join two people into one, so they are equal where that was planted and nowhere else."""
    everybody = [*range(3_000), *range(900_000, 903_000), *range(1_800_000, 1_803_000), *range(5_000_000, 5_003_000)]
    people = [invent(TENTH, index) for index in everybody]
    for numbers in ([each.pnc for each in people if each.pnc], [each.cro for each in people if each.cro]):
        assert len(set(numbers)) == len(numbers) > 4_000


def test_the_mixture_of_prisoners_is_the_published_one(tenth: list[Prisoner]) -> None:
    stock = tenth[: TENTH.stock]
    assert 0.30 <= share(stock, [who.life.legal == "REMAND" for who in stock]) <= 0.40
    assert 0.05 <= share(stock, [who.person.female for who in stock]) <= 0.10
    assert 0.003 <= share(stock, [not who.person.said for who in stock]) <= 0.02
    assert 0.05 <= share(stock, [(who.person.born.month, who.person.born.day) == (1, 1) for who in stock]) <= 0.09
    named = Counter(who.person.tongue for who in tenth)
    assert named.most_common(1)[0][0] == "albanian"
    assert named["polish"] > named["iraqi"] > 0
    assert set(named) <= set(tongues())


def test_of_those_who_should_have_a_release_date_12_to_16_per_cent_have_none(tenth: list[Prisoner]) -> None:
    serving = [who for who in tenth if who.life.legal in ("SENTENCED", "RECALL")]
    assert 0.12 <= share(serving, [who.dirt.release_missing for who in serving]) <= 0.16


def test_of_the_old_cases_about_16_per_cent_have_no_sentence_end(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "out", Plan(0.02, 1, LAST, 20))
    with (tmp_path / "out" / "casework" / "cases.csv").open(encoding="utf-8") as file:
        outside = [row for row in csv.DictReader(file) if row["custody"] == "community"]
    assert 0.11 <= sum(not row["sentence_expiry_date"] for row in outside) / len(outside) <= 0.21


def test_as_many_leave_as_arrive(folder: Path) -> None:
    sizes = [len(rows_of(folder, SMALL.day(before))) for before in (89, 60, 30, 0)]
    assert max(sizes) <= 1.35 * min(sizes)


def test_names_bear_their_scripts(tenth: list[Prisoner]) -> None:
    scripted = [who.person.family for who in tenth if who.dirt.own_script and who.person.family.script]
    assert len(scripted) > 40
    assert not any(word.script.isascii() for word in scripted)
    assert all(word.main[0].isalpha() for each in tongues().values() for word in (*each.men, *each.women, *each.family))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "same", SMALL)
    assert digests(tmp_path / "same") == digests(folder)
    write(tmp_path / "other", Plan(0.005, 2, LAST))
    assert digests(tmp_path / "other")["prisoners/prisoners-2026-11-20.jsonl"] != digests(folder)["prisoners/prisoners-2026-11-20.jsonl"]


def test_two_processes_write_the_same_bytes_as_one(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PUBLISHED", 0.0)
    assert write(tmp_path / "same", SMALL) is True
    assert digests(tmp_path / "same") == digests(folder)


@pytest.mark.parametrize("days", range(5, 91))
def test_each_fault_of_a_file_has_a_day_of_its_own(days: int) -> None:
    plan = Plan(1, 1, LAST, days)
    faults = [plan.short_day, plan.missing_day, plan.late_day, plan.marked_day]
    assert len(set(faults)) == 4
    assert plan.last_day not in faults
    assert plan.first_day not in faults[:3]
    assert plan.first_day < min(plan.changed_day, plan.twin_day)
    assert plan.broken_day + timedelta(days=1) not in (plan.missing_day, plan.short_day)


@pytest.mark.parametrize("last", [LAST + timedelta(days=more) for more in range(14)])
def test_in_the_usual_few_days_no_first_consideration_falls_due(last: date) -> None:
    plan = Plan(40, 1, last, usual_days(40))
    days = task_kind(kind="case.first_consideration", today=plan.first_day).days
    assert add(day=plan.first_day, days=days, nation=Nation.ENGLAND_AND_WALES) > plan.last_day


def test_a_folder_is_written_once_and_nothing_is_written_over(folder: Path, tmp_path: Path) -> None:
    assert write(folder, SMALL) is False
    assert read_plan(folder) == SMALL
    with pytest.raises(FolderInUse):
        write(folder, Plan(0.005, 2, LAST))
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FolderInUse):
        write(tmp_path, SMALL)


def test_what_a_killed_run_left_is_written_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, SMALL)
    (out / "demonstration.json.unfinished").write_text("")
    (out / "prisoners" / "prisoners-2026-11-20.jsonl").write_text("half")
    assert write(out, SMALL) is True
    assert digests(out) == digests(folder)


@pytest.mark.parametrize(("scale", "days"), [(0, 90), (-1, 90), (101, 90), (1, 4)])
def test_a_size_that_cannot_be_is_refused(scale: float, days: int) -> None:
    with pytest.raises(ValueError):
        Plan(scale, 1, LAST, days)


def test_each_extract_arrives_on_its_day_but_one_late_and_one_never(folder: Path) -> None:
    came = list(deliveries(SMALL))
    assert len(came) == 89
    assert [each.arrived for each in came] == sorted(each.arrived for each in came)
    assert {each.of for each in came if each.of != each.arrived} == {SMALL.late_day}
    assert SMALL.missing_day not in {each.of for each in came}
    assert {each.file for each in came} == {path.name for path in (folder / "prisoners").iterdir()}


def test_one_extract_is_more_than_5_per_cent_short_and_no_other(folder: Path) -> None:
    sizes = {each.of: len(rows_of(folder, each.of)) for each in deliveries(Plan(0.005, 1, LAST))}
    days = sorted(sizes)
    dropped = {day for before, day in pairwise(days) if sizes[day] < 0.95 * sizes[before]}
    assert SMALL.short_day in dropped
    assert sizes[SMALL.short_day] < 0.95 * sizes[SMALL.short_day - timedelta(days=1)]


def read_rows(folder: Path, day: date) -> Iterator[tuple[str, set[str], str]]:
    """Give (prison number, problems, refusal) of each row, as the contract has it."""
    path = folder / "prisoners" / f"prisoners-{day}.jsonl"
    decoder = Decoder()
    for text in texts(path, examine(path)):
        try:
            raw, _ = decoder.decode(text.text)
        except CannotUse as fault:
            yield "", set(), fault.finding.fault
            continue
        read = prisoners.read(raw, observed_on=day)
        problems = {f"{each.fault}:{each.field}" for each in read.problems}
        yield read.key or "", problems, read.refusal.fault if read.refusal else ""


def test_the_contract_refuses_the_planted_rows_and_no_others(folder: Path, truth: list[dict[str, Any]]) -> None:
    refused = Counter(refusal for _, _, refusal in read_rows(folder, LAST) if refusal)
    assert refused == Counter(UNUSABLE[fault["kind"]] for fault in truth if fault["kind"] in UNUSABLE)
    assert not [refusal for _, _, refusal in read_rows(folder, SMALL.first_day) if refusal]


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("nationality_unknown", "missing:nationality"),
        ("bad_check_letter", "bad_identifier:pncNumber"),
        ("placeholder_birth", "placeholder:dateOfBirth unlikely_date:dateOfBirth"),
        ("impossible_birth", "impossible_date:dateOfBirth"),
        ("release_date_missing", "no_release_date:releaseDate"),
    ],
)
def test_the_contract_finds_the_planted_problems_and_no_others(tmp_path_factory: pytest.TempPathFactory, kind: str, problem: str) -> None:
    plan, folder = Plan(0.05, 3, LAST, 20), tmp_path_factory.getbasetemp() / "problems"
    write(folder, plan)
    planted = json.loads((folder / TRUTH).read_text(encoding="utf-8"))["faults"]
    found = {number for number, problems, _ in read_rows(folder, LAST) if problems & set(problem.split())}
    listed = {row["prisonerNumber"] for row in rows_of(folder, LAST)}
    assert found == {number for number in numbers(planted, kind) if number in listed}
    assert found


def test_who_dropped_off_is_in_custody_the_day_before_and_gone_then(folder: Path, truth: list[dict[str, Any]]) -> None:
    dropped = of_kind(truth, "dropped_off_the_list")
    assert dropped
    for fault in dropped:
        day, number = date.fromisoformat(fault["day"]), fault["found_by"]["prison_number"]
        before = {row["prisonerNumber"]: row for row in rows_of(folder, day - timedelta(days=1))}
        assert before[number]["inOutStatus"] == "IN"
        assert number not in {row["prisonerNumber"] for row in rows_of(folder, day)}


def test_who_was_released_without_decision_is_in_no_case_of_the_old_system(folder: Path, truth: list[dict[str, Any]]) -> None:
    released = numbers(truth, "released_without_decision")
    assert released
    last = {row["prisonerNumber"]: row for row in rows_of(folder, LAST)}
    with (folder / "casework" / "persons.csv").open(encoding="utf-8") as file:
        known = {row["prison_number"] for row in csv.DictReader(file)}
    for number in released:
        assert last[number]["lastMovementTypeCode"] == "REL"
        assert number not in known


def test_one_number_stands_for_two_people_and_two_numbers_for_one(folder: Path, truth: list[dict[str, Any]]) -> None:
    first, last = ({row["prisonerNumber"]: row for row in rows_of(folder, day)} for day in (SMALL.first_day, LAST))
    (shared,), (doubled,) = of_kind(truth, "two_people_one_number"), of_kind(truth, "one_person_two_numbers")
    number = shared["found_by"]["prison_number"]
    assert first[number]["dateOfBirth"] != last[number]["dateOfBirth"]
    one, two = last[doubled["found_by"]["prison_number"]], last[doubled["found_by"]["second_prison_number"]]
    assert one["pncNumber"] == two["pncNumber"]
    assert doubled["found_by"]["second_prison_number"] not in first


def test_the_old_system_sends_what_its_contract_declares_in_both_forms(folder: Path) -> None:
    for path, table in zip(casework_files(folder), TABLES, strict=True):
        text = pl.read_csv(path, infer_schema=False)
        assert path.stem == table.name
        assert set(text.columns) == {field.name for field in table.contract.fields}
        assert text.equals(pl.read_parquet(path.with_suffix(".parquet")))
        numbered = text.with_row_index("row_number", 1).with_columns(pl.col("row_number").cast(pl.Int64))
        good, bad = table.schema.filter(numbered)
        assert (len(good), bad.counts()) == (len(text), {})


def test_every_old_case_has_its_person_and_an_owner_but_those_planted(folder: Path, truth: list[dict[str, Any]]) -> None:
    persons, cases, owners, *_ = (pl.read_csv(path, infer_schema=False) for path in casework_files(folder))
    assert set(cases["person_id"]) == set(persons["person_id"])
    staff = {row["staff_number"] for row in csv.DictReader((folder / "staff.csv").open(encoding="utf-8"))}
    unowned = {fault["found_by"]["case_reference"] for fault in of_kind(truth, "case_without_owner")}
    left = {fault["found_by"]["case_reference"] for fault in of_kind(truth, "owner_has_left")}
    assert unowned
    assert left
    assert set(cases.filter(pl.col("owner_staff_number").is_null())["case_reference"]) == unowned
    gone = cases.filter(pl.col("owner_staff_number").is_not_null() & ~pl.col("owner_staff_number").is_in(staff))
    assert set(gone["case_reference"]) == left
    assert set(owners["case_reference"]) == set(cases["case_reference"]) - unowned
