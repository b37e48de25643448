"""A model: the version of cleaning and comparing, how likely each level is among one person's records and by chance, the thresholds."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from longstop.linkage.comparisons import BY_NAME

VERSION = "2026-11-22.3"
"""Of cleaning, keys and comparisons together. Whatever changes a record's row or a pair's level changes it."""
LEAST = 1e-7  # no level is so rare that one agreement settles everything


class WrongVersion(ValueError):
    """A model was trained for another version of cleaning and comparing. Remedy: train it anew."""


@dataclass(frozen=True)
class Odds:
    """How likely a level is among pairs of one person's records (m), and among pairs of different persons' (u)."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """Give what the level says, in bits: above nought for one person, below for two."""
        return math.log2(max(self.m, LEAST) / max(self.u, LEAST))


@dataclass(frozen=True)
class Thresholds:
    """From which probability on pairs join, and from which down they do not; between both a person must look.

    What is joined is fractured only below `fracture`: a pair whose probability wavers between both does not part and join again. A wrong
    join costs more than a person's look: HMPPS joins from 20 bits on (domain.md 5.4), this from 10.
    """

    join: float = 0.999
    fracture: float = 0.2


@dataclass(frozen=True)
class Model:
    """All that is needed to weigh and answer pairs.

    `odds` by comparison and level; `prior` is how likely two records at random are one person's; `withheld` are the groups, by column, in
    which it did worse than its limit where answers were known: nobody is joined by software there.
    """

    prior: float
    odds: Mapping[str, Mapping[str, Odds]]
    seed: int
    version: str = VERSION
    thresholds: Thresholds = field(default_factory=Thresholds)
    most_pairs_a_key: int = 3_000
    withheld: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def weigh(self, comparison: str, level: str) -> float:
        """Give what a level says, in bits, within what its comparison may say at most."""
        most = BY_NAME[comparison].most
        weight = self.odds[comparison][level].weight
        return weight if most is None else max(-most, min(most, weight))

    def with_prior(self, prior: float) -> "Model":
        """Give the same model for data in which pairs of one person are so likely."""
        return replace(self, prior=prior)

    def withholding(self, groups: Mapping[str, frozenset[str]]) -> "Model":
        """Give the same model, which joins nobody in these groups."""
        return replace(self, withheld=groups)

    def as_plain(self) -> dict[str, Any]:
        """Give the model as plain values, for JSON."""
        odds = {name: {level: [each.m, each.u] for level, each in levels.items()} for name, levels in self.odds.items()}
        said: dict[str, Any] = {"version": self.version, "seed": self.seed, "prior": self.prior, "join": self.thresholds.join}
        said |= {"fracture": self.thresholds.fracture, "most_pairs_a_key": self.most_pairs_a_key, "odds": odds}
        return said | {"withheld": {column: sorted(values) for column, values in sorted(self.withheld.items())}}

    @classmethod
    def of_plain(cls, said: Mapping[str, Any], *, name: str) -> "Model":
        """Give the model that `as_plain` gave. Raises WrongVersion for one of another version of cleaning and comparing, by its name."""
        if said["version"] != VERSION:
            raise WrongVersion(f"{name} is a model of version {said['version']}; this is {VERSION}. Train it anew.")
        odds = {name: {level: Odds(*each) for level, each in levels.items()} for name, levels in said["odds"].items()}
        thresholds = Thresholds(said["join"], said["fracture"])
        withheld = {column: frozenset(values) for column, values in said["withheld"].items()}
        return cls(said["prior"], odds, said["seed"], said["version"], thresholds, said["most_pairs_a_key"], withheld)

    def write(self, path: Path) -> None:
        """Write the model as JSON."""
        path.write_text(json.dumps(self.as_plain(), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Model":
        """Read a model that `write` wrote. Raises WrongVersion for one of another version of cleaning and comparing."""
        return cls.of_plain(json.loads(path.read_text(encoding="utf-8")), name=str(path))
