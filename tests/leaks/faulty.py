"""The service's own entry points with faults planted in them: screens and a job that fail while they hold somebody's words.

`granian … tests.leaks.faulty:application` and `python -m tests.leaks.faulty` stand in for the web server's and the worker's own modules.
"""

import logging
import sys
import threading
import warnings

from longstop.config.wsgi import application  # sets Django up, so it comes first

# isort: split
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from procrastinate.contrib.django import app

from longstop.config import urls, worker
from tests.leaks.visitor import CONTROL

__all__ = ["application"]


@csrf_exempt
def fault(request: HttpRequest, kind: str) -> HttpResponse:
    """Fail in the way that is asked for, with the words that were sent."""
    FAULTS[kind](request.POST.get("text", ""))
    return HttpResponse("done")


def raise_it(text: str) -> None:
    try:
        int(text)
    except ValueError as error:
        raise RuntimeError(f"cannot use {text}") from error


def break_a_key(text: str) -> None:
    """PostgreSQL's DETAIL names the value."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO access_team (code, name, kind) SELECT %s, %s, 'directorate' FROM generate_series(1, 2)", [text, text])


def break_a_row(text: str) -> None:
    """PostgreSQL's DETAIL is the whole row."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO access_staff (staff_number, name) VALUES ('x', %s)", [text])


def break_a_value(text: str) -> None:
    """PostgreSQL's message is the value."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [text])


def break_the_syntax(text: str) -> None:
    """PostgreSQL's message quotes the statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELEKT '{text}'")


def raise_in_a_thread(text: str) -> None:
    thread = threading.Thread(target=raise_it, args=[text])
    thread.start()
    thread.join()


def be_talkative(text: str) -> None:
    """Libraries say what they like."""
    warnings.warn(text, stacklevel=1)
    logging.getLogger("some.library").warning("met %s", text)
    logging.getLogger("some.library").error(f"met {text}")
    logging.getLogger("django.request").error(f"met {text}")


def crash_a_job(text: str) -> None:
    app.configure_task("longstop.test_crash", queue="default").defer(text=text)


def write_control(text: str) -> None:
    """Prove that the search can find: into this process's log and, through the server, into the database's."""
    print(CONTROL, file=sys.stderr, flush=True)
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE LOG '{CONTROL}'; END $$")


FAULTS = {
    "raise": raise_it,
    "key": break_a_key,
    "row": break_a_row,
    "value": break_a_value,
    "syntax": break_the_syntax,
    "thread": raise_in_a_thread,
    "talk": be_talkative,
    "job": crash_a_job,
    "control": write_control,
}
urls.urlpatterns.append(path("fault/<str:kind>", fault))


@app.task(name="longstop.test_crash")
def crash(text: str) -> None:
    """A job that fails while it holds somebody's words."""
    print(CONTROL, file=sys.stderr, flush=True)
    raise_it(text)


if __name__ == "__main__":
    worker.main()
