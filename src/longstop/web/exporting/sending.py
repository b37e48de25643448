"""A list as a file: stamped, recorded, and sent."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from longstop.audit.actions import record_reading
from longstop.web.doors import Who
from longstop.web.exporting import flat
from longstop.web.exporting.meanings import MEANINGS
from longstop.web.parts import Table
from longstop.web.sheets import Sheet, Value, write_csv, write_ods, write_xlsx

WRITERS: Mapping[str, Callable[[Sheet, IO[bytes]], None]] = {"csv": write_csv, "xlsx": write_xlsx, "ods": write_ods}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
# Rows. CSV and OpenDocument are written a row at a time; a workbook is held whole, in about a quarter of a gigabyte at its limit.
LIMITS = {"csv": 100_000, "ods": 100_000, "xlsx": 50_000}
SHEET_NAME = 28  # letters; a workbook allows 31
UNFIT = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What is taken away: which list, filtered and ordered how, as known when, and its rows in tables of the page's own making."""

    title: str
    about: str
    filters: Sequence[str]
    order: str
    known: str
    known_at: datetime
    seal: int | None
    rows: int
    tables: Iterator[Table]


def written(taken: Taken, kind: str, *, who: Who, at: datetime) -> tuple[IO[bytes], str]:
    """Write the file and give it, at its beginning, with its sha256 in hex. Nothing is held but what its kind must hold."""
    first = next(taken.tables)
    sheet = Sheet(
        name=sheet_name(taken.title),
        title=taken.title,
        fields=flat.fields(first.columns, MEANINGS),
        rows=_rows(chain([first], taken.tables)),
        stamp=stamp(taken, who=who, at=at),
        empty=first.empty,
    )
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    WRITERS[kind](sheet, file)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return file, digest


def _rows(tables: Iterator[Table]) -> Iterator[list[Value]]:
    for table in tables:
        for row in table.rows:
            yield flat.row(row.cells, table.columns)


def stamp(taken: Taken, *, who: Who, at: datetime) -> list[tuple[str, str]]:
    """Give what stands on every file: what it is, as known when, who took it, how many rows."""
    return [
        ("List", taken.title),
        ("Filter", ", ".join(taken.filters) or "None: the whole list"),
        ("Order", taken.order or "As the list is ordered"),
        ("As known at", taken.known),
        ("Rows", f"{taken.rows:,}"),
        ("Taken away by", f"{who.staff.name}, {who.staff.staff_number}"),
        ("Taken away at", moment_words(at)),
        ("Times", f"Those of {timezone.get_current_timezone_name()}"),
        ("Handling", "It holds personal data. Keep it no longer than you need it. That it was taken away is recorded."),
    ]


def moment_words(at: datetime) -> str:
    """Give a moment in words: "3 March 2026 at 14:05"."""
    return date_format(timezone.localtime(at), r"j F Y \a\t H:i")


def sheet_name(title: str) -> str:
    """Give a name that a sheet may have, and that is not that of the cover or the notes."""
    name = " ".join(title.translate(UNFIT).split())[:SHEET_NAME].strip() or "List"
    return f"{name} list" if name in ("Cover", "Notes", "History") else name


def file_name(taken: Taken, kind: str) -> str:
    """Give the name of the file: the list, and as it was known when."""
    at = timezone.localtime(taken.known_at)
    return f"{slugify(taken.title)[:60]}-as-at-{at:%Y-%m-%d-%H%M}{f'-seal-{taken.seal}' if taken.seal else ''}.{kind}"


def send(taken: Taken, kind: str, *, digest: str, file: IO[bytes], who: Who, at: datetime) -> FileResponse:
    """Record that the list was taken away, then send the file. Nothing is sent that is not recorded."""
    details: dict[str, Any] = {
        "list": taken.title,
        "filters": list(taken.filters),
        "known": taken.known,
        "seal": taken.seal,
        "kind": kind,
        "sha256": digest,
    }
    record_reading(what="exported", by=who.id, at=at, subject_kind=taken.about, rows=taken.rows, details=details)
    return FileResponse(
        file,
        as_attachment=True,
        filename=file_name(taken, kind),
        content_type=TYPES[kind],
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
