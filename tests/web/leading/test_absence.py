"""Absence: planned ones leave nothing uncovered, sudden ones are always recorded, and cover takes the due tasks."""

from datetime import date, timedelta

import pytest

from longstop.access.models import Absence
from longstop.work import queries as tasks
from tests import given
from tests.given import TODAY, Command
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def command() -> Command:
    return given.command()


def dates(first: date, last: date | None) -> dict[str, object]:
    """The date fields as a browser sends them."""
    sent: dict[str, object] = {f"from_date_{n}": part for n, part in enumerate((first.day, first.month, first.year))}
    if last is not None:
        sent |= {f"to_date_{n}": part for n, part in enumerate((last.day, last.month, last.year))}
    return sent


WEEK = dates(TODAY + timedelta(days=2), TODAY + timedelta(days=9))


def test_a_caseworker_records_their_own_leave_with_cover(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    given.case(amy)
    client = signed_in(amy)
    answer = client.post(f"/absence/staff/{amy.pk}", WEEK | {"kind": "leave", "cover": ben.pk}, follow=True)
    assert "is recorded" in answer.content.decode()
    absence = Absence.objects.get(staff=amy)
    assert (absence.cover, absence.from_date) == (ben, TODAY + timedelta(days=2))
    page = client.get("/absence").content.decode()
    assert "20 Nov 2026 to 27 Nov 2026" in page
    assert "Ben Osei" in page


def test_leave_that_leaves_due_tasks_to_nobody_is_refused_and_shows_them(command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    task = tasks.of_subjects(subject_ids=[given.case(amy)]).first()
    assert task is not None
    page = signed_in(amy).post(f"/absence/staff/{amy.pk}", WEEK | {"kind": "leave"}).content.decode()
    assert not Absence.objects.exists()
    assert "Nobody would do these" in page
    assert f'href="/tasks/{task.pk}"' in page
    assert "Select who covers" in page


def test_a_sudden_absence_is_recorded_whatever_it_leaves_and_the_leader_is_asked(command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    given.case(amy)
    client = signed_in(command.leader)
    answer = client.post(f"/absence/staff/{amy.pk}", dates(TODAY, None) | {"kind": "sudden"}, follow=True)
    assert "Nobody covers yet" in answer.content.decode()
    assert tasks.owned_by(staff_id=command.leader.pk).filter(kind="absence.cover_needed").count() == 1
    board = client.get(f"/team/{command.team.pk}").content.decode()
    assert "is away and nobody covers" in board


def test_cover_found_later_ends_the_leaders_task(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    client = signed_in(command.leader)
    client.post(f"/absence/staff/{amy.pk}", dates(TODAY, None) | {"kind": "sudden"})
    absence = Absence.objects.get(staff=amy)
    client.post(f"/absence/{absence.pk}/cover", {"cover": ben.pk})
    absence.refresh_from_db()
    assert absence.cover == ben
    assert not tasks.owned_by(staff_id=command.leader.pk).filter(kind="absence.cover_needed").exists()


def test_somebody_who_is_away_themselves_cannot_cover(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    client = signed_in(command.leader)
    client.post(f"/absence/staff/{ben.pk}", WEEK | {"kind": "training"})
    page = client.post(f"/absence/staff/{amy.pk}", WEEK | {"kind": "leave", "cover": ben.pk}).content.decode()
    assert "Ben Osei cannot cover" in page
    assert not Absence.objects.filter(staff=amy).exists()


def test_the_return_is_recorded_with_the_last_day_away(command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    client = signed_in(amy)
    client.post(f"/absence/staff/{amy.pk}", dates(TODAY - timedelta(days=3), None) | {"kind": "sudden"})
    absence = Absence.objects.get(staff=amy)
    late = TODAY + timedelta(days=1)
    page = client.post(f"/absence/{absence.pk}/return", {f"last_day_{n}": p for n, p in enumerate((late.day, late.month, late.year))})
    assert "must be today or earlier" in page.content.decode()
    last = TODAY - timedelta(days=1)
    client.post(f"/absence/{absence.pk}/return", {f"last_day_{n}": part for n, part in enumerate((last.day, last.month, last.year))})
    absence.refresh_from_db()
    assert (absence.to_date, absence.ended_by) == (last, amy)
    again = client.post(
        f"/absence/{absence.pk}/return", {f"last_day_{n}": p for n, p in enumerate((last.day, last.month, last.year))}, follow=True
    )
    assert "ended by somebody else" in again.content.decode()


def test_an_absence_to_come_can_be_taken_back(command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    client = signed_in(amy)
    client.post(f"/absence/staff/{amy.pk}", WEEK | {"kind": "leave"})
    absence = Absence.objects.get(staff=amy)
    assert "Will Amy Tran not be away?" in client.get(f"/absence/{absence.pk}/return").content.decode()
    client.post(f"/absence/{absence.pk}/return")
    absence.refresh_from_db()
    assert absence.ended_at is not None


def test_dates_that_cannot_be_are_said_to_be_so(command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    client = signed_in(amy)
    turned = dates(TODAY + timedelta(days=3), TODAY + timedelta(days=1)) | {"kind": "leave"}
    assert "must be the same as or after the first day" in client.post(f"/absence/staff/{amy.pk}", turned).content.decode()
    endless = dates(TODAY, None) | {"kind": "leave"}
    assert "Only a sudden absence can have no end yet" in client.post(f"/absence/staff/{amy.pk}", endless).content.decode()


def test_nobody_records_an_absence_of_a_colleague_for_whom_they_do_not_answer(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    signed_in(amy).post(f"/absence/staff/{amy.pk}", WEEK | {"kind": "leave"})
    absence = Absence.objects.get(staff=amy)
    for other in (ben, command.other_leader, given.staff("Dee Quill", "duty_officer")):
        client = signed_in(other)
        assert client.get(f"/absence/staff/{amy.pk}").status_code == 403
        assert client.post(f"/absence/{absence.pk}/cover", {"cover": ben.pk}).status_code == 403
        assert client.post(f"/absence/{absence.pk}/return").status_code == 403
    assert signed_in(command.head).get(f"/absence/staff/{amy.pk}").status_code == 200
