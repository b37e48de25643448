"""What `longstop intake` does once the database is in reach; see `reaching`."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from longstop.cases.actions import amend_staff
from longstop.commands import considering, taking_over
from longstop.commands.acting import MayNot, actor
from longstop.intake.casework_loading import load_casework
from longstop.intake.contracts import PRISONERS, STAFF, casework
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Receipt, ReceiptState
from longstop.intake.outcomes import Outcome, SourceIsBusy
from longstop.intake.outcomes import Progress as Tell
from longstop.intake.reading import UnusableFile
from longstop.intake.rules import HELD_WORDS, HeldFor
from longstop.intake.staff_loading import load_staff

LONDON = ZoneInfo("Europe/London")
UNUSABLE = 2
HELD = 1
COUNTS = ("received", "new", "changed", "unchanged", "refused")
INTERRUPTED = 130
LONG_FILE = 5_000_000  # bytes from which a bar is shown


def main(arguments: Sequence[str], *, beside: Mapping[str, Any] | None = None) -> int:
    """Will take the file in, print what became of it, and give the exit code. `beside` is told to programs with the account."""
    asked = _parse(arguments)
    at = timezone.now()
    try:
        by = actor(staff_number=asked.by, command=f"intake {asked.source}", today=at.astimezone(LONDON).date())
        with _bar(asked.files[0], quiet=asked.json) as tell:
            outcomes = _load(asked, by=by, at=at, tell=tell)
        followed = _follow(asked, by=by, at=at)
    except MayNot as refused:
        return _fail(str(refused))
    except (UnusableFile, ValueError) as error:
        return _fail(f"{error} Nothing was changed.")
    except SourceIsBusy:
        return _fail("Another process is taking in a file of this source. Wait until it has finished, then run this again.")
    except KeyboardInterrupt:
        print("Interrupted. What was taken in stays; run the same command again and it goes on from there.", file=sys.stderr)
        return INTERRUPTED
    if asked.json:
        plain = together(asked.source, outcomes) if asked.source == casework.SOURCE else as_plain(outcomes[0])
        print(json.dumps(plain | followed.plain(outcomes[0].receipt.pk) | dict(beside or {})))
    else:
        print("\n".join([*(in_words(outcome) for outcome in outcomes), *followed.words()]))
    return HELD if any(outcome.receipt.state == ReceiptState.HELD for outcome in outcomes) else 0


@dataclass(frozen=True)
class _Followed:
    """What followed the load: a list was considered, or cases were taken over."""

    considered: considering.Account | None = None
    taken_over: taking_over.Account | None = None

    def plain(self, receipt_id: int) -> dict[str, Any]:
        found = considering.as_plain(self.considered, receipt_id) if self.considered else {}
        return found | (taking_over.as_plain(self.taken_over) if self.taken_over else {})

    def words(self) -> list[str]:
        found = considering.in_words(self.considered) if self.considered else []
        return found + (taking_over.in_words(self.taken_over) if self.taken_over else [])


def _follow(asked: argparse.Namespace, *, by: int, at: datetime) -> _Followed:
    today = at.astimezone(LONDON).date()
    if asked.source == PRISONERS.source:
        return _Followed(considered=considering.consider(by=by, at=at, today=today))
    if asked.source == casework.SOURCE:
        return _Followed(taken_over=taking_over.take_over(quiet=asked.json, by=by, at=at, today=today))
    return _Followed()


def _load(asked: argparse.Namespace, *, by: int, at: datetime, tell: Tell | None) -> list[Outcome]:
    if asked.source == STAFF.source:
        amend = partial(amend_staff, take_along=True)
        return [load_staff(path=asked.files[0], by=by, at=at, today=at.astimezone(LONDON).date(), amend=amend)]
    observed_at = _moment(asked.observed_at)
    if observed_at is not None and observed_at > at:
        raise ValueError("A file cannot have been observed in the future: correct --observed-at.")
    if asked.source == casework.SOURCE:
        return load_casework(paths=asked.files, observed_at=observed_at, by=by, at=at)
    return [load_prisoners(path=asked.files[0], observed_at=observed_at, by=by, at=at, progress=tell)]


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="longstop intake")
    parser.add_argument("source", choices=[PRISONERS.source, STAFF.source, casework.SOURCE])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--by", default="")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--observed-at", default="")
    return parser.parse_args(arguments)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return UNUSABLE


@contextmanager
def _bar(file: Path, *, quiet: bool) -> Iterator[Tell | None]:
    """Show how far a long file has got, where somebody is watching."""
    console = Console(stderr=True)
    size = file.stat().st_size if file.is_file() else 0
    if quiet or size < LONG_FILE or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("Taking in"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("rows", total=size)
        yield lambda characters: progress.advance(task, characters)


def as_plain(outcome: Outcome) -> dict[str, Any]:
    """Give the account for programs: received = new + changed + unchanged + refused."""
    receipt = outcome.receipt
    return {
        "source": receipt.source,
        "file": receipt.file_name,
        "receipt": receipt.pk,
        "state": receipt.state,
        "held": _held(receipt),
        "received": receipt.received,
        "new": receipt.new,
        "changed": receipt.changed,
        "unchanged": receipt.unchanged,
        "refused": receipt.refused,
        "problems": receipt.problems,
        "unknown_fields": dict(sorted(receipt.unknown_fields.items())),
        "repeats": receipt.repeats_id,
        "observed_at": receipt.observed_at.isoformat(),
        "refused_table": str(outcome.refused_table) if outcome.refused_table else None,
        "missing": list(outcome.missing),
    }


def _held(receipt: Receipt) -> dict[str, Any] | None:
    if receipt.state != ReceiptState.HELD:
        return None
    why = HELD_WORDS[HeldFor(receipt.held_for)]
    return {
        "why": receipt.held_for,
        "in_words": why,
        "rows": receipt.held_rows,
        "refused": receipt.held_refused,
        "beside": receipt.held_beside_id,
    }


def together(source: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Give the account of a delivery of several files: their counts together, and each in `files`."""
    files = [as_plain(outcome) for outcome in outcomes]
    states = {each["state"] for each in files}
    state = "held" if "held" in states else "finished"
    return {"source": source, "state": state, **{name: sum(each[name] for each in files) for name in COUNTS}, "files": files}


