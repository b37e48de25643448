"""Everybody or nothing: people move, pages shift, processes are killed, and nobody is lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from longstop.gateways.prisoner_search import Part, PartUnusable, Restless, Trouble, collect, collecting
from longstop.gateways.prisoner_search.fake import NUMBERS, PRISON, Fake, Fault, Question
from longstop.gateways.prisoner_search.part import STALE
from tests.prisoner_search.people import NOW, fetch, numbers, opened, prisoner, search


def move(fake: Fake, number: int, prison: str) -> None:
    """Let somebody be elsewhere from now on; people stand in the service's lists in the order of this list."""
    fake.records = [each | {"prisonId": prison} if each["prisonerNumber"] in numbers(number) else each for each in fake.records]


def leave(fake: Fake, number: int) -> None:
    """Let somebody stand in no list any more, by any number."""
    fake.records = [each for each in fake.records if each["prisonerNumber"] not in numbers(number)]


class At:
    """Does something once, at the so-manyth question about this path."""

    def __init__(self, path: str, which: int, do: Any) -> None:
        self.path, self.left, self.do = path, which, do

    def __call__(self, question: Question) -> None:
        if question.path == self.path:
            self.left -= 1
            if self.left == 0:
                self.do()


def test_everybody_in_these_prisons_a_line_each_and_nobody_else(tmp_path: Path) -> None:
    people = [prisoner(1), prisoner(2, "LEI"), prisoner(3, "WWI"), prisoner(4, "OUT"), prisoner(5, "OUT", supportingPrisonId="LEI")]
    with Fake(people) as fake:
        collected, found = fetch(fake, tmp_path, "LEI", "MDI")
    assert (found, collected.withdrawn, collected.rounds) == (numbers(1, 2, 5), 0, 1)
    first = orjson.loads((tmp_path / "list.jsonl").read_bytes().splitlines()[0])
    assert first == {
        "prisonerNumber": "A0001ZZ",
        "firstName": "WILMOT",
        "lastName": "QUILL-1",
        "prisonId": "MDI",
        "aliases": [{"lastName": "QUILLE-1"}],
    }
    assert {path.name for path in tmp_path.iterdir()} == {"list.jsonl"}
    assert (tmp_path / "list.jsonl").stat().st_mode & 0o777 == 0o600


def test_an_answer_is_written_value_for_value(tmp_path: Path) -> None:
    odd = {
        "prisonId": "MDI",
        "firstName": "Zoë \u2028 \U0001f600",
        "lastName": "O'\"\\\n",
        "aliases": [{"lastName": None}, {"lastName": ""}],
    }
    with Fake([prisoner(1) | odd]) as fake:
        fetch(fake, tmp_path)
    (line,) = (tmp_path / "list.jsonl").read_bytes().splitlines()
    assert orjson.loads(line) == {"prisonerNumber": "A0001ZZ"} | odd


