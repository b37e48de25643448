"""Recognising a row before it is checked tells the same as checking it, to the last count and column, over every record that we have."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longstop.audit.contents import canonical, digest
from longstop.audit.contents import plain as as_kept
from longstop.audit.models import Payload
from longstop.intake import loading, queries
from longstop.intake.actions.taking import spell
from longstop.intake.models import Arrival, Refusal, Sighting, UnmappedCode
from longstop.intake.outcomes import Outcome
from longstop.intake.reading import UnusableFile, examine
from longstop.intake.rules import content_digest
from tests.intake.given import AT, load, person, write
from tests.intake.test_broken_extracts import ENCODINGS, FIELDS, VALUE
from tests.intake.test_faults import TABLE, record
from tests.intake.test_prisoners import OURS, REAL

needs_real = pytest.mark.skipif(not REAL.exists(), reason="the prison service's real payloads are not on this machine")
NUMBERS = (-1, 0.5, 1e22, 1e-9, -0.0, 12345678901234567890, [[1, -2.5], {"a": 3}], "a:-1", "[1.5")


def faults(path: Path) -> Path:
    """Every fault in the table, each as a record of its own, and numbers of every kind."""
    faulty = [person(f"A{place:04}AA") | record(row["given"]) for place, row in enumerate(TABLE)]
    return write(path, *faulty, *(person(f"B{place:04}AA", heightCentimetres=value) for place, value in enumerate(NUMBERS)))


FILES: dict[str, Callable[[Path], object]] = {
    "ours": lambda path: shutil.copy(OURS, path),
    "faults": faults,
    "real": lambda path: shutil.copy(REAL, path),
}
EVERY = ["ours", "faults", pytest.param("real", marks=needs_real)]


def columns(receipt_id: int) -> dict[str, list[Any]]:
    """Everything that a load writes down, by the source's keys; a receipt is told only as this one, or an earlier one."""
    told: dict[str, list[Any]] = {}
    for model, hidden in (
        (Arrival, {"id", "person_id"}),
        (Sighting, {"arrival_id"}),
        (Refusal, {"id", "person_id"}),
        (UnmappedCode, {"id"}),
    ):
        rows = model._default_manager.all()  # type: ignore[attr-defined]
        about = {"payload_id": "payload__content", "arrival_id": "arrival__key_digest"}
        names = [about.get(each.attname, each.attname) for each in model._meta.concrete_fields if each.attname not in hidden - about.keys()]
        found = [
            {
                name: value == receipt_id if name.endswith("receipt_id") else bytes(value) if isinstance(value, memoryview) else value
                for name, value in row.items()
            }
            for row in rows.values(*names)
        ]
        told[model.__name__] = sorted(found, key=repr)
    return told


@contextmanager
def undone() -> Iterator[None]:
    """Do something, and undo it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def outcome_of(path: Path, at: datetime, observed_at: datetime | None) -> Any:
    """Load a file, give all that came of it, and undo it."""
    with undone():
        outcome: Outcome = load(path, at=at, observed_at=observed_at)
        receipt = outcome.receipt
        counts = (receipt.received, receipt.new, receipt.changed, receipt.unchanged, receipt.refused, receipt.problems)
        table = outcome.refused_table.read_bytes() if outcome.refused_table else b""
        return counts, receipt.unknown_fields, table, columns(receipt.pk)


def both_ways(path: Path, *, at: datetime = AT, observed_at: datetime | None = None) -> Any:
    """Load a file with rows recognised, and with every row checked, and give what came of it, which must be the same."""
    recognised = outcome_of(path, at, observed_at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading.queries, "held_marks", lambda **_: {})
        assert outcome_of(path, at, observed_at) == recognised
    return recognised


def changed_here_and_there(path: Path) -> None:
    """Change every third line that holds a record, exchange the first with the last, and say one twice."""
    lines = [line for line in path.read_text(encoding="utf-8", errors="surrogateescape").split("\n") if line.strip()]
    for place in range(0, len(lines), 3):
        lines[place] = lines[place].replace("{", '{"cellLocation": "Z-9-999", ', 1)
    lines[0], lines[-1] = lines[-1], lines[0]
    path.write_text("\n".join([*lines, lines[len(lines) // 2]]) + "\n", encoding="utf-8", errors="surrogateescape")


@pytest.mark.parametrize("name", EVERY)
def test_recognising_tells_what_checking_tells(db: None, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.jsonl"
    FILES[name](path)
    load(path)
    (received, new, changed, unchanged, refused, _), *_ = both_ways(path)
    assert (new, changed) == (0, 0)
    assert unchanged + refused == received > 0
    changed_here_and_there(path)
    (_, _, changed, unchanged, *_), *_ = both_ways(path, at=AT + timedelta(days=1))
    assert changed
    assert unchanged
    both_ways(path, at=AT + timedelta(days=1), observed_at=AT - timedelta(days=1))


RECORDS = st.lists(st.dictionaries(FIELDS, VALUE, max_size=6), min_size=1, max_size=5)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(RECORDS, RECORDS, st.sampled_from(ENCODINGS))
def test_recognising_strange_records_tells_what_checking_tells(
    db: None, tmp_path: Path, before: list[dict[str, Any]], after: list[dict[str, Any]], encoding: str
) -> None:
    first = [person(f"A{number:04}AA") | each for number, each in enumerate(before)]
    second = [*first, *(person(f"A{number:04}AA") | each for number, each in enumerate(after))]
    path = tmp_path / "a.jsonl"
    with undone():
        for records in (first, second):
            text = "\n".join(json.dumps(each, ensure_ascii=False) for each in records)
            path.write_bytes(text.encode(encoding, errors="replace"))
            try:
                examine(path)
            except UnusableFile:
                return
            both_ways(path)
            load(path)
        both_ways(path)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_kept_of_a_row_is_spelt_in_parts_as_it_is_as_a_whole(db: None, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.jsonl"
    FILES[name](path)
    form = examine(path)
    reading = loading._reading(path, form, AT, queries.lexicon_of("hmpps-prisoners", on=AT.date()))
    rows = [row for batch in loading._batches(reading, 0) for row in loading._sorted(reading, batch).taken]
    assert rows
    for row in rows:
        problems = [each.as_plain() for each in row.problems]
        whole = {"raw": row.raw, "record": row.prisoner.content, "problems": problems, "line": row.line}
        assert spell(row) == (canonical(as_kept(whole)), content_digest(row.prisoner.telling))


@pytest.mark.parametrize("name", EVERY)
def test_what_is_kept_of_a_row_comes_back_under_its_digest(db: None, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.jsonl"
    FILES[name](path)
    load(path)
    kept = list(Payload.objects.filter(pk__in=Arrival.objects.values("payload_id")))
    assert len(kept) == Arrival.objects.count() > 0
    assert all(digest(bytes(each.salt or b""), each.content) == bytes(each.digest) for each in kept)
