"""Training without answers: chances from pairs at random, likelihoods from the pairs that keys bring together, by expectation-maximisation.

The second is done over all candidate pairs at once, by their pattern of levels: unlike the customary sessions, each of which blocks on one
comparison and says nothing of it, every comparison is estimated from pairs that were brought together by others. A few imagined
agreements stand for what is known before any data, so that a level which a small file never shows is neither impossible nor certain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longstop.linkage.comparisons import ELSE, Comparison, level_numbers
from longstop.linkage.model import LEAST, Model, Odds

CHANCE_PAIRS = 200_000
IMAGINED = 20.0  # pairs of one person that are imagined, spread over the levels
ROUNDS = 300
RECORDS_A_PERSON = 1.5  # of one person's in the other list, on average, at most
RECORDS_WITHIN = 20.0  # of one person's within one list, on average, at most
SILENT = ("nationality", "places", "sex", "occupation")
"""What so many share that, left to speak, it would have one origin or town estimated for one person. What it is worth is still found."""
Numbers = NDArray[np.float64]
Compare = Callable[[pl.DataFrame, pl.DataFrame, Sequence[Comparison]], pl.DataFrame]


class NothingToCompare(ValueError):
    """The records have nothing in common that could be compared."""


@dataclass(frozen=True)
class _Patterns:
    """The different rows of level numbers among the pairs, and how many pairs have each."""

    levels: NDArray[np.int64]
    pairs: Numbers


def train(
    records: pl.DataFrame,
    compared: pl.DataFrame,
    comparisons: Sequence[Comparison],
    compare: Compare,
    *,
    between: bool,
    seed: int,
    most: int,
) -> Model:
    """Train a model on cleaned records and their compared pairs, the same for the same records and seed.

    `compare` finds the levels of pairs at random as those of the compared pairs were found.
    """
    drawn = compare(records, _draw(records, between=between, seed=seed), comparisons)
    chances = {each.name: _chances(each, drawn[f"gamma_{each.name}"]) for each in comparisons}
    columns = [f"gamma_{each.name}" for each in comparisons]
    rows = compared.group_by(columns).len().sort(columns)
    patterns = _Patterns(rows.select(columns).to_numpy().astype(np.int64), rows["len"].to_numpy().astype(np.float64))
    possible = max(1.0, possible_pairs(records, between=between))
    ceiling = most_likely(records, between=between)
    return _maximise(comparisons, chances, patterns, possible=possible, ceiling=ceiling, seed=seed, most=most)


def most_likely(records: pl.DataFrame, *, between: bool) -> float:
    """Give how likely two records at random can be one person's at most: a record of the shorter list has few in the longer.

    Without this bound, where many share an origin, what comes to be estimated is one origin instead of one person.
    """
    counts = [float(each) for each in records.group_by("side").len()["len"]]
    if between and len(counts) == 2:
        return min(0.5, RECORDS_A_PERSON / max(counts))
    return min(0.5, RECORDS_WITHIN / max(1.0, sum(counts)))


def possible_pairs(records: pl.DataFrame, *, between: bool) -> float:
    """Count all pairs that there could be."""
    counts = records.group_by("side").len()["len"].to_list()
    if between and len(counts) == 2:
        return float(counts[0] * counts[1])
    whole = float(sum(counts))
    return whole * (whole - 1) / 2


def _draw(records: pl.DataFrame, *, between: bool, seed: int) -> pl.DataFrame:
    """Give pairs of rows at random, whatever the order of the records; every pair that there could be, where these are few."""
    rows = records.with_row_index("row").sort("side", "id")
    sides = [each["row"].to_numpy() for each in rows.partition_by("side", maintain_order=True)] if between else [rows["row"].to_numpy()]
    left, right = sides[0], sides[-1]
    if possible_pairs(records, between=between) <= CHANCE_PAIRS:
        pairs = np.indices((len(left), len(right))).reshape(2, -1)
    else:
        chance = np.random.default_rng(seed)
        pairs = np.array([chance.integers(len(side), size=CHANCE_PAIRS) for side in (left, right)])
    if not between:
        pairs = pairs[:, pairs[0] < pairs[1]] if len(pairs[0]) > CHANCE_PAIRS else pairs[:, pairs[0] != pairs[1]]
    return pl.DataFrame({"l": left[pairs[0]], "r": right[pairs[1]]})


def _chances(each: Comparison, drawn: pl.Series) -> Numbers:
    """Give the chance of each level by its number, those that were never seen by chance made very small but possible."""
    numbers = drawn.to_numpy()
    counts = np.bincount(numbers[numbers >= 0], minlength=len(each.levels) + 1)
    chances = np.maximum(counts / max(1, counts.sum()), LEAST)
    return np.asarray(chances / chances.sum(), dtype=np.float64)


def _before(levels: int) -> Numbers:
    """What is thought of a comparison's levels among one person's records before any data: mostly the strongest, seldom none."""
    weights = np.full(levels, 2.0)
    weights[-1], weights[0] = 4.0, 0.5
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _maximise(
    comparisons: Sequence[Comparison],
    chances: Mapping[str, Numbers],
    patterns: _Patterns,
    *,
    possible: float,
    ceiling: float,
    seed: int,
    most: int,
) -> Model:
    before = {each.name: _before(len(chances[each.name])) for each in comparisons}
    likely = dict(before)
    prior = min(ceiling, 1e-4 if possible > 1e6 else 1e-3)
    for _ in range(ROUNDS):
        said = _expect(comparisons, likely, chances, patterns, prior) * patterns.pairs
        was, prior = prior, min(ceiling, max(LEAST / 100, said.sum() / possible))
        for place, each in enumerate(comparisons):
            numbers = patterns.levels[:, place]
            counts = np.bincount(numbers[numbers >= 0], weights=said[numbers >= 0], minlength=len(before[each.name]))
            likely[each.name] = (counts + IMAGINED * before[each.name]) / (counts.sum() + IMAGINED)
        if abs(prior - was) < 1e-6 * was:
            break
    odds = {each.name: _odds(each, likely[each.name], chances[each.name]) for each in comparisons}
    return Model(prior=float(prior), odds=odds, seed=seed, most_pairs_a_key=most)


def _expect(
    comparisons: Sequence[Comparison], likely: Mapping[str, Numbers], chances: Mapping[str, Numbers], patterns: _Patterns, prior: float
) -> Numbers:
    """Give how likely pairs of each pattern are to be of one person."""
    logit = np.full(len(patterns.pairs), np.log(prior / (1 - prior)))
    for place, each in enumerate(comparisons):
        if each.name in SILENT:
            continue
        weights = np.append(np.log(likely[each.name] / chances[each.name]), 0.0)  # the last, for -1: unknown says nothing
        logit += weights[patterns.levels[:, place]]
    return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float64)


def _odds(each: Comparison, likely: Numbers, chances: Numbers) -> dict[str, Odds]:
    names = level_numbers(each)
    return {names.get(number, ELSE): Odds(float(likely[number]), float(chances[number])) for number in sorted(names, reverse=True)}
