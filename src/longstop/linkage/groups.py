"""Groups in which a model is told apart: the script of a name, where names are from, birth on a 1 January; and where it did worse.

A model that is right on the whole may be wrong about some: names that were put into other letters, birthdays that a clerk supplied. In a
group in which it did worse than its limit, software joins nobody; a person looks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import exp, lgamma, log, log1p
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

COLUMNS = ("script", "origin", "january")
LIMIT = 0.01
"""Of the pairs joined in a group, so large a share may be wrong."""
BY_CHANCE = 0.1
"""Where a model that keeps to the limit would show so many wrong pairs less often than this, the group counts as one that does worse."""


Groups = Mapping[str, frozenset[str]]
"""The values that name groups, by column."""


@dataclass(frozen=True)
class Group:
    """The pairs of which a record at least is in a group: how many were joined, how many of these wrongly, how many right ones were not."""

    column: str
    value: str
    joined: int
    false_merges: int
    missed: int


def tell_apart(pairs: pl.DataFrame, *, right: NDArray[np.bool_], joined: NDArray[np.bool_]) -> list[Group]:
    """Count by group, in the order of their names. `right` and `joined` say of each pair whether it is, and whether it was joined."""
    found = []
    for column in COLUMNS:
        ends = _ends(pairs, column)
        for value in sorted(set(ends[0].drop_nulls()) | set(ends[1].drop_nulls())):
            inside = _inside(ends, value)
            counts = (inside & joined, inside & joined & ~right, inside & right & ~joined)
            found.append(Group(column, value, *(int(each.sum()) for each in counts)))
    return found


def _ends(pairs: pl.DataFrame, column: str) -> list[pl.Series]:
    return [pairs[f"{column}_{end}"].cast(pl.String) for end in "lr"]


def _inside(ends: list[pl.Series], value: str) -> NDArray[np.bool_]:
    one, other = (np.asarray((end == value).fill_null(False).to_numpy(), dtype=np.bool_) for end in ends)
    return one | other


def worse(pairs: pl.DataFrame, *, right: NDArray[np.bool_], joined: NDArray[np.bool_], limit: float = LIMIT) -> Groups:
    """Give, by column, the groups in which more of what was joined is wrong than the limit allows, and chance does not explain it.

    The worst is named first, and what was joined there no longer counts against others: names of one origin that are often taken for one
    another must not withhold everybody whose name is in the same letters.
    """
    found: dict[str, frozenset[str]] = {}
    left = joined.copy()
    while bad := [each for each in tell_apart(pairs, right=right, joined=left) if does_worse(each, limit=limit)]:
        worst = max(bad, key=lambda each: (each.false_merges / each.joined, each.joined))
        found[worst.column] = found.get(worst.column, frozenset()) | {worst.value}
        left &= ~_inside(_ends(pairs, worst.column), worst.value)
    return found


def does_worse(group: Group, *, limit: float = LIMIT) -> bool:
    """Say whether more than the limit of what was joined in a group is wrong, and chance does not explain it."""
    return group.false_merges > limit * group.joined and at_least(group.false_merges, of=group.joined, share=limit) < BY_CHANCE


def at_least(number: int, *, of: int, share: float) -> float:
    """Give how likely it is that at least so many of so many are wrong, where each is with this chance."""
    below = sum(exp(_ways(of, k) + k * log(share) + (of - k) * log1p(-share)) for k in range(number))
    return max(0.0, 1.0 - below)


def _ways(of: int, chosen: int) -> float:
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)


def as_plain(groups: Iterable[Group]) -> list[dict[str, Any]]:
    """Give the groups for JSON."""
    return [asdict(each) for each in groups]


def named(withheld: Groups) -> dict[str, list[str]]:
    """Give groups by column for JSON, in the order of their names."""
    return {column: sorted(values) for column, values in sorted(withheld.items())}
