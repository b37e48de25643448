"""An operation: one transaction, at least one event, and the database's own checks before it ends."""

import functools
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

RETRIES = 4  # after a deadlock

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Operation:
    """What the running operation has recorded so far."""

    name: str
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    events: int = 0


_running: ContextVar[Operation | None] = ContextVar("longstop_operation", default=None)


_authority: ContextVar[str] = ContextVar("longstop_authority", default="")


@contextmanager
def under(authority: str) -> Iterator[None]:
    """Let every event that is recorded meanwhile say under which authority its actor acts, where it says nothing of its own."""
    token = _authority.set(authority)
    try:
        yield
    finally:
        _authority.reset(token)


def authority() -> str:
    """Give the authority under which somebody acts just now: "" for their own."""
    return _authority.get()


class NothingRecorded(RuntimeError):
    """An action ended without recording what it did: a mistake in the action, never of the person."""


class NotInOperation(RuntimeError):
    """An event was recorded, or a row written, outside an action."""


class GuaranteeBroken(Exception):
    """The database refused the operation. `constraint` names the promise that it would have broken."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


def current() -> Operation:
    """Give the running operation.

    Raises NotInOperation outside an action.
    """
    running = _running.get()
    if running is None:
        raise NotInOperation
    return running


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` one operation: a transaction that records at least one event and is checked before it commits.

    An action called by another joins the outer one's transaction. Raises GuaranteeBroken where the database's constraints refuse the
    result, NothingRecorded where no event was written. Where the database broke a deadlock at its cost, nothing of it happened and it is
    done again from the start.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _running.get() is not None:
            return function(*args, **kwargs)
        again = 0 if connection.in_atomic_block or _used_up(args, kwargs) else RETRIES
        while True:
            try:
                return once(*args, **kwargs)
            except OperationalError as error:
                if not again or not _lost_a_race(error):
                    raise
                again -= 1

    def once(*args: P.args, **kwargs: P.kwargs) -> R:
        operation = Operation(f"{function.__module__.removeprefix('longstop.')}.{function.__name__}")
        token = _running.set(operation)
        try:
            with named_refusals(), transaction.atomic():
                stamp_history(operation)
                result = function(*args, **kwargs)
                if not operation.events:
                    raise NothingRecorded(operation.name)
                check_constraints()
            return result
        finally:
            _running.reset(token)

    run.__longstop_action__ = True  # type: ignore[attr-defined]
    return run


def _lost_a_race(error: OperationalError) -> bool:
    """Say whether the database ended the transaction only because another was in its way."""
    return getattr(error.__cause__, "sqlstate", None) in ("40001", "40P01")


def _used_up(args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    """Say whether an argument can be read only once, so that the action cannot be done again with it."""
    return any(isinstance(value, Iterator) for value in (*args, *kwargs.values()))


def stamp_history(operation: Operation) -> None:
    """Write the operation into the transaction, so that each history row says which operation wrote it."""
    metadata = json.dumps({"operation": operation.name})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [str(operation.id), metadata],
        )


def check_constraints() -> None:
    """Run every deferred check now, so that a refusal is raised inside the action with the constraint's name."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def item() -> Iterator[None]:
    """Try one item of a bulk action: a savepoint whose deferred checks run at its end, so that one refusal spoils only its own item.

    Raises GuaranteeBroken for that item.
    """
    with named_refusals(), transaction.atomic():
        yield
        check_constraints()


@contextmanager
def named_refusals() -> Iterator[None]:
    """Turn the driver's integrity errors into GuaranteeBroken with the constraint's name."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name is None:
            raise
        raise GuaranteeBroken(name) from error
