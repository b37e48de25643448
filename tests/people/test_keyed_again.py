"""A database of before the search knew sounds is brought up to its rules, in chunks that may be interrupted."""

import pytest

from longstop.audit.actions import SYSTEM
from longstop.audit.models import Event
from longstop.people import actions
from longstop.people.finding import BORN, KEYED, LATIN, SOUND
from longstop.people.models import SearchKey
from tests.people.test_search import AT, found, said, take_on

NEW = (BORN, KEYED, LATIN, SOUND)


@pytest.fixture
def of_before(db: None) -> list[int]:
    """Give five persons whose keys are only the words of their names, as they were written by the version before."""
    people = take_on(*(said(name, born="1985-03-07") for name in ("Сергей Щербаков", "Łukasz Wójcik", "Arben Hoxhaj", "محمد", "Ana Osei")))
    SearchKey.objects.filter(kind__in=NEW).delete()
    return people


def test_everybody_is_found_by_sound_and_birth_afterwards(of_before: list[int]) -> None:
    assert found("Sergey Shcherbakov") == []
    assert actions.key_everybody(by=SYSTEM, at=AT, chunk=2) == 5
    assert found("Sergey Shcherbakov") == [of_before[0]]
    assert found("Voitsik 7 March 1985") == [of_before[1]]
    assert Event.objects.filter(kind="search.keyed_again").count() == 3


def test_what_was_interrupted_goes_on_and_what_is_done_is_not_done_again(of_before: list[int]) -> None:
    actions.key_again(person_ids=of_before[:3], by=SYSTEM, at=AT)
    held = set(SearchKey.objects.filter(person_id__in=of_before[:3]).values_list("pk", flat=True))
    assert actions.key_everybody(by=SYSTEM, at=AT) == 2
    assert actions.key_everybody(by=SYSTEM, at=AT) == 0
    assert set(SearchKey.objects.filter(person_id__in=of_before[:3]).values_list("pk", flat=True)) == held


def test_a_name_that_no_record_gives_any_more_still_finds(of_before: list[int]) -> None:
    SearchKey.objects.create(person_id=of_before[4], kind="name", value="shcherbakov")
    actions.key_everybody(by=SYSTEM, at=AT)
    assert of_before[4] in found("Щербаков")


def test_whoever_was_disposed_of_is_not_written_down_again(of_before: list[int]) -> None:
    actions.dispose_person(person_id=of_before[0], disposal_id=1, by=SYSTEM, at=AT)
    actions.key_again(person_ids=of_before[1:], by=SYSTEM, at=AT)
    assert not SearchKey.objects.filter(person_id=of_before[0]).exists()
