"""The benchmark of linkage measures what it says, and tells its figures met or not."""

from pathlib import Path
from typing import Any

import pytest
from bench.faults.making import make
from bench.faults.population import Sizes
from bench.linkage import sizes
from bench.linkage.measuring import measure_lists
from bench.linkage.section import HEADING, put, section


def test_two_small_lists_are_linked_and_every_fault_is_told(tmp_path: Path) -> None:
    made = make(tmp_path, Sizes(theirs=120, ours=400), seed=3)
    found = measure_lists(tmp_path, shown=2)
    assert found["records"] == 520
    assert found["known_pairs"] == sum(row["pairs"] for row in found["by_number"]) == sum(row["pairs"] for row in found["by_origin"])
    assert found["known_pairs"] == sum(row.get("pairs", 0) for row in found["by_script"])
    assert found["blocking_recall"] == pytest.approx(sum(row["met"] for row in found["by_origin"]) / found["known_pairs"])
    assert found["recall"] == pytest.approx(sum(row["found"] for row in found["by_origin"]) / found["known_pairs"])
    assert found["false_merges"] == sum(row["pairs"] for row in found["merges"]) == sum(row["joined_wrong"] for row in found["by_script"])
    assert found["of_those_wrong"] == sum(row["said_wrong"] for row in found["by_script"])
    assert found["joined"] == sum(row["all_joined"] for row in found["by_script"])
    assert {row["group"] for row in found["by_number"]} == {"an equal number", "no equal number"}
    assert found["peak_mb"] > 50
    struck = {name for each in made["faults"].values() for name, told in each.items() if told["did"]}
    told = {row["group"] for row in found["by_fault"]}
    assert {"letter_case", "accents_dropped", "moved_home"} <= told
    assert told - struck <= {"none but the case of letters"}
    text = section([{"theirs": 120, "ours": 400, "seed": 3, **found}])
    assert "| accents dropped |" in text


def size(theirs: int, *, processor: float, wrong: int = 0, joined_wrong: int = 0) -> dict[str, Any]:
    row = {"group": "Arabic-Latin", "pairs": 50, "met": 49, "found": 45, "joined": 30, "bare": 20, "bare_found": 15}
    found: dict[str, Any] = {"theirs": theirs, "ours": 10 * theirs, "records": 11 * theirs, "seed": 1, "seconds": 9.0, "peak_mb": 900.0}
    found |= {
        "processor": processor,
        "precision": 0.99,
        "recall": 0.9,
        "f1": 0.943,
        "blocking_recall": 0.98,
        "candidate_pairs": 80 * theirs,
    }
    found |= {"false_merges": joined_wrong, "joined": 1_000, "of_those_wrong": wrong, "said_99_or_more": 2_000}
    found |= {"by_number": [row], "by_origin": [row | {"group": "arab"}], "by_fault": [row | {"group": "other_script"}]}
    said = {"said": 200, "said_wrong": wrong, "all_joined": 100, "joined_wrong": joined_wrong}
    return found | {"by_script": [row | said], "merges": [{"reason": "twin", "pairs": joined_wrong}] if joined_wrong else []}


@pytest.mark.parametrize(
    ("large", "told"),
    [
        (
            size(10_000, processor=124.0),
            "at most 1.25 times the growth of the records: met.",
        ),
        (size(10_000, processor=124.0), "pairs compared\n10.0 (80,000 to 800,000)."),
        (size(10_000, processor=126.0), "the growth of the records: **not met**."),
        (size(10_000, processor=50.0), "| 0 of 1,000 | 0 of 2,000 | 1 | met |"),
        (size(10_000, processor=50.0, wrong=21), "| 0 of 1,000 | 21 of 2,000 | 1 | **not met** |"),
        (size(10_000, processor=50.0, joined_wrong=2), "| 2 of 1,000 | 0 of 2,000 | 1 | **not met** |"),
        (size(10_000, processor=50.0, wrong=3), "| Arabic-Latin | 50 | 0.980 | 0.900 | 0.600 | 20 | 0.750 | 3 of 200 | **not met** |"),
        (size(10_000, processor=50.0, wrong=2), "| 2 of 200 | met |"),
        (size(10_000, processor=50.0), "| other script | 50 | 0.980 | 0.900 | 0.600 | 20 | 0.750 |"),
        (size(10_000, processor=50.0, joined_wrong=2), "| twin | 2 |"),
        ({"theirs": 10_000, "ours": 100_000, "seed": 1, "failed": "killed"}, "| 1 | not measured: killed |"),
    ],
)
def test_figures_of_linkage_are_told_met_or_not(large: dict[str, Any], told: str) -> None:
    assert told in section([size(1_000, processor=10.0), large])


def test_a_new_section_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "measurements.md"
    put(f"{HEADING}\n\nfirst\n", file)
    file.write_text(f"# Measurements\n\n{file.read_text(encoding='utf-8')}\n## By hand\n\nkept\n", encoding="utf-8")
    put(f"{HEADING}\n\nsecond\n", file)
    assert file.read_text(encoding="utf-8") == f"# Measurements\n\n{HEADING}\n\nsecond\n\n## By hand\n\nkept\n"


def test_a_linkage_that_ends_badly_is_told_as_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sizes, "ROOT", tmp_path)  # where there is no bench that could be run
    found = sizes.measure_size((10, 100), seed=1)
    assert "ended with 1" in found["failed"]
    assert "not measured" in section([found])
