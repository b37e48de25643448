"""What `longstop fetch hmpps-prisoners` does once the database is in reach: the file is fetched, and then given to `longstop intake`."""

import argparse
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from longstop.commands import intaking
from longstop.commands.acting import MayNot, actor
from longstop.gateways.postgres import find_home
from longstop.gateways.prisoner_search import (
    Asker,
    Collected,
    Part,
    PartUnusable,
    PrisonerSearch,
    Settings,
    SettingsUnusable,
    Time,
    Trouble,
    collect,
    read_prisons,
    read_settings,
)
from longstop.gateways.prisoner_search.collecting import Tell
from longstop.intake.contracts import PRISONERS, Kind

COMMAND = f"fetch {PRISONERS.source}"
UNUSABLE, INTERRUPTED = 2, 130
# In the contract of the file, and not in what Prisoner Search gives: it refuses a question for a field that it does not know.
NOT_GIVEN = frozenset(
    {
        "lastMovementDate",
        "earlyRemovalSchemeEligibilityDate",
        "tariffExpiredRemovalSchemeEligibilityDate",
        "tariffEarlyRemovalSchemeEligibilityDate",
        "effectiveSentenceEndDate",
        "earlyTermDate",
        "midTermDate",
        "lateTermDate",
    }
)
# What casework looks at. What the contract only keeps, such as religion, ethnicity or tattoos, is not asked for.
FIELDS = tuple(
    name
    for field in PRISONERS.fields
    if field.kind is not Kind.KEPT and field.name not in NOT_GIVEN
    for name in ([f"{field.name}.{part.name}" for part in field.parts if part.kind is not Kind.KEPT] or [field.name])
)


@dataclass(frozen=True)
class Fetched:
    """The file that was fetched, what is in it, and how."""

    file: Path
    began: datetime
    prisons: Sequence[str]
    collected: Collected
    questions: int
    went_on: bool
    left_out: bool

    def words(self) -> Iterator[str]:
        """Tell a person."""
        how = f", {self.collected.rounds} times over" if self.collected.rounds > 1 else ""
        yield f"{self.collected.people:,} people in {len(self.prisons):,} prisons, by {self.questions:,} questions{how}: {self.file}"
        if self.went_on:
            yield f"It went on with what was fetched before, from {self.began:%Y-%m-%d %H:%M} UTC."
        if self.left_out:
            yield "What an earlier run had fetched was too old to go on with, and was left out."
        if self.collected.withdrawn:
            yield f"{self.collected.withdrawn:,} numbers were withdrawn while it was fetched: the service knows them no more."

    def plain(self) -> dict[str, object]:
        """Tell a program."""
        return {
            "file": str(self.file),
            "sha256": _digest(self.file),
            "people": self.collected.people,
            "prisons": list(self.prisons),
            "began": self.began.isoformat(),
            "questions": self.questions,
            "rounds": self.collected.rounds,
            "withdrawn": self.collected.withdrawn,
            "went_on": self.went_on,
        }


def main(arguments: Sequence[str], *, time: Time | None = None) -> int:
    """Will fetch the list, take it in as `longstop intake` does, print what became of both, and give the exit code."""
    asked = _parse(arguments)
    try:
        actor(staff_number=asked.by, command=COMMAND, today=timezone.localdate())
        fetched = _fetch(asked, time or Time())
    except (MayNot, SettingsUnusable, PartUnusable, Trouble) as refused:
        return _fail(f"{refused} Nothing was taken in.", UNUSABLE)
    except OSError as error:
        return _fail(f"The list could not be written: {error.strerror}. Nothing was taken in.", UNUSABLE)
    except KeyboardInterrupt:
        return _fail("Interrupted. Nothing was taken in; run the same command again and it goes on from there.", INTERRUPTED)
    if not asked.json:
        print("\n".join(fetched.words()), flush=True)
    words = [PRISONERS.source, str(fetched.file), "--observed-at", fetched.began.isoformat(), *(["--by", asked.by] if asked.by else [])]
    code = intaking.main([*words, *(["--json"] if asked.json else [])], beside={"fetched": fetched.plain()} if asked.json else None)
    if code not in (0, intaking.HELD):
        again = f"`longstop intake {PRISONERS.source} {fetched.file} --observed-at {fetched.began.isoformat()}`"
        print(f"The list is complete and was not taken in. It need not be fetched again: {again}.", file=sys.stderr)
    return code


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"longstop {COMMAND}")
    parser.add_argument("--prison", action="append", default=[])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--by", default="")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _fetch(asked: argparse.Namespace, time: Time) -> Fetched:
    home = find_home(os.environ)
    settings = read_settings(os.environ, home)
    prisons = read_prisons(asked.prison) or settings.prisons
    if not prisons:
        raise SettingsUnusable("No prison is named. Give --prison, or set LONGSTOP_PRISONER_SEARCH_PRISONS to all that send us people.")
    _refuse_place(asked.out)
    asker = Asker(settings, time=time)
    search = PrisonerSearch(asker, fields=FIELDS)
    wanted = asked.out or home / "fetched" / PRISONERS.source
    path = wanted.with_name(f"{wanted.name}.part")
    with Part.opened(path, asked=_what(settings, prisons), at=datetime.now(UTC)) as part:
        with _bar(quiet=asked.json) as tell:
            collected = collect(search, part, prisons=prisons, tell=tell)
        file = asked.out or path.with_name(f"{PRISONERS.source}-{part.began:%Y%m%dT%H%M%SZ}.jsonl")
        part.finish(file)
    return Fetched(file, part.began, prisons, collected, asker.asked, went_on=part.goes_on, left_out=part.too_old)


def _refuse_place(out: Path | None) -> None:
    if out and out.exists():
        raise PartUnusable(f"{out} is there already. If it is a list, take it in by `longstop intake`; else name another file.")
    if out and not out.parent.is_dir():
        raise PartUnusable(f"The folder {out.parent} is not there. Make it, or name a file elsewhere.")


def _what(settings: Settings, prisons: Sequence[str]) -> str:
    """Say what is fetched from where, so that what was begun for something else is not gone on with."""
    return hashlib.sha256("\n".join([settings.address, *FIELDS, *prisons]).encode()).hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _fail(words: str, code: int) -> int:
    print(words, file=sys.stderr)
    return code


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Tell | None]:
    """Show how far it has got, where somebody is watching."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    with Progress(TextColumn("Fetching {task.description}"), BarColumn(), TextColumn("{task.completed:,}"), console=console) as progress:
        task = progress.add_task("lists", total=None)
        yield lambda what, done, of: progress.update(task, description=what, completed=done, total=of)
