"""Steps of the process: who may take which, what they ask for, what follows, and that no first date is ever written over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from longstop.access.models import Staff
from longstop.audit.actions import keep
from longstop.cases import actions, queries
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.models import Case, Stay
from longstop.process.maps import NoSuchStep
from longstop.process.reading import map_on
from longstop.work.models import Task
from longstop.work.rules import NewTask
from tests import given
from tests.given import NOW, TODAY

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Setting:
    command: given.Command
    amy: Staff
    case_id: int

    def take(self, track: str, step: str, *, by: Staff | None = None, on: date = TODAY, but: Mapping[str, Any] | None = None) -> Stay:
        """Take a step with all the evidence that the map asks for."""
        wanted = map_on(TODAY).tracks[track].steps[step].evidence
        standing = {each.track.code: each.code for each in queries.standing_of(Case.objects.get(pk=self.case_id), today=TODAY)}
        said: dict[str, Any] = {"from_": standing[track], "evidence": dict.fromkeys(wanted, "As the file says")} | dict(but or {})
        taken = actions.Taken(track=track, step=step, on=on, **said)
        return actions.take_step(case_id=self.case_id, taken=taken, by=(by or self.amy).pk, at=NOW, today=TODAY)

    def stands(self, track: str) -> str:
        case = Case.objects.get(pk=self.case_id)
        return next(each.code for each in queries.standing_of(case, today=TODAY) if each.track.code == track)


@pytest.fixture
def at() -> Setting:
    command = given.command()
    amy = given.caseworker("Amy Larch", command.team)
    return Setting(command, amy, given.case(amy))


def test_a_case_stands_where_the_map_begins_and_custody_where_the_case_says(at: Setting) -> None:
    standing = queries.standing_of(Case.objects.get(pk=at.case_id), today=TODAY)
    begins = {code: track.begins for code, track in map_on(TODAY).tracks.items()}
    assert {each.track.code: each.code for each in standing} == begins | {"custody": Case.objects.get(pk=at.case_id).custody}
    assert not Stay.objects.exists()


def test_a_step_leads_on_and_the_next_is_asked_for_on_the_day_that_the_map_says(at: Setting) -> None:
    stay = at.take("decision", "begin")
    assert at.stands("decision") == "considering"
    assert stay.task
    assert (stay.task.kind, stay.task.owner_id, stay.task.due) == ("case.next_step", at.amy.pk, date(2026, 12, 16))  # 20 working days
    at.take("safeguarding", "consider")
    at.take("decision", "tell_liable")
    assert Task.objects.get(pk=stay.task_id).state == "done"
    assert [each.state for each in Stay.objects.filter(track="decision").order_by("pk")] == ["considering", "awaiting_reasons"]


def test_where_a_leader_acts_next_the_task_is_the_leaders(at: Setting) -> None:
    for step in ("begin", "draft"):
        at.take("decision", step)
    stay = at.take("decision", "submit")
    assert stay.task
    assert stay.task.owner_id == at.command.leader.pk


def test_whoever_submits_does_not_decide(at: Setting) -> None:
    for step in ("begin", "draft"):
        at.take("decision", step)
    with pytest.raises(actions.NotYoursToTake):
        at.take("decision", "submit", by=given.staff("Ian Elm", "inspector"))
    at.take("decision", "submit", by=at.command.leader)
    for by in (at.amy, at.command.leader):  # not of the role; of the role, and the one who submitted it
        with pytest.raises(actions.NotYoursToTake):
            at.take("decision", "decide_against", by=by)
    at.take("decision", "decide_against", by=at.command.head)
    assert at.stands("decision") == "decided_against"


def test_the_next_step_is_not_finished_without_taking_it(at: Setting) -> None:
    stay = at.take("decision", "begin")
    assert stay.task_id
    with pytest.raises(actions.TakeTheStep):
        actions.complete_task(task_id=stay.task_id, result="Done", by=at.amy.pk, at=NOW, today=TODAY)
    with pytest.raises(actions.TakeTheStep):
        actions.withdraw_task(task_id=stay.task_id, reason="Not needed", by=at.amy.pk, at=NOW)


REFUSED = [
    # what is wrong, and what is raised
    ({"from_": "drafting"}, actions.TrackHasMoved),
    ({"evidence": {}}, actions.EvidenceMissing),
    ({"evidence": {"What the consideration is based on": "  "}}, actions.EvidenceMissing),
]


@pytest.mark.parametrize(("but", "raised"), REFUSED)
def test_a_step_is_refused_and_nothing_is_written(at: Setting, but: dict[str, Any], raised: type[Exception]) -> None:
    with pytest.raises(raised):
        at.take("decision", "begin", but=but)
    assert not Stay.objects.exists()


def test_a_step_is_taken_on_a_day_between_the_last_and_today(at: Setting) -> None:
    at.take("decision", "begin", on=TODAY - timedelta(days=3))
    with pytest.raises(DateInTheFuture):
        at.take("decision", "draft", on=TODAY + timedelta(days=1))
    with pytest.raises(actions.BeforeTheLastStep):
        at.take("decision", "draft", on=TODAY - timedelta(days=4))
    at.take("decision", "draft", on=TODAY - timedelta(days=3))


def test_a_step_that_the_map_does_not_offer_there_is_refused(at: Setting) -> None:
    with pytest.raises(NoSuchStep):
        at.take("decision", "submit")
    with pytest.raises(actions.NotTakenByAStep):
        at.take("custody", "detained")


def test_a_further_claim_is_another_round_and_the_first_dates_stay(at: Setting) -> None:
    days = [TODAY - timedelta(days=many) for many in (60, 50, 40, 30)]
    for step, on in zip(("receive", "keep", "refuse", "receive_further"), days, strict=True):
        at.take("claims", step, on=on)
    rounds = [(each.state, each.round, each.began_on) for each in Stay.objects.order_by("pk")]
    assert rounds == [("received", 1, days[0]), ("in_hand", 1, days[1]), ("refused", 1, days[2]), ("received", 2, days[3])]
    claims = next(each for each in queries.standing_of(Case.objects.get(pk=at.case_id), today=TODAY) if each.track.code == "claims")
    assert (claims.since, claims.first_on) == (days[3], days[0])


def test_no_step_towards_removal_before_safeguarding_was_considered_lately(at: Setting) -> None:
    at.take("decision", "begin")
    with pytest.raises(actions.SafeguardingNotFresh):
        at.take("decision", "tell_liable")
    at.take("safeguarding", "consider", on=TODAY - timedelta(days=29))
    with pytest.raises(actions.SafeguardingNotFresh):
        at.take("decision", "tell_liable")
    at.take("safeguarding", "consider", on=TODAY - timedelta(days=28))
    at.take("decision", "tell_liable")


def test_an_open_concern_holds_a_step_up_unless_somebody_says_expressly_why_it_goes_on(at: Setting) -> None:
    at.take("decision", "begin")
    at.take("safeguarding", "raise")
    with pytest.raises(actions.SafeguardingNotFresh):
        at.take("decision", "tell_liable")
    at.take("decision", "tell_liable", but={"considered": "The concern is about another person of that name"})
    assert queries.stays_of(at.case_id)[0][1]["considered"] == "The concern is about another person of that name"


def test_safeguarding_never_delays_what_loosens(at: Setting) -> None:
    at.take("safeguarding", "raise")
    for track in map_on(TODAY).tracks.values():
        for step in track.steps.values():
            if step.towards == "liberty" and not track.kept_by and track.begins in step.from_:
                at.take(track.code, step.code)
    assert at.stands("removal") == "given_up"


def test_a_sign_of_british_nationality_stops_notices_and_removal_until_a_named_person_has_decided(at: Setting) -> None:
    at.take("safeguarding", "consider")
    at.take("decision", "begin")
    at.take("nationality", "raise")
    for track, step in (("decision", "tell_liable"), ("removal", "prepare")):
        for considered in ("", "The passport is known"):  # no reason goes past it
            with pytest.raises(actions.MayBeBritish):
                at.take(track, step, but={"considered": considered})
    at.take("documentation", "hold")  # what is no step towards removal goes on
    with pytest.raises(actions.NotYoursToTake):
        at.take("nationality", "find_not")
    at.take("nationality", "find_not", by=at.command.leader)
    at.take("decision", "tell_liable")
    at.take("nationality", "raise_again")
    at.take("nationality", "find_british", by=at.command.leader)
    with pytest.raises(actions.MayBeBritish):
        at.take("removal", "prepare")
    at.take("removal", "give_up")


def test_a_case_is_not_closed_while_a_track_is_under_way(at: Setting) -> None:
    at.take("litigation", "lodge")
    end = {"outcome": "removed", "evidence": "Flight", "reason": "Gone", "by": at.amy.pk, "at": NOW}
    with pytest.raises(actions.TracksNotAtRest) as refused:
        actions.close(case_id=at.case_id, **end)
    assert refused.value.tracks == ["litigation"]
    at.take("litigation", "settle")
    actions.close(case_id=at.case_id, **end)
    with pytest.raises(actions.CaseIsClosed):
        at.take("claims", "receive")


def test_a_case_is_not_left_without_a_dated_task(at: Setting) -> None:
    actions.add_task(case_id=at.case_id, new=NewTask(kind="case.other", due=TODAY + timedelta(days=9)), by=at.amy.pk, at=NOW, today=TODAY)
    at.take("claims", "receive")
    for task in Task.objects.filter(state="open").exclude(kind="case.next_step"):
        actions.complete_task(task_id=task.pk, result="Done", by=at.amy.pk, at=NOW, today=TODAY)
    with pytest.raises(actions.NoNextTask):
        at.take("claims", "withdraw")
    taken = actions.Taken(track="claims", step="withdraw", from_="received", on=TODAY, evidence={"Who withdrew it, and how": "By letter"})
    then = NewTask(kind="case.other", due=TODAY + timedelta(days=2))
    actions.take_step(case_id=at.case_id, taken=taken, then=then, by=at.amy.pk, at=NOW, today=TODAY)
    assert Case.objects.get(pk=at.case_id).next_due == TODAY + timedelta(days=2)


def test_on_the_map_every_track_adds_up_to_the_caseload(at: Setting) -> None:
    other = Setting(at.command, at.amy, given.case(at.amy))
    given.case(at.amy)
    at.take("claims", "receive")
    at.take("claims", "keep")
    other.take("claims", "receive")
    closed = Setting(at.command, at.amy, given.case(at.amy))
    closed.take("safeguarding", "consider")
    actions.close(case_id=closed.case_id, outcome="removed", evidence="Flight", reason="Gone", by=at.amy.pk, at=NOW)
    counts = queries.counts_on_map(today=TODAY)
    assert {sum(states.values()) for states in counts.values()} == {3}
    assert {state: many for state, many in counts["claims"].items() if many} == {"none": 1, "in_hand": 1, "received": 1}


def test_a_state_that_vanished_from_the_map_is_shown_and_counted_all_the_same(at: Setting) -> None:
    taken = {"words_payload_id": keep({"words": "As the file says"}, person_id=None).pk, "taken_at": NOW, "taken_by": at.amy}
    Stay.objects.create(
        case_id=at.case_id, track="claims", state="lost", rests=True, step="receive", map_version="older", began_on=TODAY, **taken
    )
    assert queries.counts_on_map(today=TODAY)["claims"]["lost"] == 1
    assert sum(queries.counts_on_map(today=TODAY)["claims"].values()) == 1
    claims = next(each for each in queries.standing_of(Case.objects.get(pk=at.case_id), today=TODAY) if each.track.code == "claims")
    assert (claims.code, claims.state, claims.steps) == ("lost", None, ())
