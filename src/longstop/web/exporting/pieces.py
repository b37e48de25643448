"""Parts of a long list: a page, or a batch on its way to a file."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

from longstop.audit import past

M = TypeVar("M", bound=Model)


def cut(found: "QuerySet[M]", start: int, size: int) -> list[M]:
    """Give some rows of a list in its order. In the past the numbers are found first: with all that a row shows, each row of the whole
    list would be put together from its history before the page is cut."""
    if not past.is_read():
        return list(found[start : start + size])
    return of_numbers(found, list(found.values_list("pk", flat=True)[start : start + size]))


def of_numbers(found: "QuerySet[M]", numbers: Sequence[int]) -> list[M]:
    """Give these rows of a list, in the order of the numbers."""
    rows = {row.pk: row for row in found.order_by().filter(pk__in=numbers)}
    return [rows[number] for number in numbers if number in rows]
