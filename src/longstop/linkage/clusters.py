"""Records gathered into persons: pairs are taken from the strongest down, and two groups become one where their pairs on the whole agree.

Greedy additive contraction (Keuper and others, 2015): the weight between two groups is the sum over their pairs, so that one strong
likeness does not bind two groups whose other members speak against it. Where no pair speaks against, that is whatever hangs together; only
the rest is gone through pair by pair.
"""

import heapq
from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

MOST = 6.0  # one pair says no more than this, for or against: it may be wrong
Numbers = NDArray[np.int64]


def gather(pairs: pl.DataFrame) -> pl.DataFrame:
    """Give the records of which at least one other is the same person's, as `id` and `person`, a number.

    Pairs are id_l, id_r and `odds`, the log-odds that both are one person's; each pair once. Two groups join while the sum between them is
    above nought.
    """
    ids = pl.concat([pairs["id_l"], pairs["id_r"]]).unique().sort()
    number = pl.DataFrame({"id": ids, "number": np.arange(len(ids))})
    ends = [pairs.join(number, left_on=f"id_{end}", right_on="id", how="left", maintain_order="left")["number"].to_numpy() for end in "lr"]
    person = _persons(ends[0], ends[1], pairs["odds"].to_numpy().clip(-MOST, MOST), len(ids))
    several = np.bincount(person, minlength=len(ids))[person] > 1
    return pl.DataFrame({"id": ids, "person": person}).filter(pl.Series(several))


def _persons(left: Numbers, right: Numbers, odds: NDArray[np.float64], many: int) -> Numbers:
    """Give the number of a record that stands for all of its person, for each record."""
    together = _hang_together(left[odds > 0], right[odds > 0], many)
    inside = together[left] == together[right]
    disputed = np.zeros(many, dtype=np.bool_)
    disputed[together[left[inside & (odds <= 0)]]] = True
    told = inside & disputed[together[left]]
    found = np.where(disputed[together], np.arange(many), together)
    for one, others in _contract(left[told], right[told], odds[told]):
        found[others] = one
    return found


def _hang_together(left: Numbers, right: Numbers, many: int) -> Numbers:
    """Give the least number among all that pairs connect, directly or by way of others, for each of so many numbers."""
    found = np.arange(many)
    while True:
        least = np.minimum(found[left], found[right])
        before = found.copy()
        for end in (left, right):
            np.minimum.at(found, before[end], least)
            np.minimum.at(found, end, least)
        found = found[found]
        if (found == before).all():
            return found


def _contract(left: Numbers, right: Numbers, odds: NDArray[np.float64]) -> Iterator[tuple[int, list[int]]]:
    """Give the groups in which pairs on the whole agree, each as one of its numbers and all."""
    beside: dict[int, dict[int, float]] = {each: {} for each in np.union1d(left, right).tolist()}
    lesser, greater = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((greater, lesser, -odds))
    told = list(zip((-odds[order]).tolist(), lesser[order].tolist(), greater[order].tolist(), strict=True))
    for negative, one, other in told:
        beside[one][other] = beside[other][one] = -negative
    members = {each: [each] for each in beside}
    # What was told stands in its order already: only sums that change are put into a heap.
    first = iter(told)
    following, changed = next(first, None), list[tuple[float, int, int]]()
    while changed or (following and following[0] < 0):
        if changed and (following is None or changed[0] < following):
            negative, one, other = heapq.heappop(changed)
        elif following:
            negative, one, other = following
            following = next(first, None)
        if one not in beside or beside[one].get(other) != -negative:
            continue  # one of them has become part of another group, or their sum has changed
        for weight, lower, higher in _merge(one, other, beside, members):
            if weight > 0:
                heapq.heappush(changed, (-weight, lower, higher))
    yield from members.items()


def _merge(one: int, other: int, beside: dict[int, dict[int, float]], members: dict[int, list[int]]) -> Iterator[tuple[float, int, int]]:
    """Make one group of two, the smaller into the larger, and give the sums that have changed."""
    if len(beside[one]) < len(beside[other]):
        one, other = other, one
    del beside[one][other]
    members[one] += members.pop(other)
    for third, weight in beside.pop(other).items():
        if third == one:
            continue
        del beside[third][other]
        whole = beside[one].get(third, 0.0) + weight
        beside[one][third] = beside[third][one] = whole
        yield (whole, one, third) if one < third else (whole, third, one)
