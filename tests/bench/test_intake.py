"""The benchmark of intake measures loads that took every row in, and tells its figures met or not."""

import pytest

from bench import intake
from tests.conftest import Committed


def test_a_small_file_is_measured_against_parsing_and_copying_it(committed: Committed) -> None:
    found = intake.measure(120, service_url=committed.service_url)
    assert found["rows"] == 120
    for what in ("peer", "new", "unchanged"):
        assert found[f"{what}_seconds"] > 0
        assert found[f"{what}_own"] > 0
        assert found[f"{what}_mb"] > 10


def size(rows: int, *, new: float, unchanged: float, mb: float) -> dict[str, float]:
    found: dict[str, float] = {"rows": rows}
    for what, seconds in (("peer", 1.0), ("new", new), ("unchanged", unchanged)):
        found |= {f"{what}_seconds": seconds, f"{what}_own": seconds * 0.6, f"{what}_server": seconds * 0.5, f"{what}_mb": mb}
    return found


@pytest.mark.parametrize(
    ("large", "told"),
    [
        (size(1_000_000, new=2.9, unchanged=2.0, mb=110), "| 1,000,000 | new | 344,828 | 1,000,000 | 2.9 | 2.9 | 2, 1 | 110 MB | met |"),
        (size(1_000_000, new=3.1, unchanged=2.0, mb=110), "| 3.1 | 3.1 | 2, 2 | 110 MB | **not met** |"),
        (size(1_000_000, new=3.1, unchanged=2.0, mb=150), "From 10,000 to 1,000,000 new rows the largest memory grew 1.50 times."),
    ],
)
def test_figures_of_intake_are_told_met_or_not(large: dict[str, float], told: str) -> None:
    assert told in intake.section([size(10_000, new=2.0, unchanged=1.0, mb=100), large])
