"""The refused rows of a file, as a table for whoever sent it. Nothing in it can act as a formula when a spreadsheet opens it."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from longstop.intake.findings import Finding

HEADINGS = ("Record", "Line", "Field", "Value", "What is wrong", "What to do")
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def defused(text: str) -> str:
    """Give the text so that a spreadsheet shows it and never runs it."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(_STARTS) else flat


class RefusedTable:
    """Writes FILE.refused.csv beside FILE, whole or not at all; nothing where nothing was refused and no older table is there."""

    def __init__(self, file: Path) -> None:
        self.path = file.with_name(file.name + ".refused.csv")
        self._part = file.with_name(f".{file.name}.refused.{os.getpid()}.part")
        self._stream: IO[str] | None = None
        self.rows = 0

    def add(self, *, number: int, line: int, finding: Finding) -> None:
        """Add one refused row. Raises OSError where the folder cannot be written to."""
        self._write((str(number), str(line), finding.field, finding.value, finding.sentence, finding.remedy))
        self.rows += 1

    def close(self) -> Path | None:
        """Put the table in its place and give its path; None where there is none. Raises OSError."""
        if self._stream is None and self.path.exists():
            self._open()
        if self._stream is None:
            return None
        self._stream.close()
        self._part.replace(self.path)
        return self.path

    def discard(self) -> None:
        """Leave nothing half written behind."""
        if self._stream is not None:
            self._stream.close()
            self._part.unlink(missing_ok=True)

    def _write(self, cells: Sequence[str]) -> None:
        stream = self._stream or self._open()
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerow([defused(cell) for cell in cells])

    def _open(self) -> IO[str]:
        self._stream = self._part.open("w", encoding="utf-8-sig", newline="")
        csv.writer(self._stream, quoting=csv.QUOTE_ALL).writerow(HEADINGS)
        return self._stream
