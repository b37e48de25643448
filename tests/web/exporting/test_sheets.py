"""Files as spreadsheets and programs read them: what a cell may hold, types, and the rules of accessible spreadsheets."""

import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from xml.etree import ElementTree

import polars as pl
import pytest
from odfdo import Document

from longstop.web.sheets import Field, Sheet, Value, write_csv, write_ods, write_xlsx
from longstop.web.sheets.text import defused, visible

HEADINGS = ("Case", "Due", "Seen", "Days")
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet(*rows: Sequence[Value]) -> Sheet:
    fields = [Field(heading, f"The {heading.lower()}, in words") for heading in HEADINGS]
    stamp = [("List", "Open cases"), ("Filter", "Due: Overdue, Custody: “Any”"), ("Rows", str(len(rows)))]
    return Sheet(name="Open cases", title="Open cases: Team A", fields=fields, rows=iter(rows), stamp=stamp)


ROW: tuple[Value, ...] = ("=HYPERLINK(1)", date(2026, 3, 9), datetime(2026, 3, 9, 14, 5), 12)  # noqa: DTZ001  # as a spreadsheet has it


def csv_of(*rows: Sequence[Value]) -> str:
    file = BytesIO()
    write_csv(sheet(*rows), file)
    return file.getvalue().decode("utf-8-sig")


def xlsx_of(*rows: Sequence[Value]) -> zipfile.ZipFile:
    file = BytesIO()
    write_xlsx(sheet(*rows), file)
    return zipfile.ZipFile(file)


def cells(book: zipfile.ZipFile, number: int) -> dict[str, tuple[str, str]]:
    """Give each cell of a sheet: its type ("s" for text, "n" for a number) and value."""
    strings = ["".join(each.itertext()) for each in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{S}si")]
    found = {}
    for cell in ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{S}c"):
        value = cell.findtext(f"{S}v") or ""
        kind = cell.get("t", "n")
        assert cell.find(f"{S}f") is None, "no cell is a formula"
        found[cell.get("r", "")] = (kind, strings[int(value)] if kind == "s" else value)
    return found


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t=", "\r@", "\n-", " =", "\u200b=", "＝", "\ufeff+"])
def test_no_cell_of_a_csv_begins_a_formula(beginning: str) -> None:
    assert defused(f"{beginning}1+1")[0] == "'"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Zoë  O'Neil", "Zoë O'Neil"),
        ("abc\u202ecba", "abc[U+202E]cba"),
        ("a\u200bb\u2060c\ufeff", "abc"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200c", "a"),
        ("bell\x07 null\x00 half\ud800", "bell[U+0007] null[U+0000] half[U+D800]"),
        ("one\r\ntwo\tthree", "one two three"),
        ("\ufffe\uffff", "[U+FFFE][U+FFFF]"),
    ],
)
def test_what_cannot_be_seen_is_written_out_or_dropped(typed: str, shown: str) -> None:
    assert visible(typed) == shown


def test_a_csv_is_read_by_a_program_as_it_was_written() -> None:
    text = csv_of(ROW, ("#not a stamp", None, None, -3), ('O"Neil, A', None, None, 0))
    read = pl.read_csv(BytesIO(text.encode("utf-8-sig")), comment_prefix="#", try_parse_dates=True)
    assert read.columns == list(HEADINGS)
    assert read["Case"].to_list() == ["'=HYPERLINK(1)", "#not a stamp", 'O"Neil, A']
    assert read["Due"].to_list() == [date(2026, 3, 9), None, None]
    assert read["Days"].to_list() == [12, -3, 0]


def test_a_csv_says_what_it_is_before_its_headings() -> None:
    stamp = [line for line in csv_of(ROW).splitlines() if line.startswith("#")]
    assert stamp[:3] == ["# List: Open cases", "# Filter: Due: Overdue; Custody: “Any”", "# Rows: 1"]
    assert "# Column “Due”: The due; in words" in stamp


def test_a_workbook_keeps_types_and_runs_nothing() -> None:
    found = cells(xlsx_of(ROW, ("علي حسن", None, None, -3)), 3)
    table = {place: found[place] for place in found if re.fullmatch(r"[A-D][45]", place)}
    assert table["A4"] == ("s", "=HYPERLINK(1)")
    assert table["B4"] == ("n", "46090"), "9 March 2026, as a workbook counts days"
    assert table["C4"][0] == table["D4"][0] == "n"
    assert table["A5"] == ("s", "علي حسن"), "a name in any script"
    assert (table["B5"], table["D5"]) == (("s", "[x]"), ("n", "-3"))


def test_a_workbook_is_accessible() -> None:
    """By the checklist of the shared facts, section 6.7."""
    book = xlsx_of(ROW, ROW)
    pages = [each.get("name") for each in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{S}sheet")]
    assert pages == ["Cover", "Notes", "Open cases"]
    for number in (1, 2, 3):
        page = book.read(f"xl/worksheets/sheet{number}.xml").decode()
        for unwanted in ("<mergeCell", "<pane", "<autoFilter", 'hidden="1"'):
            assert unwanted not in page
        assert cells(book, number)["A1"][1], "the title is in the first cell"
    tables = [ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.startswith("xl/tables/")]
    assert [table.get("ref") for table in tables] == ["A3:B7", "A3:D5"], "one table a sheet, marked up to its last row"
    headings = [each.get("name") for each in tables[1].iter(f"{S}tableColumn")]
    assert headings == list(HEADINGS)
    found = cells(book, 3)
    assert "[x] means that nothing is recorded" in found["A2"][1]
    assert not any(value == "" for _, value in found.values()), "no empty cell"
    assert "Filter: Due: Overdue, Custody: “Any”" in [value for _, value in cells(book, 1).values()]


def test_an_opendocument_sheet_keeps_types_and_says_what_it_is() -> None:
    file = BytesIO()
    write_ods(sheet(ROW, ("a & <b>\x07", None, None, -3)), file)
    with zipfile.ZipFile(file) as parts:
        first = parts.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        content = parts.read("content.xml").decode()
    assert "formula" not in content
    assert content.count("<table:table-header-rows>") == 2
    file.seek(0)
    document = Document(file)
    assert [table.name for table in document.body.tables] == ["Cover", "Notes", "Open cases"]
    table = document.body.get_table(name="Open cases")
    assert table is not None
    assert table.get_row_values(2)[:4] == list(HEADINGS)
    assert table.get_row_values(3)[:4] == list(ROW)
    assert table.get_row_values(4)[:4] == ["a & <b>[U+0007]", "[x]", "[x]", -3]
    cover = document.body.get_table(name="Cover")
    assert cover is not None
    assert "Filter: Due: Overdue, Custody: “Any”" in [row[0] for row in cover.get_values()]


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_ods])
def test_a_list_with_nothing_in_it_makes_a_file_too(write: object) -> None:
    file = BytesIO()
    write(sheet(), file)  # type: ignore[operator]
    assert file.getvalue()
    if write is write_xlsx:
        assert cells(zipfile.ZipFile(file), 3)["A4"][1] == "There is nothing in this list."
