"""The pages of the process: a step is offered to whoever may take it, each figure opens its list, and pages keep their budgets."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from longstop.cases.models import Stay
from longstop.process.reading import map_on
from tests import given
from tests.cases.test_stepping import Setting
from tests.given import TODAY
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db
Limit = Callable[[int], Any]


@pytest.fixture
def at() -> Setting:
    command = given.command()
    amy = given.caseworker("Amy Larch", command.team)
    return Setting(command, amy, given.case(amy))


def words(content: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def step(at: Setting, track: str, code: str) -> str:
    return reverse("step", args=[at.case_id, track, code])


def sent(from_state: str, **said: str) -> dict[str, str]:
    return {"on_0": str(TODAY.day), "on_1": str(TODAY.month), "on_2": str(TODAY.year), "from_state": from_state} | said


def test_a_step_is_taken_and_the_page_shows_where_the_track_stands(at: Setting) -> None:
    client = signed_in(at.amy)
    page = reverse("case-process", args=[at.case_id])
    assert step(at, "claims", "receive") in client.get(page).content.decode()
    refused = client.post(step(at, "claims", "receive"), sent("none", evidence_0="Further submissions"))
    assert "Enter: how it came" in words(refused.content)
    assert not Stay.objects.exists()
    shown = words(
        client.post(step(at, "claims", "receive"), sent("none", evidence_0="Submissions", evidence_1="By post"), follow=True).content
    )
    assert "Done: Record a claim." in shown
    assert "What is claimed: Submissions" in shown
    assert client.get(step(at, "claims", "receive")).status_code == 404  # it leads from elsewhere now


def test_a_step_that_is_somebody_elses_is_named_and_not_offered(at: Setting) -> None:
    for code in ("begin", "draft"):
        at.take("decision", code)
    at.take("decision", "submit", by=at.command.leader)
    page = reverse("case-process", args=[at.case_id])
    for who, told, may in (
        (at.amy, "Decide to deport: for a team leader", False),
        (at.command.leader, "Decide to deport: for another team leader", False),
        (at.command.head, "Decide to deport", True),
    ):
        answer = signed_in(who).get(page)
        assert told in words(answer.content)
        assert (step(at, "decision", "decide_for") in answer.content.decode()) == may, who.name


def test_the_task_for_a_next_step_leads_to_the_steps(at: Setting) -> None:
    stay = at.take("claims", "receive")
    answer = signed_in(at.amy).get(reverse("task-complete", args=[stay.task_id]))
    assert answer.headers["Location"] == reverse("case-process", args=[at.case_id])


def test_each_figure_of_the_map_opens_the_list_that_it_counts(at: Setting) -> None:
    at.take("claims", "receive")
    other = Setting(at.command, at.amy, given.case(at.amy))
    client = signed_in(at.amy)
    shown = words(client.get(reverse("process")).content)
    assert "each adds up to the 2 open cases" in shown
    for track in map_on(TODAY).tracks.values():
        listed = [words(client.get(reverse("process-cases", args=[track.code, state])).content) for state in track.states]
        assert sum(len(set(re.findall(r"LS-\d{6}-[A-Z]", each))) for each in listed) == 2, track.code
    assert other.stands("claims") == "none"
    assert client.get(reverse("process-cases", args=["tea", "none"])).status_code == 404


def test_the_pages_of_the_process_keep_their_budgets(at: Setting, django_assert_max_num_queries: Limit) -> None:
    for track, code in (("claims", "receive"), ("claims", "keep"), ("litigation", "lodge"), ("safeguarding", "consider")):
        at.take(track, code)
    for _ in range(5):
        Setting(at.command, at.amy, given.case(at.amy)).take("claims", "receive")
    client = signed_in(at.amy)
    for name, args, most in (
        ("case-process", [at.case_id], 15),
        ("step", [at.case_id, "litigation", "list"], 15),
        ("process", [], 15),
        ("process-cases", ["claims", "received"], 10),
    ):
        where = reverse(name, args=args)
        client.get(where)
        with django_assert_max_num_queries(most):
            assert client.get(where).status_code == 200
