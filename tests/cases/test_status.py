"""Where a person is and under what: each status starts its reviews on the right day, and no date silences one."""

from datetime import date, timedelta

import pytest

from longstop.access.models import Staff
from longstop.cases import actions
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.models import Case, Clock
from longstop.cases.queries import key_dates_of, told_of_person
from longstop.work import queries as tasks
from tests import given
from tests.given import NOW, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def amy() -> Staff:
    return given.caseworker("Amy Tran", given.command().team)


def move(
    case_id: int, custody: str, since: date | None, *, monitored: bool = False, monitored_since: date | None = None, on: date = TODAY
) -> None:
    actions.change_custody(
        case_id=case_id,
        custody=custody,
        since=since,
        monitored=monitored,
        monitored_since=monitored_since,
        reason="Told by the prison",
        by=Case.objects.get(pk=case_id).owner_id,
        at=NOW + (on - TODAY),
        today=on,
    )


def due(case_id: int, kind: str) -> date | None:
    return Clock.objects.get(case_id=case_id, kind=kind).due


def review(case_id: int, kind: str, on: date) -> None:
    (task,) = (each for each in tasks.of_subjects(subject_ids=[case_id]) if each.kind == kind)
    actions.complete_task(task_id=task.pk, result="Maintained", by=task.owner_id, at=NOW + (on - TODAY), today=on)


def stands(case_id: int, name: str) -> list[date | None]:
    return [each.value for each in key_dates_of(case_id) if each.name == name]


def test_a_move_to_a_removal_centre_does_not_start_the_reviews_of_detention_anew(amy: Staff) -> None:
    case_id = given.case(amy)
    move(case_id, "time_served", TODAY - DAY)
    review(case_id, "case.detention_review", TODAY)
    move(case_id, "detained", TODAY + 3 * DAY, on=TODAY + 3 * DAY)
    assert stands(case_id, "detained_since") == [TODAY - DAY]
    assert due(case_id, "detention_review") == TODAY + 6 * DAY  # day 7 of a detention that began the day before


def test_a_second_detention_has_reviews_of_its_own(amy: Staff) -> None:
    case_id = given.case(amy)
    move(case_id, "detained", TODAY - DAY)
    review(case_id, "case.detention_review", TODAY)
    move(case_id, "community", TODAY + 5 * DAY, on=TODAY + 5 * DAY)
    move(case_id, "detained", TODAY + 60 * DAY, on=TODAY + 60 * DAY)
    assert due(case_id, "detention_review") == TODAY + 61 * DAY


def test_a_second_time_of_monitoring_has_reviews_of_its_own(amy: Staff) -> None:
    case_id = given.case(amy)
    move(case_id, "community", TODAY, monitored=True)
    review(case_id, "case.monitoring_review", TODAY + DAY)
    move(case_id, "community", TODAY, on=TODAY + 2 * DAY)
    again = TODAY + 40 * DAY
    move(case_id, "community", TODAY, monitored=True, monitored_since=again, on=again)
    assert due(case_id, "monitoring_review") == date(2027, 4, 28)  # four months after 28 December


def test_the_day_that_was_not_known_at_first_can_be_added_to_the_same_status(amy: Staff) -> None:
    case_id = given.case(amy)
    move(case_id, "time_served", None)
    assert due(case_id, "detention_review") is None
    move(case_id, "time_served", TODAY - 2 * DAY)
    assert due(case_id, "detention_review") == TODAY - DAY


def test_monitoring_that_begins_later_does_not_begin_with_the_status(amy: Staff) -> None:
    case_id = given.case(amy)
    move(case_id, "community", TODAY - 300 * DAY)
    move(case_id, "community", TODAY - 300 * DAY, monitored=True, monitored_since=TODAY)
    assert due(case_id, "monitoring_review") == date(2027, 3, 18)
    assert Case.objects.get(pk=case_id).custody_since == TODAY - 300 * DAY
    move(case_id, "community", TODAY - 300 * DAY)
    move(case_id, "community", TODAY - 300 * DAY, monitored=True)
    assert due(case_id, "monitoring_review") is None  # nobody said when: an alarm, never the day of the status


@pytest.mark.parametrize("name", ["last_detention_review", "last_contact_review", "last_monitoring_review", "considered_on"])
def test_what_is_to_come_silences_no_clock(amy: Staff, name: str) -> None:
    case_id = given.case(amy)
    said = {"case_id": case_id, "name": name, "source": "command", "observed_at": NOW, "reason": "Typed wrongly"}
    with pytest.raises(DateInTheFuture):
        actions.record_key_date(**said, value=TODAY + DAY, by=amy.pk, at=NOW, today=TODAY)
    actions.record_key_date(**said, value=TODAY, by=amy.pk, at=NOW, today=TODAY)
    assert stands(case_id, name) == [TODAY]


def test_a_case_says_where_somebody_is_since_it_changed_and_confirms_it_when_that_is_said_again(amy: Staff) -> None:
    case_id = given.case(amy)
    person = Case.objects.get(pk=case_id).person_id

    def told() -> tuple[str, object, object]:
        (found,) = told_of_person(person)
        return found.case.custody, found.custody_said_at, found.custody_confirmed_at

    assert told() == ("serving", NOW, NOW)
    move(case_id, "community", TODAY, on=TODAY + DAY)
    assert told() == ("community", NOW + DAY, NOW + DAY)
    move(case_id, "community", TODAY, monitored=True, on=TODAY + 3 * DAY)
    assert told() == ("community", NOW + DAY, NOW + 3 * DAY)
    move(case_id, "serving", TODAY, on=TODAY + 4 * DAY)
    assert told() == ("serving", NOW + 4 * DAY, NOW + 4 * DAY)
    assert told_of_person(0) == []
