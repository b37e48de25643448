"""Pages as served: queries, milliseconds, and how they compare with the same statements without a web framework around them.

Runs in a process of its own for one database: `python -m bench.pages CASES [ROUNDS]`, with LONGSTOP_SERVICE_URL set; prints JSON. The
pages are asked for through the whole stack of the service, in process: middleware, a session in the database, permissions, templates.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

import django
import psycopg
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

WARM_UP, ROUNDS = 8, 40
SECONDS, LEAST = 4.0, 3  # a slow page is asked for less often: at least so often, and not after so many seconds
NOT_REPLAYED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET TRANSACTION")


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


class Counter:
    """Counts each statement that goes to the database."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        return execute(statement, params, many, context)


def main() -> None:
    """Measure each page in the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstop.config.settings")
    django.setup()
    cases, rounds = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    keep_counts()
    found = [asdict(measure(page, rounds=rounds)) for page in import_module("bench.asking").pages()]
    print(json.dumps({"cases": cases, "pages": found}))


def keep_counts() -> None:
    """Do what the worker does each quarter of an hour: the pages are asked for in a command that is served."""
    import_module("longstop.config.schedule").count_prisons(timezone.now())


def measure(page: Any, *, rounds: int = ROUNDS) -> Measured:
    """Ask for one page again and again, by several people in turn, and time it."""
    clients = [(ready(ask), ask.path) for ask in page.asks]
    _timed(clients, min(WARM_UP, rounds))
    taken = _timed(clients, rounds)
    answer, size, queries, statements = watched(*clients[0])
    return Measured(
        name=page.name,
        status=answer.status_code,
        queries=queries,
        most_queries=page.most_queries,
        median_ms=statistics.median(taken),
        slow_ms=sorted(taken)[int(len(taken) * 0.95)],
        bare_ms=bare(statements, rounds=rounds),
        size_kb=size / 1000,
    )


def _timed(clients: Sequence[tuple[Client, str]], rounds: int) -> list[float]:
    """Ask so often, or for so long; gives milliseconds."""
    taken: list[float] = []
    while len(taken) < rounds and (len(taken) < LEAST or sum(taken) < 1_000 * SECONDS):
        client, path = clients[len(taken) % len(clients)]
        began = time.perf_counter()
        _content(client.get(path))
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def _content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def watched(client: Client, path: str) -> tuple[Any, int, int, list[str]]:
    """Ask once; gives the answer, its bytes, the number of statements, and each as it went to the database."""
    counter = Counter()
    with CaptureQueriesContext(connection) as captured, connection.execute_wrapper(counter):
        answer = client.get(path)
        size = len(_content(answer))
    sent = [str(each["sql"]) for each in captured.captured_queries]
    return answer, size, counter.statements, [each for each in sent if not each.startswith(NOT_REPLAYED)]


def ready(ask: Any) -> Client:
    """Sign somebody in, and send the form that comes before the page."""
    client = Client()
    client.force_login(apps.get_model("access", "Staff").objects.get(pk=ask.staff), backend="longstop.access.backends.StaffBackend")
    if ask.first:
        client.post(ask.path, dict(ask.first))
    return client


def bare(statements: Sequence[str], *, rounds: int = ROUNDS) -> float:
    """Give the median milliseconds of the same statements, run and fetched by the driver alone; what they write is rolled back."""
    taken: list[float] = []
    with psycopg.connect(os.environ["LONGSTOP_SERVICE_URL"], cursor_factory=psycopg.ClientCursor) as plain, plain.cursor() as cursor:
        while len(taken) < WARM_UP + rounds and (len(taken) < LEAST or sum(taken) < 1_000 * SECONDS):
            began = time.perf_counter()
            for statement in statements:
                cursor.execute(statement.encode())
                if cursor.description:
                    cursor.fetchall()
            taken.append(1000 * (time.perf_counter() - began))
            plain.rollback()
    return statistics.median(taken[min(WARM_UP, len(taken) // 2) :])


if __name__ == "__main__":
    main()
