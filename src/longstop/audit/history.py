"""The second coat: every version of every tracked row, kept by triggers whatever wrote it (COPY included)."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pghistory
import pghistory.models
import pgtrigger
from django.db import models
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=type[models.Model])

# A transaction's own number, 64 bits wide: the order in which things became known. See shared design section 3.
KNOWN_SEQ = RawSQL("(pg_current_xact_id()::text)::bigint", [])


class KnownSeq(models.BigIntegerField):  # type: ignore[type-arg]  # not subscriptable at run time
    """The transaction that made the row known, set by the database alone.

    Marked as generated, so that Django never names the column in an INSERT: the service may not write it, not even with DEFAULT.
    Migrations see an ordinary number with a default.
    """

    generated = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_default", KNOWN_SEQ)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs


class HistoryRow(pghistory.models.Event):
    """A version of a tracked row, stamped with the transaction that wrote it."""

    pgh_id = models.BigAutoField(primary_key=True)
    known_seq = KnownSeq()

    class Meta:
        abstract = True


def tracked(*, exclude: Sequence[str] = (), found_by: Sequence[models.Index] = ()) -> Callable[[M], M]:
    """Keep every version of the decorated model's rows. `found_by`: indexes on the versions, by which a list of the past is found.

    Insertions are captured once a statement, updates and deletions once a row: a statement-level update joins old to new rows and becomes
    quadratic on a pooled connection.
    """

    def decorate(model: M) -> M:
        meta: dict[str, Any] = {
            "indexes": [models.Index(fields=["pgh_obj", "-pgh_id"]), models.Index(fields=["known_seq"]), *found_by],
        }
        keep: Any = pghistory.track(
            pghistory.InsertEvent(level=pgtrigger.Statement),
            pghistory.UpdateEvent(level=pgtrigger.Row),
            pghistory.DeleteEvent(level=pgtrigger.Row),
            exclude=list(exclude) or None,
            meta=meta,
        )
        tracked_model: M = keep(model)
        return tracked_model

    return decorate
