"""Another process that lends a hand with a long replay: it does what it is told, one line at a time, and says when each is done."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import IO

from longstop.audit.actions import SYSTEM
from longstop.demo.invention.writing import read_plan
from longstop.demo.replay.day import Day, Share
from longstop.demo.replay.loading import carry_over, take_one
from longstop.demo.replay.scenery import Scenery
from longstop.demo.replay.working import work
from longstop.referral.actions import Part, consider_receipt

DONE = "done"


class HandFailed(Exception):
    """The other process ended before it had done what it was told. Remedy: run the same command again; it goes on from there."""


class Helper:
    """The other process, as the one that replays sees it."""

    def __init__(self, orders: IO[str], answers: IO[str]) -> None:
        self._orders, self._answers, self._waiting = orders, answers, 0

    def begin(self, *words: str) -> None:
        """Tell it to do something; it is done after what it was told before. Raises HandFailed."""
        try:
            self._orders.write("\t".join(words) + "\n")
            self._orders.flush()
        except BrokenPipeError:
            raise HandFailed from None
        self._waiting += 1

    def wait(self) -> None:
        """Wait until everything is done. Raises HandFailed."""
        while self._waiting:
            if self._answers.readline().strip() != DONE:
                raise HandFailed
            self._waiting -= 1


@contextmanager
def helper(module: str, folder: Path) -> Iterator[Helper]:
    """Let another process of this command lend a hand for as long as the block lasts. It has the same environment, and so the database."""
    command = [sys.executable, "-m", "longstop.commands.reaching", module, "--folder", str(folder), "--lend"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin
        assert child.stdout
        try:
            yield Helper(child.stdin, child.stdout)
        finally:
            with suppress(BrokenPipeError):  # it has ended already
                child.stdin.close()
            child.terminate()


def lend(folder: Path, orders: IO[str], answers: IO[str]) -> None:
    """Do what the lines say until there are no more: see `demo.replay.loading.Hand`."""
    plan = read_plan(folder)
    scenery = Scenery(plan)
    for line in orders:
        _do(folder, scenery, line.rstrip("\n").split("\t"))
        answers.write(f"{DONE}\n")
        answers.flush()


def _do(folder: Path, scenery: Scenery, words: Sequence[str]) -> None:
    what, which, *part = words
    if what == "step":
        take_one(folder, scenery.plan, which)
        return
    *receipt, number, of = map(int, part)
    if what == "considered":
        at = datetime.fromisoformat(which)
        consider_receipt(receipt_id=receipt[0], part=Part(number, of), by=SYSTEM, at=at, today=at.date())
        return
    day = date.fromisoformat(which)
    if what == "cases":
        carry_over(scenery, day, Part(number, of), lambda *_: None)
    else:
        work(Day(scenery, day, Share(number, of)))
