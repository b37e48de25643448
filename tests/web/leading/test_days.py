"""The day of a moment is London's: in summer the last hour of UTC's day belongs to the next one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from longstop.cases import actions
from tests import given
from tests.given import Command
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 7, 14, 23, 30, tzinfo=UTC)  # half past midnight on 15 July in London


@pytest.fixture
def command() -> Command:
    return given.command()


def test_lists_of_cases_people_and_offers_show_the_day_in_london(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    day = timezone.localdate(LATE)
    case_id = given.case(amy, at=LATE, today=day)
    monkeypatch.setattr(timezone, "now", lambda: LATE + timedelta(minutes=10))
    leader = signed_in(command.leader)
    for address in (f"/team/{command.team.pk}/cases", f"/cases/{case_id}/allocate"):
        page = leader.get(address).content.decode()
        assert "15 Jul" in page, address
        assert "14 Jul" not in page, address
    actions.offer(case_id=case_id, to=ben.pk, from_=amy.pk, reason="Moved", by=amy.pk, at=LATE, today=day)
    page = signed_in(ben).get("/transfers").content.decode()
    assert "15 Jul" in page
    assert "14 Jul" not in page
