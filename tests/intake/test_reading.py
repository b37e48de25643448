"""Files as other systems really send them: encodings, layouts, breakages. The same people come out of each."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from longstop.intake import loading, prisoners, reading
from longstop.intake.actions import Refused, Taken
from longstop.intake.decoding import CannotUse, Decoder
from longstop.intake.reading import UnusableFile
from longstop.intake.splitting import Splitter
from tests.intake.given import AT, person

DAY = date(2026, 11, 18)
PEOPLE = [person("A1001AA", lastName="Müller"), person("A1002AA", lastName="O'Neill"), person("A1003AA", firstName='Quo"te')]
ASCII_PEOPLE = [person("A1001AA"), person("A1002AA"), person("A1003AA", firstName='Quo"te {[')]


def lines(people: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in people)


def rows(path: Path) -> list[Taken | Refused]:
    how = loading.Reading(path, reading.examine(path), AT)
    return [
        row
        for batch in loading._batches(how, 0)
        for chunk in [loading._sorted(how, batch, recognise=False)]
        for row in sorted([*chunk.taken, *chunk.refused], key=lambda r: r.number)
    ]


def keys(path: Path) -> list[str]:
    """The prison numbers that come out of a file, and the faults of what does not."""
    return [row.prisoner.key if isinstance(row, Taken) else row.finding.fault for row in rows(path)]


LAYOUTS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "lines": lambda p: lines(p).encode(),
    "lines, escaped": lambda p: "\n".join(map(json.dumps, p)).encode(),
    "lines with carriage returns": lambda p: lines(p).replace("\n", "\r\n").encode(),
    "lines with commas": lambda p: lines(p).replace("\n", ",\n").encode(),
    "blank lines between": lambda p: lines(p).replace("\n", "\n\n  \n").encode(),
    "array": lambda p: json.dumps(p).encode(),
    "array over lines": lambda p: json.dumps(p, indent=2).encode(),
    "array without breaks or spaces": lambda p: json.dumps(p, separators=(",", ":")).encode(),
    "objects one after another, over lines": lambda p: "\n".join(json.dumps(each, indent=1) for each in p).encode(),
    "UTF-8 with a mark": lambda p: lines(p).encode("utf-8-sig"),
    "UTF-16 with a mark": lambda p: lines(p).encode("utf-16"),
    "UTF-16 little end first, without": lambda p: lines(p).encode("utf-16-le"),
    "UTF-16 big end first, without": lambda p: lines(p).encode("utf-16-be"),
    "UTF-16 array": lambda p: json.dumps(p).encode("utf-16"),
    "UTF-32": lambda p: lines(p).encode("utf-32"),
    "Windows-1252": lambda p: lines(p).encode("cp1252"),
    "a mark in the middle": lambda p: lines(p).replace("\n", "\n\ufeff").encode(),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_people_come_out_of_every_layout(layout: str, tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(LAYOUTS[layout](PEOPLE))
    found = rows(file)
    assert keys(file) == ["A1001AA", "A1002AA", "A1003AA"]
    assert isinstance(found[0], Taken)
    assert found[0].raw["lastName"] == "Müller"


BREAKAGES: dict[str, tuple[bytes, list[str]]] = {
    "the last line cut off": (lines(ASCII_PEOPLE).encode()[:-30], ["A1001AA", "A1002AA", "cut_off"]),
    "the array cut off within a record": (json.dumps(ASCII_PEOPLE).encode()[:-30], ["A1001AA", "A1002AA", "cut_off", "cut_off"]),
    "the array cut off between records": (json.dumps(ASCII_PEOPLE).encode()[:-1], ["A1001AA", "A1002AA", "A1003AA", "cut_off"]),
    "words after the array": (json.dumps(ASCII_PEOPLE[:1]).encode() + b"\nend of file\n", ["A1001AA", "not_json"]),
    "a word among lines": (b"header\n" + lines(ASCII_PEOPLE[:1]).encode(), ["not_json", "A1001AA"]),
    "a quotation mark lost": (
        lines(ASCII_PEOPLE[:2]).replace('"A1001AA"', '"A1001AA', 1).encode(),
        ["not_json", "A1002AA"],
    ),
    "a quotation mark lost in an array of lines": (
        ("[\n" + ",\n".join(map(json.dumps, ASCII_PEOPLE[:2])) + "\n]").replace('"A1001AA"', '"A1001AA', 1).encode(),
        ["not_json", "A1002AA"],
    ),
    "an array of all sorts": (
        b'[1, "a, b", null, [1, 2], {}, ' + json.dumps(ASCII_PEOPLE[0]).encode() + b"]",
        ["not_an_object"] * 4 + ["missing", "A1001AA"],
    ),
    "nesting without end": (b'{"a":' * 100_000 + b"\n" + lines(ASCII_PEOPLE[:1]).encode(), ["too_deep", "A1001AA"]),
    "nesting too deep": (
        json.dumps(person(tattoos=json.loads("[" * 60 + "]" * 60))).encode() + b"\n",
        ["too_deep"],
    ),
    "null bytes within text": (lines([person(firstName="Tam\x00sin")]).encode(), ["A1234ZZ"]),
    "raw null bytes": (lines(ASCII_PEOPLE[:1]).replace("Tamsin", "Tam\x00sin").encode(), ["A1001AA"]),
    "NaN and endless numbers": (
        b'{"prisonerNumber": "A1001AA", "lastName": "Oak", "x": NaN, "y": -Infinity, "z": 1e999, "n": ' + b"9" * 5000 + b"}\n",
        ["A1001AA"],
    ),
    "a field twice": (b'{"prisonerNumber": "A1001AA", "lastName": "Oak", "lastName": "Ash"}\n', ["A1001AA"]),
    "half characters": (b'{"prisonerNumber": "A1001AA", "lastName": "Oa\\ud800k"}\n', ["A1001AA"]),
    "an empty array": (b"[]", []),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_breakage_spoils_only_its_own_row(breakage: str, tmp_path: Path) -> None:
    content, expected = BREAKAGES[breakage]
    file = tmp_path / "f"
    file.write_bytes(content)
    assert keys(file) == expected


def test_what_cannot_be_stored_is_replaced_and_said(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b'{"prisonerNumber": "A1001AA", "firstName": "T\\u0000a", "lastName": "\\udc00", "lastName": "Oak", "x": NaN}')
    (row,) = rows(file)
    assert isinstance(row, Taken)
    assert row.raw == {"prisonerNumber": "A1001AA", "firstName": "T\ufffda", "lastName": "Oak", "x": None}
    assert {"unreadable_character", "double_field", "not_a_number"} <= {each.fault for each in row.problems}


def test_a_line_of_ten_megabytes_is_taken_and_a_longer_one_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "f"
    file.write_text(lines([person("A1001AA", tattoos="x" * 10_000_000), person("A1002AA")]))
    assert keys(file) == ["A1001AA", "A1002AA"]
    monkeypatch.setattr(reading, "LONGEST", 1_000_000)
    assert keys(file) == ["too_long", "A1002AA"]


def test_files_that_are_no_json_are_unusable(tmp_path: Path) -> None:
    for content in (b"", b"\xef\xbb\xbf", b"a,b\n1,2\n", gzip.compress(lines(PEOPLE).encode()), b"\x00" * 100, b"%PDF-1.7\n", b"true\n"):
        (tmp_path / "f").write_bytes(content)
        with pytest.raises(UnusableFile):
            reading.examine(tmp_path / "f")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from([field.name for field in prisoners.PRISONERS.fields])


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(FIELDS | st.text(max_size=10), JUNK, max_size=20))
@example({"prisonerNumber": True})
@example({"aliases": [[]], "identifiers": [{"type": {}, "value": []}], "alerts": {"a": 1}})
def test_any_record_is_accepted_or_refused_and_never_an_exception(record: dict[str, Any]) -> None:
    read = prisoners.read(record, observed_on=DAY)
    assert (read.prisoner is None) != (read.refusal is None)
    read = prisoners.read(
        person() | {name: value for name, value in record.items() if name not in ("prisonerNumber", "lastName")}, observed_on=DAY
    )
    assert read.prisoner is not None
    json.dumps(read.prisoner.content)


@settings(max_examples=100, deadline=None)
@given(st.text() | st.binary().map(lambda b: b.decode(errors="surrogateescape")) | JUNK.map(json.dumps))
def test_any_text_is_decoded_or_refused_and_never_an_exception(text: str) -> None:
    try:
        value, _ = Decoder().decode(text)
    except CannotUse:
        return
    assert "\x00" not in json.dumps(value, ensure_ascii=False)
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), JUNK, max_size=3), max_size=6), st.integers(1, 40), st.sampled_from([None, 0, 2]))
def test_records_are_split_alike_wherever_the_blocks_end(records: list[dict[str, Any]], size: int, indent: int | None) -> None:
    text = json.dumps(records, indent=indent)
    splitter = Splitter(longest=10**6)
    pieces = [piece for start in range(0, len(text), size) for piece in splitter.feed(text[start : start + size])]
    assert [json.dumps(json.loads(piece.text)) for piece in pieces] == [json.dumps(each) for each in records]
    assert list(splitter.end()) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from([b"", b"{", b"[", b"\xff\xfe", b'{"prisonerNumber": "A1001AA", "lastName": "']))
def test_any_bytes_are_rows_or_an_unusable_file(tmp_path: Path, content: bytes, start: bytes) -> None:
    (tmp_path / "f").write_bytes(start + content)
    try:
        found = rows(tmp_path / "f")
    except UnusableFile:
        return
    assert [row.number for row in found] == list(range(1, len(found) + 1))
