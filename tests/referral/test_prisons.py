"""Prisons in numbers: what is kept of them is what would be counted, and is not shown where it might not be."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from longstop.audit.actions import SYSTEM
from longstop.referral import actions
from longstop.referral.models import PrisonCount, Referral
from longstop.referral.queries import prisons
from tests.referral import world
from tests.referral.world import NOW, TODAY

pytestmark = pytest.mark.django_db

DAYS_AHEAD = (-3, 0, 1, 6, 7, 8, 27, 28, 89, 90, 400)
DAYS_SINCE = (-1, 0, 3, 6, 7, 8, 200)


def somebody(number: int, chance: random.Random) -> dict[str, object]:
    """Somebody at one of three prisons, or none, whose dates lie on either side of every boundary."""
    release, came = chance.choice(DAYS_AHEAD), chance.choice(DAYS_SINCE)
    return world.prisoner(
        f"A{1000 + number}AA",
        prisonId=chance.choice(["ZZA", "ZZB", "ZZC", ""]),
        nationality=chance.choice(["Albanian", "Albanian", "British", "Not known"]),
        conditionalReleaseDate=(TODAY + timedelta(days=release)).isoformat(),
        receptionDate=(TODAY - timedelta(days=came)).isoformat(),
    )


def considered(folder: Path, *, seed: int, at: datetime = NOW, people: int = 25) -> None:
    chance = random.Random(seed)
    world.consider(world.arrive(folder, [somebody(number, chance) for number in range(people)], at=at), at=at)


def keep(*, at: datetime = NOW) -> int:
    return actions.count_prisons(by=SYSTEM, at=at, today=at.date())


def counted(today: date, *, everybody: bool = False) -> dict[str, prisons.PrisonLine]:
    return {line.prison: line for line in prisons.prison_lines(today=today, everybody=everybody)}


def kept(at: datetime, *, everybody: bool = False) -> dict[str, prisons.PrisonLine] | None:
    found = prisons.kept_lines(at=at, today=at.date(), everybody=everybody)
    return None if found is None else {code: replace(line, counted_at=None) for code, line in found.items()}


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_is_what_is_counted_however_often(tmp_path: Path, seed: int) -> None:
    world.command()
    considered(tmp_path, seed=seed)
    assert keep() == 3
    for everybody in (False, True):
        assert kept(NOW, everybody=everybody) == counted(TODAY, everybody=everybody)
    one = Referral.objects.filter(state="open").order_by("pk").first()
    assert one is not None
    assert one.task is not None
    actions.find_no_interest(referral_id=one.pk, code="BELOW_THRESHOLD", reason="Not met", by=one.task.owner_id, at=NOW)
    next_day = world.tomorrow()
    considered(tmp_path, seed=seed + 100, at=next_day)
    keep(at=next_day)
    for everybody in (False, True):
        assert kept(next_day, everybody=everybody) == counted(next_day.date(), everybody=everybody)
    assert {line.counted_at for line in (prisons.kept_lines(at=next_day, today=next_day.date()) or {}).values()} == {next_day}


def test_one_prison_is_counted_as_it_is_among_all(tmp_path: Path) -> None:
    world.command()
    considered(tmp_path, seed=7)
    for everybody in (False, True):
        for code, line in counted(TODAY, everybody=everybody).items():
            (alone,) = prisons.prison_lines(today=TODAY, prison=code, everybody=everybody)
            assert replace(alone, people=line.people) == line
    assert prisons.prison_lines(today=TODAY, prison="NOPE") == []


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        (timedelta(0), True),
        (timedelta(minutes=30), True),
        (timedelta(minutes=31), False),
        (timedelta(minutes=-1), False),
        (timedelta(days=1), False),
    ],
)
def test_counts_are_shown_for_half_an_hour_of_their_day(tmp_path: Path, later: timedelta, shown: bool) -> None:
    world.command()
    considered(tmp_path, seed=1)
    assert kept(NOW) is None, "nothing is kept yet"
    keep()
    assert (kept(NOW + later) is not None) is shown


def test_counts_are_not_shown_once_another_list_has_been_considered(tmp_path: Path) -> None:
    world.command()
    considered(tmp_path, seed=1)
    later = NOW + timedelta(minutes=5)
    keep()
    considered(tmp_path, seed=2, at=later)
    assert kept(later) is None
    keep(at=later)
    assert kept(later) == counted(TODAY)


def test_a_prison_where_nobody_is_any_more_is_not_shown(tmp_path: Path) -> None:
    world.command()
    here, there = (world.prisoner("A1001AA", prisonId=code) for code in ("ZZA", "ZZB"))
    world.consider(world.arrive(tmp_path, [here]))
    keep()
    later = world.tomorrow()
    world.consider(world.arrive(tmp_path, [there], at=later), at=later)
    keep(at=later)
    assert set(kept(later) or {}) == {"ZZB"}
    assert PrisonCount.objects.filter(prison="ZZA").exists(), "it is kept, and told apart by its moment"


def test_counts_are_worth_keeping_above_a_number_of_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world.command()
    considered(tmp_path, seed=1, people=5)
    assert not prisons.are_many()
    monkeypatch.setattr(prisons, "COUNTED_AT_ONCE", 4)
    assert prisons.are_many()
