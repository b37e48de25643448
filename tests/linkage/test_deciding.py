"""The answer about a pair, as a table that somebody who knows the field can check; and what stands above the model."""

import polars as pl
import pytest

from longstop.linkage.clusters import gather
from longstop.linkage.deciding import Answer, Because, Decided, clearest, decide
from longstop.linkage.model import Thresholds

LIMITS = Thresholds(join=0.99, fracture=0.2)
ROW = {"id_l": "1", "id_r": "2", "level_name": "same", "level_born": "same", "level_postcode": "unknown", "level_numbers": "unknown"}

ANSWERS = [
    # in words; how sure, what else; the answer and what settled it
    ("sure", 0.999, {}, Answer.JOIN, Because.WEIGHT),
    ("just sure enough", 0.99, {}, Answer.JOIN, Because.WEIGHT),
    ("not quite", 0.98, {}, Answer.LOOK, Because.WEIGHT),
    ("doubtful", 0.3, {}, Answer.LOOK, Because.WEIGHT),
    ("unlikely", 0.19, {}, Answer.APART, Because.WEIGHT),
    ("twins: one birth, one surname, other forenames", 0.999, {"level_name": "last"}, Answer.LOOK, Because.RELATIVE),
    ("the same with an equal identifier", 0.999, {"level_name": "last", "level_numbers": "one"}, Answer.JOIN, Because.WEIGHT),
    ("a short form is no other forename", 0.999, {"level_name": "short_form"}, Answer.JOIN, Because.WEIGHT),
    (
        "relatives at one address",
        0.999,
        {"level_name": "last", "level_born": "none", "level_postcode": "same"},
        Answer.LOOK,
        Because.RELATIVE,
    ),
    ("other forenames, and no dates", 0.9999, {"level_name": "last", "level_born": "unknown"}, Answer.LOOK, Because.RELATIVE),
    ("half a name, and no dates", 0.9999, {"level_name": "one_of_one", "level_born": "unknown"}, Answer.LOOK, Because.RELATIVE),
    ("twins, one digit of a date wrong", 0.9999, {"level_name": "last", "level_born": "one_digit"}, Answer.LOOK, Because.RELATIVE),
    ("one digit wrong in the records of one name", 0.9999, {"level_born": "one_digit"}, Answer.JOIN, Because.WEIGHT),
    (
        "a father and a son of one name, at one address",
        0.9999,
        {"level_born": "none", "level_postcode": "same"},
        Answer.LOOK,
        Because.RELATIVE,
    ),
    (
        "one name, of both only the year of birth known, and not one year",
        0.9999,
        {"level_born": "other_january"},
        Answer.LOOK,
        Because.RELATIVE,
    ),
    ("half a name, and one date", 0.9999, {"level_name": "one_of_one"}, Answer.JOIN, Because.WEIGHT),
    ("a whole name, and no dates", 0.9999, {"level_born": "unknown"}, Answer.JOIN, Because.WEIGHT),
    (
        "half a name and an equal identifier",
        0.9999,
        {"level_name": "one_of_one", "level_born": "unknown", "level_numbers": "one"},
        Answer.JOIN,
        Because.WEIGHT,
    ),
    ("two of a name born on other days", 0.999, {"level_name": "last", "level_born": "none"}, Answer.JOIN, Because.WEIGHT),
]


