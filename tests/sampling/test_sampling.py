"""Shares and agreement against figures that were published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstop.sampling.agreement import agreement
from longstop.sampling.shares import share

# Newcombe 1998, table I: Wilson's score without continuity correction.
PUBLISHED = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]


@pytest.mark.parametrize(("count", "of", "low", "high"), PUBLISHED)
def test_intervals_are_those_published(count: int, of: int, low: float, high: float) -> None:
    found = share(count, of)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_in_its_interval_and_its_complement_mirrors_it(drawn: tuple[int, int]) -> None:
    count, of = drawn
    found, rest = share(count, of), share(of - count, of)
    assert 0 <= found.low <= count / of <= found.high <= 1
    assert (found.low, found.high) == pytest.approx((1 - rest.high, 1 - rest.low), abs=1e-12)


def test_of_nothing_everything_is_possible_and_no_share_is_above_its_whole() -> None:
    assert (share(0, 0).value, share(0, 0).low, share(0, 0).high) == (None, 0.0, 1.0)
    with pytest.raises(ValueError, match="3 of 2"):
        share(3, 2)


def pairs(both: int, first: int, second: int, neither: int) -> list[tuple[str, str]]:
    return [*[("y", "y")] * both, *[("y", "n")] * first, *[("n", "y")] * second, *[("n", "n")] * neither]


# The worked examples of the textbooks: 35 of 50 alike is 0.4; 60 of 100 twice, by other margins, 0.1304 and 0.2593.
@pytest.mark.parametrize(
    ("counts", "kappa"), [((20, 5, 10, 15), 0.4), ((45, 15, 25, 15), 0.1304), ((25, 35, 5, 35), 0.2593), ((7, 0, 0, 3), 1.0)]
)
def test_kappa_is_that_of_the_textbooks(counts: tuple[int, int, int, int], kappa: float) -> None:
    found = agreement(pairs(*counts))
    assert found.kappa is not None
    assert round(found.kappa, 4) == kappa


def test_kappa_cannot_be_told_of_one_answer_alone() -> None:
    assert agreement(pairs(5, 0, 0, 0)).kappa is None
    assert agreement([]).kappa is None
