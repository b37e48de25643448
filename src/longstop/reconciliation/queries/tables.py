"""Rows of the database as tables, some thousands at a time."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.db.models import QuerySet

from longstop.kernel.batches import batched

ROWS_AT_ONCE = 20_000


def table(rows: "QuerySet[Any, Any]", schema: Mapping[str, Any]) -> pl.DataFrame:
    """Read rows of values into a table with these columns, in their order."""
    reading = batched(rows.iterator(chunk_size=ROWS_AT_ONCE), ROWS_AT_ONCE)
    parts = [pl.DataFrame(part, schema=dict(schema), orient="row") for part in reading]
    return pl.concat(parts) if parts else pl.DataFrame(schema=dict(schema))
