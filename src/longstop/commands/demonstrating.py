"""What `longstop demo` does once the database is in reach; see `reaching`."""

import argparse
import gc
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from longstop.commands.lending import HandFailed, helper, lend
from longstop.commands.telling import steps_told
from longstop.demo import queries
from longstop.demo.actions import NotEmpty, load_small
from longstop.demo.invention.plan import PUBLISHED
from longstop.demo.invention.writing import read_plan
from longstop.demo.marking import NotADemonstration, OtherDemonstration
from longstop.demo.replay.loading import replay

WORKER = "longstop.commands.demonstrating"
DONE, UNUSABLE, INTERRUPTED = 0, 2, 130
ELSEWHERE = "Set LONGSTOP_HOME to an empty folder, or DATABASE_URL to an empty database, and run this again."


SELDOM = (200_000, 50, 50)
"""How many objects more there are before rubbish is looked for: a load makes millions that die young, and the usual 700 costs a tenth."""


def main(arguments: Sequence[str]) -> int:
    """Will load the demonstration unless it is there, tell who can sign in, and give the exit code."""
    asked = _parse(arguments)
    gc.freeze()
    gc.set_threshold(*SELDOM)
    if asked.lend:
        return _lend(asked.folder)
    at = timezone.now()
    if not asked.json and not queries.is_loaded():
        print("Loading the demonstration …", file=sys.stderr)
    try:
        loaded = _load(asked.folder, at=at, quiet=asked.json)
    except (NotEmpty, NotADemonstration):
        sentence = "This database holds staff of its own, and an invented command does not go among them. Nothing was changed."
        return _fail(f"{sentence} {ELSEWHERE}")
    except OtherDemonstration:
        return _fail(f"This database holds another demonstration. Nothing was changed. {ELSEWHERE}")
    except ValueError as error:
        return _fail(f"{error} Nothing was changed.")
    except HandFailed:
        return _fail("The process that lent a hand has ended before its time. What was loaded stays; run the same command again.")
    except KeyboardInterrupt:
        print("Interrupted. What was loaded stays; run the same command again and it goes on from there.", file=sys.stderr)
        return INTERRUPTED
    _tell(loaded=loaded, as_json=asked.json)
    return DONE


def _lend(folder: Path) -> int:
    try:
        lend(folder, sys.stdin, sys.stdout)
    except KeyboardInterrupt:  # the process that leads was told too, and says so
        return INTERRUPTED
    return DONE


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="longstop demo")
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lend", action="store_true", help="do what is said on the standard input, for another process of this command")
    return parser.parse_args(arguments)


def _load(folder: Path | None, *, at: datetime, quiet: bool) -> bool:
    if folder is None:
        return load_small(at=at, today=timezone.localdate(at))
    plan = read_plan(folder)
    with steps_told(quiet=quiet) as progress:
        if plan.scale < PUBLISHED or (os.cpu_count() or 1) < 2:
            return replay(folder, plan, at=at, progress=progress) > 0
        with helper(WORKER, folder) as hand:
            return replay(folder, plan, at=at, progress=progress, hand=hand) > 0


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return UNUSABLE


def _tell(*, loaded: bool, as_json: bool) -> None:
    if as_json:
        keys = ("role", "staff_number", "password")
        print(json.dumps({"loaded": loaded, "sign_ins": [dict(zip(keys, each, strict=True)) for each in queries.sign_ins()]}))
        return
    print("Loaded the demonstration." if loaded else "The demonstration was loaded before.")
    for role, number, password in queries.sign_ins():
        print(f"  {role:28} {number:20} {password}")
