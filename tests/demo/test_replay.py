"""The replay of an invented command: through the front door, day by day, leaving the planted faults open and nothing else."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from longstop.demo.invention.plan import Plan
from longstop.demo.invention.writing import TRUTH, write
from longstop.demo.replay.loading import replay
from tests import server
from tests.conftest import _point_django_at

LAST = date(2026, 11, 20)
PLAN = Plan(0.005, 1, LAST, 20)
AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Replayed:
    folder: Path
    truth: list[dict[str, Any]]
    steps: int


@pytest.fixture(scope="module")
def replayed(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Replayed]:
    """A database of its own in which the smallest demonstration was replayed."""
    folder = tmp_path_factory.mktemp("replay") / "out"
    write(folder, PLAN)
    truth = json.loads((folder / TRUTH).read_text(encoding="utf-8"))["faults"]
    name = f"longstop_own_{uuid.uuid4().hex[:12]}"
    before = connections["default"].settings_dict["NAME"]
    server.clone(name)
    with django_db_blocker.unblock():
        _point_django_at(name)
        try:
            yield Replayed(folder, truth, replay(folder, PLAN, at=AT))
        finally:
            _point_django_at(before)
            server.drop(name)


def test_it_is_replayed_once(replayed: Replayed) -> None:
    assert replayed.steps == 3 + 20
    assert replay(replayed.folder, PLAN, at=AT + timedelta(days=1)) == 0
