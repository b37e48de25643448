"""What `longstop intake let-in` and `give-up` do once the database is in reach; see `reaching`."""

import argparse
import json
import sys
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from longstop.commands.acting import MayNot, actor
from longstop.intake.actions import NotHeld, reject_held, release_held

LONDON = ZoneInfo("Europe/London")
UNUSABLE = 2
ACTS = {"let-in": release_held, "give-up": reject_held}


def main(arguments: Sequence[str]) -> int:
    """Will decide about a held file, print what was decided, and give the exit code."""
    asked = _parse(arguments)
    at = timezone.now()
    try:
        by = actor(staff_number=asked.by, command=f"intake {asked.what}", today=at.astimezone(LONDON).date())
        receipt = ACTS[asked.what](receipt_id=asked.receipt, reason=asked.reason, by=by, at=at)
    except (MayNot, ValueError) as refused:
        return _fail(f"{refused} Nothing was changed.")
    except (NotHeld, ObjectDoesNotExist):
        return _fail(f"Receipt {asked.receipt} is not held. Nothing was changed.")
    done = "let in: give the same file to `longstop intake` again" if asked.what == "let-in" else "given up"
    if asked.json:
        print(json.dumps({"receipt": receipt.pk, "source": receipt.source, "state": receipt.state}))
    else:
        print(f"Receipt {receipt.pk}, {receipt.file_name}, is {done}.")
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="longstop intake")
    parser.add_argument("what", choices=list(ACTS))
    parser.add_argument("receipt", type=int)
    parser.add_argument("--reason", required=True)
    parser.add_argument("--by", default="")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return UNUSABLE
