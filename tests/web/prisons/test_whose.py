"""Whose prison: what another agency's liaison sees is their own prisons' and nothing else; a prison team's own come first."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from longstop.access import actions as access
from longstop.access.models import Posting, Staff
from longstop.intake.models import Arrival
from tests import given
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in
from tests.web.considering.conftest import command, considered, duty, officers, people
from tests.web.considering.test_referrals import read, referral

__all__ = ["command", "considered", "duty", "officers", "people"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("considered")]
OWN, OTHER = "ZZA", "ZZB"
COLUMNS = ("page of own", "page of other", "record of own", "record of other", "number own", "number other")


def table() -> list[tuple[str, str, str, bool]]:
    text = (Path(__file__).parent / "whose.csv").read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if line and not line.startswith("#"))
    cells = [[cell.strip() for cell in row] for row in rows]
    return [(role, posted, column, cell == "y") for role, posted, *shown in cells for column, cell in zip(COLUMNS, shown, strict=True)]


def somebody(command: given.Command, roles: str, posted: str = "own") -> Staff:
    person = given.staff("Pia Lund", *roles.split("+"), team=command.team)
    return given.posted(person, OWN) if posted == "own" else person


def record_at(prison: str) -> int:
    return Arrival.objects.filter(prison=prison).order_by("pk")[0].pk


def number_at(prison: str) -> str:
    return str(Arrival.objects.get(pk=record_at(prison)).payload.content["record"]["prison_number"])  # type: ignore[index]


def shows(client: Client, column: str) -> bool:
    """Say whether what a column is about is shown; what is not must say no more than what does not exist."""
    what, _, which = column.partition(" of ") if " of " in column else column.partition(" ")
    prison = OWN if which == "own" else OTHER
    if what == "number":
        answer = client.post(reverse("find-record"), {"prison_number": number_at(prison)}, follow=True)
        page = answer.content.decode()
        assert ("No record has this prison number" in page) == (number_at(prison) not in page)
        return number_at(prison) in page
    address = reverse("prison", args=[prison]) if what == "page" else reverse("record", args=[record_at(prison)])
    status = client.get(address).status_code
    assert status in (200, 404)
    return status == 200


@pytest.mark.parametrize(("roles", "posted", "column", "may"), table())
def test_the_table_holds_at_the_screens(command: given.Command, roles: str, posted: str, column: str, may: bool) -> None:
    assert shows(signed_in(somebody(command, roles, posted)), column) == may


def test_no_list_names_a_prison_or_a_person_that_is_not_the_liaisons(command: given.Command) -> None:
    client = signed_in(somebody(command, "prison_liaison"))
    theirs = {each.payload.content["record"]["prison_number"] for each in Arrival.objects.filter(prison=OWN)}  # type: ignore[index]
    others = {each.payload.content["record"]["prison_number"] for each in Arrival.objects.exclude(prison=OWN)}  # type: ignore[index]
    assert theirs
    assert others
    pages = [reverse("prisons"), *(f"{reverse('records')}?state={state}" for state in ("waiting", "opened", "set_aside"))]
    pages += [reverse("prison", args=[OWN]), reverse("help"), reverse("home")]
    shown = "".join(client.get(page, follow=True).content.decode() for page in pages)
    assert [number for number in theirs if number not in shown] == []
    assert [number for number in others if number in shown] == []
    assert OTHER not in shown
    asked = client.get(f"{reverse('records')}?prison={OTHER}").content.decode()
    assert [number for number in others if number in asked] == []


def test_a_list_counts_only_what_it_shows(command: given.Command) -> None:
    page = read(signed_in(somebody(command, "prison_liaison")), "records")
    shown = Arrival.objects.filter(prison=OWN).count()
    assert 0 < shown < Arrival.objects.count()
    assert f"of {shown} records" in page, page


def test_what_became_of_a_record_is_not_told_to_the_other_agency(command: given.Command, duty: Client) -> None:
    amy, one = given.caseworker("Amy Tran", command.team), referral("A1001AA")
    duty.post(reverse("referral-accept", args=[one.pk]), {"owner": amy.pk, "reason": "In remit"})
    other = Arrival.objects.filter(prison=OWN, state="waiting").get()
    duty.post(reverse("set-aside", args=[other.pk]), {"reason": "Below the threshold"})
    opened = Arrival.objects.get(state="opened")
    liaison, team = signed_in(somebody(command, "prison_liaison")), signed_in(somebody(command, "prison_team"))
    told = ("Case opened", "Set aside", "Below the threshold", "Waiting", "since a case was opened")
    for number in (opened.pk, other.pk):
        page = read(liaison, "record", number)
        assert [words for words in told if words in page] == []
        assert [words for words in told if words in read(team, "record", number)] != []
    for state in ("", "waiting", "opened", "set_aside"):
        page = liaison.get(reverse("records"), {"state": state, "altered": "on"}).content.decode()
        assert [words for words in told if words in page] == []
        assert reverse("record", args=[opened.pk]) in page
        assert reverse("record", args=[other.pk]) in page


def test_a_liaison_without_a_prison_is_told_who_can_set_it(command: given.Command) -> None:
    client = signed_in(somebody(command, "prison_liaison", "none"))
    for name in ("prisons", "records"):
        page = read(client, name)
        assert "No prison is recorded for you" in page
        assert "Ask the administrator of Longstop" in page


def test_a_prison_team_without_a_prison_sees_all_and_is_told_so(command: given.Command) -> None:
    page = read(signed_in(somebody(command, "prison_team", "none")), "prisons")
    assert "all are listed alike" in page
    assert OWN in page
    assert OTHER in page


def test_a_prison_teams_own_come_first_and_the_others_after(command: given.Command) -> None:
    person = given.posted(given.staff("Pia Lund", "prison_team", team=command.team), OTHER)
    page = read(signed_in(person), "prisons")
    assert page.index("Your prisons") < page.index("ZZB 3") < page.index("Other prisons") < page.index("ZZA 2")


def test_a_prison_of_ones_own_where_nobody_is_can_be_opened(command: given.Command) -> None:
    client = signed_in(given.posted(given.staff("Pia Lund", "prison_team", team=command.team), "MDI"))
    assert "MDI 0 0 0 0 0 0 0" in read(client, "prisons")
    assert "0 New in 7 days" in read(client, "prison", "MDI")


@pytest.mark.parametrize(("starts", "ends", "may"), [(-5, 0, True), (0, None, True), (1, None, False), (-5, -1, False)])
def test_a_posting_holds_on_its_own_days(
    command: given.Command, monkeypatch: pytest.MonkeyPatch, starts: int, ends: int | None, may: bool
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    person = somebody(command, "prison_liaison", "none")
    last = None if ends is None else TODAY + timedelta(days=ends)
    access.post(staff_id=person.pk, prisons=[OWN], from_date=TODAY + timedelta(days=starts), to_date=last, by=1, at=NOW)
    assert signed_in(person).get(reverse("prison", args=[OWN])).status_code == (200 if may else 404)


def test_an_administrator_gives_prisons_and_takes_them_away_at_once(command: given.Command) -> None:
    person, client = somebody(command, "prison_liaison", "none"), signed_in(given.staff("Ada Min", "administrator"))
    assert "A prison liaison sees nothing until one is given" in client.get(f"/staff/{person.pk}").content.decode()
    address = reverse("give-prisons", args=[person.pk])
    day = {"from_date_0": TODAY.day, "from_date_1": TODAY.month, "from_date_2": TODAY.year}
    wrong = client.post(address, {"prisons": "ZZA, XQX", **day}).content.decode()
    assert "XQX is the code of no prison that policy or any record knows" in wrong
    assert "OUT is the code of no prison" in client.post(address, {"prisons": "OUT", **day}).content.decode()
    assert not Posting.objects.exists()
    page = client.post(address, {"prisons": "zza; mdi", **day}, follow=True).content.decode()
    assert "ZZA, MDI." in page
    assert sorted(Posting.objects.values_list("prison", flat=True)) == ["MDI", "ZZA"]
    assert "ZZA already on days of that time" in client.post(address, {"prisons": "LEI ZZA", **day}).content.decode()
    liaison = signed_in(person)
    assert liaison.get(reverse("prison", args=[OWN])).status_code == 200
    held = Posting.objects.get(prison=OWN)
    client.post(reverse("end-prison", args=[held.pk]))
    assert liaison.get(reverse("prison", args=[OWN])).status_code == 404


def test_who_leaves_loses_their_prisons(command: given.Command) -> None:
    person = somebody(command, "prison_liaison")
    access.deactivate(staff_id=person.pk, by=command.head.pk, at=NOW)
    access.reactivate(staff_id=person.pk, reason="Back", by=command.head.pk, at=NOW)
    assert not Posting.objects.filter(ended_at=None).exists()
