"""A caseload of any size in an empty, migrated database, with all that the front door holds beside it, through every key and trigger.

Staff and teams are in proportion; cases and what stands beside them differ by patterns that repeat, so that a caseload of a million has the
same mixture as one of ten thousand. The certificate over it is clean. All of it is invented.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context

import psycopg

from bench.copying import Connection, Writer
from bench.filling.caseload import Cases
from bench.filling.considered import Considered
from bench.filling.lists import Came, ask_codes, count, receive
from bench.filling.persons import Persons
from bench.filling.staffing import Staffed, staff
from longstop.referral.remit import policy_version

BATCH = 1_000


@dataclass(frozen=True)
class Plan:
    """What every part of a caseload is written by."""

    cases: int
    at: datetime
    today: date
    policy: str
    staffed: Staffed
    came: Came


@dataclass(frozen=True)
class Filled:
    """What was written."""

    plan: Plan
    rows: int


def fill(connection: Connection, *, cases: int, at: datetime, today: date, workers: int = 1, url: str = "") -> Filled:
    """Fill the empty, migrated database behind this connection (the service's role, autocommit) with so many open cases.

    With more than one worker each writes its batches through a connection of its own to `url`.
    """
    writer, policy = Writer(connection, at=at, today=today), policy_version(today=today)
    staffed = staff(writer, cases)
    came = receive(writer, policy)
    ask_codes(writer, came, cases)
    writer.flush()
    plan = Plan(cases, at, today, policy, staffed, came)
    starts = range(0, cases, BATCH)
    if workers > 1:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            rows = sum(pool.map(_part_of, *zip(*((url, plan, list(starts[each::workers])) for each in range(workers)), strict=True)))
    else:
        rows = _part(connection, plan, list(starts))
    count(connection, came)
    return Filled(plan, writer.written + rows)


def _part_of(url: str, plan: Plan, starts: list[int]) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        return _part(connection, plan, starts)


def _part(connection: Connection, plan: Plan, starts: list[int]) -> int:
    """Write the batches that begin with these numbers, each in a transaction; gives how many rows."""
    writer = Writer(connection, at=plan.at, today=plan.today)
    persons = Persons(writer, plan.came, policy=plan.policy, seed=starts[0] if starts else 0)
    considered = Considered(writer, plan.staffed, plan.came, persons)
    caseload = Cases(writer, plan.staffed, persons, considered)
    for start in starts:
        stop = min(start + BATCH, plan.cases)
        for number in range(start, stop):
            caseload.add(number)
        considered.beside(start, stop, plan.cases)
        writer.flush()
    return writer.written
