"""What `longstop reconcile` does once the database is in reach; see `reaching`."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from longstop.commands import counting
from longstop.commands.acting import MayNot, actor
from longstop.commands.reckoned import line, told_of
from longstop.kernel.dates import in_words
from longstop.reconciliation import queries
from longstop.reconciliation.actions import reconcile
from longstop.reconciliation.models import Statement
from longstop.reconciliation.queries import Both
from longstop.reconciliation.rules import ALARMS, BROKEN, KINDS, Kind
from longstop.referral.actions import NobodyToOwn

CLOSED, ALARMED, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Will reckon, keep the statement where that is asked for, print it, and give the exit code."""
    asked = _parse(arguments)
    at = timezone.localtime()
    if asked.cohort or asked.nationality or asked.purpose:
        return counting.main(asked, at=at)
    try:
        by = actor(staff_number=asked.by, command="reconcile", today=at.date())
        both = queries.read_both(today=at.date())
        made = reconcile(both=both, by=by, at=at, today=at.date()) if asked.record else None
    except (MayNot, queries.NoList, queries.ListIsNotConsidered, NobodyToOwn) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    if asked.json:
        print(json.dumps(as_plain(both, made), default=str))
    else:
        print("\n".join(account(both, made)))
    kinds = set(both.reckoned.breaks["kind"])
    return ALARMED if kinds & {kind.value for kind in ALARMS} or not both.reckoned.adds_up else CLOSED


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--by", default="")
    parser.add_argument("--json", action="store_true")
    for name in ("--cohort", "--nationality", "--purpose"):
        parser.add_argument(name, default="")
    return parser.parse_args(arguments)


def account(both: Both, made: Statement | None) -> Iterator[str]:
    """Tell a person: the rows of the file, both totals, each line, and what is broken."""
    found = both.reckoned
    observed = timezone.localtime(both.receipt.observed_at)
    yield f"Our open cases and their list of {in_words(observed.date())} ({both.receipt.file_name}), in persons."
    yield ""
    yield line("Rows in their file", both.rows)
    yield line("Refused, and waiting to be mended", -both.refused)
    yield line("Given more than once", -both.given_twice)
    yield line("Further records of a person who is counted already", -found.second_records)
    yield line("Their persons", found.their_persons, total=True)
    yield line("Our persons, each with one open case", found.our_persons, total=True)
    yield from told_of(found, broken=BROKEN)
    yield ""
    yield from _breaks(both, made)


def _breaks(both: Both, made: Statement | None) -> Iterator[str]:
    counts = Counter(both.reckoned.breaks["kind"])
    yield line("Breaks, among these", sum(counts.values()), total=True)
    for kind in Kind:
        if counts[kind.value]:
            yield line(KINDS[kind], counts[kind.value])
    if made is None:
        yield "Nothing was written. With --record the statement is kept, and each break has an owner and a date."
        return
    yield f"Statement {made.pk} is kept: {made.fresh:,} breaks are new, {made.settled:,} stand settled, {made.gone:,} are gone."


def as_plain(both: Both, made: Statement | None) -> dict[str, Any]:
    """Give the whole of it for programs: persons by number, and what each side says of them."""
    found = both.reckoned
    return {
        "statement": made.pk if made else None,
        "receipt": both.receipt.pk,
        "observed_at": both.receipt.observed_at,
        "policy": both.policy,
        "rows": both.rows,
        "refused": both.refused,
        "given_twice": both.given_twice,
        "records": found.records,
        "second_records": found.second_records,
        "their_persons": found.their_persons,
        "our_persons": found.our_persons,
        "matched": found.matched,
        "adds_up": found.adds_up,
        "lines": [{"side": each.side.value, "line": each.line.value, "persons": each.persons} for each in found.lines],
        "agreements": [{"kind": each.kind.value if each.kind else "", "persons": len(each.who)} for each in found.agreements],
        "breaks": found.breaks.to_dicts(),
        "fresh": made.fresh if made else None,
        "settled": made.settled if made else None,
        "gone": made.gone if made else None,
    }
