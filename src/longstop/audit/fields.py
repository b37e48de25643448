"""A column of JSON that is kept as it was spelt."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Json

from longstop.audit.contents import spelt


class SpeltField(models.JSONField):
    """JSON in a column of PostgreSQL's type `json`: the very text that was written, which the digest beside it covers.

    `jsonb` would be read apart and put together anew, at more than the price of writing the row (`bench/intake.py`). What it refuses is
    refused here too, by a CHECK of the migration that made the column so. There is no index into it, and no comparison with another.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """Give what the driver has read: it knows this type, and Django does not."""
        return value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Give the text in the spelling that a payload's digest covers."""
        return None if value is None else Json(value, dumps=_text)


def _text(content: Any) -> bytes:
    return spelt(content).text
