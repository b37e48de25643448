"""The address of a list: which filters, order and page it shows, as its URL says."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

# A change of filter or order starts again at the first page.
PAGING = frozenset({"after", "before", "selected"})
MOMENT = "as_at"  # the past moment that a list is shown for: kept when its filters are cleared
DIGITS = 19  # of the largest number that PostgreSQL counts with


def whole_number(text: object) -> int | None:
    """Return the number that a page of ours sent; None for anything else, and for more digits than the database counts."""
    said = str(text)
    return int(said) if said.isascii() and said.isdigit() and len(said) < DIGITS else None


@dataclass(frozen=True, slots=True)
class Address:
    """A path and its query string, from which the addresses of neighbouring views of the same list are made."""

    path: str
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> Address:
        """Return the address of the page that was asked for."""
        pairs = [(name, value) for name, values in request.GET.lists() for value in values if value != ""]
        return cls(request.path, tuple(pairs))

    @property
    def href(self) -> str:
        """The address as a link."""
        return f"{self.path}?{urlencode(self.params)}" if self.params else self.path

    def get(self, name: str) -> str:
        """Return the first value of a parameter, or an empty string."""
        return next((value for key, value in self.params if key == name), "")

    def number(self, name: str) -> int | None:
        """Return a parameter that holds a place in a list; None where it holds no number, or one that no row of a database could have."""
        return whole_number(self.get(name))

    def with_param(self, name: str, value: str) -> Address:
        """Return this address with one parameter set to one value.

        It starts at the first page, unless `name` is itself a page, or ticks the rows of the page shown ("selected").
        """
        dropped = {name} if name == "selected" else {name, *PAGING}
        kept = [(key, old) for key, old in self.params if key not in dropped]
        return Address(self.path, (*kept, (name, value)))

    def without(self, name: str, value: str | None = None) -> Address:
        """Return this address without a parameter, or without only one of its values, on the first page."""
        kept = [(key, old) for key, old in self.params if key not in PAGING and not (key == name and value in (None, old))]
        return Address(self.path, tuple(kept))

    def only(self, *names: str) -> Address:
        """Return this address with only the parameters named, and its moment: `only("sort", "view")` clears all filters."""
        return Address(self.path, tuple(pair for pair in self.params if pair[0] in (*names, MOMENT)))

    def elsewhere(self, path: str) -> Address:
        """Return the address of another list, shown for the same moment."""
        return Address(path, self.only().params)
