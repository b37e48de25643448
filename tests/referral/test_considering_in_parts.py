"""Several processes share one list: together they do what one would, and nobody is referred twice."""

from pathlib import Path

import pytest

from longstop.audit.actions import SYSTEM
from longstop.intake.models import Receipt
from longstop.people.models import Person
from longstop.referral import queries
from longstop.referral.actions import Part, begin_to_consider, consider_receipt, considering
from longstop.referral.models import Consideration, Departure, Referral, Remit
from tests.conftest import Committed
from tests.referral.test_takeover_in_parts import at_once
from tests.referral.world import NOW, TODAY, arrive, command, consider, prisoner, tomorrow

# Fourteen of them bear one PNC number, some in each part: one person, referred once.
TWINNED = [prisoner(f"A10{number:02}AA", pncNumber="12/394773H") for number in range(14)]
OTHERS = [prisoner(f"A11{number:02}AA") for number in range(10)]


def part_of(receipt: Receipt, number: int, of: int = 2) -> Consideration:
    return consider_receipt(receipt_id=receipt.pk, by=SYSTEM, at=NOW, today=TODAY, part=Part(number, of))


def parted(receipt: Receipt) -> Consideration:
    return begin_to_consider(receipt_id=receipt.pk, by=SYSTEM, at=NOW, today=TODAY, seed="fixed", parts=2)


@pytest.fixture
def receipt(committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Receipt:
    command()
    monkeypatch.setattr(considering, "CHUNK", 5)
    return arrive(tmp_path, [*TWINNED, *OTHERS])


def test_two_parts_at_once_consider_everybody_and_refer_nobody_twice(receipt: Receipt) -> None:
    parted(receipt)
    at_once(lambda: part_of(receipt, 0), lambda: part_of(receipt, 1))
    shared = Consideration.objects.get()
    assert shared.finished_at is None, "nobody has asked who is not on the list any more"
    assert queries.unconsidered_receipts(today=TODAY) == [receipt.pk]
    whole = consider(receipt)
    assert (whole.considered, whole.referred, whole.in_hand, whole.taken_on, whole.joined) == (24, 11, 13, 11, 13)
    assert (Person.objects.count(), Referral.objects.filter(state="open").count(), Remit.objects.count()) == (11, 11, 24)
    assert queries.unconsidered_receipts(today=TODAY) == []


def test_a_part_that_nobody_finished_is_finished_by_whoever_asks_for_the_whole(receipt: Receipt) -> None:
    parted(receipt)
    part_of(receipt, 1)
    whole = consider(receipt)
    assert (whole.considered, whole.referred) == (24, 11)
    assert part_of(receipt, 0).finished_at == whole.finished_at, "done again, it does nothing"
    assert Consideration.objects.get().considered == 24


def test_who_is_not_on_a_shared_list_any_more_is_told_once(receipt: Receipt, tmp_path: Path) -> None:
    consider(receipt)
    second = arrive(tmp_path, [*TWINNED, *OTHERS[2:]], at=tomorrow())
    told = {"by": SYSTEM, "at": tomorrow(), "today": tomorrow().date()}
    begin_to_consider(receipt_id=second.pk, seed="fixed", parts=2, **told)  # type: ignore[arg-type]
    for number in range(2):
        consider_receipt(receipt_id=second.pk, part=Part(number, 2), **told)  # type: ignore[arg-type]
    assert not Departure.objects.exists()
    whole = consider(second, at=tomorrow())
    assert (whole.considered, whole.in_hand, whole.departed, Departure.objects.count()) == (22, 22, 2, 2)
