"""Records join only on equal verified identifiers; every other likeness is an owned question; every join can be undone."""

from pathlib import Path

import pytest

from longstop.audit.actions import SYSTEM
from longstop.audit.models import Payload
from longstop.audit.operations import GuaranteeBroken, action
from longstop.cases import actions as cases
from longstop.people.actions import NotLinked
from longstop.people.matching import joined_numbers, numbers_of
from longstop.people.models import Person, SourceRecord
from longstop.people.queries import search
from longstop.referral import actions
from longstop.referral.actions.making import NewQuestion, ask
from longstop.referral.models import Question, Referral, Remit
from longstop.referral.owners import pool
from tests.conftest import Committed
from tests.referral.world import NOW, TODAY, arrive, command, consider, prisoner, tomorrow

PNC, OTHER_PNC = "2012/394773H", "02/73319Z"
CRO = "29906/12J"
SAME = {"firstName": "Ana", "lastName": "Nunez", "dateOfBirth": "1988-03-04"}


def records_of(person: int) -> int:
    return SourceRecord.objects.filter(person_id=person, unlinked_at=None).count()


def test_an_equal_pnc_number_joins_however_it_is_written(db: None, tmp_path: Path) -> None:
    command()
    consider(arrive(tmp_path, [prisoner("A1001AA", pncNumber=PNC)]))
    done = consider(arrive(tmp_path, [prisoner("A1001AA", pncNumber=PNC), prisoner("A1002AA", pncNumber="12/394773H")], at=tomorrow()))
    (person,) = Person.objects.values_list("pk", flat=True)
    assert (done.joined, records_of(person), len(numbers_of(person))) == (1, 2, 2)
    assert Referral.objects.filter(state="open").count() == 1  # one person, one referral
    assert done.in_hand == 2


def test_two_new_records_of_one_list_join_each_other(db: None, tmp_path: Path) -> None:
    command()
    done = consider(arrive(tmp_path, [prisoner("A1001AA", croNumber=CRO), prisoner("A1002AA", croNumber="029906/12J")]))
    assert (done.taken_on, done.joined, Person.objects.count(), Referral.objects.count()) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"pncNumber": "2012/394773A"}, {"pncNumber": "2012/394773A"}, ""),  # the check letter does not fit
        ({"croNumber": "000000/00Z"}, {"croNumber": "000000/00Z"}, ""),  # a placeholder
        (SAME, SAME, "name_and_birth"),
        (SAME, {**SAME, "firstName": "Nunez", "lastName": "Ana"}, "name_and_birth"),
        (SAME, {**SAME, "firstName": "ANA", "lastName": "Núñez"}, "name_and_birth"),
        ({**SAME, "dateOfBirth": "1970-01-01"}, {**SAME, "dateOfBirth": "1970-01-01"}, ""),
        ({"pncNumber": PNC, "croNumber": CRO}, {"pncNumber": PNC, "croNumber": "65656/91H"}, "identifiers_disagree"),
    ],
)
def test_every_other_likeness_joins_nobody(db: None, tmp_path: Path, first: dict[str, str], second: dict[str, str], why: str) -> None:
    command()
    done = consider(arrive(tmp_path, [prisoner("A1001AA", **first), prisoner("A1002AA", **second)]))
    assert (done.joined, Person.objects.count()) == (0, 2)
    asked = list(Question.objects.filter(kind="possibly_same_person", state="open"))
    assert [each.reasons for each in asked] == ([[why]] if why else [])
    again = consider(arrive(tmp_path, [prisoner("A1001AA", **first), prisoner("A1002AA", **second)], at=tomorrow()), at=tomorrow())
    assert again.alike == 0


def test_identifiers_that_point_at_two_persons_are_a_question_about_each(db: None, tmp_path: Path) -> None:
    command()
    rows = [prisoner("A1001AA", pncNumber=PNC), prisoner("A1002AA", croNumber=CRO), prisoner("A1003AA", pncNumber=PNC, croNumber=CRO)]
    done = consider(arrive(tmp_path, rows))
    assert (done.joined, done.alike, Person.objects.count()) == (0, 2, 3)


