"""In which groups a model does worse than its limit, as a table; and that software then joins nobody there."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from longstop.commands.linking import main
from longstop.linkage.deciding import Because
from longstop.linkage.groups import Group, does_worse, tell_apart, worse
from longstop.linkage.linking import link
from longstop.linkage.model import Model
from tests.linkage.invented import HEAD, people, write_repeated

# In words; how many pairs were joined in a group, and how many of these wrongly; whether that is worse than one in a hundred.
TOLD = [
    ("nobody was joined", 0, 0, False),
    ("none is wrong", 40, 0, False),
    ("one of very few", 3, 1, True),
    ("one of fifty may be chance", 50, 1, False),
    ("one of a hundred is the limit", 100, 1, False),
    ("three of a hundred", 100, 3, True),
    ("twelve of a thousand may be chance", 1_000, 12, False),
    ("twenty of a thousand", 1_000, 20, True),
]


@pytest.mark.parametrize(("joined", "wrong", "is_worse"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_a_group_does_worse_where_chance_does_not_explain_it(joined: int, wrong: int, is_worse: bool) -> None:
    assert does_worse(Group("script", "Han", joined, wrong, 0)) is is_worse


def test_a_pair_counts_in_the_group_of_either_record() -> None:
    pairs = pl.DataFrame(
        {
            "script_l": ["Latin", "Latin", "Han"],
            "script_r": ["Latin", "Han", None],
            "origin_l": [None, None, None],
            "origin_r": [None, "viet nam", None],
            "january_l": [False, True, False],
            "january_r": [False, False, False],
        },
        schema_overrides={"origin_l": pl.String},
    )
    found = tell_apart(pairs, right=np.array([True, False, True]), joined=np.array([True, True, False]))
    assert [(each.column, each.value, each.joined, each.false_merges, each.missed) for each in found] == [
        ("script", "Han", 1, 1, 1),
        ("script", "Latin", 2, 1, 0),
        ("origin", "viet nam", 1, 1, 0),
        ("january", "false", 2, 1, 1),
        ("january", "true", 1, 1, 0),
    ]


def test_a_bad_group_does_not_withhold_the_larger_one_that_it_is_part_of() -> None:
    every = [("Latin", "here", True)] * 200 + [("Latin", "there", False)] * 30 + [("Han", "there", True)] * 5
    pairs = pl.DataFrame(
        [(script, script, origin, origin, False, False) for script, origin, _ in every],
        schema=["script_l", "script_r", "origin_l", "origin_r", "january_l", "january_r"],
        orient="row",
    )
    right = np.array([each[2] for each in every])
    everything = np.ones(len(every), dtype=bool)
    assert worse(pairs, right=right, joined=everything) == {"origin": frozenset({"there"})}
    assert worse(pairs, right=right | True, joined=everything) == {}


def list_of_namesakes(path: Path) -> Path:
    """Write people down twice; and, in one origin, namesakes born on one day in one place, whom nobody could tell from one person."""
    write_repeated(path, 600)
    rows = [(*row, "here") for row in csv.reader(path.read_text(encoding="utf-8").splitlines())][1:]
    for number, (name, born, code) in enumerate(people(60, seed=9)):
        rows += [(f"{copy}{number}", name, born, code, f"{copy}{number}", "there") for copy in "NM"]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([(*HEAD, "name_origin"), *rows])
    return path


def joined_origins(pairs: pl.DataFrame) -> Counter[str]:
    return Counter(pairs.filter(pl.col("answer") == "join")["origin_l"].to_list())


def test_a_kept_model_joins_nobody_in_a_group_in_which_it_did_worse(tmp_path: Path) -> None:
    file, kept = list_of_namesakes(tmp_path / "list.csv"), tmp_path / "model.json"
    assert main(["--dedupe", str(file), "--truth", "person", "--keep-model", str(kept)]) == 0
    model = Model.read(kept)
    assert model.withheld["origin"] == frozenset({"there"})
    before, after = joined_origins(link([file]).pairs), link([file], model=model).pairs
    assert before["there"] > 50, "a model that knew nothing of it would join them"
    assert joined_origins(after) == {"here": before["here"]}
    assert (after["because"] == Because.GROUP).sum() == before["there"]
