"""A file into the texts of its records, one at a time, whatever its encoding and layout. Nothing but one record is held in memory."""

import codecs
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from longstop.intake.splitting import Splitter

LONGEST = 16_000_000  # characters of one record
_HEAD = 1_000_000
_BLOCK = 1 << 20
_OPENING = 200  # characters: the first line of a record written over several lines is short
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PARQUET = b"PAR1"
_PRETTY = re.compile(r"[{\[,:]\s*$")


class UnusableFile(Exception):
    """The file holds nothing that can be read. The message is a plain sentence with the remedy; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a file is made of: its digest, size in bytes, encoding, and layout ("lines", "values", "table" for CSV, or "parquet")."""

    sha256: bytes
    size: int
    encoding: str
    layout: str

    def __str__(self) -> str:
        return f"{self.layout}, {self.encoding}"


@dataclass(slots=True)  # not frozen, which takes thrice as long: made for every row
class Text:
    """The text of one record, its number among the records and the line on which it begins, both from 1, and what spoiled it."""

    number: int
    line: int
    text: str
    too_long: bool = False
    unfinished: bool = False


def examine(path: Path, *, records: bool = True, table: bool = False, parquet: bool = False) -> Form:
    """Read the file through once and say what it is, among the forms that are looked for.

    Raises UnusableFile when it cannot be opened, is empty, or holds nothing that begins like a record.
    """
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                head = head or block[:_HEAD]
                digest.update(block)
                size += len(block)
    except OSError as error:
        raise UnusableFile(f"{path.name} cannot be opened: {error.strerror or error}. Check the name and who may read it.") from None
    if parquet and head.startswith(_PARQUET):
        return Form(sha256=digest.digest(), size=size, encoding="binary", layout="parquet")
    encoding = _encoding(head)
    text = _decoded_head(head, encoding)
    if not text.strip():
        raise UnusableFile(f"{path.name} is empty. Ask the sender for the file again.")
    layout = _layout(text) if records else None
    if layout is None and table and _looks_like_a_table(text):
        layout = "table"
    if layout is None:
        wanted = " or ".join(name for name, is_looked_for in (("JSON", records), ("CSV", table), ("Parquet", parquet)) if is_looked_for)
        raise UnusableFile(
            f"{path.name} is not {wanted}: no line of it begins like a record. Ask the sender for the file in the agreed form."
        )
    return Form(sha256=digest.digest(), size=size, encoding=encoding, layout=layout)


def texts(path: Path, form: Form) -> Iterator[Text]:
    """Give the text of every record in turn. Blank lines are none."""
    with path.open("rb") as file:
        stream = open_text(file, form.encoding)
        yield from _lines(stream) if form.layout == "lines" else _values(stream)


def open_text(file: BinaryIO, encoding: str, *, newline: str = "\n") -> io.TextIOWrapper:
    """Read bytes as text, in lines that end as `newline` says ("" for every kind of end).

    Bytes that are not UTF-8 come out as half surrogates, for `Decoder` to read as Windows-1252."""
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(file, encoding=encoding, errors=errors, newline=newline)


def _encoding(head: bytes) -> str:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head[1:4] == b"\0\0\0":
        return "utf-32-le"
    if head[:1] and head[1:2] == b"\0":
        return "utf-16-le"
    if head[:1] == b"\0" and head[1:2] not in (b"\0", b""):
        return "utf-16-be"
    return "utf-8"


def _decoded_head(head: bytes, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return decoder.decode(head).lstrip("\ufeff")


def _layout(head: str) -> str | None:
    """Say how the records lie in the file, from its beginning."""
    text = head.lstrip()
    if text.startswith("["):
        return "values"
    first, _, rest = text.partition("\n")
    if text.startswith("{"):
        opens = len(first) < _OPENING and _PRETTY.search(first) and not _parses(first.rstrip().rstrip(","))
        return "values" if rest and opens else "lines"
    return "lines" if re.search(r"^\s*\{\s*[\"}]", text, re.MULTILINE) else None


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _looks_like_a_table(head: str) -> bool:
    first = head.strip().partition("\n")[0]
    return first.isprintable() or all(c.isprintable() or c in "\t\r" for c in first)


def _lines(stream: io.TextIOWrapper) -> Iterator[Text]:
    number = line = 0
    while text := stream.readline(LONGEST + 1):
        line += 1
        too_long = len(text) > LONGEST and not text.endswith("\n")
        part = text
        while too_long and part and not part.endswith("\n"):
            part = stream.readline(LONGEST)
        if text.strip(" \t\r\n\ufeff\x00\x1a"):
            number += 1
            yield Text(number=number, line=line, text=text[:1000] if too_long else text, too_long=too_long)


def _values(stream: io.TextIOWrapper) -> Iterator[Text]:
    splitter, number = Splitter(longest=LONGEST), 0
    while True:
        block = stream.read(_BLOCK)
        found = splitter.feed(block) if block else splitter.end()
        for piece in found:
            number += 1
            text = piece.text[:1000] if piece.too_long else piece.text
            yield Text(number=number, line=piece.line, text=text, too_long=piece.too_long, unfinished=piece.unfinished)
        if not block:
            return
