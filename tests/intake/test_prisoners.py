"""A file of prisoners: each row accepted or refused with a reason, counts that add up, nothing twice, nothing lost when it is cut off."""

import csv
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from longstop.audit.actions import SYSTEM
from longstop.audit.models import Payload
from longstop.audit.operations import GuaranteeBroken
from longstop.intake import actions, loading, queries
from longstop.intake.models import Arrival, Receipt, Refusal
from longstop.intake.queries import Filters
from longstop.intake.reading import UnusableFile
from tests.conftest import Committed
from tests.intake.given import AT, counts, load, person, write

OURS = Path(__file__).parent / "data" / "prisoners.jsonl"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "hmpps" / "prisoner_search_sample.jsonl"
EVERYTHING = Filters(state="")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(OURS, tmp_path / "prisoners.jsonl"))


def state() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], int]:
    records = list(Arrival.objects.order_by("pk").values_list("pk", "content_digest", "payload_id", "state", "observed_at", "last_receipt"))
    refused = list(Refusal.objects.order_by("pk").values_list("pk", "state", "fingerprint"))
    return records, refused, Payload.objects.count()


def test_every_row_of_our_sample_is_accepted_or_refused_with_a_reason(db: None, file: Path) -> None:
    outcome = load(file)
    assert counts(outcome) == (8, 3, 1, 0, 4)
    assert outcome.receipt.unknown_fields == {"something": 1}
    rows = queries.refusals()
    assert [(row.line, row.field) for row in rows] == [(3, "prisonerNumber"), (5, "lastName"), (7, ""), (9, "")]
    assert all(row.sentence and row.remedy and row.text for row in rows)
    assert rows[0].value == "BAD"


@pytest.mark.skipif(not REAL.exists(), reason="the prison service's real payloads are not on this machine")
def test_every_real_payload_is_accepted_or_refused_with_a_reason(db: None, tmp_path: Path) -> None:
    file = Path(shutil.copy(REAL, tmp_path / "sample.jsonl"))
    first = load(file)
    received, new, changed, unchanged, refused = counts(first)
    assert received == 202 == new + changed + unchanged + refused
    assert refused == len(list(csv.reader((tmp_path / "sample.jsonl.refused.csv").open(encoding="utf-8-sig")))) - 1
    before = state()
    assert counts(load(file)) == (202, 0, 0, 202 - refused, refused)
    assert state() == before


def test_the_same_file_twice_changes_nothing(db: None, file: Path) -> None:
    load(file)
    before = state()
    again = load(file, at=AT + timedelta(hours=1))
    assert counts(again) == (8, 0, 0, 4, 4)
    assert again.receipt.repeats_id is not None
    assert state() == before


def test_the_same_records_in_another_order_of_fields_are_unchanged(db: None, tmp_path: Path) -> None:
    load(write(tmp_path / "a.jsonl", person("A1001AA"), person("A1002AA")))
    turned = dict(reversed(list(person("A1001AA").items())))
    assert counts(load(write(tmp_path / "b.jsonl", turned, person("A1002AA")))) == (2, 0, 0, 2, 0)


def test_a_change_is_kept_with_what_was_before(db: None, tmp_path: Path) -> None:
    load(write(tmp_path / "a.jsonl", person()))
    before = Arrival.objects.get()
    assert counts(load(write(tmp_path / "b.jsonl", person(confirmedReleaseDate="2027-03-01")))) == (1, 0, 1, 0, 0)
    after = queries.arrival(before.pk)
    assert (after.release_basis, str(after.release_date)) == ("confirmed_release_date", "2027-03-01")
    assert Payload.objects.get(pk=before.payload_id).content["raw"] == person()


def test_an_older_file_changes_nothing(db: None, tmp_path: Path) -> None:
    load(write(tmp_path / "new.jsonl", person(cellLocation="B-1")), observed_at=AT - timedelta(days=1))
    late = load(write(tmp_path / "old.jsonl", person(cellLocation="A-1")), observed_at=AT - timedelta(days=5))
    assert counts(late) == (1, 0, 0, 1, 0)
    assert queries.arrival(Arrival.objects.get().pk).content["custody"]["cell"] == "B-1"


def test_a_refused_row_is_one_open_refusal_until_a_later_file_mends_it(db: None, tmp_path: Path) -> None:
    bad = person("A12", bookingId="900")
    for name in ("a", "b"):
        assert counts(load(write(tmp_path / f"{name}.jsonl", bad, person("A1001AA", cellLocation=name))))[4] == 1
    (refusal,) = Refusal.objects.all()
    assert (refusal.state, refusal.receipt_id < refusal.last_receipt_id) == ("open", True)
    load(write(tmp_path / "c.jsonl", person("A1200AA", bookingId="900")))
    refusal.refresh_from_db()
    assert refusal.state == "mended"


def test_a_refusal_is_not_mended_by_the_file_that_repeats_it(db: None, tmp_path: Path) -> None:
    nameless = person(firstName="", lastName="")
    load(write(tmp_path / "a.jsonl", nameless))
    load(write(tmp_path / "b.jsonl", nameless, person()))
    assert Refusal.objects.get().state == "open"


