"""What `longstop intake` does once the database is in reach; see `reaching`."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from longstop.cases.actions import amend_staff
from longstop.commands.acting import MayNot, actor
from longstop.intake.contracts import PRISONERS, STAFF
from longstop.intake.loading import Outcome, SourceIsBusy, load_prisoners
from longstop.intake.loading import Progress as Tell
from longstop.intake.reading import UnusableFile
from longstop.intake.staff_loading import load_staff

LONDON = ZoneInfo("Europe/London")
UNUSABLE = 2
INTERRUPTED = 130
LONG_FILE = 5_000_000  # bytes from which a bar is shown


def main(arguments: Sequence[str]) -> int:
    """Will take the file in, print what became of it, and give the exit code."""
    asked = _parse(arguments)
    at = timezone.now()
    try:
        by = actor(staff_number=asked.by, command=f"intake {asked.source}", today=at.astimezone(LONDON).date())
        with _bar(asked.file, quiet=asked.json) as tell:
            outcome = _load(asked, by=by, at=at, tell=tell)
    except MayNot as refused:
        return _fail(str(refused))
    except (UnusableFile, ValueError) as error:
        return _fail(f"{error} Nothing was changed.")
    except SourceIsBusy:
        return _fail("Another process is taking in a file of this source. Wait until it has finished, then run this again.")
    except KeyboardInterrupt:
        print("Interrupted. What was taken in stays; run the same command again and it goes on from there.", file=sys.stderr)
        return INTERRUPTED
    print(json.dumps(as_plain(outcome)) if asked.json else in_words(outcome))
    return 0


def _load(asked: argparse.Namespace, *, by: int, at: datetime, tell: Tell | None) -> Outcome:
    if asked.source == STAFF.source:
        amend = partial(amend_staff, take_along=True)
        return load_staff(path=asked.file, by=by, at=at, today=at.astimezone(LONDON).date(), amend=amend)
    observed_at = _moment(asked.observed_at)
    if observed_at is not None and observed_at > at:
        raise ValueError("A file cannot have been observed in the future: correct --observed-at.")
    return load_prisoners(path=asked.file, observed_at=observed_at, by=by, at=at, progress=tell)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="longstop intake")
    parser.add_argument("source", choices=[PRISONERS.source, STAFF.source])
    parser.add_argument("file", type=Path)
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
        "receipt": receipt.pk,
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


def in_words(outcome: Outcome) -> str:
    """Give the account for people, in a few lines."""
    receipt = outcome.receipt
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
