"""A step of cleaning, and the carrying out of a list of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One thing that is done to a text: its name, what it does in words, and the function."""

    name: str
    says: str
    do: Callable[[str], str]


def carry_out(steps: Sequence[Step], text: str) -> str:
    """Give the text after every step, in order."""
    for step in steps:
        text = step.do(text)
    return text


def explain(steps: Sequence[Step], text: str) -> list[tuple[str, str]]:
    """Give what each step that changed something left, by the step's name."""
    found = []
    for step in steps:
        after = step.do(text)
        if after != text:
            found.append((step.name, after))
        text = after
    return found
