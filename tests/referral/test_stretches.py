"""A list comes to the same however it is cut, and what has not changed is counted by the database."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from longstop.audit.models import Event
from longstop.audit.queries import contents
from longstop.cases import actions as cases
from longstop.intake import sightings
from longstop.intake.models import Receipt
from longstop.people.models import SearchKey, SourceRecord
from longstop.referral import actions
from longstop.referral.actions import considering
from longstop.referral.models import Consideration, Departure, Look, Question, Referral, Remit
from longstop.referral.parts import WHOLE, Part
from longstop.referral.stretches import Stretch
from longstop.work.models import Task
from tests import given
from tests.referral.world import NOW, TODAY, arrive, command, consider, prisoner, tomorrow, unlinked

PNC, OTHER_PNC, CRO, OTHER_CRO = "2012/394773H", "02/73319Z", "29906/12J", "65656/91H"
REMAND = {"croNumber": OTHER_CRO, "legalStatus": "REMAND"}
ALIKE = {"firstName": "Ana", "lastName": "Nunez", "dateOfBirth": "1988-03-04"}
STEADY = [prisoner(f"A1{number}AA") for number in range(100, 107)]

# Each line: who, what the first list says, what the third says; None where they are not on it.
WORLD: list[tuple[str, dict[str, Any] | None, dict[str, Any] | None]] = [
    ("A1001AA", {}, {}),  # referred, and not decided on
    ("A1002AA", {"nationality": "British"}, {"nationality": "British"}),
    ("A1003AA", {"nationality": ""}, {"nationality": ""}),  # asked about
    ("A1004AA", {}, {}),  # found of no interest
    ("A1005AA", {}, {}),  # accepted: a case is open
    ("A1006AA", {"nationality": "?"}, {"nationality": "?"}),  # answered
    ("A1007AA", {}, {}),  # the case was closed
    ("A1008AA", {"legalStatus": "REMAND"}, {"legalStatus": "SENTENCED"}),
    ("A1009AA", {}, {"legalStatus": "RECALL"}),  # changed since it was found of no interest
    ("A1010AA", {}, {}),  # gone from the second list, and back
    ("A1011AA", {}, {}),  # said to be deported, and back
    ("A1012AA", {"pncNumber": PNC, "nationality": "British"}, {"pncNumber": PNC, "nationality": "British"}),
    ("A1013AA", {"pncNumber": PNC, "nationality": "British"}, {"pncNumber": PNC, "nationality": "Jamaican"}),  # one person with the last
    ("A1014AA", {"pncNumber": OTHER_PNC}, {"pncNumber": OTHER_PNC}),
    ("A1015AA", {"pncNumber": OTHER_PNC}, {"pncNumber": OTHER_PNC}),  # parted from the last: somebody else
    ("A1016AA", {"nationality": "British"}, {"nationality": "British"}),  # out of remit under rules that are no more
    ("A1017AA", {"nationality": ""}, {"nationality": "Albanian"}),  # the record says it now
    ("A1018AA", {"croNumber": CRO, "nationality": "British"}, {"croNumber": CRO, "nationality": "British"}),
    ("A1019AA", ALIKE | {"nationality": "British"}, ALIKE | {"nationality": "British"}),
    ("A1020AA", {}, None),  # gone
    ("A1021AA", None, {"croNumber": CRO}),  # new, and one with somebody known
    ("A1022AA", None, ALIKE),  # new, and like somebody known
    ("A1023AA", REMAND, REMAND | {"legalStatus": "SENTENCED"}),  # referred, and so in hand by the next
    ("A1024AA", REMAND, REMAND),
    ("A1025AA", None, {"nationality": "British"}),
]


def rows(which: int, *, without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    said = [(each[0], each[which]) for each in WORLD]
    return [prisoner(number, **more) for number, more in said if more is not None and number not in without] + STEADY


def of(number: str) -> int:
    payloads = {each.arrival.payload_id: each.person_id for each in Remit.objects.select_related("arrival")}
    said = contents(payloads)
    (found,) = [person for payload, person in payloads.items() if (said[payload] or {})["record"]["prison_number"] == number]
    return found


def decide(officer: given.Staff, caseworker: given.Staff) -> None:
    """Let persons do to each of the world what its line says."""
    told: dict[str, Any] = {"by": officer.pk, "at": NOW}
    for number in ("A1004AA", "A1009AA"):
        referral = Referral.objects.get(person_id=of(number), state="open")
        actions.find_no_interest(referral_id=referral.pk, code="OTHER_REASON", reason="Leave granted", **told)
    for number in ("A1005AA", "A1007AA"):
        referral = Referral.objects.get(person_id=of(number), state="open")
        opened = actions.accept(referral_id=referral.pk, owner_id=caseworker.pk, reason="In remit", today=TODAY, **told)
    cases.close(case_id=opened, outcome="right_to_remain", evidence="Letter", reason="Leave", by=caseworker.pk, at=NOW)
    question = Question.objects.get(person_id=of("A1006AA"), state="open")
    actions.answer(question_id=question.pk, answer="british", reason="Passport", today=TODAY, **told)
    record = SourceRecord.objects.get(person_id=of("A1015AA"), number__isnull=False)
    unlinked(record.pk, by=officer.pk)
    Remit.objects.filter(person_id=of("A1016AA")).update(policy="rules that are no more")


@pytest.fixture
def third_list(db: None, tmp_path: Path) -> Receipt:
    """The third list of the world, taken in and not considered."""
    made, (officer, _) = command()
    consider(arrive(tmp_path, rows(1)))
    decide(officer, given.caseworker("Amy Tran", made.team))
    consider(arrive(tmp_path, rows(1, without=("A1010AA", "A1011AA")), at=tomorrow()), at=tomorrow())
    gone = Departure.objects.get(person_id=of("A1011AA"))
    actions.explain(departure_id=gone.pk, explanation="deported", evidence="Removal report", by=officer.pk, at=tomorrow())
    return arrive(tmp_path, rows(2), at=tomorrow(2))


@contextmanager
def undone() -> Iterator[None]:
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


def all_judged(*, receipt_id: int, after: int, policy: str, longest: int, most: int, part: Part = WHOLE) -> Stretch:
    """A stretch of which nothing is merely counted: each record is read and placed by itself."""
    numbers = list(sightings.seen(receipt_id=receipt_id, after=after).values_list("pk", flat=True)[: min(longest, most)])
    last = numbers[-1] if numbers else None
    told = {"receipt_id": receipt_id, "after": after, "policy": policy, "part": part, "last": last}
    return Stretch(**told, records=len(numbers), judge=numbers, counts=Counter())


def became(receipt: Receipt, monkeypatch: pytest.MonkeyPatch, *, judged: int, together: int) -> dict[str, Any]:
    """Consider the list cut so, tell what became of it, row for row and without numbers that are drawn, and undo it."""
    monkeypatch.setattr(considering, "CHUNK", judged)
    monkeypatch.setattr(considering, "STRETCH", together)
    with undone():
        last = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
        done = consider(receipt, at=tomorrow(2))
        happened = Event.objects.filter(pk__gt=last).exclude(kind="referral.records_considered")
        first = "person_id", "arrival_id", "reasons", "state", "first_due", "made_at"
        return {
            "counts": {name: getattr(done, name) for name in considering.COUNTED},
            "remits": sorted(
                Remit.objects.values_list("arrival_id", "person_id", "result", "reasons", "policy", "receipt_id", "judged_at")
            ),
            "digests": sorted(Remit.objects.filter(content_digest=F("arrival__content_digest")).values_list("pk", flat=True)),
            "referrals": sorted(Referral.objects.values_list(*first, "origin", "follows__person_id", "outcome_code")),
            "questions": sorted(map(str, Question.objects.values_list(*first, "kind", "other_id", "answer", "ended_at"))),
            "departures": sorted(map(str, Departure.objects.values_list("arrival_id", "last_seen_id", "state", "explanation", "ended_at"))),
            "looks": sorted(Look.objects.values_list(*first)),
            "tasks": Counter(Task.objects.values_list("subject_kind", "kind", "due", "state", "origin")),
            "records": sorted(
                map(str, SourceRecord.objects.values_list("person_id", "number", "content_digest", "receipt_id", "unlinked_at"))
            ),
            "keys": sorted(SearchKey.objects.values_list("person_id", "kind", "value")),
            "events": Counter(happened.values_list("kind", "subject_kind")),
        }


def test_a_list_comes_to_the_same_however_it_is_cut(third_list: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = became(third_list, monkeypatch, judged=500, together=5_000)
    counts = whole["counts"]
    assert counts["considered"] == len(rows(2))
    # Of no interest, answered, closed, and deported but back with the referral that was open.
    assert counts["decided"] == 3
    assert (counts["joined"], counts["alike"], counts["departed"], counts["returned"]) == (1, 1, 1, 1)
    for judged, together in ((1, 1), (1, 5_000), (3, 4)):
        assert became(third_list, monkeypatch, judged=judged, together=together) == whole
    monkeypatch.setattr(considering, "stretch", all_judged)
    assert became(third_list, monkeypatch, judged=500, together=5_000) == whole
    assert became(third_list, monkeypatch, judged=1, together=1) == whole


def test_what_has_not_changed_takes_as_many_statements_for_many_as_for_few(db: None, tmp_path: Path) -> None:
    command()
    taken = []
    for day, many in ((0, 5), (10, 60)):
        people = [prisoner(f"B{number:04}AA", nationality="British" if number % 2 else "Albanian") for number in range(many)]
        consider(arrive(tmp_path, people, at=tomorrow(day)), at=tomorrow(day))
        again = arrive(tmp_path, [*people, prisoner("B9999AA", nationality="British")], at=tomorrow(day + 1))
        consider(again, at=tomorrow(day + 1))
        third = arrive(tmp_path, people, at=tomorrow(day + 2))
        with CaptureQueriesContext(connection) as captured:
            done = consider(third, at=tomorrow(day + 2))
        assert (done.considered, done.in_hand + done.out_of_remit) == (many, many)
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_what_became_of_a_list_is_counted_once_it_is_finished(third_list: Receipt) -> None:
    done = consider(third_list, at=tomorrow(2))
    assert Consideration.objects.get(pk=done.pk).finished_at == tomorrow(2)
    assert Event.objects.filter(kind="referral.receipt_considered", subject_id=third_list.pk).count() == 1
