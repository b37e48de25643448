"""Records gathered into persons: pairs are taken from the strongest down, and two groups become one where their pairs on the whole agree.

Greedy additive contraction (Keuper and others, 2015): the weight between two groups is the sum over their pairs, so that one strong
likeness does not bind two groups whose other members speak against it.
"""

import heapq
from collections.abc import Iterable, Iterator

MOST = 6.0  # one pair says no more than this, for or against: it may be wrong


def cluster(pairs: Iterable[tuple[str, str, float]], *, threshold: float = 0.0) -> list[list[str]]:
    """Give the groups of two records or more. Pairs are (record, record, log-odds that both are one person's), each pair once.

    Two groups join while the sum between them is above `threshold`.
    """
    beside: dict[str, dict[str, float]] = {}
    members: dict[str, list[str]] = {}
    for left, right, odds in pairs:
        weight = max(-MOST, min(MOST, odds))
        for one, other in ((left, right), (right, left)):
            beside.setdefault(one, {})[other] = weight
            members.setdefault(one, [one])
    heap = [
        (-weight, one, other) for one, others in beside.items() for other, weight in others.items() if one < other and weight > threshold
    ]
    heapq.heapify(heap)
    while heap:
        negative, one, other = heapq.heappop(heap)
        if beside.get(one, {}).get(other) != -negative:
            continue  # one of them has become part of another group, or their sum has changed
        for weight, left, right in _merge(one, other, beside, members):
            if weight > threshold:
                heapq.heappush(heap, (-weight, left, right))
    return [sorted(group) for group in members.values() if len(group) > 1]


def _merge(one: str, other: str, beside: dict[str, dict[str, float]], members: dict[str, list[str]]) -> Iterator[tuple[float, str, str]]:
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
