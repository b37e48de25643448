"""What a duty officer does with referrals, and what is hidden from whom."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from longstop.access.models import Staff
from longstop.audit import counting
from longstop.cases.actions import restrict
from longstop.cases.models import Case
from longstop.referral.models import Referral
from longstop.referral.rules import NO_INTEREST, OUT_OF_REMIT
from longstop.web.casework import lists
from longstop.web.considering import forms
from tests import given
from tests.web.browsing import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("considered")]


def words(page: str) -> str:
    """A page as it is read."""
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def read(client: Client, name: str, *args: int, **params: str) -> str:
    answer = client.get(reverse(name, args=args), params)
    assert answer.status_code == 200
    return words(answer.content.decode())


def referral(prison_number: str) -> Referral:
    return next(each for each in Referral.objects.all() if (each.person.particulars.content or {}).get("prison_number") == prison_number)


def test_the_list_is_in_the_order_of_due_dates_and_its_tabs_count_it(duty: Client) -> None:
    page = read(duty, "referrals")
    assert page.index("A1002AB") < page.index("A1001AA"), "released in five days: due today"
    assert "All open 4" in page
    assert "Release within a month 1" in page
    assert "A1006AF" not in page


@pytest.mark.parametrize(("view", "number"), [("", 4), ("mine", 2), ("team", 4), ("overdue", 0), ("7", 1), ("release", 1), ("ended", 0)])
def test_each_view_shows_what_its_tab_counts(duty: Client, view: str, number: int) -> None:
    page = read(duty, "referrals", view=view)
    shown = re.findall(r"A100\d[A-Z]{2}", page)
    assert len(shown) == number
    assert (f"of {number} referrals" in page) is bool(number), "counted by the tasks, or by the rows"


def test_a_very_long_list_is_not_counted_to_its_end_and_goes_on_past_where_the_count_stopped(
    duty: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST", 3)
    monkeypatch.setattr(counting, "MOST_BESIDE", 3)
    monkeypatch.setattr(lists, "PAGE", 3)
    page = read(duty, "referrals")
    assert "All open 3+" in page
    assert "Mine 2" in page
    assert "Showing 1 to 3 of 3+ referrals" in page
    assert 'href="/referrals?after=3"' in duty.get(reverse("referrals")).content.decode()
    assert "Showing 4 to 4 of 3+ referrals" in read(duty, "referrals", after="3")
    assert "after=6" not in duty.get(reverse("referrals"), {"after": "3"}).content.decode(), "a page that is not full is the last"


def test_a_list_is_narrowed_by_prison_and_owner_and_nationality_is_nowhere_asked(duty: Client, officers: list[Staff]) -> None:
    assert len(re.findall(r"A100\d[A-Z]{2}", read(duty, "referrals", prison="ZZA"))) == 2
    assert len(re.findall(r"A100\d[A-Z]{2}", read(duty, "referrals", owner=str(officers[1].pk)))) == 2
    raw = duty.get(reverse("referrals")).content.decode()
    assert not re.search(r'name="[^"]*national', raw)


@pytest.mark.parametrize(
    ("typed", "number", "said"),
    [
        ("officer 2", 2, "officer 2"),
        ("OFFICER", 4, ""),
        ("nobody", 4, "Nobody who considers has this name or staff number"),
        ("o", 4, "More than 1 people have this in their name"),
    ],
)
def test_of_many_owners_one_is_found_by_name_and_what_fits_nobody_narrows_nothing(
    duty: Client, officers: list[Staff], monkeypatch: pytest.MonkeyPatch, typed: str, number: int, said: str
) -> None:
    monkeypatch.setattr(forms, "FEW", 1)
    monkeypatch.setattr(forms, "ALIKE", 1 if typed == "o" else 2)
    page = read(duty, "referrals", owner=typed)
    assert len(set(re.findall(r"A100\d[A-Z]{2}", page))) == number
    assert said in page


def test_of_many_owners_one_is_found_by_staff_number(duty: Client, officers: list[Staff], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "FEW", 1)
    page = read(duty, "referrals", owner=officers[1].staff_number.lower())
    assert len(re.findall(r"A100\d[A-Z]{2}", page)) == 2


def test_a_referral_says_why_by_which_rule_and_what_is_only_assumed(duty: Client) -> None:
    page = read(duty, "referral", referral("A1001AA").pk)
    for said in ("Convicted", "Not British, as the prison says", "nationality@2000-01-01", "Assumption", "Albanian", "1 December 2028"):
        assert said in page


def test_accepting_opens_a_case_for_the_chosen_owner(duty: Client, command: given.Command) -> None:
    amy, one = given.caseworker("Amy Tran", command.team), referral("A1001AA")
    asked = duty.get(reverse("referral-accept", args=[one.pk])).content.decode()
    assert "Amy Tran (Team A): 0 of 40 points" in asked
    assert "selected>" not in asked.replace('value="" selected', ""), "nobody is chosen beforehand"
    done = duty.post(reverse("referral-accept", args=[one.pk]), {"owner": amy.pk, "reason": "In remit"})
    case = Case.objects.get()
    assert done.headers["Location"] == reverse("case", args=[case.pk])
    assert (case.owner_id, referral("A1001AA").state) == (amy.pk, "accepted")


@pytest.mark.parametrize(
    ("screen", "state", "codes"),
    [("referral-no-interest", "no_interest", NO_INTEREST), ("referral-out-of-remit", "out_of_remit", OUT_OF_REMIT)],
)
def test_a_refusal_asks_for_a_code_and_a_reason_and_chooses_none_itself(
    duty: Client, screen: str, state: str, codes: dict[str, str]
) -> None:
    one = referral("A1001AA")
    form = duty.get(reverse(screen, args=[one.pk])).content.decode()
    assert all(code in form for code in codes)
    assert "checked" not in form
    empty = words(duty.post(reverse(screen, args=[one.pk]), {"reason": ""}).content.decode())
    assert "Choose why" in empty
    assert "Say why" in empty
    duty.post(reverse(screen, args=[one.pk]), {"code": "BRITISH_CITIZEN", "reason": "Passport seen by the prison"})
    ended = read(duty, "referral", one.pk)
    assert referral("A1001AA").state == state
    assert "British citizen" in ended
    assert "Passport seen by the prison" in ended


def test_what_somebody_else_has_decided_is_told_and_not_decided_again(duty: Client, officers: list[Staff]) -> None:
    one = referral("A1001AA")
    said = {"code": "BRITISH_CITIZEN", "reason": "Passport"}
    signed_in(officers[1]).post(reverse("referral-no-interest", args=[one.pk]), said)
    answer = duty.post(reverse("referral-out-of-remit", args=[one.pk]), said)
    assert answer.status_code == 409
    assert "no interest by Officer 2" in words(answer.content.decode())
    assert referral("A1001AA").state == "no_interest"


def test_handing_on_names_whoever_has_it_now(duty: Client, officers: list[Staff], command: given.Command) -> None:
    one = referral("A1001AA")
    assert one.task is not None
    owner = one.task.owner_id
    third = given.staff("Officer 3", "duty_officer", team=command.team)
    url = reverse("referral-hand-on", args=[one.pk])
    duty.post(url, {"to": third.pk, "from_": owner, "reason": "On leave tomorrow"})
    assert referral("A1001AA").task.owner_id == third.pk  # type: ignore[union-attr]
    late = words(duty.post(url, {"to": owner, "from_": owner, "reason": "Mine"}).content.decode())
    assert "It is with Officer 3 now" in late


def test_many_are_accepted_with_one_owner_and_each_is_told(duty: Client, command: given.Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    chosen = list(Referral.objects.order_by("pk").values_list("pk", flat=True))
    preview = words(duty.post(reverse("accept-many"), {"selected": chosen[:3]}).content.decode())
    assert "Accept 3 referrals with one owner" in preview
    assert not Case.objects.exists()
    given_ = {"selected": chosen[:3], "owner": amy.pk, "reason": "In remit"}
    result = words(duty.post(reverse("accept-many"), given_, follow=True).content.decode())
    assert "3 of 3 accepted" in result
    assert Case.objects.filter(owner=amy).count() == 3


def test_a_person_is_referred_by_hand_and_only_once(command: given.Command) -> None:
    amy, somebody = signed_in(given.caseworker("Amy Tran", command.team)), given.person("Ines Corvo")
    where = reverse("refer", args=[somebody.pk])
    amy.post(where, {"reason": "Told by the police"})
    made = Referral.objects.get(person=somebody)
    assert (made.origin, made.state) == ("hand", "open")
    again = words(amy.post(where, {"reason": "Again"}).content.decode())
    assert "a referral that waits for a decision" in again


def test_a_restricted_case_hides_whom_a_referral_is_about(duty: Client, command: given.Command) -> None:
    one = referral("A1001AA")
    duty.post(reverse("referral-accept", args=[one.pk]), {"owner": given.caseworker("Amy Tran", command.team).pk, "reason": "In remit"})
    restrict(case_id=Case.objects.get().pk, reason="A colleague's relative", by=command.leader.pk, at=given.NOW)
    for page in (
        words(duty.get(reverse("referrals"), {"view": "ended"}).content.decode()),
        words(duty.get(reverse("referral", args=[one.pk])).content.decode()),
        words(duty.get(reverse("refer", args=[one.person_id])).content.decode()),
    ):
        assert "A1001AA" not in page
        assert "Probe" not in page
        assert "estricted" in page


@pytest.mark.parametrize("role", ["prison_team", "inspector", "data_steward", "caseworker"])
def test_who_only_looks_is_offered_no_decision(command: given.Command, role: str) -> None:
    client, one = signed_in(given.staff("Lou Reeve", role, team=command.team)), referral("A1001AA")
    assert "No interest" not in read(client, "referral", one.pk)
    assert client.post(reverse("referral-no-interest", args=[one.pk]), {"code": "BRITISH_CITIZEN", "reason": "x"}).status_code == 403


def test_the_other_agency_sees_no_referral(command: given.Command) -> None:
    client = signed_in(given.staff("Lou Reeve", "prison_liaison", team=command.team))
    assert client.get(reverse("referrals")).status_code == 403


@pytest.mark.parametrize("name", ["referrals", "questions", "departures", "second-looks"])
def test_lists_keep_to_their_budget(duty: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    duty.get(reverse(name))  # the session is touched once in a while
    with django_assert_max_num_queries(10):
        assert duty.get(reverse(name)).status_code == 200


def test_a_page_keeps_to_its_budget(duty: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    one = referral("A1001AA")
    duty.get(reverse("referrals"))
    with django_assert_max_num_queries(15):
        assert duty.get(reverse("referral", args=[one.pk])).status_code == 200


def test_a_list_is_taken_away_as_a_file(command: given.Command) -> None:
    answer = signed_in(command.leader).get(reverse("referrals"), {"file": "csv"})
    text = b"".join(answer).decode("utf-8-sig")
    assert "A1001AA" in text
    assert "Prison number" in text
