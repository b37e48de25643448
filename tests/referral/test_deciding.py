"""A named person decides on a referral: once, with a reason, and the record, the case and the task keep in step."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from longstop.access.models import Staff
from longstop.cases import actions as cases
from longstop.cases.models import Case
from longstop.intake.models import Arrival
from longstop.referral import actions, queries
from longstop.referral.models import Question, Referral
from longstop.referral.queries.desk import view_counts
from longstop.referral.queries.prisons import prison_lines
from longstop.work.models import Task
from tests import given
from tests.conftest import Committed
from tests.referral.world import NOW, TODAY, arrive, command, consider, prisoner, tomorrow


def referred(folder: Path, **said: Any) -> tuple[given.Command, Staff, Staff, Referral]:
    """One referral, its officer, and a caseworker who may own the case."""
    made, (officer, _) = command()
    amy = given.caseworker("Amy Tran", made.team)
    consider(arrive(folder, [prisoner("A1001AA", **said)]))
    return made, officer, amy, Referral.objects.get()


def told(by: Staff) -> dict[str, Any]:
    return {"by": by.pk, "at": NOW, "today": TODAY}


def test_accepting_opens_the_case_and_marks_the_record(db: None, tmp_path: Path) -> None:
    _, officer, amy, referral = referred(tmp_path)
    case_id = actions.accept(referral_id=referral.pk, owner_id=amy.pk, reason="In remit", **told(officer))
    case = Case.objects.get(pk=case_id)
    referral.refresh_from_db()
    assert (referral.state, referral.case_id, referral.ended_by_id) == ("accepted", case_id, officer.pk)
    assert (case.owner_id, case.person_id, str(case.release_date)) == (amy.pk, referral.person_id, "2028-12-01")
    assert Arrival.objects.get().state == "opened"
    assert not Task.objects.filter(subject_id=referral.pk, state="open").exists()
    with pytest.raises(actions.ReferralIsDecided):
        actions.find_no_interest(referral_id=referral.pk, code="OTHER_REASON", reason="Late", by=officer.pk, at=NOW)


def test_a_referral_is_attached_to_the_case_that_is_open_already(db: None, tmp_path: Path) -> None:
    _, officer, amy, referral = referred(tmp_path)
    opened = cases.Opened(person_id=referral.person_id, owner_id=amy.pk, source="casework", observed_at=NOW)
    case_id = cases.open_case(opened=opened, reason="Legacy", **told(amy))
    assert actions.accept(referral_id=referral.pk, owner_id=amy.pk, reason="The same", **told(officer)) == case_id
    assert Case.objects.count() == 1


@pytest.mark.parametrize("find", ["find_no_interest", "find_out_of_remit"])
def test_a_finding_needs_a_code_and_a_reason_and_sets_the_record_aside(db: None, tmp_path: Path, find: str) -> None:
    _, officer, _, referral = referred(tmp_path)
    act: Callable[..., None] = getattr(actions, find)
    for code, reason in (("NO_SUCH_CODE", "x"), ("BRITISH_CITIZEN", " ")):
        with pytest.raises(actions.NoReason):
            act(referral_id=referral.pk, code=code, reason=reason, by=officer.pk, at=NOW)
    act(referral_id=referral.pk, code="BRITISH_CITIZEN", reason="Passport seen", by=officer.pk, at=NOW)
    assert Arrival.objects.get().state == "set_aside"
    row = queries.referrals(queries.Filters(state=find.removeprefix("find_")), today=TODAY).get()
    assert queries.words_of([row])[row.pk] == {"reason": "Passport seen"}


def test_a_change_that_tells_refers_again_and_says_why(db: None, tmp_path: Path) -> None:
    _, officer, _, referral = referred(tmp_path)
    actions.find_no_interest(referral_id=referral.pk, code="BELOW_THRESHOLD", reason="Ten months", by=officer.pk, at=NOW)
    same = consider(arrive(tmp_path, [prisoner("A1001AA")], at=tomorrow()), at=tomorrow())
    moved = consider(arrive(tmp_path, [prisoner("A1001AA", cellLocation="B-2-14")], at=tomorrow(2)), at=tomorrow(2))
    assert (same.decided, moved.decided) == (1, 1)
    longer = prisoner("A1001AA", conditionalReleaseDate="2033-12-01", sentenceExpiryDate="2035-01-01")
    assert consider(arrive(tmp_path, [longer], at=tomorrow(3)), at=tomorrow(3)).referred == 1
    again = Referral.objects.get(state="open")
    assert (again.follows_id, again.origin, "changed_since_decision" in again.reasons) == (referral.pk, "change", True)
    referral.refresh_from_db()
    assert (referral.state, referral.ended_by_id) == ("no_interest", officer.pk)


def test_somebody_on_the_list_after_their_removal_is_referred_again(db: None, tmp_path: Path) -> None:
    _, officer, amy, referral = referred(tmp_path)
    case_id = actions.accept(referral_id=referral.pk, owner_id=amy.pk, reason="In remit", **told(officer))
    cases.close(case_id=case_id, outcome="removed", evidence="Flight XX 12", reason="", by=amy.pk, at=NOW)
    back = prisoner("A1001AA", prisonId="ZZO", receptionDate="2026-11-19")
    assert consider(arrive(tmp_path, [back], at=tomorrow(2)), at=tomorrow(2)).referred == 1
    again = Referral.objects.get(state="open")
    assert "back_after_removal" in again.reasons
    assert actions.accept(referral_id=again.pk, owner_id=amy.pk, reason="Returned", by=officer.pk, at=tomorrow(2), today=TODAY) != case_id


def test_a_person_may_refer_again_by_hand(db: None, tmp_path: Path) -> None:
    _, officer, _, referral = referred(tmp_path)
    with pytest.raises(actions.InHandAlready):
        actions.refer_by_hand(person_id=referral.person_id, reason="Twice", **told(officer))
    actions.find_out_of_remit(referral_id=referral.pk, code="OTHER_REASON", reason="Mistaken", by=officer.pk, at=NOW)
    number = actions.refer_by_hand(person_id=referral.person_id, reason="A court has asked", **told(officer))
    again = Referral.objects.get(pk=number)
    assert (again.origin, again.follows_id, again.arrival_id) == ("hand", referral.pk, referral.arrival_id)
    assert Arrival.objects.get().state == "waiting"
    assert again.task is not None
    assert again.task.origin == "person"


def test_a_referral_changes_hands_only_from_who_the_caller_thinks(db: None, tmp_path: Path) -> None:
    made, officer, amy, referral = referred(tmp_path)
    assert referral.task is not None
    owner = referral.task.owner_id
    act = {"kind": "referral", "subject_ids": [referral.pk], "reason": "Knows the language", **told(officer)}
    with pytest.raises(actions.OwnerHasChanged) as refused:
        actions.hand_on(to=made.leader.pk, from_=amy.pk, **act)
    assert refused.value.owner_id == owner
    with pytest.raises(actions.MayNotTake):
        actions.hand_on(to=given.staff("Ida Blum", "analyst", team=made.team).pk, from_=owner, **act)
    actions.hand_on(to=made.leader.pk, from_=owner, **act)
    assert queries.referrals(queries.Filters(owner_ids=(made.leader.pk,)), today=TODAY).count() == 1


def test_a_departing_officer_hands_everything_on(db: None, tmp_path: Path) -> None:
    made, _, _, referral = referred(tmp_path)
    assert referral.task is not None
    leaver, task = referral.task.owner_id, referral.task_id
    plan = {"staff_id": leaver, "last_day": TODAY, "cases": {}, **told(made.leader)}
    with pytest.raises(cases.LeavesUncovered):
        cases.plan_departure(tasks_to={}, **plan)
    cases.plan_departure(tasks_to={task: made.leader.pk}, **plan)
    assert cases.take_effect(today=tomorrow().date(), at=tomorrow()) == [leaver]
    assert queries.referrals(today=TODAY).get().task.owner_id == made.leader.pk


@pytest.mark.parametrize(
    ("answer", "state", "referrals"), [("foreign", "waiting", 1), ("british", "set_aside", 0), ("cannot_be_known", "waiting", 1)]
)
def test_an_answer_refers_or_is_a_finding(db: None, tmp_path: Path, answer: str, state: str, referrals: int) -> None:
    _, (officer, _) = command()
    consider(arrive(tmp_path, [prisoner("A1001AA", nationality="Not known")]))
    question = Question.objects.get()
    actions.answer(question_id=question.pk, answer=answer, reason="Interviewed", **told(officer))
    assert (Arrival.objects.get().state, Referral.objects.filter(state="open", origin="answer").count()) == (state, referrals)
    again = consider(arrive(tmp_path, [prisoner("A1001AA", nationality="Not known")], at=tomorrow()), at=tomorrow())
    assert (again.in_hand, again.decided, Question.objects.count()) == (referrals, 1 - referrals, 1)


def test_a_case_opened_from_a_record_accepts_its_referral_or_makes_one(db: None, tmp_path: Path) -> None:
    made, (officer, _) = command()
    amy = given.caseworker("Amy Tran", made.team)
    rows = [prisoner("A1001AA"), prisoner("A1002AA", nationality="British")]
    consider(arrive(tmp_path, rows))
    arrive(tmp_path, [*rows, prisoner("A1003AA")], at=tomorrow())  # not considered yet
    numbers = list(Arrival.objects.order_by("pk").values_list("pk", flat=True))
    wanted = [cases.Placement(arrival_id=number, owner_id=amy.pk) for number in numbers]
    placed = actions.open_from_records(placements=wanted, reason="Chosen", **told(officer))
    assert [each.explanation for each in placed] == ["", "", ""]
    found = Referral.objects.filter(state="accepted").order_by("arrival_id").values_list("origin", "case_id")
    assert list(found) == [("rule", placed[0].case_id), ("hand", placed[1].case_id), ("hand", placed[2].case_id)]
    again = actions.open_from_records(placements=wanted[:1], reason="Twice", **told(officer))
    assert "dealt with" in again[0].explanation


def test_of_two_who_accept_at_once_one_is_told_who_was_first(committed: Committed, tmp_path: Path) -> None:
    _, officer, amy, referral = referred(tmp_path)

    def accept(_: int) -> str:
        try:
            actions.accept(referral_id=referral.pk, owner_id=amy.pk, reason="In remit", **told(officer))
        except actions.ReferralIsDecided:
            return "told"
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(accept, range(2))) == ["accepted", "told"]
    assert Case.objects.count() == 1


def test_lists_are_in_the_order_of_due_dates_and_count_what_they_show(db: None, tmp_path: Path) -> None:
    _, (officer, other) = command()
    rows = [
        prisoner("A1001AA"),
        prisoner("A1002AA", conditionalReleaseDate="2026-12-01"),
        prisoner("A1003AA", prisonId="ZZO", conditionalReleaseDate="2026-11-20", receptionDate="2026-11-16"),
    ]
    consider(arrive(tmp_path, rows))
    listed = list(queries.referrals(today=TODAY))
    assert [each.task.due for each in listed] == sorted(each.task.due for each in listed)
    assert queries.referrals(queries.Filters(prison="ZZO"), today=TODAY).count() == 1
    assert queries.referrals(queries.Filters(due="1"), today=TODAY).count() == 2
    assert queries.referrals(queries.Filters(due="overdue"), today=tomorrow().date()).count() == 2
    assert queries.referrals(queries.Filters(released_within=7), today=TODAY).count() == 1
    counted = view_counts("referral", staff_ids=(officer.pk, other.pk), team_ids=(), today=TODAY)
    assert (counted["all"], counted["overdue"], counted["due_7"], counted["mine"], counted["near"]) == (3, 0, 2, 3, 2)
    (page,) = prison_lines(prison="ZZO", today=TODAY)
    assert (page.without_referral, page.referrals, page.released_7, page.received) == (0, 1, 1, 1)


def test_what_is_held_about_a_person_is_exported(db: None, tmp_path: Path) -> None:
    _, officer, _, referral = referred(tmp_path)
    actions.find_no_interest(referral_id=referral.pk, code="RIGHT_TO_REMAIN", reason="Leave granted", by=officer.pk, at=NOW)
    held = queries.export_person(referral.person_id)
    assert held["considered"][0]["words"] == {"reason": "Leave granted"}
    assert held["rules"][0]["inputs"]["nationality"] == "Albanian"
