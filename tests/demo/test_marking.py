"""Moments of the past are replayed in a demonstration's own database alone."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from longstop.demo.invention.plan import Plan
from longstop.demo.marking import NotADemonstration, OtherDemonstration, mark, marked, refuse_unmarked
from longstop.demo.replay.loading import replay
from tests import given

PLAN = Plan(0.005, 1, date(2026, 11, 20), 20)
AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_service_database_is_refused_with_nothing_written(tmp_path: Path) -> None:
    given.staff("Somebody Real", "caseworker")
    with pytest.raises(NotADemonstration):
        replay(tmp_path, PLAN, at=AT)
    assert marked() is None


@pytest.mark.django_db
def test_a_last_day_that_has_not_come_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has not come yet"):
        replay(tmp_path, PLAN, at=AT - timedelta(days=1))
    assert marked() is None


@pytest.mark.django_db
def test_an_empty_database_is_marked_once_and_as_one_demonstration_alone() -> None:
    assert mark(PLAN, by=1, at=AT) is True
    assert mark(PLAN, by=1, at=AT) is False
    refuse_unmarked(PLAN)
    with pytest.raises(OtherDemonstration):
        mark(Plan(0.005, 2, PLAN.last_day, 20), by=1, at=AT)


@pytest.mark.django_db
def test_nothing_is_replayed_where_nobody_set_a_mark() -> None:
    with pytest.raises(NotADemonstration):
        refuse_unmarked(PLAN)
