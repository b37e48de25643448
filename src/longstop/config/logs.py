"""Logs without a personal value: one JSON object a line, with only what is on the lists below.

A log is read by people who may not see cases. So nothing that was typed, uploaded or read from a table can stand in it: values pass by name
and by shape; exceptions are told by type and place, never by their message; libraries' messages only as the template that they were
written with. What is withheld is counted.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog

NUMBERS = {
    "staff", "case", "task", "team", "seal", "payload", "receipt", "line", "attempt", "job", "person", "certificate",
    "status", "rows", "events", "count", "refused", "accepted", "seconds", "milliseconds", "bytes", "queries", "pid", "port", "age_seconds",
}  # fmt: skip
CODES = {
    "action", "kind", "room", "route", "view", "method", "table", "constraint", "sqlstate", "source", "queue", "state", "rule", "version",
    "operation", "logger", "level", "reason_code", "command",
}  # fmt: skip
# No capital letters and no spaces: names of things in the programme look like this, and what people write does not.
CODE = re.compile(r"[a-z0-9_./<>:\-]{1,120}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
# Libraries that write templates with arguments apart; only the template is kept.
TEMPLATED = ("django", "psycopg", "axes", "whitenoise", "granian", "_granian")
GRANIAN = ("_granian", "granian", "granian.access", "granian.server")
QUIET = ("django.db.backends", "psycopg", "procrastinate.worker", "asyncio")
FRAMES = 8


def configure(*, stream: TextIO | None = None, level: int = logging.INFO, hooks: bool = True) -> None:
    """Send every log of this process, ours and libraries', to one stream as lines of allowed values. Standard error where none is given.

    With `hooks`, uncaught exceptions of the process and its threads are told in the same way.
    """
    out = stream or sys.stderr
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(Withholding())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.raiseExceptions = False  # or a record that cannot be written is printed with its arguments
    logging.captureWarnings(True)
    for name in GRANIAN:
        own = logging.getLogger(name)
        own.handlers.clear()
        own.propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    if hooks:
        _hook()


def allowed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values that may stand in a log; `withheld` counts the others."""
    kept = {name: value for name, value in values.items() if _passes(name, value)}
    if len(kept) < len(values):
        kept["withheld"] = len(values) - len(kept)
    return kept


def _passes(name: str, value: Any) -> bool:
    if name in NUMBERS:
        return value is None or isinstance(value, bool | int | float)
    if name == "method":
        return value in METHODS
    return name in CODES and isinstance(value, str) and CODE.fullmatch(value) is not None


def told(error: BaseException) -> dict[str, Any]:
    """Tell an exception by type, place and causes. Its message is withheld, since messages quote what was entered, and so is PostgreSQL's
    DETAIL; the names of a constraint and its table are of our own making.

    A class of ours whose messages never quote anything says so with `safe_message = True`, and is told whole.
    """
    kind = type(error)
    account: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}", "at": _places(error.__traceback__)}
    if kind.__module__.startswith("longstop.") and kind.__dict__.get("safe_message") is True:
        account["message"] = str(error)
    diagnosis = getattr(error, "diag", None)
    if diagnosis is not None:
        account |= allowed({name: getattr(diagnosis, f"{name}_name", None) or "-" for name in ("constraint", "table")})
        account |= allowed({"sqlstate": (getattr(error, "sqlstate", None) or "-").lower()})
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        account["because"] = told(cause)
    return account


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]


def _render(_: Any, method: str, values: MutableMapping[str, Any]) -> str:
    event = values.pop("event", "")
    level = values.pop("level", method)
    error = _error_of(values.pop("exc_info", None))
    line = {"at": _moment(), "level": level, "event": event if isinstance(event, str) and EVENT.fullmatch(event) else "withheld"}
    return json.dumps(line | allowed(values) | ({"error": told(error)} if error else {}))


class Withholding(logging.Formatter):
    """Writes a library's record as an allowed line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _moment(),
            "level": record.levelname.lower(),
            "event": "library.said",
            "logger": record.name if CODE.fullmatch(record.name) else "withheld",
            "where": f"{record.module}:{record.lineno}",
        }
        if record.args and record.name.startswith(TEMPLATED) and isinstance(record.msg, str):
            line["template"] = record.msg
        line |= _of_request(record)
        error = _error_of(record.exc_info)
        return json.dumps(line | ({"error": told(error)} if error else {}))


def _of_request(record: logging.LogRecord) -> dict[str, Any]:
    """Give the pattern of the address, never the address: that holds what people searched for."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    found = {"status": getattr(record, "status_code", None), "route": getattr(match, "route", None)}
    return {name: value for name, value in found.items() if value is not None and _passes(name, value)}


def _error_of(info: Any) -> BaseException | None:
    if info is True:
        return sys.exc_info()[1]
    if isinstance(info, tuple):
        info = info[1]
    return info if isinstance(info, BaseException) else None


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _hook() -> None:
    log = structlog.get_logger()

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.error("process.failed", exc_info=error)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            log.error("thread.failed", exc_info=args.exc_value)

    def unraisable(args: Any) -> None:
        if args.exc_value is not None:
            log.error("process.unraisable", exc_info=args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable
