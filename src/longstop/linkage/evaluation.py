"""How well pairs were found, beside known answers: right and wrong, by group, and whether a stated probability holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longstop.linkage.truths import Truth

BANDS = (0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.999, 1.0)
Pair = tuple[str, str]


@dataclass(frozen=True)
class Figures:
    """Counts of pairs and what follows from them."""

    right: int
    wrong: int
    known: int

    @property
    def precision(self) -> float:
        """Give the share of pairs found that are right; 1 where none was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Give the share of pairs known that were found; 1 where none is known."""
        return self.right / self.known if self.known else 1.0

    @property
    def f1(self) -> float:
        """Give the harmonic mean of both."""
        return 2 * self.right / (self.right + self.wrong + self.known) if self.right + self.wrong + self.known else 1.0


@dataclass(frozen=True)
class Band:
    """Of pairs whose stated probability lies between two values: how many, how likely they were said to be, and how many were right."""

    least: float
    most: float
    pairs: int
    said: float
    right: float


def mark(pairs: pl.DataFrame, truth: Truth) -> NDArray[np.bool_]:
    """Say of each pair whether it is one person's."""
    rows = pairs.select("side_l", "id_l", "side_r", "id_r").iter_rows()
    if truth.pairs:
        return np.array([(left, right) in truth.pairs or (right, left) in truth.pairs for _, left, _, right in rows], dtype=bool)
    return np.array([_same(truth, (side_l, left), (side_r, right)) for side_l, left, side_r, right in rows], dtype=bool)


def _same(truth: Truth, left: Pair, right: Pair) -> bool:
    person = truth.person.get(left)
    return person is not None and person == truth.person.get(right)


def count_known(records: pl.DataFrame, truth: Truth, *, between: bool) -> int:
    """Count the pairs that are one person's, among all that there could be."""
    if truth.pairs:
        return len(truth.pairs)
    groups: dict[str, dict[str, int]] = {}
    for side, each in records.select("side", "id").iter_rows():
        person = truth.person.get((side, each))
        if person is not None:
            counts = groups.setdefault(person, {})
            counts[side] = counts.get(side, 0) + 1
    return sum(_pairs(list(counts.values()), between) for counts in groups.values())


def _pairs(counts: Sequence[int], between: bool) -> int:
    whole = sum(counts)
    every = whole * (whole - 1) // 2
    return every - sum(count * (count - 1) // 2 for count in counts) if between else every


def figures(right: NDArray[np.bool_], chosen: NDArray[np.bool_], known: int) -> Figures:
    """Count what was chosen and right, chosen and wrong, of so many known."""
    return Figures(int((right & chosen).sum()), int((~right & chosen).sum()), known)


def best_f1(right: NDArray[np.bool_], known: int) -> float:
    """Give the greatest F1 of all thresholds, with the answers in hand. The pairs are given strongest first."""
    if not len(right):
        return 0.0
    f1 = 2 * np.cumsum(right) / (np.arange(1, len(right) + 1) + known)
    return float(f1.max())


def best_expected(probability: NDArray[np.float64], expected: float) -> float:
    """Give the probability from which on to choose pairs for the greatest F1 that the probabilities themselves lead to expect.

    No answers are looked at: of pairs said to be p sure, p are counted right. `expected` is how many right pairs there are thought to be.
    """
    falling = np.sort(probability)[::-1]
    if not len(falling):
        return 1.0
    f1 = 2 * np.cumsum(falling) / (np.arange(1, len(falling) + 1) + expected)
    return float(falling[int(np.argmax(f1))])


def calibration(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> list[Band]:
    """Give for each band of stated probabilities how many pairs it has, what they were said to be, and what they are."""
    found = []
    for least, most in pairwise(BANDS):
        inside = (probability >= least) & ((probability < most) if most < 1 else (probability <= most))
        if inside.any():
            found.append(Band(least, most, int(inside.sum()), float(probability[inside].mean()), float(right[inside].mean())))
    return found


def sure_and_wrong(probability: NDArray[np.float64], right: NDArray[np.bool_], *, sure: float = 0.99) -> tuple[int, int]:
    """Give how many pairs were said to be so sure at least, and how many of those are wrong."""
    inside = probability >= sure
    return int(inside.sum()), int((inside & ~right).sum())


def by_group(groups: Sequence[str], right: NDArray[np.bool_], probability: NDArray[np.float64], *, sure: float) -> list[dict[str, Any]]:
    """Give for each group of pairs how many were joined as sure, how many of those are wrong, and how many right ones were missed."""
    found = []
    for group in sorted(set(groups)):
        inside = np.array([each == group for each in groups], dtype=bool)
        joined = inside & (probability >= sure)
        missed = inside & right & (probability < sure)
        found.append(
            {"group": group, "joined": int(joined.sum()), "false_merges": int((joined & ~right).sum()), "missed": int(missed.sum())}
        )
    return found


def plain(bands: Iterable[Band]) -> list[Mapping[str, float]]:
    """Give bands as plain mappings, for JSON."""
    return [{name: round(value, 5) if isinstance(value, float) else value for name, value in asdict(band).items()} for band in bands]
