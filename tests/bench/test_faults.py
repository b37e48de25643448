"""The lists of invented people that linkage is measured on: a truth written first, faults at their rates, nothing of longstop in it."""

import ast
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import sqrt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from bench.faults.kinds import KINDS, LISTS, rates
from bench.faults.making import NotAsWritten, make, write_lists, write_truth
from bench.faults.numbers import cro, home_office_reference, pnc, prison_number, record_number
from bench.faults.population import Sizes

from longstop.kernel.identifiers import parse_cro, parse_home_office_reference, parse_pnc, parse_prison_number

GENERATOR = Path(__file__).resolve().parents[2] / "bench" / "faults"
SIZES, SEED = Sizes(theirs=400, ours=4_000), 7
ALLOWED = {"bench", "pyarrow"} | sys.stdlib_module_names
PARTS = ("forename", "middle_names", "surname")
HELD = {"postcode": "postcode", "place_of_birth": "town", "prison_number": "prison_number", "pnc": "pnc", "cro": "cro"}


@dataclass(frozen=True)
class Made:
    """What was made: the folder, what made.json says, and the rows of each file."""

    folder: Path
    said: Any
    truth: list[Any]
    lists: dict[str, list[Any]]
    faults: list[Any]

    def faults_of(self, side: str, record_id: str) -> list[Any]:
        return [each for each in self.faults if (each["list"], each["record_id"]) == (side, record_id)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("faults")
    said = make(folder, SIZES, seed=SEED)
    rows = {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in ("truth", *LISTS, "faults")}
    return Made(folder, said, rows["truth"], {side: rows[side] for side in LISTS}, rows["faults"])


def imported() -> Iterator[tuple[str, str]]:
    for path in sorted(GENERATOR.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            yield from ((path.name, name) for name in names)


def test_the_generator_knows_nothing_of_longstop() -> None:
    found = list(imported())
    assert len(found) > 30
    assert [each for each in found if each[1].split(".")[0] not in ALLOWED] == []
    assert [each for each in found if each[1].startswith("bench") and not each[1].startswith("bench.faults")] == []
    # What a module further down might bring in is seen by running it.
    code = "import sys, bench.faults.__main__; sys.exit(any(name.split('.')[0] == 'longstop' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=GENERATOR.parents[1], check=False).returncode == 0


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    small = Sizes(theirs=20, ours=150)
    for folder, seed in (("one", 1), ("again", 1), ("other", 2)):
        make(tmp_path / folder, small, seed=seed)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["faults.parquet", "made.json", "ours.parquet", "theirs.parquet", "truth.parquet"]
    for name in names:
        one, again, other = ((tmp_path / folder / name).read_bytes() for folder in ("one", "again", "other"))
        assert one == again, name
        assert one != other, name


def test_the_truth_is_written_before_any_fault_and_never_again(tmp_path: Path) -> None:
    digest = write_truth(tmp_path, Sizes(theirs=20, ours=200), seed=1)
    truth = tmp_path / "truth.parquet"
    assert [path.name for path in tmp_path.iterdir()] == ["truth.parquet"]
    assert truth.stat().st_mode & 0o222 == 0
    before = truth.read_bytes()
    write_lists(tmp_path, seed=1, digest=digest)
    assert truth.read_bytes() == before
    assert hashlib.sha256(before).hexdigest() == digest
    with pytest.raises(NotAsWritten, match="never altered"):
        make(tmp_path, Sizes(theirs=20, ours=200), seed=2)


def test_lists_are_not_made_of_a_truth_that_was_altered(tmp_path: Path) -> None:
    digest = write_truth(tmp_path, Sizes(theirs=20, ours=200), seed=1)
    truth = tmp_path / "truth.parquet"
    truth.chmod(0o644)
    truth.write_bytes(truth.read_bytes() + b" ")
    with pytest.raises(NotAsWritten, match="digest"):
        write_lists(tmp_path, seed=1, digest=digest)
    assert not (tmp_path / "ours.parquet").exists()


def test_the_lists_hold_the_persons_of_the_truth_and_nobody_else(made: Made) -> None:
    for side, number in (("ours", SIZES.ours), ("theirs", SIZES.theirs)):
        rows = made.lists[side]
        assert len(rows) == number
        told = {record: str(person["person"]) for person in made.truth for record in person[side]}
        assert {row["record_id"]: row["person"] for row in rows} == told
        assert len(told) == number, "no two records have one number"
    shared = {str(each["person"]) for each in made.truth if each["ours"] and each["theirs"]}
    assert shared == {row["person"] for row in made.lists["ours"]} & {row["person"] for row in made.lists["theirs"]}
    assert len(shared) == round(SIZES.shared * len({row["person"] for row in made.lists["theirs"]}))
    assert all(each["ours"] or each["theirs"] for each in made.truth)


def test_a_person_is_split_at_the_stated_rate(made: Made) -> None:
    for side, rate in (("ours", 0.02), ("theirs", 0.005)):
        twice = sum(len(each[side]) == 2 for each in made.truth)
        persons = sum(bool(each[side]) for each in made.truth)
        assert twice == pytest.approx(rate * persons, abs=1)
        assert made.said["faults"][side]["split"]["did"] == twice


@pytest.mark.parametrize("side", LISTS)
@pytest.mark.parametrize("fault", KINDS)
def test_a_fault_strikes_at_its_rate(made: Made, side: str, fault: str) -> None:
    """Within four standard deviations of what chance gives: one run in ten thousand would fall outside, and the seed is fixed."""
    told, rate = made.said["faults"][side][fault], rates(side)[fault]
    assert told["did"] == sum(each["list"] == side and each["fault"] == fault for each in made.faults)
    assert told["could"] > (0 if side == "theirs" else 20), "there is somebody whom it can strike"
    assert abs(told["did"] - rate * told["could"]) <= 4 * sqrt(told["could"] * rate * (1 - rate)) + 1


def test_a_fault_changes_what_it_says(made: Made) -> None:
    for each in made.faults:
        if each["fault"] != "split":
            assert each["columns"], each
            assert each["was"] != each["became"], each


def test_a_record_differs_from_the_truth_only_where_a_fault_struck_it(made: Made) -> None:
    struck: dict[tuple[str, str], set[str]] = {}
    for each in made.faults:
        struck.setdefault((each["list"], each["record_id"]), set()).update(each["columns"].split())
    people = {str(each["person"]): each for each in made.truth}
    whole = 0
    for side in LISTS:
        for row in made.lists[side]:
            changed, person = struck.get((side, row["record_id"]), set()), people[row["person"]]
            true = dict(zip(PARTS, (part or None for part in person["names"][0]), strict=True))
            true |= {"date_of_birth": person["born"], "sex": person["sex"], "nationality": person["nationality"]}
            assert {column for column, value in true.items() if row[column] != value} <= changed
            assert {column for column, of in HELD.items() if row[column] not in (None, person[of])} <= changed
            whole += not changed
    assert whole > 100, "some are without a fault"


def test_twins_relatives_and_namesakes_are_among_them(made: Made) -> None:
    people = {each["person"]: each for each in made.truth}
    related = [(each, people[each["of"]]) for each in made.truth if each["of"] is not None]
    assert {each["relation"] for each, _ in related} == {"twin", "sibling", "parent", "namesake"}
    for each, of in related:
        assert (each["born"] == of["born"]) == (each["relation"] in ("twin", "namesake"))
        assert (each["names"][0][0] == of["names"][0][0]) == (each["relation"] == "namesake")
        assert {each[kind] for kind in ("pnc", "cro", "prison_number")}.isdisjoint({of[kind] for kind in ("pnc", "cro", "prison_number")})
    january = [each["born"].endswith("-01-01") for each in made.truth if each["origin"] == "somali"]
    assert 0.2 < sum(january) / len(january) < 0.5


def test_names_are_in_their_scripts_and_spelt_by_several_standards(made: Made) -> None:
    natives = {"Arabic": ("\u0600", "\u06ff"), "Cyrillic": ("\u0400", "\u04ff"), "Greek": ("\u0370", "\u03ff")}
    natives |= {"Han": ("\u4e00", "\u9fff"), "Hangul": ("\uac00", "\ud7a3"), "Hebrew": ("\u0590", "\u05ff")}
    assert {each["script"] for each in made.truth} == {"Latin", *natives}
    for each in made.truth:
        if each["script"] in natives:
            first, last = natives[each["script"]]
            letters = [letter for letter in "".join(chain(*each["native"])) if letter.isalpha()]
            assert letters
            assert all(first <= letter <= last for letter in letters), each
            assert all(letter < "\u0250" or letter == "\u2019" for letter in "".join(chain(*each["names"]))), each
    spelt = {tuple(each["native"][0]): each["names"] for each in made.truth if each["origin"] == "russian"}
    assert any(len(ways) == 5 for ways in spelt.values())


def test_numbers_are_everybodys_own_and_pass_their_checks() -> None:
    """By the parsers of the product, which were written apart from the generator: each checks the other."""
    people = range(1, 3_000)
    for numbers, parse in (
        ([prison_number(each) for each in people], parse_prison_number),
        ([pnc(each, "1980-05-05") for each in people], lambda text: parse_pnc(text).canonical),
        ([cro(each) for each in people], lambda text: parse_cro(text).canonical),
        ([home_office_reference(each, "Łukasz") for each in people], parse_home_office_reference),
        ([record_number("H", each) for each in people], str),
    ):
        assert [parse(each) for each in numbers] == numbers
        assert len(set(numbers)) == len(numbers)
