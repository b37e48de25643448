"""Whoever was on the last complete list and is not on this one is a departure until an owner explains it, or they are back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from longstop.proof.certification import Finding, certify
from longstop.proof.survey import Item
from longstop.referral import actions, queries
from longstop.referral.models import Departure, Question, Referral
from longstop.referral.queries.desk import GONE_OTHERWISE, GONE_UNDECIDED, gravest_first
from longstop.work.models import Task
from tests import given
from tests.conftest import Committed
from tests.referral.world import NOW, TODAY, arrive, command, consider, prisoner, tomorrow

THREE = [prisoner("A1001AA"), prisoner("A1002AA"), prisoner("A1003AA", nationality="British")]
# A list that is more than 5 per cent shorter is held for a person before it comes here: these stay on every list.
REST = [prisoner(f"A2{number:03}AA", nationality="British") for number in range(60)]


def day(folder: Path, rows: list[dict[str, Any]], days: int) -> Any:
    return consider(arrive(folder, [*rows, *REST], at=tomorrow(days)), at=tomorrow(days))


def test_who_is_gone_is_told_once_and_due_the_same_day(db: None, tmp_path: Path) -> None:
    command()
    assert day(tmp_path, THREE, 0).departed == 0
    assert day(tmp_path, THREE[1:2], 1).departed == 2
    gone = list(queries.departures(today=TODAY))
    assert [each.task.due for each in gone] == [tomorrow().date()] * 2
    assert day(tmp_path, THREE[1:2], 2).departed == 0
    assert day(tmp_path, [], 3).departed == 1


def test_who_was_released_undecided_comes_before_who_was_not_released_or_not_referred(db: None, tmp_path: Path) -> None:
    command()
    out = {"conditionalReleaseDate": (TODAY - timedelta(days=2)).isoformat()}
    waits, went = prisoner("A1001AA"), prisoner("A1002AA", **out)
    day(tmp_path, [waits, went, prisoner("A1003AA", nationality="British", **out)], 0)
    assert day(tmp_path, [], 1).departed == 3
    first, *others = gravest_first(queries.departures(today=TODAY), today=TODAY)
    assert Referral.objects.get(person_id=first.person_id).arrival.release_date == TODAY - timedelta(days=2)
    assert [each.gravity for each in (first, *others)] == [GONE_UNDECIDED, GONE_OTHERWISE, GONE_OTHERWISE]


def test_who_is_back_ends_it(db: None, tmp_path: Path) -> None:
    command()
    day(tmp_path, THREE, 0)
    day(tmp_path, THREE[:2], 1)
    done = day(tmp_path, THREE, 2)
    assert (done.returned, done.departed) == (1, 0)
    assert Departure.objects.get().state == "returned"
    assert not Task.objects.filter(subject_kind="departure", state="open").exists()
    assert day(tmp_path, THREE[:2], 3).departed == 1  # another absence


def test_an_owner_explains_it_by_evidence(db: None, tmp_path: Path) -> None:
    _, (officer, _) = command()
    day(tmp_path, THREE, 0)
    day(tmp_path, THREE[:2], 1)
    gone = Departure.objects.get()
    told = {"departure_id": gone.pk, "by": officer.pk, "at": tomorrow()}
    with pytest.raises(actions.NoReason):
        actions.explain(explanation="released", evidence="", **told)
    with pytest.raises(actions.NoReason):
        actions.explain(explanation="vanished", evidence="x", **told)
    actions.explain(explanation="died", evidence="Coroner's notice of 18 November", **told)
    with pytest.raises(actions.DepartureIsExplained):
        actions.explain(explanation="released", evidence="x", **told)
    day(tmp_path, THREE, 2)
    assert Question.objects.get().kind == "back_after_departure"
    day(tmp_path, THREE, 3)
    assert Question.objects.count() == 1


def test_whose_row_was_refused_is_still_on_the_list(db: None, tmp_path: Path) -> None:
    command()
    day(tmp_path, THREE, 0)
    unusable = {"prisonerNumber": "A1001AA"}  # no name
    assert day(tmp_path, [unusable, *THREE[1:]], 1).departed == 0
    assert day(tmp_path, THREE[1:], 2).departed == 1


def test_an_older_list_that_comes_late_tells_of_nobody(db: None, tmp_path: Path) -> None:
    command()
    first = arrive(tmp_path, [*THREE, *REST], at=tomorrow(2))
    late = arrive(tmp_path, [*THREE[1:], *REST], at=tomorrow(1))
    assert (consider(first, at=tomorrow(2)).departed, consider(late, at=tomorrow(2)).departed) == (0, 0)


def certificate(days: int) -> Finding:
    return certify(at=tomorrow(days), today=tomorrow(days).date())


def listed(found: Finding, name: str = "remainder") -> list[Item]:
    return [each for each in found.items if each.list == name]


def remainder(found: Finding) -> list[tuple[str, str]]:
    return [(each.reason, each.subject_kind) for each in listed(found)]


def test_who_is_in_custody_by_their_case_and_gone_heads_the_certificate(committed: Committed, tmp_path: Path) -> None:
    made, (officer, _) = command()
    amy = given.caseworker("Amy Tran", made.team)
    day(tmp_path, THREE, 0)
    referral = Referral.objects.order_by("pk").first()
    assert referral is not None
    actions.accept(referral_id=referral.pk, owner_id=amy.pk, reason="In remit", by=officer.pk, at=NOW, today=TODAY)
    assert remainder(certificate(0)) == []
    day(tmp_path, THREE[1:], 1)  # the first to be referred is the first of the list
    found = certificate(1)
    assert remainder(found)[0] == ("custody_departure_unexplained", "task")
    assert found.totals["kinds"]["departure"]["closing"] == 1
    gone = Departure.objects.get(state="open")
    actions.explain(departure_id=gone.pk, explanation="transferred", evidence="Notice", by=officer.pk, at=tomorrow())
    assert remainder(certificate(1)) == []


def test_who_is_released_before_a_decision_heads_the_certificate(committed: Committed, tmp_path: Path) -> None:
    _, (officer, _) = command()
    day(tmp_path, THREE, 0)
    day(tmp_path, [{**THREE[0], "status": "INACTIVE OUT"}, *THREE[1:]], 1)
    found = certificate(1)
    assert remainder(found) == [("released_without_decision", "task")]
    assert listed(found)[0].reference.startswith("referral ")
    referral = queries.referrals(today=TODAY).filter(arrival__custody="released").get()
    actions.find_no_interest(referral_id=referral.pk, code="RIGHT_TO_REMAIN", reason="Leave", by=officer.pk, at=tomorrow())
    assert remainder(certificate(1)) == []


def test_the_certificate_counts_each_kind_and_lists_what_waits(committed: Committed, tmp_path: Path) -> None:
    _, (officer, _) = command()
    day(tmp_path, [*THREE, prisoner("A1004AA", nationality="")], 0)
    found = certificate(0)
    assert (found.verdict, found.totals["beside"]["records_waiting"], found.totals["beside"]["lists_not_considered"]) == ("clean", 0, 0)
    kinds = found.totals["kinds"]
    assert {kind: (each["opened"], each["closing"]) for kind, each in kinds.items() if kind != "look"} == {
        "referral": (2, 2),
        "question": (1, 1),
    }
    question = Question.objects.get()
    actions.answer(question_id=question.pk, answer="british", reason="Passport", by=officer.pk, at=tomorrow(), today=tomorrow().date())
    arrive(tmp_path, [*THREE[:2], *REST, prisoner("A1005AA")], at=tomorrow())
    found = certificate(1)
    assert found.totals["kinds"]["question"]["closing"] == 0
    assert found.totals["beside"]["lists_not_considered"] == 1
    assert found.totals["beside"]["records_waiting"] == 1


def test_late_and_unexplained_is_in_the_remainder(committed: Committed, tmp_path: Path) -> None:
    command()
    day(tmp_path, THREE, 0)
    day(tmp_path, THREE[:2], 1)
    assert remainder(certificate(1)) == []
    assert remainder(certificate(2)) == [("late_unacknowledged", "task")]
