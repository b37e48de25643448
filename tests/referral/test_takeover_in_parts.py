"""Several processes share one taking over: together they do what one would, and see each other's persons."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from longstop.audit.actions import SYSTEM
from longstop.cases.models import Case
from longstop.people.models import Person
from longstop.referral import queries
from longstop.referral.actions import Part, take_over
from longstop.referral.models import Question, Takeover
from tests.conftest import Committed
from tests.given import NOW, TODAY
from tests.referral.test_legacy import CASE, PERSON, World

PATIENCE = 60.0  # seconds: far more than anything here takes


def part_of(receipts: list[int], number: int, of: int = 2) -> Takeover:
    return take_over(receipt_ids=receipts, by=SYSTEM, at=NOW, today=TODAY, part=Part(number, of))


def at_once(*acts: Callable[[], object]) -> None:
    """Let all go from one line, each on a connection of its own; raises what any of them does."""
    line = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            line.wait(PATIENCE)
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        for begun in [threads.submit(run, act) for act in acts]:
            begun.result(PATIENCE)


@pytest.fixture
def world(committed: Committed, tmp_path: Path) -> World:
    return World(tmp_path)


def invented(number: int, **said: str) -> dict[str, str]:
    name = {"last_name": f"Probe{chr(97 + number)}", "date_of_birth": f"1980-03-{number + 1:02}"}
    return {**PERSON, "person_id": f"P{number}", **name, **said}


def test_two_parts_at_once_take_everybody_over_and_find_one_person_in_many_records(world: World) -> None:
    # Twelve of the twenty bear one PNC number, some in each part: one person, with one open case and a question about the others.
    persons = [invented(number, **({"pnc": "12/394773H"} if number < 12 else {})) for number in range(20)]
    rows = [{**CASE, "case_reference": f"C{number}", "person_id": f"P{number}"} for number in range(20)]
    receipts = world.receive(persons=persons, cases=rows)
    at_once(lambda: part_of(receipts, 0), lambda: part_of(receipts, 1))
    made = list(Takeover.objects.order_by("part"))
    assert all(each.persons for each in made), "each had a part"
    assert (sum(each.persons for each in made), sum(each.cases for each in made)) == (20, 20)
    assert (sum(each.joined for each in made), Person.objects.count()) == (11, 9)
    assert (sum(each.opened for each in made), Case.objects.count(), sum(each.asked for each in made)) == (9, 9, 11)
    assert [each.kind for each in Question.objects.filter(state="open")] == ["second_case"]


def test_receipts_wait_until_every_part_has_been_taken_over(world: World) -> None:
    receipts = world.receive(cases=[world.of(world.amy)])
    part_of(receipts, 0)
    assert queries.receipts_to_take_over() == receipts
    part_of(receipts, 1)
    assert queries.receipts_to_take_over() == []
    assert part_of(receipts, 1).pk == Takeover.objects.get(part=1).pk, "done again, it does nothing"


def test_whoever_takes_over_alone_finishes_parts_that_were_left(world: World) -> None:
    persons = [invented(number) for number in range(6)]
    rows = [{**CASE, "case_reference": f"C{number}", "person_id": f"P{number}"} for number in range(6)]
    receipts = world.receive(persons=persons, cases=rows)
    Takeover.objects.create(receipts=receipts, part=1, parts=2, begun_at=NOW, begun_by_id=SYSTEM)
    made = take_over(receipt_ids=receipts, by=SYSTEM, at=NOW, today=TODAY)
    left = Takeover.objects.get(part=1)
    assert (made.parts, made.cases, made.opened + left.opened, made.in_hand) == (1, 6, 6, left.opened)
    assert left.opened
    assert Takeover.objects.filter(finished_at=None).count() == 0
    assert queries.receipts_to_take_over() == []
