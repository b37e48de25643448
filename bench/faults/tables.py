"""The tables beside this file, read once."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "tables"
SCRIPTS = ("latin", "arabic", "cyrillic", "greek", "han", "hangul", "hebrew")


@cache
def read(name: str) -> Mapping[str, Any]:
    """Give a table by its name."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def words(text: str) -> list[str]:
    """Give the names in a line of a table: _ stands for a space within one."""
    return [word.replace("_", " ") for word in text.split()]
