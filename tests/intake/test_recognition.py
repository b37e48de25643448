"""A row that says what is held is not checked again, and no count can tell; whatever it was read by changes, it is checked."""

from pathlib import Path
from typing import Any

import pytest

from longstop.audit.actions import SYSTEM
from longstop.intake import actions, loading, prisoners, queries, recognition
from longstop.intake.models import Arrival, Receipt, Sighting, UnmappedCode
from tests.intake.given import AT, counts, load, person, write

KNOWN = {"prisonId": "MDI", "nationality": "Albanian"}
PEOPLE = [
    person("A1001AA", **KNOWN),
    person("A1002AA", **KNOWN, shoeColour="red", sentenceExpiryDate="2031-02-30"),
    person("A1003AA", **KNOWN, heightCentimetres=180.5),
    person("A1004AA", **KNOWN, lastName="Müller", dateOfBirth="2091-01-01"),
    person("A1005AA", **KNOWN | {"nationality": "Ruritanian"}),
    person("A12", **KNOWN),
]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prison numbers of the records that are checked, as they are."""
    read, found = prisoners.read, []

    def noticed(raw: Any, **given: Any) -> prisoners.Read:
        found.append(raw["prisonerNumber"])
        return read(raw, **given)

    monkeypatch.setattr(prisoners, "read", noticed)
    return found


def told(receipt: Receipt) -> tuple[int, dict[str, int], int]:
    return receipt.problems, receipt.unknown_fields, receipt.refused


def test_only_rows_that_could_tell_something_new_are_checked_again(db: None, tmp_path: Path, checked: list[str]) -> None:
    first = load(write(tmp_path / "a.jsonl", *PEOPLE))
    rows = UnmappedCode.objects.get(kind="nationality").rows
    checked.clear()
    again = load(write(tmp_path / "b.jsonl", *PEOPLE[::-1]))
    assert counts(again) == (6, 0, 0, 5, 1)
    # a date of birth that lay ahead may have come; a code is a question; a row was refused
    assert sorted(checked) == ["A1004AA", "A1005AA", "A12"]
    assert told(again.receipt) == told(first.receipt)
    assert UnmappedCode.objects.get(kind="nationality").rows == rows
    assert set(Sighting.objects.values_list("receipt_id", flat=True)) == {again.receipt.pk}


def test_a_file_that_comes_twice_counts_as_it_did(db: None, tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", *PEOPLE)
    assert told(load(file).receipt) == told(load(file).receipt)


def test_another_way_of_reading_checks_every_record_once(
    db: None, tmp_path: Path, checked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(write(tmp_path / "a.jsonl", *PEOPLE[:2]))
    monkeypatch.setattr(recognition, "_readers", lambda: b"another version of the contract")
    for name, times in (("b", 2), ("c", 0)):
        checked.clear()
        assert counts(load(write(tmp_path / f"{name}.jsonl", *PEOPLE[:2], *[person(name)]))) == (3, 0, 0, 2, 1)
        assert len(checked) == times + 1


def test_what_is_forgiven_of_one_file_is_not_a_problem_of_another(db: None, tmp_path: Path) -> None:
    text = write(tmp_path / "a.jsonl", PEOPLE[0]).read_text()
    (tmp_path / "b.jsonl").write_text(text.replace("{", '{"prisonerNumber": "A1001AA", '))
    assert [load(tmp_path / name).receipt.problems for name in ("a.jsonl", "b.jsonl")] == [0, 1]
    (tmp_path / "a.jsonl").write_text(text + "\n")
    assert load(tmp_path / "a.jsonl").receipt.problems == 0


def test_what_was_recognised_wrongly_is_checked_after_all(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(write(tmp_path / "a.jsonl", PEOPLE[0]))
    held = Arrival.objects.get()

    def taken_for(**_: object) -> dict[bytes, queries.Held]:
        return {bytes(held.key_digest): queries.Held(held.pk, bytes(held.key_digest), b"m" * 32, 0)}

    monkeypatch.setattr(loading, "mark", lambda *_: b"m" * 32)
    monkeypatch.setattr(loading.queries, "held_marks", taken_for)
    assert counts(load(write(tmp_path / "b.jsonl", PEOPLE[0] | {"cellLocation": "B-1"}))) == (1, 0, 1, 0, 0)


def test_a_record_not_held_as_recognised_is_not_counted_as_unchanged(db: None, tmp_path: Path) -> None:
    load(write(tmp_path / "a.jsonl", PEOPLE[0]))
    held = Arrival.objects.get()
    receipt = actions.begin(
        source="hmpps-prisoners", file_name="b", sha256=b"b" * 32, size=1, form="", observed_at=AT, may_repeat=False, by=SYSTEM, at=AT
    )
    forged = queries.Held(held.pk, bytes(held.key_digest), b"m" * 32, 0)
    with pytest.raises(actions.HeldOtherwise):
        actions.take_in(receipt_id=receipt.pk, after=0, taken=[], refused=[], unknown=loading.Counter(), same=[forged], by=SYSTEM, at=AT)


def test_a_key_that_is_refused_again_and_again_does_not_part_the_rows(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nameless = person("A1001AA", firstName="", lastName="")
    rows = [nameless | {"cellLocation": str(number)} for number in range(30)]
    file = write(tmp_path / "a.jsonl", person("A1001AA"), *rows, person("A1002AA"), person("A1001AA", cellLocation="B-1"))
    chunks = []

    def noticed(**given: Any) -> Receipt:
        chunks.append((len(given["taken"]), len(given["refused"])))
        return actions.take_in(**given)

    monkeypatch.setattr(loading, "take_in", noticed)
    assert counts(load(file)) == (33, 2, 1, 0, 30)
    assert chunks == [(2, 30), (1, 0)], "only the row that can be used, and comes again, waits for the next chunk"
    assert Arrival.objects.count() == 2
