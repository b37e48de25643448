"""Pages as served: queries, milliseconds, and how they compare with the same statements without a web framework around them.

Runs in a process of its own for one database: `python -m bench.pages CASES`, with LONGSTOP_SERVICE_URL set; prints JSON. The pages are
asked for through the whole stack of the service, in process: middleware, a session in the database, permissions, templates.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import django
import psycopg
from django.apps import apps
from django.db import connection
from django.test import Client

WARM_UP, ROUNDS, CLIENTS = 8, 40, 8
Statement = tuple[str, Any]


@dataclass(frozen=True)
class Page:
    """One page to measure: whose it is, and its path for each of several people."""

    name: str
    most_queries: int
    paths: Sequence[tuple[int, str]]  # (member of staff, path)


@dataclass(frozen=True)
class Measured:
    """What one page took. `bare_ms` is the same statements run one after another by the driver alone."""

    name: str
    status: int
    queries: int
    most_queries: int
    median_ms: float
    slow_ms: float
    bare_ms: float
    size_kb: float


class Recorder:
    """Notes each statement that goes to the database."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append((statement, params))
        return execute(statement, params, many, context)


def main() -> None:
    """Measure the pages, and print what was found."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstop.config.settings")
    django.setup()
    found: dict[str, Any] = {"cases": int(sys.argv[1]), "pages": [asdict(measure(page)) for page in pages()]}
    print(json.dumps(found))


def pages() -> list[Page]:
    """Choose whose pages to ask for: people spread over the whole command, so that nobody's rows stay warm alone."""
    staff, case = apps.get_model("access", "Staff"), apps.get_model("cases", "Case")
    workers = _spread(list(staff.objects.filter(grants__role="caseworker").order_by("pk").values_list("pk", flat=True)))
    leaders = _spread(list(staff.objects.filter(grants__role="team_leader").order_by("pk").values_list("pk", "team_id")))
    one_each = [case.objects.filter(owner_id=worker).order_by("pk").values_list("pk", flat=True)[7] for worker in workers]
    return [
        Page("My work", 10, [(worker, "/work") for worker in workers]),
        Page("Team board", 15, [(leader, f"/team/{team}") for leader, team in leaders]),
        Page("Team list", 10, [(leader, f"/team/{team}/cases") for leader, team in leaders]),
        Page("Case page", 15, [(worker, f"/cases/{number}") for worker, number in zip(workers, one_each, strict=True)]),
    ]


def _spread(found: list[Any]) -> list[Any]:
    step = max(1, len(found) // CLIENTS)
    return found[::step][:CLIENTS]


def measure(page: Page) -> Measured:
    """Ask for one page again and again, by several people in turn, and time it."""
    clients = [(_sign_in(staff), path) for staff, path in page.paths]
    for number in range(WARM_UP):
        client, path = clients[number % len(clients)]
        client.get(path)
    taken = []
    for number in range(ROUNDS):
        client, path = clients[number % len(clients)]
        began = time.perf_counter()
        client.get(path)
        taken.append(1000 * (time.perf_counter() - began))
    client, path = clients[0]
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        answer = client.get(path)
    return Measured(
        name=page.name,
        status=answer.status_code,
        queries=len(recorder.statements),
        most_queries=page.most_queries,
        median_ms=statistics.median(taken),
        slow_ms=sorted(taken)[int(len(taken) * 0.95)],
        bare_ms=bare(recorder.statements),
        size_kb=len(answer.content) / 1000,
    )


def _sign_in(staff: int) -> Client:
    client = Client()
    client.force_login(apps.get_model("access", "Staff").objects.get(pk=staff), backend="longstop.access.backends.StaffBackend")
    return client


def bare(statements: Sequence[Statement]) -> float:
    """Give the median milliseconds of the same statements, run and fetched by the driver alone; what they write is rolled back."""
    taken = []
    with psycopg.connect(os.environ["LONGSTOP_SERVICE_URL"], cursor_factory=psycopg.ClientCursor) as plain, plain.cursor() as cursor:
        for _ in range(WARM_UP + ROUNDS):
            began = time.perf_counter()
            for statement, params in statements:
                cursor.execute(statement, params)
                if cursor.description:
                    cursor.fetchall()
            taken.append(1000 * (time.perf_counter() - began))
            plain.rollback()
    return statistics.median(taken[WARM_UP:])


if __name__ == "__main__":
    main()
