"""A receipt is considered: everybody in it is referred, asked about, in hand, decided or out of remit, and each is counted once."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Arrival
from longstop.referral import actions
from longstop.referral.actions import NobodyToOwn, considering, judging
from longstop.referral.actions.judging import is_drawn
from longstop.referral.models import Look, Question, Referral, Remit
from longstop.referral.queries import unconsidered_receipts
from longstop.work.models import Task
from tests.conftest import Committed
from tests.referral.world import NOW, TODAY, arrive, command, consider, prisoner, tomorrow

FIVE = ("referred", "questioned", "in_hand", "decided", "out_of_remit")


def counts(done: object) -> tuple[int, ...]:
    return tuple(getattr(done, name) for name in FIVE)


def test_everybody_on_a_list_is_counted_once(db: None, tmp_path: Path) -> None:
    command()
    rows = [
        prisoner("A1001AA"),
        prisoner("A1002AA", nationality="British"),
        prisoner("A1003AA", nationality=""),
        prisoner("A1004AA", nationality="Elbonian"),
        prisoner("A1005AA", legalStatus="REMAND"),
        prisoner("A1006AA", legalStatus="IMMIGRATION_DETAINEE"),
    ]
    done = consider(arrive(tmp_path, rows))
    assert (done.considered, counts(done)) == (6, (2, 2, 0, 0, 2))
    assert done.finished_at is not None
    assert (done.taken_on, Remit.objects.count()) == (6, 6)
    assert Referral.objects.filter(state="open").count() == 2
    assert {each.kind for each in Question.objects.all()} == {"nationality_unknown"}
    assert Task.objects.filter(state="open", subject_kind__in=["referral", "question"]).count() == 4


def test_considering_twice_changes_nothing(db: None, tmp_path: Path) -> None:
    command()
    receipt = arrive(tmp_path, [prisoner("A1001AA"), prisoner("A1002AA", nationality="British")])
    first = consider(receipt)
    again = consider(receipt, at=tomorrow())
    assert (again.pk, counts(again)) == (first.pk, counts(first))
    assert (Referral.objects.count(), Task.objects.count()) == (1, 1)


def test_what_has_not_changed_writes_nothing_and_is_counted(db: None, tmp_path: Path) -> None:
    command()
    rows = [prisoner("A1001AA"), prisoner("A1002AA", nationality="British"), prisoner("A1003AA", nationality="")]
    consider(arrive(tmp_path, rows))
    before = (Remit.objects.values_list("judged_at", flat=True).distinct().get(), Task.objects.count())
    rows.append(prisoner("A1004AA", legalStatus="REMAND"))
    done = consider(arrive(tmp_path, rows, at=tomorrow()), at=tomorrow())
    assert (done.considered, counts(done)) == (4, (0, 0, 2, 0, 2))
    assert (Remit.objects.filter(receipt_id__lt=done.receipt_id).values_list("judged_at", flat=True).distinct().get(), 2) == before


def test_out_of_remit_is_tested_again_when_the_record_changes(db: None, tmp_path: Path) -> None:
    command()
    consider(arrive(tmp_path, [prisoner("A1001AA", legalStatus="REMAND"), prisoner("A1002AA", nationality="British")]))
    assert Referral.objects.count() == 0
    later = [prisoner("A1001AA"), prisoner("A1002AA", nationality="Jamaican")]
    done = consider(arrive(tmp_path, later, at=tomorrow()), at=tomorrow())
    assert counts(done) == (2, 0, 0, 0, 0)
    assert Referral.objects.filter(state="open", origin="rule").count() == 2


def test_a_question_that_the_record_answers_is_overtaken(db: None, tmp_path: Path) -> None:
    command()
    consider(arrive(tmp_path, [prisoner("A1001AA", nationality=""), prisoner("A1002AA", nationality="")]))
    later = [prisoner("A1001AA"), prisoner("A1002AA", nationality="British")]
    done = consider(arrive(tmp_path, later, at=tomorrow()), at=tomorrow())
    assert counts(done) == (1, 0, 0, 0, 1)
    assert set(Question.objects.values_list("state", flat=True)) == {"overtaken"}
    assert Task.objects.filter(state="open").count() == 1


def test_killed_between_chunks_it_goes_on_where_it_was(committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command()
    rows = [prisoner(f"A10{number:02}AA", nationality=["Albanian", "British", ""][number % 3]) for number in range(9)]
    receipt = arrive(tmp_path, rows)
    monkeypatch.setattr(considering, "CHUNK", 2)
    real, calls = considering.judge_chunk, []

    def dies(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        counted = real(*args, **kwargs)
        if len(calls) == 3:
            raise KeyboardInterrupt  # after everything of the chunk was written, before it is committed
        return counted

    monkeypatch.setattr(considering, "judge_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        consider(receipt)
    assert Remit.objects.count() == 4
    done = consider(receipt, at=tomorrow())
    assert (done.considered, counts(done)) == (9, (3, 3, 0, 0, 3))
    assert (Referral.objects.count(), Question.objects.count(), Remit.objects.count()) == (3, 3, 9)


def test_with_nobody_to_own_nothing_is_written_and_the_remedy_is_named(db: None, tmp_path: Path) -> None:
    receipt = arrive(tmp_path, [prisoner("A1001AA")])
    with pytest.raises(NobodyToOwn, match="role of duty officer"):
        consider(receipt)
    assert (Remit.objects.count(), Task.objects.count()) == (0, 0)
    assert unconsidered_receipts(today=TODAY) == [receipt.pk]


def test_work_is_shared_and_whoever_is_away_is_passed_over(db: None, tmp_path: Path) -> None:
    _, (first, second) = command(officers=2)
    consider(arrive(tmp_path, [prisoner(f"A10{number:02}AA") for number in range(6)]))
    shares = [Task.objects.filter(owner=each, state="open").count() for each in (first, second)]
    assert shares == [3, 3]
    cases.record_absence(
        staff_id=first.pk,
        kind="leave",
        from_date=date(2026, 11, 19),
        to_date=date(2026, 11, 20),
        cover_id=second.pk,
        by=1,
        at=NOW,
        today=TODAY,
    )
    more = [prisoner(f"A10{number:02}AA") for number in range(10)]
    consider(arrive(tmp_path, more, at=tomorrow()), at=tomorrow())
    assert Task.objects.filter(owner=second, made_at=tomorrow()).count() == 4


def test_without_a_duty_officer_a_leader_owns_it(db: None, tmp_path: Path) -> None:
    made, _ = command(officers=0)
    consider(arrive(tmp_path, [prisoner("A1001AA")]))
    assert Task.objects.get().owner_id in {made.leader.pk, made.other_leader.pk}


def test_a_share_out_of_remit_is_drawn_as_the_seed_says(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command()
    rows = [prisoner(f"A1{number:03}AA", nationality="British") for number in range(300)]
    done = consider(arrive(tmp_path, rows), seed="a seed that is recorded")
    drawn = set(Look.objects.values_list("arrival_id", flat=True))
    again = {
        each for each in Remit.objects.values_list("arrival_id", flat=True) if is_drawn(seed=done.seed, arrival_id=each, per_thousand=10)
    }
    assert drawn == again
    assert done.looks == len(drawn)


def test_a_look_that_does_not_agree_refers(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "is_drawn", lambda **_: True)
    _, (officer, _) = command()
    consider(arrive(tmp_path, [prisoner("A1001AA", nationality="British"), prisoner("A1002AA", nationality="British")]))
    one, two = Look.objects.order_by("pk")
    told = {"by": officer.pk, "at": NOW, "today": TODAY}
    assert actions.look(look_id=one.pk, agreed=True, reason="Passport seen", **told) is None
    number = actions.look(look_id=two.pk, agreed=False, reason="Born in Kingston; no passport", **told)
    assert Referral.objects.get(pk=number).origin == "look"
    with pytest.raises(actions.LookIsMade):
        actions.look(look_id=one.pk, agreed=False, reason="Again", **told)
    assert Task.objects.filter(state="open").count() == 1


SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "hmpps" / "prisoner_search_sample.jsonl"


@pytest.mark.skipif(not SAMPLE.exists(), reason=f"the prison service's sample is not beside the repository ({SAMPLE.name})")
def test_every_real_record_ends_counted(db: None, tmp_path: Path) -> None:
    command()
    copy = tmp_path / SAMPLE.name
    copy.write_bytes(SAMPLE.read_bytes())
    receipt = load_prisoners(path=copy, observed_at=NOW, by=SYSTEM, at=NOW).receipt
    done = consider(receipt)
    assert receipt.received == 202
    assert done.considered == sum(counts(done)) == Remit.objects.count() == Arrival.objects.count() > 20
    open_now = Referral.objects.filter(state="open").count() + Question.objects.filter(state="open").count()
    assert Task.objects.filter(state="open", subject_kind__in=["referral", "question"]).count() == open_now
