"""Rows, so many at a time. Python has it from 3.12 on."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give the rows in their order in lists of this size; the last may be shorter."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
