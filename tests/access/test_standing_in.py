"""Whoever covers an absent leader stands in for them: towards the cases of their teams, for the days of the cover, and on record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from longstop.access import actions as access
from longstop.access.models import Staff
from longstop.audit import queries as audit
from longstop.cases import actions
from longstop.cases.models import Case
from tests import given
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=1)


@pytest.fixture(autouse=True)
def at_the_given_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def command() -> given.Command:
    return given.command()


@pytest.fixture
def cover(command: given.Command) -> Staff:
    return given.caseworker("Cy Elsewhere", command.other_team)


@pytest.fixture
def restricted(command: given.Command) -> int:
    made = given.case(given.caseworker("Amy Tran", command.team))
    actions.restrict(case_id=made, reason="A colleague's relative", by=command.leader.pk, at=NOW)
    return made


def go_away(absent: Staff, cover: Staff | None, *, first: int = 0, last: int = 3, today: int = 0) -> int:
    days = {"from_date": TODAY + first * DAYS, "to_date": TODAY + last * DAYS, "today": TODAY + today * DAYS}
    kind = "leave" if cover else "sudden"
    return actions.record_absence(staff_id=absent.pk, kind=kind, cover_id=cover.pk if cover else None, by=absent.pk, at=NOW, **days).pk


# Of whom the absence is, on which days from today, and whether the cover then sees and works a restricted case of Team A today.
CASES = [
    ("leader", 0, 3, True),
    ("leader", -3, 0, True),
    ("leader", 1, 3, False),
    ("leader", -3, -1, False),
    ("head", 0, 3, True),
    ("director", 0, 3, True),
    ("other_leader", 0, 3, False),
    ("nobody", 0, 3, False),
]


@pytest.mark.parametrize(("whose", "first", "last", "may"), CASES)
def test_a_restricted_case_opens_to_the_cover_on_the_days_of_the_cover(
    command: given.Command, cover: Staff, restricted: int, whose: str, first: int, last: int, may: bool
) -> None:
    if whose != "nobody":
        stand_in = given.caseworker("Pat Cover", command.team) if whose == "other_leader" else cover
        go_away(getattr(command, whose), stand_in, first=first, last=last)
        cover = stand_in
    page = signed_in(cover).get(reverse("case", args=[restricted]))
    assert page.status_code == (200 if may else 403)
    assert ("Ilir Krasniq" in page.content.decode()) == may
    for name in ("task-add", "case-close", "restrict", "case-leave"):
        assert (signed_in(cover).get(reverse(name, args=[restricted])).status_code == 200) == may, name


def ended_early(command: given.Command, absence: int) -> None:
    actions.end_absence(absence_id=absence, last_day=TODAY - DAYS, by=command.leader.pk, at=NOW)


def covered_by_another(command: given.Command, absence: int) -> None:
    actions.set_cover(absence_id=absence, cover_id=given.caseworker("Flo Other", command.other_team).pk, by=command.head.pk, at=NOW)


def no_longer_leads(command: given.Command, absence: int) -> None:
    access.set_team_leader(team_id=command.team.pk, leader_id=command.head.pk, by=command.head.pk, at=NOW)


@pytest.mark.parametrize("ends", [ended_early, covered_by_another, no_longer_leads])
def test_it_ends_with_the_cover(command: given.Command, cover: Staff, restricted: int, ends: Callable[[given.Command, int], None]) -> None:
    absence = go_away(command.leader, cover)
    client, address = signed_in(cover), reverse("case", args=[restricted])
    assert client.get(address).status_code == 200
    ends(command, absence)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("role", ["prison_liaison", "analyst", "administrator", "guidance_owner"])
def test_who_may_not_see_cases_stands_in_for_nobody(command: given.Command, restricted: int, role: str) -> None:
    other = given.case(given.caseworker("Bo Plain", command.team))
    person = given.staff("Out Sider", role, team=command.other_team)
    go_away(command.leader, person)
    client = signed_in(person)
    for case_id in (restricted, other):
        for name in ("case", "task-add", "allocate-case", "restrict"):
            answer = client.get(reverse(name, args=[case_id]))
            assert answer.status_code == 403, name


def test_whoever_names_the_cover_of_a_leader_is_told_what_it_opens(command: given.Command) -> None:
    words = "restricted ones too: choose nobody whom a restriction is against"
    client, amy = signed_in(command.head), given.caseworker("Amy Tran", command.team)
    assert words in client.get(f"/absence/staff/{command.leader.pk}").content.decode()
    assert words in client.get(f"/absence/{go_away(command.leader, amy)}/cover").content.decode()
    assert words not in client.get(f"/absence/staff/{amy.pk}").content.decode()


def test_who_covers_the_cover_of_a_leader_does_not_stand_in_for_the_leader(command: given.Command, cover: Staff, restricted: int) -> None:
    go_away(command.leader, cover)
    go_away(cover, None)
    far = given.caseworker("Far Off", command.other_team)
    actions.set_cover(absence_id=cover.absences.get().pk, cover_id=far.pk, by=command.head.pk, at=NOW)
    assert signed_in(far).get(reverse("case", args=[restricted])).status_code == 403


def test_a_stand_in_does_not_answer_for_the_people_of_the_team_nor_see_the_record(command: given.Command, cover: Staff) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    go_away(command.leader, cover)
    client = signed_in(cover)
    for address in (f"/team/staff/{amy.pk}/departure", f"/absence/staff/{amy.pk}", "/oversight/broken-glass", "/certificate", "/staff"):
        assert client.get(address).status_code == 403, address


def test_what_is_read_and_done_in_the_leaders_place_says_so(command: given.Command, cover: Staff, restricted: int) -> None:
    go_away(command.leader, cover)
    client = signed_in(cover)
    client.get(reverse("case", args=[restricted]))
    client.post(reverse("restrict", args=[restricted]), {"reason": "It is settled"})
    leader = signed_in(command.leader)
    assert "Cy Elsewhere, in place of Lena Marsh" in leader.get(reverse("case-viewed", args=[restricted])).content.decode()
    newest = audit.timeline(subject_kind="case", subject_ids=[restricted])[0]
    assert (newest.kind, newest.by_id, newest.authority) == ("case.unrestricted", cover.pk, f"in place of staff {command.leader.pk}")
    shown = " ".join(leader.get(reverse("record-of-case", args=[restricted])).content.decode().split())
    assert "In place of" in shown
    assert "Cy Elsewhere, in place of Lena Marsh" in leader.get(f"/oversight/record/{restricted}?show=looked").content.decode()


def test_what_somebody_does_in_their_own_right_names_nobody_else(command: given.Command, restricted: int) -> None:
    amy = Case.objects.get(pk=restricted).owner
    go_away(command.leader, amy)
    client = signed_in(amy)
    client.get(reverse("case", args=[restricted]))
    client.post(
        reverse("custody", args=[restricted]), {"custody": "detained", "reason": "Moved", "since_0": 18, "since_1": 11, "since_2": 2026}
    )
    assert {each.authority for each in audit.timeline(subject_kind="case", subject_ids=[restricted])} == {""}
    assert "in place of" not in client.get(reverse("case-viewed", args=[restricted])).content.decode()
