"""Two persons who may be one: any order of answers ends alike, evidence asks for a second person, joins come undone row for row."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longstop.access.models import RoleGrant, Staff
from longstop.audit.actions import SYSTEM, keep
from longstop.demo.replay.door import ANSWERS_GIVEN
from longstop.intake.versions import Arrived
from longstop.kernel.policy import load
from longstop.people.models import Person, SearchKey, SourceRecord
from longstop.people.versions import versions
from longstop.referral import actions
from longstop.referral.actions import pairs
from longstop.referral.contradictions import Stay, different_numbers, stays_of, two_prisons
from longstop.referral.models import Joining, Question, Referral, Remit
from longstop.referral.rules import QUESTIONS, is_drawn
from tests.referral.world import NOW, UTC, arrive, command, consider, prisoner, tomorrow

SAME = {"firstName": "Ana", "lastName": "Nunez", "dateOfBirth": "1988-03-04"}
NUMBERS = ("A1001AA", "A1002AA", "A1003AA")


def told(officer: Staff, days: int = 0) -> dict[str, Any]:
    return {"by": officer.pk, "at": tomorrow(days), "today": tomorrow(days).date()}


def alike(folder: Path, *extra: dict[str, Any], days: int = 0) -> None:
    """A list of three who are alike, and out of remit, so that nothing else is asked of them."""
    more = extra or ({}, {}, {})
    rows = [prisoner(number, **(SAME | {"nationality": "British"} | each)) for number, each in zip(NUMBERS, more, strict=False)]
    consider(arrive(folder, rows, at=tomorrow(days)), at=tomorrow(days))


def asked(kind: str = "possibly_same_person") -> list[Question]:
    return list(Question.objects.filter(kind=kind, state="open").order_by("pk"))


def never_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "is_read_again", lambda question: False)


@pytest.mark.parametrize("first", [0, 1, 2])
def test_three_who_are_one_are_joined_whichever_answer_comes_first(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    never_twice(monkeypatch)
    _, (officer, _) = command()
    alike(tmp_path)
    assert len(asked()) == 3
    actions.answer(question_id=asked()[first].pk, answer="same", reason="Fingerprints", **told(officer))
    (left,) = asked()
    actions.answer(question_id=left.pk, answer="same", reason="Fingerprints", **told(officer))
    assert asked() == []
    assert SourceRecord.objects.filter(unlinked_at=None).values("person_id").distinct().count() == 1


PNC = {"pncNumber": "2012/394773H"}, {"pncNumber": "02/73319Z"}


def test_what_evidence_speaks_against_is_joined_by_a_second_person_only(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    never_twice(monkeypatch)
    _, (one, other) = command()
    alike(tmp_path, *PNC)
    (question,) = asked()
    actions.answer(question_id=question.pk, answer="same", reason="The photograph", **told(one))
    assert not Joining.objects.exists()
    (confirm,) = asked("confirm_same_person")
    assert (confirm.reasons, confirm.task and confirm.task.owner_id) == (["different_pnc"], other.pk)
    with pytest.raises(actions.AnsweredBefore):
        actions.answer(question_id=confirm.pk, answer="same", reason="Still sure", **told(one))
    actions.answer(question_id=confirm.pk, answer="same", reason="One PNC number was mistyped", **told(other))
    assert Joining.objects.get().question_id == confirm.pk


def test_a_second_person_may_say_no_and_nothing_is_joined(db: None, tmp_path: Path) -> None:
    _, (one, other) = command()
    alike(tmp_path, *PNC)
    actions.answer(question_id=asked()[0].pk, answer="same", reason="The photograph", **told(one))
    actions.answer(question_id=asked("confirm_same_person")[0].pk, answer="different", reason="Brothers", **told(other))
    assert not Joining.objects.exists()
    assert not Question.objects.filter(state="open").exists()


READINGS = [
    ("different", "different", None, 0),
    ("same", "same", None, 1),
    ("same", "different", "different", 0),  # joined at first, and parted by the third
    ("same", "different", "same", 1),
    ("different", "same", "same", 1),
    ("different", "same", "different", 0),
]


@pytest.mark.parametrize(("first", "second", "third", "joined"), READINGS)
def test_two_readers_who_disagree_are_settled_by_a_third(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, second: str, third: str | None, joined: int
) -> None:
    monkeypatch.setattr(pairs, "is_read_again", lambda question: True)
    _, officers = command(3)
    alike(tmp_path, {}, {})
    readers = []
    for kind, answer in (("possibly_same_person", first), ("read_again", second), ("readers_disagree", third)):
        if answer is None:
            break
        (question,) = asked(kind)
        assert question.task
        assert question.task.owner_id not in readers
        readers.append(question.task.owner_id)
        actions.answer(
            question_id=question.pk, answer=answer, reason="Looked at both", **told(next(o for o in officers if o.pk == readers[-1]))
        )
    assert not Question.objects.filter(state="open").exists()
    assert Joining.objects.filter(undone_at=None).count() == joined


def test_where_one_duty_officer_is_in_another_role_reads_again(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "is_read_again", lambda question: True)
    made, (only,) = command(1)
    alike(tmp_path, {}, {})
    actions.answer(question_id=asked()[0].pk, answer="different", reason="Another face", **told(only))
    (again,) = asked("read_again")
    assert again.task
    assert again.task.owner_id == made.leader.pk


def test_where_nobody_else_is_there_it_is_theirs_to_hand_on_and_not_to_answer(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "is_read_again", lambda question: True)
    _, (only,) = command(1)
    alike(tmp_path, {}, {})
    RoleGrant.objects.exclude(staff=only).update(ended_at=NOW, ended_by_id=SYSTEM)
    actions.answer(question_id=asked()[0].pk, answer="different", reason="Another face", **told(only))
    (again,) = asked("read_again")
    assert again.task
    assert again.task.owner_id == only.pk
    with pytest.raises(actions.AnsweredBefore):
        actions.answer(question_id=again.pk, answer="different", reason="Another face", **told(only))


def test_every_question_about_two_has_an_answer_in_the_demonstration() -> None:
    assert set(QUESTIONS) == set(ANSWERS_GIVEN)


def test_about_one_in_ten_answers_is_read_again() -> None:
    share = load("remit").at("read_again", NOW.date()).integer("per_thousand")
    drawn = sum(is_drawn(sha256(b"%d" % number).digest(), per_thousand=share) for number in range(2_000))
    assert 160 <= drawn <= 240


def test_the_draw_follows_from_what_is_kept_of_the_answer_and_not_from_what_was_known_before_it(db: None) -> None:
    reasons = [keep({"reason": "Another face"}, person_id=None) for _ in range(60)]
    assert len({reason.digest for reason in reasons}) == len(reasons), "the same words, kept under another digest each time"
    known_before = {"pk": 7, "kind": "possibly_same_person", "made_at": NOW, "ended_at": NOW}
    questions = [Question(**known_before, ended_payload_id=reason.pk) for reason in reasons]
    drawn = [pairs.is_read_again(each) for each in questions]
    assert drawn == [is_drawn(bytes(reason.digest), per_thousand=100) for reason in reasons]
    assert drawn == [pairs.is_read_again(each) for each in questions], "whoever has the record can draw again"


def state() -> dict[str, Any]:
    """All that is known of everybody now: each link as it was made, what each is found by, and what each record said over time."""
    links = SourceRecord.objects.filter(unlinked_at=None).order_by("person_id", "pk").values()
    people = Person.objects.order_by("pk").values_list("pk", "particulars_id")
    return {
        "links": [{name: bytes(each) if isinstance(each, memoryview) else each for name, each in row.items()} for row in links],
        "people": list(people),
        "keys": sorted(SearchKey.objects.values_list("person_id", "kind", "value")),
        "versions": {number: versions(number) for number, _ in people},
        "remits": sorted(Remit.objects.values_list("arrival_id", "person_id")),
        "asked": sorted(Question.objects.filter(state="open").values_list("kind", "person_id", "other_id")),
    }


SHAPES = [[(0, 1)], [(0, 1), (0, 2)], [(0, 1), (2, 0)]]  # one joins; a third joins the first; both join a third


@given(order=st.permutations(range(3)), shape=st.sampled_from(SHAPES))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_joins_undone_in_turn_leave_everything_as_it_was(
    db: None, tmp_path_factory: pytest.TempPathFactory, order: list[int], shape: list[tuple[int, int]]
) -> None:
    with undone_afterwards():
        folder = tmp_path_factory.mktemp("lists")
        _, (officer, _) = command()
        alike(folder, {"aliases": [{"firstName": "Wren", "lastName": "Hollis"}]}, {"dateOfBirth": "1988-04-03"}, {})
        alike(folder, {}, {"dateOfBirth": "1988-04-03", "lastName": "Nuñez"}, {"firstName": "Anna"}, days=1)
        people = sorted(Person.objects.values_list("pk", flat=True))
        before = [state()]
        for kept, other in shape:
            actions.join(person_id=people[order[kept]], other_id=people[order[other]], reason="Fingerprints", **told(officer, 1))
            before.append(state())
        assert before[0]["links"] != before[-1]["links"]
        for joining in list(Joining.objects.order_by("-pk")):
            before.pop()
            actions.undo_join(joining_id=joining.pk, reason="Two faces", **told(officer, 1))
            now = state()
            assert {name: now[name] for name in now if now[name] != before[-1][name]} == {}


@contextmanager
def undone_afterwards() -> Iterator[None]:
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def test_what_was_said_while_they_were_joined_goes_with_the_record(db: None, tmp_path: Path) -> None:
    _, (officer, _) = command()
    alike(tmp_path, {}, {})
    one, other = sorted(Person.objects.values_list("pk", flat=True))
    joining = actions.join(person_id=one, other_id=other, reason="Fingerprints", **told(officer))
    alike(tmp_path, {}, {"dateOfBirth": "1999-09-09"}, days=1)
    actions.undo_join(joining_id=joining.pk, reason="Two faces", **told(officer, 1))
    assert [each.content["date_of_birth"] for each in versions(other)] == ["1988-03-04", "1999-09-09"]
    assert [each.content["date_of_birth"] for each in versions(one)] == ["1988-03-04"]
    with pytest.raises(actions.NotJoined):
        actions.undo_join(joining_id=joining.pk, reason="Again", **told(officer, 1))


@pytest.mark.parametrize("turned", [False, True])
def test_who_were_parted_record_by_record_are_joined_no_more_and_can_be_joined_again(db: None, tmp_path: Path, turned: bool) -> None:
    _, (officer, _) = command()
    alike(tmp_path)
    one, other, third = sorted(Person.objects.values_list("pk", flat=True))
    inner = actions.join(person_id=other, other_id=third, reason="Fingerprints", **told(officer))
    outer = actions.join(person_id=one, other_id=other, reason="Fingerprints", **told(officer))
    assert outer.numbers == [other, third]
    parted = [(third, inner), (other, outer)]
    over = set()
    for number, joining in reversed(parted) if turned else parted:
        (record,) = SourceRecord.objects.filter(number=number, unlinked_at=None)
        actions.part(record_id=record.pk, reason="Two faces", **told(officer))
        over.add(joining.pk)
        assert set(Joining.objects.exclude(undone_at=None).values_list("pk", flat=True)) == over
        actions.join(person_id=one, other_id=number, reason="Fingerprints after all", **told(officer))
        (record,) = SourceRecord.objects.filter(number=number, unlinked_at=None)
        actions.part(record_id=record.pk, reason="Two faces after all", **told(officer))
        over |= set(Joining.objects.filter(person_id=one, other_id=number).values_list("pk", flat=True))
    with pytest.raises(actions.NotJoined):
        actions.undo_join(joining_id=outer.pk, reason="Two faces", **told(officer))
    assert not Joining.objects.filter(undone_at=None).exists()
    assert SourceRecord.objects.filter(unlinked_at=None).values("person_id").distinct().count() == 3


def test_a_question_asked_by_hand_is_asked_once_and_again_after_an_answer(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_twice(monkeypatch)
    _, (officer, _) = command()
    rows = [prisoner(number, nationality="British") for number in NUMBERS[:2]]
    consider(arrive(tmp_path, rows))
    one, other = sorted(Person.objects.values_list("pk", flat=True))
    number = actions.ask_whether_one(person_id=other, other_id=one, **told(officer))
    with pytest.raises(actions.AskedAlready) as open_one:
        actions.ask_whether_one(person_id=one, other_id=other, **told(officer))
    assert open_one.value.question_id == number
    actions.answer(question_id=number, answer="different", reason="Two faces", **told(officer))
    assert actions.ask_whether_one(person_id=one, other_id=other, **told(officer)) != number


def test_whoever_has_an_open_referral_keeps_it(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The records of whoever nothing is open about go to the one whom something is open about, whichever came first."""
    never_twice(monkeypatch)
    _, (officer, _) = command()
    consider(arrive(tmp_path, [prisoner("A1001AA", **SAME, nationality="British"), prisoner("A1002AA", **SAME)]))
    referral = Referral.objects.get()
    (question,) = asked()
    assert referral.person_id == question.other_id
    actions.answer(question_id=question.pk, answer="same", reason="Fingerprints", **told(officer))
    assert set(SourceRecord.objects.filter(unlinked_at=None).values_list("person_id", flat=True)) == {referral.person_id}


