"""No personal value in a log: marked values are planted wherever one could slip in, and the whole output is searched for them."""

import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from django.db import connection

from longstop.config import logs

MARK = "Quillfeather"
PERSON = f"{MARK} Zanzibar, born 1 February 1980"


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    """The log of this process, turned to a string for the time of a test."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    out = io.StringIO()
    logs.configure(stream=out, level=logging.DEBUG, hooks=False)
    try:
        yield out
    finally:
        logging.captureWarnings(False)
        logging.basicConfig(handlers=handlers, level=level, force=True)
        logging.raiseExceptions = raising
        structlog.reset_defaults()


def lines(output: io.StringIO) -> list[dict[str, Any]]:
    text = output.getvalue()
    assert MARK.lower() not in text.lower()
    assert "1980" not in text
    return [json.loads(line) for line in text.splitlines()]


def test_what_a_log_is_for_is_there(output: io.StringIO) -> None:
    structlog.get_logger().info("case.assigned", case=12, staff=7, milliseconds=4.5, route="cases/<int:case_id>", method="POST")
    (line,) = lines(output)
    del line["at"]
    assert line == {
        "level": "info",
        "event": "case.assigned",
        "case": 12,
        "staff": 7,
        "milliseconds": 4.5,
        "route": "cases/<int:case_id>",
        "method": "POST",
    }


PLANTED: dict[str, dict[str, Any]] = {
    "a name nobody allowed": {"name": PERSON},
    "a code that is none": {"kind": PERSON},
    "a number that is none": {"case": PERSON},
    "a nested value": {"kind": {"person": PERSON}},
    "an address with what was searched for": {"route": f"/people?name={MARK}"},
    "the event itself": {"event": f"opened {PERSON}"},
}


@pytest.mark.parametrize("values", PLANTED.values(), ids=PLANTED)
def test_values_pass_by_name_and_shape_alone(output: io.StringIO, values: dict[str, Any]) -> None:
    structlog.get_logger().warning(**({"event": "test.planted"} | values))
    (line,) = lines(output)
    assert line.get("withheld") == 1 or line["event"] == "withheld"


def test_bound_values_are_held_to_the_same_list(output: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(staff=7, searched=PERSON):
        structlog.get_logger().bind(text=PERSON).info("list.shown", rows=3)
    (line,) = lines(output)
    assert (line["staff"], line["rows"], line["withheld"]) == (7, 3, 2)


class PlainSpoken(Exception):
    """Its messages quote nothing."""

    safe_message = True


def fail(text: str) -> None:
    """Raise an error that quotes what was entered, out of one that does so too."""
    try:
        int(text)
    except ValueError as error:
        raise RuntimeError(f"cannot use {text}") from error


def test_an_exception_is_told_by_type_and_place(output: io.StringIO) -> None:
    try:
        fail(PERSON)
    except RuntimeError:
        structlog.get_logger().exception("request.failed", exc_info=True)
        logging.getLogger("django.request").exception("Internal Server Error: %s", f"/people?name={PERSON}")
    ours, theirs = lines(output)
    for line in (ours, theirs):
        assert (line["error"]["type"], line["error"]["because"]["type"]) == ("builtins.RuntimeError", "builtins.ValueError")
        assert line["error"]["at"][-1].endswith(" fail")
    assert theirs["template"] == "Internal Server Error: %s"


def test_only_our_own_classes_may_declare_their_message_safe() -> None:
    assert "message" not in logs.told(PlainSpoken(PERSON)), "this one is not of the package"
    PlainSpoken.__module__ = "longstop.tests"
    assert logs.told(PlainSpoken("the anchor is missing"))["message"] == "the anchor is missing"


def test_postgres_says_which_constraint_and_not_which_row(output: io.StringIO, db: None) -> None:
    with pytest.raises(Exception, match="access_staff") as caught, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_staff (password, staff_number, name, email, agency, works_on, capacity_points, active)"
            " VALUES ('', 'LONGSTOP', %s, %s, 'a', 'b', 0, true)",
            [PERSON, MARK],
        )
    assert "LONGSTOP" in str(caught.value), "so the value was there to be leaked"
    structlog.get_logger().error("request.failed", exc_info=caught.value)
    (line,) = lines(output)
    cause = line["error"]["because"]
    assert (cause["sqlstate"], cause["table"]) == ("23505", "access_staff")
    assert "staff_number" in cause["constraint"]
    assert "LONGSTOP" not in output.getvalue()


def test_a_not_null_violation_shows_the_failing_row_to_nobody(output: io.StringIO, db: None) -> None:
    """PostgreSQL's DETAIL is the whole row."""
    with pytest.raises(Exception, match="null value") as caught, connection.cursor() as cursor:
        cursor.execute("INSERT INTO access_staff (staff_number, name) VALUES ('x', %s)", [PERSON])
    assert MARK in str(caught.value), "so the value was there to be leaked"
    logging.getLogger("procrastinate").error(f"Job failed: {caught.value}", exc_info=caught.value)
    lines(output)


def test_libraries_are_told_by_template_and_place(output: io.StringIO) -> None:
    request = SimpleNamespace(resolver_match=SimpleNamespace(route="people/<int:person_id>"), path=f"/people/{MARK}")
    logging.getLogger("django.request").warning("Not Found: %s", f"/people/{MARK}", extra={"status_code": 404, "request": request})
    logging.getLogger("procrastinate").info(f"Starting job notify(name={PERSON})")
    logging.getLogger("procrastinate").info("Starting job %s", PERSON)
    logging.getLogger("django.db.backends").debug("(0.001) SELECT %s", PERSON)
    logging.getLogger(f"odd.{MARK}").error("x")
    logging.getLogger("django").error("broken %d", PERSON)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(PERSON, UserWarning, stacklevel=1)
    first, *others = lines(output)
    assert (first["status"], first["route"], first["template"]) == (404, "people/<int:person_id>", "Not Found: %s")
    assert len(others) >= 4


def test_an_uncaught_exception_is_told_in_the_same_way(tmp_path: Path) -> None:
    code = f"""
import threading
from longstop.config import logs
logs.configure()
thread = threading.Thread(target=lambda: int({PERSON!r}))
thread.start(); thread.join()
class Careless:
    def __del__(self):
        raise ValueError({PERSON!r})
Careless()
raise RuntimeError({PERSON!r})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert MARK not in done.stdout + done.stderr
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["thread.failed", "process.unraisable", "process.failed"]
