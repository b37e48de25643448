"""What the lists of casework have in common: pages of a list, filters as chips, and what a list's address asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet

from longstop.kernel.counts import AtLeast
from longstop.web.exporting.pieces import Piece, cut, piece
from longstop.web.parts import Address, Chip, Filters, Pages
from longstop.web.parts.address import MOMENT

PAGE = 25
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Slice:
    """Where in a list a page stands: how many rows are passed over."""

    start: int

    @classmethod
    def of(cls, here: Address) -> "Slice":
        """Read where the page stands from its address; anything that is not a number is the first page."""
        typed = here.get("after")
        return cls(int(typed) if typed.isdecimal() and len(typed) < 8 else 0)

    def cut(self, found: "QuerySet[M]") -> list[M]:
        """Give the rows of this page."""
        return cut(found, self.start, PAGE)

    def piece(
        self,
        found: "QuerySet[M]",
        *,
        by: "QuerySet[Any] | None" = None,
        first: "QuerySet[Any, Any] | None" = None,
        whole: bool = False,
    ) -> Piece[M]:
        """Give the rows of this page, and how many the list has: see `exporting.pieces`."""
        return piece(found, self.start, PAGE, by=by, first=first, whole=whole)

    def pages(self, here: Address, *, shown: int, total: int, noun: str) -> Pages:
        """Give the part that says where the page stands, with the ways on and back."""
        last = self.start + shown
        more = last < total or (isinstance(total, AtLeast) and shown == PAGE)
        back = here.with_param("after", str(max(self.start - PAGE, 0))).href if self.start else ""
        onward = here.with_param("after", str(last)).href if more else ""
        return Pages(self.start + 1 if shown else 0, last, total, noun, back, onward)


class ListFilter(forms.Form):
    """The filters of a list. Nothing is required; what is not understood is left out."""

    def chosen(self) -> dict[str, str]:
        """Give the filters in force by name."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value not in ("", None)}


def filters(form: ListFilter, here: Address, *, keep: Sequence[str] = ("view", "sort")) -> Filters:
    """Show a list's filters, each one in force as a chip that removes it."""
    chips = [
        Chip(str(form.fields[name].label), _words(form.fields[name], value), here.without(name).href)
        for name, value in form.chosen().items()
    ]
    carried = [(name, here.get(name)) for name in (*keep, MOMENT) if here.get(name)]
    return Filters(form, here.only(*keep).href, chips, carried)


def _words(field: forms.Field, value: str) -> str:
    choices: Mapping[Any, Any] = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type]  # lazy choices
    return str(choices.get(value, value))
