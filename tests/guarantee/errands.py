"""Errands to be killed at: `python -m tests.guarantee.errands FOLDER`, with the database's address in the environment.

Reads one order a line, and does each in a process of its own, whose number it says first. `do ERRAND ROUND PLACE` says "here" before the
statement of that place (0: nowhere), and "done" with how many statements it took. `finish ERRAND ROUND` does the errand to its end, and
says as JSON what is not as it should be; `finish ERRAND ROUND again` does it once more, and says too what that changed. A process is
forked for each, so that none has to read everything in again.
"""

import contextlib
import importlib
import itertools
import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
import psycopg

django.setup()  # before anything that has tables

from django.db import connection  # noqa: E402

from longstop.audit.actions import SYSTEM  # noqa: E402
from longstop.intake import loading  # noqa: E402
from longstop.people.queries import find, search  # noqa: E402
from longstop.proof.certification import certify  # noqa: E402
from longstop.proof.rules import FAILING  # noqa: E402
from longstop.reconciliation import queries as sides  # noqa: E402
from longstop.reconciliation.actions import reconciling  # noqa: E402
from longstop.referral import actions as referral  # noqa: E402
from longstop.referral.actions import considering, relinking  # noqa: E402
from longstop.referral.models import Joining, Referral  # noqa: E402
from longstop.referral.queries import unconsidered_receipts  # noqa: E402
from tests import given  # noqa: E402
from tests.given import NOW, TODAY  # noqa: E402
from tests.guarantee.invariants import broken, left_by_errands  # noqa: E402
from tests.referral.world import prisoner  # noqa: E402

LATER = NOW + timedelta(hours=1)
DATED: dict[str, Any] = {"by": SYSTEM, "at": LATER, "today": TODAY}
HELD, PAIRS = 4, 2  # cases, and pairs who are alike, new on each list
considering.CHUNK, considering.STRETCH, reconciling.CHUNK, loading.CHUNK_ROWS = 3, 6, 2, 5  # many transactions, and kills between them
LINKED = 8  # records compared in one
EXPECTED = ("released_and_said_held", "released_without_decision")
STEPS = ("join", "undo", "join")
WRITTEN = (
    *("work_task", "referral_referral", "referral_question", "referral_departure", "referral_look", "referral_remit", "referral_joining"),
    *("referral_consideration", "people_person", "people_sourcerecord", "people_searchkey", "people_linkagekey", "people_linkagemark"),
    *("people_linkagepair", "reconciliation_break", "intake_arrival", "intake_receipt", "intake_refusal"),
)


def held(number: int) -> str:
    return f"A1{number:03}AA"


def alike(turn: int, pair: int) -> tuple[str, str]:
    place = turn * 10 + pair * 2
    return f"A3{place:03}AA", f"A3{place + 1:03}AA"


def rows(turn: int) -> list[dict[str, Any]]:
    """The list of a turn: cases whose dates change with each, one who is out on every other, pairs who may be one, and a row to refuse."""
    dates = {"conditionalReleaseDate": f"2028-{1 + turn:02}-15"} if turn else {}
    found = [prisoner(held(n), **dates, **({"status": "INACTIVE OUT"} if turn % 2 and n == 1 else {})) for n in range(HELD)]
    for earlier, pair in itertools.product(range(turn + 1), range(PAIRS)):
        name = {"lastName": f"Alike{'abcdefgh'[earlier]}{'xy'[pair]}", "dateOfBirth": f"19{70 + earlier}-02-{3 + pair:02}"}
        found += [prisoner(number, firstName="Ana", nationality="British", **name) for number in alike(earlier, pair)]
    return [*found, {"prisonerNumber": f"12-{turn}"}]


def consider(folder: Path, turn: int) -> None:
    """Take the list of the turn in, and consider it."""
    path = folder / f"list-{turn}.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows(turn)), encoding="utf-8")
    loading.load_prisoners(path=path, observed_at=LATER - timedelta(hours=9) + timedelta(seconds=turn), by=SYSTEM, at=LATER)
    for receipt in unconsidered_receipts(today=TODAY):
        referral.consider_receipt(receipt_id=receipt, seed="fixed", **DATED)


def reconcile(folder: Path, turn: int) -> None:
    """Do as `longstop reconcile --record`."""
    reconciling.reconcile(both=sides.read_both(today=TODAY), **DATED)


def relink(folder: Path, turn: int) -> None:
    """Do as `longstop relink --record`."""
    relinking.relink(chunk=LINKED, **DATED)


