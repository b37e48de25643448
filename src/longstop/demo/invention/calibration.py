"""The figures that the invented command follows, each with its source; see calibration.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def share(group: str, name: str) -> float:
    """Give one figure: a share of its whole, or a count at the published size. Raises KeyError where there is none."""
    return float(_figures()[group][name]["value"])


def mixture(group: str) -> Mapping[str, float]:
    """Give a group of figures as weights by name."""
    return {name: float(each["value"] if isinstance(each, dict) else each) for name, each in _figures()[group].items()}


def years_since_release() -> list[tuple[float, float, float]]:
    """Give (from years, to years, weight) of those who are not detained."""
    return [(low, high, weight) for low, high, weight in _figures()["since_release"]["years"]]


@cache
def _figures() -> Mapping[str, Any]:
    return read_words("calibration.toml")


def read_words(name: str) -> Mapping[str, Any]:
    """Read a data file that stands beside this module."""
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
