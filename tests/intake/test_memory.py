"""A file of any length is taken in with the memory of a few chunks: nothing is kept of the rows that were dealt with."""

import gc
import tracemalloc
from pathlib import Path

import pytest

from longstop.audit.actions import SYSTEM
from longstop.intake import checking, loading
from tests.intake.given import AT, person, write

CHUNK, EARLY, LATE = 20, 4, 34
MOST_A_ROW = 40  # bytes: less than the least that could be kept of a row, its key


def file_of(path: Path, rows: int) -> Path:
    """A file of which every fourth row is refused, for a text of its own, and every row has fields that nobody knows, 120 in all."""
    records = [person(f"A{number:04}AA", bookingId=str(number)) for number in range(rows)]
    for place, each in enumerate(records):
        each |= {f"field{place % CHUNK}{letter}": True for letter in "abcdef"}
        if place % 4 == 0:
            each |= {"firstName": "", "lastName": f"{place}"}
    return write(path, *records)


def test_nothing_is_kept_of_rows_that_were_dealt_with(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "CHUNK_ROWS", CHUNK)
    monkeypatch.setattr(checking, "_MOST_REMEMBERED", 0)  # what is remembered of texts has a limit of its own, far above these
    held = []

    def weigh(_: int) -> None:
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    try:
        loading.load_prisoners(path=file_of(tmp_path / "a.jsonl", LATE * CHUNK), observed_at=None, by=SYSTEM, at=AT, progress=weigh)
    finally:
        tracemalloc.stop()
    assert len(held) == LATE
    assert (held[-1] - held[EARLY - 1]) / ((LATE - EARLY) * CHUNK) < MOST_A_ROW
