"""In which groups a model does worse than its limit, as a table; and that software then joins nobody there."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from longstop.commands.linking import main
from longstop.linkage.deciding import Because
from longstop.linkage.groups import Group, tell_apart, worse
from longstop.linkage.linking import link
from longstop.linkage.model import Model

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
    found = worse([Group("script", "Han", joined, wrong, 0), Group("script", "Latin", 5_000, 4, 9)])
    assert found == ({"script": frozenset({"Han"})} if is_worse else {})


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


def list_of_namesakes(path: Path) -> Path:
    """Forty pairs of records of one person each; and in one origin, pairs that nobody could tell from one person's, and are two."""
    rows = ["record_id,full_name,birth_date,name_origin,person"]
    for number in range(40):
        name = f"Mir{'aeiou'[number % 5]}k Pel{'aeiou'[number // 5 % 5]}v{'aeiou'[number // 8 % 5]}s"
        for copy in "AB":
            rows.append(f"{copy}{number},{name},19{50 + number}-0{number % 8 + 1}-1{number % 9},here,{number}")
    for number in range(20):
        name = f"Tuan Ngu{'aeiou'[number % 5]}n{'aeiou'[number // 5]}"
        for copy in "AB":
            rows.append(f"{copy}{100 + number},{name},19{60 + number}-0{number % 8 + 1}-2{number % 9},there,{copy}{number}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_kept_model_joins_nobody_in_a_group_in_which_it_did_worse(tmp_path: Path) -> None:
    file, kept = list_of_namesakes(tmp_path / "list.csv"), tmp_path / "model.json"
    assert main(["--dedupe", str(file), "--truth", "person", "--keep-model", str(kept)]) == 0
    model = Model.read(kept)
    assert model.withheld["origin"] == frozenset({"there"})
    before, after = link([file]).pairs, link([file], model=model).pairs
    origin = {row[0]: row[1] for row in after.select("id_l", "origin_l").iter_rows()}
    joined = {row[0] for row in after.filter(pl.col("answer") == "join").select("id_l").iter_rows()}
    assert {origin[each] for each in joined} == {"here"}
    assert len(before.filter(pl.col("answer") == "join")) >= 55, "without it both would be joined"
    assert (after["because"] == Because.GROUP).sum() >= 18