@pytest.mark.parametrize("limit", [10_000, 3, 1])
def test_however_small_its_pages_are_a_list_is_read_to_its_end(limit: int, tmp_path: Path) -> None:
    with Fake([prisoner(number) for number in range(7)], page_limit=limit) as fake:
        _, found = fetch(fake, tmp_path)
    assert found == numbers(*range(7))
    pages = {question.query["page"][0] for question in fake.asked if question.path == f"{PRISON}MDI"}
    assert len(pages) == -(-7 // limit)


def test_records_are_asked_for_by_so_many_numbers_at_a_time(tmp_path: Path) -> None:
    with Fake([prisoner(number) for number in range(1_234)]) as fake:
        _, found = fetch(fake, tmp_path)
    asked = [question.body["prisonerNumbers"] for question in fake.asked if question.path == NUMBERS]
    assert ([len(each) for each in asked], len(found)) == ([500, 500, 234], 1_234)


def come(fake: Fake, number: int, place: int) -> None:
    """Let somebody new stand at a place of the list."""
    fake.records.insert(place, prisoner(number))


def swap(fake: Fake) -> None:
    """Let one leave and another come: the total stays."""
    leave(fake, 0)
    come(fake, 90, len(fake.records))


def come_forward(fake: Fake) -> None:
    """Let the last of the list be the first."""
    fake.records.insert(0, fake.records.pop())


MOVES: dict[str, tuple[int, Callable[[Fake], None]]] = {
    "out of a page that was read": (2, lambda fake: leave(fake, 0)),
    "into a page that was read": (2, lambda fake: come(fake, 90, 0)),
    "out of one and into another, and the total stays": (2, swap),
    "from the end to the beginning": (3, come_forward),
}


@pytest.mark.parametrize("case", MOVES)
def test_nobody_is_lost_between_two_pages_that_shift(case: str, tmp_path: Path) -> None:
    which, do = MOVES[case]
    with Fake([prisoner(number) for number in range(6)], page_limit=2) as fake:
        fake.meanwhile = At(f"{PRISON}MDI", which, lambda: do(fake))
        _, found = fetch(fake, tmp_path)
        assert {each["prisonerNumber"] for each in fake.records} <= found


def test_somebody_told_of_twice_on_a_roll_means_that_somebody_is_missing_and_it_is_read_again() -> None:
    with Fake([prisoner(number) for number in range(4)], page_limit=2) as fake:
        fake.meanwhile = At(f"{PRISON}MDI", 2, lambda: come_forward(fake))
        assert set(search(fake).roll("MDI")) == numbers(*range(4))
    assert len(fake.asked) == 4


def test_a_roll_that_never_comes_to_rest_is_refused() -> None:
    with Fake([prisoner(number) for number in range(4)], page_limit=2) as fake:
        fake.meanwhile = lambda question: fake.records.append(prisoner(100 + len(fake.asked)))
        with pytest.raises(Trouble, match="The list of MDI changed each of the 4 times"):
            search(fake).roll("MDI")


def test_who_is_moved_to_a_prison_that_was_read_from_one_that_was_not_is_found_at_the_end(tmp_path: Path) -> None:
    with Fake([prisoner(1, "LEI"), prisoner(2, "MDI"), prisoner(3, "MDI")]) as fake:
        fake.meanwhile = At(f"{PRISON}MDI", 1, lambda: move(fake, 2, "LEI"))
        collected, found = fetch(fake, tmp_path, "LEI", "MDI")
    assert (found, collected.rounds) == (numbers(1, 2, 3), 2)


def test_who_leaves_after_the_roll_was_read_is_told_of_where_they_are(tmp_path: Path) -> None:
    with Fake([prisoner(1), prisoner(2)]) as fake:
        fake.meanwhile = At(NUMBERS, 1, lambda: move(fake, 2, "OUT"))
        fetch(fake, tmp_path)
    rows = [orjson.loads(line) for line in (tmp_path / "list.jsonl").read_bytes().splitlines()]
    assert {row["prisonerNumber"][:5]: row["prisonId"] for row in rows} == {"A0001": "MDI", "A0002": "OUT"}


def test_a_number_that_is_withdrawn_is_counted_and_does_not_stop_the_list(tmp_path: Path) -> None:
    with Fake([prisoner(1), prisoner(2)]) as fake:
        fake.meanwhile = At(NUMBERS, 1, lambda: leave(fake, 2))
        collected, found = fetch(fake, tmp_path)
    assert (found, collected.withdrawn) == (numbers(1), 1)


def test_who_comes_while_it_is_fetched_is_fetched_too(tmp_path: Path) -> None:
    with Fake([prisoner(1)]) as fake:
        fake.meanwhile = At(NUMBERS, 1, lambda: fake.records.append(prisoner(2)))
        collected, found = fetch(fake, tmp_path)
    assert (found, collected.rounds) == (numbers(1, 2), 2)


class Forgetful(Fake):
    """Has people on its lists of whom it tells nothing."""

    def answer(self, question: Question) -> tuple[int, Any]:
        status, answer = super().answer(question)
        return status, [each for each in answer if each["prisonerNumber"] not in numbers(2)] if question.path == NUMBERS else answer


def test_somebody_on_the_list_who_is_not_told_of_stops_it_all(tmp_path: Path) -> None:
    with Forgetful([prisoner(1), prisoner(2)]) as fake, pytest.raises(Restless, match=r"^1 of those on the lists .* after 10 rounds"):
        fetch(fake, tmp_path)
    assert not (tmp_path / "list.jsonl").exists()


class Doubling(Fake):
    """Tells of everybody, whoever is asked about, and of some twice."""

    def answer(self, question: Question) -> tuple[int, Any]:
        return (200, self.records) if question.path == NUMBERS else super().answer(question)


@pytest.mark.parametrize("people", [[prisoner(1), prisoner(2, "LEI")], [prisoner(1), prisoner(1, "OUT")]], ids=["a stranger", "twice"])
def test_records_of_others_and_second_ones_are_refused(people: list[dict[str, Any]], tmp_path: Path) -> None:
    with Doubling(people) as fake, pytest.raises(Trouble, match="twice, or of somebody whom we did not ask for"):
        fetch(fake, tmp_path)


def test_a_prison_of_which_nobody_is_known_is_told_and_only_the_way_between_two_may_be_empty(tmp_path: Path) -> None:
    with Fake([prisoner(1)]) as fake:
        with pytest.raises(Trouble, match="knows of nobody in MDO"):
            fetch(fake, tmp_path, "MDI", "MDO")
        assert fetch(fake, tmp_path / "again", "MDI", "TRN")[1] == numbers(1)


def test_what_is_too_many_to_be_a_prison_is_refused_and_not_cut_short() -> None:
    people = [{"prisonerNumber": f"A{number}", "prisonId": "ALL"} for number in range(10_001)]
    with Fake(people) as fake, pytest.raises(Trouble, match="ALL has 10,001 people and the service lists no more than 10,000"):
        search(fake).roll("ALL")


@pytest.fixture
def by_twos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MOST_NUMBERS", 2)


PEOPLE = [prisoner(number, "LEI" if number % 2 else "MDI") for number in range(9)]


@pytest.mark.usefixtures("by_twos")
def test_stopped_at_any_question_it_goes_on_and_asks_for_no_record_twice(tmp_path: Path) -> None:
    with Fake(PEOPLE) as fake:
        fetch(fake, tmp_path / "whole", "LEI", "MDI")
    questions = len(fake.asked)
    assert questions == 2 + 5 + 2
    for stop in range(questions):
        folder = tmp_path / str(stop)
        with Fake(PEOPLE) as fake:
            fake.faults = [*[None] * stop, Fault(400)]
            with pytest.raises(Trouble, match="refused"):
                fetch(fake, folder, "LEI", "MDI")
            assert not (folder / "list.jsonl").exists()
            assert fetch(fake, folder, "LEI", "MDI")[1] == numbers(*range(9))
        told = fake.asked[:stop] + fake.asked[stop + 1 :]  # all but the one that was refused
        asked = [number for question in told if question.path == NUMBERS for number in question.body["prisonerNumbers"]]
        assert sorted(asked) == sorted(numbers(*range(9)))
        assert (folder / "list.jsonl").read_bytes() == (tmp_path / "whole" / "list.jsonl").read_bytes()


@pytest.mark.usefixtures("by_twos")
def test_killed_in_the_middle_of_a_line_it_goes_on_before_it(tmp_path: Path) -> None:
    with Fake(PEOPLE) as fake:
        fetch(fake, tmp_path / "whole", "LEI", "MDI")
        fake.faults = [*[None] * 4, Fault(400)]
        with pytest.raises(Trouble):
            fetch(fake, tmp_path, "LEI", "MDI")
        part, journal = tmp_path / "list.jsonl.part", tmp_path / "list.jsonl.part.journal"
        records, rolls = part.read_bytes(), journal.read_bytes()
        assert (records.count(b"\n"), rolls.count(b"\n")) == (4, 3)
        for cut_records in (0, 1, len(records) // 2, len(records) - 1, len(records)):
            for cut_rolls in (0, 1, rolls.index(b"\n") + 2, len(rolls) - 1, len(rolls)):
                part.write_bytes(records[:cut_records])
                journal.write_bytes(rolls[:cut_rolls])
                fetch(fake, tmp_path, "LEI", "MDI")
                assert sorted((tmp_path / "list.jsonl").read_bytes().splitlines()) == sorted(
                    (tmp_path / "whole" / "list.jsonl").read_bytes().splitlines()
                )
                (tmp_path / "list.jsonl").unlink()


def test_killed_while_it_finishes_the_next_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(path: Path) -> None:
        raise KeyboardInterrupt

    with Fake([prisoner(1), prisoner(2)]) as fake:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", die)
            with pytest.raises(KeyboardInterrupt):
                fetch(fake, tmp_path)
        (tmp_path / "list.jsonl").rename(tmp_path / "first.jsonl")
        leave(fake, 2)
        with opened(tmp_path) as part:
            assert (part.goes_on, part.rolls) == (False, {})
        assert fetch(fake, tmp_path)[1] == numbers(1)


def interrupted(fake: Fake, folder: Path) -> None:
    def tell(what: str, done: int, of: int) -> None:
        if what == "records":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(fake, folder, tell=tell)


def test_what_was_begun_for_other_prisons_is_not_gone_on_with(tmp_path: Path) -> None:
    with Fake([prisoner(1)]) as fake:
        interrupted(fake, tmp_path)
    with pytest.raises(PartUnusable, match="of other prisons or from another address"), opened(tmp_path, asked="others"):
        pass
    with opened(tmp_path) as part:
        assert (part.goes_on, part.fetched, part.began) == (True, numbers(1), NOW)


def test_what_was_begun_too_long_ago_is_begun_anew(tmp_path: Path) -> None:
    with Fake([prisoner(1), prisoner(2)]) as fake:
        interrupted(fake, tmp_path)
        leave(fake, 2)
        with opened(tmp_path, at=NOW + STALE) as part:
            assert (part.goes_on, part.fetched) == (True, numbers(1, 2))
        late = NOW + STALE * 2
        with opened(tmp_path, at=late) as part:
            assert (part.goes_on, part.too_old, part.fetched, part.began) == (False, True, set(), late)
        assert fetch(fake, tmp_path, at=late)[1] == numbers(1)


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(PartUnusable, match="Another process is fetching"), opened(tmp_path):
        pass


@pytest.mark.parametrize(
    "text", ["words\n", "{}\n", '{"form": 9, "began": "2026-11-18", "asked": ""}\n', '{"form": 1, "began": 5}\n', "[]\n"]
)
def test_a_journal_that_is_none_is_told_with_what_to_do(text: str, tmp_path: Path) -> None:
    (tmp_path / "list.jsonl.part.journal").write_text(text)
    with pytest.raises(PartUnusable, match=r"not written by this version of Longstop\. Remove it and list\.jsonl\.part"), opened(tmp_path):
        pass


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "list.jsonl").write_text("dear\n")
    with Fake([prisoner(1)]) as fake, pytest.raises(PartUnusable, match="is there already"):
        fetch(fake, tmp_path)
    assert (tmp_path / "list.jsonl").read_text() == "dear\n"


def test_how_far_it_has_got_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    with Fake([prisoner(1), prisoner(2, "LEI")]) as fake, Part.opened(tmp_path / "x.part", asked="", at=NOW) as part:
        collect(search(fake), part, prisons=["LEI", "MDI"], tell=lambda *each: told.append(each))
    assert told == [("lists", 0, 2), ("lists", 1, 2), ("records", 2, 2)]
