"""A legacy casework system's five tables: each row accepted or refused with a reason, what belongs together found together."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from longstop.audit.actions import SYSTEM
from longstop.intake import actions, casework_loading, queries
from longstop.intake.casework_loading import load_casework
from longstop.intake.models import CaseworkRow, Receipt, Refusal
from longstop.intake.outcomes import Outcome
from longstop.intake.reading import UnusableFile
from longstop.intake.versions import last_told
from tests.intake.given import AT, counts

PERSON = {
    "person_id": "P1",
    "home_office_reference": "o1234567",
    "prison_number": "a1234zz",
    "pnc": "12/394773H",
    "first_name": "MIG_ERROR_Tamsin",
    "last_name": "Oakapple",
    "date_of_birth": "17/05/1990",
    "nationality": "Ruritanian; Irish",
    "address": "1 Invented Row",
    "address_type": "DNF",
}
CASE = {
    "case_reference": "C1",
    "person_id": "P1",
    "opened_on": "2020-03-01",
    "stage": "representations",
    "custody": "prison",
    "barriers": "asylum claim; no travel document",
    "owner_staff_number": "S4",
    "next_action": "Ask the embassy",
    "next_action_due": "2026-12-01",
}
OWNER = {"case_reference": "C1", "staff_number": "S4", "from_date": "2020-03-02", "to_date": ""}
EVENT = {"event_id": "E1", "case_reference": "C1", "kind": "notice served", "happened_on": "2021-05-06"}
NOTE = {
    "note_id": "N1",
    "case_reference": "C1",
    "text": "First line.\nSecond line, with a comma.",
    "written_on": "2021-05-07",
    "author": "S4",
}


def table(path: Path, *rows: dict[str, Any]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def delivery(folder: Path) -> list[Path]:
    """All five, named in the wrong order."""
    return [
        table(folder / "a.csv", NOTE),
        table(folder / "b.csv", EVENT),
        table(folder / "c.csv", OWNER),
        table(folder / "d.csv", CASE),
        table(folder / "e.csv", PERSON),
    ]


def load(*paths: Path, **given: Any) -> list[Outcome]:
    return load_casework(paths=paths, observed_at=None, by=SYSTEM, at=given.get("at", AT))


def test_five_tables_in_any_order_are_one_person_with_a_case(db: None, tmp_path: Path) -> None:
    outcomes = load(*delivery(tmp_path))
    assert [outcome.receipt.source for outcome in outcomes] == [
        f"casework-{name}" for name in ("persons", "cases", "owners", "events", "notes")
    ]
    assert [counts(outcome) for outcome in outcomes] == [(1, 1, 0, 0, 0)] * 5
    (person,) = queries.casework_people()
    assert (person.key, person.content["name"]["display"], person.content["date_of_birth"]) == ("P1", "Tamsin Oakapple", "1990-05-17")
    assert person.content["prison_number"] == "A1234ZZ"
    assert {(each["kind"], each["canonical"]) for each in person.content["identifiers"]} >= {
        ("home_office", "O1234567"),
        ("pnc", "2012/0394773H"),
    }
    assert [problem["fault"] for problem in person.problems] == ["placeholder"]
    (case,) = person.cases
    assert case.content["barriers"] == ["asylum claim", "no travel document"]
    assert [problem["fault"] for problem in case.problems] == ["no_sentence_end"]
    assert case.owners[0].content == {"case_reference": "C1", "staff_number": "S4", "from_date": "2020-03-02"}
    assert case.events[0].content["happened_on"] == "2021-05-06"
    assert case.notes[0].content["text"] == "First line.\nSecond line, with a comma."


def test_the_same_delivery_twice_changes_nothing(db: None, tmp_path: Path) -> None:
    load(*delivery(tmp_path))
    before = list(CaseworkRow.objects.order_by("pk").values())
    assert [counts(outcome) for outcome in load(*delivery(tmp_path))] == [(1, 0, 0, 1, 0)] * 5
    assert list(CaseworkRow.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("row", "outcome", "field"),
    [
        (PERSON | {"person_id": ""}, "refused", "person_id"),
        (PERSON | {"person_id": "NOT ENTERED"}, "refused", "person_id"),
        (PERSON | {"person_id": "x" * 61}, "refused", "person_id"),
        (PERSON | {"first_name": "", "last_name": "NOT ENTERED"}, "placeholder", "last_name"),
        (PERSON | {"date_of_birth": "1970-01-01"}, "placeholder", "date_of_birth"),
        (PERSON | {"date_of_birth": "1990-01-01"}, "placeholder", "date_of_birth"),
        (PERSON | {"date_of_birth": "1990-17-05"}, "swapped_date", "date_of_birth"),
        (PERSON | {"date_of_birth": "05/17/1990"}, "swapped_date", "date_of_birth"),
        (PERSON | {"date_of_birth": "2990-05-17"}, "unlikely_date", "date_of_birth"),
        (PERSON | {"pnc": "12/394773X"}, "bad_identifier", "pnc"),
        (PERSON | {"home_office_reference": "???"}, "bad_identifier", "home_office_reference"),
        (CASE | {"person_id": "P2"}, "refused", "person_id"),
        (CASE | {"case_reference": ""}, "refused", "case_reference"),
        (CASE | {"closed_on": "2019-01-01"}, "dates_disagree", "closed_on"),
        (CASE | {"opened_on": "2027-01-01"}, "unlikely_date", "opened_on"),
        (OWNER | {"case_reference": "C2"}, "refused", "case_reference"),
        (OWNER | {"to_date": "01/03/2020"}, "refused", "to_date"),
        (OWNER | {"from_date": "soon"}, "refused", "from_date"),
        (EVENT | {"kind": "NULL"}, "refused", "kind"),
        (NOTE | {"text": " \n "}, "refused", "text"),
    ],
    ids=lambda each: "" if isinstance(each, dict) else str(each),
)
def test_a_fault_has_its_outcome(db: None, tmp_path: Path, row: dict[str, str], outcome: str, field: str) -> None:
    load(*delivery(tmp_path))
    (done,) = load(table(tmp_path / "f.csv", row))
    assert done.receipt.received == 1
    if outcome == "refused":
        (refused,) = queries.refusals()
        assert (refused.field, done.receipt.refused) == (field, 1)
        assert refused.sentence.endswith(".")
        assert refused.remedy.endswith(".")
        assert done.refused_table is not None
    else:
        (person,) = queries.casework_people()
        problems = person.problems + [problem for case in person.cases for problem in case.problems]
        assert (outcome, field) in {(problem["fault"], problem["field"]) for problem in problems}


def test_what_was_refused_for_want_of_its_case_is_mended_when_the_case_has_come(db: None, tmp_path: Path) -> None:
    notes = table(tmp_path / "n.csv", NOTE)
    assert counts(load(notes)[0]) == (1, 0, 0, 0, 1)
    load(table(tmp_path / "p.csv", PERSON), table(tmp_path / "c.csv", CASE))
    assert counts(load(notes)[0]) == (1, 1, 0, 0, 0)
    assert Refusal.objects.get().state == "mended"


def test_parquet_says_the_same_as_csv_and_broken_parquet_changes_nothing(db: None, tmp_path: Path) -> None:
    load(*delivery(tmp_path))
    frame = pl.DataFrame([PERSON]).with_columns(date_of_birth=pl.lit("1990-05-17").str.to_date(), shoe_size=pl.lit(9))
    frame.write_parquet(tmp_path / "p.parquet")
    (outcome,) = load(tmp_path / "p.parquet")
    assert (outcome.receipt.received, outcome.receipt.unknown_fields) == (1, {"shoe_size": 1})
    assert next(queries.casework_people()).content["date_of_birth"] == "1990-05-17"
    receipts = Receipt.objects.count()
    whole = (tmp_path / "p.parquet").read_bytes()
    for broken in (whole[: len(whole) // 2], whole[:-1], b"PAR1" + bytes(60) + b"PAR1", whole[:4] + bytes(40) + whole[44:]):
        (tmp_path / "x.parquet").write_bytes(broken)
        with pytest.raises(UnusableFile, match=r"x\.parquet is broken Parquet"):
            load(table(tmp_path / "first.csv", PERSON | {"person_id": "P9"}), tmp_path / "x.parquet")
    assert Receipt.objects.count() == receipts, "nor was the good file beside it taken in"


def test_a_file_whose_table_is_not_clear_is_refused_whole(db: None, tmp_path: Path) -> None:
    for rows in ([{"a": "1"}], [NOTE | EVENT], [{"first_name": "Only"}]):
        with pytest.raises(UnusableFile, match="columns of"):
            load(table(tmp_path / "f.csv", *rows))
    with pytest.raises(UnusableFile, match="both hold persons"):
        load(table(tmp_path / "p.csv", PERSON), table(tmp_path / "q.csv", PERSON))
    assert not Receipt.objects.exists()


def test_a_case_that_goes_to_another_person_takes_along_what_belongs_to_it(db: None, tmp_path: Path) -> None:
    load(*delivery(tmp_path))
    load(table(tmp_path / "p.csv", PERSON, PERSON | {"person_id": "P2"}), table(tmp_path / "c.csv", CASE | {"person_id": "P2"}))
    people = {person.key: person for person in queries.casework_people()}
    assert not people["P1"].cases
    (case,) = people["P2"].cases
    assert [len(case.owners), len(case.events), len(case.notes)] == [1, 1, 1]


def test_only_those_with_news_are_given_since_a_receipt(db: None, tmp_path: Path) -> None:
    load(table(tmp_path / "p.csv", PERSON, PERSON | {"person_id": "P2"}), table(tmp_path / "c.csv", CASE))
    (later,) = load(table(tmp_path / "e.csv", EVENT), at=AT + timedelta(days=1))
    assert [person.key for person in queries.casework_people(since_receipt=later.receipt.pk)] == ["P1"]
    first = next(queries.casework_people())
    assert [person.key for person in queries.casework_people(after=first.id)] == ["P2"]


def test_an_interrupted_delivery_goes_on_where_it_stopped(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven rows in chunks of three: one refused, the first key twice, the second time with other content."""
    monkeypatch.setattr(casework_loading, "BATCH_ROWS", 3)
    rows = [PERSON | {"person_id": f"P{number}"} for number in range(1, 6)]
    file = table(tmp_path / "p.csv", rows[0], rows[1], PERSON | {"person_id": ""}, *rows[2:], rows[0] | {"nationality": "Irish"})
    take, done = actions.take_in_casework, []

    def stop_after_one(**given: Any) -> Receipt:
        if done:
            raise RuntimeError("killed")
        done.append(given)
        return take(**given)

    monkeypatch.setattr(casework_loading, "take_in_casework", stop_after_one)
    with pytest.raises(RuntimeError, match="killed"):
        load(file)
    assert Receipt.objects.get().received == 3
    monkeypatch.setattr(casework_loading, "take_in_casework", take)
    (outcome,) = load(file)
    assert counts(outcome) == (7, 5, 1, 0, 1)
    assert Receipt.objects.count() == 1
    assert outcome.refused_table is not None
    assert "person_id" in outcome.refused_table.read_text()
    held = {person.key: person.content["nationality"] for person in queries.casework_people()}
    assert held == {"P1": "Irish", **{f"P{number}": "Ruritanian; Irish" for number in range(2, 6)}}


