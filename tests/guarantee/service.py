"""A stand-in for the service, to be killed: `python -m tests.guarantee.service begin|work|check`, with the addresses in the environment.

`begin` makes a small caseload. `work SEED` gives cases to owners and finishes tasks through the actions for as long as it lives, and
says of each write, on a line of its own, when it begins and when it was acknowledged. `check` says what is not as it should be.
"""

import json
import os
import random
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django
import psycopg

django.setup()  # before anything that has tables

from django.db import DatabaseError, InterfaceError, connection  # noqa: E402

from longstop.audit import anchors  # noqa: E402
from longstop.audit.actions import SYSTEM, seal  # noqa: E402
from longstop.audit.verification import verify  # noqa: E402
from longstop.cases import actions as cases  # noqa: E402
from longstop.cases.models import Case, Ownership  # noqa: E402
from longstop.gateways.anchors import AnchorFile  # noqa: E402
from longstop.gateways.keys import signing_key  # noqa: E402
from longstop.proof.actions import prove  # noqa: E402
from longstop.proof.models import CertificateItem  # noqa: E402
from longstop.proof.rules import FAILING  # noqa: E402
from longstop.work.actions import TaskIsNotOpen  # noqa: E402
from longstop.work.rules import NewTask  # noqa: E402
from tests import given  # noqa: E402
from tests.given import NOW, TODAY  # noqa: E402
from tests.guarantee.invariants import broken  # noqa: E402

CASES = 12
HANDS = 3  # threads that write at once
LATER = NOW + timedelta(hours=1)
DATED = {"by": SYSTEM, "at": LATER, "today": TODAY}
_out = threading.Lock()


def begin() -> None:
    """Make four caseworkers and their cases."""
    command = given.command()
    owners = [given.caseworker(name, command.team) for name in ("Amy Tran", "Ben Osei", "Cat Doyle", "Dev Rao")]
    for n in range(CASES):
        given.case(owners[n % len(owners)])


def say(word: str, nonce: str) -> None:
    """Write a whole line: it is out of this process's hands before anything else happens."""
    with _out:
        os.write(1, f"{word} {nonce}\n".encode())


def work(seed: int) -> None:
    """Write until killed; survive the database's death as the service does."""
    caseload = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    owners = sorted(set(Ownership.objects.values_list("staff_id", flat=True)))
    hands = [threading.Thread(target=_write_for_ever, args=(random.Random(f"{seed}.{n}"), caseload, owners)) for n in range(HANDS)]
    for hand in hands:
        hand.start()


def _write_for_ever(chance: random.Random, caseload: list[int], owners: list[int]) -> None:
    while True:
        nonce = uuid.uuid4().hex
        try:
            act = _choose(chance, caseload, owners, nonce)
            say("begun", nonce)
            act()
            say("done", nonce)
        except (cases.OwnerHasChanged, cases.AlreadyTheOwner, cases.NoNextTask, TaskIsNotOpen):
            say("refused", nonce)
        except (DatabaseError, InterfaceError, psycopg.Error):
            say("lost", nonce)
            connection.close()
            time.sleep(0.02)


def _choose(chance: random.Random, caseload: list[int], owners: list[int], nonce: str) -> Callable[[], object]:
    case = Case.objects.get(pk=chance.choice(caseload))
    to = chance.choice([each for each in owners if each != case.owner_id])
    then = NewTask(kind="case.review", due=TODAY + timedelta(days=chance.randrange(1, 60)))
    if chance.random() < 0.4:
        return lambda: cases.complete_task(task_id=case.next_task_id, result=nonce, then=then, **DATED)
    if chance.random() < 0.7:
        return lambda: cases.assign(case_id=case.pk, to=to, from_=case.owner_id, reason=nonce, **DATED)
    some = Case.objects.filter(pk__in=chance.sample(caseload, 4))
    moves = [cases.Move(case_id=each.pk, from_=each.owner_id, to=to) for each in some]
    return lambda: cases.allocate_many(moves=moves, reason=nonce, **DATED)


WRITTEN = """
SELECT DISTINCT coalesce(p.content->>'reason', p.content->>'result') FROM audit_event e JOIN audit_payload p ON p.id = e.payload_id
WHERE e.kind IN ('case.owner_changed', 'task.done') OR (e.kind = 'bulk.acted' AND e.data->>'act_kind' = 'allocation')"""


def check() -> None:
    """Print, as JSON: what was written, and what is broken by the invariants, the certificate and the seals."""
    home = Path(os.environ["LONGSTOP_HOME"])
    with psycopg.connect(os.environ["LONGSTOP_SERVICE_URL"]) as watching:
        found = broken(watching.cursor(), today=TODAY)
        written = [row[0] for row in watching.execute(WRITTEN).fetchall()]
    found += _proved(home) + _verified(home)
    print(json.dumps({"broken": found, "written": written}))


def _proved(home: Path) -> list[str]:
    made = prove(by=SYSTEM, at=LATER, today=TODAY, key=signing_key(home))
    failing = CertificateItem.objects.filter(certificate=made, list__in=FAILING)
    return [] if made.is_clean else [f"prove: {item.list} {item.reference} {item.reason} {item.details}" for item in failing]


def _verified(home: Path) -> list[str]:
    seal(by=SYSTEM, at=LATER, key=signing_key(home), anchor=AnchorFile(home))
    with AnchorFile(home).path.open() as lines:
        contents = anchors.read(lines, name="anchor")
    with psycopg.connect(os.environ["LONGSTOP_SERVICE_URL"]) as connection:
        report = verify(connection, contents, service_role=connection.info.user)
    return [f"verify: {finding.text}" for finding in report.findings]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["begin"]:
            begin()
        case ["work", seed]:
            work(int(seed))
        case ["check"]:
            check()
