"""A receipt is considered: everybody in it is referred, asked about, in hand, decided or out of remit, and each is counted once."""

from pathlib import Path

import pytest

from longstop.referral.models import Question, Referral, Remit
from longstop.work.models import Task
from tests.referral.world import NOW, arrive, command, consider, prisoner, tomorrow

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