def pairs(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([ROW | {"probability": 0.5, "weight": 0.0} | row for row in rows])


def answer(found: pl.DataFrame) -> list[tuple[str, str]]:
    return list(found.select("answer", "because").iter_rows())


@pytest.mark.parametrize(("sure", "more", "said", "because"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_the_answer_about_a_pair(sure: float, more: dict[str, object], said: Answer, because: Because) -> None:
    assert answer(decide(pairs({"probability": sure} | more), LIMITS)) == [(said, because)]


@pytest.mark.parametrize("named", [("1", "2"), ("2", "1")], ids=["as scored", "the other way round"])
@pytest.mark.parametrize(("same", "sure", "said"), [(True, 0.001, Answer.JOIN), (False, 0.9999, Answer.APART)])
def test_what_a_person_decided_stands_above_the_model(named: tuple[str, str], same: bool, sure: float, said: Answer) -> None:
    found = decide(pairs({"probability": sure}), LIMITS, decided=[Decided(*named, same)])
    assert answer(found) == [(said, Because.HUMAN)]


WAVERING = [(0.995, Answer.JOIN), (0.9, Answer.JOIN), (0.21, Answer.JOIN), (0.19, Answer.APART)]


@pytest.mark.parametrize(("sure", "said"), WAVERING)
def test_what_is_joined_parts_only_below_the_lower_threshold(sure: float, said: Answer) -> None:
    found = decide(pairs({"probability": sure}), LIMITS, joined=[("2", "1")])
    assert [each for each, _ in answer(found)] == [said]


def test_a_group_in_which_the_model_did_worse_is_looked_at() -> None:
    told = pairs(
        {"probability": 0.999, "script_l": "Latin", "script_r": "Han"}, {"probability": 0.999, "script_l": "Latin", "script_r": "Latin"}
    )
    found = decide(told, LIMITS, not_by_software={"script": frozenset({"Han"})})
    assert answer(found) == [(Answer.LOOK, Because.GROUP), (Answer.JOIN, Because.WEIGHT)]


def test_between_two_lists_a_far_better_pair_leaves_none_to_the_worse() -> None:
    told = pairs(
        {"id_l": "1", "id_r": "A", "weight": 20.0},
        {"id_l": "1", "id_r": "B", "weight": 9.0},  # A is 1's by far
        {"id_l": "2", "id_r": "C", "weight": 9.0},
        {"id_l": "2", "id_r": "D", "weight": 7.0},  # C and D may both be 2's
    )
    assert clearest(told).select("id_l", "id_r").rows() == [("1", "A"), ("2", "C"), ("2", "D")]


GROUPS = [
    ("three that are all alike", [("a", "b", 5), ("b", "c", 5), ("a", "c", 5)], [["a", "b", "c"]]),
    ("a chain of which nothing speaks against", [("a", "b", 5), ("b", "c", 5)], [["a", "b", "c"]]),
    ("a chain whose ends are two persons", [("a", "b", 5), ("b", "c", 4), ("a", "c", -6)], [["a", "b"]]),
    ("one strong likeness between two families of records", [
        ("a", "b", 5), ("c", "d", 5), ("b", "c", 3), ("a", "c", -4), ("a", "d", -4), ("b", "d", -4),
    ], [["a", "b"], ["c", "d"]]),
    ("one strong likeness, and a weak one beside it that agrees", [
        ("a", "b", 5), ("c", "d", 5), ("b", "c", 3), ("a", "c", -1), ("a", "d", -1),
    ], [["a", "b", "c", "d"]]),
    ("two families that have nothing to do with one another", [
        ("a", "b", 5), ("c", "d", 4), ("d", "e", 3), ("c", "e", -6), ("b", "e", -2), ("f", "g", 1),
    ], [["a", "b"], ["c", "d"], ["f", "g"]]),
    ("a long chain", [("c", "e", 1), ("a", "d", 1), ("d", "b", 1), ("b", "e", 1)], [["a", "b", "c", "d", "e"]]),
    ("nobody", [("a", "b", -1)], []),
]  # fmt: skip


def gathered(told: list[tuple[str, str, float]]) -> list[list[str]]:
    found = gather(pl.DataFrame(told, schema=["id_l", "id_r", "odds"], orient="row"))
    return sorted(sorted(each) for each in found.group_by("person").agg("id")["id"])


@pytest.mark.parametrize(("told", "persons"), [row[1:] for row in GROUPS], ids=[row[0] for row in GROUPS])
def test_records_are_gathered_into_persons(told: list[tuple[str, str, float]], persons: list[list[str]]) -> None:
    assert gathered(told) == persons
    assert gathered(told[::-1]) == persons, "whatever the order in which pairs are told"