def joined(folder: Path) -> tuple[int, SourceRecord]:
    consider(arrive(folder, [prisoner("A1001AA", pncNumber=PNC), prisoner("A1002AA", pncNumber=PNC)]))
    (person,) = Person.objects.values_list("pk", flat=True)
    return person, SourceRecord.objects.get(person_id=person, number__isnull=False)


def test_whoever_a_record_is_about_after_all_is_referred_at_once(db: None, tmp_path: Path) -> None:
    _, (officer, _) = command()
    person, record = joined(tmp_path)
    told = {"by": officer.pk, "at": NOW, "today": TODAY}
    other = actions.part(record_id=record.pk, reason="Another date of birth on the warrant", **told)
    assert other == record.number
    assert (records_of(person), records_of(other), numbers_of(person)) == (1, 1, [person])
    assert {hit.card.id for hit in search("A1002AA")} == {other}
    assert set(Remit.objects.values_list("person_id", flat=True)) == {person, other}
    assert Referral.objects.get(state="open", person_id=other).reasons == ["parted"]
    with pytest.raises(NotLinked):
        actions.part(record_id=record.pk, reason="Again", **told)
    rows = [prisoner("A1001AA", pncNumber=PNC), prisoner("A1002AA", pncNumber=PNC)]
    done = consider(arrive(tmp_path, rows, at=tomorrow()), at=tomorrow())
    assert (done.referred, done.in_hand) == (0, 2)


def test_nobody_is_referred_whom_the_rules_find_out_of_remit(db: None, tmp_path: Path) -> None:
    _, (officer, _) = command()
    consider(arrive(tmp_path, [prisoner(number, pncNumber=PNC, nationality="British") for number in ("A1001AA", "A1002AA")]))
    record = SourceRecord.objects.get(number__isnull=False)
    actions.part(record_id=record.pk, reason="Another date of birth on the warrant", by=officer.pk, at=NOW, today=TODAY)
    assert not Referral.objects.exists()


def test_disposal_reaches_the_values_of_records_that_were_joined(committed: Committed, tmp_path: Path) -> None:
    _, (officer, second) = command()
    person, record = joined(tmp_path)
    told = {"by": officer.pk, "at": NOW}
    with pytest.raises(actions.StillConsidered):
        actions.propose_disposal(person_id=person, reason="Retention", authority="Schedule 4", **told)
    referral = Referral.objects.get(state="open")
    actions.find_no_interest(referral_id=referral.pk, code="RIGHT_TO_REMAIN", reason="Leave granted", **told)
    number = actions.propose_disposal(person_id=person, reason="Retention", authority="Schedule 4", **told)
    actions.dispose_person(disposal_id=number, by=second.pk, at=NOW)
    about = Payload.objects.filter(person_id__in=[person, record.number])
    assert about.count() > 8
    assert not about.filter(content__isnull=False).exists()
    assert search("A1001AA") == search("A1002AA") == []


def test_a_record_joined_after_the_proposal_stops_the_disposal(db: None, tmp_path: Path) -> None:
    _, (officer, second) = command()
    consider(arrive(tmp_path, [prisoner("A1001AA", pncNumber=PNC, nationality="British")]))
    (person,) = Person.objects.values_list("pk", flat=True)
    number = actions.propose_disposal(person_id=person, reason="Retention", authority="Schedule 4", by=officer.pk, at=NOW)
    both = [prisoner("A1001AA", pncNumber=PNC, nationality="British"), prisoner("A1002AA", pncNumber=PNC, nationality="British")]
    consider(arrive(tmp_path, both, at=tomorrow()), at=tomorrow())
    with pytest.raises(cases.RecordsJoinedSince):
        actions.dispose_person(disposal_id=number, by=second.pk, at=NOW)


def test_one_person_is_said_by_a_person_and_joins_their_records(db: None, tmp_path: Path) -> None:
    _, (officer, _) = command()
    consider(arrive(tmp_path, [prisoner("A1001AA", **SAME), prisoner("A1002AA", **SAME)]))
    question = Question.objects.get(kind="possibly_same_person")
    told = {"by": officer.pk, "at": NOW, "today": TODAY}
    with pytest.raises(actions.OtherHasWork):
        actions.answer(question_id=question.pk, answer="same", reason="Fingerprints", **told)
    referral = Referral.objects.get(person_id=question.other_id)
    actions.find_no_interest(referral_id=referral.pk, code="OTHER_REASON", reason="The same as the other", by=officer.pk, at=NOW)
    actions.answer(question_id=question.pk, answer="same", reason="Fingerprints", **told)
    assert (records_of(question.person_id), records_of(question.other_id or 0)) == (2, 0)
    with pytest.raises(actions.QuestionIsAnswered):
        actions.answer(question_id=question.pk, answer="different", reason="No", **told)


