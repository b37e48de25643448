"""A stand-in for the service, to be killed: `python -m tests.guarantee.service begin|work|check`, with the addresses in the environment.

`begin` makes a small caseload. `work SEED` gives cases to owners, finishes tasks, takes lists in and considers them, and accepts referrals,
through the actions for as long as it lives, and says of each write, on a line of its own, when it begins and when it was acknowledged.
`check` lets go on what was interrupted, and says what is not as it should be.
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
from longstop.intake import sightings  # noqa: E402
from longstop.intake.loading import load_prisoners  # noqa: E402
from longstop.proof.actions import prove  # noqa: E402
from longstop.proof.models import CertificateItem  # noqa: E402
from longstop.proof.rules import FAILING  # noqa: E402
from longstop.referral import actions as referral  # noqa: E402
from longstop.referral.actions import considering  # noqa: E402
from longstop.referral.models import Consideration, Referral  # noqa: E402
from longstop.referral.queries import unconsidered_receipts  # noqa: E402
from longstop.work.actions import TaskIsNotOpen  # noqa: E402
from longstop.work.rules import NewTask  # noqa: E402
from tests import given  # noqa: E402
from tests.given import NOW, TODAY  # noqa: E402
from tests.guarantee.invariants import broken  # noqa: E402
from tests.referral.world import prisoner  # noqa: E402

CASES = 12
HANDS = 3  # threads that write at once
LISTED, MORE, LISTS = 20, 5, 60  # people on the first list, more on each that follows, and how many lists differ
considering.CHUNK = 5  # so that a list takes many transactions, and kills fall between them
LATER = NOW + timedelta(hours=1)
DATED = {"by": SYSTEM, "at": LATER, "today": TODAY}
_out = threading.Lock()


def begin() -> None:
    """Make four caseworkers and their cases."""
    command = given.command()
    owners = [given.caseworker(name, command.team) for name in ("Amy Tran", "Ben Osei", "Cat Doyle", "Dev Rao")]
    for n in range(CASES):
        given.case(owners[n % len(owners)])
    for name in ("Devi Anand", "Dora Pike"):
        given.staff(name, "duty_officer", team=command.team)
    _take_in(0)


def say(word: str, nonce: str) -> None:
    """Write a whole line: it is out of this process's hands before anything else happens."""
    with _out:
        os.write(1, f"{word} {nonce}\n".encode())


def work(seed: int) -> None:
    """Write until killed; survive the database's death as the service does."""
    caseload = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    owners = sorted(set(Ownership.objects.values_list("staff_id", flat=True)))
    hands = [threading.Thread(target=_write_for_ever, args=(random.Random(f"{seed}.{n}"), caseload, owners)) for n in range(HANDS)]
    for hand in (*hands, threading.Thread(target=_consider_for_ever)):
        hand.start()


def _take_in(number: int) -> None:
    """Take the list of this number in; a load that was interrupted goes on."""
    path = Path(os.environ["LONGSTOP_HOME"]) / f"list-{number}.jsonl"
    rows = [prisoner(f"A{1000 + n}AA") for n in range(LISTED + MORE * min(number, LISTS))]
    path.write_text("\n".join(json.dumps(row) for row in rows) + " " * number, encoding="utf-8")
    load_prisoners(path=path, observed_at=LATER - timedelta(hours=9) + timedelta(seconds=number), by=SYSTEM, at=LATER)


def _consider_for_ever() -> None:
    """Consider each list, by the seed as its name, and take the next one in."""
    while True:
        nonce = "none"
        try:
            if waiting := unconsidered_receipts(today=TODAY):
                begun = Consideration.objects.filter(receipt_id=waiting[0]).first()
                nonce = begun.seed if begun else uuid.uuid4().hex
                say("begun", nonce)
                referral.consider_receipt(receipt_id=waiting[0], seed=nonce, **DATED)
            else:
                number = len(sightings.finished_receipts(source="hmpps-prisoners"))
                nonce = f"list-{number}.jsonl"
                say("begun", nonce)
                _take_in(number)
            say("done", nonce)
        except (DatabaseError, InterfaceError, psycopg.Error):
            say("lost", nonce)
            connection.close()
            time.sleep(0.02)


def _write_for_ever(chance: random.Random, caseload: list[int], owners: list[int]) -> None:
    while True:
        nonce = uuid.uuid4().hex
        try:
            act = _choose(chance, caseload, owners, nonce)
            say("begun", nonce)
            act()
            say("done", nonce)
        except (cases.OwnerHasChanged, cases.AlreadyTheOwner, cases.NoNextTask, TaskIsNotOpen, referral.ReferralIsDecided):
            say("refused", nonce)
        except (DatabaseError, InterfaceError, psycopg.Error):
            say("lost", nonce)
            connection.close()
            time.sleep(0.02)


def _choose(chance: random.Random, caseload: list[int], owners: list[int], nonce: str) -> Callable[[], object]:
    if chance.random() < 0.3 and (waiting := Referral.objects.filter(state="open").order_by("pk")[:5]):
        number, owner = chance.choice([each.pk for each in waiting]), chance.choice(owners)
        return lambda: referral.accept(referral_id=number, owner_id=owner, reason=nonce, **DATED)
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
WHERE e.kind IN ('case.owner_changed', 'task.done', 'referral.accepted')
  OR (e.kind = 'bulk.acted' AND e.data->>'act_kind' = 'allocation')
UNION SELECT seed FROM referral_consideration WHERE finished_at IS NOT NULL
UNION SELECT file_name FROM intake_receipt WHERE state = 'finished'"""


def check() -> None:
    """Print, as JSON: what was written, and what is broken by the invariants, the certificate and the seals."""
    home = Path(os.environ["LONGSTOP_HOME"])
    with psycopg.connect(os.environ["LONGSTOP_SERVICE_URL"]) as watching:
        found = broken(watching.cursor(), today=TODAY)
        written = [row[0] for row in watching.execute(WRITTEN).fetchall()]
    considered = sum(Consideration.objects.values_list("considered", flat=True))
    found += _gone_on() + _proved(home) + _verified(home)
    print(json.dumps({"broken": found, "written": written, "considered": considered}))


def _gone_on() -> list[str]:
    """Let a consideration that was interrupted go on: it must reach the end, with every record of its list counted once."""
    found = []
    for begun in Consideration.objects.filter(finished_at=None):
        before = begun.considered
        done = referral.consider_receipt(receipt_id=begun.receipt_id, **DATED)
        rows = sightings.receipt(begun.receipt_id).received
        if (done.considered, done.seed) != (rows, begun.seed) or before > done.considered:
            found.append(f"consideration {begun.pk}: {before} considered before, {done.considered} after, of {rows}")
    for whole in Consideration.objects.exclude(finished_at=None):
        if whole.considered != sightings.receipt(whole.receipt_id).received:
            found.append(f"consideration {whole.pk}: {whole.considered} considered of {sightings.receipt(whole.receipt_id).received}")
    with psycopg.connect(os.environ["LONGSTOP_SERVICE_URL"]) as watching:
        return found + broken(watching.cursor(), today=TODAY)


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
