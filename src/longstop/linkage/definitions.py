"""A definition: everything by which records of the casework system are weighed, under one name and date.

The model with its thresholds and the version of cleaning, how it was trained, and how many other records a person's record has on the
average. The newest file in `versions` is what holds until a command puts another in force.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from longstop.linkage.model import Model, WrongVersion

FOLDER = Path(__file__).parent / "versions"
OTHERS = 0.05
FEWEST = 1_000  # records: of fewer nobody can say how rare it is that two are one person's


class BadDefinition(ValueError):
    """A file is no definition that could be used; the message says what is wrong, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A named, dated definition. `others`: how many other records of the same person a record has, on the average, that are not joined."""

    name: str
    dated: date
    trained: str
    model: Model
    others: float = OTHERS

    def prior(self, records: int) -> float:
        """Give how likely two of so many records are one person's. In steps of twice as many, so that it holds from night to night."""
        return min(0.5, self.others / float(2 ** math.ceil(math.log2(max(records, FEWEST)))))

    def as_plain(self) -> dict[str, Any]:
        """Give the definition as plain values, for JSON."""
        told = {"name": self.name, "dated": self.dated.isoformat(), "trained": self.trained, "others": self.others}
        return told | {"model": self.model.as_plain()}

    def digest(self) -> bytes:
        """Give the 32 bytes that stand for all that the definition says."""
        return hashlib.sha256(json.dumps(self.as_plain(), sort_keys=True).encode()).digest()

    def write(self, path: Path) -> None:
        """Write the definition as JSON."""
        path.write_text(json.dumps(self.as_plain(), indent=1) + "\n", encoding="utf-8")


def of_plain(said: Mapping[str, Any]) -> Definition:
    """Give the definition that `as_plain` gave. Raises BadDefinition, WrongVersion."""
    try:
        name, others = str(said["name"]), float(said["others"])
        model = Model.of_plain(said["model"], name=name)
        made = Definition(name=name, dated=date.fromisoformat(said["dated"]), trained=str(said["trained"]), model=model, others=others)
    except WrongVersion:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDefinition(f"This is no definition of linkage: {error!r}. Write one as the newest of ours is written.") from error
    if not name or len(name) > 60 or not 0 < others < 10 or not 0 < model.thresholds.fracture < model.thresholds.join <= 1:
        raise BadDefinition(f"{name or 'A definition without a name'}: a name of 1 to 60 letters, others above 0, fracture below join.")
    return made


def read(path: Path) -> Definition:
    """Read a definition from a file. Raises BadDefinition, WrongVersion, OSError."""
    try:
        return of_plain(json.loads(path.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        raise BadDefinition(f"{path} is not JSON: {error}. Give the file of a definition.") from error


@cache
def default() -> Definition:
    """Give the newest definition that came with this release."""
    return read(max(FOLDER.glob("*.json")))