def storm(folder: Path, turn: int) -> None:
    """Join each pair of the turn, undo that, and join it again: what was done of it is not done again."""
    for step, pair in itertools.product(range(len(STEPS)), range(PAIRS)):
        person, other = (find(source="hmpps-prisoners", key=number) or 0 for number in alike(turn, pair))
        about = Joining.objects.filter(numbers__overlap=[person, other]) | Joining.objects.filter(person_id__in=[person, other])
        done = sum(1 + (each.undone_at is not None) for each in about.distinct())
        if done > step:
            continue
        if STEPS[step] == "undo":
            referral.undo_join(joining_id=about.get(undone_at=None).pk, reason="Two faces", **DATED)
        else:
            referral.join(person_id=person, other_id=other, reason="Fingerprints", **DATED)


ERRANDS: dict[str, Callable[[Path, int], None]] = {"consider": consider, "storm": storm, "relink": relink, "reconcile": reconcile}


def begin(folder: Path, turn: int) -> None:
    """Make a command, and the first list's cases."""
    command = given.command()
    owner = given.caseworker("Amy Tran", command.team)
    for name in ("Devi Anand", "Dora Pike"):
        given.staff(name, "duty_officer", team=command.team)
    consider(folder, turn)
    for number in Referral.objects.filter(state="open").order_by("pk").values_list("pk", flat=True):
        referral.accept(referral_id=number, owner_id=owner.pk, reason="In remit", **DATED)


def finish(errand: str, folder: Path, turn: int, *, again: bool) -> list[str]:
    """Do an errand to its end, and once more if that is asked for; say what is wrong."""
    ERRANDS[errand](folder, turn)
    found = _done_again(errand, folder, turn) if again else []
    with psycopg.connect(os.environ["LONGSTOP_SERVICE_URL"]) as watching:
        cursor = watching.cursor()
        found += broken(cursor, today=TODAY) + left_by_errands(cursor, compared=errand == "relink")
    found += _found_by(turn) if errand == "storm" else []
    items = () if errand != "reconcile" else certify(at=LATER, today=TODAY, as_at=None, since=None).items
    # Whoever is out while their case says held, and was not decided on, is what the certificate is for.
    failing = [
        each for each in items if each.list in FAILING and each.reason not in ("released_and_said_held", "released_without_decision")
    ]
    return found + [f"prove: {each.list} {each.reason} {each.reference}" for each in failing]


def _done_again(errand: str, folder: Path, turn: int) -> list[str]:
    before = _digest()
    ERRANDS[errand](folder, turn)
    after = _digest()
    counted = ("intake_receipt", "referral_consideration") if errand == "consider" else ()  # that a file came twice is counted
    return [f"{errand} done again changed {table}" for table in WRITTEN if table not in counted and before[table] != after[table]]


def _digest() -> dict[str, str]:
    with connection.cursor() as cursor:
        parts = [f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t" for table in WRITTEN]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def _found_by(turn: int) -> list[str]:
    """After the storm both of each pair are one: what either was found by finds that one."""
    found = []
    for pair in range(PAIRS):
        hits = [{hit.card.id for hit in search(number)} for number in alike(turn, pair)]
        if hits[0] != hits[1] or len(hits[0]) != 1:
            found.append(f"joined, and not found as one: {alike(turn, pair)} {hits}")
    return found


def do(errand: str, folder: Path, turn: int, place: int) -> int:
    """Do an errand; say "here" before its statement of this place. Gives how many statements it took."""
    count = 0

    def counted(execute: Any, *said: Any) -> Any:
        nonlocal count
        count += 1
        if count == place:
            os.write(1, b"here\n")
        return execute(*said)

    with connection.execute_wrapper(counted):
        (begin if errand == "begin" else ERRANDS[errand])(folder, turn)
    return count


def main(folder: Path) -> None:
    """Do each order in a child, and wait for it, however it ends."""
    with contextlib.suppress(ModuleNotFoundError):  # cleaning reads it in where it is: once here, rather than in every child
        importlib.import_module("pandas")
    for line in sys.stdin:
        word, errand, turn, *rest = line.split()
        child = os.fork()
        if child == 0:
            end = word == "finish"
            said = finish(errand, folder, int(turn), again=bool(rest)) if end else do(errand, folder, int(turn), int(rest[0]))
            os.write(1, f"done {json.dumps(said)}\n".encode())
            os._exit(0)
        os.write(1, f"pid {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"over\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