def test_every_form_of_a_delivery_is_counted_read_and_kept_alike(db: None, tmp_path: Path) -> None:
    rows = [PERSON | {"person_id": f"P{number}", "nationality": "" if number % 2 else "Ruritanian"} for number in range(1, 8)]
    first = load(table(tmp_path / "p.csv", *rows))[0]
    kept = {person.key: person.content for person in queries.casework_people()}
    pl.DataFrame([{name: value or None for name, value in row.items()} for row in rows]).write_parquet(tmp_path / "p.parquet")
    second = load(tmp_path / "p.parquet")[0]
    assert (counts(first)[0], counts(second)[0]) == (7, 7)
    assert {person.key: person.content for person in queries.casework_people()} == kept


def test_disposal_forgets_the_keys_of_a_legacy_person(db: None, tmp_path: Path) -> None:
    load(*delivery(tmp_path))
    (person,) = queries.casework_people()
    assert len(queries.export_person(person.person_id)) == 5
    assert actions.dispose_person(person_id=person.person_id, disposal_id=1, by=SYSTEM, at=AT) == 5
    assert counts(load(table(tmp_path / "p.csv", PERSON))[0]) == (1, 1, 0, 0, 0)


def test_a_person_was_told_last_in_the_newest_delivery_that_had_them_changed_or_not(db: None, tmp_path: Path) -> None:
    other = PERSON | {"person_id": "P2", "last_name": "Elder", "home_office_reference": "", "prison_number": "", "pnc": ""}
    load(table(tmp_path / "one.csv", PERSON, other))
    numbers = {each.key: each.person_id for each in queries.casework_people()}
    assert last_told(numbers.values()) == dict.fromkeys(numbers.values(), AT)
    later, changed = AT + timedelta(days=3), other | {"address": "2 Invented Row"}
    load(table(tmp_path / "two.csv", PERSON, changed), at=later)
    assert last_told(numbers.values()) == dict.fromkeys(numbers.values(), later)
    third = PERSON | {"person_id": "P3", "home_office_reference": "", "prison_number": "", "pnc": ""}
    load(table(tmp_path / "three.csv", PERSON, third), at=later + timedelta(days=1))
    assert last_told(numbers.values()) == {numbers["P1"]: later + timedelta(days=1), numbers["P2"]: later}
    assert last_told([0]) == {}