def in_words(outcome: Outcome) -> str:
    """Give the account for people, in a few lines."""
    receipt = outcome.receipt
    if receipt.state == ReceiptState.HELD:
        return held_in_words(outcome)
    lines = [
        f"Receipt {receipt.pk}: {receipt.received:,} received = {receipt.new:,} new + {receipt.changed:,} changed"
        f" + {receipt.unchanged:,} unchanged + {receipt.refused:,} refused."
    ]
    if receipt.repeats_id:
        lines.append(f"This is the same file as receipt {receipt.repeats_id}: nothing was changed.")
    if receipt.problems:
        lines.append(f"{receipt.problems:,} problems in rows that were accepted; each is shown with its record.")
    if receipt.unknown_fields:
        named = ", ".join(f"{name} ({count:,})" for name, count in sorted(receipt.unknown_fields.items()))
        lines.append(f"Fields that the contract does not know, kept: {named}.")
    if outcome.refused_table and receipt.refused:
        lines.append(f"Refused rows, each with what to do: {outcome.refused_table}")
    if outcome.table_trouble:
        lines.append(outcome.table_trouble)
    if outcome.missing:
        lines.append(f"Not in this file, and left as they are: {', '.join(outcome.missing)}.")
    return "\n".join(lines)


def held_in_words(outcome: Outcome) -> str:
    """Say that a file is held, why, and what somebody must do."""
    receipt = outcome.receipt
    lines = [
        f"HELD. Receipt {receipt.pk} of {receipt.file_name}: {HELD_WORDS[HeldFor(receipt.held_for)].lower()}. Nothing was taken in.",
        f"It has {receipt.held_rows or 0:,} rows, of which {receipt.held_refused or 0:,} would be refused. It was compared with receipt"
        f" {receipt.held_beside_id}.",
        f"A data steward decides: `longstop intake let-in {receipt.pk} --reason …`, then take the same file in again; or"
        f" `longstop intake give-up {receipt.pk} --reason …`.",
    ]
    if outcome.refused_table:
        lines.append(f"Rows that would be refused, each with what to do: {outcome.refused_table}")
    return "\n".join(lines)
