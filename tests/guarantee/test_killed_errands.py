"""Five kills at random places of each errand: a list is considered, persons are joined and parted, compared, and a statement is made.

After each kill the same errand finishes, and nothing stands half done; done again, after the last, it changes nothing. Each kill is a
`kill -9` of the process, or the end of its session at the database's side, at a statement that chance chooses from a seed; where it fell is
printed.
"""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.audit.record import anchor, check, seal_all
from tests.conftest import Committed
from tests.guarantee.killing import ROOT

SEED, KILLS = 20061013, 5
ERRANDS = ("consider", "storm", "relink", "reconcile")  # in the order in which each finds something to do
SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s"


class Errands:
    """The process that does errands, and whom it has at work."""

    def __init__(self, base: Committed, folder: Path) -> None:
        self.base, self.folder = base, folder

    def __enter__(self) -> "Errands":
        environ = os.environ | {"LONGSTOP_SERVICE_URL": self.base.service_url, "DJANGO_SETTINGS_MODULE": "longstop.config.settings"}
        command = [sys.executable, "-W", "ignore", "-m", "tests.guarantee.errands", str(self.folder)]
        self.log = (self.folder / "errands.log").open("w+b")
        self.process = subprocess.Popen(
            command, env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()

    def order(self, *words: object, kill: str = "") -> Any:
        """Give an order, and what its process said when it was done; None where it was killed first, in the way given."""
        assert self.process.stdin
        assert self.process.stdout
        print(*words, file=self.process.stdin, flush=True)
        pid, said = int(self.process.stdout.readline().split()[1]), None
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "here":
                self._kill(pid, kill)
            elif word == "done":
                said = json.loads(rest)
            elif word == "over":
                break
        if said is None and not kill:
            self.log.seek(0)
            pytest.fail(f"{words}: {self.log.read().decode()[-3000:]}")
        return said

    def _kill(self, pid: int, how: str) -> None:
        if how == "process":
            os.kill(pid, signal.SIGKILL)
            return
        with psycopg.connect(self.base.superuser_url, autocommit=True) as session:
            session.execute(SESSIONS, [self.base.name, "longstop_test_service"])


def test_each_errand_is_killed_five_times_and_finishes(committed: Committed, tmp_path: Path) -> None:
    chance, fell, caught = random.Random(SEED), [], Counter[str]()
    with Errands(committed, tmp_path) as errands:
        errands.order("do", "begin", 0, 0)
        length = {errand: errands.order("do", errand, 0, 0) for errand in ERRANDS[1:]}
        length["consider"] = length["storm"] + length["reconcile"]
        for turn in range(1, KILLS + 1):
            for errand in ERRANDS:
                place, how = chance.randrange(1, length[errand]), chance.choice(["process", "process", "session"])
                if errands.order("do", errand, turn, place, kill=how) is None:
                    caught[errand] += 1
                fell.append(f"{errand} {turn}: the {how} at statement {place}")
                print(fell[-1])
                wrong = errands.order("finish", errand, turn, *(["again"] if turn == KILLS else []))
                assert not wrong, f"{fell[-1]}: " + "; ".join(wrong)
    assert caught == dict.fromkeys(ERRANDS, KILLS), fell
    seal_all(tmp_path)
    assert check(committed.service_url, anchor(tmp_path)).findings == []