def arrived(day: int, *, status: str = "in_prison", prison: str = "LEI", until: int = 20, person: int = 1) -> Arrived:
    at, seen = datetime(2026, 11, day, 5, tzinfo=UTC), datetime(2026, 11, until, 5, tzinfo=UTC)
    content = {"custody": {"status": status, "prison": prison}}
    return Arrived(person_id=person, source="hmpps-prisoners", observed_at=at, last_seen_at=seen, receipt_id=day, content=content)


ON_THE_4TH = "On 4 November 2026 one was in prison at LEI, the other at MDI."
# What one record says from each day on, what the other says, and whether both were in prison apart on one day.
STAYS = [
    ([arrived(1)], [arrived(2, prison="MDI")], "On 2 November 2026 one was in prison at LEI, the other at MDI."),
    ([arrived(1)], [arrived(2, prison="LEI")], ""),  # two records of one stay
    ([arrived(1), arrived(5, status="released")], [arrived(5, prison="MDI")], ""),
    (
        [arrived(1), arrived(5, status="released")],
        [arrived(4, prison="MDI")],
        ON_THE_4TH,
    ),
    ([arrived(1), arrived(5, prison="MDI")], [arrived(1), arrived(5, prison="MDI")], ""),  # moved on one day
    ([arrived(1, until=3)], [arrived(4, prison="MDI")], ""),  # gone from the list before the other came
    ([arrived(1, status="released")], [arrived(2, prison="MDI")], ""),
]


