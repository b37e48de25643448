"""Allocating: from a list or one case, compared, previewed, confirmed, and undone."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from longstop.access import actions as access
from longstop.access.models import Staff
from longstop.cases import actions
from longstop.cases.models import BulkAct, BulkItem, Case
from longstop.cases.queries import loads, weights_of
from tests import given
from tests.given import NOW, TODAY, Command
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def command() -> Command:
    return given.command()


def tick(*case_ids: int) -> list[str]:
    """The checkboxes of these cases, as the list sends them."""
    return [f"{case.pk}-{case.owner_id}" for case in Case.objects.filter(pk__in=case_ids)]


def choose(client: Client, ticked: list[str], **said: object) -> str:
    """Go from the list to the preview."""
    return client.post("/allocate/preview", {"expected": ",".join(ticked), "do": "preview", "reason": "Balance"} | said).content.decode()


def confirm(client: Client, preview: str) -> BulkAct:
    """Press the button of the preview."""
    found = re.search(r'name="moves" value="([^"]+)"', preview)
    assert found, re.sub(r"<[^>]+>|\s+", " ", preview)
    assert client.post("/allocate/confirm", {"moves": found.group(1), "reason": "Balance"}).status_code == 302
    return BulkAct.objects.latest("pk")


def owners(*case_ids: int) -> list[Staff]:
    return [Case.objects.get(pk=case_id).owner for case_id in case_ids]


def test_cases_ticked_in_the_list_are_given_to_one_person(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    ids = [given.case(amy), given.case(amy)]
    client = signed_in(command.leader)
    listed = client.get(f"/team/{command.team.pk}/cases").content.decode()
    for key in tick(*ids):
        assert f'value="{key}"' in listed
    page = client.post("/allocate", {"selected": tick(*ids)}).content.decode()
    assert "Allocate 2 cases" in page
    assert page.count(" checked") == 0, "nobody is chosen beforehand"
    preview = choose(client, tick(*ids), everyone=ben.pk)
    assert owners(*ids) == [amy, amy], "a preview does nothing"
    act = confirm(client, preview)
    assert owners(*ids) == [ben, ben]
    assert "2 done" in client.get(f"/allocations/{act.pk}").content.decode()


def test_the_preview_says_what_the_receiver_would_carry(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    soon = date(2026, 12, 1)  # within 28 days: 4 points, and 4 for being detained
    given.case(ben, custody="detained", release=soon)
    ids = [given.case(amy, custody="detained", release=soon) for _ in range(5)]
    assert "48 of 40 points" in choose(signed_in(command.leader), tick(*ids), everyone=ben.pk)
    assert "40 of 40 points" in choose(signed_in(command.leader), tick(*ids[:4]), everyone=ben.pk)


def test_each_case_can_go_to_somebody_of_its_own(command: Command) -> None:
    amy, ben, cat = (given.caseworker(name, command.team) for name in ("Amy Tran", "Ben Osei", "Cat Reid"))
    ids = [given.case(amy), given.case(amy), given.case(amy)]
    client = signed_in(command.leader)
    missing = choose(client, tick(*ids), **{f"to_{ids[0]}": ben.pk})
    assert "Select who takes" in missing
    assert "There is a problem" in missing
    preview = choose(client, tick(*ids), **{f"to_{ids[0]}": ben.pk, "everyone": cat.pk})
    confirm(client, preview)
    assert owners(*ids) == [ben, cat, cat]


def test_nobody_ticked_leads_back_to_the_list_with_an_error(command: Command) -> None:
    given.case(given.caseworker("Amy Tran", command.team))
    client = signed_in(command.leader)
    back = f"/team/{command.team.pk}/cases?due=28"
    answer = client.post("/allocate", {"back": back}, follow=True)
    assert "Select the cases to allocate" in answer.content.decode()
    assert answer.request["PATH_INFO"] == f"/team/{command.team.pk}/cases"


def test_a_reason_and_a_person_are_asked_for(command: Command) -> None:
    case_id = given.case(given.caseworker("Amy Tran", command.team))
    page = choose(signed_in(command.leader), tick(case_id), reason="")
    assert "Enter the reason for the allocation" in page
    assert "Select who takes the case" in page


def test_all_that_match_the_filters_can_be_taken_at_once(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    for owner, number in ((amy, 28), (ben, 1)):
        for _ in range(number):
            given.case(owner)
    page = signed_in(command.leader).post("/allocate", {"scope": "matching", "list": command.team.pk, "owner": amy.pk})
    assert "Allocate 28 cases" in page.content.decode()


def test_comparing_keeps_what_was_typed_and_takes_at_most_three(command: Command) -> None:
    people = [given.caseworker(name, command.team) for name in ("Amy Tran", "Ben Osei", "Cat Reid", "Dan Ellery")]
    case_id = given.case(people[0])
    client = signed_in(command.leader)
    said = {"expected": ",".join(tick(case_id)), "do": "compare", "reason": "Half a rea"}
    page = client.post("/allocate/preview", said | {"compare": [each.pk for each in people[:2]]}).content.decode()
    assert "Side by side" in page
    assert "Half a rea" in page
    assert "There is a problem" not in page
    page = client.post("/allocate/preview", said | {"compare": [each.pk for each in people]}).content.decode()
    assert "Select at most 3 people to compare" in page
    assert "Side by side" not in page


def test_the_candidates_are_in_order_of_name_whatever_they_carry(command: Command) -> None:
    zoe, amy = given.caseworker("Zoe Ash", command.team), given.caseworker("Amy Tran", command.team)
    ids = [given.case(amy) for _ in range(3)]
    page = signed_in(command.leader).post("/allocate", {"selected": tick(*ids)}).content.decode()
    names = re.findall(r'name="everyone"[^>]*><label[^>]*>([^<]+)<', page)
    assert names == sorted(names)
    assert {zoe.name, amy.name} <= set(names)


def test_a_case_that_changed_hands_in_the_meantime_is_skipped_and_says_so(command: Command) -> None:
    amy, ben, cat = (given.caseworker(name, command.team) for name in ("Amy Tran", "Ben Osei", "Cat Reid"))
    ids = [given.case(amy), given.case(amy)]
    client = signed_in(command.leader)
    preview = choose(client, tick(*ids), everyone=ben.pk)
    actions.assign(case_id=ids[0], to=cat.pk, from_=amy.pk, reason="Sooner", by=command.leader.pk, at=NOW, today=TODAY)
    act = confirm(client, preview)
    assert owners(*ids) == [cat, ben]
    page = client.get(f"/allocations/{act.pk}").content.decode()
    assert "1 done, 1 skipped" in page
    assert "Somebody else gave the case to Cat Reid" in page


def test_a_case_that_needs_a_competence_is_refused_with_the_reason(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    Case.objects.filter(pk=case_id).update(needs_competence="high_harm")
    client = signed_in(command.leader)
    preview = choose(client, tick(case_id), everyone=ben.pk)
    assert "Will be refused" in preview
    act = confirm(client, preview)
    assert BulkItem.objects.get(act=act).result == "refused"
    access.grant_competence(staff_id=ben.pk, code="high_harm", from_date=TODAY, to_date=None, by=command.leader.pk, at=NOW)
    confirm(client, choose(client, tick(case_id), everyone=ben.pk))
    assert owners(case_id) == [ben]


def test_an_allocation_is_undone_case_by_case(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    amy, ben, cat = (given.caseworker(name, command.team) for name in ("Amy Tran", "Ben Osei", "Cat Reid"))
    ids = [given.case(amy), given.case(amy)]
    client = signed_in(command.leader)
    act = confirm(client, choose(client, tick(*ids), everyone=ben.pk))
    actions.assign(case_id=ids[1], to=cat.pk, from_=ben.pk, reason="Onwards", by=command.leader.pk, at=NOW, today=TODAY)
    assert "Undo the allocation" in client.get(f"/allocations/{act.pk}").content.decode()
    assert Case.objects.get(pk=ids[0]).owner == ben, "asking does not undo"
    client.get(f"/allocations/{act.pk}/undo")
    page = client.post(f"/allocations/{act.pk}/undo", follow=True).content.decode()
    assert owners(*ids) == [amy, cat]
    assert "1 done, 1 skipped" in page
    again = client.post(f"/allocations/{act.pk}/undo", follow=True).content.decode()
    assert "can no longer be undone" in again


def test_undo_ends_after_the_hours_that_policy_gives(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    act = confirm(signed_in(command.leader), choose(signed_in(command.leader), tick(case_id), everyone=ben.pk))
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=25))
    client = signed_in(command.leader)
    assert "Undo the allocation" not in client.get(f"/allocations/{act.pk}").content.decode()
    client.post(f"/allocations/{act.pk}/undo")
    assert owners(case_id) == [ben]


def test_a_manager_moves_only_what_they_answer_for(command: Command) -> None:
    amy, far = given.caseworker("Amy Tran", command.team), given.caseworker("Fay Wren", command.other_team)
    ours, theirs = given.case(amy), given.case(far)
    client = signed_in(command.leader)
    assert client.get(f"/cases/{theirs}/allocate").status_code == 403
    assert "1 of the cases you chose is left out" in client.post("/allocate", {"selected": tick(ours, theirs)}).content.decode()
    for moves in (f"{theirs}-{far.pk}-{amy.pk}", f"{ours}-{amy.pk}-{far.pk}"):
        assert client.post("/allocate/confirm", {"moves": moves, "reason": "Mine"}).status_code == 403
    assert owners(ours, theirs) == [amy, far]


def test_a_head_moves_between_their_teams_and_a_duty_officer_anywhere(command: Command) -> None:
    amy, far = given.caseworker("Amy Tran", command.team), given.caseworker("Fay Wren", command.other_team)
    case_id = given.case(amy)
    confirm(signed_in(command.head), choose(signed_in(command.head), tick(case_id), everyone=far.pk, team=command.other_team.pk))
    assert owners(case_id) == [far]
    duty = signed_in(given.staff("Dee Quill", "duty_officer"))
    assert "Allocate 1 case" in duty.get(f"/cases/{case_id}/allocate").content.decode()
    confirm(duty, choose(duty, tick(case_id), everyone=amy.pk, team=command.team.pk))
    assert owners(case_id) == [amy]


@pytest.mark.parametrize("role", ["caseworker", "inspector", "data_steward", "administrator"])
def test_others_cannot_allocate(role: str, command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    case_id = given.case(amy)
    client = signed_in(given.staff("Una Visitor", role, team=command.team))
    assert client.get(f"/cases/{case_id}/allocate").status_code == 403
    assert client.post("/allocate", {"selected": tick(case_id)}).status_code == 403
    assert client.post("/allocate/confirm", {"moves": f"{case_id}-{amy.pk}-{command.leader.pk}", "reason": "x"}).status_code == 403
    assert "Allocate" not in client.get(f"/team/{command.team.pk}/cases").content.decode()


def test_a_restricted_case_is_allocated_without_being_shown(command: Command) -> None:
    amy = given.caseworker("Amy Tran", command.team)
    case_id = given.case(amy)
    actions.restrict(case_id=case_id, reason="Known to staff", by=command.leader.pk, at=NOW)
    duty = signed_in(given.staff("Dee Quill", "duty_officer"))
    page = duty.get(f"/cases/{case_id}/allocate").content.decode()
    preview = choose(duty, tick(case_id), everyone=command.leader.pk, team=command.team.pk)
    for shown in (page, preview):
        assert "Krasniq" not in shown
        assert Case.objects.get(pk=case_id).reference in shown
    confirm(duty, preview)
    assert owners(case_id) == [command.leader]


def test_choosing_asks_few_questions_of_the_database(command: Command) -> None:
    people = [given.caseworker(f"Worker {number}", command.team) for number in range(6)]
    ids = [given.case(each) for each in people for _ in range(4)]
    client = signed_in(command.leader)
    client.get("/team")
    ticked = tick(*ids)
    said = {"expected": ",".join(ticked), "do": "preview", "reason": "Balance", "everyone": people[0].pk}
    for address, sent in (("/allocate", {"selected": ticked}), ("/allocate/preview", said)):
        with CaptureQueriesContext(connection) as asked:
            assert client.post(address, sent).status_code == 200
        assert len(asked) <= 15


def test_a_case_that_has_changed_hands_before_weighs_once(command: Command) -> None:
    amy, ben = given.caseworker("Amy Tran", command.team), given.caseworker("Ben Osei", command.team)
    case_id = given.case(amy)
    for from_, to in ((amy, ben), (ben, amy), (amy, ben)):
        actions.assign(case_id=case_id, to=to.pk, from_=from_.pk, reason="Back and forth", by=command.leader.pk, at=NOW, today=TODAY)
    (carried,) = loads(staff_ids=[ben.pk], today=TODAY).values()
    assert carried.cases == 1
    assert carried.points == weights_of(case_ids=[case_id], today=TODAY)[case_id]


@pytest.mark.parametrize("said", [{}, {"list": ""}, {"list": "999999999"}, {"list": "x"}])
def test_all_that_match_is_nothing_where_no_list_is_named(command: Command, said: dict[str, str]) -> None:
    """A duty officer places cases anywhere, so that here no list must never come to mean every list."""
    given.case(given.caseworker("Amy Tran", command.team))
    client = signed_in(given.staff("Dee Ansah", "duty_officer", team=command.team))
    answer = client.post("/allocate", {"scope": "matching"} | said)
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/team?selected=none")
