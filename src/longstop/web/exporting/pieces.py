"""Parts of a long list: a page with the length of the whole, or a batch on its way to a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, F, Func, Model, QuerySet, Subquery, Value

from longstop.audit.counting import AtLarge, how_many, read_off, told
from longstop.audit.past import AT_LARGE, ROW_BY_ROW

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Piece(Generic[M]):
    """Some rows of a list, and how many rows the whole list has, which may be told as `AtLeast` so many."""

    rows: list[M]
    total: int


def piece(
    found: "QuerySet[M]",
    start: int,
    size: int,
    *,
    by: "QuerySet[Any] | None" = None,
    first: "QuerySet[Any, Any] | None" = None,
    whole: bool = False,
) -> Piece[M]:
    """Give some rows of a list in its order, and count the list, in one query; two where the place lies beyond its end.

    `by` are other rows, one for each of the list, that are counted in less time, and `first` the numbers of the list's rows in its order
    where they too are sooner found otherwise. Where a figure opens the list it is counted `whole`, so that both say the same; otherwise no
    further than `counting.MOST`.
    """
    total_of = _all_of(found) if whole else how_many(found) if by is None else how_many(by, at_large=False)
    rows = cut(found, start, size, first=first, longstop_total=total_of)
    if rows:
        total: int = getattr(rows[0], "longstop_total")  # noqa: B009  # the query's own column
        return Piece(rows, total if whole else told(total))
    if not start:
        return Piece([], 0)
    return Piece([], found.count() if whole else read_off(found))


def _all_of(found: "QuerySet[Any]") -> Subquery:
    counted = found.order_by().values(longstop_all=Value(1)).annotate(longstop_count=Count("*")).values("longstop_count")
    return Subquery(counted, template=f"({AT_LARGE} %(subquery)s)")


def cut(found: "QuerySet[M]", start: int, size: int, *, first: "QuerySet[Any, Any] | None" = None, **beside: Func | Subquery) -> list[M]:
    """Give some rows of a list in its order, in one query, with what is asked beside them.

    The numbers of the page are found first, within the query: otherwise all that a row shows would be put together for each row of the
    whole list, in the past from its history, before the page is cut. `first` are the numbers of all its rows in its order, from
    elsewhere: their own index holds that order, so that a page is found without the rows after it.
    """
    numbers = AtLarge(found.values("pk")[start : start + size]) if first is None else ArraySubquery(first[start : start + size])
    return list(found.annotate(**beside).filter(_AnyOf(F("pk"), numbers)))


class _AnyOf(Func):
    """A number is one of an array that is worked out once, and then looked up: `IN` would let it be joined after all that a row shows."""

    template = f"%(expressions)s) {ROW_BY_ROW}"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def of_numbers(found: "QuerySet[M]", numbers: Sequence[int]) -> list[M]:
    """Give these rows of a list, in the order of the numbers."""
    rows = {row.pk: row for row in found.order_by().filter(pk__in=numbers)}
    return [rows[number] for number in numbers if number in rows]
