"""An OpenDocument spreadsheet by odfdo: a cover, notes, and one sheet with one table.

odfdo makes the document; the rows are written into it as text, one at a time, since a tree of their elements would take a gigabyte.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import IO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from odfdo import Document, Element

from longstop.web.sheets.table import NOTHING, SHORTHAND, Sheet, Value
from longstop.web.sheets.text import visible

CONTENT = "content.xml"
COVER, NOTES, MARK = "Cover", "Notes", "longstop-rows"
# Looks of a heading, of text that wraps, and of dates and moments as people here write them.
STYLES = """<office:automatic-styles>
<number:date-style style:name="day" number:automatic-order="false"><number:day/><number:text> </number:text>
<number:month number:style="long" number:textual="true"/><number:text> </number:text><number:year number:style="long"/></number:date-style>
<number:date-style style:name="moment"><number:day/><number:text> </number:text><number:month number:style="long" number:textual="true"/>
<number:text> </number:text><number:year number:style="long"/><number:text> </number:text><number:hours number:style="long"/>
<number:text>:</number:text><number:minutes number:style="long"/></number:date-style>
<style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="5.5cm"/></style:style>
<style:style style:name="page" style:family="table-column"><style:table-column-properties style:column-width="18cm"/></style:style>
<style:style style:name="text" style:family="table-cell">%s</style:style>
<style:style style:name="date" style:family="table-cell" style:data-style-name="day">%s</style:style>
<style:style style:name="time" style:family="table-cell" style:data-style-name="moment">%s</style:style>
<style:style style:name="head" style:family="table-cell">%s%s</style:style>
<style:style style:name="title" style:family="table-cell">%s</style:style>
</office:automatic-styles>"""
_WRAP = '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/>'
_BOLD = '<style:text-properties fo:font-weight="bold" fo:font-size="{}pt"/>'


def write_ods(sheet: Sheet, file: IO[bytes]) -> None:
    """Write the table with its cover and notes. Numbers and dates keep their types; no cell is a formula."""
    document = Document("spreadsheet")
    document.body.clear()
    for table in (_cover(sheet), _notes(sheet), _list(sheet)):
        document.body.append(table)
    document.meta.title, document.meta.subject = visible(sheet.title), "A list taken from Longstop"
    document.meta.generator = "Longstop"
    document.set_language("en-GB")
    document.del_part("Thumbnails/thumbnail.png")
    skeleton = BytesIO()
    document.save(skeleton)
    with ZipFile(skeleton) as before, ZipFile(file, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name != CONTENT:
                after.writestr(name, before.read(name), ZIP_STORED if name == "mimetype" else ZIP_DEFLATED)
        with after.open(CONTENT, "w", force_zip64=True) as content:
            for piece in _content(before.read(CONTENT).decode(), sheet):
                content.write(piece.encode())


def _content(skeleton: str, sheet: Sheet) -> Iterator[str]:
    begin, _, rest = skeleton.partition("<office:automatic-styles")
    _, _, rest = rest.partition("</office:automatic-styles>")
    styles = STYLES % (_WRAP, _WRAP, _WRAP, _WRAP, _BOLD.format(12), _BOLD.format(16))
    mark = rest.index(MARK)
    start, end = rest.rindex("<table:table-row", 0, mark), rest.index("</table:table-row>", mark) + len("</table:table-row>")
    yield begin + styles + rest[:start]
    for row in sheet.filled():
        yield _row(row)
    yield rest[end:]


def _row(values: Sequence[Value], style: str = "text") -> str:
    return "<table:table-row>" + "".join(_cell(value, style) for value in values) + "</table:table-row>"


def _cell(value: Value, style: str) -> str:
    if isinstance(value, datetime):
        said = f"{value.day} {value:%B %Y %H:%M}"
        kind = f'table:style-name="time" office:value-type="date" office:date-value="{value:%Y-%m-%dT%H:%M:%S}"'
    elif isinstance(value, date):
        said = f"{value.day} {value:%B %Y}"
        kind = f'table:style-name="date" office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int):
        said, kind = str(value), f'table:style-name="{style}" office:value-type="float" office:value="{value}"'
    else:
        said, kind = visible(value or "") or NOTHING, f'table:style-name="{style}" office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(said)}</text:p></table:table-cell>"


def _table(name: str, widths: Sequence[str], rows: Sequence[str]) -> Element:
    """Make a sheet. Its rows are text already escaped."""
    columns = "".join(f'<table:table-column table:style-name="{width}"/>' for width in widths)
    return Element.from_tag(f"<table:table table:name={quoteattr(visible(name))}>{columns}{''.join(rows)}</table:table>")


def _cover(sheet: Sheet) -> Element:
    sheets = [f"{NOTES}: what the columns mean.", f"{sheet.name}: the list itself.", SHORTHAND]
    lines = [*(f"{name}: {value}" for name, value in sheet.stamp), *sheets]
    return _table(COVER, ["page"], [_row([sheet.title], "title"), *(_row([line]) for line in lines)])


def _notes(sheet: Sheet) -> Element:
    definitions = sheet.definitions or [("Every column", "Is as the list shows it.")]
    head = f"<table:table-header-rows>{_row(['Column', 'What it means'], 'head')}</table:table-header-rows>"
    return _table(NOTES, ["wide", "page"], [_row(["Notes"], "title"), head, *(_row(each) for each in definitions)])


def _list(sheet: Sheet) -> Element:
    head = f"<table:table-header-rows>{_row([field.heading for field in sheet.fields], 'head')}</table:table-header-rows>"
    about = f"This worksheet contains one table of {len(sheet.fields)} columns. {SHORTHAND}"
    rows = [_row([sheet.title], "title"), _row([about]), head, _row([MARK])]
    return _table(sheet.name, ["wide"] * len(sheet.fields), rows)