def test_who_was_joined_is_found_once_by_all_that_found_the_other(db: None, tmp_path: Path) -> None:
    _, (officer, _) = command()
    before = [prisoner("A1001AA", **SAME), prisoner("A1002AA", **SAME, aliases=[{"firstName": "Wren", "lastName": "Hollis"}])]
    consider(arrive(tmp_path, before))
    consider(arrive(tmp_path, [prisoner("A1001AA", **SAME), prisoner("A1002AA", **SAME)], at=tomorrow()), at=tomorrow())
    question = Question.objects.get(kind="possibly_same_person")
    person, other = question.person_id, question.other_id or 0
    referral = Referral.objects.get(person_id=other)
    told = {"by": officer.pk, "at": NOW}
    actions.find_no_interest(referral_id=referral.pk, code="OTHER_REASON", reason="The same as the other", **told)
    actions.answer(question_id=question.pk, answer="same", reason="Fingerprints", today=TODAY, **told)
    for typed in ("Nunez", "A1001AA", "A1002AA", "Hollis"):  # the last was said by an earlier version alone
        assert [hit.card.id for hit in search(typed)] == [person], typed
    assert joined_numbers([person]) == {other: person}
    record = SourceRecord.objects.get(person_id=person, number=other)
    actions.part(record_id=record.pk, reason="Another date of birth on the warrant", today=TODAY, **told)
    assert {hit.card.id for hit in search("Nunez")} == {person, other}
    assert [hit.card.id for hit in search("A1002AA")] == [other]
    assert joined_numbers([person]) == {}


def test_nobody_is_joined_away_from_a_question_that_is_still_open(db: None, tmp_path: Path) -> None:
    """It would stay with a number that no record is about, and its answer could open a case about nobody."""
    _, (officer, _) = command()
    unknown = SAME | {"nationality": ""}
    consider(arrive(tmp_path, [prisoner("A1001AA", **unknown), prisoner("A1002AA", **unknown)]))
    pair = Question.objects.get(kind="possibly_same_person")
    told = {"by": officer.pk, "at": NOW, "today": TODAY}
    with pytest.raises(actions.OtherHasWork):
        actions.answer(question_id=pair.pk, answer="same", reason="Fingerprints", **told)
    asked = Question.objects.get(kind="nationality_unknown", person_id=pair.other_id)
    actions.answer(question_id=asked.pk, answer="british", reason="Passport seen", **told)
    actions.answer(question_id=pair.pk, answer="same", reason="Fingerprints", **told)
    assert (records_of(pair.person_id), records_of(pair.other_id or 0)) == (2, 0)


def test_sources_that_conflict_after_a_join_are_a_question(db: None, tmp_path: Path) -> None:
    command()
    done = consider(arrive(tmp_path, [prisoner("A1001AA", pncNumber=PNC), prisoner("A1002AA", pncNumber=PNC, nationality="British")]))
    assert (done.joined, Question.objects.get().kind) == (1, "conflicting_nationality")


def test_a_second_open_question_about_a_pair_is_refused_by_the_database(db: None, tmp_path: Path) -> None:
    command()
    consider(arrive(tmp_path, [prisoner("A1001AA", **SAME), prisoner("A1002AA", **SAME)]))
    held = Question.objects.get(kind="possibly_same_person")
    with pytest.raises(GuaranteeBroken, match="one_open_question_of_a_kind"):
        _ask_again(held)


@action
def _ask_again(held: Question) -> None:
    again = NewQuestion(kind=held.kind, person_id=held.person_id, other_id=held.other_id, arrival_id=None, reasons=())
    ask([again], pool(today=TODAY), by=SYSTEM, at=NOW, today=TODAY)
