"""States and the steps between them, as a table that can be read, enforced and checked for completeness."""

from collections.abc import Mapping
from dataclasses import dataclass


class NoSuchStep(ValueError):
    """The table does not let a thing go from the one state to the other."""

    def __init__(self, name: str, from_: str, to: str) -> None:
        super().__init__(f"{name}: no step leads from “{from_}” to “{to}”.")
        self.from_, self.to = from_, to


@dataclass(frozen=True, slots=True)
class Steps:
    """The states of one kind of thing. `next` names where each may go, `acts` the role that is expected to act in it.

    A state from which nothing leads is an end, and needs nobody to act.
    """

    name: str
    begins: tuple[str, ...]
    next: Mapping[str, tuple[str, ...]]
    acts: Mapping[str, str]

    def check(self, *, from_: str, to: str) -> None:
        """Refuse a step that is not in the table. Raises NoSuchStep."""
        if to not in self.next.get(from_, ()):
            raise NoSuchStep(self.name, from_, to)

    @property
    def ends(self) -> frozenset[str]:
        """The states from which nothing leads."""
        return frozenset(state for state, onward in self.next.items() if not onward)

    def reachable(self) -> frozenset[str]:
        """The states that can be reached from a beginning."""
        found: set[str] = set()
        waiting = list(self.begins)
        while waiting:
            state = waiting.pop()
            if state not in found:
                found.add(state)
                waiting.extend(self.next.get(state, ()))
        return frozenset(found)
