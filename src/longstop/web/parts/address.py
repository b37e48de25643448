"""The address of a list: which filters, order and page it shows, as its URL says."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

# A change of filter or order starts again at the first page.
PAGING = frozenset({"after", "before", "selected"})


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
        """Return this address with only the parameters named: `only("sort", "view")` clears all filters."""
        return Address(self.path, tuple(pair for pair in self.params if pair[0] in names))
