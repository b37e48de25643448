"""Training without answers: chances from pairs at random, likelihoods from the pairs that keys bring together, by expectation-maximisation.

The second is done over all candidate pairs at once, by their pattern of levels: unlike the customary sessions, each of which blocks on one
comparison and says nothing of it, every comparison is estimated from pairs that were brought together by others. A few imagined
agreements stand for what is known before any data, so that a level which a small file never shows is neither impossible nor certain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longstop.linkage.comparisons import Comparison
from longstop.linkage.keys import cap_keys
from longstop.linkage.model import ELSE, LEAST, Model, Odds
from longstop.linkage.splinking import comparisons_for, level_numbers, make_linker, read_chances

CHANCE_PAIRS = 500_000
TRAINING_PAIRS = 400_000
IMAGINED = 20.0  # pairs of one person that are imagined, spread over the levels
ROUNDS = 300
Numbers = NDArray[np.float64]


class NothingToCompare(ValueError):
    """The records have nothing in common that could be compared."""


@dataclass(frozen=True)
class _Patterns:
    """The different rows of level numbers among the pairs, and how many pairs have each."""

    levels: NDArray[np.int64]
    pairs: Numbers


def train(records: pl.DataFrame, *, between: bool, seed: int, most: int = Model.most_pairs_a_key) -> Model:
    """Train a model on cleaned records, the same for the same records and seed. Raises NothingToCompare."""
    comparisons = comparisons_for(records)
    if not comparisons:
        raise NothingToCompare(
            "The records have neither name, date of birth nor identifier that could be compared. Say with --map which column is which."
        )
    capped, reckoned = cap_keys(records, most=most, between=between)
    share = min(1.0, TRAINING_PAIRS / max(1, reckoned))
    picked = pl.Series("picked", np.random.default_rng(seed).random(len(capped)) < share)
    linker = make_linker(capped.with_columns(picked), comparisons, None, between=between, picked=share < 1)
    linker.training.estimate_u_using_random_sampling(CHANCE_PAIRS, seed=seed, num_chunks=1)
    chances = {each.name: _chances(each, read_chances(linker)[each.name]) for each in comparisons}
    columns = [f"gamma_{each.name}" for each in comparisons]
    rows = linker.inference.predict(warning_mode="never").as_duckdbpyrelation().pl().group_by(columns).len().sort(columns)
    patterns = _Patterns(rows.select(columns).to_numpy().astype(np.int64), rows["len"].to_numpy().astype(np.float64))
    return _maximise(comparisons, chances, patterns, possible=_possible(capped, picked, between), seed=seed, most=most)


def _possible(records: pl.DataFrame, picked: pl.Series, between: bool) -> float:
    """Count the pairs that there could be of which one record at least is picked."""

    def pairs(counts: Sequence[int]) -> float:
        if between and len(counts) == 2:
            return float(counts[0]) * counts[1]
        whole = sum(counts)
        return whole * (whole - 1) / 2

    sides = records["side"].unique().sort()
    every = [int((records["side"] == side).sum()) for side in sides]
    rest = [int(((records["side"] == side) & ~picked).sum()) for side in sides]
    return max(1.0, pairs(every) - pairs(rest))


def _chances(each: Comparison, found: Mapping[str, float | None]) -> Numbers:
    """Give the chance of each level by its number, those that were never seen by chance made very small but possible."""
    names = level_numbers(each)
    chances = np.array([max(found.get(names[number]) or 0.0, LEAST) for number in range(len(names))])
    return np.asarray(chances / chances.sum(), dtype=np.float64)


def _before(levels: int) -> Numbers:
    """What is thought of a comparison's levels among one person's records before any data: mostly the strongest, seldom none."""
    weights = np.full(levels, 2.0)
    weights[-1], weights[0] = 4.0, 0.5
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _maximise(
    comparisons: Sequence[Comparison], chances: Mapping[str, Numbers], patterns: _Patterns, *, possible: float, seed: int, most: int
) -> Model:
    before = {each.name: _before(len(chances[each.name])) for each in comparisons}
    likely = dict(before)
    prior = 1e-4 if possible > 1e6 else 1e-3
    for _ in range(ROUNDS):
        said = _expect(comparisons, likely, chances, patterns, prior) * patterns.pairs
        was, prior = prior, min(0.5, max(LEAST / 100, said.sum() / possible))
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
        weights = np.append(np.log(likely[each.name] / chances[each.name]), 0.0)  # the last, for -1: unknown says nothing
        logit += weights[patterns.levels[:, place]]
    return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float64)


def _odds(each: Comparison, likely: Numbers, chances: Numbers) -> dict[str, Odds]:
    names = level_numbers(each)
    return {names.get(number, ELSE): Odds(float(likely[number]), float(chances[number])) for number in sorted(names, reverse=True)}