def test_a_steward_closes_a_refusal_only_with_a_reason_and_once(db: None, tmp_path: Path) -> None:
    load(write(tmp_path / "a.jsonl", person("A12")))
    (row,) = queries.refusals()
    with pytest.raises(ValueError, match="why"):
        actions.close_refusal(refusal_id=row.id, reason=" ", by=SYSTEM, at=AT)
    actions.close_refusal(refusal_id=row.id, reason="A test record of theirs.", by=SYSTEM, at=AT)
    with pytest.raises(actions.RefusalIsNotOpen):
        actions.close_refusal(refusal_id=row.id, reason="Again.", by=SYSTEM, at=AT)
    (closed,) = queries.refusals(state="closed")
    assert closed.reason == "A test record of theirs."


def test_an_interrupted_load_goes_on_where_it_stopped(committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [person(f"A{number:04}AA", bookingId=str(number)) for number in range(10)]
    rows[1] = rows[7] = {"prisonerNumber": "?"}
    file = write(tmp_path / "a.jsonl", *rows)
    monkeypatch.setattr(loading, "CHUNK_ROWS", 3)
    calls = []

    def cut_off(**given: object) -> Receipt:
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return actions.take_in(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "take_in", cut_off)
    with pytest.raises(KeyboardInterrupt):
        load(file)
    begun = Receipt.objects.get()
    assert (begun.state, begun.received, begun.refused) == ("begun", 6, 1)
    assert list(tmp_path.iterdir()) == [file], "nothing half written is left beside the file"
    monkeypatch.setattr(loading, "take_in", actions.take_in)
    outcome = load(file)
    assert outcome.receipt.pk == begun.pk
    assert counts(outcome) == (10, 8, 0, 0, 2)
    assert outcome.refused_table is not None
    assert [row[0] for row in csv.reader(outcome.refused_table.open(encoding="utf-8-sig"))] == ["Record", "2", "8"]


def test_another_file_after_an_interruption_gives_the_first_up(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(**_: object) -> Receipt:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "finish", cut_off)
    with pytest.raises(KeyboardInterrupt):
        load(write(tmp_path / "a.jsonl", person("A1001AA")))
    monkeypatch.setattr(loading, "finish", actions.finish)
    assert counts(load(write(tmp_path / "b.jsonl", person("A1001AA"), person("A1002AA")))) == (2, 1, 0, 1, 0)
    assert list(Receipt.objects.order_by("pk").values_list("state", flat=True)) == ["abandoned", "finished"]


def test_rows_dealt_with_by_another_process_are_not_taken_in_again(db: None, tmp_path: Path) -> None:
    outcome = load(write(tmp_path / "a.jsonl", person()))
    with pytest.raises(actions.LoadTakenOver):
        actions.finish(receipt_id=outcome.receipt.pk, after=1, by=SYSTEM, at=AT)


def test_the_database_refuses_counts_that_do_not_add_up(db: None, tmp_path: Path) -> None:
    load(write(tmp_path / "a.jsonl", person()))
    with pytest.raises(GuaranteeBroken, match="receipt_counts_add_up"):
        miscount(Receipt.objects.get())


@actions.receipts.action
def miscount(receipt: Receipt) -> None:
    receipt.received += 1
    receipt.save()


def test_a_file_that_cannot_be_read_changes_nothing(db: None, tmp_path: Path) -> None:
    unusable = {"empty": b"", "blank": b" \n\n", "words": b"Dear colleague,\nplease find attached", "zip": b"PK\x03\x04\x14\x00\x08\x00"}
    for name, content in unusable.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnusableFile, match=name):
            load(tmp_path / name)
    for missing in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(UnusableFile):
            load(missing)
    assert not Receipt.objects.exists()


def test_formulas_in_refused_rows_are_defused(db: None, tmp_path: Path) -> None:
    values = ["=1+1", "+1", "-1", "@cmd", "\t=1+1", "＝1+1", " =HYPERLINK(1)"]
    outcome = load(write(tmp_path / "a.jsonl", *(person(value) for value in values)))
    assert outcome.refused_table is not None
    cells = [row[3] for row in csv.reader(outcome.refused_table.open(encoding="utf-8-sig"))][1:]
    assert len(cells) == len(values)
    assert not any(cell.strip().startswith(("=", "+", "-", "@", "＝")) for cell in cells)


def test_a_folder_that_cannot_be_written_to_does_not_stop_a_load(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "a.jsonl", person("?"), person())
    (tmp_path / "a.jsonl.refused.csv").mkdir()
    outcome = load(file)
    assert counts(outcome) == (2, 1, 0, 0, 1)
    assert "could not be written" in outcome.table_trouble


def test_no_plain_column_holds_a_name_or_a_number(db: None, tmp_path: Path) -> None:
    marked = person("A9999ZQ", firstName="Zyzzyva", lastName="Quuxington", nationality="Grustark")
    load(write(tmp_path / "a.jsonl", marked, marked | {"prisonerNumber": "ZYZZYVA-BAD"}))
    rows = json.dumps([list(model.objects.values()) for model in (Arrival, Receipt, Refusal)], default=str)
    for value in ("A9999ZQ", "Zyzzyva", "Quuxington", "Grustark", "ZYZZYVA"):
        assert value.casefold() not in rows.casefold()
