"""The benchmarks measure a caseload that could be: clean under the certificate, with the same mixture at every size."""

from datetime import date

import psycopg
import pytest
from bench.filling import PATTERNS, fill, pattern

from bench import report
from longstop.access import queries as access
from longstop.cases import queries as caseload
from longstop.proof.certification import certify
from tests import given
from tests.conftest import Committed


def test_a_filled_caseload_is_clean_and_in_proportion(committed: Committed) -> None:
    with psycopg.connect(committed.service_url, autocommit=True) as connection:
        filled = fill(connection, cases=1_050, at=given.NOW, today=given.TODAY)
    found = certify(at=given.NOW, today=given.TODAY, as_at=None, since=None)
    assert (found.verdict, found.remainder, found.totals["failing"]["clocks_differ"]) == ("clean", 0, 0)
    assert found.totals["open_cases"] == len(filled.cases) == 1_050
    assert len(filled.caseworkers) == 21
    assert len(filled.teams) == 2
    assert found.totals["beside"]["overdue"]
    board = caseload.board(team_ids=access.teams_under(access.staff(filled.head).team_id or 0), today=given.TODAY, at=given.NOW)
    assert board.all == 1_050
    assert board.on_hold
    assert board.idle


def test_patterns_hold_every_custody_and_some_that_are_late_or_held() -> None:
    patterns = [pattern(number, given.TODAY) for number in range(PATTERNS)]
    assert {each.custody for each in patterns} == {"serving", "detained", "community", "unknown"}
    assert 0 < sum(each.due < given.TODAY for each in patterns) < PATTERNS / 10
    assert 0 < sum(each.held for each in patterns) < PATTERNS / 5


def size(cases: int, *, milliseconds: float, queries: int = 9, status: int = 200) -> dict[str, object]:
    page = {"name": "My work", "status": status, "queries": queries, "most_queries": 10, "median_ms": milliseconds}
    page |= {"slow_ms": 2 * milliseconds, "bare_ms": milliseconds / 4, "size_kb": 30.0}
    proof = {"cases": cases, "seconds": 2.0, "verdict": "clean", "remainder": 0, "mb": 90.0}
    return {"cases": cases, "pages": [page], "rows": 25 * cases, "seconds": 3.0, "proof": proof}


@pytest.mark.parametrize(
    ("large", "told"),
    [
        (size(100_000, milliseconds=24.0), "| 1.20 | 6.0 ms | 4.0 | met |"),
        (size(100_000, milliseconds=26.0), "| 1.30 | 6.5 ms | 4.0 | **not met** |"),
        (size(100_000, milliseconds=20.0, queries=11), "**not met**"),
        (size(100_000, milliseconds=20.0, status=500), "not measured: it answered 500"),
    ],
)
def test_figures_are_told_met_or_not(large: dict[str, object], told: str) -> None:
    text = "\n".join(report.lines([size(1_000, milliseconds=20.0), large], server="PostgreSQL", day=date(2026, 11, 18)))
    assert told in text
