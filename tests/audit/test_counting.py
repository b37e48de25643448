"""A list is counted no further than a limit: up to it to the last row, beyond it nobody is told how many more there are."""

import pytest

from longstop.access.models import Staff
from longstop.audit import counting
from longstop.audit.counting import count_each, how_many, read_off, told
from longstop.kernel.counts import AtLeast
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 3)
    monkeypatch.setattr(counting, "MOST_BESIDE", 3)


@pytest.mark.parametrize(("rows", "number", "more"), [(0, 0, False), (2, 2, False), (3, 3, False), (4, 3, True), (6, 3, True)])
def test_a_count_is_whole_up_to_the_limit(rows: int, number: int, more: bool) -> None:
    made = [given.staff(f"Ada Number {n}").pk for n in range(rows)]
    found = Staff.objects.filter(pk__in=made).order_by("name")
    counts = count_each({"some": found, "none": Staff.objects.none(), "nobody": found.filter(name="Nobody")})
    assert counts == {"some": number, "none": 0, "nobody": 0}
    assert isinstance(counts["some"], AtLeast) is more
    assert read_off(found) == number
    assert isinstance(read_off(found), AtLeast) is more
    beside = list(found.annotate(total=how_many(found)))
    assert [told(each.total) for each in beside] == [number] * rows
    assert all(isinstance(told(each.total), AtLeast) is more for each in beside)


def test_what_is_known_to_be_empty_is_not_asked_for() -> None:
    assert count_each({"none": Staff.objects.none()}) == {"none": 0}


def test_a_count_beyond_the_limit_is_told_as_the_limit_and_more() -> None:
    assert isinstance(told(4), AtLeast)
    assert told(4) == 3
    assert not isinstance(told(3), AtLeast)


def test_lists_beside_the_one_that_is_shown_are_counted_less_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_BESIDE", 1)
    made = [given.staff(f"Ada Number {n}").pk for n in range(3)]
    found = Staff.objects.filter(pk__in=made)
    assert isinstance(count_each({"all": found})["all"], AtLeast)
    assert not isinstance(read_off(found), AtLeast)
