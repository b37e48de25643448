"""What is listed and totalled beside the certificate, and does not make it fail."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from longstop.access.rules import LEADING_ROLES
from longstop.kernel.policy import load
from longstop.proof.reading import Instant, rows, statement
from longstop.proof.survey import Item


def beside(instant: Instant) -> Iterator[Item]:
    """Give each item, list by list, in the order of their dates. Call inside `reading.snapshot`."""
    for list_, kind, number, reference, reason, details in rows(statement("beside"), _params(instant), instant=instant):
        yield Item(list=list_, subject_kind=kind, subject_id=number, reference=reference, reason=reason, details=details)


def _params(instant: Instant) -> dict[str, Any]:
    """The same limits and weights as the screens use: `targets.toml`, `workload.toml`."""
    weights = load("workload").at("weights", instant.day)
    idle = load("targets").at("idle", instant.day).integer("days")
    status, closeness = weights.tables("status"), weights.tables("closeness")
    return {
        "leading_roles": sorted(LEADING_ROLES),
        "moves": load("targets").at("due_date", instant.day).integer("moves"),
        "considered_sources": list(load("remit").at("sources", instant.day).texts("considered")),
        "idle_since": instant.moment - timedelta(days=idle),
        "status_names": [str(row["name"]) for row in status],
        "status_points": [row["points"] for row in status],
        "closeness_days": [row["days_to_release"] for row in closeness],
        "closeness_points": [row["points"] for row in closeness],
        "no_release_date": weights.integer("no_release_date"),
    }