@pytest.mark.parametrize(("one", "other", "words"), STAYS)
def test_nobody_is_in_two_prisons_on_one_day(one: list[Arrived], other: list[Arrived], words: str) -> None:
    assert [each.words for each in two_prisons(stays_of(one), stays_of(other))] == ([words] if words else [])


def test_a_stay_ends_on_the_day_before_the_record_says_something_else() -> None:
    told = [arrived(1), arrived(5, prison="MDI")]
    assert stays_of(told) == [Stay(date(2026, 11, 1), date(2026, 11, 4), "LEI"), Stay(date(2026, 11, 5), date(2026, 11, 20), "MDI")]


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ({"kind": "fingerprint", "value": "FP-1"}, {"kind": "fingerprint", "value": "fp-1"}, []),
        ({"kind": "fingerprint", "value": "FP-1"}, {"kind": "fingerprint", "value": "FP-2"}, ["different_fingerprint"]),
        ({"kind": "pnc", "canonical": "2012/0394773H"}, {"kind": "pnc", "canonical": "2002/0073319Z"}, ["different_pnc"]),
        ({"kind": "pnc", "canonical": "2012/0394773H"}, {"kind": "cro", "canonical": "29906/12J"}, []),
    ],
)
def test_numbers_of_which_a_person_has_one_differ(one: dict[str, str], other: dict[str, str], codes: list[str]) -> None:
    assert [each.code for each in different_numbers([{"identifiers": [one]}], [{"identifiers": [other]}])] == codes
