"""`longstop link`: two files, or one, of invented people with known answers; what it prints and refuses, and that it stays the same."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from longstop.commands.linking import main
from longstop.linkage.linking import Linked, link, measure, truth_of
from longstop.linkage.model import Model
from tests.linkage.invented import write_repeated, write_twice

MAP = {"name": "full_name", "dob": "birth_date"}
PRINTED = {"precision", "recall", "f1", "threshold", "false_merges", "blocking_recall", "calibration", "seconds", "peak_mb"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_twice(tmp_path_factory.mktemp("linkage"), 600)


@pytest.fixture(scope="module")
def linked(files: tuple[Path, Path]) -> Linked:
    return link(files, said=MAP)


def run(*words: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "longstop.commands.linking", *map(str, words)], capture_output=True, text=True, check=False
    )


def test_one_person_in_two_lists_is_found_in_spite_of_faults(linked: Linked) -> None:
    told = measure(linked, truth_of(linked, "person"))
    assert told.keys() >= PRINTED
    assert told["known_pairs"] == 300
    assert told["f1"] > 0.97
    assert told["blocking_recall"] > 0.98
    assert told["false_merges"] <= 1


def test_what_is_said_to_be_sure_is_right(linked: Linked) -> None:
    told = measure(linked, truth_of(linked, "person"))["calibration"]
    assert told["said_99_or_more"] > 250
    assert told["of_those_wrong"] <= told["said_99_or_more"] / 100


def test_whoever_stands_twice_in_one_list_is_found(tmp_path: Path) -> None:
    found = link([write_repeated(tmp_path / "list.csv", 500)], said=MAP)
    told = measure(found, truth_of(found, "person"))
    assert told["known_pairs"] == 250
    assert told["f1"] > 0.97


def test_the_same_files_and_seed_give_the_same_answers(files: tuple[Path, Path], linked: Linked) -> None:
    again = link(files, said=MAP)
    assert again.model == linked.model
    assert again.pairs.equals(linked.pairs)


def test_a_model_is_kept_and_used_again(files: tuple[Path, Path], linked: Linked, tmp_path: Path) -> None:
    linked.model.write(tmp_path / "model.json")
    again = link(files, said=MAP, model=Model.read(tmp_path / "model.json"))
    wanted = ["id_l", "id_r", "answer", "because"]
    assert again.pairs.select(wanted).equals(linked.pairs.select(wanted))


def test_the_reason_for_each_answer_is_kept(linked: Linked) -> None:
    best = linked.pairs.row(0, named=True)
    assert {name for name in best if name.startswith("level_")} == {"level_name", "level_born", "level_postcode"}
    assert {"unadjusted", "weight", "probability", "answer", "because"} <= best.keys()
    assert (linked.pairs["weight"] != linked.pairs["unadjusted"]).any(), "how common a value is counts, and can be seen to"


def test_the_order_of_the_records_changes_nothing(files: tuple[Path, Path], linked: Linked, tmp_path: Path) -> None:
    turned = []
    for path in files:
        turned.append(tmp_path / path.name)
        pl.read_csv(path, infer_schema=False).reverse().write_csv(turned[-1])
    answers = [
        {(row["id_l"], row["id_r"]): row["answer"] for row in each.pairs.iter_rows(named=True)}
        for each in (linked, link(turned, said=MAP, model=linked.model))
    ]
    assert answers[0] == answers[1]


def test_the_command_prints_the_figures_and_writes_the_pairs(files: tuple[Path, Path], tmp_path: Path) -> None:
    done = run(*files, "--truth", "person", "--map", "name=full_name,dob=birth_date", "--json", "--out", tmp_path / "pairs.csv")
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    assert told.keys() >= PRINTED
    pairs = pl.read_csv(tmp_path / "pairs.csv", infer_schema=False)
    assert {"id_l", "id_r", "answer", "because", "probability"} <= set(pairs.columns)
    assert len(pairs) == told["candidate_pairs"]


REFUSED = [
    ("there is no such file", ["nowhere.csv", "list.csv"], "There is no file"),
    ("one file", ["list.csv"], "Name two files"),
    ("a column that there is not", ["--dedupe", "list.csv", "--map", "dob=born_on"], "has no column “born_on”"),
    ("a field that there is not", ["--dedupe", "list.csv", "--map", "shoe=full_name"], "There is no field “shoe”"),
    ("no answers in that column", ["--dedupe", "list.csv", "--truth", "whose"], "no column “whose”"),
    ("a mapping that is none", ["--dedupe", "list.csv", "--map", "dob"], "is not field=column"),
    ("nothing that could be compared", ["--dedupe", "bare.csv"], "Say with --map which column is which"),
    ("an empty file", ["--dedupe", "empty.csv"], "empty.csv"),
    ("a file that is no table", ["--dedupe", "noise.parquet"], "cannot be read as PARQUET"),
]


@pytest.mark.parametrize(("words", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_used_is_refused_in_a_sentence(
    words: list[str], says: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_repeated(tmp_path / "list.csv", 30)
    (tmp_path / "bare.csv").write_text("colour,size\nred,1\nblue,2\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "noise.parquet").write_bytes(b"\x00noise")
    found = [str(tmp_path / word) if word.endswith((".csv", ".parquet")) else word for word in words]
    assert main(found) == 2
    told = capfd.readouterr().err
    assert says in told
    assert "Traceback" not in told
