"""Counts for screens that cost the same however long a list has grown: beyond a limit nobody is told how many more there are.

Whoever needs the whole number, a figure, the list that it opens, or a certificate, counts for itself. Here a list is read no further
than the limit.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Func, IntegerField, QuerySet, Value

from longstop.audit import past
from longstop.kernel.counts import AtLeast

MOST = 10_000
"""In the list that is shown."""
MOST_BESIDE = 1_000
"""In the lists beside it, of which a page counts a dozen; and in the past, where each row is looked for among its versions."""


class AtLarge(ArraySubquery):
    """Rows that are found in a whole list, within a query whose own rows are looked up one by one where it reads the past."""

    template = f"ARRAY({past.AT_LARGE} %(subquery)s)"


def how_many(found: "QuerySet[Any, Any]", *, at_large: bool = True) -> Func:
    """Give how many rows a list has as a column beside another query's; to be read by `told`.

    Not `at_large` where an index holds just what is counted: its entries are then looked up one by one in the past too.
    """
    few = _few(found, _most())
    return Func(AtLarge(few) if at_large else ArraySubquery(few), function="CARDINALITY", output_field=IntegerField())


def told(counted: int) -> int:
    """Give a count that `how_many` found as it is shown: `AtLeast` where the list is longer than was read."""
    return _told(counted, _most())


def read_off(found: "QuerySet[Any, Any]") -> int:
    """Count one list in a query of its own, no further than the limit."""
    return told(_few(found, _most()).count())


def count_each(lists: "Mapping[str, QuerySet[Any, Any]]") -> dict[str, int]:
    """Count several lists in one query, none of them further than the limit for lists beside one that is shown.

    In the past each row is looked up: these are lists that an index holds.
    """
    asked, params = [], []
    for name, found in lists.items():
        try:
            sql, some = _few(found, MOST_BESIDE).query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:  # it is known without asking that the list holds nothing
            continue
        asked.append((name, f"(SELECT COUNT(*) FROM ({sql}) counted)"))
        params += some
    if not asked:
        return dict.fromkeys(lists, 0)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {past.ROW_BY_ROW} {', '.join(sql for _, sql in asked)}", params)
        (numbers,) = cursor.fetchall()
    return dict.fromkeys(lists, 0) | {name: _told(number, MOST_BESIDE) for (name, _), number in zip(asked, numbers, strict=True)}


def _few(found: "QuerySet[Any, Any]", most: int) -> "QuerySet[Any, Any]":
    rows: QuerySet[Any, Any] = found.order_by().values_list(Value(1))[: most + 1]
    return rows


def _told(counted: int, most: int) -> int:
    return AtLeast(most) if counted > most else counted


def _most() -> int:
    return MOST_BESIDE if past.is_read() else MOST
