"""Broken extracts, and a fuzzer that knows their structure: always a receipt, a refusal or an unusable file, and counts that add up."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longstop.audit.actions import SYSTEM
from longstop.intake.casework_loading import load_casework
from longstop.intake.contracts import CASEWORK, PRISONERS, Kind
from longstop.intake.contracts.casework import PERSONS
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Arrival, CaseworkRow, Receipt
from longstop.intake.outcomes import Outcome
from longstop.intake.reading import UnusableFile
from tests.intake.given import AT, person

STRANGE = (
    "", " ", "\u200b", "\u202eevil\u202c", "\u2066x\u2069", "\ufeff", "خالد", "משה", "王", "e\u0301", "😀", "\x00", "a\x00b", "\x1b[31m",
    "\x85", "\u2028", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "NULL", "NOT ENTERED", "MIG_ERROR_", "MIG_ERROR_Ana", "1970-01-01",
    "0000-00-00", "2024-02-30", "2024-31-12", "31/12/2024", "12/31/2024", "9999-12-31", "1e999", "NaN", "true", "x" * 3_000, '"', "'", ";",
    ",", "\n", "\r\n", "\\", "{}", "[]", "' OR 1=1 --", "<script>", "%s", "{0}", "🏴" * 60, "\N{REPLACEMENT CHARACTER}", "A1234AA",
    "12/394773H", "000000/00Z",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
CELL = st.sampled_from(STRANGE) | st.text(max_size=12)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def adds_up(outcomes: list[Outcome], rows: int | None = None) -> None:
    """Every receipt is finished and its counts add up; nothing refused lies about what it is."""
    for outcome in outcomes:
        receipt = Receipt.objects.get(pk=outcome.receipt.pk)
        assert receipt.state in ("finished", "held")
        assert receipt.received == receipt.new + receipt.changed + receipt.unchanged + receipt.refused
        if receipt.state == "finished" and rows is not None:
            assert receipt.received == rows
        if outcome.refused_table is not None:
            cells = [cell for row in csv.reader(outcome.refused_table.open(encoding="utf-8-sig")) for cell in row]
            assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))]


def tried(load: Callable[[], list[Outcome]]) -> list[Outcome]:
    """Load, or see that a file that cannot be used changed nothing and says why."""
    before = [model._default_manager.count() for model in (Receipt, Arrival, CaseworkRow)]
    try:
        return load()
    except UnusableFile as error:
        told = str(error)
    assert told.endswith(".")
    assert [model._default_manager.count() for model in (Receipt, Arrival, CaseworkRow)] == before
    return []


def try_prisoners(path: Path) -> list[Outcome]:
    return tried(lambda: [load_prisoners(path=path, observed_at=None, by=SYSTEM, at=AT)])


def try_casework(path: Path) -> list[Outcome]:
    return tried(lambda: load_casework(paths=[path], observed_at=None, by=SYSTEM, at=AT))


def as_csv(headings: list[str], rows: list[list[str]], **words: Any) -> str:
    file = io.StringIO()
    csv.writer(file, **words).writerows([headings, *rows])
    return file.getvalue()


NAMES = [field.name for field in PERSONS.contract.fields]
GOOD = as_csv(["person_id", "last_name"], [[f"P{number}", "Oak"] for number in range(6)])
CSV_CORPUS: dict[str, bytes] = {
    "cut off in a row": GOOD.encode()[:-4],
    "cut off in a character": "person_id,last_name\nP1,Müller".encode()[:-5],
    "a quotation mark never closed": GOOD.encode() + b'P9,"Oak\nP10,Ash\n',
    "a quotation mark in the middle": GOOD.encode() + b'P9,O"ak\n',
    "too many cells": GOOD.encode() + b"P9,Oak,,x\n",
    "too few cells": GOOD.encode() + b"P9\n",
    "null bytes": GOOD.encode() + b"P\x009,O\x00ak\n",
    "old Macintosh lines": GOOD.replace("\r\n", "\r").encode(),
    "empty lines": GOOD.replace("\r\n", "\r\n\r\n,\r\n").encode(),
    "headings alone": b"person_id,last_name\n",
    "no headings": b"P1,Oak\n",
    "headings twice": b"person_id,person_id\nP1,P1\n",
    "headings shouted and spaced": b"Person ID,LAST NAME\nP1,Oak\n",
    "a byte-order mark in the middle": GOOD.replace("P3", "\ufeffP3").encode(),
    "two encodings in one file": GOOD.encode() + "P9,Müller\n".encode("cp1252") + "P10,Müller\n".encode(),
    "one endless line": b"person_id,last_name," + b"x," * 50_000 + b"\nP1,Oak\n",
    "one endless cell": b"person_id,last_name\nP1," + b"x" * 200_000 + b"\nP2,Oak\n",
    "one endless quoted cell": b'person_id,last_name\nP1,"' + b"x" * 200_000 + b'"\nP2,Oak\n',
    "the same key again and again": b"person_id,last_name\n" + b"P1,Oak\nP1,Ash\n" * 20,
    "a thousand keys too long": b"person_id,last_name\n" + b"\n".join(b"x" * 70 + b"%d,Oak" % n for n in range(1000)),
    "nothing": b"",
    "a mark alone": b"\xef\xbb\xbf",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a compressed file": b"\x1f\x8b\x08\x00" + bytes(50),
    "half of Parquet": b"PAR1" + bytes(200),
}


@pytest.mark.parametrize("name", CSV_CORPUS)
def test_a_broken_table_is_a_receipt_or_an_unusable_file(db: None, tmp_path: Path, name: str) -> None:
    (tmp_path / "f.csv").write_bytes(CSV_CORPUS[name])
    adds_up(try_casework(tmp_path / "f.csv"))


def test_every_encoding_of_a_table_holds_the_same_people(db: None, tmp_path: Path) -> None:
    for place, encoding in enumerate(ENCODINGS):
        text = as_csv(["person_id", "last_name"], [["P1", "Müller"], [f"Q{place}", "Quill"]])
        (tmp_path / f"{place}.csv").write_bytes(text.encode(encoding))
        adds_up(try_casework(tmp_path / f"{place}.csv"), rows=2)
    assert CaseworkRow.objects.count() == 1 + len(ENCODINGS)


@FEW
@given(st.data())
def test_any_table_of_strange_cells_is_accepted_or_refused_row_by_row(db: None, tmp_path: Path, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(CASEWORK))
    headings = [field.name for field in table.contract.fields] + data.draw(
        st.lists(st.text("abc", min_size=1, max_size=3), unique=True, max_size=2)
    )
    rows = data.draw(st.lists(st.lists(CELL, min_size=len(headings), max_size=len(headings)), min_size=1, max_size=6))
    text = as_csv(headings, rows, delimiter=data.draw(st.sampled_from(",;\t")), quoting=csv.QUOTE_ALL)
    encoding = data.draw(st.sampled_from(ENCODINGS))
    (tmp_path / "f.csv").write_bytes(text.encode(encoding, errors="replace"))
    adds_up(try_casework(tmp_path / "f.csv"))


TYPED: dict[str, Callable[[int], list[Any]]] = {
    "whole": lambda n: list(range(n)),
    "number": lambda n: [number + 0.5 for number in range(n)],
    "flag": lambda n: [number % 2 == 0 for number in range(n)],
    "nothing": lambda n: [None] * n,
    "list": lambda n: [["a", "b"]] * n,
    "record": lambda n: [{"a": 1}] * n,
    "bytes": lambda n: [b"\xff\x00"] * n,
    "text": lambda n: [STRANGE[number % len(STRANGE)] for number in range(n)],
}


@FEW
@given(st.data())
def test_any_typed_parquet_is_accepted_or_refused_row_by_row(db: None, tmp_path: Path, data: st.DataObject) -> None:
    rows = data.draw(st.integers(0, 5))
    columns = {
        name: TYPED[data.draw(st.sampled_from(sorted(TYPED)))](rows) for name in data.draw(st.sets(st.sampled_from(NAMES))) | {"person_id"}
    }
    whole = io.BytesIO()
    pl.DataFrame(columns).write_parquet(whole)
    content = bytearray(whole.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[place] ^= data.draw(st.integers(1, 255))
    (tmp_path / "f.parquet").write_bytes(content)
    adds_up(try_casework(tmp_path / "f.parquet"))


FIELDS = st.sampled_from([field.name for field in PRISONERS.fields if field.kind is not Kind.KEPT])
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | CELL,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(FIELDS, inner, max_size=2),
)


@FEW
@given(
    st.lists(st.dictionaries(FIELDS, VALUE, max_size=6), min_size=1, max_size=6),
    st.sampled_from(ENCODINGS),
    st.booleans(),
    st.integers(0, 60),
)
def test_any_file_of_strange_records_is_a_receipt_or_unusable(
    db: None, tmp_path: Path, changes: list[dict[str, Any]], encoding: str, array: bool, cut: int
) -> None:
    records = [json.dumps(person(f"A{number:04}AA") | change, ensure_ascii=False) for number, change in enumerate(changes)]
    content = (f"[{','.join(records)}]" if array else "\n".join(records)).encode(encoding, errors="replace")
    (tmp_path / "f.jsonl").write_bytes(content[: len(content) - cut])
    adds_up(try_prisoners(tmp_path / "f.jsonl"))
