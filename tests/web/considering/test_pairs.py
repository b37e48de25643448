"""The pages on which two persons are found to be one, or two: who sees what, and what they are told."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.audit.models import Payload, Reading
from longstop.cases import actions as cases
from longstop.cases.models import Case
from longstop.people.models import Person, SourceRecord
from longstop.referral import actions
from longstop.referral.actions import pairs
from longstop.referral.actions.relinking import relink
from longstop.referral.models import Joining, Question
from tests import given
from tests.referral import world
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive
from tests.web.considering.test_referrals import read, words

pytestmark = pytest.mark.django_db
SAME = {"firstName": "Orla", "lastName": "Penhallow", "dateOfBirth": "1988-02-03", "nationality": "British"}


@pytest.fixture
def two(officers: list[Staff], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Question:
    """Two out of remit who are alike, in two prisons on one day."""
    monkeypatch.setattr(pairs, "is_read_again", lambda question: False)
    arrive(tmp_path, [world.prisoner("A1004AD", prisonId="LEI", **SAME), world.prisoner("A1005AE", prisonId="MDI", **SAME)], at=AT)
    return Question.objects.get(kind="possibly_same_person")


def answered(client: Client, asked: Question, code: str) -> str:
    given = {"code": code, "reason": "Prints"}
    return words(client.post(reverse("question-answer", args=[asked.pk]), given, follow=True).content.decode())


def test_evidence_against_is_shown_before_and_a_second_person_is_asked(duty: Client, officers: list[Staff], two: Question) -> None:
    page = read(duty, "question", two.pk)
    assert "Evidence speaks against one person" in page
    assert re.search("one was in prison at (LEI, the other at MDI|MDI, the other at LEI)", page)
    assert "a second person is asked; nothing is joined before they agree" in answered(duty, two, "same")
    asked = Question.objects.get(kind="confirm_same_person")
    assert "You have answered about these two before" in answered(duty, asked, "same")
    assert "Their records are joined" in answered(signed_in(officers[1]), asked, "same")
    assert Joining.objects.get().made_by_id == officers[1].pk


def test_a_second_reader_is_not_led_to_the_first_answer(
    duty: Client, officers: list[Staff], two: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "is_read_again", lambda question: True)
    answered(duty, two, "different")
    asked = Question.objects.get(kind="read_again")
    page = read(signed_in(officers[1]), "question", asked.pk)
    assert "Prison number" in page
    for told in ("Prints", officers[0].name, "Who says what"):
        assert told not in page, told
    answered(signed_in(officers[1]), asked, "different")
    said = words(duty.get(reverse("sureness")).content.decode())
    assert "Read alike by two who did not know of each other 1 1 100.0 per cent" in said


def joined(officers: list[Staff]) -> Joining:
    one, other = sorted(Person.objects.values_list("pk", flat=True))
    return actions.join(person_id=one, other_id=other, reason="Prints", by=officers[0].pk, at=AT, today=AT.date())


@pytest.mark.usefixtures("two")
def test_a_joining_is_undone_with_a_reason_and_not_twice(duty: Client, officers: list[Staff]) -> None:
    where = reverse("joining-undo", args=[joined(officers).pk])
    assert "There is a problem" in words(duty.post(where, {"reason": ""}).content.decode())
    assert Joining.objects.get().undone_at is None
    assert "They are two again" in words(duty.post(where, {"reason": "Two faces"}, follow=True).content.decode())
    assert "parted in the meantime" in words(duty.post(where, {"reason": "Again"}).content.decode())
    assert SourceRecord.objects.filter(unlinked_at=None).values("person_id").distinct().count() == 2


def test_somebody_is_found_and_asked_about_once(duty: Client, two: Question) -> None:
    where = reverse("person-same", args=[two.person_id])
    mine, theirs = ((each.particulars.content or {})["prison_number"] for each in (two.person, two.other or two.person))
    assert "Enter a name or a number" in words(duty.post(where, {"text": " "}).content.decode())
    for typed, told in ((theirs, "1 found"), (mine, "Nobody else was found")):
        answer = duty.post(where, {"text": typed}, follow=True)
        assert told in words(answer.content.decode())
        assert answer.redirect_chain == [(where, 302)]  # what was typed may name somebody: it is in no address
        kept = Reading.objects.filter(what="searched").latest("pk")
        assert kept.payload_id
        assert Payload.objects.get(pk=kept.payload_id).content == {"text": typed}
    page = words(duty.post(where, {"other": str(two.other_id)}, follow=True).content.decode())
    assert "This is being asked already" in page
    for nobody in ("", "x", "999999", "9" * 30, str(two.person_id)):
        assert duty.post(where, {"other": nobody}).status_code in (302, 404)
    assert Question.objects.count() == 1


@pytest.mark.usefixtures("two")
def test_a_restricted_person_is_neither_found_nor_joined_nor_parted(duty: Client, command: given.Command, officers: list[Staff]) -> None:
    held = joined(officers)
    case = given.case(given.caseworker("Amy Larch", command.other_team))
    Case.objects.filter(pk=case).update(person_id=held.other_id)
    cases.restrict(case_id=case, reason="Family member works here", by=command.leader.pk, at=AT)
    assert duty.get(reverse("joining-undo", args=[held.pk])).status_code == 403
    third = given.person("Orla Quill").pk
    assert duty.post(reverse("person-same", args=[third]), {"other": str(held.other_id)}).status_code == 403
    assert duty.get(reverse("person-same", args=[held.other_id])).status_code == 403


def test_the_page_of_a_question_about_two_keeps_its_budget(duty: Client, two: Question, django_assert_max_num_queries: Any) -> None:
    read(duty, "question", two.pk)
    with django_assert_max_num_queries(15):
        read(duty, "question", two.pk)


def test_how_alike_two_are_stands_on_a_page_of_its_own_and_decides_nothing(duty: Client, two: Question) -> None:
    where = reverse("question-likeness", args=[two.pk])
    assert "Linkage has not compared these two" in words(duty.get(where).content.decode())
    relink(by=SYSTEM, at=AT, today=AT.date())
    page = words(duty.get(where).content.decode())
    assert "they decide nothing" in page
    assert "Name The same words, in any order" in page
    assert "times likelier if they are one person" in page


@pytest.fixture
def three(officers: list[Staff], command: given.Command) -> list[Staff]:
    return [*officers, given.staff("Officer 3", "duty_officer", team=command.team)]


def everywhere(question: Question, joining: Joining | None) -> list[str]:
    """Every page on which what was answered about two persons, by whom and what followed, would be looked for."""
    return [
        *(reverse("person", args=[number]) for number in (question.person_id, question.other_id)),
        *(reverse("person-same", args=[number]) for number in (question.person_id, question.other_id)),
        *(reverse("question", args=[each.pk]) for each in Question.objects.all()),
        *(reverse("question-answer", args=[each.pk]) for each in Question.objects.filter(state="answered")),
        reverse("questions") + "?view=ended",
        reverse("referrals"),
        *(reverse("task", args=[each.task_id]) for each in Question.objects.all() if each.task_id),
        *([reverse("joining-undo", args=[joining.pk])] if joining else []),
        reverse("search"),
    ]


def told(client: Client, addresses: list[str]) -> dict[str, str]:
    pages = {each: b"".join(client.get(each)).decode() for each in addresses}  # type: ignore[arg-type]
    return {each: words(re.sub("<select.*?</select>", " ", page, flags=re.DOTALL)) for each, page in pages.items()}


@pytest.mark.parametrize("first", ["same", "different"])
def test_whoever_reads_again_is_told_the_first_answer_on_no_page_until_they_answer(
    three: list[Staff], command: given.Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.setattr(pairs, "is_read_again", lambda question: True)
    arrive(tmp_path, [world.prisoner("A1004AD", **SAME), world.prisoner("A1005AE", **SAME)], at=AT)
    question = Question.objects.get(kind="possibly_same_person")
    by_id = {each.pk: each for each in three}
    assert question.task
    reader = by_id[question.task.owner_id]
    answered(signed_in(reader), question, first)
    again = Question.objects.get(kind="read_again")
    assert again.task
    second = by_id[again.task.owner_id]
    pages = everywhere(question, Joining.objects.first())
    secret = re.compile(rf"Prints|{reader.name}|One person(?! or)(?=[^:]*Answer)|Answer: |Undo the joining|undo it|About somebody else")
    client = signed_in(second)
    client.post(reverse("search"), {"text": "A1005AE"})
    seen = told(client, pages)
    assert {each: found.group() for each, page in seen.items() if (found := secret.search(page))} == {}
    theirs = client.get(reverse("questions"), {"view": "ended", "owner": str(reader.pk)}).content.decode()
    assert reverse("question", args=[question.pk]) not in theirs, "nor by narrowing the list to whoever it was with"
    hint = "Being read again: shown when that is answered"
    for page in (reverse("question", args=[question.pk]), reverse("person", args=[question.person_id]), pages[0]):
        assert hint in seen[page], page
    leader = told(signed_in(command.leader), [reverse("question", args=[question.pk]), reverse("person", args=[question.person_id])])
    assert all(hint not in page for page in leader.values()), "everybody else sees as before"
    assert all(reader.name in page for page in leader.values())
    answered(client, again, first)
    assert "Prints" in read(client, "question", question.pk), "shown when that is answered"


def test_a_third_reader_is_told_neither_of_the_answers_nor_whose_they_are(
    three: list[Staff], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "is_read_again", lambda question: True)
    arrive(tmp_path, [world.prisoner("A1004AD", **SAME), world.prisoner("A1005AE", **SAME)], at=AT)
    by_id, readers = {each.pk: each for each in three}, []
    for kind, code in (("possibly_same_person", "same"), ("read_again", "different")):
        question = Question.objects.get(kind=kind)
        assert question.task
        readers.append(by_id[question.task.owner_id])
        answered(signed_in(readers[-1]), question, code)
    last = Question.objects.get(kind="readers_disagree")
    assert last.task
    assert last.task.owner_id not in {each.pk for each in readers}
    seen = told(signed_in(by_id[last.task.owner_id]), everywhere(last, Joining.objects.first()))
    for reader in readers:
        assert [each for each, page in seen.items() if reader.name in page or "Prints" in page] == []
