"""What follows a delivery of the legacy casework system that was taken in: its cases are taken over, and those of any that was left."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from longstop.audit.operations import GuaranteeBroken
from longstop.referral import actions, queries
from longstop.referral.models import Takeover

COUNTS = ("persons", "taken_on", "joined", "known", "cases", "opened", "asked", "kept", "in_hand", "not_taken")
BESIDE = ("owner_gone", "tasks", "notes", "alike")
SHOWN = 20  # cases that could not be taken over, on screen; all of them with --json


@dataclass(frozen=True)
class Account:
    """What became of the cases; `trouble` says why they could not be taken over."""

    done: Takeover | None = None
    not_taken: tuple[queries.NotTaken, ...] = ()
    trouble: str = ""


def take_over(*, quiet: bool, by: int, at: datetime, today: date) -> Account:
    """Take over whatever waits for it. The tables stay taken in whatever hinders this, and wait for the next time."""
    waiting = queries.receipts_to_take_over()
    if not waiting:
        return Account()
    try:
        with _told(quiet=quiet) as tell:
            done = actions.take_over(receipt_ids=waiting, by=by, at=at, today=today, progress=tell)
    except actions.NobodyToOwn as nobody:
        return Account(trouble=f"The tables were taken in, and no case was taken over yet. {nobody}")
    except GuaranteeBroken as refused:
        if refused.constraint != "one_takeover_at_a_time":
            raise
        return Account(trouble="Another process is taking cases over. Wait until it has finished, then run this again.")
    return Account(done, tuple(queries.not_taken()))


@contextmanager
def _told(*, quiet: bool) -> Iterator[actions.TakeoverProgress | None]:
    """Show how far it has got, where somebody is watching."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    with Progress(TextColumn("Taking over: {task.description}"), TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("beginning")
        yield lambda held: progress.update(task, description=f"{held.persons:,} persons, {held.cases:,} cases, {held.opened:,} opened")


def as_plain(account: Account) -> dict[str, Any]:
    """Give the account for programs: cases = opened + asked + kept + in_hand + not_taken, persons = taken_on + joined + known."""
    counted = {name: getattr(account.done, name) for name in (*COUNTS, *BESIDE)} if account.done else None
    left = [{"case_reference": each.reference, "person": each.person_id, "reason": each.reason} for each in account.not_taken]
    return {"taken_over": counted, "not_taken_over": left, "trouble": account.trouble or None}


def in_words(account: Account) -> list[str]:
    """Give the account for people."""
    return [*_lines(account), *([account.trouble] if account.trouble else [])]


def _lines(account: Account) -> Iterator[str]:
    done = account.done
    if done is None:
        return
    yield f"{done.persons:,} persons = {done.taken_on:,} taken on + {done.joined:,} joined to somebody known + {done.known:,} known before."
    yield (
        f"{done.cases:,} cases = {done.opened:,} opened + {done.asked:,} asked about, for the person has an open case"
        f" + {done.kept:,} ended and kept as records + {done.in_hand:,} taken over before + {done.not_taken:,} not taken over."
    )
    if done.owner_gone:
        yield f"{done.owner_gone:,} cases had no owner who may own them here: a leader has each, with the task of finding one."
    if done.alike:
        yield f"{done.alike:,} pairs are alike: somebody must say whether each is one person."
    if account.not_taken:
        yield "Not taken over, and tried again when the old system next says something of them:"
    for each in account.not_taken[:SHOWN]:
        yield f"  {each.reference or 'a case disposed of'}: {each.reason}"
    if len(account.not_taken) > SHOWN:
        yield f"  and {len(account.not_taken) - SHOWN:,} more; --json gives them all."
