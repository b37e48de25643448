"""Absence at its edges: two at once, and somebody above whom nobody stands."""

from datetime import date, timedelta

import pytest

from longstop.access import actions as access
from longstop.access.models import Absence, Staff
from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions
from longstop.work import queries as tasks
from longstop.work.actions import next_subject_ids
from tests import given
from tests.given import NOW, TODAY

pytestmark = pytest.mark.django_db


def day(ahead: int) -> date:
    return TODAY + timedelta(days=ahead)


@pytest.fixture
def command() -> given.Command:
    return given.command()


@pytest.fixture
def amy(command: given.Command) -> Staff:
    return given.caseworker("Amy Tran", command.team)


def away(person: Staff, first: int, last: int | None, kind: str = "leave", cover: Staff | None = None) -> Absence:
    return actions.record_absence(
        staff_id=person.pk,
        kind=kind,
        from_date=day(first),
        to_date=day(last) if last is not None else None,
        cover_id=cover.pk if cover else None,
        by=person.pk,
        at=NOW,
        today=TODAY,
    )


@pytest.mark.parametrize(("first", "last"), [(5, 9), (3, 5), (9, 12), (1, 20), (6, 7)])
def test_nobody_is_away_twice_on_one_day(amy: Staff, first: int, last: int) -> None:
    known = away(amy, 5, 9)
    with pytest.raises(actions.AlreadyAway) as refused:
        away(amy, first, last, "training")
    assert refused.value.absence == known


@pytest.mark.parametrize(("first", "last"), [(1, 4), (10, 12)])
def test_absences_may_follow_each_other(amy: Staff, first: int, last: int) -> None:
    away(amy, 5, 9)
    assert away(amy, first, last).from_date == day(first)


def test_a_sudden_absence_lasts_until_the_day_before_one_that_is_known(amy: Staff) -> None:
    away(amy, 5, 9)
    assert away(amy, 0, None, "sudden").to_date == day(4)
    with pytest.raises(actions.AlreadyAway):
        away(amy, 2, None, "sudden")


def test_the_database_itself_refuses_two_at_once(amy: Staff) -> None:
    away(amy, 5, 9)
    (number,) = next_subject_ids(1)
    with pytest.raises(GuaranteeBroken) as refused:
        access.write_absence(
            number=number, staff_id=amy.pk, kind="leave", from_date=day(9), to_date=day(10), cover_id=None, by=amy.pk, at=NOW
        )
    assert refused.value.constraint == "absence_never_overlaps"


def test_days_after_a_return_are_free_again(amy: Staff) -> None:
    known = away(amy, 0, None, "sudden")
    actions.end_absence(absence_id=known.pk, last_day=TODAY, by=amy.pk, at=NOW)
    assert away(amy, 0, 3, "training").pk != known.pk


def asked(absence: Absence) -> list[str]:
    return [task.owner.name for task in tasks.of_subjects(subject_ids=[absence.pk]).filter(kind="absence.cover_needed")]


def test_the_director_is_asked_for_cover_of_somebody_without_a_team(command: given.Command) -> None:
    assert asked(away(given.staff("Nia Lone", "caseworker"), 0, None, "sudden")) == ["Dara Okonjo"]


def test_the_next_below_is_asked_for_cover_of_the_director(command: given.Command) -> None:
    assert asked(away(command.director, 0, None, "sudden")) == ["Hana Lindqvist"]
